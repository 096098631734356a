"""From a number to the applications behind it, a page at a time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from accounts.desks import key_of
from reports.figures.behind import cases_behind
from reports.figures.counting import Span
from reports.figures.measures import ALL, MOST_DAYS, UNDECIDED, Measure, Stock, days_of, outcomes_of
from reports.figures.periods import last_day
from reports.figures.selectors import Counts
from requests_app.ledger.queues import Reader
from requests_app.ledger.selectors import Row, for_rows, row_of
from requests_app.models import InformationRequest
from workdays.selectors import current_calendar

PAGE = 30
Place = tuple[date, int]
"""The day on which an application was counted, and its key."""


@dataclass(frozen=True)
class CasePage:
    """Rows as the ledger shows them, and where the next page starts; empty on the last."""

    rows: Sequence[Row]
    after: str


def case_page(span: Span, measure: Measure | Stock, key: str, reader: Reader, *, after: str, today: date) -> CasePage:
    """The newest first. Keys first, a month at a time until the page is full; then thirty rows."""
    place = place_of(after)
    keys: list[Place] = []
    for stretch in _stretches(span, measure, until=place[0] if place else span.last):
        keys += _keys(cases_behind(stretch, measure, key), place, PAGE + 1 - len(keys))
        if len(keys) > PAGE:
            break
    rows = for_rows(InformationRequest.objects.filter(pk__in=[pk for _, pk in keys[:PAGE]])).in_bulk()
    calendar = current_calendar()
    shown = [row_of(rows[pk], reader, today, calendar) for _, pk in keys[:PAGE] if pk in rows]
    if len(keys) <= PAGE:
        return CasePage(shown, "")
    day, pk = keys[PAGE - 1]
    return CasePage(shown, f"{day.isoformat()}.{pk}")


def _stretches(span: Span, measure: Measure | Stock, *, until: date) -> Iterator[Span]:
    """The months of a span, newest first, where the day that orders the cases is the one they were counted on."""
    if isinstance(measure, Stock) or measure in (Measure.REMEDY, Measure.RATING):
        yield span
        return
    first = min(until, span.last).replace(day=1)
    while first >= span.first:
        yield replace(span, first=first, last=last_day(first))
        first = (first - timedelta(days=1)).replace(day=1)


def _keys(behind: QuerySet[Any], place: Place | None, most: int) -> list[Place]:
    found = behind.order_by("-counted_on", "-pk")
    if place:
        day, pk = place
        found = found.filter(Q(counted_on__lt=day) | Q(counted_on=day, pk__lt=pk), counted_on__lte=day)
    return list(found.values_list("counted_on", "pk")[:most])


def place_of(text: str) -> Place | None:
    """Where a page starts, from an address; None for the first page and for anything odd."""
    day, _, pk = text.partition(".")
    key = key_of(pk)
    try:
        return (date.fromisoformat(day), key) if key else None
    except ValueError:
        return None


def number_of(counts: Counts, measure: Measure, key: str) -> int:
    """The kept number that was followed."""
    if measure == Measure.OUTCOME and key != ALL:
        return counts.total(measure, *(code or UNDECIDED for code in outcomes_of(key)))
    if measure == Measure.WORKDAYS and key != ALL:
        first, last = days_of(key)
        parts = counts.parts(measure)
        return sum(value for days, value in parts.items() if first <= int(days) <= min(last, MOST_DAYS))
    return counts.total(measure, *([key] if key else []))
