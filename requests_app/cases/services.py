"""Verbs at the register: hand in, register, confirm, correct a date, withdraw, void, archive (条例§31, §45)."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Department, User
from requests_app import rules, sealing
from requests_app.cases.acting import NotLawful, NotYours, count, locked, need_handler, note, say, step
from requests_app.cases.application import Application, Days, Handed, case_file
from requests_app.cases.clock import arrived_on, clock_of
from requests_app.cases.numbering import note_number, renumber, reserve
from requests_app.cases.telling import tell
from requests_app.identity import identity_key
from requests_app.models import (
    Applicant,
    CaseEvent,
    CaseFile,
    Channel,
    InformationRequest,
    RegisterNumber,
    SaidKind,
    Wish,
)
from requests_app.repeats import matter_key
from requests_app.states import (
    ARCHIVE,
    ARRIVE,
    AWAIT_CORRECTION,
    CASES,
    CONFIRM,
    CORRECT_DATE,
    SPLIT_OFF,
    SUBMIT,
    TAKE_IN,
    VOID,
    WITHDRAW,
)
from workflow.services import Incomplete, place

KEPT_YEARS = 10  # a convention; the retention schedule of the archives decides
TO_CONFIRM = frozenset({Channel.ONLINE, Channel.MAIL_ORDINARY, Channel.FAX, Channel.EMAIL})
# 条例§31: the day that is the receipt, by door, and what the form calls it.
RECEIVED_BY = {
    Channel.IN_PERSON: ("submitted_on", "submitted", "提交之日"),
    Channel.ORAL: ("submitted_on", "submitted", "提出并确认代填内容之日"),
    Channel.MAIL_SIGNED: ("signed_on", "signed", "签收之日"),
}


def applicant_actor() -> User:
    """The named actor of what applicants do with their query code; nobody can sign in with it."""
    user, is_new = User.objects.get_or_create(
        username=rules.APPLICANT, defaults={"full_name": "申请人", "is_active": False}
    )
    if is_new:
        user.set_unusable_password()
        user.save(update_fields=["password"])
    return user


# --- handing in and registering ------------------------------------------------------------------------------------------


@transaction.atomic
def submit(*, application: Application, at: datetime) -> tuple[InformationRequest, str]:
    """条例§29: an application handed in online; the case, not yet received, and its query code."""
    _refuse_closed(application.department)
    on = timezone.localdate(at)
    return _create(application, SUBMIT, actor=applicant_actor(), on=on, at=at, facts={"clock": "submitted"})


@transaction.atomic
def register(*, actor: User, application: Application, days: Days, at: datetime) -> tuple[InformationRequest, str]:
    """条例§31: staff register what came by another door; the legal day is the door's, not the day of entry.

    Raises:
        Incomplete: the door's day is missing, lies in the future, or the days contradict each other.
    """
    _refuse_closed(application.department)
    if not rules.departments_taken_in_by(actor).filter(pk=application.department.pk).exists():
        raise NotYours("您不能为该机关登记申请。")
    _check_days(application.channel, days, timezone.localdate(at))
    if application.channel in RECEIVED_BY:
        field, name, _ = RECEIVED_BY[application.channel]
        case, code = _create(application, TAKE_IN, actor=actor, on=getattr(days, field), at=at, facts={"clock": name})
        _keep_evidence(case, days.evidence, actor, at)
        return case, code
    arrived_on = days.arrived_on or timezone.localdate(at)
    case, code = _create(application, ARRIVE, actor=actor, on=arrived_on, at=at, facts={"clock": "arrived"})
    if days.confirmed_on is not None:
        confirm(actor=actor, case=case, on=days.confirmed_on, evidence=days.evidence, at=at)
    else:
        _keep_evidence(case, days.evidence, actor, at)
    return case, code


def _refuse_closed(department: Department) -> None:
    """条例§55: public enterprises answer complaints, not applications."""
    if not rules.bodies_open_to_applications().filter(pk=department.pk).exists():
        raise NotLawful(f"{department}不适用依申请公开程序，可以向其主管部门申诉。")


def _check_days(channel: Channel, days: Days, today: date) -> None:
    """条例§31: what a door must state, nothing from days to come, and in the order in which things happen."""
    field, _, label = RECEIVED_BY.get(channel, ("arrived_on", "", "到达之日"))
    if getattr(days, field) is None:
        raise Incomplete(f"请填写{label}。")
    known = [
        day for day in (days.submitted_on, days.posted_on, days.signed_on, days.arrived_on, days.confirmed_on) if day
    ]
    if any(day > today for day in known):
        raise Incomplete("日期还没有到。")
    if days.posted_on and any(day < days.posted_on for day in known):
        raise Incomplete("签收、到达不能早于交邮。")
    if days.arrived_on and days.confirmed_on and days.confirmed_on < days.arrived_on:
        raise Incomplete("双方确认不能早于到达。")


def _keep_evidence(case: InformationRequest, evidence: str, actor: User, at: datetime) -> None:
    if evidence.strip():
        say(case, SaidKind.CONTACT, evidence, by=actor, at=at)


def _create(
    application: Application, action: str, *, actor: User, on: date, at: datetime, facts: Mapping[str, Any]
) -> tuple[InformationRequest, str]:
    """The case with its side rows, number and first event, in the caller's transaction."""
    position, number = reserve(application.department, on)
    case = _row(application, number, at)
    event = place(
        row=case,
        table=CASES,
        action=action,
        actor=actor,
        event_model=CaseEvent,
        on=on,
        at=at,
        allowed=lambda _: True,
        facts={"number": number, "channel": application.channel.value, **facts},
    )
    note_number(case, year=on.year, position=position, at=at)
    code = _side_rows(case, application)
    _keep_files(case, application.files, actor, at)
    count(case, today=timezone.localdate(at))
    tell(event, case, at=at)
    return case, code


def _row(application: Application, number: str, at: datetime) -> InformationRequest:
    return InformationRequest(
        department=application.department,
        named_body=application.named_body or application.department,
        number=number,
        kind=application.kind,
        channel=application.channel,
        applicant_type=application.applicant_type,
        matter=application.matter,
        matter_key=matter_key(application.matter),
        wanted_form=application.wanted_form,
        wanted_delivery=application.wanted_delivery,
        assistance=application.assistance,
        suggests_publication=application.suggests_publication,
        account=application.account,
        created_at=at,
        updated_at=at,
        waiting_since=at,
    )


def _side_rows(case: InformationRequest, application: Application) -> str:
    """Applicant and wish; the query code, shown once."""
    code = sealing.new_query_code()
    Applicant.objects.create(
        case=case,
        name=application.name,
        id_kind=application.id_kind,
        id_sealed=sealing.seal(application.id_number),
        id_hash=identity_hash(application.id_number, application.credit_code),
        credit_code=application.credit_code,
        contact_sealed=sealing.seal(application.contact),
        phone_sealed=sealing.seal(application.phone),
        email_sealed=sealing.seal(application.email),
        address_sealed=sealing.seal(application.address),
        code_sealed=sealing.seal(code),
        code_hash=sealing.hash_code(code),
    )
    Wish.objects.create(
        case=case,
        title=application.title,
        document_number=application.document_number,
        features=application.features,
        purpose=application.purpose,
        read_back=application.read_back,
    )
    return code


def identity_hash(id_number: str, credit_code: str) -> str:
    """What one applicant's cases are found by without reading anybody's number; empty when there is none."""
    identity = identity_key(id_number) if id_number else credit_code
    return sealing.keyed_hash(identity) if identity else ""


def _keep_files(case: InformationRequest, files: tuple[Handed, ...], actor: User, at: datetime) -> None:
    CaseFile.objects.bulk_create(case_file(case, file, by=actor, at=at) for file in files)


# --- after that ------------------------------------------------------------------------------------------------------------


@transaction.atomic
def confirm(*, actor: User, case: InformationRequest, on: date, evidence: str, at: datetime) -> None:
    """条例§31: both sides confirmed: that day is the receipt; received in another year, the case changes registers."""
    row = locked(case)
    if not arrived_on(row) <= on <= timezone.localdate(at):
        raise Incomplete("确认日期应在收到来件之后、今天之前（含当天）。")
    said = {"evidence": say(row, SaidKind.CONTACT, evidence, by=actor, at=at)} if evidence.strip() else {}
    step(row, CONFIRM, actor=actor, on=on, at=at, facts=said)
    _keep_register_year(row, at)
    case.refresh_from_db()


def _keep_register_year(case: InformationRequest, at: datetime) -> None:
    """Rulings 8: the register's year is that of the day of receipt."""
    if case.first_received_on is None:
        return
    year = case.first_received_on.year
    given = RegisterNumber.objects.get(text=case.number)
    if given.year != year:
        reason = f"收到之日为 {case.first_received_on}，编入 {year} 年度"
        renumber(case, department=case.department, year=year, reason=reason, at=at)


@transaction.atomic
def correct_date(
    *, actor: User, case: InformationRequest, event: int, to: date | None, reason: str, at: datetime
) -> None:
    """条例§31: a day noted wrongly is put right with a reason, and the clock follows; without ``to`` it is struck.

    Raises:
        Incomplete: no reason, or a day to come. NotLawful: the clock's history would be impossible.
    """
    row = locked(case)
    had = row.received_on
    need_handler(actor, row)
    if not reason.strip():
        raise Incomplete("请写明更正的原因。")
    if to is not None and to > timezone.localdate(at):
        raise Incomplete("日期还没有到。")
    label = row._meta.label_lower
    wrong = CaseEvent.objects.filter(subject_type=label, subject_id=row.pk, number=event).first()
    if wrong is None or not wrong.facts.get("clock"):
        raise NotLawful("这一项没有可以更正的日期。")
    facts = {"corrects": event, "to": to, "reason": say(row, SaidKind.REASON_GIVEN, reason, by=actor, at=at)}
    note(row, CORRECT_DATE, actor=actor, on=timezone.localdate(at), at=at, facts=facts)
    row.refresh_from_db()
    if had is not None and row.received_on is None:
        raise NotLawful("期限从这一天开始计算，不能撤销；日期写错的，请填写正确的日期。")
    _keep_register_year(row, at)
    case.refresh_from_db()


@transaction.atomic
def withdraw(*, actor: User, case: InformationRequest, by: str, reason: str, at: datetime) -> None:
    """The applicant takes the application back; ``by`` is "applicant" or "officer" who noted it."""
    row = locked(case)
    on = timezone.localdate(at)
    facts: dict[str, Any] = {"by": by}
    if reason.strip():
        facts["reason"] = say(row, SaidKind.MESSAGE, reason, by=actor, at=at)
    # What was never received is in no table; what was, ends as 其他处理—其他.
    outcome = "other_withdrawn" if row.first_received_on else ""
    step(row, WITHDRAW, actor=actor, on=on, at=at, facts=facts, changes={"outcome": outcome, "concluded_on": on})
    case.refresh_from_db()


@transaction.atomic
def void(*, actor: User, case: InformationRequest, reason: str, at: datetime) -> None:
    """Rulings 27: a wrong or doubled entry; its number stays in the register with the reason."""
    row = locked(case)
    facts = {"reason": say(row, SaidKind.REASON_GIVEN, reason, by=actor, at=at)} if reason.strip() else {}
    today = timezone.localdate(at)
    kept = {"concluded_on": today, "keep_until": date(today.year + 1, 12, 31)}  # a wrong entry is kept no longer
    step(row, VOID, actor=actor, on=today, at=at, facts=facts, changes=kept)
    RegisterNumber.objects.filter(text=row.number).update(voided_reason=reason.strip()[:200])
    case.refresh_from_db()


@transaction.atomic
def archive(*, actor: User, case: InformationRequest, years: int, at: datetime) -> None:
    """条例§45: file the case; ``years`` from the end of this year its applicant's data is kept."""
    row = locked(case)
    if row.remedies.filter(result="unfinished").exists():
        raise NotLawful("还有没有审结的行政复议、行政诉讼，审结并登记结果后再归档。")
    today = timezone.localdate(at)
    until = date(today.year + years, 12, 31)
    step(row, ARCHIVE, actor=actor, on=today, at=at, facts={"until": until}, changes={"keep_until": until})
    case.refresh_from_db()


@transaction.atomic
def split_off(
    *, actor: User, case: InformationRequest, matters: list[str], history: list[CaseEvent], at: datetime
) -> list[InformationRequest]:
    """一事一申请: one case for each matter, with the applicant, the days and the files of ``case``. For `handling`."""
    return [_part(actor, case, matter, history, at) for matter in matters]


def _part(
    actor: User, case: InformationRequest, matter: str, history: list[CaseEvent], at: datetime
) -> InformationRequest:
    position, number = reserve(case.department, case.first_received_on or timezone.localdate(at))
    part = InformationRequest.objects.get(pk=case.pk)
    part.pk, part._state.adding = None, True
    part.number, part.split_from, part.officer = number, case, None
    part.matter, part.matter_key = matter[:200], matter_key(matter)
    part.created_at = part.updated_at = part.waiting_since = at
    first, *others = history
    place(
        row=part,
        table=CASES,
        action=SPLIT_OFF,
        actor=actor,
        event_model=CaseEvent,
        on=first.on,
        at=at,
        allowed=lambda _: True,
        facts={"number": number, "from": case.pk, "clock": first.facts["clock"]},
    )
    year = (case.first_received_on or timezone.localdate(at)).year
    note_number(part, year=year, position=position, at=at)
    for event in others:
        note(part, event.action, actor=actor, on=event.on, at=at, facts={"clock": event.facts["clock"]})
    _copy_side_rows(case, part, matter)
    count(part, today=timezone.localdate(at))
    return part


def _copy_side_rows(case: InformationRequest, part: InformationRequest, matter: str) -> None:
    applicant = Applicant.objects.get(pk=case.pk)
    applicant.pk, applicant._state.adding = part.pk, True
    applicant.save(force_insert=True)
    wish = Wish.objects.get(pk=case.pk)
    Wish.objects.create(case=part, title=matter[:200], features=wish.features, purpose=wish.purpose)
    for file in case.files.filter(erased_at=None):
        file.pk, file._state.adding = None, True
        file.case = part
        file.save(force_insert=True)


@transaction.atomic
def correction_served(
    *, actor: User, case: InformationRequest, letter: int, on: date, workdays: int, at: datetime
) -> None:
    """条例§30: the notice reached the applicant: in time it stops the case, late it only is noted (rulings 6)."""
    facts = {"letter": letter, "clock": "correction_notice_served", "correction_workdays": workdays}
    latest = clock_of(case, today=on).notice_latest
    if latest is None or on <= latest.on:
        step(case, AWAIT_CORRECTION, actor=actor, on=on, at=at, facts=facts)
    else:
        note(case, AWAIT_CORRECTION, actor=actor, on=on, at=at, facts=facts)
