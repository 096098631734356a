"""Reads of the watch: due days nobody was told of yet, cases whose clock moves, and the pages about reminders."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db.models import CharField, Count, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Concat
from django.utils import timezone

from accounts.models import User
from notices.kinds import label_of
from notices.models import RESENDABLE, Delivery, Notice, OutsideMail
from requests_app import rules
from requests_app.cases.telling import TO_APPLICANT
from requests_app.models import CaseDue, CaseEvent, CaseRecount, DueKind, InformationRequest
from requests_app.states import OPEN_STATES, CaseState
from requests_app.watch.plans import (
    APPLICANT_DUE,
    APPLICANTS_DUES,
    APPLICANTS_STEP,
    KINDS,
    OVER,
    PLANS,
    SOON,
    UNCLAIMED,
    planned_days,
    sent_on,
)
from workdays.arithmetic import Calendar

AT_ONCE = 100
PAGE = 30
MOST_COUNTED = 1000
CASE = InformationRequest._meta.label_lower


def beginning_of(day: date) -> datetime:
    """Midnight, local time."""
    return timezone.make_aware(datetime.combine(day, time.min))


# --- what is to be told ----------------------------------------------------------------------------------------------------


def due_days(before: date, today: date) -> list[tuple[str, date]]:
    """(kind, day) of every open due day from today on that somebody may be reminded of."""
    found = CaseDue.objects.filter(on__gte=today, on__lt=before).values_list("kind", "on")
    return sorted((kind, on) for kind, on in found.distinct())


def not_told(kind: str, on: date, step: int, calendar: Calendar) -> QuerySet[CaseDue]:
    """Due days of this kind on ``on`` about which nobody heard since the reminder ``step`` fits.

    A paused period is not counted down: what the pause skipped is not made up for.
    """
    since = beginning_of(sent_on(on, step, calendar))
    told = Notice.objects.filter(
        subject_type=CASE, subject_id=OuterRef("case_id"), kind=f"{SOON}{kind}", due_on=on, created_at__gte=since
    )
    found = CaseDue.objects.filter(~Exists(told), kind=kind, on=on)
    return found.exclude(case__clock_state="paused") if kind == DueKind.REPLY else found


def late_and_not_told(today: date) -> QuerySet[CaseDue]:
    """Due days that are over and nobody was told so (rulings 25: a moved day arms it again)."""
    kind = Concat(Value(OVER), OuterRef("kind"), output_field=CharField())
    told = Notice.objects.filter(subject_type=CASE, subject_id=OuterRef("case_id"), kind=kind, due_on=OuterRef("on"))
    return CaseDue.objects.filter(~Exists(told), on__lt=today)


def unclaimed(today: date, calendar: Calendar) -> QuerySet[InformationRequest]:
    """Registered, and taken up by nobody for more than one working day."""
    since = beginning_of(calendar.add_workdays(today, -1).on)
    return InformationRequest.objects.filter(
        state=CaseState.REGISTERED, officer=None, due_on__isnull=False, waiting_since__lt=since
    )


def unclaimed_and_not_told(today: date, calendar: Calendar) -> QuerySet[InformationRequest]:
    """Of those, the ones whose head does not know."""
    told = Notice.objects.filter(
        subject_type=CASE, subject_id=OuterRef("pk"), kind=UNCLAIMED, created_at__gt=OuterRef("waiting_since")
    )
    return unclaimed(today, calendar).filter(~Exists(told))


def applicants_to_remind(kind: str, on: date, calendar: Calendar) -> QuerySet[CaseDue]:
    """Due days of applicants who left an e-mail address and were not written to about this day."""
    since = beginning_of(sent_on(on, APPLICANTS_STEP, calendar))
    written = OutsideMail.objects.filter(
        subject_type=CASE, subject_id=OuterRef("case_id"), kind=APPLICANT_DUE, created_at__gte=since
    )
    return CaseDue.objects.filter(~Exists(written), kind=kind, on=on).exclude(case__applicant__email_sealed="")


def applicants_days(today: date, calendar: Calendar) -> list[tuple[str, date]]:
    """(kind, day) of due days of applicants within three working days."""
    last = calendar.add_workdays(today, APPLICANTS_STEP).on
    found = CaseDue.objects.filter(kind__in=APPLICANTS_DUES, on__gte=today, on__lte=last)
    return sorted((kind, on) for kind, on in found.values_list("kind", "on").distinct())


def batches(found: QuerySet[Any], *related: str) -> Iterator[list[Any]]:
    """All rows by key, some at a time; what is told on the way does not disturb the order."""
    after, ordered = 0, found.select_related(*related).order_by("pk")
    while rows := list(ordered.filter(pk__gt=after)[:AT_ONCE]):
        yield rows
        after = rows[-1].pk


@dataclass(slots=True)
class Figures:
    """What a department has to be asked about, in cases."""

    department: str
    late: int = 0
    unclaimed: int = 0
    unconfirmed: int = 0


def city_figures(today: date, calendar: Calendar) -> list[Figures]:
    """Every department with anything late, unclaimed or unconfirmed, the worst first."""
    over = CaseDue.objects.filter(on__lt=today).values_list("case__department__name")
    rows: dict[str, Figures] = {}
    for name, found in (
        ("late", over.filter(kind=DueKind.REPLY)),
        ("unclaimed", unclaimed(today, calendar).values_list("department__name")),
        ("unconfirmed", over.filter(kind=DueKind.CONFIRM)),
    ):
        for department, count in found.annotate(n=Count("pk")).order_by():
            setattr(rows.setdefault(department, Figures(department)), name, count)
    return sorted(rows.values(), key=lambda row: (-row.late, -row.unclaimed, row.department))


# --- clocks that move ------------------------------------------------------------------------------------------------------


def moving_with_the_day() -> QuerySet[InformationRequest]:
    """Open cases whose clock stands otherwise tomorrow without anybody doing anything."""
    waits = Q(clock_state__in=["paused", "awaiting_correction"]) | Q(state=CaseState.AWAITING_PAYMENT)
    return InformationRequest.objects.filter(waits, state__in=OPEN_STATES)


def counted_before(version: int) -> QuerySet[InformationRequest]:
    """Open cases counted with an older calendar (rulings 10)."""
    return InformationRequest.objects.filter(state__in=OPEN_STATES).exclude(calendar_version=version)


# --- pages -----------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Page:
    """Rows of one page and the key after which the next one starts, "" on the last."""

    rows: Sequence[Any]
    after: str


@dataclass(frozen=True, slots=True)
class Planned:
    """A due day ahead, and the days on which reminders of it go."""

    due: CaseDue
    label: str
    days: list[date]
    applicants_day: date | None


@dataclass(frozen=True, slots=True)
class Sent:
    """A reminder that was given, or a message on its way out that did not arrive, with its case."""

    row: Any
    label: str
    case: InformationRequest | None


@dataclass(frozen=True, slots=True)
class Sight:
    """The cases somebody sees; looked up once a page. ``is_all`` saves every query from asking row by row."""

    cases: QuerySet[InformationRequest]
    is_all: bool


def sight_of(user: User) -> Sight | None:
    """Officers and heads see the cases of their departments, the supervising department and auditors all; None for
    everybody else, also for who only co-handles some: these pages are about a department's work."""
    if rules.sees_all_cases(user):
        return Sight(InformationRequest.objects.all(), is_all=True)
    handled = list(rules.departments_handled_by(user).values_list("pk", flat=True))
    return Sight(InformationRequest.objects.filter(department__in=handled), is_all=False) if handled else None


def planned_page(sight: Sight, *, after: tuple[date, int] | None, today: date, calendar: Calendar) -> Page:
    """Due days from today on of cases somebody sees, the nearest first."""
    found = CaseDue.objects.filter(on__gte=today)
    if not sight.is_all:
        found = found.filter(case__in=sight.cases)
    if after:
        found = found.filter(Q(on__gt=after[0]) | Q(on=after[0], pk__gt=after[1]))
    rows = list(found.select_related("case__department", "case__officer").order_by("on", "pk")[: PAGE + 1])
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    return Page(
        [_planned(row, today, calendar) for row in rows[:PAGE]], f"{last.on.isoformat()}-{last.pk}" if last else ""
    )


def _planned(due: CaseDue, today: date, calendar: Calendar) -> Planned:
    written = sent_on(due.on, APPLICANTS_STEP, calendar) if due.kind in APPLICANTS_DUES else None
    days = planned_days(due.kind, due.on, today, calendar)
    return Planned(due, PLANS[due.kind].label, days, written if written and written >= today else None)


def sent_page(sight: Sight, *, before: int | None) -> Page:
    """Reminders given about cases somebody sees, newest first."""
    found = Notice.objects.filter(subject_type=CASE, kind__in=KINDS)
    if not sight.is_all:
        found = found.filter(subject_id__in=sight.cases.values("pk"))
    rows = list(_before(found, before).select_related("recipient")[: PAGE + 1])
    cases = _cases(row.subject_id for row in rows)
    sent = [Sent(row, label_of(row.kind), cases.get(row.subject_id)) for row in rows[:PAGE]]
    return Page(sent, str(rows[PAGE - 1].pk) if len(rows) > PAGE else "")


def undelivered(sight: Sight) -> QuerySet[Delivery]:
    """Reminders about cases somebody sees that did not leave, or perhaps not."""
    found = Delivery.objects.filter(state__in=RESENDABLE, notice__subject_type=CASE, notice__kind__in=KINDS)
    if sight.is_all:
        return found
    return found.filter(Exists(sight.cases.filter(pk=OuterRef("notice__subject_id"))))


def undelivered_outside(sight: Sight) -> QuerySet[OutsideMail]:
    """Mails to the applicants of cases somebody sees that did not leave, or perhaps not."""
    visible = sight.cases
    events = CaseEvent.objects.filter(pk=OuterRef("subject_id"), subject_type=CASE)
    about_case = Q(Exists(visible.filter(pk=OuterRef("subject_id"))), kind=APPLICANT_DUE)
    about_event = Q(Exists(events.filter(Exists(visible.filter(pk=OuterRef("subject_id"))))), kind=TO_APPLICANT)
    return OutsideMail.objects.filter(about_case | about_event, state__in=RESENDABLE)


def undelivered_page(sight: Sight, *, before: int | None) -> Page:
    """The first of these, newest first, with their cases."""
    rows = list(_before(undelivered(sight), before).select_related("notice", "recipient")[: PAGE + 1])
    cases = _cases(row.notice.subject_id for row in rows)
    found = [Sent(row, label_of(row.notice.kind), cases.get(row.notice.subject_id)) for row in rows[:PAGE]]
    return Page(found, str(rows[PAGE - 1].pk) if len(rows) > PAGE else "")


def undelivered_outside_rows(sight: Sight) -> list[Sent]:
    """The newest of the mails to applicants, with their cases."""
    rows = list(undelivered_outside(sight).order_by("-pk")[:PAGE])
    events = [row.subject_id for row in rows if row.kind == TO_APPLICANT]
    case_of = dict(CaseEvent.objects.filter(pk__in=events).values_list("pk", "subject_id"))
    keys = {row.pk: case_of.get(row.subject_id, 0) if row.kind == TO_APPLICANT else row.subject_id for row in rows}
    cases = _cases(keys.values())
    return [Sent(row, "发给申请人的邮件", cases.get(keys[row.pk])) for row in rows]


def undelivered_count(sight: Sight) -> str:
    """How many there are: a number or "1000+"."""
    count = len(undelivered(sight).order_by().values_list("pk")[: MOST_COUNTED + 1])
    count += len(undelivered_outside(sight).order_by().values_list("pk")[: MOST_COUNTED + 1])
    return f"{MOST_COUNTED}+" if count > MOST_COUNTED else str(count)


def recounts_page(sight: Sight, *, before: int | None) -> Page:
    """Due days that a new calendar moved, of cases somebody sees, newest first."""
    found = CaseRecount.objects.all()
    if not sight.is_all:
        found = found.filter(case__in=sight.cases)
    rows = list(_before(found, before).select_related("case__department", "case__officer")[: PAGE + 1])
    return Page(rows[:PAGE], str(rows[PAGE - 1].pk) if len(rows) > PAGE else "")


def _before(found: QuerySet[Any], before: int | None) -> QuerySet[Any]:
    ordered = found.order_by("-pk")
    return ordered if before is None else ordered.filter(pk__lt=before)


def _cases(keys: Any) -> dict[int, InformationRequest]:
    return InformationRequest.objects.select_related("department").in_bulk(list(keys))
