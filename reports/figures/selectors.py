"""Reads of the kept numbers, and of searches without results: a fixed number of queries a page."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet, Sum

from accounts.models import Department
from reports.figures.measures import ALL, Measure
from reports.figures.periods import Period, year_of
from reports.models import CountedMonth, MonthlyFigure
from search.models import EmptySearch

OF_BODIES = (Measure.CHANNEL, Measure.ANSWERED, Measure.WORKDAYS, Measure.RATING)
OFTEN = 3
MOST_TERMS, SEARCHES_DAYS = 100, 90
Parts = dict[str, int]


class Counts:
    """Numbers of one body, or of the city, in a period: measure → key → month → number."""

    def __init__(self, rows: Iterable[tuple[str, str, int, int]], period: Period) -> None:
        self.period = period
        self._found: dict[str, dict[str, dict[int, int]]] = defaultdict(lambda: defaultdict(dict))
        for measure, key, month, value in rows:
            self._found[measure][key][month] = value

    def parts(self, measure: Measure) -> Parts:
        """Key → number in the whole period."""
        return {key: sum(months.values()) for key, months in self._found[measure].items()}

    def total(self, measure: Measure, *keys: str) -> int:
        """The sum of these keys; of all without any."""
        parts = self.parts(measure)
        return sum(parts.get(key, 0) for key in keys) if keys else sum(parts.values())

    def months(self, measure: Measure, *keys: str) -> list[int]:
        """The same month by month."""
        wanted = keys or tuple(self._found[measure])
        return [sum(self._found[measure][key].get(month, 0) for key in wanted) for month in self.period.keys]


def counts_of(body: Department | None, period: Period) -> Counts:
    """One question to the database, whatever was counted."""
    kept = MonthlyFigure.objects.filter(department=body, month__range=(period.keys[0], period.keys[-1]))
    return Counts(kept.values_list("measure", "key", "month", "value"), period)


def counts_by_body(period: Period) -> dict[int, dict[str, Parts]]:
    """Body → measure → key → number, of the measures in which bodies are compared; documents only as a whole."""
    kept = MonthlyFigure.objects.filter(
        Q(measure__in=OF_BODIES) | Q(measure=Measure.PUBLISHED, key=ALL),
        month__range=(period.keys[0], period.keys[-1]),
        department__isnull=False,
    )
    found: dict[int, dict[str, Parts]] = defaultdict(lambda: defaultdict(dict))
    rows: QuerySet[Any] = kept.order_by().values_list("department", "measure", "key").annotate(sum=Sum("value"))
    for department, measure, key, value in rows:
        found[department][measure][key] = value
    return found


@dataclass(frozen=True)
class Counted:
    """Which months were counted, and when."""

    at: dict[int, datetime]

    def years(self, today: date) -> list[Period]:
        """Years of which every month so far was counted, newest first."""
        years = sorted({month // 100 for month in self.at}, reverse=True)
        periods = [year_of(year, today) for year in years if year <= today.year]
        return [period for period in periods if set(period.keys) <= self.at.keys()]

    def last(self, period: Period) -> datetime | None:
        """When the period was last counted; None where a month of it never was."""
        if not set(period.keys) <= self.at.keys():
            return None
        return self.at[period.keys[-1]]


def counted() -> Counted:
    """A row a month."""
    return Counted(dict(CountedMonth.objects.values_list("month", "counted_at")))


def empty_searches(today: date) -> Sequence[tuple[str, int]]:
    """Words visitors looked for in vain within three months, at least three times, the most frequent first."""
    since = today - timedelta(days=SEARCHES_DAYS)
    noted = EmptySearch.objects.filter(on__gte=since).values_list("term").annotate(times=Sum("count"))
    return list(noted.filter(times__gte=OFTEN).order_by("-times", "term")[:MOST_TERMS])
