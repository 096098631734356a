"""Counted out of the rooms below: each number of a span of days, by body (条例§46, §49).

One grouped query a pass; the definitions are those of the annual report (`reports.annual.counting`) and of the desks.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone

from catalog.models import Document
from disclosure.models import Revision
from disclosure.review.overview import policies as current_policies
from disclosure.states import RevisionState
from reports.annual.counting import counted_cases
from reports.bodies import offices_of
from reports.figures.measures import (
    ALL,
    EXPLAINED,
    EXTENDED,
    IN_TIME,
    LATE,
    ON_TIME,
    PAUSED,
    SAME_DAY,
    UNDECIDED,
    WAIVED,
    WITHOUT,
    Measure,
)
from requests_app.models import CaseKind, Rating, Remedy

Found = Iterator[tuple[int, Measure, str, int]]
"""Department, measure, key, how many."""


@dataclass(frozen=True)
class Span:
    """Days, both included, of some bodies; ``at``: what is listed later is not public yet."""

    bodies: tuple[int, ...]
    first: date
    last: date
    at: datetime

    @property
    def days(self) -> tuple[date, date]:
        """For `__range`."""
        return self.first, self.last

    def moments(self, field: str) -> Q:
        """The same of a moment, local time."""
        start, end = _midnight(self.first), _midnight(self.last + timedelta(days=1))
        return Q(**{f"{field}__gte": start, f"{field}__lt": end, f"{field}__lte": self.at})

    @cached_property
    def offices(self) -> dict[int, int]:
        """The body of every department in the span: internal offices count with theirs (rulings 20)."""
        return offices_of(self.bodies)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


# --- publishing --------------------------------------------------------------------------------------------------------


def published(span: Span) -> Found:
    """条例§19, §20: public documents by column, and all of them, by the day on which they were listed."""
    listed = Document.objects.filter(span.moments("listed_at"), department__in=list(span.offices)).order_by()
    for department, column, count in listed.values_list("department", "column").annotate(count=Count("pk")):
        yield span.offices[department], Measure.PUBLISHED, str(column), count
        yield span.offices[department], Measure.PUBLISHED, ALL, count


def timeliness(span: Span) -> Found:
    """条例§26: versions with a period, published on the day itself, by their due day, or late."""
    done = Revision.objects.filter(
        state=RevisionState.PUBLISHED,
        finished_on__range=span.days,
        due_on__isnull=False,
        department__in=list(span.offices),
    )
    same, late = Q(formed_or_changed_on=F("finished_on")), Q(due_on__lt=F("finished_on"))
    counts = {
        SAME_DAY: Count("pk", filter=same & ~late),
        IN_TIME: Count("pk", filter=~same & ~late),
        LATE: Count("pk", filter=late),
    }
    yield from _by_department(span, done, Measure.TIMELINESS, counts)


def policies(span: Span) -> Found:
    """Public policies whose current version was published then: explained, waived (rulings 15), or neither."""
    current = current_policies(Revision.objects.filter(finished_on__range=span.days, department__in=list(span.offices)))
    waived = ~Q(waiver="")
    counts = {
        EXPLAINED: Count("pk", filter=Q(is_explained=True)),
        WAIVED: Count("pk", filter=Q(is_explained=False) & waived),
        WITHOUT: Count("pk", filter=Q(is_explained=False) & ~waived),
    }
    yield from _by_department(span, current, Measure.POLICIES, counts)


def _by_department(span: Span, rows: QuerySet[Any], measure: Measure, counts: Mapping[str, Any]) -> Found:
    named = {f"n_{key}": value for key, value in counts.items()}
    for row in rows.order_by().values("department").annotate(**named):
        for key in counts:
            yield span.offices[row["department"]], measure, key, row[f"n_{key}"]


# --- applications ------------------------------------------------------------------------------------------------------


def received(span: Span) -> Found:
    """条例§31: received for the first time, by door and by kind of applicant."""
    cases = counted_cases(span.bodies).filter(first_received_on__range=span.days)
    rows = cases.values_list("department", "channel", "applicant_type").annotate(count=Count("pk"))
    for department, channel, applicant, count in rows:
        yield department, Measure.CHANNEL, channel, count
        yield department, Measure.APPLICANT, applicant, count


def ended(span: Span) -> Found:
    """条例§33, §36: ended by decision; of those answered in time or late, the working days they took."""
    cases: QuerySet[Any] = counted_cases(span.bodies)
    grouped = cases.filter(ended_on__range=span.days).values_list(
        "department", "outcome", "on_time", "used_workdays", "extension_workdays", "suspended_workdays"
    )
    for department, outcome, on_time, used, is_extended, is_paused, count in grouped.annotate(count=Count("pk")):
        yield department, Measure.OUTCOME, outcome or UNDECIDED, count
        if on_time is not None:
            yield department, Measure.ANSWERED, ON_TIME if on_time else LATE, count
            if used is not None:
                yield department, Measure.WORKDAYS, str(used), count
        if is_extended:
            yield department, Measure.LENGTHENED, EXTENDED, count
        if is_paused:
            yield department, Measure.LENGTHENED, PAUSED, count


def remedies(span: Span) -> Found:
    """条例§51: reconsideration and litigation concluded, by kind and result."""
    concluded = Remedy.objects.filter(concluded_on__range=span.days, case__department__in=span.bodies).order_by()
    for department, kind, result, count in concluded.values_list("case__department", "kind", "result").annotate(
        count=Count("pk")
    ):
        yield department, Measure.REMEDY, f"{kind}.{result}", count


def ratings(span: Span) -> Found:
    """How content applicants were, by stars."""
    given = Rating.objects.filter(span.moments("at"), case__department__in=span.bodies, case__kind=CaseKind.INFORMATION)
    for department, stars, count in (
        given.order_by().values_list("case__department", "stars").annotate(count=Count("pk"))
    ):
        yield department, Measure.RATING, str(stars), count


PASSES = (published, timeliness, policies, received, ended, remedies, ratings)


def count_all(span: Span, passes: Sequence[Callable[[Span], Found]] = PASSES) -> Counter[tuple[int, Measure, str]]:
    """Every number of a span: (body, measure, key) → how many; zeros are not in it."""
    found: Counter[tuple[int, Measure, str]] = Counter()
    for each in passes:
        for body, measure, key, count in each(span):
            found[body, measure, key] += count
    return +found
