"""How applications were answered, what citizens say, what the watch and the ledger of problems say."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from accounts.models import Department
from disclosure.models import WatchFinding
from reports.evaluation import services as evaluation
from reports.models import Problem
from reports.plans import trainings
from reports.plans.trainings import TrainingValues
from reports.problems import services as problems
from reports.scorecards.measures.base import Found
from reports.scorecards.measures.ratings import LEAST
from reports.scorecards.periods import Period, PeriodKind, period_of
from requests_app.following import services as following
from requests_app.handling import services as handling
from requests_app.models import Inquiry, Remedy
from tests.reports.evaluation.making import add, compose, opened, vote, voted
from tests.reports.scorecards.making import ask, moment
from tests.requests_app.casework import Office, fresh

FIRST = period_of(PeriodKind.QUARTER, 2026, 1)
SECOND = period_of(PeriodKind.QUARTER, 2026, 2)
ASKED_ON, AT = date(2026, 2, 2), moment(date(2026, 7, 1))


def of(code: str, body: Department, period: Period = FIRST, **said: int) -> Found:
    return ask(code, body, period=period, at=AT, **said).get(body.pk, Found())


@pytest.mark.law("条例§33")
def test_answers_after_their_day_are_findings_and_lead_to_the_ledger(office: Office) -> None:
    jyj = office.cast.jyj
    office.answered(office.handling(ASKED_ON), date(2026, 2, 10))
    office.answered(office.handling(ASKED_ON, title="另一件"), date(2026, 3, 30))
    found = of("late_answers", jyj)
    assert (found.findings, found.evidence) == (1, "答复 2 件，其中逾期 1 件")
    assert found.links[0][1] == (
        "/desk/requests/?tab=all&department=jyj&answered_from=2026-01-01&answered_to=2026-03-31&on_time=no"
    )
    assert of("late_answers", jyj, SECOND).findings == 0


def test_what_nobody_answered_is_a_finding_of_the_period_of_its_day(office: Office) -> None:
    office.handling(ASKED_ON)
    assert of("unanswered_late", office.cast.jyj).findings == 1
    assert of("unanswered_late", office.cast.jyj, SECOND).findings == 0
    assert of("unanswered_late", office.cast.wjw).findings == 0


@pytest.mark.law("条例§51")
def test_what_a_reconsideration_put_right_is_a_finding(office: Office) -> None:
    case = office.answered(office.handling(ASKED_ON), date(2026, 2, 10))
    filed_on = date(2026, 2, 20)
    remedy = handling.record_remedy(
        actor=office.cast.lisi, case=case, kind="reconsideration", body="云岚市人民政府", number="", filed_on=filed_on,
        at=moment(filed_on),
    )  # fmt: skip
    assert of("remedies_corrected", office.cast.jyj).findings == 0
    ended_on = date(2026, 3, 20)
    handling.conclude_remedy(
        actor=office.cast.lisi, remedy=remedy, result="correct", concluded_on=ended_on, at=moment(ended_on)
    )
    found = of("remedies_corrected", office.cast.jyj)
    assert found.links == ((case.number, f"/desk/requests/{case.pk}/"),)
    Remedy.objects.update(result="maintain")
    assert of("remedies_corrected", office.cast.jyj).findings == 0


@pytest.mark.law("条例§47")
def test_inquiries_are_answered_by_their_day(office: Office) -> None:
    case, due_on = office.handling(ASKED_ON), date(2026, 2, 10)
    made = handling.inquire(actor=office.cast.qianqi, case=case, text="请说明", due_on=due_on, at=moment(ASKED_ON))
    assert of("inquiries_late", office.cast.jyj).findings == 1
    handling.answer_inquiry(actor=office.cast.lisi, inquiry=made, answer="已办", at=moment(due_on, 17))
    assert of("inquiries_late", office.cast.jyj).findings == 0
    Inquiry.objects.update(answered_at=moment(date(2026, 2, 11)))
    assert of("inquiries_late", office.cast.jyj).findings == 1


@pytest.mark.law("条例§51")
def test_complaints_are_answered_within_days(office: Office) -> None:
    case = office.answered(office.handling(ASKED_ON), date(2026, 2, 10))
    following.complain(case=case, text="没有说明理由", at=moment(date(2026, 2, 12)))
    found = of("complaints_unanswered", office.cast.jyj)
    assert found.findings == 1 and "没有说明理由" not in found.evidence
    handling.answer_complaint(actor=office.cast.wangwu, case=fresh(case), text="已说明", at=moment(date(2026, 2, 13)))
    assert of("complaints_unanswered", office.cast.jyj).findings == 0
    assert of("complaints_unanswered", office.cast.jyj, SECOND).findings == 0


@pytest.mark.law("条例§46")
def test_ratings_of_answers_earn_their_share_from_five_on(office: Office) -> None:
    for number in range(LEAST):
        few = of("satisfaction", office.cast.jyj)
        assert not few.applies and "不足 5 份" in few.evidence
        case = office.answered(office.handling(ASKED_ON, title=f"第{number}件"), date(2026, 2, 10))
        handling.rate(case=case, stars=4, text="", at=moment(date(2026, 2, 11)))
    found = of("satisfaction", office.cast.jyj)
    assert (found.applies, found.share) == (True, Decimal("0.8"))
    assert not of("satisfaction", office.cast.wjw).applies


@pytest.mark.law("条例§46")
def test_ballots_count_in_the_period_in_which_they_ended_from_five_on(office: Office) -> None:
    row = voted(office.cast, office.cast.jyj, [5, 5, 4, 4], closes_on=date(2026, 3, 20))
    assert not of("ballots", office.cast.jyj).applies
    other = voted(office.cast, office.cast.jyj, [5], closes_on=date(2026, 3, 25))
    found = of("ballots", office.cast.jyj)
    assert found.share == Decimal(23) / 25 and row.pk != other.pk
    assert not of("ballots", office.cast.jyj, SECOND).applies
    assert not of("ballots", office.cast.wjw).applies


def test_what_a_single_person_said_cannot_be_worked_out_of_the_evidence(office: Office) -> None:
    cast, began = office.cast, moment(date(2026, 3, 1))
    row = compose(cast, opens_on=began.date(), closes_on=date(2026, 4, 30), at=began)
    add(cast, row, "stars", text="容易找到")
    add(cast, row, "stars", is_required=False, text="无障碍好用")
    row.refresh_from_db()
    evaluation.open_to_public(actor=cast.qianqi, row=row, at=began)
    for _ in range(5):
        vote(row, cast.jyj, 5, at=began)
    vote(row, cast.jyj, 5, 1, at=began)
    evaluation.close(actor=cast.qianqi, row=row, at=moment(date(2026, 3, 20)))
    assert of("ballots", cast.jyj).evidence == "6 份评议、6 个回答，平均 5.00 分（满分 5 分）"


@pytest.mark.law("条例§46")
def test_ballots_closed_by_hand_count_in_the_period_in_which_they_were_closed(office: Office) -> None:
    cast, began = office.cast, moment(date(2026, 3, 1))
    row = opened(cast, closes_on=date(2026, 4, 30), at=began)
    for _ in range(5):
        vote(row, cast.jyj, 4, at=moment(date(2026, 3, 12)))
    evaluation.close(actor=cast.qianqi, row=row, at=moment(date(2026, 3, 20)))
    assert of("ballots", cast.jyj).share == Decimal("0.8")
    assert not of("ballots", cast.jyj, SECOND).applies
    last = voted(cast, cast.wjw, [3] * 5, closes_on=FIRST.last)  # ended by the job, after midnight of its last day
    assert last.closed_at == SECOND.start and of("ballots", cast.wjw).applies
    assert not of("ballots", cast.wjw, SECOND).applies


def test_ballots_of_what_is_still_open_help_nobody_over_the_threshold(office: Office) -> None:
    cast = office.cast
    over = opened(cast, kinds=("stars", "stars"), closes_on=date(2026, 3, 20))
    for _ in range(3):
        vote(over, cast.jyj, 1, 1)
    evaluation.close(actor=cast.qianqi, row=over, at=moment(date(2026, 3, 20)))
    still = opened(cast, closes_on=date(2026, 3, 25))
    for _ in range(2):
        vote(still, cast.jyj, 1)
    assert not of("ballots", cast.jyj).applies


def test_the_evidence_of_ballots_tells_ballots_from_answers(office: Office) -> None:
    cast = office.cast
    row = opened(cast, kinds=("stars", "stars"), closes_on=date(2026, 3, 20))
    for _ in range(3):
        vote(row, cast.jyj, 5, 4)
    evaluation.close(actor=cast.qianqi, row=row, at=moment(date(2026, 3, 20)))
    assert not of("ballots", cast.jyj).applies, "six answers of three people"
    voted(cast, cast.jyj, [5, 5], closes_on=date(2026, 3, 25))
    assert of("ballots", cast.jyj).evidence.startswith("5 份评议、8 个回答，平均 4.62 分")


def test_open_findings_of_the_watch_count_at_the_end_of_the_period(office: Office) -> None:
    jyj, during = office.cast.jyj, moment(date(2026, 3, 1))
    said = {"first_seen_at": during, "last_seen_at": during, "department": jyj, "detail": "问题"}
    WatchFinding.objects.create(key="1", kind="stale", **said)
    WatchFinding.objects.create(key="2", kind="dead_link", **said, resolved_at=during + timedelta(days=3))
    WatchFinding.objects.create(key="3", kind="dead_link", **said, resolved_at=AT - timedelta(days=3))
    found = {code: of(code, jyj).findings for code in ("watch_stale", "watch_empty", "watch_links")}
    assert found == {"watch_stale": 1, "watch_empty": 0, "watch_links": 1}
    assert of("watch_links", jyj).links == (
        ("栏目和链接巡查", "/desk/documents/registers/watch/?kind=dead_link&department=jyj"),
    )
    assert of("watch_stale", jyj, period_of(PeriodKind.YEAR, 2025)).findings == 0


@pytest.mark.law("条例§47")
def test_problems_that_were_not_put_right_in_time_are_findings(office: Office) -> None:
    cast, due_on = office.cast, date(2026, 3, 10)
    said = {"actor": cast.qianqi, "department": cast.jyj, "due_on": due_on, "at": moment(date(2026, 3, 1))}
    late, in_time = (problems.open_problem(text=words, **said) for words in ("甲", "乙"))
    assert of("problems_overdue", cast.jyj).findings == 2
    for row, on in ((late, date(2026, 3, 11)), (in_time, due_on)):
        problems.report(actor=cast.wangwu, problem=row, edition=0, text="已改", link="", at=moment(on))
    found = of("problems_overdue", cast.jyj)
    assert (found.findings, found.links) == (1, (("甲", f"/desk/reports/problems/{late.pk}/"),))
    Problem.objects.filter(pk=late.pk).update(**{"state": "voided"})
    assert of("problems_overdue", cast.jyj).findings == 0


def test_a_day_that_ends_the_period_counts_once_it_has_passed(office: Office) -> None:
    cast, last = office.cast, FIRST.last
    said = {"actor": cast.qianqi, "department": cast.jyj, "due_on": last, "at": moment(date(2026, 3, 1))}
    problems.open_problem(text="甲", **said)
    found = [ask("problems_overdue", cast.jyj, period=FIRST, at=moment(last + timedelta(days=n))) for n in (0, 1)]
    assert [len(one) for one in found] == [0, 1]
    assert of("problems_overdue", cast.jyj, SECOND).findings == 0, "and in no other period"


@pytest.mark.law("条例§48")
def test_a_body_that_recorded_no_training_of_the_year_is_found(office: Office) -> None:
    cast, year = office.cast, period_of(PeriodKind.YEAR, 2025)
    values = TrainingValues(cast.jyj, date(2025, 3, 20), "依申请公开办理", "lecture", 40, Decimal("3.5"))
    row = trainings.record_training(actor=cast.lisi, values=values, at=moment(date(2026, 1, 5)))
    found = ask("training_held", cast.jyj, cast.wjw, period=year, at=AT)
    assert [found[body.pk].findings for body in (cast.jyj, cast.wjw)] == [0, 1]
    assert found[cast.jyj.pk].evidence == "登记培训 1 次"
    assert found[cast.wjw.pk].links == (("培训记录", "/desk/reports/trainings/?year=2025&department=wjw"),)
    assert of("training_held", cast.jyj, period_of(PeriodKind.YEAR, 2026)).findings == 1, "another year's"
    trainings.void_training(actor=cast.lisi, training=row, reason="重复", at=moment(date(2026, 1, 6)))
    assert of("training_held", cast.jyj, year).findings == 1
