"""How much was open day by day: counted once a day, read for trends and charts. A missed day stays a gap."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Max, QuerySet

from accounts.models import Department
from reports.models import WatchCount
from reports.watch.kinds import WatchKind
from reports.watch.looking import Scope, by_kind, look, whole

DAYS = 90
MOST_DAYS = 366
WEEK = timedelta(days=7)


@transaction.atomic
def count_day(*, on: date, at: datetime, kinds: Sequence[str] = tuple(WatchKind)) -> bool:
    """Write down what is open on a day; False, and nothing happens, when that was done. The row of the whole says it was."""
    if WatchCount.objects.filter(on=on, department=None, kind__in=kinds).exists():
        return False
    seen = look(whole(), today=on, at=at)
    rows = [
        WatchCount(on=on, department_id=body, kind=kind, open=each.count, oldest_on=each.oldest_on)
        for (kind, body), each in seen.items()
        if body is not None and kind in kinds
    ]
    rows += [
        WatchCount(on=on, kind=kind, open=each.count, oldest_on=each.oldest_on)
        for kind, each in by_kind(seen, kinds).items()
    ]
    WatchCount.objects.bulk_create(rows, ignore_conflicts=True)
    return True


# --- reads -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Before:
    """How much was open on an earlier day, by kind and body; ``on`` None: no day was counted."""

    on: date | None
    counts: dict[tuple[str, int | None], int]

    def of(self, kind: str, scope: Scope, body: int | None = None) -> int:
        """Of a kind in one body, or in all that is watched."""
        if body is not None or scope.bodies is None:
            return self.counts.get((kind, body), 0)
        return sum(self.counts.get((kind, key), 0) for key in scope.bodies)


def a_week_before(today: date) -> Before:
    """The newest day counted that is a week old, or a few days older; two questions."""
    return counted_on(_newest(today - 2 * WEEK, today - WEEK))


def counted_before(on: date) -> Before:
    """The newest day counted before this one."""
    return counted_on(_newest(on - 2 * WEEK, on - timedelta(days=1)))


def _newest(first: date, last: date) -> date | None:
    counted = WatchCount.objects.filter(department=None, on__gte=first, on__lte=last)
    day: date | None = counted.aggregate(newest=Max("on"))["newest"]
    return day


def counted_on(on: date | None) -> Before:
    """What was written down on a day."""
    if on is None:
        return Before(None, {})
    rows = WatchCount.objects.filter(on=on).values_list("kind", "department_id", "open")
    return Before(on, {(kind, department): count for kind, department, count in rows})


def series(kind: str, scope: Scope, *, today: date, body: int | None = None) -> list[tuple[date, int | None]]:
    """(day, how many) of the last 90 days, oldest first; None on days nobody counted. Two questions, out of one index."""
    since = today - timedelta(days=DAYS - 1)
    found = WatchCount.objects.filter(kind=kind, on__gte=since, on__lte=today)
    counts = dict(found.filter(department=None).values_list("on", "open"))
    if body is not None or scope.bodies is not None:
        keys = scope.bodies if body is None else [body]
        counts = dict.fromkeys(counts, 0)
        for on, count in found.filter(department__in=list(keys or ())).values_list("on", "open"):
            counts[on] = counts.get(on, 0) + count
    return [(day, counts.get(day)) for day in (since + timedelta(days=number) for number in range(DAYS))]


def rows_for(scope: Scope, *, today: date, kind: str, body: Department | None) -> QuerySet[WatchCount]:
    """What was written down within a year, for files: newest day first."""
    found = WatchCount.objects.filter(on__gt=today - timedelta(days=MOST_DAYS), on__lte=today)
    if body is not None:
        found = found.filter(department=body)
    elif scope.bodies is not None:
        found = found.filter(department__in=scope.bodies)
    if kind:
        found = found.filter(kind=kind)
    return found.select_related("department").order_by("-on", "kind", "department__path")


@dataclass(frozen=True, slots=True)
class New:
    """Of a kind more in a body (None: in none) than the last time."""

    kind: WatchKind
    body: int | None
    more: int


def news(now: Before, then: Before, kinds: Iterable[WatchKind]) -> list[New]:
    """What appeared between two counts, in the order of the page; what belongs to no body is what its bodies do not explain."""
    found = []
    for kind in kinds:
        bodies = {body for of, body in now.counts if of == kind and body is not None}
        found += [
            New(kind, body, more)
            for body in sorted(bodies)
            if (more := now.counts[kind, body] - then.counts.get((kind, body), 0)) > 0
        ]
        if (more := _of_nobody(now, kind) - _of_nobody(then, kind)) > 0:
            found.append(New(kind, None, more))
    return found


def _of_nobody(day: Before, kind: str) -> int:
    explained = sum(count for (of, body), count in day.counts.items() if of == kind and body is not None)
    return day.counts.get((kind, None), 0) - explained
