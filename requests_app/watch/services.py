"""What time does to applications: silence, clocks that move with the day, a new calendar, reminders (条例§30–§34)."""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from functools import partial
from typing import Any

import structlog
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from jobs.models import Job
from jobs.services import enqueue
from notices.addresses import is_connected
from notices.kinds import EMAIL
from notices.outside import send_later
from notices.reminders import too_early_from
from notices.services import notify_all
from requests_app.cases.acting import count
from requests_app.cases.clock import clock_of, dues_of, recount, values_of
from requests_app.deadlines import Impossible
from requests_app.handling.consulting import expire
from requests_app.models import CaseDue, CaseRecount, Consultation, DueKind, InformationRequest
from requests_app.states import OPEN_STATES
from requests_app.watch import selectors, telling
from requests_app.watch.plans import APPLICANT_DUE, MOST_STEPS, MOVED, OVER, SOON, UNCLAIMED, step_today
from workdays.selectors import calendar_version, current_calendar

REMIND, REFRESH, RECOUNT, CLEAN = "request_reminders", "request_refresh", "request_recount", "request_clean"
logger = structlog.get_logger(__name__)


def begin(*, at: datetime) -> None:
    """Put down the day's work once, and a recount once a calendar; every minute some looks at an index."""
    day = timezone.localdate(at).isoformat()
    _once(REFRESH, day)
    _once(CLEAN, day)
    if version := calendar_version():
        _once(RECOUNT, str(version))
    if is_waking(at):
        _once(REMIND, day)


def _once(kind: str, subject: str) -> None:
    if not Job.objects.filter(kind=kind, subject=subject).exists():
        enqueue(kind=kind, subject=subject, dedupe=f"{kind}:{subject}")


def is_waking(at: datetime) -> bool:
    """True in the hours of a working day in which people are reminded."""
    local = timezone.localtime(at)
    if not settings.REMINDERS_FROM_HOUR <= local.hour < settings.REMINDERS_UNTIL_HOUR:
        return False
    return current_calendar().is_workday(local.date())


# --- reminders -------------------------------------------------------------------------------------------------------------


def remind(*, at: datetime) -> Iterator[int]:
    """条例§33: the day's reminders, batch by batch; yields how many messages each brought.

    May be broken off and begun again at any place, today or after days of standstill: who was told is not told again,
    and what fits no more is not made up for.
    """
    yield from expire_consultations(at=at)
    people = telling.People()
    yield from _soon(people, at)
    yield from _late(people, at)
    yield from _unclaimed(people, at)
    yield from _applicants(at)
    today, calendar = timezone.localdate(at), current_calendar()
    yield len(telling.tell_supervisors(selectors.city_figures(today, calendar), today=today, at=at))


def _soon(people: telling.People, at: datetime) -> Iterator[int]:
    today, calendar = timezone.localdate(at), current_calendar()
    for kind, on in selectors.due_days(too_early_from(today, calendar, MOST_STEPS), today):
        step = step_today(kind, on, today, calendar)
        if step is None:
            continue
        for rows in selectors.batches(selectors.not_told(kind, on, step, calendar), "case__department"):
            messages = [telling.soon(row, step, people, today, calendar) for row in rows]
            yield telling.tell_all(f"{SOON}{kind}", messages, at=at)


def _late(people: telling.People, at: datetime) -> Iterator[int]:
    """Each due day once, to who is in charge and the head."""
    for rows in selectors.batches(selectors.late_and_not_told(timezone.localdate(at)), "case__department"):
        for kind in sorted({row.kind for row in rows}):
            messages = [telling.over(row, people) for row in rows if row.kind == kind]
            yield telling.tell_all(f"{OVER}{kind}", messages, at=at)


def _unclaimed(people: telling.People, at: datetime) -> Iterator[int]:
    """条例§45: nobody took it up for more than one working day."""
    today, calendar = timezone.localdate(at), current_calendar()
    for rows in selectors.batches(selectors.unclaimed_and_not_told(today, calendar), "department"):
        messages = []
        for row in rows:
            claim_by = calendar.add_workdays(timezone.localdate(row.waiting_since), 1).on
            messages.append(telling.nobody_has_it(row, claim_by, people))
        yield telling.tell_all(UNCLAIMED, messages, at=at)


def _applicants(at: datetime) -> Iterator[int]:
    """条例§30, §42: who must correct or pay and left an e-mail address hears of it three working days before."""
    if not is_connected(EMAIL):
        return
    today, calendar = timezone.localdate(at), current_calendar()
    for kind, on in selectors.applicants_days(today, calendar):
        for rows in selectors.batches(selectors.applicants_to_remind(kind, on, calendar), "case"):
            yield sum(_write_to_applicant(row, at) for row in rows)


@transaction.atomic
def _write_to_applicant(due: CaseDue, at: datetime) -> bool:
    key = f"{APPLICANT_DUE}:{due.case_id}:{due.kind}:{due.on}"
    return send_later(kind=APPLICANT_DUE, subject=due.case, dedupe=key, at=at)


# --- silence ---------------------------------------------------------------------------------------------------------------


def expire_consultations(*, at: datetime) -> Iterator[int]:
    """条例§32, §34: who was silent until the end; the officer hears that the pause is over."""
    today, people = timezone.localdate(at), telling.People()
    over = CaseDue.objects.filter(kind=DueKind.CONSULTATION, on__lt=today)
    for rows in selectors.batches(over, "case__department"):
        for row in rows:
            yield _each(row.case_id, partial(_expire, row, people, at))


@transaction.atomic
def _expire(due: CaseDue, people: telling.People, at: datetime) -> int:
    message = telling.over(due, people)
    expire(consultation=Consultation.objects.get(pk=due.ref), at=at)
    return len(notify_all(kind=f"{OVER}{due.kind}", messages=[message], at=at))


# --- clocks ----------------------------------------------------------------------------------------------------------------


def refresh(*, after: int, at: datetime) -> int | None:
    """条例§33: count anew the next cases whose clock moves with the day; the last key, None at the end."""
    return _next(selectors.moving_with_the_day(), after, lambda pk: _refresh(pk, at))


@transaction.atomic
def _refresh(pk: int, at: datetime) -> int:
    """One counted with an older calendar is left to `recount_older`, which lists and tells what moved."""
    case = _locked(pk)
    if case.calendar_version != calendar_version():
        return 0
    recount(case, today=timezone.localdate(at))
    return 1


def recount_older(*, after: int, at: datetime) -> int | None:
    """Rulings 10: open cases counted with an older calendar, counted again; the last key, None at the end."""
    people, version = telling.People(), calendar_version()
    found = selectors.counted_before(version)
    return _next(found, after, lambda pk: _recount_older(pk, version, people, at))


@transaction.atomic
def _recount_older(pk: int, version: int, people: telling.People, at: datetime) -> int:
    """One case; a day that moved is listed and told to its officers and the head."""
    case = _locked(pk)
    if case.state not in OPEN_STATES or case.calendar_version == version:
        return 0
    old = case.due_on
    count(case, today=timezone.localdate(at))
    if case.due_on == old:
        return 0
    CaseRecount.objects.create(case=case, old_due_on=old, new_due_on=case.due_on, calendar_version=version, at=at)
    return len(notify_all(kind=MOVED, messages=[telling.moved(case, old, version, people)], at=at))


def _locked(pk: int) -> InformationRequest:
    return InformationRequest.objects.select_for_update(of=("self",)).select_related("department").get(pk=pk)


def _next(found: Any, after: int, act: Callable[[int], int]) -> int | None:
    keys = list(found.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[: selectors.AT_ONCE])
    for key in keys:
        _each(key, partial(act, key))
    return keys[-1] if len(keys) == selectors.AT_ONCE else None


def _each(case: int, act: Callable[[], int]) -> int:
    """One that fails is logged and keeps nobody else waiting."""
    try:
        return act()
    except Exception:
        logger.exception("request_watch_failed", case=case)
        return 0


def differences(case: InformationRequest, *, today: date) -> list[str]:
    """What the row of a case and its due days say otherwise than its record; empty when cache = fold."""
    calendar = current_calendar()
    try:
        clock = clock_of(case, today=today, calendar=calendar)
    except Impossible as reason:
        return [f"记录无法计算：{reason}"]
    wanted = values_of(clock)
    found = [
        f"{name}：{getattr(case, name)} ≠ {value}" for name, value in wanted.items() if getattr(case, name) != value
    ]
    kept = {(due.kind, due.ref, due.on) for due in CaseDue.objects.filter(case=case)}
    wanted_dues = {(str(due.kind), due.ref, due.on) for due in dues_of(case, clock, calendar)}
    return found + [f"期限 {kind}（{ref}）：{on}" for kind, ref, on in sorted(kept ^ wanted_dues)]
