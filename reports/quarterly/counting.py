"""The numbers of a quarter, with those of the quarter before and of a year ago, as they stand in the register now."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db.models import Count, Q

from accounts.models import Department
from reports.annual.counting import counted_cases, in_hand
from reports.figures.counting import Span, count_all, ended, received, remedies
from reports.figures.measures import ON_TIME, Measure
from reports.figures.periods import Period, quarter_before, quarter_of
from reports.quarterly.subjects import Asked, frequent_words, repeats
from requests_app.models import Applicant, Remedy
from search.text import segmenter

OF_CASES = (received, ended, remedies)
AT_ONCE = 2000
Numbers = dict[str, Any]


def bodies_of(department: Department, *, is_consolidated: bool) -> tuple[int, ...]:
    """Keys of the bodies an analysis speaks of: one, or a government with everything below it."""
    if not is_consolidated:
        return (department.pk,)
    below = Department.objects.bodies().filter(path__startswith=department.path)
    return tuple(below.values_list("pk", flat=True))


def figures_of(department: Department, period: Period, *, is_consolidated: bool, at: datetime) -> Numbers:
    """条例§46, §47: what the analysis prints. Every number of applications has its applications (`figures.behind`)."""
    bodies = bodies_of(department, is_consolidated=is_consolidated)
    year, quarter = period.first.year, (period.first.month + 2) // 3
    before = quarter_of(*quarter_before(year, quarter), period.today)
    year_ago = quarter_of(year - 1, quarter, period.today)
    asked = list(_asked(bodies, period))
    return {
        **_counted(bodies, period, at),
        "before": _compared(bodies, before, at),
        "year_ago": _compared(bodies, year_ago, at),
        "filed": _filed(bodies, period),
        "pending": _pending(bodies, period.last),
        "words": [list(pair) for pair in frequent_words(asked, segmenter(), without=_names())],
        "repeats": asdict(repeats(asked)),
    }


def _span(bodies: tuple[int, ...], period: Period, at: datetime) -> Span:
    return Span(bodies, period.first, period.last, at)


def _counted(bodies: tuple[int, ...], period: Period, at: datetime) -> Numbers:
    counts: dict[str, dict[str, int]] = {}
    for (_, measure, key), value in count_all(_span(bodies, period, at), OF_CASES).items():
        parts = counts.setdefault(measure.value, {})
        parts[key] = parts.get(key, 0) + value
    return {"counts": counts, **_stock(bodies, period)}


def _stock(bodies: tuple[int, ...], period: Period) -> Numbers:
    day_before = date.fromordinal(period.first.toordinal() - 1)
    days = {"carried": day_before, "open": period.last}
    return {name: counted_cases(bodies).filter(in_hand(day)).count() for name, day in days.items()}


def _compared(bodies: tuple[int, ...], period: Period, at: datetime) -> Numbers:
    """The few numbers that are compared."""
    counts = _counted(bodies, period, at)
    parts = counts["counts"]
    answered = parts.get(Measure.ANSWERED.value, {})
    return {
        "received": sum(parts.get(Measure.CHANNEL.value, {}).values()),
        "ended": sum(parts.get(Measure.OUTCOME.value, {}).values()),
        "answered": sum(answered.values()),
        "on_time": answered.get(ON_TIME, 0),
        "carried": counts["carried"],
        "open": counts["open"],
    }


def _filed(bodies: Iterable[int], period: Period) -> dict[str, int]:
    """条例§51: reconsideration and litigation begun in the quarter, by kind."""
    filed = Remedy.objects.filter(filed_on__range=(period.first, period.last), case__department__in=bodies)
    return dict(filed.order_by().values_list("kind").annotate(count=Count("pk")))


def _pending(bodies: Iterable[int], on: date) -> dict[str, int]:
    """Not concluded by the end of that day, by kind."""
    begun = Remedy.objects.filter(filed_on__lte=on, case__department__in=bodies)
    still = begun.filter(Q(concluded_on=None) | Q(concluded_on__gt=on))
    return dict(still.order_by().values_list("kind").annotate(count=Count("pk")))


def _asked(bodies: tuple[int, ...], period: Period) -> Iterator[Asked]:
    """Applications received in the quarter, without those whose applicants were erased; read in slices."""
    cases = counted_cases(bodies).filter(first_received_on__range=(period.first, period.last), anonymised_at=None)
    rows = cases.order_by().values_list("pk", "matter", "matter_key")
    batch: list[tuple[int, str, str]] = []
    for row in rows.iterator(chunk_size=AT_ONCE):
        batch.append(row)
        if len(batch) == AT_ONCE:
            yield from _with_applicants(batch)
            batch = []
    yield from _with_applicants(batch)


def _with_applicants(rows: list[tuple[int, str, str]]) -> Iterator[Asked]:
    keys = [pk for pk, _, _ in rows]
    people = {
        pk: id_hash or credit_code
        for pk, id_hash, credit_code in Applicant.objects.filter(pk__in=keys).values_list(
            "pk", "id_hash", "credit_code"
        )
    }
    for pk, matter, matter_key in rows:
        yield Asked(people.get(pk, ""), matter, matter_key)


def _names() -> list[str]:
    """The city's own name is in every second application."""
    city = settings.SITE["city"]
    return [city, city.rstrip("市县区")]
