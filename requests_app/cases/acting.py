"""One way to take a step with a case or to note an act: check, move, count the clock anew, tell people."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from requests_app import rules
from requests_app.cases.clock import recount
from requests_app.cases.telling import tell
from requests_app.deadlines import Impossible
from requests_app.models import CaseEvent, InformationRequest, Said, SaidKind
from requests_app.states import CASES
from workflow.evidence import digest
from workflow.services import Refused, WrongPerson, lost, move, record

NO_CHANGES: Mapping[str, Any] = {}


class NotLawful(Refused):
    """The clock does not allow it: too late, twice, before its time; the text says why."""


class NotYours(WrongPerson):
    """Somebody without this right in the case's department."""


def locked(case: InformationRequest) -> InformationRequest:
    """The row as it is now, locked. Lost when it moved on since the person saw it: who, and when."""
    row = InformationRequest.objects.select_for_update(of=("self",)).select_related("department").get(pk=case.pk)
    if row.state != case.state:
        raise lost(row, CASES, CaseEvent)
    return row


@transaction.atomic
def step(
    case: InformationRequest,
    action: str,
    *,
    actor: User,
    on: date,
    at: datetime,
    facts: Mapping[str, Any] = NO_CHANGES,
    changes: Mapping[str, Any] = NO_CHANGES,
) -> CaseEvent:
    """Take a lawful step with a case (条例§45) and count its clock anew. Refused with a reason, and nothing changed."""
    row = CASES.find(case.state, action)
    said = {**facts, **({"clock": row.clock} if row and row.clock else {})}
    event = move(
        subject=case,
        table=CASES,
        action=action,
        actor=actor,
        event_model=CaseEvent,
        on=on,
        at=at,
        allowed=lambda found: rules.may(actor, case, found),
        facts=said,
        changes={"waiting_since": at, "updated_at": at, **changes},
    )
    count(case, today=_later(on, at))
    tell(event, case, at=at)
    return event


@transaction.atomic
def note(
    case: InformationRequest,
    action: str,
    *,
    actor: User,
    on: date,
    at: datetime,
    facts: Mapping[str, Any] = NO_CHANGES,
) -> CaseEvent:
    """Append an act that leaves the case where it is; the caller has checked permission."""
    event = record(subject=case, action=action, actor=actor, event_model=CaseEvent, on=on, at=at, facts=facts)
    InformationRequest.objects.filter(pk=case.pk).update(updated_at=at)
    if "clock" in facts or "corrects" in facts:
        count(case, today=_later(on, at))
    tell(event, case, at=at)
    return event


def count(case: InformationRequest, *, today: date) -> None:
    """条例§33: the clock after what was just noted; NotLawful when that cannot have happened, and all is undone."""
    try:
        recount(case, today=today)
    except Impossible as reason:
        raise NotLawful(str(reason).partition("：")[2] or str(reason)) from reason


def _later(on: date, at: datetime) -> date:
    return max(on, timezone.localdate(at))


def need_handler(actor: User, case: InformationRequest) -> None:
    """NotYours for everybody but officers and the head of the case's department."""
    if not rules.can_handle(actor, case):
        raise NotYours("本件由所在机关的申请办理人员办理，您没有这一岗位。")


def need_head(actor: User, case: InformationRequest, what: str) -> None:
    """NotYours for everybody but the head."""
    if not rules.can_head(actor, case):
        raise NotYours(f"{what}由公开机构负责人办理，您没有这一岗位。")


def say(case: InformationRequest, kind: SaidKind, text: str, *, by: User, at: datetime) -> str:
    """Keep free text in its erasable side row; returns the digest for the event (rulings 23)."""
    words = text.strip()
    Said.objects.create(case=case, kind=kind, text=words, by=by, at=at)
    return digest(words)
