"""Consultations: begin one with its letter, note what came back, override a refusal (条例§32, §34; rulings 1)."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Department, User
from disclosure.services import system_actor
from requests_app.cases.acting import NotLawful, locked, need_handler, need_head, note, say
from requests_app.letters import services as letters
from requests_app.models import Consultation, ConsultedKind, InformationRequest, SaidKind, ThirdOpinion
from requests_app.sealing import seal
from requests_app.states import CHANGE, CLOCK, CaseState, LetterState
from workflow.services import Incomplete


@transaction.atomic
def begin(
    *,
    actor: User,
    case: InformationRequest,
    kind: str,
    name: str,
    contact: str = "",
    department: Department | None = None,
    at: datetime,
) -> Consultation:
    """Somebody is to be asked; the pause begins when the letter is sent, not before."""
    row = locked(case)
    need_handler(actor, row)
    if row.state != CaseState.HANDLING:
        raise NotLawful("受理办理后、送签答复前，才能征求意见。")
    if not name.strip():
        raise Incomplete("请写明征求谁的意见。")
    made = Consultation.objects.create(
        case=row, kind=kind, name=name.strip()[:120], contact_sealed=seal(contact.strip()), department=department
    )
    on = timezone.localdate(at)
    note(row, CHANGE, actor=actor, on=on, at=at, facts={"consultation": made.pk, "kind": str(kind)})
    return made


@transaction.atomic
def drop(*, actor: User, consultation: Consultation, at: datetime) -> None:
    """A consultation that never went out is not needed after all; its drafts go with it, the record keeps both."""
    row = Consultation.objects.select_for_update(of=("self",)).select_related("case").get(pk=consultation.pk)
    need_handler(actor, row.case)
    if row.sent_on is not None or row.ended_on is not None:
        raise NotLawful("征求意见已经发出或者撤销。")
    if row.letter and row.letter.state in (LetterState.IN_APPROVAL, LetterState.ISSUED):
        raise NotLawful("征求意见书正在待签发或者已经签发，请先退回或者送出。")
    if row.letter and row.letter.state == LetterState.DRAFT:
        letters.discard(actor=actor, letter=row.letter, at=at)
    row.ended_on = timezone.localdate(at)
    row.save(update_fields=["ended_on"])
    note(row.case, CHANGE, actor=actor, on=row.ended_on, at=at, facts={"consultation": row.pk, "dropped": True})


@transaction.atomic
def receive_opinion(
    *, actor: User, consultation: Consultation, opinion: str, reason: str, on: date, at: datetime
) -> None:
    """What came back, and the day it came: the pause ends there, or at the consultation's own due day if that was earlier."""
    row = Consultation.objects.select_for_update(of=("self",)).select_related("case").get(pk=consultation.pk)
    need_handler(actor, row.case)
    if row.sent_on is None or row.ended_on is not None:
        raise NotLawful("这项征求意见还没有发出，或者已经办结。")
    if not row.sent_on <= on <= timezone.localdate(at):
        raise Incomplete("收到意见的日期应在发出之日至今天之间。")
    kept = say(row.case, SaidKind.CONTACT, f"征求意见回复（{row.name}）：{reason}", by=actor, at=at) if reason else ""
    row.ended_on, row.opinion, row.reason = on, opinion, reason.strip()
    row.save(update_fields=["ended_on", "opinion", "reason"])
    facts: dict[str, Any] = {"clock": f"{row.kind}_returned", "id": row.pk, "opinion": opinion}
    note(locked(row.case), CLOCK, actor=actor, on=on, at=at, facts={**facts, **({"reason": kept} if kept else {})})


@transaction.atomic
def expire(*, consultation: Consultation, at: datetime) -> None:
    """条例§32, §34: silent until the end: a co-producing body has agreed, over a third party the department decides."""
    row = Consultation.objects.select_for_update(of=("self",)).select_related("case").get(pk=consultation.pk)
    if row.ended_on is not None or row.due_on is None or row.due_on >= timezone.localdate(at):
        return
    row.ended_on = row.due_on
    row.opinion = ThirdOpinion.AGREE if row.kind == ConsultedKind.AGENCY else ThirdOpinion.SILENT
    row.save(update_fields=["ended_on", "opinion"])
    facts = {"clock": f"{row.kind}_expired", "id": row.pk, "opinion": row.opinion}
    note(locked(row.case), CLOCK, actor=system_actor(), on=row.due_on, at=at, facts=facts)


@transaction.atomic
def override(*, actor: User, consultation: Consultation, reason: str, at: datetime) -> None:
    """条例§32: withholding would gravely harm the public interest: the head decides to release, the third party is told
    in writing what and why."""
    row = Consultation.objects.select_for_update(of=("self",)).select_related("case").get(pk=consultation.pk)
    need_head(actor, row.case, "因重大公共利益决定公开")
    if row.case.state not in (CaseState.HANDLING, CaseState.IN_APPROVAL):
        raise NotLawful("受理办理以后、签发答复以前，才能作出这一决定。")
    if not row.refuses:
        raise NotLawful("第三方不同意公开的，才需要作出这一决定。")
    if not reason.strip():
        raise Incomplete("请写明公开的内容和理由，将书面告知第三方。")
    row.overridden, row.override_reason = True, reason.strip()
    row.save(update_fields=["overridden", "override_reason"])
    fact = {"override": say(row.case, SaidKind.REASON_GIVEN, reason, by=actor, at=at), "consultation": row.pk}
    note(row.case, CHANGE, actor=actor, on=timezone.localdate(at), at=at, facts=fact)
