"""Counting working days. Pure: a frozen calendar in, dates out; O(log n) in the number of exceptional days."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import accumulate

# Next year's notice also moves days before New Year: 2018-12-29 was worked by the notice for 2019 (rulings 4).
FIRST_UNCERTAIN_DAY = (12, 26)
MOST_WORKDAYS = 10_000
_LAST_ORDINAL = date.max.toordinal()


class CountError(ValueError):
    """A count that makes no sense; the text (Chinese) may be shown to people."""


@dataclass(frozen=True, slots=True)
class Counted:
    """A day that was counted to; `provisional` while a notice that could move it is missing."""

    on: date
    provisional: bool


def _weekdays_up_to(ordinal: int) -> int:
    """Mondays to Fridays from 0001-01-01 (a Monday, ordinal 1) up to and including ``ordinal``."""
    weeks, rest = divmod(ordinal, 7)
    return weeks * 5 + min(rest, 5)


def _ordinal_of_weekday(rank: int) -> int:
    """Ordinal of the ``rank``-th Monday-to-Friday day since 0001-01-01; inverse of `_weekdays_up_to`."""
    weeks, rest = divmod(rank - 1, 5)
    return weeks * 7 + rest + 1


@dataclass(frozen=True, slots=True)
class Calendar:
    """Working days: Monday to Friday, except where a notice says otherwise.

    Build it with `Calendar.of`. `exceptions` are the ordinals of the days that differ from Monday to Friday, sorted;
    `shifts[i]` is the sum of their effects (+1 make-up working day, -1 day off) before the i-th of them.
    """

    published: frozenset[int]
    exceptions: tuple[int, ...]
    shifts: tuple[int, ...]
    ranks: tuple[int, ...]

    @classmethod
    def of(cls, days: Iterable[tuple[date, bool]], published: Iterable[int]) -> "Calendar":
        """Calendar from (day, is it worked) pairs and the years whose notice is out; days like any week fall away."""
        differing = sorted({(d.toordinal(), worked) for d, worked in days if worked != (d.weekday() < 5)})
        exceptions = tuple(ordinal for ordinal, _ in differing)
        shifts = tuple(accumulate((1 if worked else -1 for _, worked in differing), initial=0))
        ranks = tuple(_weekdays_up_to(o) + shift for o, shift in zip(exceptions, shifts[1:], strict=True))
        return cls(frozenset(published), exceptions, shifts, ranks)

    def is_published(self, year: int) -> bool:
        """True when the State Council's notice for ``year`` is loaded."""
        return year in self.published

    def is_workday(self, day: date) -> bool:
        """True for a working day; a year without a notice has weekends only."""
        ordinal = day.toordinal()
        return self._rank(ordinal) > self._rank(ordinal - 1)

    def is_provisional(self, day: date) -> bool:
        """True when a notice not loaded yet could change whether ``day`` is worked (rulings 4)."""
        if day.year not in self.published:
            return True
        return (
            day.month,
            day.day,
        ) >= FIRST_UNCERTAIN_DAY and day.year + 1 not in self.published

    def add_workdays(self, start: date, count: int) -> Counted:
        """民法典§201: the ``count``-th working day after ``start``, which itself is not counted.

        Negative counts go back from ``start``; zero gives ``start`` itself. Raises `CountError` beyond
        ±10,000 days or outside years 1 to 9999.
        """
        if abs(count) > MOST_WORKDAYS:
            raise CountError(f"工作日数应在 {MOST_WORKDAYS} 以内，现在是 {count}")
        if count == 0:
            return Counted(start, False)
        ordinal = start.toordinal()
        rank = self._rank(ordinal) + count if count > 0 else self._rank(ordinal - 1) + count + 1
        found = self._day_of(rank)
        first, last = (ordinal + 1, found) if count > 0 else (found, ordinal - 1)
        return Counted(date.fromordinal(found), self._touches_provisional(first, last))

    def workdays_between(self, after: date, until: date) -> int:
        """Working days after ``after`` up to and including ``until``; negative when ``until`` lies before."""
        return self._rank(until.toordinal()) - self._rank(after.toordinal())

    def is_count_provisional(self, after: date, until: date) -> bool:
        """True when `workdays_between` of the same days may still change."""
        first, last = sorted((after.toordinal(), until.toordinal()))
        return self._touches_provisional(first + 1, last)

    def next_workday_on_or_after(self, day: date) -> Counted:
        """民法典§203: ``day``, or the working day that follows when it is a day off (for calendar-day periods only)."""
        ordinal = day.toordinal()
        found = self._day_of(self._rank(ordinal - 1) + 1)
        return Counted(date.fromordinal(found), self._touches_provisional(ordinal, found))

    def exceptions_between(self, after: date, until: date) -> list[tuple[date, bool]]:
        """(day, is it worked) for every day after ``after`` up to ``until`` that differs from Monday to Friday."""
        first = bisect_right(self.exceptions, after.toordinal())
        last = bisect_right(self.exceptions, until.toordinal())
        days = (date.fromordinal(ordinal) for ordinal in self.exceptions[first:last])
        return [(day, self.is_workday(day)) for day in days]

    def _rank(self, ordinal: int) -> int:
        """How many working days there are up to and including ``ordinal``."""
        return _weekdays_up_to(ordinal) + self.shifts[bisect_right(self.exceptions, ordinal)]

    def _day_of(self, rank: int) -> int:
        """Ordinal of the working day with this rank."""
        at = bisect_left(self.ranks, rank)
        ordinal = _ordinal_of_weekday(rank - self.shifts[at])
        if at < len(self.exceptions):
            ordinal = min(ordinal, self.exceptions[at])
        if not 1 <= ordinal <= _LAST_ORDINAL:
            raise CountError("日期超出可计算的范围")
        return ordinal

    def _touches_provisional(self, first: int, last: int) -> bool:
        """True when any day from ``first`` to ``last`` is provisional; whole years are judged by their number."""
        if first > last:
            return False
        start, end = date.fromordinal(first), date.fromordinal(last)
        if self.is_provisional(start) or self.is_provisional(end):
            return True
        return any(year not in self.published for year in range(start.year + 1, end.year))
