"""Verbs of handling: claim, assign, transfer, corrections, fee, merge and split, inquiries, remedies, the spot answer."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Department, User
from accounts.rules import holds_any_role
from requests_app import rules
from requests_app.cases.acting import NotLawful, NotYours, count, locked, need_handler, need_head, note, say, step
from requests_app.cases.clock import clock_of, events_of
from requests_app.cases.numbering import renumber
from requests_app.cases.services import split_off
from requests_app.models import (
    Applicant,
    Decision,
    Fee,
    InformationRequest,
    Inquiry,
    Rating,
    Remedy,
    RemedyResult,
    SaidKind,
    Unmasking,
)
from requests_app.outcomes import OUTCOMES
from requests_app.sealing import hash_code, new_query_code, seal
from requests_app.states import (
    ANSWER_INQUIRY,
    ANSWER_ON_THE_SPOT,
    ANSWERED_STATES,
    ASSIGN,
    CHANGE,
    CLAIM,
    CO_HANDLE,
    CORRECT_DATE,
    INQUIRE,
    MERGE,
    RECEIVE_CORRECTION,
    RECEIVE_PAYMENT,
    REMEDY,
    SERVE,
    SPLIT,
    TRANSFER,
    UNMASK,
    WAIVE_PAYMENT,
    CaseState,
)
from workflow.services import Incomplete

INQUIRY_WORKDAYS = 5
SPOT_FAMILIES = frozenset({"granted"})
MOST_PARTS = 20


@transaction.atomic
def claim(*, actor: User, case: InformationRequest, at: datetime) -> None:
    """条例§45: an officer takes the case up and is its officer from now on."""
    row = locked(case)
    step(row, CLAIM, actor=actor, on=timezone.localdate(at), at=at, changes={"officer": actor})
    case.refresh_from_db()


@transaction.atomic
def assign(*, actor: User, case: InformationRequest, officer: User, at: datetime) -> None:
    """The head, or who has the case, names another officer of the department."""
    row = locked(case)
    if not (rules.can_head(actor, row) or row.officer_id == actor.pk):
        raise NotYours("由公开机构负责人或者现在的承办人分派。")
    if not rules.can_handle(officer, row):
        raise Incomplete(f"{officer}不是该机关的申请办理人员。")
    row.officer = officer
    row.save(update_fields=["officer"])
    note(row, ASSIGN, actor=actor, on=timezone.localdate(at), at=at, facts={"person": officer.pk})
    case.refresh_from_db()


@transaction.atomic
def ask_to_co_handle(*, actor: User, case: InformationRequest, person: User, at: datetime) -> None:
    """Ask a colleague of the same body to help: sees the case without the applicant's data, writes notes, adds files."""
    row = locked(case)
    need_handler(actor, row)
    if person.department is None or not _same_body(person.department, row.department) or not holds_any_role(person):
        raise Incomplete(f"{person}不是本机关的工作人员。")
    row.co_handlers.add(person)
    note(row, CO_HANDLE, actor=actor, on=timezone.localdate(at), at=at, facts={"person": person.pk})


def _same_body(one: Department, body: Department) -> bool:
    return one.pk == body.pk or (one.is_internal and one.path.startswith(body.path))


@transaction.atomic
def transfer(*, actor: User, case: InformationRequest, to: Department, reason: str, at: datetime) -> None:
    """Rulings 9: inside one legal body, or from a shared counter to the body the applicant named; the day of receipt
    travels along. Another body is an answer under 条例§36(5), never a transfer."""
    row = locked(case)
    facts: dict[str, Any] = {"to": to.pk}
    if reason.strip():
        facts["reason"] = say(row, SaidKind.REASON_GIVEN, reason, by=actor, at=at)
    inside = to.is_internal and _same_body(to, row.department)
    from_counter = rules.is_shared_counter(row.department) and row.named_body_id == to.pk
    if not (inside or from_counter):
        raise NotLawful("不属于本机关负责的，应当答复申请人并告知负责的机关（条例第三十六条第五项），不能移送。")
    changes = {"office": to, "officer": None} if inside else {"department": to, "office": None, "officer": None}
    step(row, TRANSFER, actor=actor, on=timezone.localdate(at), at=at, facts=facts, changes=changes)
    if from_counter:
        year = row.register_year or timezone.localdate(at).year
        renumber(row, department=to, year=year, reason="由共用窗口移送申请人写明的机关", at=at)
    case.refresh_from_db()


# --- correction and fee ------------------------------------------------------------------------------------------------


@transaction.atomic
def receive_correction(
    *, actor: User, case: InformationRequest, text: str, on: date, excused: bool = False, at: datetime
) -> None:
    """条例§30: the corrected application came in; the count starts anew, unless the notice or the correction was late.

    ``excused``: late for a good reason, as the officer found. Late without it (or not judged yet), what came is kept,
    the officer is told, and the case stays where it is.
    """
    row = locked(case)
    if not text.strip():
        raise Incomplete("请写明补正的内容。")
    if on > timezone.localdate(at):
        raise Incomplete("收到补正的日期还没有到。")
    facts: dict[str, Any] = {"correction": say(row, SaidKind.CORRECTION, text, by=actor, at=at)}
    if excused:
        facts["excused"] = True
    if not excused and _is_past_correction(row, on):
        need_handler_or_applicant(actor, row)
        note(row, RECEIVE_CORRECTION, actor=actor, on=on, at=at, facts={**facts, "late": True})
        count(row, today=timezone.localdate(at))
    elif row.state == CaseState.AWAITING_CORRECTION or not is_late_correction_open(row):
        step(row, RECEIVE_CORRECTION, actor=actor, on=on, at=at, facts=facts)
    else:  # a notice served too late has not stopped the case
        need_handler_or_applicant(actor, row)
        note(row, RECEIVE_CORRECTION, actor=actor, on=on, at=at, facts={**facts, "clock": "correction_received"})
    case.refresh_from_db()


def need_handler_or_applicant(actor: User, case: InformationRequest) -> None:
    """NotYours for everybody but who handles the case and who applied."""
    if not rules.is_an_applicant(actor):
        need_handler(actor, case)


def _is_past_correction(case: InformationRequest, on: date) -> bool:
    """条例§30: the period for the correction was over on that day."""
    due_on = clock_of(case, today=on).correction_due_on if case.state == CaseState.AWAITING_CORRECTION else None
    return due_on is not None and on > due_on


def is_late_correction_open(case: InformationRequest) -> bool:
    """条例§30: a notice served after the 7th working day was, and the application is still being handled (rulings 6)."""
    return case.state == CaseState.HANDLING and "late_correction" in case.warnings


@transaction.atomic
def receive_payment(
    *, actor: User, case: InformationRequest, on: date, voucher: str, excused: bool = False, at: datetime
) -> None:
    """条例§42: paid; the count starts anew the day after (rulings 7). Late without an excuse the case is given up."""
    row = locked(case)
    if on > timezone.localdate(at):
        raise Incomplete("缴费日期还没有到。")
    due_on = clock_of(row, today=on).payment_due_on
    if due_on is not None and on > due_on and not excused:
        raise NotLawful("已经超过缴费期限；有正当理由的，请勾选后登记，没有的按放弃申请处理并办理退款。")
    facts: dict[str, Any] = {"excused": True} if excused else {}
    step(row, RECEIVE_PAYMENT, actor=actor, on=on, at=at, facts=facts)
    Fee.objects.filter(case=row).update(paid_on=on, voucher=voucher.strip()[:60])
    case.refresh_from_db()


@transaction.atomic
def waive_payment(*, actor: User, case: InformationRequest, reason: str, at: datetime) -> None:
    """条例§42: the head waives the fee; the notice is struck from the clock, which counts on as if it never was."""
    row = locked(case)
    facts = {"reason": say(row, SaidKind.REASON_GIVEN, reason, by=actor, at=at)} if reason.strip() else {}
    notices = [event for event in events_of(row) if event.facts.get("clock") == "fee_notice_served"]
    step(row, WAIVE_PAYMENT, actor=actor, on=timezone.localdate(at), at=at, facts=facts)
    struck = {"corrects": notices[-1].number, "to": None, "reason": facts["reason"]}
    note(row, CORRECT_DATE, actor=actor, on=timezone.localdate(at), at=at, facts=struck)
    Fee.objects.filter(case=row).update(waiver_reason=reason.strip()[:300])
    case.refresh_from_db()


# --- merge and split ---------------------------------------------------------------------------------------------------


@transaction.atomic
def merge(*, actor: User, case: InformationRequest, into: InformationRequest, reason: str, at: datetime) -> None:
    """The same applicant asked the same twice while the first is open: one answer for both."""
    row = locked(case)
    same = row.applicant.id_hash and row.applicant.id_hash == into.applicant.id_hash
    if not same or into.department_id != row.department_id or into.pk == row.pk or not into.is_open:
        raise NotLawful("只能并入同一申请人向本机关提出、尚未答复的另一件申请。")
    facts = {"into": into.pk, "reason": say(row, SaidKind.REASON_GIVEN, reason, by=actor, at=at)}
    on = timezone.localdate(at)
    step(row, MERGE, actor=actor, on=on, at=at, facts=facts, changes={"merged_into": into, "concluded_on": on})
    case.refresh_from_db()


@transaction.atomic
def split(*, actor: User, case: InformationRequest, matters: Sequence[str], at: datetime) -> list[InformationRequest]:
    """一事一申请: one number for each matter; the days of receipt are those of the application."""
    row = locked(case)
    need_handler(actor, row)
    wanted = [line.strip() for line in matters if line.strip()]
    if not 2 <= len(wanted) <= MOST_PARTS:
        raise Incomplete(f"请逐行写明拆分后的各项内容，2 至 {MOST_PARTS} 项。")
    history = [event for event in events_of(row) if event.facts.get("clock")]
    if any(event.facts["clock"] not in ("submitted", "posted", "signed", "arrived", "confirmed") for event in history):
        raise NotLawful("已经通知补正、征求意见或者收费的，不能再拆分。")
    on = timezone.localdate(at)
    made = split_off(actor=actor, case=row, matters=wanted, history=history, at=at)
    facts = {"parts": [part.pk for part in made]}
    step(row, SPLIT, actor=actor, on=on, at=at, facts=facts, changes={"concluded_on": on})
    case.refresh_from_db()
    return made


# --- answers without a way ---------------------------------------------------------------------------------------------


@transaction.atomic
def answer_on_the_spot(*, actor: User, case: InformationRequest, outcome: str, granted: str, at: datetime) -> None:
    """条例§33: what can be answered on the spot is: given at the counter, noted, served at once."""
    row = locked(case)
    if OUTCOMES[outcome].family not in SPOT_FAMILIES:
        raise NotLawful("只有可以当场提供或者告知获取途径的，才能当场答复；其他决定应当书面答复。")
    if not granted.strip():
        raise Incomplete("请写明当场提供或者告知的内容。")
    on = timezone.localdate(at)
    Decision.objects.create(
        case=row, outcome=outcome, facts={"granted_text": granted.strip()}, proposed_by=actor, at=at
    )
    changes = {"outcome": outcome, "concluded_on": on}
    facts = {"outcome": outcome, "delivery": "direct"}
    step(row, ANSWER_ON_THE_SPOT, actor=actor, on=on, at=at, facts=facts, changes=changes)
    note(row, SERVE, actor=actor, on=on, at=at, facts={"clock": "served"})
    case.refresh_from_db()


# --- words, people, supervision ----------------------------------------------------------------------------------------


@transaction.atomic
def add_note(*, actor: User, case: InformationRequest, text: str, at: datetime, kind: SaidKind = SaidKind.NOTE) -> None:
    """An internal note or a record of a contact, by who handles or co-handles the case."""
    if not rules.can_co_work(actor, case):
        raise NotYours("由承办人、协办人填写。")
    if not text.strip():
        raise Incomplete("请填写内容。")
    fact = {str(kind): say(case, kind, text, by=actor, at=at)}
    note(case, CHANGE, actor=actor, on=timezone.localdate(at), at=at, facts=fact)


@transaction.atomic
def answer_complaint(*, actor: User, case: InformationRequest, text: str, at: datetime) -> None:
    """条例§51: the head answers a complaint about how the case is handled, never who is complained about."""
    need_head(actor, case, "答复投诉")
    add_note(actor=actor, case=case, text=text, at=at, kind=SaidKind.COMPLAINT_ANSWER)


@transaction.atomic
def unmask(*, actor: User, case: InformationRequest, reason: str, at: datetime) -> None:
    """Look at the applicant's number and addresses, against a reason that is kept."""
    if not rules.can_unmask(actor, case):
        raise NotYours("申请人的个人信息只供本机关承办人员办理时查看。")
    if not reason.strip():
        raise Incomplete("请写明查看的原因。")
    Unmasking.objects.create(case=case, person=actor, at=at, reason=reason.strip()[:200])
    note(case, UNMASK, actor=actor, on=timezone.localdate(at), at=at)


@transaction.atomic
def reissue_code(*, actor: User, case: InformationRequest, reason: str, at: datetime) -> str:
    """A new query code for an applicant who lost the old one and proved who he is; shown once, the old one is void."""
    row = locked(case)
    need_handler(actor, row)
    if not reason.strip():
        raise Incomplete("请写明核对身份的情况。")
    code = new_query_code()
    changed = {"code_sealed": seal(code), "code_hash": hash_code(code)}
    Applicant.objects.filter(case=row).update(**changed)
    fact = {"code": "reissued", "reason": say(row, SaidKind.REASON_GIVEN, reason, by=actor, at=at)}
    note(row, CHANGE, actor=actor, on=timezone.localdate(at), at=at, facts=fact)
    return code


@transaction.atomic
def inquire(*, actor: User, case: InformationRequest, text: str, due_on: date, at: datetime) -> Inquiry:
    """条例§46, §47: the supervising department asks after a case (督办)."""
    if not rules.can_inquire(actor, case):
        raise NotYours("督办由政府信息公开主管部门提出。")
    if not text.strip():
        raise Incomplete("请写明督办意见。")
    if due_on < timezone.localdate(at):
        raise Incomplete("回复期限已经过去。")
    made = Inquiry.objects.create(case=case, text=text.strip(), by=actor, at=at, due_on=due_on)
    note(case, INQUIRE, actor=actor, on=timezone.localdate(at), at=at, facts={"inquiry": made.pk, "due_on": due_on})
    count(case, today=timezone.localdate(at))
    return made


@transaction.atomic
def answer_inquiry(*, actor: User, inquiry: Inquiry, answer: str, at: datetime) -> None:
    """条例§47: the department says what it found and did."""
    case = inquiry.case
    need_handler(actor, case)
    if not answer.strip():
        raise Incomplete("请填写回复。")
    if inquiry.answered_at is not None:
        raise NotLawful("这件督办已经回复。")
    inquiry.answer, inquiry.answered_by, inquiry.answered_at = answer.strip(), actor, at
    inquiry.save(update_fields=["answer", "answered_by", "answered_at"])
    note(case, ANSWER_INQUIRY, actor=actor, on=timezone.localdate(at), at=at, facts={"inquiry": inquiry.pk})
    count(case, today=timezone.localdate(at))


@transaction.atomic
def record_remedy(*, actor: User, case: InformationRequest, at: datetime, **said: Any) -> Remedy:
    """条例§51: a reconsideration or litigation about the answer was notified."""
    need_handler(actor, case)
    if said["filed_on"] > timezone.localdate(at):
        raise Incomplete("收到通知的日期还没有到。")
    if case.first_received_on is None or said["filed_on"] <= case.first_received_on:
        raise Incomplete("收到通知的日期应在收到申请之日以后。")
    number = said.get("number", "").strip()
    if number and case.remedies.filter(kind=said["kind"], number=number).exists():
        raise NotLawful("这个案号已经登记过，请在原来的一项上登记结果。")
    made = Remedy.objects.create(case=case, recorded_by=actor, at=at, **said)
    note(case, REMEDY, actor=actor, on=said["filed_on"], at=at, facts={"remedy": made.pk, "kind": made.kind})
    return made


@transaction.atomic
def conclude_remedy(
    *, actor: User, remedy: Remedy, result: str, concluded_on: date, note_text: str = "", at: datetime
) -> None:
    """条例§51: its result, as the national table 4 counts it."""
    case = remedy.case
    need_handler(actor, case)
    if result == RemedyResult.UNFINISHED or concluded_on < remedy.filed_on or concluded_on > timezone.localdate(at):
        raise Incomplete("请填写结果和审结日期；审结日期不能早于收到通知之日，也不能晚于今天。")
    remedy.result, remedy.concluded_on, remedy.note = result, concluded_on, note_text.strip()[:300]
    remedy.save(update_fields=["result", "concluded_on", "note"])
    note(case, REMEDY, actor=actor, on=concluded_on, at=at, facts={"remedy": remedy.pk, "result": result})


@transaction.atomic
def rate(*, case: InformationRequest, stars: int, text: str, at: datetime) -> Rating:
    """The applicant's rating, once; only of what was answered."""
    if case.state not in ANSWERED_STATES or case.stopped_on is None:
        raise NotLawful("答复以后才能评价。")
    if not 1 <= stars <= 5:
        raise Incomplete("请选择一至五分。")
    rating, is_new = Rating.objects.get_or_create(
        case=case, defaults={"stars": stars, "text": text.strip()[:500], "at": at}
    )
    if not is_new:
        raise NotLawful("您已经评价过。")
    return rating


@transaction.atomic
def flag_excessive(*, actor: User, case: InformationRequest, is_excessive: bool, at: datetime) -> None:
    """条例§35: number and frequency clearly beyond reason: the head decides that the track of §35 is taken."""
    row = locked(case)
    need_head(actor, row, "认定数量、频次明显超过合理范围")
    row.is_excessive = is_excessive
    row.save(update_fields=["is_excessive"])
    note(row, CHANGE, actor=actor, on=timezone.localdate(at), at=at, facts={"excessive": is_excessive})
    case.refresh_from_db()
