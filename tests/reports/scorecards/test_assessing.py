"""An assessment from its opening to its publication: who may, what is refused and why, what is computed and kept."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection

from accounts.models import Department
from jobs.models import Job
from jobs.services import run_waiting
from notices.models import Notice
from reports.models import Assessment, Indicator, ReportEvent, Result, Scorecard
from reports.scorecards import assessing, computing, judging, sets
from reports.scorecards.measures.base import Answer, Asked
from reports.scorecards.measures.registry import MEASURES
from reports.scorecards.periods import PeriodKind, period_of
from search.services import stamp
from tests.cast import Cast
from tests.reports.evaluation.making import voted
from tests.reports.problems.making import entered
from tests.reports.scorecards.making import (
    LATER,
    NOW,
    QUARTER,
    SMALL,
    TODAY,
    announced,
    computed,
    draft,
    judge,
    moment,
    objected,
    opened,
    published,
    result,
    small_set,
)
from workflow.services import Incomplete, Lost, WrongPerson, WrongState

pytestmark = pytest.mark.usefixtures("reference")


@pytest.mark.law("条例§46")
def test_an_assessment_gives_every_body_a_card_and_every_indicator_a_result(cast: Cast) -> None:
    row = opened(cast)
    assert (row.title, row.state) == ("2026年第三季度政务公开考核", "open")
    assert Scorecard.objects.filter(assessment=row).count() == 2
    assert Result.objects.filter(card__assessment=row).count() == 2 * len(SMALL)
    assert Job.objects.get(kind=assessing.JOB).payload == {"assessment": row.pk}
    assert ReportEvent.objects.get(action="open_assessment").facts["first_on"] == "2026-07-01"


def test_only_the_department_in_charge_opens_one_and_only_once(cast: Cast) -> None:
    indicators = small_set(cast)
    said = {"indicators": indicators, "period": QUARTER, "bodies": [cast.jyj], "at": NOW}
    for who in (cast.wangwu, cast.fenger, cast.root):
        with pytest.raises(WrongPerson):
            assessing.open_assessment(actor=who, **said)
    row = assessing.open_assessment(actor=cast.qianqi, **said)
    with pytest.raises(assessing.AlreadyOpen, match="2026年第三季度已经"):
        assessing.open_assessment(actor=cast.qianqi, **said)
    assessing.cancel(actor=cast.qianqi, row=row, at=NOW)
    assert assessing.open_assessment(actor=cast.qianqi, **said).pk != row.pk


def test_what_cannot_be_assessed_is_said(cast: Cast) -> None:
    said = {"actor": cast.qianqi, "at": NOW}
    with pytest.raises(WrongState, match="编制中"):
        assessing.open_assessment(indicators=draft(cast), period=QUARTER, bodies=[cast.jyj], **said)
    indicators = small_set(cast)
    with pytest.raises(Incomplete, match="还没有开始"):
        future = period_of(PeriodKind.QUARTER, 2027, 1)
        assessing.open_assessment(indicators=indicators, period=future, bodies=[cast.jyj], **said)
    with pytest.raises(Incomplete, match="请选择"):
        assessing.open_assessment(indicators=indicators, period=QUARTER, bodies=[], **said)


def test_a_month_is_assessed_by_what_is_assessed_by_the_month(cast: Cast) -> None:
    row = opened(cast, period=period_of(PeriodKind.MONTH, 2026, 9))
    assert [one.name for one in assessing.covered(row)] == ["文书规范"]


def test_an_indicator_is_for_the_bodies_it_names_and_for_its_kinds(cast: Cast) -> None:
    row = opened(cast)
    one = Indicator.objects.get(name="文书规范")
    assert assessing.concerns(one, cast.jyj)
    one.kinds = ["government"]
    assert not assessing.concerns(one, cast.jyj) and assessing.concerns(one, cast.qxq)
    one.kinds = []
    one.bodies.set([cast.wjw])
    assert not assessing.concerns(one, cast.jyj) and assessing.concerns(one, cast.wjw)
    Result.objects.filter(card__assessment=row).delete()
    assert assessing.take_up(row) == 5
    assert assessing.take_up(row) == 0


def test_the_job_asks_the_data_and_counts_the_cards(cast: Cast) -> None:
    row = opened(cast)
    run_waiting(most=5)
    row.refresh_from_db()
    assert row.computed_at is not None
    card = row.cards.get(department=cast.jyj)
    # 机构职能 is not stated: six parts at five points; ratings too few: not counted; one judged result waits.
    assert (card.full, card.deducted, card.waiting) == (Decimal(80), Decimal(30), 1)
    assert (card.rate, card.rank) == (Decimal("62.50"), 1)
    section = row.set.sections.get()
    assert card.parts == {str(section.pk): ["80.00", "30.00"]}


def test_a_job_that_comes_too_late_does_nothing(cast: Cast) -> None:
    row = opened(cast)
    assessing.cancel(actor=cast.qianqi, row=row, at=NOW)
    run_waiting(most=5)
    assert Job.objects.get(kind=assessing.JOB).state == "done"
    assert not Result.objects.exclude(computed_at=None).exists()


def test_a_measure_that_is_gone_stops_the_job_with_a_sentence(cast: Cast) -> None:
    opened(cast)
    Indicator.objects.filter(name="机构职能").update(measure="gone")
    run_waiting(most=5)
    job = Job.objects.get(kind=assessing.JOB)
    assert job.state == "failed" and "计算方法已经停用" in job.message


def test_computing_again_keeps_what_people_judged(cast: Cast) -> None:
    row = computed(opened(cast))
    judge(cast, row, cast.jyj, 1, "改版期间页面不全", name="机构职能")
    before = result(row, cast.jyj, "机构职能").deducted
    with pytest.raises(WrongState, match="正在计算"):
        assessing.compute_again(actor=cast.qianqi, row=row, at=NOW)
    run_waiting(most=5)
    assessing.compute_again(actor=cast.qianqi, row=row, at=NOW)
    row.refresh_from_db()
    assert row.computed_at is None
    run_waiting(most=5)
    mine, theirs = result(row, cast.jyj, "机构职能"), result(row, cast.wjw, "机构职能")
    assert (mine.findings, mine.deducted, mine.judged_by) == (1, before, cast.qianqi)
    assert theirs.findings == 6


def test_a_body_that_became_an_internal_office_meanwhile_holds_nothing_up(cast: Cast) -> None:
    row = opened(cast)
    Department.objects.filter(pk=cast.wjw.pk).update(kind="internal")
    entered(cast, department=cast.wjw, due_on=date(2026, 9, 1), at=moment(date(2026, 8, 1)))
    Indicator.objects.filter(name="机构职能").update(measure="problems_overdue")
    run_waiting(most=5)
    row.refresh_from_db()
    assert row.computed_at and result(row, cast.wjw, "机构职能").findings == 1


def test_no_lock_is_held_while_the_data_are_asked(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    row, depth = opened(cast), len(connection.savepoint_ids)
    depths = []

    def find(asked: Asked) -> Answer:
        depths.append(len(connection.savepoint_ids))
        return {}

    monkeypatch.setitem(MEASURES, "institution_stated", replace(MEASURES["institution_stated"], find=find))
    computed(row)
    assert depths == [depth]


def test_a_period_is_over_before_objections_to_it_are_asked_for(cast: Cast) -> None:
    indicators, early = small_set(cast), moment(date(2026, 8, 10))
    said = {"actor": cast.qianqi, "indicators": indicators, "period": QUARTER, "bodies": [cast.jyj]}
    row = computed(assessing.open_assessment(at=early, **said), at=early)
    judge(cast, row, cast.jyj)
    for at in (early, NOW):
        with pytest.raises(Incomplete, match="考核期到2026年9月30日为止，期满以后重新计算"):
            assessing.announce(actor=cast.qianqi, row=row, until=at.date() + timedelta(days=5), at=at)
    assessing.announce(actor=cast.qianqi, row=computed(row), until=TODAY + timedelta(days=5), at=NOW)


def test_objections_are_asked_for_within_sixty_days(cast: Cast) -> None:
    row = computed(opened(cast))
    judge(cast, row, cast.jyj)
    judge(cast, row, cast.wjw)
    with pytest.raises(Incomplete, match="60 天以内"):
        assessing.announce(actor=cast.qianqi, row=row, until=TODAY + timedelta(days=61), at=NOW)


@pytest.mark.law("条例§46")
def test_ballots_become_points(cast: Cast) -> None:
    voted(cast, cast.jyj, [5, 5, 5, 5, 4], closes_on=date(2026, 8, 1))
    row = computed(opened(cast))
    rated = result(row, cast.jyj, "公众评议")
    assert (rated.applies, rated.deducted) == (True, Decimal("0.80"))
    assert "5 份" in rated.evidence and "4.80" in rated.evidence
    assert not result(row, cast.wjw, "公众评议").applies


def test_a_body_to_which_nothing_applies_has_no_place(cast: Cast) -> None:
    row = computed(opened(cast, period=period_of(PeriodKind.MONTH, 2026, 9)))
    judge(cast, row, cast.jyj, applies=False)
    judge(cast, row, cast.wjw, 1)
    mine, theirs = (row.cards.get(department=body) for body in (cast.jyj, cast.wjw))
    assert (mine.rate, mine.rank) == (None, None)
    assert (theirs.rate, theirs.rank) == (Decimal("66.67"), 1)


def test_objections_are_asked_for_when_everything_is_there(cast: Cast) -> None:
    row, until = opened(cast), TODAY + timedelta(days=5)
    with pytest.raises(Incomplete, match="系统计算还没有完成"):
        assessing.announce(actor=cast.qianqi, row=row, until=until, at=NOW)
    computed(row)
    with pytest.raises(Incomplete, match=r"还有 1 项指标没有评定完：“1\.02 文书规范”"):
        assessing.announce(actor=cast.qianqi, row=row, until=until, at=NOW)
    judge(cast, row, cast.jyj)
    judge(cast, row, cast.wjw)
    with pytest.raises(Incomplete, match="今天以后"):
        assessing.announce(actor=cast.qianqi, row=row, until=TODAY, at=NOW)
    with pytest.raises(WrongPerson):
        assessing.announce(actor=cast.wangwu, row=row, until=until, at=NOW)
    assessing.announce(actor=cast.qianqi, row=row, until=until, at=NOW)
    told = Notice.objects.filter(kind="scorecard_announced").values_list("recipient__username", flat=True)
    assert set(told) == {"wangwu", "lisi", "zhaoliu"}
    assert "2026年10月17日" in Notice.objects.filter(kind="scorecard_announced")[0].text


def test_nothing_is_computed_or_judged_once_the_bodies_have_seen_it(cast: Cast) -> None:
    row = announced(cast)
    with pytest.raises(WrongState, match="征求异议"):
        assessing.compute_again(actor=cast.qianqi, row=row, at=NOW)
    with pytest.raises(WrongState, match="处理异议时"):
        judge(cast, row, cast.jyj, 0)
    assert computing.compute(row, Indicator.objects.get(name="机构职能"), computing.bodies_of(row), at=NOW) == 0
    with pytest.raises(WrongState):
        assessing.cancel(actor=cast.qianqi, row=row, at=NOW)


def test_the_result_is_settled_after_the_last_day_and_the_last_answer(cast: Cast) -> None:
    row = announced(cast)
    objection = objected(cast, row)
    with pytest.raises(Incomplete, match="2026年10月17日以前（含当天）都可以提出"):
        assessing.settle(actor=cast.qianqi, row=row, at=NOW)
    with pytest.raises(Incomplete, match="还有 1 件异议"):
        assessing.settle(actor=cast.qianqi, row=row, at=LATER)
    judging.answer(actor=cast.qianqi, objection=objection, answer_text="维持", at=NOW)
    with pytest.raises(WrongPerson):
        assessing.settle(actor=cast.wangwu, row=row, at=LATER)
    assessing.settle(actor=cast.qianqi, row=row, at=LATER)
    assert Assessment.objects.get(pk=row.pk).state == "settled"


@pytest.mark.law("条例§47")
def test_the_result_is_told_to_the_bodies(cast: Cast) -> None:
    row = published(cast)
    assert (row.state, row.public_at) == ("published", None)
    assert Notice.objects.filter(kind="scorecard_published", text="总体较好。").count() == 3
    with pytest.raises(WrongState):
        assessing.publish(actor=cast.qianqi, row=row, notice="", is_public=False, at=LATER)


@pytest.mark.law("条例§50")
def test_the_result_is_put_before_the_public_at_once_or_later_but_once(cast: Cast) -> None:
    row = published(cast)
    before = stamp()
    assessing.disclose(actor=cast.qianqi, row=row, at=LATER)
    assert stamp() > before, "kept pages are made anew"
    with pytest.raises(WrongState, match="已经向社会公布"):
        assessing.disclose(actor=cast.qianqi, row=row, at=LATER)


def test_whoever_comes_second_is_told_who_was_first(cast: Cast) -> None:
    row = announced(cast)
    stale = Assessment.objects.get(pk=row.pk)
    assessing.settle(actor=cast.qianqi, row=row, at=LATER)
    with pytest.raises(Lost, match="钱七已于"):
        assessing.settle(actor=cast.qianqi, row=stale, at=LATER)


def test_places_are_counted_anew_with_every_judgement(cast: Cast) -> None:
    row = computed(opened(cast))
    judge(cast, row, cast.jyj, 1)
    judge(cast, row, cast.wjw, 0)
    assert dict(row.cards.values_list("department__code", "rank")) == {"jyj": 2, "wjw": 1}
    judge(cast, row, cast.wjw, 2)
    assert dict(row.cards.values_list("department__code", "rank")) == {"jyj": 1, "wjw": 2}


def test_a_set_that_is_closed_opens_no_more_assessments(cast: Cast) -> None:
    indicators = small_set(cast)
    sets.close(actor=cast.qianqi, row=indicators, at=NOW)
    with pytest.raises(WrongState, match="已停用"):
        assessing.open_assessment(actor=cast.qianqi, indicators=indicators, period=QUARTER, bodies=[cast.jyj], at=NOW)
