"""The days of a count on sheets of a calendar, so that anybody can check it by eye. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from requests_app.deadlines import REPLY_WORKDAYS, Clock
from workdays.arithmetic import Calendar

MOST_MONTHS = 24
_DAY = timedelta(days=1)


class Mark(StrEnum):
    """Why a day is counted or not."""

    OUTSIDE = "outside"
    START = "start"
    COUNTED = "counted"
    MADE_UP = "made_up"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    TAKEN_OUT = "taken_out"
    DELAYED = "delayed"


WORDS = {
    Mark.OUTSIDE: "",
    Mark.START: "起",
    Mark.COUNTED: "",
    Mark.MADE_UP: "班",
    Mark.WEEKEND: "",
    Mark.HOLIDAY: "休",
    Mark.TAKEN_OUT: "扣除",
    Mark.DELAYED: "延迟",
}


@dataclass(frozen=True, slots=True)
class CountedDay:
    """A day: its mark, which working day of the count it is (None: not counted), and whether the period ends on it."""

    on: date
    mark: Mark
    number: int | None
    is_due: bool

    @property
    def word(self) -> str:
        """What stands below the day."""
        return WORDS[self.mark]


@dataclass(frozen=True, slots=True)
class CalendarMonth:
    """A month; weeks start on Monday, None where the month has no day. ``counted`` is how many of its days count."""

    year: int
    number: int
    counted: int
    weeks: tuple[tuple[CountedDay | None, ...], ...]


def counting(clock: Clock, calendar: Calendar) -> list[CalendarMonth]:
    """Every month from the day the running count starts (条例§33, its first day is not counted) to the day it ends on.

    Empty without a due day, and for counts over more than 24 months, which nobody checks on a calendar.
    """
    start = clock.payment_due_on if clock.awaits_payment else clock.started_on
    if start is None or clock.due_on is None:
        return []
    months = (clock.due_on.year - start.year) * 12 + clock.due_on.month - start.month
    if months >= MOST_MONTHS:
        return []
    days = {day.on: day for day in _days(clock, start, clock.due_on, calendar)}
    first = start.year * 12 + start.month - 1
    return [_month(turn // 12, turn % 12 + 1, days) for turn in range(first, first + months + 1)]


def _days(clock: Clock, start: date, due_on: date, calendar: Calendar) -> Iterator[CountedDay]:
    """Every day from ``start`` to ``due_on`` with its mark."""
    wanted, number, day = REPLY_WORKDAYS + clock.extension_workdays, 0, start
    while day <= due_on:
        mark = Mark.START if day == start else _mark(clock, day, calendar)
        if mark in (Mark.COUNTED, Mark.MADE_UP) and number >= wanted:
            mark = Mark.DELAYED
        is_counted = mark in (Mark.COUNTED, Mark.MADE_UP)
        number += is_counted
        yield CountedDay(day, mark, number if is_counted else None, day == due_on)
        day += _DAY


def _mark(clock: Clock, day: date, calendar: Calendar) -> Mark:
    is_weekday = day.weekday() < 5
    if not calendar.is_workday(day):
        return Mark.HOLIDAY if is_weekday else Mark.WEEKEND
    if any(after < day <= until for after, until in clock.pauses):
        return Mark.TAKEN_OUT
    return Mark.COUNTED if is_weekday else Mark.MADE_UP


def _month(year: int, number: int, days: dict[date, CountedDay]) -> CalendarMonth:
    day = date(year, number, 1)
    cells: list[CountedDay | None] = [None] * day.weekday()
    while day.month == number:
        cells.append(days.get(day) or CountedDay(day, Mark.OUTSIDE, None, False))
        day += _DAY
    counted = sum(cell is not None and cell.number is not None for cell in cells)
    cells += [None] * (-len(cells) % 7)
    return CalendarMonth(year, number, counted, tuple(tuple(cells[at : at + 7]) for at in range(0, len(cells), 7)))
