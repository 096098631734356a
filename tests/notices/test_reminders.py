"""When a reminder fits a day, and that each step of it is told once a due day."""

from datetime import date, timedelta

import pytest

from notices.models import Delivery, Notice
from notices.reminders import LATE, step_of, too_early_from
from tests.cast import Cast
from tests.notices.conftest import NOW, Tell
from workdays.arithmetic import Calendar

STEPS = (5, 2, 0)
# Friday, 2026-10-09; the week before it is a holiday, Saturday the 10th is worked.
DUE = date(2026, 10, 9)
HOLIDAY = [(date(2026, 10, day), False) for day in (1, 2, 5, 6, 7)]
CALENDAR = Calendar.of([*HOLIDAY, (date(2026, 10, 10), True)], [2026])


@pytest.mark.parametrize(
    ("today", "step"),
    [
        (date(2026, 9, 24), None),  # 6 working days left
        (date(2026, 9, 25), 5),
        (date(2026, 9, 26), 5),  # Saturday: as many as on Friday
        (date(2026, 9, 29), 5),
        (date(2026, 9, 30), 2),
        (date(2026, 10, 7), 2),  # the holiday counts for nothing
        (date(2026, 10, 8), 2),
        (DUE, 0),
        (date(2026, 10, 10), LATE),
        (date(2027, 10, 10), LATE),
    ],
)
def test_the_latest_reminder_that_fits_is_counted_in_working_days(today: date, step: int | None) -> None:
    assert step_of(DUE, today, CALENDAR, STEPS) == step


def test_a_due_day_without_work_is_reminded_of_on_the_last_working_day_before_it() -> None:
    sunday = date(2026, 9, 27)
    assert step_of(sunday, sunday - timedelta(days=3), CALENDAR, STEPS) == 2
    assert step_of(sunday, sunday - timedelta(days=2), CALENDAR, STEPS) == 0
    assert step_of(sunday, sunday + timedelta(days=1), CALENDAR, STEPS) == LATE


@pytest.mark.parametrize("today", [date(2026, 9, 20) + timedelta(days=n) for n in range(25)])
def test_what_is_looked_at_is_exactly_what_some_reminder_fits(today: date) -> None:
    until = too_early_from(today, CALENDAR, STEPS)
    days = [today + timedelta(days=n) for n in range(30)]
    assert [d for d in days if d < until] == [d for d in days if step_of(d, today, CALENDAR, STEPS) is not None]


def test_each_step_is_told_once_and_a_moved_date_arms_it_again(cast: Cast, tell: Tell) -> None:
    assert len(tell(due_on=DUE, step=5)) == 1
    assert tell(due_on=DUE, step=5, at=NOW + timedelta(days=1)) == []
    assert len(tell(due_on=DUE, step=2)) == 1
    assert len(tell(due_on=DUE, step=0)) == 1, "0 is a step too"
    assert len(tell(due_on=DUE)) == 1
    assert len(tell(due_on=DUE + timedelta(days=1), step=5)) == 1
    assert [row.recipient for row in tell(due_on=DUE, step=5, recipients=[cast.lisi, cast.wangwu])] == [cast.wangwu]
    assert Notice.objects.count() == Delivery.objects.count() == 6
