"""Reads of the calendar."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from workdays.arithmetic import Calendar
from workdays.models import CalendarVersion, CalendarYear, Day

_EMPTY = Calendar.of((), ())


def current_calendar() -> Calendar:
    """The working-day calendar as loaded now.

    Costs one one-row query a call, so an import is seen at once by every process; pages call it once and pass the
    calendar on. The version is read before the days: a change in between is found by the next call.
    """
    stamp = CalendarVersion.objects.values_list("stamp", flat=True).first()
    return _EMPTY if stamp is None else _load(stamp)


def calendar_version() -> int:
    """Number of the calendar's version; 0 while nothing is loaded. Jobs that recount deadlines compare it."""
    return CalendarVersion.objects.values_list("number", flat=True).first() or 0


@lru_cache(maxsize=2)
def _load(stamp: str) -> Calendar:
    """The calendar under ``stamp``, built once a process; two threads may build it at once, which harms nobody."""
    years = CalendarYear.objects.filter(is_published=True).values_list("year", flat=True)
    days = Day.objects.filter(year__is_published=True).values_list("date", "is_workday")
    return Calendar.of(days, years)


def published_years() -> list[int]:
    """Years whose notice is loaded, newest first."""
    return list(CalendarYear.objects.filter(is_published=True).values_list("year", flat=True))


@dataclass(frozen=True, slots=True)
class Cell:
    """A day on the year page: `mark` is a word (休 or 班) or empty."""

    day: date
    is_workday: bool
    mark: str
    name: str


@dataclass(frozen=True, slots=True)
class Month:
    """A month on the year page; weeks start on Monday, None where the month has no day."""

    number: int
    workdays: int
    weeks: tuple[tuple[Cell | None, ...], ...]


def months_of(year: int, calendar: Calendar) -> list[Month]:
    """The twelve months of ``year`` with the days a notice names marked."""
    named = {day.date: day for day in Day.objects.filter(date__year=year)}
    return [_month(year, number, calendar, named) for number in range(1, 13)]


def _month(year: int, number: int, calendar: Calendar, named: dict[date, Day]) -> Month:
    first = date(year, number, 1)
    length = (date(year + number // 12, number % 12 + 1, 1) - first).days
    cells: list[Cell | None] = [None] * first.weekday()
    for offset in range(length):
        day = first + timedelta(days=offset)
        found = named.get(day)
        mark = "" if found is None else "班" if found.is_workday else "休"
        cells.append(Cell(day, calendar.is_workday(day), mark, found.name if found else ""))
    cells += [None] * (-len(cells) % 7)
    weeks = tuple(tuple(cells[at : at + 7]) for at in range(0, len(cells), 7))
    return Month(number, sum(cell.is_workday for cell in cells if cell), weeks)
