"""Spans of whole months that numbers speak of: the last twelve, a year, a quarter, a month. Pure."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from workdays.months import last_months, month_key, span_words

RECENT = "recent"
FIRST_YEAR, LAST_YEAR = 2008, 2099
_SPAN = re.compile(r"(?P<year>\d{4})(?:q(?P<quarter>[1-4])|(?P<month>0[1-9]|1[0-2]))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Period:
    """Months, oldest first; what lies after ``today`` has not happened yet. ``slug`` is its word in addresses."""

    slug: str
    label: str
    months: tuple[date, ...]
    today: date

    @property
    def first(self) -> date:
        """Its first day."""
        return self.months[0]

    @property
    def last(self) -> date:
        """Its last day."""
        return last_day(self.months[-1])

    @property
    def keys(self) -> list[int]:
        """Its months as numbers."""
        return [month_key(first) for first in self.months]

    @property
    def span(self) -> str:
        """2025年12月至2026年11月22日."""
        if self.slug == RECENT:
            return span_words(self.today)
        if len(self.months) == 1:
            return self.label
        end = self.months[-1]
        is_running = month_key(end) == month_key(self.today)
        until = f"{end.year}年{end.month}月" + (f"{self.today.day}日" if is_running else "")
        return f"{self.first.year}年{self.first.month}月至{until}"

    @property
    def is_over(self) -> bool:
        """Whether its last day has passed."""
        return self.last < self.today


def last_day(first: date) -> date:
    """The last day of the month that begins with ``first``."""
    return (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def recent(today: date) -> Period:
    """近十二个月, the one under way included."""
    return Period(RECENT, "近十二个月", tuple(last_months(today)), today)


def year_of(year: int, today: date) -> Period:
    """A calendar year, as far as it has come."""
    return _of(str(year), f"{year}年", year, range(1, 13), today)


def quarter_of(year: int, quarter: int, today: date) -> Period:
    """A quarter, 1 to 4."""
    return _of(f"{year}q{quarter}", quarter_words(year, quarter), year, range(3 * quarter - 2, 3 * quarter + 1), today)


def quarter_words(year: int, quarter: int) -> str:
    """2026年第三季度."""
    return f"{year}年第{'一二三四'[quarter - 1]}季度"


def period_of(text: str, today: date) -> Period | None:
    """`recent`, 2026, 2026q3 or 202609; None for anything else and for what has not begun."""
    if text == RECENT:
        return recent(today)
    found = _SPAN.fullmatch(text)
    if not found or not FIRST_YEAR <= (year := int(found["year"])) <= LAST_YEAR:
        return None
    if found["quarter"]:
        period = quarter_of(year, int(found["quarter"]), today)
    elif found["month"]:
        month = int(found["month"])
        period = _of(text, f"{year}年{month}月", year, [month], today)
    else:
        period = year_of(year, today)
    return period if period.months else None


def quarter_before(year: int, quarter: int) -> tuple[int, int]:
    """The quarter before."""
    return (year, quarter - 1) if quarter > 1 else (year - 1, 4)


def ended_quarters(today: date, count: int) -> list[tuple[int, int]]:
    """The last ``count`` quarters that are over, newest first."""
    found = [quarter_before(today.year, (today.month + 2) // 3)]
    while len(found) < count:
        found.append(quarter_before(*found[-1]))
    return found


def _of(slug: str, label: str, year: int, numbers: "range | list[int]", today: date) -> Period:
    firsts = (date(year, number, 1) for number in numbers)
    return Period(slug, label, tuple(first for first in firsts if first <= today), today)
