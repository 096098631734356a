"""The clock of a case: its record read as a history, folded, and kept on the row with its open due days."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from requests_app.clock_words import PAYMENT, ClockWords, ended, shown, unconfirmed
from requests_app.deadlines import Clock, ClockState, Happened, fold
from requests_app.models import CaseDue, CaseEvent, Channel, Consultation, DueKind, InformationRequest, Letter
from requests_app.states import OPEN_STATES, CaseState, LetterState
from workdays.arithmetic import Calendar, Counted
from workdays.selectors import calendar_version, current_calendar

CONFIRM_WORKDAYS = 2  # rulings 8
SERVICE_WORKDAYS = 10  # a letter sent by post and not known to have arrived is asked after
_NUMBERS = ("workdays", "correction_workdays")


def events_of(case: InformationRequest, *, people: bool = False) -> list[CaseEvent]:
    """The record of a case, oldest first; with the ``people`` who acted where they are shown."""
    label = InformationRequest._meta.label_lower
    rows = CaseEvent.objects.filter(subject_type=label, subject_id=case.pk).order_by("number")
    return list(rows.select_related("actor") if people else rows)


def history_of(events: Iterable[CaseEvent]) -> list[Happened]:
    """What the clock sees of a record: events that name a clock event, on the day they are corrected to.

    A correction names the number of the event it corrects and the right day; without a day the event is struck.
    Who is asked is called by number in the order of asking, not by a key of the database.
    """
    rows = list(events)
    asked = {
        key: str(n) for n, key in enumerate(dict.fromkeys(row.facts["id"] for row in rows if "id" in row.facts), 1)
    }
    corrected = {row.facts["corrects"]: row.facts.get("to") for row in rows if "corrects" in row.facts}
    found = []
    for row in rows:
        name = row.facts.get("clock")
        if not name:
            continue
        day = corrected.get(row.number, row.on.isoformat())
        if day is not None:
            found.append(_happened(name, date.fromisoformat(day), row.facts, asked))
    return found


def _happened(name: str, on: date, facts: dict[str, Any], asked: dict[int, str]) -> Happened:
    said: dict[str, Any] = {key: facts[key] for key in (*_NUMBERS, "delivery", "excused") if key in facts}
    if "until" in facts:
        said["until"] = date.fromisoformat(facts["until"])
    return Happened(on=on, event=name, id=asked.get(facts.get("id", 0), ""), **said)


def clock_of(
    case: InformationRequest,
    *,
    today: date,
    calendar: Calendar | None = None,
    events: Sequence[CaseEvent] | None = None,
) -> Clock:
    """条例§33: how the period of a case stands ``today``, with its derivation. Give ``events`` where they are read."""
    history = history_of(events_of(case) if events is None else events)
    return fold(case.channel, history, calendar or current_calendar(), as_of=_as_of(case, today))


def _as_of(case: InformationRequest, today: date) -> date | None:
    """An ended case is judged by its own last day."""
    return today if case.state in OPEN_STATES else None


def recount(case: InformationRequest, *, today: date, calendar: Calendar | None = None) -> Clock:
    """Fold the record of a case anew, and write down its days and what is due (rulings 10)."""
    version = calendar_version()  # before the days: what changes in between is counted again
    calendar = calendar or current_calendar()
    clock = clock_of(case, today=today, calendar=calendar)
    for name, value in values_of(clock).items():
        setattr(case, name, value)
    case.calendar_version = version
    case.save(update_fields=CACHED)
    _write_dues(case, dues_of(case, clock, calendar))
    return clock


def values_of(clock: Clock) -> dict[str, Any]:
    """What the row of a case keeps of its clock."""
    return {
        "first_received_on": clock.first_received_on,
        "received_on": clock.received_on,
        "due_on": clock.due_on,
        "clock_state": clock.stands.value,
        "provisional": clock.provisional,
        "suspended_workdays": clock.suspended_workdays,
        "extension_workdays": clock.extension_workdays,
        "stopped_on": clock.stopped_on,
        "on_time": clock.on_time,
        "warnings": list(clock.warnings),
        "used_workdays": clock.used_workdays,
        "register_year": clock.first_received_on.year if clock.first_received_on else None,
    }


CACHED = [
    *("first_received_on", "received_on", "due_on", "clock_state", "provisional", "suspended_workdays"),
    *("extension_workdays", "stopped_on", "on_time", "warnings", "used_workdays", "register_year", "calendar_version"),
]


def clock_of_row(
    case: InformationRequest, today: date, calendar: Calendar, *, confirm_by: date | None = None
) -> ClockWords:
    """The clock in words from what the row keeps, for lists."""
    if case.state in (CaseState.CLOSED, CaseState.VOIDED):
        return ended(case.get_state_display())
    if case.state == CaseState.SUBMITTED and confirm_by:
        return unconfirmed(confirm_by, today)
    return shown(
        stands=case.clock_state,
        due_on=case.due_on,
        started_on=case.received_on,
        today=today,
        calendar=calendar,
        provisional=case.provisional,
        used_workdays=case.used_workdays,
        pause_reason=PAYMENT if case.state == CaseState.AWAITING_PAYMENT else "",
        on_time=case.on_time,
    )


def dues_of(case: InformationRequest, clock: Clock, calendar: Calendar) -> list[CaseDue]:
    """Every open due day of a case."""
    found = _inquiries(case)
    if case.state == CaseState.SUBMITTED:
        day = confirm_due(case, calendar)
        found.append(CaseDue(kind=DueKind.CONFIRM, on=day.on, provisional=day.provisional))
    elif case.state == CaseState.REPLIED:
        found += _service(case, calendar)
    elif case.state in OPEN_STATES:
        found += _running(case, clock)
    return found


def arrived_on(case: InformationRequest) -> date:
    """The day of the first event: handed in, or arrived."""
    first = (
        CaseEvent.objects.filter(subject_type=case._meta.label_lower, subject_id=case.pk)
        .order_by("number")
        .values_list("on", flat=True)[:1]
    )
    return next(iter(first), case.created_at.date())


def confirm_due(case: InformationRequest, calendar: Calendar) -> Counted:
    """条例§31: an ordinary letter is confirmed with the applicant on the day it arrives; for the other doors rulings 8."""
    if case.channel == Channel.MAIL_ORDINARY:
        return calendar.next_workday_on_or_after(arrived_on(case))
    return calendar.add_workdays(arrived_on(case), CONFIRM_WORKDAYS)


def _running(case: InformationRequest, clock: Clock) -> list[CaseDue]:
    found = []
    if (
        clock.due_on is not None
        and clock.stands in (ClockState.RUNNING, ClockState.PAUSED)
        and not clock.awaits_payment
    ):
        found.append(CaseDue(kind=DueKind.REPLY, on=clock.due_on, provisional=clock.provisional))
    if clock.awaits_correction and clock.correction_due_on:
        found.append(CaseDue(kind=DueKind.CORRECTION, on=clock.correction_due_on))
    if clock.awaits_payment and clock.payment_due_on:
        found.append(CaseDue(kind=DueKind.PAYMENT, on=clock.payment_due_on))
    if clock.extension_old_due and not clock.extension_notified_on:
        found.append(CaseDue(kind=DueKind.EXTENSION_NOTICE, on=clock.extension_old_due))
    open_ones = Consultation.objects.filter(case=case, ended_on=None, sent_on__isnull=False, due_on__isnull=False)
    found += [CaseDue(kind=DueKind.CONSULTATION, ref=row.pk, on=row.due_on) for row in open_ones if row.due_on]
    waiting = Letter.objects.filter(
        case=case,
        kind="correction_notice",
        state__in=[LetterState.DRAFT, LetterState.IN_APPROVAL, LetterState.ISSUED, LetterState.SENT],
    )
    latest = clock.notice_latest
    if latest and not clock.awaits_correction and waiting.exists():
        found.append(CaseDue(kind=DueKind.CORRECTION_NOTICE, on=latest.on, provisional=latest.provisional))
    return found


def _service(case: InformationRequest, calendar: Calendar) -> list[CaseDue]:
    sent = Letter.objects.filter(case=case, state=LetterState.SENT).exclude(outcome="").order_by("-pk").first()
    if sent is None or sent.sent_on is None:
        return []
    return [CaseDue(kind=DueKind.SERVICE, ref=sent.pk, on=calendar.add_workdays(sent.sent_on, SERVICE_WORKDAYS).on)]


def _inquiries(case: InformationRequest) -> list[CaseDue]:
    return [CaseDue(kind=DueKind.INQUIRY, ref=row.pk, on=row.due_on) for row in case.inquiries.filter(answered_at=None)]


def _write_dues(case: InformationRequest, dues: Sequence[CaseDue]) -> None:
    """Only what differs is written: a recount that changes nothing touches no row."""
    wanted = {(due.kind, due.ref): due for due in dues}
    for old in CaseDue.objects.filter(case=case):
        due = wanted.pop((old.kind, old.ref), None)
        if due is None:
            old.delete()
        elif (old.on, old.provisional) != (due.on, due.provisional):
            CaseDue.objects.filter(pk=old.pk).update(on=due.on, provisional=due.provisional)
    for due in wanted.values():
        due.case = case
    CaseDue.objects.bulk_create(list(wanted.values()))
