"""What was published late, unexplained, without validity or reason; rounds, offers, the yearly report."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from accounts.models import Department, DepartmentKind
from catalog.models import Document
from disclosure.models import ConversionOffer, Revision
from disclosure.rounds import services as rounds
from disclosure.versions import services as revising
from reports.scorecards.measures.annual import published_reports
from reports.scorecards.measures.base import Found
from reports.scorecards.periods import Period, PeriodKind, period_of
from tests.cast import Cast
from tests.catalog.make import Press
from tests.disclosure.drafting import Way
from tests.reports.annual import making
from tests.reports.scorecards.making import ask, moment
from tests.requests_app.casework import Office

NOW = timezone.now()
TODAY = timezone.localdate(NOW)
THIS = period_of(PeriodKind.QUARTER, TODAY.year, (TODAY.month - 1) // 3 + 1)
EARLY = moment(THIS.first, 9)


@pytest.fixture
def way(cast: Cast, reference: None) -> Way:
    call_command("load_calendar", verbosity=0)
    return Way(cast)


def of(code: str, body: Department, period: Period = THIS, **said: Any) -> Found:
    return ask(code, body, period=period, at=timezone.now() + timedelta(minutes=5), **said).get(body.pk, Found())


@pytest.mark.law("条例§26")
def test_versions_published_after_their_day_are_findings(cast: Cast, way: Way) -> None:
    way.published()  # formed in March
    way.published(title="按时公开的通知", formed_or_changed_on=TODAY)
    found = of("late_publications", cast.jyj)
    assert (found.findings, found.evidence) == (1, "1 件超过期限公开")
    assert found.links[0][0] == "关于做好校园食品安全工作的通知" and found.links[0][1].startswith("/documents/")
    assert of("late_publications", cast.wjw).findings == 0
    assert of("late_publications", cast.jyj, period_of(PeriodKind.YEAR, TODAY.year - 1)).findings == 0


@pytest.mark.law("条例§26")
def test_what_an_internal_office_publishes_is_its_bodys(cast: Cast, way: Way) -> None:
    way.published(department=cast.jyj_bgs)
    assert of("late_publications", cast.jyj).findings == 1
    assert of("anything_published", cast.jyj).findings == 0
    slug = Document.objects.get().column.slug
    assert of("column_published", cast.jyj, columns=[slug]).findings == 0
    assert of("column_published", cast.wjw, columns=[slug]).findings == 1


def test_versions_under_way_past_their_day_are_findings(cast: Cast, way: Way) -> None:
    draft = way.submitted(way.draft())
    Revision.objects.filter(pk=draft.pk).update(due_on=THIS.first)
    found = of("unpublished_late", cast.jyj)
    expected = int(THIS.first < TODAY)
    assert found.findings == expected
    assert not expected or found.links[0][1] == f"/desk/documents/review/{draft.pk}/"


def test_policies_need_an_interpretation_or_a_waiver(cast: Cast, way: Way) -> None:
    waived = way.to_approval(way.draft(is_policy=True, title="免予解读的政策", plan="图解"))
    revising.waive_interpretation(actor=cast.wangwu, revision=waived, waiver="self_evident", at=timezone.now())
    way.sign(waived)
    assert of("policies_unexplained", cast.jyj).findings == 0
    Revision.objects.filter(pk=waived.pk).update(waiver="")
    found = of("policies_unexplained", cast.jyj)
    assert found.findings == 1 and found.links[0][0] == "免予解读的政策"


def test_an_interpretation_days_after_its_policy_is_late(cast: Cast, way: Way) -> None:
    press = Press(cast)
    quick, slow = (press.document(column="policy", published_at=EARLY) for _ in range(2))
    press.interpretation(quick, published_at=EARLY + timedelta(hours=1))
    press.interpretation(slow, published_at=EARLY + timedelta(days=20))
    press.interpretation(slow, published_at=EARLY + timedelta(days=40))
    found = ask("interpretations_late", cast.jyj, period=THIS, at=EARLY + timedelta(days=80))[cast.jyj.pk]
    assert (found.findings, found.links) == (1, ((slow.title, slow.url),))


def test_one_kind_of_interpretation_alone_is_a_finding(cast: Cast, way: Way) -> None:
    press, at = Press(cast), EARLY + timedelta(days=80)
    policy = press.document(column="policy", published_at=EARLY)
    assert not ask("interpretation_kinds", cast.jyj, period=THIS, at=at)[cast.jyj.pk].applies
    press.interpretation(policy, published_at=EARLY)
    assert ask("interpretation_kinds", cast.jyj, period=THIS, at=at)[cast.jyj.pk].findings == 1
    press.interpretation(policy, interpretation_kind="figure", published_at=EARLY)
    assert ask("interpretation_kinds", cast.jyj, period=THIS, at=at)[cast.jyj.pk].findings == 0


def test_normative_documents_state_their_validity(cast: Cast, way: Way) -> None:
    press = Press(cast)
    press.document(validity="valid")
    unstated = press.document()
    assert of("validity_stated", cast.jyj).links == ((unstated.title, unstated.url),)


@pytest.mark.law("条例§18")
def test_a_cleanup_and_a_rereview_are_done_in_the_year(cast: Cast, way: Way) -> None:
    year = period_of(PeriodKind.YEAR, TODAY.year)
    press = Press(cast)
    assert not of("cleanup_published", cast.jyj, year).applies
    assert not of("rereview_closed", cast.jyj, year).applies
    press.document(validity="valid")
    press.document(disclosure_attribute="withheld", attribute_reason="工作秘密", column="notices")
    said: dict[str, Any] = {"actor": cast.wangwu, "department": cast.jyj, "year": TODAY.year, "at": NOW}
    cleanup = rounds.open_cleanup(**said, basis="通知")
    rereview = rounds.open_rereview(**said)
    assert [of(code, cast.jyj, year).findings for code in ("cleanup_published", "rereview_closed")] == [1, 1]
    for row in (cleanup, rereview):
        for item in row.items.select_related("document", "round"):
            rounds.conclude(actor=cast.wangwu, item=item, conclusion="keep", reason="仍然适用", at=NOW)
        rounds.close(actor=cast.wangwu, round=row, at=NOW)
    rounds.publish_result(actor=cast.wangwu, round=cleanup, at=NOW)
    assert [of(code, cast.jyj, year).findings for code in ("cleanup_published", "rereview_closed")] == [0, 0]


@pytest.mark.law("条例§16")
def test_what_is_withheld_states_why(cast: Cast, way: Way) -> None:
    row = Press(cast).document(disclosure_attribute="withheld", attribute_reason="工作秘密", formed_on=None)
    Document.objects.filter(pk=row.pk).update(index_number="")
    assert (of("reasons_stated", cast.jyj).findings, of("exempt_complete", cast.jyj).findings) == (0, 0), "not kept yet"
    Document.objects.filter(pk=row.pk).update(**{"state": "filed"}, attribute_reason="")
    assert of("reasons_stated", cast.jyj).links == ((row.title, f"/desk/documents/{row.pk}/"),)
    assert of("exempt_complete", cast.jyj).findings == 1


@pytest.mark.law("条例§44")
def test_offers_to_publish_do_not_wait_for_weeks(cast: Cast, way: Way) -> None:
    row = Press(cast).document(disclosure_attribute="on_request", attribute_reason="涉及第三方")
    rounds.offer_conversion(document=row, why="asked", at=NOW - timedelta(days=50))
    assert (
        ask("offers_waiting", cast.jyj, period=period_of(PeriodKind.YEAR, TODAY.year), at=NOW)[cast.jyj.pk].findings
        == 1
    )
    ConversionOffer.objects.update(at=NOW - timedelta(days=3))
    assert of("offers_waiting", cast.jyj).findings == 0


@pytest.mark.law("条例§49")
def test_the_yearly_report_is_published_by_its_day(cast: Cast, way: Way) -> None:
    press, at = Press(cast), moment(date(2026, 6, 1))
    first = period_of(PeriodKind.QUARTER, 2026, 1)
    press.document(
        column="annual", title="市教育局2025年政府信息公开工作年度报告", published_at=moment(date(2026, 1, 31), 16)
    )
    press.document(
        column="annual", department="qxq", title="青溪区人民政府2025年年度报告", published_at=moment(date(2026, 3, 31))
    )
    press.document(column="annual", department="wjw", title="2024年年度报告", published_at=moment(date(2026, 1, 20)))
    bodies = (cast.jyj, cast.wjw, cast.qxq, cast.qxq_jyj)
    found = ask("annual_report", *bodies, period=first, at=at)
    assert [found[body.pk].findings for body in bodies] == [0, 1, 0, 1]
    assert "应在 2026-01-31 前公布" in found[cast.wjw.pk].evidence
    assert "应在 2026-03-31 前公布" in found[cast.qxq.pk].evidence
    second = ask("annual_report", *bodies, period=period_of(PeriodKind.QUARTER, 2026, 2), at=at)
    assert not any(one.applies for one in second.values()), "its day lies in another quarter"
    assert published_reports([cast.jyj.pk], 2025, at)[cast.jyj.pk][0] == date(2026, 1, 31)


@pytest.mark.law("条例§49")
def test_a_report_made_and_published_at_the_desk_counts(office: Office, reference: None) -> None:
    making.year_of_work(office)
    made = making.published(office)
    at = moment(date(2026, 4, 2))
    found = ask("annual_report", office.cast.jyj, period=period_of(PeriodKind.QUARTER, 2026, 1), at=at)[
        made.department_id
    ]
    assert found.findings == 0 and "2026-01-15 公布" in found.evidence
    assert made.document is not None and found.links[0][1] == made.document.get_absolute_url()


def test_enterprises_owe_no_yearly_report_and_nobody_owes_it_before_its_day(cast: Cast, way: Way) -> None:
    Department.objects.filter(pk=cast.wjw.pk).update(kind=DepartmentKind.PUBLIC_ENTERPRISE)
    cast.wjw.refresh_from_db()
    found = ask(
        "annual_report", cast.jyj, cast.wjw, period=period_of(PeriodKind.QUARTER, 2026, 1), at=moment(date(2026, 1, 31))
    )
    assert [one.applies for one in found.values()] == [False, False]


def test_a_finding_names_the_first_few_and_counts_all(cast: Cast, way: Way) -> None:
    Press(cast).many(7)
    found = of("validity_stated", cast.jyj)
    assert (found.findings, len(found.links)) == (7, 5) and "列出前 5 件" in found.evidence
