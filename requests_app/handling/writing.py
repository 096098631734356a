"""Letters on the way to the answer: correction, extension, fee, reasons, delay, consultation; each begun by one verb."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

from django.conf import settings
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from accounts.models import Department, User
from requests_app.cases.acting import NotLawful, locked, need_handler
from requests_app.cases.clock import clock_of, confirm_due
from requests_app.clock_words import unpublished_year
from requests_app.deadlines import CONSULTATION_WORKDAYS, MOST_EXTENSION_WORKDAYS
from requests_app.fees import Fee as Computed
from requests_app.fees import fee_by_item, fee_by_page
from requests_app.handling import services
from requests_app.handling.deciding import write_letter
from requests_app.letters import services as letters
from requests_app.letters.filling import facts_of
from requests_app.models import Consultation, Fee, InformationRequest, Letter
from requests_app.states import CaseState
from workdays.selectors import current_calendar
from workflow.services import Incomplete

CONSULT_LETTERS = {
    "third_party": "third_party_consult",
    "agency": "agency_consult",
    "other_agency": "other_agency_consult",
}
CONSULTED_AS = {"third_party": "第三方", "agency": "共同制作机关", "other_agency": "有关机关"}


def _open(actor: User, case: InformationRequest) -> InformationRequest:
    row = locked(case)
    need_handler(actor, row)
    if row.state != CaseState.HANDLING:
        raise NotLawful(f"该申请现在是“{row.get_state_display()}”，“办理中”时才能起草这份文书。")
    return row


@transaction.atomic
def ask_correction(
    *, actor: User, case: InformationRequest, points: Sequence[str], workdays: int, at: datetime
) -> Letter:
    """条例§30: all points at once, with a reasonable period in working days."""
    row, today = _open(actor, case), timezone.localdate(at)
    wanted = tuple(line.strip() for line in points if line.strip())
    if not 1 <= workdays <= 60:
        raise Incomplete("补正期限应为 1 至 60 个工作日。")
    latest = clock_of(row, today=today).notice_latest
    is_late = latest is not None and today > latest.on
    said = {"correction_points": wanted, "correction_workdays": workdays, "correction_is_late": is_late}
    facts = facts_of(row, today=today, said=said)
    effects = {"correction_workdays": workdays, "is_late": is_late}
    return write_letter(actor=actor, case=row, kind="correction_notice", facts=facts, effects=effects, at=at)


@transaction.atomic
def ask_extension(*, actor: User, case: InformationRequest, workdays: int, reason: str, at: datetime) -> Letter:
    """条例§33: ask the head for at most 20 working days more; refused at once when the old date is over or one was given."""
    row, today = _open(actor, case), timezone.localdate(at)
    if not 1 <= workdays <= MOST_EXTENSION_WORKDAYS:
        raise Incomplete(f"延长的期限为 1 至 {MOST_EXTENSION_WORKDAYS} 个工作日。")
    clock = clock_of(row, today=today)
    if clock.extension_spent:
        raise NotLawful("一次计算只能延长一次，本件已经延长过。")
    if clock.due_on is None or today > clock.due_on:
        raise NotLawful("原答复期限已经届满，不能再延长。")
    longer = current_calendar().add_workdays(clock.due_on, workdays)
    hangs_on = unpublished_year(clock.due_on, longer.on, current_calendar()) if longer.provisional else 0
    said = {"extension_workdays": workdays, "reason": reason.strip(), "old_due_on": clock.due_on, "due_on": longer.on}
    facts = facts_of(row, today=today, said={**said, "unpublished_year": hangs_on})
    effects = {"workdays": workdays, "due_on": longer.on.isoformat()}
    return write_letter(actor=actor, case=row, kind="extension_notice", facts=facts, effects=effects, at=at)


@transaction.atomic
def ask_reason(*, actor: User, case: InformationRequest, matter: str, answer_by_on: date, at: datetime) -> Letter:
    """条例§35: too many, too often: the applicant is asked why."""
    row, today = _open(actor, case), timezone.localdate(at)
    if not row.is_excessive:
        raise NotLawful("先由公开机构负责人认定数量、频次明显超过合理范围。")
    facts = facts_of(row, today=today, said={"matter": matter.strip(), "answer_by_on": answer_by_on})
    return write_letter(actor=actor, case=row, kind="reason_request", facts=facts, at=at)


@transaction.atomic
def ask_delay(*, actor: User, case: InformationRequest, until: date, matter: str, reason: str, at: datetime) -> Letter:
    """条例§35: reasons good, time too short: a reasonable later day, told to the applicant by the old one."""
    row, today = _open(actor, case), timezone.localdate(at)
    if not row.is_excessive:
        raise NotLawful("先由公开机构负责人认定数量、频次明显超过合理范围。")
    if row.due_on is None or until <= row.due_on:
        raise Incomplete("延迟答复的日期应晚于现在的答复期限。")
    said = {"matter": matter.strip(), "reason": reason.strip(), "due_on": until}
    facts = facts_of(row, today=today, said=said)
    effects = {"until": until.isoformat()}
    return write_letter(actor=actor, case=row, kind="art35_delay_notice", facts=facts, effects=effects, at=at)


def compute_fee(case: InformationRequest, *, standard: str, quantity: int) -> Computed:
    """条例§42, 国办函〔2020〕109号: by item within the natural month of receipt and over one applicant, or by page."""
    if standard == "page":
        return fee_by_page(quantity)
    before = items_before(case)
    return fee_by_item(before, before + quantity)


def items_before(case: InformationRequest) -> int:
    """Items the same applicant was counted with in the month of receipt, before this case, at this department."""
    received_on = case.first_received_on
    if received_on is None or not case.applicant.id_hash:
        return 0
    same = InformationRequest.objects.filter(
        applicant__id_hash=case.applicant.id_hash,
        department=case.department,
        first_received_on__year=received_on.year,
        first_received_on__month=received_on.month,
        pk__lt=case.pk,
    )
    charged = same.aggregate(total=Sum("fee__quantity"))["total"] or 0
    return charged + same.filter(fee=None).count()


@transaction.atomic
def charge(*, actor: User, case: InformationRequest, standard: str, quantity: int, at: datetime) -> Letter:
    """条例§42: one standard for a case; the notice says how the sum was computed."""
    row, today = _open(actor, case), timezone.localdate(at)
    computed = compute_fee(row, standard=standard, quantity=quantity)
    if computed.amount_yuan == 0:
        raise NotLawful("按标准不收费，不必发出收费通知。")
    lines = list(computed.lines)
    said = {"fee_amount": Decimal(computed.amount_yuan), "fee_lines": tuple(lines), "payee": settings.FEE_PAYEE}
    facts = facts_of(row, today=today, said=said)
    letter = write_letter(actor=actor, case=row, kind="fee_notice", facts=facts, at=at)
    stated = {"standard": standard, "quantity": quantity, "amount": computed.amount_yuan, "lines": lines}
    Fee.objects.update_or_create(case=row, defaults={**stated, "letter": letter})
    return letter


@transaction.atomic
def write_consultation(*, actor: User, consultation: Consultation, matter: str, at: datetime) -> Letter:
    """条例§32, §34: the letter to who is asked; in writing, with its 15 working days."""
    row, today = _open(actor, consultation.case), timezone.localdate(at)
    if consultation.ended_on is not None:
        raise NotLawful("这项征求意见已经撤销或者办结。")
    said = {
        "consulted_name": consultation.name,
        "consulted_as": CONSULTED_AS[consultation.kind],
        "matter": matter.strip(),
        "consult_sent_on": today,
        "consult_due_on": current_calendar().add_workdays(today, CONSULTATION_WORKDAYS).on,
    }
    facts = facts_of(row, today=today, said=said)
    kind = CONSULT_LETTERS[consultation.kind]
    letter = write_letter(actor=actor, case=row, kind=kind, facts=facts, ref=consultation.pk, at=at)
    Consultation.objects.filter(pk=consultation.pk).update(letter=letter)
    return letter


@transaction.atomic
def tell_consultation(*, actor: User, consultation: Consultation, at: datetime) -> Letter:
    """条例§33: the applicant hears that others are asked, and that their time does not count."""
    row, today = _open(actor, consultation.case), timezone.localdate(at)
    if consultation.ended_on is not None:
        raise NotLawful("征求意见已经办结，不必再告知。")
    said = {"consulted_as": CONSULTED_AS[consultation.kind], "consult_sent_on": consultation.sent_on or today}
    facts = facts_of(row, today=today, said=said)
    return write_letter(actor=actor, case=row, kind="consult_inform_applicant", facts=facts, at=at)


@transaction.atomic
def tell_third_party(*, actor: User, consultation: Consultation, matter: str, at: datetime) -> Letter:
    """条例§32: released against a third party's will: told in writing what and why."""
    case = locked(consultation.case)
    need_handler(actor, case)
    if not consultation.overridden:
        raise NotLawful("因重大公共利益决定公开的，才需要书面告知第三方。")
    facts = facts_of(case, today=timezone.localdate(at))
    facts = replace(
        facts,
        consulted_name=consultation.name,
        consulted_as=CONSULTED_AS[consultation.kind],
        matter=matter.strip(),
        reason=consultation.override_reason,
        third_party_disclosed=True,
    )
    return write_letter(actor=actor, case=case, kind="third_party_result", facts=facts, ref=consultation.pk, at=at)


@transaction.atomic
def acknowledge(*, actor: User, case: InformationRequest, at: datetime) -> Letter:
    """条例§31, §45: that the application is registered; once it is received, from which day the period runs."""
    row, today = locked(case), timezone.localdate(at)
    need_handler(actor, row)
    kind = "confirmation_notice" if row.received_on else "receipt_ack"
    said = {"confirm_due_on": confirm_due(row, current_calendar()).on}
    facts = facts_of(row, today=today, said={} if row.received_on else said)
    return write_letter(actor=actor, case=row, kind=kind, facts=facts, at=at)


@transaction.atomic
def pass_on(*, actor: User, case: InformationRequest, to: Department, reason: str, at: datetime) -> None:
    """Rulings 9: a transfer; from a shared counter to the body named with its own acknowledgement to the applicant."""
    if not to.is_internal and case.received_on is not None and reason.strip():
        contact = "，".join(part for part in (to.office_name, to.office_address, to.phone) if part)
        said = {"redirect_body": to.name, "redirect_contact": contact, "reason": reason.strip()}
        row = locked(case)
        facts = facts_of(row, today=timezone.localdate(at), said=said)
        letter = write_letter(actor=actor, case=row, kind="transfer_notice", facts=facts, at=at)
        letters.issue(actor=actor, letter=letter, at=at)
    services.transfer(actor=actor, case=case, to=to, reason=reason, at=at)
