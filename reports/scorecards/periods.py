"""Which time an assessment looks at. Pure; days are those of the office's calendar, both included."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import models
from django.utils import timezone

from reports.scorecards.states import Frequency


class PeriodKind(models.TextChoices):
    """How long."""

    MONTH = "month", "月度"
    QUARTER = "quarter", "季度"
    YEAR = "year", "年度"


LENGTHS = {PeriodKind.MONTH: 1, PeriodKind.QUARTER: 3, PeriodKind.YEAR: 12}
QUARTERS = "一二三四"
# What is assessed by the month is so by the quarter and the year, too; what is by the year, only by the year.
COVERED = {
    PeriodKind.MONTH: (Frequency.MONTHLY,),
    PeriodKind.QUARTER: (Frequency.MONTHLY, Frequency.QUARTERLY),
    PeriodKind.YEAR: (Frequency.MONTHLY, Frequency.QUARTERLY, Frequency.ANNUAL),
}


@dataclass(frozen=True, slots=True)
class Period:
    """From ``first`` to ``last``."""

    kind: PeriodKind
    first: date
    last: date

    @property
    def label(self) -> str:
        """2026年9月、2026年第三季度、2026年度."""
        if self.kind == PeriodKind.MONTH:
            return f"{self.first.year}年{self.first.month}月"
        if self.kind == PeriodKind.QUARTER:
            return f"{self.first.year}年第{QUARTERS[(self.first.month - 1) // 3]}季度"
        return f"{self.first.year}年度"

    @property
    def start(self) -> datetime:
        """Its first moment."""
        return midnight(self.first)

    @property
    def end(self) -> datetime:
        """The first moment after it."""
        return midnight(self.last + timedelta(days=1))

    def holds(self, day: date) -> bool:
        """Whether ``day`` lies in it."""
        return self.first <= day <= self.last


def period_of(kind: PeriodKind, year: int, number: int = 1) -> Period:
    """The ``number``-th month or quarter of ``year``; ValueError for one that no year has."""
    length = LENGTHS[kind]
    if not 1 <= number <= 12 // length:
        raise ValueError(f"no year has a {kind} {number}")
    first_month = (number - 1) * length + 1
    after = first_month + length
    first = date(year, first_month, 1)
    return Period(kind, first, date(year + (after > 12), (after - 1) % 12 + 1, 1) - timedelta(days=1))


def last_over(kind: PeriodKind, today: date) -> Period:
    """The latest that was over before ``today``."""
    length = LENGTHS[kind]
    number = (today.month - 1) // length
    return period_of(kind, today.year, number) if number else period_of(kind, today.year - 1, 12 // length)


def midnight(day: date) -> datetime:
    """The first moment of a day here."""
    return timezone.make_aware(datetime.combine(day, time()))
