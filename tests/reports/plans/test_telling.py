"""Reminders of tasks and of quarters: when, to whom, and each only once."""

from datetime import date, timedelta

import pytest

from accounts.models import DepartmentRole
from jobs.models import Job
from notices.models import Notice
from reports.plans import progress
from reports.plans.briefings import behind
from reports.plans.jobs import REMIND, begin
from reports.plans.telling import remind
from tests.reports.plans.planning import Planner, at, fresh

pytestmark = pytest.mark.django_db
DUE = date(2026, 6, 30)  # a Tuesday


def told(kind: str) -> set[str]:
    return set(Notice.objects.filter(kind=kind).values_list("recipient__username", flat=True))


def test_bodies_are_reminded_ten_five_two_and_no_working_days_before(planner: Planner) -> None:
    planner.task()
    counts = {}
    day = date(2026, 6, 1)
    while day <= DUE:
        counts[day] = remind(at=at(day, 9))
        assert remind(at=at(day, 10)) == 0
        day += timedelta(days=1)
    # 端午 is off on the 19th; 10 working days before the 30th is the 15th.
    assert [day.day for day, count in counts.items() if count] == [15, 23, 26, 30]
    assert told("task_due_soon") == {"lisi", "wangwu", "zhaoliu"}
    assert "任务期限今天到期" in Notice.objects.filter(kind="task_due_soon").latest("pk").title


def test_what_is_over_is_told_once_to_the_head_and_the_department_in_charge(planner: Planner) -> None:
    task = planner.task()
    assert remind(at=at(date(2026, 7, 1))) == 2
    assert told("task_overdue") == {"wangwu", "qianqi"}
    assert remind(at=at(date(2026, 7, 20))) == 0
    said = {"due_on": date(2026, 7, 10), "text": "推迟", "seen": DUE}
    progress.move_deadline(actor=planner.cast.qianqi, task=fresh(task), at=at(), **said)
    assert remind(at=at(date(2026, 7, 20))) == 2  # a moved day arms it again


def test_without_a_head_the_officers_hear_of_it(planner: Planner) -> None:
    DepartmentRole.objects.filter(user=planner.cast.wangwu).delete()
    planner.task()
    remind(at=at(date(2026, 7, 1)))
    assert told("task_overdue") == {"lisi", "qianqi"}


def test_a_standstill_is_made_up_for_with_what_still_fits(planner: Planner) -> None:
    planner.task()
    assert remind(at=at(date(2026, 6, 29))) == 3
    assert "还剩 1 个工作日" in Notice.objects.filter(kind="task_due_soon")[0].title


def test_what_is_reported_or_settled_reminds_nobody(planner: Planner) -> None:
    planner.done(planner.task())
    assert remind(at=at(DUE)) == 0


def test_a_quarter_that_ends_with_too_few_briefings_is_told_once(planner: Planner) -> None:
    task = planner.task(planner.briefing())
    assert remind(at=at(date(2026, 6, 12))) == 0  # eleven working days before
    planner.held(task, date(2026, 6, 12))
    assert remind(at=at(date(2026, 6, 15))) == 2
    assert told("briefing_quota") == {"lisi", "wangwu"}
    row = Notice.objects.filter(kind="briefing_quota")[0]
    assert row.title.startswith("到第二季度末计划举办新闻发布 3 场，已举办 1 场") and row.due_on == date(2026, 6, 30)
    assert remind(at=at(date(2026, 6, 25))) == 0
    assert remind(at=at(date(2026, 9, 25))) == 2  # the next quarter has a day of its own


def test_a_quarter_with_enough_briefings_is_nobodys_trouble(planner: Planner) -> None:
    task = planner.task(planner.briefing(quotas=(0, 1, 0, 0)))
    planner.held(task, date(2026, 6, 12))
    assert remind(at=at(date(2026, 6, 15))) == 0


def test_a_briefing_held_early_counts_for_the_quarter_after(planner: Planner) -> None:
    task = planner.task(planner.briefing(quotas=(1, 1, 1, 1)))
    for day in (date(2026, 3, 3), date(2026, 3, 10)):
        planner.held(task, day)
    assert remind(at=at(date(2026, 6, 25))) == 0 and behind(date(2026, 7, 1)) == []
    assert remind(at=at(date(2026, 9, 25))) == 2
    (found,) = behind(date(2026, 10, 1))
    assert (found.planned - found.held, found.since) == (1, date(2026, 9, 30))


def test_one_faulty_message_keeps_nobody_else_waiting(planner: Planner, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = planner.issued(planner.values(), planner.values(text="另一项"))
    faulty = plan.tasks.order_by("pk")[0].pk
    monkeypatch.setattr("reports.plans.telling.url_of", lambda task: "no path" if task.pk == faulty else "/desk/")
    assert remind(at=at(date(2026, 7, 1))) == 2


def test_the_days_work_is_put_down_once_in_the_hours_of_a_working_day(planner: Planner) -> None:
    for moment in (at(date(2026, 6, 14), 10), at(date(2026, 6, 15), 7), at(date(2026, 6, 15), 20)):
        begin(at=moment)
    assert not Job.objects.filter(kind=REMIND).exists()
    begin(at=at(date(2026, 6, 15), 9))
    begin(at=at(date(2026, 6, 15), 11))
    assert Job.objects.filter(kind=REMIND).count() == 1
