"""Whose ledger it is, and the queues of it: what waits for whom, soonest due first."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from accounts.models import Department, User
from disclosure.review.selectors import MOST_COUNTED, counted
from requests_app import rules
from requests_app.deadlines import ClockState
from requests_app.models import InformationRequest
from requests_app.states import OPEN_STATES, CaseState

MOST_VIEWS = 20
MINE, HELPING, LATE, ALL = "mine", "helping", "late", "all"
OPEN = [state.value for state in OPEN_STATES]
_S = CaseState


@dataclass(frozen=True, slots=True)
class Queue:
    """A tab of the ledger. ``states`` empty = every state."""

    slug: str
    label: str
    states: tuple[str, ...] = ()
    is_paused: bool = False

    @property
    def is_by_due(self) -> bool:
        """Soonest due first; only the whole ledger is newest first."""
        return self.slug != ALL

    def where(self, user: User, today: date) -> Q:
        """What belongs into it, within what the reader may see."""
        found = Q(state__in=self.states) if len(self.states) > 1 else Q(state=self.states[0]) if self.states else Q()
        if self.is_paused:
            found &= Q(clock_state=ClockState.PAUSED)
        if self.slug == MINE:
            found &= Q(officer=user)
        if self.slug == LATE:
            found &= is_late(today)
        return found


def is_late(today: date) -> Q:
    """条例§33: past its day, nothing stopping the count; among what is open."""
    return Q(due_on__lt=today, clock_state=ClockState.RUNNING)


QUEUES = (
    Queue("confirm", "待确认", (_S.SUBMITTED,)),
    Queue("accept", "待受理", (_S.REGISTERED,)),
    Queue(MINE, "我承办的", tuple(OPEN)),
    Queue(HELPING, "我协办的", tuple(OPEN)),
    Queue("waiting", "待补正、待缴费", (_S.AWAITING_CORRECTION, _S.AWAITING_PAYMENT)),
    Queue("consulting", "征求意见中", (_S.HANDLING, _S.IN_APPROVAL), is_paused=True),
    Queue("sign", "待签发", (_S.IN_APPROVAL,)),
    Queue("deliver", "待送出、待送达", (_S.ISSUED, _S.REPLIED)),
    Queue(LATE, "超期", tuple(OPEN)),
    Queue(ALL, "全部"),
)
BY_SLUG = {queue.slug: queue for queue in QUEUES}


@dataclass(frozen=True)
class Reader:
    """Who reads: ``bodies`` (keys) are those whose applications the person answers, ``helps``: asked to co-handle some."""

    user: User
    bodies: tuple[int, ...]
    is_city_wide: bool
    helps: bool

    @property
    def may_read(self) -> bool:
        """Whether there is a ledger for this person at all; not for system administrators."""
        return self.is_city_wide or bool(self.bodies) or self.helps

    @property
    def queues(self) -> list[Queue]:
        """The tabs this person has."""
        wanted = {MINE: bool(self.bodies), HELPING: self.helps}
        if not (self.bodies or self.is_city_wide):
            return [BY_SLUG[HELPING], BY_SLUG[ALL]]
        return [queue for queue in QUEUES if wanted.get(queue.slug, True)]

    def sees_name_of(self, case: InformationRequest) -> bool:
        """Names stand in full only for the body that answers."""
        return case.department_id in self.bodies


def reader_of(user: User) -> Reader:
    """One person's view, asked once a page."""
    bodies = tuple(rules.departments_handled_by(user).bodies().values_list("pk", flat=True))
    return Reader(user, bodies, rules.sees_all_cases(user), _helped_by(user).exists())


def _helped_by(user: User) -> QuerySet[Any]:
    helping: QuerySet[Any] = InformationRequest.co_handlers.through.objects.filter(user=user)
    return helping


def within(reader: Reader, queue: Queue, *, today: date) -> QuerySet[InformationRequest]:
    """The cases of a queue as far as ``reader`` may see them (twin of `rules.cases_visible_to`, a walk of one index)."""
    return _scope(reader, queue).filter(queue.where(reader.user, today))


def _scope(reader: Reader, queue: Queue) -> QuerySet[InformationRequest]:
    cases = InformationRequest.objects.all()
    if queue.slug == HELPING or not (reader.is_city_wide or reader.bodies):
        return cases.filter(pk__in=_helped_by(reader.user).values("informationrequest_id"))
    if reader.is_city_wide:
        return cases
    return (
        cases.filter(department=reader.bodies[0])
        if len(reader.bodies) == 1
        else cases.filter(department__in=reader.bodies)
    )


def counts(reader: Reader, *, today: date) -> dict[str, int]:
    """How many stand in each queue but the whole, up to 1,000 each; one question to the database."""
    slugs = [queue.slug for queue in reader.queues if queue.slug != ALL]
    asked: list[str] = []
    values: list[Any] = []
    for slug in slugs:
        found = within(reader, BY_SLUG[slug], today=today).order_by().values("pk")[:MOST_COUNTED]
        sql, params = found.query.sql_with_params()
        asked.append(f"(SELECT COUNT(*) FROM ({sql}) AS {slug})")  # noqa: S608 - made by the ORM, values stand apart
        values += params
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(asked)}", values)
        return dict(zip(slugs, cursor.fetchone(), strict=True))


def shown_counts(found: dict[str, int]) -> dict[str, str]:
    """As desks show them: 999+ from a thousand."""
    return {slug: counted(number) for slug, number in found.items()}


def departments_of(reader: Reader) -> QuerySet[Department]:
    """Bodies whose cases the reader sees, to choose from."""
    bodies = rules.bodies_open_to_applications()
    return bodies if reader.is_city_wide else bodies.filter(pk__in=reader.bodies)
