"""The ledger of problems: entered, reported, sent back, closed; who may, what is refused and why, who hears of it."""

from datetime import timedelta
from typing import Any

import pytest

from accounts.models import User
from disclosure.models import WatchFinding
from notices.models import Notice
from reports.models import Problem, ReportEvent
from reports.problems import rules
from reports.problems import services as problems
from reports.scorecards import assessing, judging
from reports.scorecards.judging import Judgement
from requests_app.handling import services as handling
from tests.cast import Cast
from tests.reports.problems.making import DUE, NOW, TODAY, closed, entered, reported
from tests.reports.scorecards.making import announced, computed, judge, objected, opened, result
from tests.requests_app.casework import Office
from workflow.services import Incomplete, Lost, WrongPerson, WrongState

LATER = NOW + timedelta(days=1)


def told(kind: str) -> set[str]:
    return set(Notice.objects.filter(kind=f"problem_{kind}").values_list("recipient__username", flat=True))


@pytest.mark.law("条例§47")
def test_a_problem_goes_from_the_ledger_to_its_end(cast: Cast) -> None:
    row = entered(cast, demand="三日内补充")
    assert told("opened") == {"wangwu", "lisi"}
    reported(cast, row)
    assert (row.state, row.reported_on, told("reported")) == ("reported", TODAY, {"qianqi"})
    problems.send_back(actor=cast.qianqi, problem=row, edition=1, text="还缺确认办法", due_on=DUE, at=NOW)
    assert (row.state, row.reported_on, told("sent_back")) == ("open", None, {"wangwu", "lisi"})
    reported(cast, row, at=LATER)
    problems.close(actor=cast.qianqi, problem=row, edition=3, text="已核实", at=LATER)
    row.refresh_from_db()
    assert (row.state, row.closed_on, told("closed")) == ("closed", LATER.date(), {"wangwu", "lisi"})
    actions = list(ReportEvent.objects.order_by("number").values_list("action", flat=True))
    assert actions == ["open_problem", "report_problem", "return_problem", "report_problem", "close_problem"]
    said = list(row.remarks.order_by("pk").values_list("text", flat=True))
    assert said == ["已补充", "还缺确认办法", "已补充", "已核实"]
    assert "缺" not in str(list(ReportEvent.objects.values_list("facts", flat=True))), "words by their digest only"


def test_the_department_in_charge_enters_and_checks_the_head_reports(cast: Cast) -> None:
    for who in (cast.wangwu, cast.lisi, cast.fenger, cast.root):
        with pytest.raises(WrongPerson):
            entered(cast, actor=who)
    row = entered(cast)
    for who in (cast.lisi, cast.zhaoliu, cast.qianqi):
        with pytest.raises(WrongPerson):
            reported(cast, row, actor=who)
    reported(cast, row)
    for who in (cast.wangwu, cast.fenger):
        with pytest.raises(WrongPerson):
            problems.close(actor=who, problem=row, edition=1, text="已核实", at=NOW)


def test_what_is_missing_is_said(cast: Cast) -> None:
    for said, words in (({"text": " "}, "写明问题"), ({"due_on": TODAY}, "今天以后")):
        with pytest.raises(Incomplete, match=words):
            entered(cast, **said)
    row = entered(cast)
    with pytest.raises(Incomplete, match="整改措施"):
        reported(cast, row, text="")
    reported(cast, row)
    with pytest.raises(Incomplete, match="没有整改到位"):
        problems.send_back(actor=cast.qianqi, problem=row, edition=1, text="", due_on=DUE, at=NOW)
    with pytest.raises(Incomplete, match="今天以后"):
        problems.send_back(actor=cast.qianqi, problem=row, edition=1, text="缺", due_on=TODAY, at=NOW)
    with pytest.raises(Incomplete, match="核实的情况"):
        problems.close(actor=cast.qianqi, problem=row, edition=1, text="", at=NOW)


def test_a_change_and_a_withdrawal_need_words_and_a_day_to_come(cast: Cast) -> None:
    row = entered(cast)
    said = {"actor": cast.qianqi, "problem": row, "edition": 0, "demand": "", "at": NOW}
    for more, words in (
        ({"text": " ", "due_on": DUE, "reason": "写错"}, "写明问题和修改的原因"),
        ({"text": "甲", "due_on": DUE, "reason": " "}, "写明问题和修改的原因"),
        ({"text": "甲", "due_on": TODAY, "reason": "提前"}, "今天以后"),
    ):
        with pytest.raises(Incomplete, match=words):
            problems.amend(**said, **more)
    with pytest.raises(Incomplete, match="撤销的原因"):
        problems.void(actor=cast.qianqi, problem=row, edition=0, text=" ", at=NOW)
    row.refresh_from_db()
    assert (row.state, row.edition) == ("open", 0)


def test_a_step_in_the_wrong_state_says_so(cast: Cast) -> None:
    row = entered(cast)
    with pytest.raises(WrongState, match="只有“已整改待核”时可以销账"):
        problems.close(actor=cast.qianqi, problem=row, edition=0, text="已核实", at=NOW)
    over = closed(cast)
    for verb, said in ((problems.report, {"link": ""}), (problems.void, {})):
        with pytest.raises(WrongState, match="已销账"):
            verb(actor=cast.wangwu, problem=over, edition=over.edition, text="甲", at=NOW, **said)


def test_the_second_of_two_is_told(cast: Cast) -> None:
    row = entered(cast)
    stale = Problem.objects.get(pk=row.pk)
    amended = {"text": "指南写得不清", "demand": "", "due_on": DUE, "reason": "说得更准"}
    problems.amend(actor=cast.qianqi, problem=row, edition=0, at=NOW, **amended)
    with pytest.raises(Lost, match="钱七已于"):
        problems.amend(actor=cast.qianqi, problem=stale, edition=0, at=NOW, **amended)
    reported(cast, row)
    with pytest.raises(Lost, match="王五已于"):
        problems.void(actor=cast.qianqi, problem=stale, edition=0, text="建错", at=NOW)


def test_another_day_is_given_with_a_reason_and_told_again(cast: Cast) -> None:
    row = entered(cast)
    said: dict[str, Any] = {"text": row.text, "demand": "", "due_on": DUE + timedelta(days=5)}
    with pytest.raises(Incomplete, match="修改的原因"):
        problems.amend(actor=cast.qianqi, problem=row, edition=0, reason=" ", at=NOW, **said)
    problems.amend(actor=cast.qianqi, problem=row, edition=0, reason="需要采购", at=NOW, **said)
    assert row.due_on == DUE + timedelta(days=5)
    assert Notice.objects.filter(kind="problem_opened", title__startswith="整改要求有修改").count() == 2


def test_what_was_entered_by_mistake_is_taken_out_and_may_be_entered_again(cast: Cast, reference: None) -> None:
    one = result(announced(cast), cast.jyj)
    row = problems.from_result(actor=cast.qianqi, result=one, at=NOW)
    problems.void(actor=cast.qianqi, problem=row, edition=0, text="重复", at=NOW)
    assert problems.from_result(actor=cast.qianqi, result=one, at=NOW).pk != row.pk


# --- one button -------------------------------------------------------------------------------------------------------------


def test_a_finding_of_an_assessment_goes_into_the_ledger_once(cast: Cast, reference: None) -> None:
    row = computed(opened(cast))
    one = judge(cast, row, cast.jyj, 2, "两份答复书没有写明救济途径")
    good = judge(cast, row, cast.wjw, 0, "")
    assessing.announce(actor=cast.qianqi, row=row, until=DUE, at=NOW)
    one, good = result(row, cast.jyj), result(row, cast.wjw)
    made = problems.from_result(actor=cast.qianqi, result=one, at=NOW)
    assert (made.department, made.origin, made.result) == (cast.jyj, "result", one)
    assert "两份答复书没有写明救济途径" in made.text and made.due_on > TODAY
    with pytest.raises(problems.AlreadyOpen):
        problems.from_result(actor=cast.qianqi, result=one, at=NOW)
    with pytest.raises(Incomplete, match="没有发现问题"):
        problems.from_result(actor=cast.qianqi, result=good, at=NOW)


def test_what_a_body_may_not_see_yet_or_any_more_stays_out_of_the_ledger(cast: Cast, reference: None) -> None:
    row = opened(cast)
    judge(cast, row, cast.jyj, 2, "现场抽查发现两份答复书缺要素")
    with pytest.raises(WrongState, match="现在是“评定中”"):
        problems.from_result(actor=cast.qianqi, result=result(row, cast.jyj), at=NOW)
    assessing.cancel(actor=cast.qianqi, row=row, at=NOW)
    with pytest.raises(WrongState, match="现在是“已取消”"):
        problems.from_result(actor=cast.qianqi, result=result(row, cast.jyj), at=NOW)


@pytest.mark.parametrize("is_reported", [False, True])
@pytest.mark.law("条例§46")
def test_a_problem_falls_with_the_result_that_an_objection_changed(
    cast: Cast, reference: None, is_reported: bool
) -> None:
    row = announced(cast)
    made, objection = problems.from_result(actor=cast.qianqi, result=result(row, cast.jyj), at=NOW), objected(cast, row)
    if is_reported:
        reported(cast, made)
    change = Judgement(objection.result_id, objection.result.edition, 0, "材料已经补齐")
    judging.answer(actor=cast.qianqi, objection=objection, answer_text="属实", change=change, at=NOW)
    made.refresh_from_db()
    assert made.state == "voided" and made.remarks.latest("pk").text == "考核结果经异议改变"
    last = ReportEvent.objects.filter(subject_type="reports.problem", subject_id=made.pk).latest("number")
    assert last.action == "void_problem" and {"wangwu", "lisi"} <= told("closed")


def test_a_problem_stays_while_some_of_its_findings_do(cast: Cast, reference: None) -> None:
    row = announced(cast)
    made, objection = problems.from_result(actor=cast.qianqi, result=result(row, cast.jyj), at=NOW), objected(cast, row)
    change = Judgement(objection.result_id, objection.result.edition, 1, "一份已经补齐")
    judging.answer(actor=cast.qianqi, objection=objection, answer_text="部分属实", change=change, at=NOW)
    made.refresh_from_db()
    assert made.state == "open"


def test_a_finding_of_the_watch_goes_into_the_ledger_of_its_body(cast: Cast) -> None:
    said = {"kind": "dead_link", "detail": "指向的页面已不存在", "first_seen_at": NOW, "last_seen_at": NOW}
    own = WatchFinding.objects.create(key="1", department=cast.jyj, **said)
    nobodys = WatchFinding.objects.create(key="2", **said)
    made = problems.from_finding(actor=cast.qianqi, finding=own, at=NOW)
    assert (made.department, made.origin, made.text) == (cast.jyj, "finding", "链接失效：指向的页面已不存在")
    with pytest.raises(problems.AlreadyOpen):
        problems.from_finding(actor=cast.qianqi, finding=own, at=NOW)
    with pytest.raises(Incomplete, match="没有责任机构"):
        problems.from_finding(actor=cast.qianqi, finding=nobodys, at=NOW)
    own.delete()
    made.refresh_from_db()
    assert made.finding is None, "the problem outlives what the watch forgets"


def test_an_inquiry_goes_into_the_ledger_without_the_applicants_words(office: Office) -> None:
    case = office.handling(TODAY - timedelta(days=20))
    made = handling.inquire(actor=office.cast.qianqi, case=case, text="请说明为何拖延", due_on=TODAY, at=NOW)
    with pytest.raises(WrongState, match="期限过后"):
        problems.from_inquiry(actor=office.cast.qianqi, inquiry=made, at=NOW)
    row = problems.from_inquiry(actor=office.cast.qianqi, inquiry=made, at=LATER)
    assert case.number in row.text and case.matter not in row.text and "拖延" not in row.text
    handling.answer_inquiry(actor=office.cast.lisi, inquiry=made, answer="材料较多", at=LATER)
    with pytest.raises(WrongState, match="已经回复"):
        problems.from_inquiry(actor=office.cast.qianqi, inquiry=made, at=LATER)


# --- who sees ---------------------------------------------------------------------------------------------------------------


def test_predicate_and_queryset_agree(cast: Cast) -> None:
    entered(cast)
    entered(cast, department=cast.wjw)
    for name, person in cast.people.items():
        found = set(rules.problems_visible_to(person))
        for row in Problem.objects.select_related("department"):
            assert rules.can_see_problem(person, row) == (row in found), name
    seen = {name: rules.problems_visible_to(who).count() for name, who in cast.people.items()}
    assert {name for name, count in seen.items() if count == 2} == {"qianqi", "fenger"}
    assert {name for name, count in seen.items() if count == 1} == {"lisi", "wangwu", "zhaoliu"}
    row = Problem.objects.get(department=cast.jyj)
    assert {n for n, who in cast.people.items() if isinstance(who, User) and rules.can_report(who, row)} == {"wangwu"}
