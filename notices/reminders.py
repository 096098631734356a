"""When somebody is reminded of a due day. Pure: days and a calendar in, a step out; both clocks use it (rulings 25)."""

from collections.abc import Sequence
from datetime import date

from workdays.arithmetic import Calendar

LATE = -1


def step_of(due_on: date, today: date, calendar: Calendar, steps: Sequence[int]) -> int | None:
    """The latest reminder that fits ``today``: the smallest of ``steps`` (working days left) that is reached.

    `LATE` from the first day after the due day, None while it is too early for any. What a pause skipped is not made
    up for.
    """
    if due_on < today:
        return LATE
    left = calendar.workdays_between(today, due_on)
    return min((step for step in steps if left <= step), default=None)


def too_early_from(today: date, calendar: Calendar, steps: Sequence[int]) -> date:
    """The first due day that nobody is reminded of yet."""
    return calendar.add_workdays(today, max(steps) + 1).on
