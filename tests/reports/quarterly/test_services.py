"""An analysis is begun, written, signed and corrected; each step by who may, in its state, once."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import Department
from notices.models import Notice
from reports.models import QuarterlyAnalysis, ReportEvent
from reports.quarterly import rules, services
from reports.quarterly.selectors import handed_in_at
from reports.quarterly.states import AnalysisState
from requests_app.models import InformationRequest
from tests.reports.quarterly.making import DAY, NOW, Desk, fresh
from tests.requests_app.casework import Office
from workflow.evidence import canonical, digest
from workflow.services import Incomplete, Lost, WrongPerson, WrongState

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(office: Office) -> Desk:
    return Desk(office)


def acts(row: QuarterlyAnalysis) -> list[str]:
    events = ReportEvent.objects.filter(subject_type=row._meta.label_lower, subject_id=row.pk)
    return list(events.values_list("action", flat=True))


# --- beginning ---------------------------------------------------------------------------------------------------------


@pytest.mark.law("条例§4", "条例§47")
def test_a_quarter_is_counted_and_its_sentences_are_written(desk: Desk) -> None:
    desk.apply()
    row = desk.begin()
    assert row.state == AnalysisState.DRAFT and row.title == "市教育局2026年第三季度政府信息公开申请情况分析"
    assert "收到政府信息公开申请 3 件" in row.texts["overview"] and row.texts["problems"] == ""
    assert dict(row.figures["words"]) == {"学位": 3, "预警": 3} and row.words == []
    assert "学位" not in canonical(row.texts)  # nobody has ticked it
    assert acts(row) == ["begin"]


def test_who_begins_is_the_office_of_the_body_and_for_the_city_the_department_in_charge(desk: Desk) -> None:
    cast = desk.office.cast
    city = {"department": cast.szf, "is_consolidated": True}
    for person in (cast.zhaoliu, cast.qianqi, cast.sunba, cast.zhengyi, cast.fenger, cast.zhangsan):
        with pytest.raises(PermissionDenied):
            desk.begin(person)
    for person in (cast.lisi, cast.wangwu, cast.zhengyi, cast.fenger):
        with pytest.raises(PermissionDenied):
            desk.begin(person, **city)
    with pytest.raises(PermissionDenied):  # the whole of a district is not hers to speak for
        desk.begin(cast.qianqi, department=cast.qxq, is_consolidated=True)
    assert desk.begin(cast.qianqi, **city).subject == "云岚市人民政府（全市汇总）"
    assert desk.begin(cast.wangwu, quarter=2).quarter == 2


@pytest.mark.parametrize(("year", "quarter"), [(2026, 4), (2027, 1)])
def test_a_quarter_that_is_not_over_is_refused(desk: Desk, year: int, quarter: int) -> None:
    with pytest.raises(WrongState, match="还没有结束"):
        desk.begin(year=year, quarter=quarter)


def test_a_quarter_is_begun_once(desk: Desk) -> None:
    desk.begin()
    with pytest.raises(services.AlreadyBegun, match="已经起草"):
        desk.begin(desk.office.cast.wangwu)
    assert QuarterlyAnalysis.objects.count() == 1


# --- writing -----------------------------------------------------------------------------------------------------------


def test_what_is_written_stays_and_what_is_not_touched_follows_the_words(desk: Desk) -> None:
    desk.apply()
    row = desk.save(desk.begin(), texts={"overview": "  本季度三件。\r\n"}, words=["学位", "没有的词"])
    assert row.texts["overview"] == "本季度三件。" and row.words == ["学位"] and row.edition == 2
    assert "“学位”（3 件）" in row.texts["subjects"]
    row = desk.save(row, texts={"subjects": "多为学位。"}, words=["学位", "预警"])
    assert row.texts["subjects"] == "多为学位。"
    assert acts(row) == ["begin", "save", "save"]


def test_the_second_of_two_writers_is_told(desk: Desk) -> None:
    row = desk.begin()
    desk.save(row, texts={"problems": "甲"})
    with pytest.raises(Lost, match=r"李四已于.*修改了这份分析"):
        desk.save(row, desk.office.cast.wangwu, texts={"problems": "乙"})
    assert fresh(row).texts["problems"] == "甲"


def test_nobody_else_writes_and_nobody_after_the_signature(desk: Desk) -> None:
    row = desk.begin()
    for person in (desk.office.cast.zhaoliu, desk.office.cast.qianqi, desk.office.cast.fenger):
        with pytest.raises(PermissionDenied):
            desk.save(row, person)
        with pytest.raises(PermissionDenied):
            services.recount(actor=person, analysis=row, at=NOW)
        with pytest.raises(PermissionDenied):
            services.hand_in(actor=person, analysis=row, at=NOW)
    row = desk.publish(row)
    with pytest.raises(WrongState, match="已经公布"):
        desk.save(row)
    with pytest.raises(WrongState, match="已经公布"):
        services.recount(actor=desk.office.cast.lisi, analysis=row, at=NOW)


def test_counting_again_moves_what_nobody_has_touched(desk: Desk) -> None:
    desk.apply()
    row = desk.save(desk.begin(), texts={"structure": "都是个人。"}, words=["学位", "预警"])
    assert services.recount(actor=desk.office.cast.lisi, analysis=row, at=NOW) is False
    InformationRequest.objects.filter(pk=InformationRequest.objects.order_by("pk")[0].pk).update(
        first_received_on=DAY - timedelta(days=90)
    )
    row = fresh(row)
    assert services.recount(actor=desk.office.cast.lisi, analysis=row, at=NOW + timedelta(hours=1)) is True
    row = fresh(row)
    assert "收到政府信息公开申请 2 件" in row.texts["overview"] and row.texts["structure"] == "都是个人。"
    assert row.figures["words"] == [] and row.words == [] and row.figures_at == NOW + timedelta(hours=1)


def test_who_signs_is_told_once_an_edition(desk: Desk) -> None:
    row, cast = desk.begin(), desk.office.cast
    assert services.hand_in(actor=cast.lisi, analysis=row, at=NOW) == 1
    assert services.hand_in(actor=cast.lisi, analysis=row, at=NOW) == 0
    assert handed_in_at(row) == NOW
    told = Notice.objects.get(kind=services.TO_SIGN)
    assert told.recipient == cast.wangwu and told.url == f"/desk/reports/quarterly/{row.pk}/"
    row = desk.save(row)
    assert services.hand_in(actor=cast.lisi, analysis=row, at=NOW) == 1
    row = desk.publish(fresh(row))
    services.revise(actor=cast.wangwu, analysis=row, reason="漏计", at=NOW)
    assert handed_in_at(fresh(row)) is None
    assert services.hand_in(actor=cast.lisi, analysis=fresh(row), at=NOW) == 1


# --- signing -----------------------------------------------------------------------------------------------------------


@pytest.mark.law("条例§46")
def test_the_signature_freezes_what_was_read(desk: Desk) -> None:
    desk.apply()
    row = desk.publish(desk.save(desk.begin(), words=["学位"]))
    assert row.state == AnalysisState.PUBLISHED and row.published_by == desk.office.cast.wangwu
    assert row.frozen["figures"]["words"] == [["学位", 3]]  # the other word stays inside
    assert row.digest == digest(canonical(row.frozen))
    assert ReportEvent.objects.filter(action="publish").get().facts["digest"] == row.digest
    InformationRequest.objects.update(first_received_on=DAY - timedelta(days=90))
    assert fresh(row).frozen == row.frozen


def test_only_who_signs_signs_and_only_what_was_read(desk: Desk) -> None:
    row, cast = desk.begin(), desk.office.cast
    for person in (cast.lisi, cast.zhaoliu, cast.qianqi, cast.zhengyi):
        with pytest.raises(WrongPerson):
            desk.publish(row, person)
    later = desk.save(row, texts={"problems": "甲"})
    with pytest.raises(Lost, match="看过现在的内容"):
        desk.publish(later, edition=row.edition)
    with pytest.raises(Lost):
        services.publish(actor=cast.wangwu, analysis=row, edition=row.edition, at=NOW)
    beside = fresh(later)
    done = desk.publish(later)
    with pytest.raises(Lost, match="签发公布"):
        desk.publish(beside)
    with pytest.raises(WrongState):
        desk.publish(done)


def test_an_empty_part_is_named_and_the_last_may_be_empty(desk: Desk) -> None:
    row = desk.save(desk.begin(), texts={"results": "", "timing": " "})
    with pytest.raises(Incomplete, match="办理时限、办理结果"):
        desk.publish(row)


@pytest.mark.law("条例§6")
def test_a_correction_leaves_the_public_text_until_it_is_signed_again(desk: Desk) -> None:
    row, cast = desk.publish(desk.begin()), desk.office.cast
    first = row.frozen
    for person in (cast.lisi, cast.qianqi):
        with pytest.raises(WrongPerson):
            services.revise(actor=person, analysis=row, reason="有误", at=NOW)
    with pytest.raises(Incomplete, match="更正说明"):
        services.revise(actor=cast.wangwu, analysis=row, reason="  ", at=NOW)
    services.revise(actor=cast.wangwu, analysis=row, reason="按时率有误", at=NOW)
    row = fresh(row)
    assert row.state == AnalysisState.DRAFT and row.frozen == first and row.published_at
    with pytest.raises(WrongState):
        services.revise(actor=cast.wangwu, analysis=row, reason="有误", at=NOW)
    row = desk.publish(desk.save(row, texts={"timing": "本季度没有答复。"}))
    assert row.frozen["correction"] == "按时率有误" and row.frozen["texts"]["timing"] == "本季度没有答复。"
    assert acts(row) == ["begin", "publish", "revise", "save", "publish"]


# --- who ---------------------------------------------------------------------------------------------------------------


def test_the_rules_agree_with_their_twins(desk: Desk) -> None:
    cast = desk.office.cast
    desk.begin()
    desk.begin(cast.qianqi, department=cast.szf, is_consolidated=True)
    desk.begin(cast.zhaoliu, department=cast.wjw)
    for person in cast.people.values():
        pairs = (
            (rules.analyses_written_by, rules.can_write),
            (rules.analyses_signed_by, rules.can_sign),
            (rules.analyses_visible_to, rules.can_see),
        )
        for many, one in pairs:
            for row in QuarterlyAnalysis.objects.select_related("department"):
                assert (row in set(many(person))) == one(person, row), (person, row, one.__name__)
        can_begin = [
            body for body in Department.objects.bodies() if rules.can_write_of(person, body, is_consolidated=False)
        ]
        assert not can_begin or rules.can_use(person)
