"""What people find: evidence with every finding, all or nothing, the second of two told; objections and their answers."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from notices.models import Notice
from reports.models import Objection, ReportEvent, Result
from reports.scorecards import assessing, judging
from reports.scorecards.judging import Judgement, Stale
from tests.cast import Cast
from tests.reports.scorecards.making import NOW, TODAY, announced, computed, judge, objected, opened, result
from workflow.services import Incomplete, Lost, Refused, WrongPerson, WrongState

pytestmark = pytest.mark.usefixtures("reference")


@pytest.mark.law("条例§46")
def test_findings_cost_what_the_indicator_says_and_no_more(cast: Cast) -> None:
    row = opened(cast)
    assert judge(cast, row, cast.jyj, 2).deducted == Decimal(20)
    assert judge(cast, row, cast.jyj, 9).deducted == Decimal(30)
    one = judge(cast, row, cast.jyj, 0, "")
    assert (one.deducted, one.edition, one.judged_by) == (0, 3, cast.qianqi)


def test_points_are_taken_off_with_a_word_why(cast: Cast) -> None:
    row = opened(cast)
    with pytest.raises(Incomplete, match="写明依据"):
        judge(cast, row, cast.jyj, 1, "  ")
    assert result(row, cast.jyj).is_waiting
    judge(cast, row, cast.jyj, 1, "", applies=False)
    assert result(row, cast.jyj).deducted == 0


def test_several_bodies_are_judged_in_one_step_all_or_nothing(cast: Cast) -> None:
    row = opened(cast)
    mine, theirs = result(row, cast.jyj), result(row, cast.wjw)
    good, bad = Judgement(mine.pk, 0, 0, ""), Judgement(theirs.pk, 0, 3, "")
    with pytest.raises(Incomplete):
        judging.judge(actor=cast.qianqi, assessment=row, judgements=[good, bad], at=NOW)
    assert result(row, cast.jyj).is_waiting
    done = judging.judge(
        actor=cast.qianqi, assessment=row, judgements=[good, Judgement(theirs.pk, 0, 3, "抽查")], at=NOW
    )
    event = ReportEvent.objects.get(action="judge_results")
    assert done == 2 and event.facts["results"] == [[mine.pk, 0, "0.00"], [theirs.pk, 3, "30.00"]]
    assert len(event.facts["words"]) == 64, "words stand in the record by their digest"


def test_what_is_said_again_is_not_judged_again(cast: Cast) -> None:
    row = computed(opened(cast))
    one = result(row, cast.jyj, "机构职能")
    said = Judgement(one.pk, one.edition, one.findings, one.evidence)
    assert judging.judge(actor=cast.qianqi, assessment=row, judgements=[said], at=NOW) == 0
    assert result(row, cast.jyj, "机构职能").judged_by is None
    assert not ReportEvent.objects.filter(action="judge_results").exists()


def test_the_second_of_two_is_told_who_was_first_and_nothing_is_lost(cast: Cast) -> None:
    row = opened(cast)
    judge(cast, row, cast.jyj, 1)
    one, other = result(row, cast.jyj), result(row, cast.wjw)
    with pytest.raises(Stale, match="钱七已于10月12日 10:00评定市教育局") as told:
        judging.judge(
            actor=cast.qianqi, assessment=row, at=NOW,
            judgements=[Judgement(one.pk, 0, 2, "甲"), Judgement(other.pk, 0, 0, "")],
        )  # fmt: skip
    assert told.value.keys == {one.pk}
    assert result(row, cast.wjw).is_waiting


def test_only_the_department_in_charge_judges_and_only_its_own_assessment(cast: Cast) -> None:
    row = opened(cast)
    one = result(row, cast.jyj)
    for who in (cast.wangwu, cast.fenger, cast.root):
        with pytest.raises(WrongPerson):
            judging.judge(actor=who, assessment=row, judgements=[Judgement(one.pk, 0, 0, "")], at=NOW)
    with pytest.raises(PermissionDenied):
        judging.judge(actor=cast.qianqi, assessment=row, judgements=[Judgement(999_999, 0, 0, "")], at=NOW)


def test_a_rating_is_left_out_or_left_to_the_data(cast: Cast) -> None:
    row = computed(opened(cast))
    with pytest.raises(Incomplete, match="只能设为不计分"):
        judge(cast, row, cast.jyj, 2, name="公众评议")
    judge(cast, row, cast.jyj, name="公众评议", applies=False)
    again = judge(cast, row, cast.jyj, name="公众评议", applies=True)
    assert again.is_waiting, "counted again, it waits for the data"


# --- objections -------------------------------------------------------------------------------------------------------------


@pytest.mark.law("条例§46")
def test_the_head_objects_once_a_result_while_it_is_asked_for(cast: Cast) -> None:
    row = announced(cast)
    one = result(row, cast.jyj)
    for who in (cast.lisi, cast.zhaoliu, cast.qianqi):
        with pytest.raises(WrongPerson):
            judging.object_to(actor=who, result=one, text="不实", link="", at=NOW)
    with pytest.raises(Incomplete, match="写明异议理由"):
        judging.object_to(actor=cast.wangwu, result=one, text=" ", link="", at=NOW)
    made = objected(cast, row)
    assert (made.findings, made.deducted, made.state) == (2, Decimal(20), "filed")
    with pytest.raises(Refused, match="已经提出过异议"):
        objected(cast, row)
    told = Notice.objects.get(kind="scorecard_objected")
    assert told.recipient == cast.qianqi and "市教育局" in told.title


def test_it_is_too_late_after_the_last_day_and_too_early_before(cast: Cast) -> None:
    early = opened(cast)
    with pytest.raises(WrongState, match="评定中"):
        judging.object_to(actor=cast.wangwu, result=result(early, cast.jyj), text="不实", link="", at=NOW)
    computed(early)
    judge(cast, early, cast.jyj, 1)
    judge(cast, early, cast.wjw)
    assessing.announce(actor=cast.qianqi, row=early, until=TODAY + timedelta(days=5), at=NOW)
    late = NOW + timedelta(days=6)
    with pytest.raises(WrongState, match="期限已过"):
        judging.object_to(actor=cast.wangwu, result=result(early, cast.jyj), text="不实", link="", at=late)
    last = NOW + timedelta(days=5)
    assert judging.object_to(actor=cast.wangwu, result=result(early, cast.jyj), text="不实", link="", at=last).pk


def test_an_objection_is_answered_with_a_reason_and_the_head_hears_of_it(cast: Cast) -> None:
    row = announced(cast)
    made = objected(cast, row)
    with pytest.raises(Incomplete, match="处理意见"):
        judging.answer(actor=cast.qianqi, objection=made, answer_text=" ", at=NOW)
    with pytest.raises(WrongPerson):
        judging.answer(actor=cast.wangwu, objection=made, answer_text="维持", at=NOW)
    judging.answer(actor=cast.qianqi, objection=made, answer_text="材料仍不齐", at=NOW)
    made.refresh_from_db()
    assert (made.state, made.answer, result(row, cast.jyj).findings) == ("upheld", "材料仍不齐", 2)
    assert set(Notice.objects.filter(kind="scorecard_answered").values_list("recipient__username", flat=True)) == {
        "wangwu",
        "lisi",
    }


def test_a_changed_result_changes_the_score_and_the_places(cast: Cast) -> None:
    row = announced(cast)
    made = objected(cast, row)
    one = made.result
    for change in (Judgement(one.pk, one.edition, 2, one.evidence), Judgement(one.pk, one.edition, 1, " ")):
        with pytest.raises(Incomplete):
            judging.answer(actor=cast.qianqi, objection=made, answer_text="属实", change=change, at=NOW)
    change = Judgement(one.pk, one.edition, 0, "材料已经补齐")
    judging.answer(actor=cast.qianqi, objection=made, answer_text="属实", change=change, at=NOW)
    made.refresh_from_db()
    now = result(row, cast.jyj)
    assert (made.state, made.findings, now.findings, now.deducted) == ("changed", 2, 0, 0)
    assert dict(row.cards.values_list("department__code", "rank")) == {"jyj": 1, "wjw": 1}


def test_the_second_answer_is_refused_with_who_was_first(cast: Cast) -> None:
    row = announced(cast)
    made = objected(cast, row)
    stale = Objection.objects.select_related("result__card", "result__indicator").get(pk=made.pk)
    judging.answer(actor=cast.qianqi, objection=made, answer_text="维持", at=NOW)
    with pytest.raises(Lost, match="钱七已于"):
        judging.answer(actor=cast.qianqi, objection=stale, answer_text="维持", at=NOW)
    assert Result.objects.filter(objection=made).count() == 1
