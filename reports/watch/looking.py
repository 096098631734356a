"""What is open now: one grouped question a source, out of the indexes of the rooms that own it. Nothing is looked at anew.

Every source walks what is open or late, never what is done: the city may have answered a million applications.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, F, Min, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from accounts.rules import Person, can_see_everything
from disclosure.models import FindingKind, Revision, WatchFinding
from disclosure.states import OPEN_STATES, RevisionState
from jobs.models import Heartbeat, Job
from jobs.selectors import BEAT_LIMIT_SECONDS
from notices.models import RESENDABLE, Delivery, OutsideMail
from reports.annual.selectors import reporting, unpublished
from reports.bodies import body_of_each
from reports.models import Problem, Task
from reports.plans.briefings import behind
from reports.problems.states import ProblemState
from reports.watch import rules
from reports.watch.kinds import PROCESSES, WatchKind
from requests_app.deadlines import ClockState
from requests_app.models import CaseDue, DueKind, InformationRequest
from search import store
from search.selectors import LAG_LIMIT_SECONDS, lag

MOST_COUNTED = 1000
FINDINGS = {
    FindingKind.EMPTY: WatchKind.EMPTY,
    FindingKind.STALE: WatchKind.STALE,
    FindingKind.DEAD_LINK: WatchKind.DEAD_LINK,
}
LATE_DUES = {
    DueKind.REPLY: WatchKind.LATE_REPLY,
    DueKind.CONFIRM: WatchKind.LATE_CONFIRM,
    DueKind.CORRECTION_NOTICE: WatchKind.LATE_CORRECTION,
    DueKind.INQUIRY: WatchKind.LATE_INQUIRY,
}
Key = tuple[str, int | None]
"""A kind and the body it is open in; None: of no body."""
Found = tuple[str, int | None, int, date | None]
"""A kind, a department, how many, since when."""


@dataclass(frozen=True, slots=True)
class Open:
    """How many are open, and since when the oldest is."""

    count: int
    oldest_on: date | None


@dataclass(frozen=True)
class Scope:
    """Whose: ``bodies`` are keys, None for the whole city with what belongs to nobody. ``body_of``: the body of a department."""

    body_of: dict[int, int]
    bodies: frozenset[int] | None = None

    @property
    def is_whole(self) -> bool:
        """The city, and the running of the portal."""
        return self.bodies is None

    @property
    def departments(self) -> list[int]:
        """Keys of the bodies and of their internal offices."""
        return [key for key, body in self.body_of.items() if self.bodies is None or body in self.bodies]

    def within(self, found: QuerySet[Any], field: str) -> QuerySet[Any]:
        """Only what belongs to it; the whole asks nothing."""
        return found if self.is_whole else found.filter(**{f"{field}__in": self.departments})


def whole() -> Scope:
    """Everything."""
    return Scope(body_of_each())


def scope_of(user: Person) -> Scope:
    """What this person watches."""
    if can_see_everything(user):
        return whole()
    return Scope(body_of_each(), frozenset(rules.bodies_watched_by(user).values_list("pk", flat=True)))


def look(scope: Scope, *, today: date, at: datetime) -> dict[Key, Open]:
    """Everything open in ``scope``, by kind and body. A fixed number of questions."""
    seen: dict[Key, Open] = {}
    for kind, department, count, oldest in _sources(scope, today, at):
        if count:
            key = (kind, scope.body_of.get(department) if department else None)
            seen[key] = together(filter(None, [seen.get(key), Open(count, oldest)]))
    return seen


def together(found: Iterable[Open]) -> Open:
    """How many altogether, and since when the oldest is."""
    rows = list(found)
    return Open(sum(row.count for row in rows), min((row.oldest_on for row in rows if row.oldest_on), default=None))


def _sources(scope: Scope, today: date, at: datetime) -> Iterator[Found]:
    yield from _findings(scope, at)
    yield from _drafts(scope, today)
    yield from _published_late(scope, today)
    yield from _dues(scope, today)
    yield from _reports(scope, today)
    yield from _tasks(scope, today)
    yield from _problems(scope, today)
    if scope.is_whole:
        yield from _jobs(at)
        yield from _messages(at)
        yield from _processes(at)
        yield from _search(at)


# --- publishing --------------------------------------------------------------------------------------------------------


def _findings(scope: Scope, at: datetime) -> Iterator[Found]:
    found = WatchFinding.objects.filter(resolved_at=None, first_seen_at__lte=at)
    rows: Any = scope.within(found, "department").order_by().values("kind", "department")
    for row in rows.annotate(count=Count("pk"), oldest=Min("first_seen_at")):
        yield FINDINGS[row["kind"]], row["department"], row["count"], _day(row["oldest"])


def _drafts(scope: Scope, today: date) -> Iterator[Found]:
    """条例§26: versions under way past the day by which they have to be public.

    State by state in one statement: asked for several states at once, SQLite reads every version there ever was.
    """
    late = scope.within(Revision.objects.filter(due_on__lt=today), "department").order_by()
    of_states: list[Any] = [
        late.filter(state=state).values("state", "department").annotate(count=Count("pk"), oldest=Min("due_on"))
        for state in sorted(OPEN_STATES)
    ]
    for row in of_states[0].union(*of_states[1:], all=True):
        yield WatchKind.LATE_DRAFT, row["department"], row["count"], row["oldest"]


def published_late(scope: Scope, today: date) -> QuerySet[Revision]:
    """条例§26: what became public this month after its day; a walk of the index that holds nothing else."""
    late = Revision.objects.filter(state=RevisionState.PUBLISHED, due_on__lt=F("finished_on"))
    return scope.within(late.filter(finished_on__gte=today.replace(day=1), finished_on__lte=today), "department")


def _published_late(scope: Scope, today: date) -> Iterator[Found]:
    rows: Any = published_late(scope, today).order_by().values("department")
    for row in rows.annotate(count=Count("pk"), oldest=Min("finished_on")):
        yield WatchKind.PUBLISHED_LATE, row["department"], row["count"], row["oldest"]


# --- applications ------------------------------------------------------------------------------------------------------


def dues(scope: Scope, today: date) -> QuerySet[Any]:
    """条例§30, §31, §33: open due days up to today, without replies whose period pauses.

    Bodies and clocks are asked row by row on purpose: joined, databases would rather read every application there ever
    was than walk the due days, which are those of open ones only.
    """
    case = InformationRequest.objects.filter(pk=OuterRef("case_id"))
    found = CaseDue.objects.filter(on__lte=today, kind__in=list(LATE_DUES)).annotate(
        body=Subquery(case.values("department_id")[:1]), clock=Subquery(case.values("clock_state")[:1])
    )
    return scope.within(found.exclude(~Q(clock=ClockState.RUNNING), kind=DueKind.REPLY), "body")


def _dues(scope: Scope, today: date) -> Iterator[Found]:
    late = Count("pk", filter=Q(on__lt=today))
    rows: Any = dues(scope, today).order_by().values("kind", "body")
    for row in rows.annotate(count=Count("pk"), late=late, oldest=Min("on")):
        yield LATE_DUES[row["kind"]], row["body"], row["late"], row["oldest"]
        if row["kind"] == DueKind.REPLY:
            yield WatchKind.DUE_TODAY, row["body"], row["count"] - row["late"], today


# --- reports, plans and problems ------------------------------------------------------------------------------------------------


def _reports(scope: Scope, today: date) -> Iterator[Found]:
    """条例§49: reports of last year that are not public after 31 January, of governments after 31 March."""
    for day, is_consolidated in ((date(today.year, 1, 31), False), (date(today.year, 3, 31), True)):
        if today > day and (scope.is_whole or not is_consolidated):  # sums are owed by the department in charge
            bodies = unpublished(
                reporting(is_consolidated=is_consolidated), today.year - 1, is_consolidated=is_consolidated
            )
            for body in scope.within(bodies, "pk").values_list("pk", flat=True):
                yield WatchKind.LATE_REPORT, body, 1, day


def _tasks(scope: Scope, today: date) -> Iterator[Found]:
    rows: Any = scope.within(Task.objects.late(today), "lead").order_by().values("lead")
    for row in rows.annotate(count=Count("pk"), oldest=Min("due_on")):
        yield WatchKind.LATE_TASK, row["lead"], row["count"], row["oldest"]
    for each in behind(today):
        if scope.bodies is None or each.task.lead_id in scope.bodies:
            yield WatchKind.SHORT_QUOTA, each.task.lead_id, 1, each.since


def _problems(scope: Scope, today: date) -> Iterator[Found]:
    late = Problem.objects.filter(state=ProblemState.OPEN, due_on__lt=today)
    rows: Any = scope.within(late, "department").order_by().values("department")
    for row in rows.annotate(count=Count("pk"), oldest=Min("due_on")):
        yield WatchKind.LATE_PROBLEM, row["department"], row["count"], row["oldest"]


# --- the running of the portal -----------------------------------------------------------------------------------------


def _jobs(at: datetime) -> Iterator[Found]:
    yield WatchKind.FAILED_JOB, None, *_oldest(Job.objects.failed().filter(finished_at__lte=at), "finished_at")


def _messages(at: datetime) -> Iterator[Found]:
    """Messages and mails that did not arrive, or perhaps not (rulings 26)."""
    for model in (Delivery, OutsideMail):
        for state in sorted(RESENDABLE):
            found = model._default_manager.filter(state=state, created_at__lte=at)
            yield WatchKind.UNDELIVERED, None, *_oldest(found, "created_at")


def _oldest(found: QuerySet[Any], moment: str) -> tuple[int, date | None]:
    """How many, a thousand at most, and since when: the oldest by key stand first in the index of what is open."""
    first = found.order_by("pk")[:MOST_COUNTED]
    said = first.aggregate(count=Count("pk"), oldest=Min(moment))
    return said["count"], _day(said["oldest"])


def _processes(at: datetime) -> Iterator[Found]:
    known = beats()
    for name in silent(known, at):
        yield WatchKind.SILENT_PROCESS, None, 1, _day(known[name])


def beats() -> dict[str, datetime | None]:
    """The last sign of life of each process of the portal; None for one that never gave any."""
    known = dict(Heartbeat.objects.filter(pk__in=PROCESSES).values_list("pk", "at"))
    return {name: store.last_beat() if name == "indexer" else known.get(name) for name in PROCESSES}


def silent(known: dict[str, datetime | None], at: datetime) -> list[str]:
    """Processes that gave no sign of life for longer than they may; one that never did among them."""
    return [name for name, beat in known.items() if beat is None or (at - beat).total_seconds() >= BEAT_LIMIT_SECONDS]


def _search(at: datetime) -> Iterator[Found]:
    waiting, seconds = lag(at)
    if seconds >= LAG_LIMIT_SECONDS:
        yield WatchKind.SEARCH_LAG, None, min(waiting, MOST_COUNTED), timezone.localdate(at)


def _day(moment: datetime | None) -> date | None:
    return timezone.localdate(moment) if moment else None


def by_kind(seen: dict[Key, Open], kinds: Iterable[str]) -> dict[str, Open]:
    """The same of each kind altogether."""
    return {kind: together(each for (of, _), each in seen.items() if of == kind) for kind in kinds}
