"""Reads shaped for the overview of a department: what is late, what waits, whose turn, how timely, how explained."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from accounts import rules as accounts
from accounts.models import Department
from accounts.rules import Person
from catalog.models import DocumentRelation
from catalog.states import DocumentState, RelationKind
from disclosure.models import Revision
from disclosure.review.selectors import MOST_COUNTED, QueuePage, counted, page_by_due
from disclosure.states import OPEN_STATES, RevisionState
from disclosure.versions import rules

PERIOD = timedelta(days=365)
OPEN = sorted(OPEN_STATES)
STEPS = (
    RevisionState.DRAFT,
    RevisionState.IN_REVIEW,
    RevisionState.IN_SECRECY,
    RevisionState.IN_APPROVAL,
    RevisionState.SCHEDULED,
)
MOST_MISSING = 50


@dataclass
class Standing:
    """How one department stands."""

    department: Department
    open: dict[str, int] = field(default_factory=dict)
    late: int = 0
    published: int = 0
    on_time: int = 0
    policies: int = 0
    explained: int = 0
    waived: int = 0

    @property
    def steps(self) -> list[str]:
        """How many stand at each step, as shown."""
        return [counted(self.open.get(state, 0)) for state in STEPS]

    @property
    def late_shown(self) -> str:
        """How many are late, as shown."""
        return counted(self.late)

    @property
    def timeliness(self) -> str:
        """Share published in time, in words; empty when nothing was due."""
        return _share(self.on_time, self.published)

    @property
    def coverage(self) -> str:
        """Share of published policies with an interpretation; waivers stand apart (rulings 15)."""
        return _share(self.explained, self.policies)

    @property
    def unexplained(self) -> int:
        """Published policies with neither interpretation nor waiver."""
        return self.policies - self.explained - self.waived


@dataclass(frozen=True)
class Overview:
    """The page: a row a department, the versions under way, the policies that miss an interpretation."""

    standings: list[Standing]
    page: QueuePage
    missing: list[Revision]
    has_more_missing: bool


def can_open_overview(user: Person) -> bool:
    """True for who leads some department, and for the city-wide roles."""
    return accounts.can_see_everything(user) or rules.departments_led_by(user).exists()


def overview(user: Person, *, today: date, after: str, is_late: bool, code: str = "") -> Overview:
    """All departments for the city-wide roles, those led for everybody else; the list only of the body with ``code``."""
    departments = Department.objects.all() if accounts.can_see_everything(user) else rules.departments_led_by(user)
    found = {row.pk: Standing(row) for row in departments}
    within = _within(user, found)
    _count_open(found, within, today)
    _count_published(found, within, today - PERIOD)
    _count_policies(found, within)
    open_ones = within.filter(state__in=OPEN)
    if code:
        open_ones = open_ones.filter(department__in=_with_offices(code, found))
    page = page_by_due(open_ones.filter(due_on__lt=today) if is_late else open_ones, after=after, today=today)
    missing = list(unexplained(within)[: MOST_MISSING + 1])
    shown = list(found.values()) if len(found) == 1 else [row for row in found.values() if _has_any(row)]
    return Overview(shown, page, missing[:MOST_MISSING], len(missing) > MOST_MISSING)


def late_total(user: Person, *, today: date) -> str:
    """How many versions under way in the departments ``user`` leads are past their day, as desks show it."""
    late = Revision.objects.filter(department__in=rules.departments_led_by(user), state__in=OPEN, due_on__lt=today)
    return counted(late.order_by()[:MOST_COUNTED].count())


def _with_offices(code: str, found: dict[int, Standing]) -> list[int]:
    """Keys of a body and its internal offices among ``found``; none for an unknown code."""
    body = next((row.department for row in found.values() if row.department.code == code), None)
    if body is None:
        return []
    rows = (row.department for row in found.values())
    return [row.pk for row in rows if row.pk == body.pk or (row.is_internal and row.path.startswith(body.path))]


def _within(user: Person, found: Iterable[int]) -> QuerySet[Revision]:
    if accounts.can_see_everything(user):
        return Revision.objects.all()
    return Revision.objects.filter(department__in=list(found))


def _count_open(found: dict[int, Standing], within: QuerySet[Revision], today: date) -> None:
    """Out of the index of the queue alone."""
    grouped = within.filter(state__in=OPEN).order_by().values("department", "state")
    for row in grouped.annotate(count=Count("pk"), late=Count("pk", filter=Q(due_on__lt=today))):
        standing = found[row["department"]]
        standing.open[row["state"]] = row["count"]
        standing.late += row["late"]


def _count_published(found: dict[int, Standing], within: QuerySet[Revision], since: date) -> None:
    """Versions with a period that were published since then, and those of them that were in time. Out of the index."""
    done = within.filter(state=RevisionState.PUBLISHED, due_on__isnull=False, finished_on__gte=since)
    on_time = Count("pk", filter=Q(due_on__gte=F("finished_on")))
    for row in done.order_by().values("department").annotate(count=Count("pk"), on_time=on_time):
        standing = found[row["department"]]
        standing.published, standing.on_time = row["count"], row["on_time"]


def policies(within: QuerySet[Revision]) -> QuerySet[Any]:
    """The newest published version of every public policy, with `is_explained`."""
    newer = Revision.objects.filter(
        document=OuterRef("document"), state=RevisionState.PUBLISHED, number__gt=OuterRef("number")
    )
    explaining = DocumentRelation.objects.filter(
        target=OuterRef("document"), kind=RelationKind.INTERPRETS, source__state=DocumentState.PUBLISHED
    )
    published = within.filter(state=RevisionState.PUBLISHED, is_policy=True, document__state=DocumentState.PUBLISHED)
    return published.filter(~Exists(newer)).annotate(is_explained=Exists(explaining))


def _count_policies(found: dict[int, Standing], within: QuerySet[Revision]) -> None:
    """Coverage by interpretations; what was waived is counted apart (rulings 15)."""
    explained, waived = Q(is_explained=True), Q(is_explained=False) & ~Q(waiver="")
    grouped = policies(within).order_by().values("department")
    for row in grouped.annotate(
        count=Count("pk"), explained=Count("pk", filter=explained), waived=Count("pk", filter=waived)
    ):
        standing = found[row["department"]]
        standing.policies, standing.explained, standing.waived = row["count"], row["explained"], row["waived"]


def unexplained(within: QuerySet[Revision]) -> QuerySet[Revision]:
    """Published policies still without interpretation and without waiver, newest first."""
    found = policies(within).filter(is_explained=False, waiver="")
    return (
        found.select_related("department", "document")
        .only("title", "plan", "finished_at", "department__name", "document__published_at")
        .order_by("-pk")
    )


def _has_any(row: Standing) -> bool:
    return bool(row.open or row.published or row.policies)


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f}%" if whole else ""
