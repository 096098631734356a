"""Keeping the monthly figures: a month is counted out of the rooms below and what differs is written."""

from collections import Counter
from collections.abc import Iterable
from contextlib import nullcontext
from datetime import date, datetime

from django.db import transaction
from django.db.models import Min
from django.utils import timezone

from accounts.models import Department
from catalog.models import Document
from jobs.models import Job
from jobs.services import enqueue
from reports.figures.counting import Span, count_all
from reports.figures.measures import MONTHS_KEPT_CURRENT, Measure
from reports.figures.periods import last_day
from reports.models import CountedMonth, MonthlyFigure
from requests_app.models import InformationRequest
from workdays.months import last_months, month_key

KIND = "count_figures"
NIGHT_FROM_HOUR = 1
CITY = None
Numbers = dict[tuple[int | None, str], int]
"""(body, key) → number of one measure."""


def begin(*, at: datetime) -> None:
    """Put down the count of the month under way once an hour, of the last 24 months once a night; one look at an index.

    A night that was missed is made up for in the morning.
    """
    local = timezone.localtime(at)
    months = [month_key(first) for first in last_months(local.date(), MONTHS_KEPT_CURRENT)]
    if local.hour >= NIGHT_FROM_HOUR:
        _once(f"{local:%Y-%m-%d}", months[::-1])
    _once(f"{local:%Y-%m-%dT%H}", months[-1:])


def _once(subject: str, months: list[int]) -> None:
    if not Job.objects.filter(kind=KIND, subject=subject).exists():
        enqueue(kind=KIND, subject=subject, payload={"months": months}, dedupe=f"{KIND}:{subject}")


def every_month(today: date) -> list[int]:
    """Every month since something was first listed or received, newest first."""
    listed = Document.objects.filter(listed_at__isnull=False).aggregate(first=Min("listed_at"))["first"]
    received = InformationRequest.objects.aggregate(first=Min("first_received_on"))["first"]
    known = [day for day in (timezone.localdate(listed) if listed else None, received) if day]
    first = min(known, default=today)
    count = (today.year - first.year) * 12 + today.month - first.month + 1
    return [month_key(month) for month in reversed(last_months(today, max(count, 1)))]


def count_month(*, month: int, at: datetime) -> int:
    """条例§46: count one month (202611) anew; how many numbers changed. Repeating it changes nothing.

    Counted first, then written a measure at a time in short transactions, one writer a month; the first time all in one, so
    that a month is either counted or not.
    """
    first = date(month // 100, month % 100, 1)
    bodies = tuple(Department.objects.bodies().values_list("pk", flat=True))
    counted = count_all(Span(bodies, first, last_day(first), at))
    is_known = CountedMonth.objects.filter(month=month).exists()
    with nullcontext() if is_known else transaction.atomic():
        changed = sum(_write(month, measure, with_city(counted, measure), at) for measure in Measure)
    CountedMonth.objects.filter(month=month).update(counted_at=at)
    return changed


def with_city(counted: Counter[tuple[int, Measure, str]], wanted: Measure) -> Numbers:
    """The numbers of one measure, and their sums over all bodies."""
    found: Numbers = {}
    for (body, measure, key), value in counted.items():
        if measure == wanted:
            found[body, key] = value
            found[CITY, key] = found.get((CITY, key), 0) + value
    return found


@transaction.atomic
def _write(month: int, measure: Measure, numbers: Numbers, at: datetime) -> int:
    CountedMonth.objects.get_or_create(month=month, defaults={"counted_at": at})
    CountedMonth.objects.select_for_update().get(month=month)
    rows = {(row.department_id, row.key): row for row in MonthlyFigure.objects.filter(month=month, measure=measure)}
    gone = [row.pk for place, row in rows.items() if place not in numbers]
    moved = [rows[place] for place, value in numbers.items() if place in rows and rows[place].value != value]
    for row in moved:
        row.value = numbers[row.department_id, row.key]
    new = [
        MonthlyFigure(department_id=body, month=month, measure=measure, key=key, value=value)
        for (body, key), value in numbers.items()
        if (body, key) not in rows
    ]
    MonthlyFigure.objects.filter(pk__in=gone).delete()
    MonthlyFigure.objects.bulk_update(moved, ["value"], batch_size=500)
    MonthlyFigure.objects.bulk_create(new, batch_size=500)
    return len(gone) + len(moved) + len(new)


def count_months(months: Iterable[int], *, at: datetime) -> int:
    """Several months, one after the other; how many numbers changed."""
    return sum(count_month(month=month, at=at) for month in months)
