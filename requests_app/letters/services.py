"""Verbs on letters: draft, edit, hand to the head, return, issue, send, serve; each with what it does to its case.

What a letter does to the clock stands in `letters.kinds`; no view, form or task restates it.
"""

import io
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from pathlib import PurePath
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from requests_app import rules, sealed_files
from requests_app.cases.acting import NO_CHANGES, NotLawful, locked, need_handler, need_head, note, say, step
from requests_app.cases.clock import clock_of
from requests_app.cases.converting import consider_publication
from requests_app.cases.numbering import next_position
from requests_app.cases.services import correction_served
from requests_app.cases.telling import TO_SIGN, write_to_applicant
from requests_app.cases.telling import send as send_message
from requests_app.deadlines import CONSULTATION_WORKDAYS, MOST_EXTENSION_WORKDAYS
from requests_app.letters.docx import to_docx
from requests_app.letters.facts import lost_elements, unfinished
from requests_app.letters.filling import facts_of
from requests_app.letters.kinds import APPLICANT, KINDS, LetterKind
from requests_app.letters.paper import Paper, document_number
from requests_app.models import CaseEvent, Consultation, Delivery, FileRole, InformationRequest, Letter, SaidKind
from requests_app.states import (
    AWAIT_PAYMENT,
    BOUNCE,
    CLOCK,
    DISCARD,
    DRAFT_LETTER,
    ISSUE,
    ISSUE_OWN,
    LETTERS,
    OPEN_STATES,
    PROPOSE,
    RETURN,
    RETURN_LETTER,
    SEND,
    SEND_LETTER,
    SERVE,
    SERVE_LETTER,
    SIGN,
    SUBMIT_LETTER,
    CaseState,
    LetterState,
)
from workdays.due import written
from workdays.selectors import current_calendar
from workflow.evidence import digest
from workflow.services import Incomplete, Refused, lost, move, place

# Letters that state what already happened; the officer issues them without the head.
WITHOUT_APPROVAL = frozenset(
    {"receipt_ack", "confirmation_notice", "transfer_notice", "consult_inform_applicant", "spot_record"}
)


# Letters that may still go out when the case is answered.
AFTERWARDS = frozenset({"third_party_result", "spot_record"})


class Conflict(Refused):
    """Somebody else saved the draft meanwhile; nothing was overwritten."""


# --- drafting --------------------------------------------------------------------------------------------------------------


@transaction.atomic
def draft(
    *,
    actor: User,
    case: InformationRequest,
    kind: str,
    title: str,
    salutation: str,
    paragraphs: Sequence[str],
    facts: Mapping[str, Any],
    at: datetime,
    outcome: str = "",
    ref: int = 0,
    delivery: str = "",
) -> Letter:
    """Begin a letter with the words its template gave; ``facts`` are what its effect on the clock needs."""
    need_handler(actor, case)
    letter = Letter(
        case=case,
        kind=kind,
        title=title,
        salutation=salutation,
        paragraphs=list(paragraphs),
        facts=dict(facts),
        outcome=outcome,
        ref=ref,
        delivery=delivery,
        drafted_by=actor,
        created_at=at,
    )
    place(
        row=letter,
        table=LETTERS,
        action=DRAFT_LETTER,
        actor=actor,
        event_model=CaseEvent,
        on=timezone.localdate(at),
        at=at,
        allowed=lambda _: True,
        facts={"case": case.pk, "kind": kind},
    )
    return letter


@transaction.atomic
def edit(
    *, actor: User, letter: Letter, title: str, salutation: str, paragraphs: Sequence[str], edition: int
) -> Letter:
    """Change the words of a draft. Conflict when somebody saved after ``edition``."""
    row = _locked(letter)
    need_handler(actor, row.case)
    if row.state != LetterState.DRAFT:
        raise NotLawful("已经送签或者签发的文书不能修改。")
    if row.edition != edition:
        raise Conflict("这份文书刚刚被修改过，您的内容没有保存；请对照现在的内容再改。")
    row.title, row.salutation = title.strip(), salutation.strip()
    row.paragraphs = [line.strip() for line in paragraphs if line.strip()]
    row.edition += 1
    row.save(update_fields=["title", "salutation", "paragraphs", "edition"])
    return row


@transaction.atomic
def discard(*, actor: User, letter: Letter, at: datetime) -> None:
    """A draft that is not wanted."""
    row = _locked(letter)
    if row.outcome and row.case.state == CaseState.IN_APPROVAL:
        raise NotLawful("答复正在待签发，请先退回。")
    _step(row, DISCARD, actor=actor, at=at)


@transaction.atomic
def submit(*, actor: User, letter: Letter, at: datetime) -> None:
    """Hand a letter to the head; with an answer the case goes along (条例§45)."""
    row = _locked(letter)
    if row.kind in WITHOUT_APPROVAL:
        raise NotLawful("这份文书由承办人直接签发，不必送签。")
    if gaps := gaps_of(row, today=timezone.localdate(at)):
        raise Incomplete(gaps[0])
    event = _step(row, SUBMIT_LETTER, actor=actor, at=at)
    if row.outcome:
        case = locked(row.case)
        facts = {"outcome": row.outcome, "letter": row.pk}
        step(case, PROPOSE, actor=actor, on=timezone.localdate(at), at=at, facts=facts)
        return
    heads = [head for head in rules.heads_of(row.case.department) if head.pk != actor.pk]
    title = f"文书待签发：{row.title}（{row.case.number}）"
    send_message(event, row.case, heads, TO_SIGN, title=title, text="请审阅签发。", at=at)


@transaction.atomic
def give_back(*, actor: User, letter: Letter, reason: str, at: datetime) -> None:
    """The head returns a letter with the reason; with an answer the case goes back to its officer."""
    row = _locked(letter)
    if not reason.strip():
        raise Incomplete("请写明退回的原因。")
    kept = say(row.case, SaidKind.RETURN, reason, by=actor, at=at)
    _step(row, RETURN_LETTER, actor=actor, at=at, facts={"reason": kept}, changes={"opinion": reason.strip()[:500]})
    if row.outcome:
        step(locked(row.case), RETURN, actor=actor, on=timezone.localdate(at), at=at, facts={"reason": kept})


def gaps_of(letter: Letter, *, today: date) -> list[str]:
    """条例§36: why a letter may not go out: places left to be filled in (law.md §4.2 不留白), elements it lost."""
    if not letter.paragraphs:
        return ["文书没有正文。"]
    texts = (letter.title, letter.salutation, *letter.paragraphs)
    facts = facts_of(letter.case, today=today, said={"outcome_code": letter.outcome})
    found = [f"文书中还有没有填写的地方：“{text[:40]}”。" for text in unfinished(texts, facts=facts)]
    found += _outdated(letter, today)
    missed = lost_elements(KINDS[letter.kind], facts, texts)
    return [*found, f"文书缺少法定要素：{'、'.join(missed)}。"] if missed else found


def _outdated(letter: Letter, today: date) -> list[str]:
    """What a draft says of the clock and the clock no longer says: days of a year whose calendar came, a term gone by."""
    if letter.kind not in ("extension_notice", "correction_notice"):
        return []
    clock = clock_of(letter.case, today=today)
    if letter.kind == "extension_notice" and clock.due_on and "due_on" in letter.facts:
        longer = clock.calendar.add_workdays(clock.due_on, int(letter.facts["workdays"])).on
        if longer.isoformat() != letter.facts["due_on"]:
            return [f"起草以后期限有了变化，现在应延长至{written(longer)}，请退回，重新起草。"]
    if letter.kind == "correction_notice" and not letter.facts.get("is_late"):
        latest = clock.notice_latest
        if latest and today > latest.on:
            return [f"补正应在{written(latest.on)}以前告知，现在告知的，答复期限照原申请计算，请退回，重新起草。"]
    return []


# --- issuing ---------------------------------------------------------------------------------------------------------------


@transaction.atomic
def issue(*, actor: User, letter: Letter, at: datetime, opinion: str = "") -> Letter:
    """条例§33, §36: the head signs: numbered, frozen as text and DOCX, and the clock hears of it.

    Raises:
        NotLawful: the clock does not allow it (an extension after the old date, a second one).
    """
    row = _locked(letter)
    own = row.kind in WITHOUT_APPROVAL
    if not own:
        need_head(actor, row.case, "签发")
    on = timezone.localdate(at)
    if row.state == LetterState.IN_APPROVAL and (stale := _outdated(row, on)):
        raise NotLawful(stale[0])
    if not row.outcome and row.kind not in AFTERWARDS and row.case.state not in OPEN_STATES:
        raise NotLawful("该申请已经答复或者终止，这份文书不再发出，请作废。")
    _freeze(row, on)
    signed = {"signed_by": actor, "opinion": opinion.strip()[:500]}
    frozen = {name: getattr(row, name) for name in ("number", "issued_on", "facts", "docx_key", "docx_digest")}
    _step(row, ISSUE_OWN if own else ISSUE, actor=actor, at=at, changes={**frozen, **signed},
          facts={"digest": row.docx_digest})  # fmt: skip
    _on_issue(row, KINDS[row.kind], actor, on, at)
    return row


def _freeze(letter: Letter, on: date) -> None:
    """Number and paper as they will be sent."""
    department, word = letter.case.department, KINDS[letter.kind].word
    letter.number = document_number(agency_word(department.letter_word, department.name), word, on.year,
                                    next_position(department, on.year, word))  # fmt: skip
    letter.issued_on = on
    letter.facts = {**letter.facts, "attachments": _enclosed(letter)}
    data = to_docx(paper_of_letter(letter))
    kept = sealed_files.keep(io.BytesIO(data), f"{letter.title}.docx")
    letter.docx_key, letter.docx_digest = kept.key, kept.sha256


def agency_word(letter_word: str, name: str) -> str:
    """机关代字: the department's own, else the letters of its name that are none of 市县区局委员会."""
    return letter_word or "".join(sign for sign in name if "\u4e00" <= sign <= "\u9fa5")[:6]


def paper_of_letter(letter: Letter) -> Paper:
    """The paper of a letter, issued or as it would look today."""
    return Paper(
        issuer=letter.case.department.name,
        number=letter.number,
        title=letter.title,
        salutation=letter.salutation,
        paragraphs=tuple(letter.paragraphs),
        signature=letter.case.department.name,
        issued_on=letter.issued_on or timezone.localdate(letter.created_at),
        attachments=tuple(letter.facts.get("attachments", ()) if letter.issued_on else _enclosed(letter)),
    )


def _enclosed(letter: Letter) -> list[str]:
    """附件说明 of an answer: the files that leave with it, by name (GB/T 9704-2012 §7.3.4)."""
    if not letter.outcome:
        return []
    released = letter.case.files.filter(role=FileRole.RELEASED, erased_at=None).order_by("pk")
    return [PurePath(name).stem for name in released.values_list("name", flat=True)]


def _on_issue(letter: Letter, kind: LetterKind, actor: User, on: date, at: datetime) -> None:
    case = locked(letter.case)
    if letter.outcome:
        changes = {"outcome": letter.outcome}
        step(case, SIGN, actor=actor, on=on, at=at, facts={"letter": letter.pk}, changes=changes)
    elif kind.on_issue == "extension_approved":
        days = int(letter.facts.get("workdays", 0))
        if not 1 <= days <= MOST_EXTENSION_WORKDAYS:
            raise NotLawful(f"延长的期限为 1 至 {MOST_EXTENSION_WORKDAYS} 个工作日。")
        _clock(case, letter, kind.on_issue, actor=actor, on=on, at=at, workdays=days)
    elif kind.on_issue:
        days = int(letter.facts.get("correction_workdays", 0))
        _clock(case, letter, kind.on_issue, actor=actor, on=on, at=at, correction_workdays=days)
    if letter.delivery == Delivery.ELECTRONIC:
        send(actor=actor, letter=letter, delivery=Delivery.ELECTRONIC, on=on, at=at)


def _clock(
    case: InformationRequest, letter: Letter, name: str, *, actor: User, on: date, at: datetime, **said: Any
) -> None:
    note(case, CLOCK, actor=actor, on=on, at=at, facts={"clock": name, "letter": letter.pk, **said})


# --- sending and serving ---------------------------------------------------------------------------------------------------


@transaction.atomic
def send(*, actor: User, letter: Letter, delivery: str, on: date, at: datetime, tracking: str = "") -> None:
    """条例§40: hand the letter over by the way chosen. Post and electronic stop an answer's clock that day (rulings 3)."""
    row = _locked(letter)
    _check_day(on, row.issued_on, at, "送出")
    _check_way(row, delivery)
    changes = {"delivery": delivery, "sent_on": on, "tracking": tracking.strip()[:60]}
    sent = _step(row, SEND_LETTER, actor=actor, at=at, on=on, facts={"delivery": delivery}, changes=changes)
    name = KINDS[row.kind].on_send
    case = locked(row.case)
    if KINDS[row.kind].addressee == APPLICANT and not row.outcome:
        write_to_applicant(case, sent, at=at)
    if name == "replied":
        facts = {"letter": row.pk, "delivery": delivery}
        step(case, SEND, actor=actor, on=on, at=at, facts=facts, changes={"concluded_on": on})
        consider_publication(case, at=at)
    elif name.endswith("_sent"):
        due_on = current_calendar().add_workdays(on, CONSULTATION_WORKDAYS).on
        _consultation(row, sent_on=on, due_on=None if name.startswith("other") else due_on)
        _clock(case, row, name, actor=actor, on=on, at=at, id=row.ref)
    elif name == "delay_notified":
        _clock(case, row, name, actor=actor, on=on, at=at, until=row.facts["until"])
    elif name:
        _clock(case, row, name, actor=actor, on=on, at=at)
    letter.refresh_from_db()


@transaction.atomic
def serve(*, actor: User, letter: Letter, on: date, proof: str, at: datetime) -> None:
    """国办公开办函〔2016〕235号: the letter reached who it is for, and what proves it; remedies run from this day."""
    row = _locked(letter)
    _check_day(on, row.sent_on, at, "送达")
    changes = {"served_on": on, "proof": proof.strip()[:300]}
    facts = {"proof": digest(proof.strip())} if proof.strip() else {}
    _step(row, SERVE_LETTER, actor=actor, at=at, on=on, facts=facts, changes=changes)
    name, case = KINDS[row.kind].on_serve, locked(row.case)
    if name in EFFECTS:
        EFFECTS[name](actor, case, row, on, at)
    elif name.endswith("_served"):
        limit = current_calendar().add_workdays(on, CONSULTATION_WORKDAYS).on
        _consultation(row, served_on=on, due_on=None if name.startswith("other") else limit)
        _clock(case, row, name, actor=actor, on=on, at=at, id=row.ref)
    letter.refresh_from_db()


def _serve_answer(actor: User, case: InformationRequest, letter: Letter, on: date, at: datetime) -> None:
    step(case, SERVE, actor=actor, on=on, at=at, facts={"letter": letter.pk})


def _serve_correction(actor: User, case: InformationRequest, letter: Letter, on: date, at: datetime) -> None:
    days = int(letter.facts.get("correction_workdays", 0))
    correction_served(actor=actor, case=case, letter=letter.pk, on=on, workdays=days, at=at)


def _serve_fee(actor: User, case: InformationRequest, letter: Letter, on: date, at: datetime) -> None:
    step(case, AWAIT_PAYMENT, actor=actor, on=on, at=at, facts={"letter": letter.pk})


EFFECTS: dict[str, Callable[[User, InformationRequest, Letter, date, datetime], None]] = {
    "served": _serve_answer,
    "correction_notice_served": _serve_correction,
    "fee_notice_served": _serve_fee,
}


@transaction.atomic
def bounce(*, actor: User, letter: Letter, reason: str, at: datetime) -> None:
    """The post brought it back: it is to be sent again. An answer's clock stays stopped: it was posted in time."""
    row = _locked(letter)
    if row.outcome:
        raise NotLawful("答复退件的，请以其他方式再次送达后登记送达，答复日不变。")
    facts = {"reason": say(row.case, SaidKind.CONTACT, f"退件：{reason}", by=actor, at=at)} if reason.strip() else {}
    _step(row, BOUNCE, actor=actor, at=at, facts=facts, changes={"sent_on": None})


def _consultation(letter: Letter, **changes: Any) -> None:
    """The days of who was asked; the clock is counted with them by the event that follows."""
    Consultation.objects.filter(pk=letter.ref).update(**changes)


def _check_way(letter: Letter, delivery: str) -> None:
    """条例§32: asked in writing: nothing goes out electronically to who has no address here."""
    if delivery != Delivery.ELECTRONIC or KINDS[letter.kind].addressee == APPLICANT:
        return
    asked = Consultation.objects.filter(pk=letter.ref).first()
    if asked is None or not (asked.contact_sealed or asked.department_id):
        raise Incomplete("没有登记对方的联系方式，不能电子送达，请选择邮寄、当面或者委托送达。")


def _check_day(on: date, earliest: date | None, at: datetime, what: str) -> None:
    if on > timezone.localdate(at):
        raise Incomplete(f"{what}日期还没有到。")
    if earliest is not None and on < earliest:
        raise Incomplete(f"{what}日期不能早于 {earliest:%Y-%m-%d}。")


# --- the record of letters -------------------------------------------------------------------------------------------------


def _locked(letter: Letter) -> Letter:
    row = Letter.objects.select_for_update(of=("self",)).select_related("case__department").get(pk=letter.pk)
    if row.state != letter.state:
        raise lost(row, LETTERS, CaseEvent)
    return row


def _step(
    letter: Letter,
    action: str,
    *,
    actor: User,
    at: datetime,
    on: date | None = None,
    facts: Mapping[str, Any] = NO_CHANGES,
    changes: Mapping[str, Any] = NO_CHANGES,
) -> CaseEvent:
    return move(
        subject=letter,
        table=LETTERS,
        action=action,
        actor=actor,
        event_model=CaseEvent,
        on=on or timezone.localdate(at),
        at=at,
        allowed=lambda row: rules.may(actor, letter.case, row),
        facts=facts,
        changes=changes,
    )
