"""Reads shaped for the review desk: the queue, one version with everything about it, the versions of a document."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Prefetch, Q, QuerySet

from accounts.desks import key_of
from accounts.models import User
from accounts.rules import Person, departments_with_role, people_with_role
from catalog.models import Document, DocumentRelation
from catalog.states import DocumentState, RelationKind
from disclosure.models import DocumentEvent, Opinion, Revision
from disclosure.states import APPROVE, APPROVE_LATER, FILE, OPEN_STATES, REVISIONS, WAITING_STATES, RevisionState
from disclosure.versions import rules
from disclosure.versions.clocks import Clock, clock_of
from disclosure.versions.dues import due_of
from disclosure.versions.facts import facts_of
from disclosure.versions.publishing import missing_for_publication
from disclosure.versions.services import companions
from workdays.arithmetic import Calendar
from workdays.due import Due
from workdays.selectors import current_calendar
from workflow.services import lost
from workflow.transitions import Transition

PAGE = 30
MOST_COUNTED = 1000
MOST_VERSIONS = 200
HEAVY = ("html", "text", "content", "elements", "plan")
NO_DUE = "none"
FINISHED = frozenset({RevisionState.PUBLISHED.value, RevisionState.FILED.value})


def counted(number: int) -> str:
    """``number`` as desks show it: 999+ from a thousand."""
    return f"{MOST_COUNTED - 1}+" if number >= MOST_COUNTED else str(number)


# --- queues ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Queued:
    """A row of a queue; ``seen`` says in which state the reader saw it."""

    revision: Revision
    clock: Clock
    seen: str


@dataclass(frozen=True)
class QueuePage:
    """Rows, soonest due first, and the key after which the next page starts."""

    rows: Sequence[Queued]
    after: str


def waiting_total(user: Person) -> str:
    """How many versions wait for ``user`` altogether, as desks show it."""
    return counted(rules.revisions_waiting_for(user).order_by()[:MOST_COUNTED].count())


def waiting_counts(waiting: QuerySet[Revision]) -> dict[str, int]:
    """How many of what waits for somebody stand at each step, up to 1,000 each."""
    return {state.value: waiting.filter(state=state).order_by()[:MOST_COUNTED].count() for state in WAITING_STATES}


def page_by_due(found: QuerySet[Revision], *, after: str, today: date) -> QueuePage:
    """A page of versions by due day, those without one last. Keys first, out of the index alone; then thirty rows."""
    keys = keys_by_due(found, after)
    shown = keys[:PAGE]
    rows = (
        Revision.objects.filter(pk__in=[pk for _, pk in shown])
        .select_related("department", "written_by", "assigned_to")
        .defer(*HEAVY)
        .in_bulk()
    )
    calendar = current_calendar()
    queued = [_queued(rows[pk], today, calendar) for _, pk in shown if pk in rows]
    last = shown[-1] if len(keys) > PAGE else None
    return QueuePage(queued, f"{last[0] or NO_DUE}.{last[1]}" if last else "")


def _queued(row: Revision, today: date, calendar: Calendar) -> Queued:
    running = row.due_on if row.state in OPEN_STATES else None
    return Queued(row, clock_of(running, today, calendar), seen_mark(row))


def keys_by_due(found: QuerySet[Any], after: str) -> list[tuple[date | None, int]]:
    """(due day, key) of one page and one row more. Two walks: databases disagree on where an empty date sorts."""
    day, pk = place_of(after)
    dated = found.filter(due_on__isnull=False).order_by("due_on", "pk")
    undated = found.filter(due_on=None).order_by("pk")
    if day is not None:
        dated = dated.filter(Q(due_on__gt=day) | Q(due_on=day, pk__gt=pk), due_on__gte=day)
    elif pk:
        undated, dated = undated.filter(pk__gt=pk), dated.none()
    keys: list[tuple[date | None, int]] = list(dated.values_list("due_on", "pk")[: PAGE + 1])
    if len(keys) <= PAGE:
        keys += [(None, key) for key in undated.values_list("pk", flat=True)[: PAGE + 1 - len(keys)]]
    return keys


def place_of(after: str) -> tuple[date | None, int]:
    """Where a page starts; the beginning for anything that is no key of ours."""
    day, _, pk = after.partition(".")
    try:
        return (None if day == NO_DUE else date.fromisoformat(day)), key_of(pk) or 0
    except ValueError:
        return None, 0


def people_for_step(user: User, state: str) -> QuerySet[User]:
    """Who may be named for this step in the departments where ``user`` takes it."""
    role = rules.DESKS[RevisionState(state)]
    people = User.objects.none()
    for department in departments_with_role(user, role):
        people = people | people_with_role(role, department)
    return people.select_related("department").order_by("username")


def people_for(revision: Revision) -> QuerySet[User]:
    """Who may take the step this version waits for: the role, and no hand in the text."""
    role = rules.DESKS.get(RevisionState(revision.state))
    if role is None:
        return User.objects.none()
    people = people_with_role(role, revision.department).exclude(pk__in=revision.hands.values("person"))
    return people.select_related("department").order_by("username")


# --- who was first -----------------------------------------------------------------------------------------------------


def seen_mark(revision: Revision) -> str:
    """What a page keeps of the version it shows: the state and since when."""
    return f"{revision.state}|{revision.waiting_since.isoformat()}"


def check_seen(revision: Revision, seen: str) -> None:
    """Lost when the version moved on, or went back and came again, since the page was shown; says who and when."""
    if not seen or seen == seen_mark(revision):
        return
    raise lost(revision, REVISIONS, DocumentEvent, advice="请看过现在的内容再办理。")


# --- one version -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Offer:
    """A step as shown on the page; ``reason`` is empty exactly when it may be taken."""

    action: str
    label: str
    reason: str


@dataclass(frozen=True)
class Sheet:
    """Everything about a version on one screen."""

    facts: list[tuple[str, str]]
    due: Due | None
    clock: Clock
    said: list[tuple[Opinion, str]]
    reviews: Sequence[Any]
    confirmations: Sequence[Any]
    files: Sequence[Any]
    companions: Sequence[Revision]
    explained_by: Sequence[Document]
    missing: list[str]
    in_time: str


def sheet(revision: Revision, *, today: date) -> Sheet:
    """One version with opinions in order, reviews, files and the state of its interpretation."""
    due = due_of(revision) if revision.state in OPEN_STATES else None
    explaining = DocumentRelation.objects.filter(target=revision.document_id, kind=RelationKind.INTERPRETS)
    public = explaining.filter(source__state=DocumentState.PUBLISHED).select_related("source")
    signing = revision.state == RevisionState.IN_APPROVAL and revision.attribute == "proactive"
    return Sheet(
        facts=list(facts_of(revision).items()),
        due=due,
        clock=clock_of(due.on if due else None, today, current_calendar()),
        said=[
            (row, REVISIONS.actions.get(row.action, row.action))
            for row in revision.opinions.select_related("written_by")
        ],
        reviews=list(revision.secrecy_reviews.select_related("reviewer")),
        confirmations=list(revision.confirmations.select_related("recorded_by")),
        files=list(revision.files.select_related("file")),
        companions=companions(revision) if revision.is_policy else [],
        explained_by=[row.source for row in public] if revision.is_policy else [],
        missing=missing_for_publication(revision) if signing else [],
        in_time=IN_TIME[finished_on_time(revision)],
    )


def offers(user: User, revision: Revision) -> list[Offer]:
    """The steps of this state that others than the writer take, open or with the reason why not."""
    other = FILE if revision.attribute == "proactive" else APPROVE
    rows = [
        row
        for row in REVISIONS.rows
        if row.source == revision.state
        and row.role not in ("writer", "clock")
        and row.action not in (APPROVE_LATER, other)
    ]
    roles = {row.role: row for row in rows}  # asked once for each role: the answer is the same for all its steps
    reasons = {role: _reason(user, revision, row) for role, row in roles.items()}
    return [Offer(row.action, REVISIONS.actions[row.action], reasons[row.role]) for row in rows]


def _reason(user: User, revision: Revision, row: Transition) -> str:
    if rules.may(user, revision, row):
        return ""
    return rules.why_not(user, revision, row) or REVISIONS.wrong_person(row)


def may_waive(revision: Revision, *, is_mine: bool) -> bool:
    """Whether the page offers the waiver: a policy for the public, on the approver's own desk (rulings 15)."""
    wanted = revision.is_policy and revision.attribute == "proactive"
    return is_mine and wanted and revision.state == RevisionState.IN_APPROVAL


def may_assign(user: User, revision: Revision, *, is_mine: bool) -> bool:
    """Whether the page offers to name who takes the step: to whom it waits for, and to who leads the department."""
    return revision.state in WAITING_STATES and (is_mine or rules.can_lead(user, revision.department))


# --- the versions of a document ----------------------------------------------------------------------------------------


IN_TIME = {True: "按时公开", False: "晚于应当公开的日期", None: ""}


@dataclass(frozen=True)
class Told:
    """A version in the list of all: where it stands, what people said at each step, whether it was in time."""

    revision: Revision
    stands: str
    said: list[tuple[Opinion, str]]
    in_time: str


def versions(document: Document) -> list[Told]:
    """All versions, newest first; bodies are not loaded."""
    said = Prefetch("opinions", Opinion.objects.select_related("written_by"))
    found = document.revisions.select_related("written_by").defer(*HEAVY).prefetch_related(said)
    rows = list(found.order_by("-number")[:MOST_VERSIONS])
    last = next((row.number for row in rows if row.state in FINISHED), 0)
    return [
        Told(
            row,
            f"已被第 {last} 版代替" if row.state in FINISHED and row.number < last else row.get_state_display(),
            [(it, REVISIONS.actions.get(it.action, it.action)) for it in row.opinions.all()],
            IN_TIME[finished_on_time(row)],
        )
        for row in rows
    ]


def version(document: Document, number: int) -> Revision:
    """One version with what it says."""
    return document.revisions.select_related("department", "interprets").get(number=number)


def finished_on_time(revision: Revision) -> bool | None:
    """Whether a published version was in time; None where no period ran or nothing is published."""
    if revision.due_on is None or revision.state != RevisionState.PUBLISHED or revision.finished_on is None:
        return None
    return revision.finished_on <= revision.due_on
