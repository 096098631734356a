"""Verbs on versions: begin, save, submit, review, clear, sign, send back, drop. What publishing does: `publishing`."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from accounts.models import Department, User
from catalog.models import Document
from catalog.states import DisclosureAttribute, DocumentState
from disclosure.models import (
    Confirmation,
    DocumentEvent,
    Hand,
    Opinion,
    Revision,
    RevisionFile,
    SecrecyConclusion,
    SecrecyReview,
)
from disclosure.states import (
    APPROVE,
    APPROVE_LATER,
    ASSIGN,
    BEGIN,
    CLEAR,
    CLOSED,
    CONFIRM,
    DOCUMENTS,
    DROP,
    FILE,
    GIVE_UP,
    OPEN_STATES,
    PASS_REVIEW,
    PUBLISH_ON_TIME,
    REVISIONS,
    SEND_BACK,
    START,
    SUBMIT,
    SUBMIT_PAST_REVIEW,
    TAKE_BACK,
    WAIVE,
    RevisionState,
)
from disclosure.versions import rules
from disclosure.versions.content import (
    UNDECIDED,
    UNTITLED,
    blank_content,
    content_of_document,
    missing_for_submission,
    shown_of,
)
from disclosure.versions.dues import count_due, rule_of, set_due
from disclosure.versions.publishing import file_version, missing_for_publication, publish_version
from disclosure.versions.telling import tell
from workflow.evidence import digest
from workflow.services import Incomplete, Refused, WrongPerson, WrongState, lost, move, place, record
from workflow.transitions import Transition

SAVED = (
    *("title", "html", "text", "attribute", "ground", "reason", "is_policy", "interpretation_kind", "plan", "elements"),
    *("formed_or_changed_on", "from_meeting", "change_note", "is_erratum", "interprets"),
)


class Conflict(Refused):
    """Somebody else, or another window, saved meanwhile; nothing was overwritten."""


# --- writing -----------------------------------------------------------------------------------------------------------


@transaction.atomic
def start(
    *, actor: User, department: Department, at: datetime, title: str = "", interprets: Document | None = None
) -> Revision:
    """条例§10: begin a new document; its first version is a draft. PermissionDenied for who does not draft there."""
    if not rules.can_write_in(actor, department):
        raise PermissionDenied("您不在该机构担任采编。")
    content = blank_content(department, interpretation=interprets is not None)
    document = Document(
        title=title or UNTITLED,
        department=department,
        column_id=content["column_id"],
        disclosure_attribute=DisclosureAttribute.ON_REQUEST,
        attribute_reason=UNDECIDED,
        created_at=at,
        updated_at=at,
    )
    place(
        row=document,
        table=DOCUMENTS,
        action=BEGIN,
        actor=actor,
        event_model=DocumentEvent,
        on=timezone.localdate(at),
        at=at,
        allowed=lambda _: True,
        facts={},
    )
    return _begin(actor, document, at, title=title, content=content, interprets=interprets)


@transaction.atomic
def start_version(*, actor: User, document: Document, at: datetime, is_erratum: bool = False) -> Revision:
    """条例§6, §26: begin the next version of a document that is there; the public keeps reading the current one."""
    if not rules.can_write_in(actor, document.department):
        raise PermissionDenied("您不在该机构担任采编。")
    if document.state in CLOSED:
        raise WrongState(f"该文件现在是“{DocumentState(document.state).label}”，不能修订。")
    if rules.is_annual_report(document):
        raise WrongState("年度报告按定稿公布，不能修订；确有错误的，请在“年度报告”中办理“更正后重新公布”。")
    Document.objects.select_for_update().filter(pk=document.pk).first()
    if (open_one := document.revisions.filter(state__in=OPEN_STATES).first()) is not None:
        raise WrongState(f"该文件第 {open_one.number} 版正在“{open_one.get_state_display()}”，办结后才能再修订。")
    fields, content = content_of_document(document)
    revision = _begin(actor, document, at, content=content, is_erratum=is_erratum, **fields)
    for position, attached in enumerate(document.attachments.all()):
        RevisionFile.objects.create(
            revision=revision, file_id=attached.file_id, title=attached.title, position=position
        )
    return revision


@transaction.atomic
def start_conversion(*, actor: User, document: Document, reason: str, at: datetime) -> Revision:
    """条例§18, §44: begin turning a withheld or on-request document into a public one, in one step."""
    if document.disclosure_attribute == DisclosureAttribute.PROACTIVE:
        raise WrongState("该文件已经是主动公开。")
    revision = start_version(actor=actor, document=document, at=at)
    Revision.objects.filter(pk=revision.pk).update(
        attribute=DisclosureAttribute.PROACTIVE,
        ground="",
        reason="",
        formed_or_changed_on=timezone.localdate(at),
        change_note=f"经评估转为主动公开：{reason}"[:300],
    )
    revision.refresh_from_db()
    count_due(revision)
    return revision


def _begin(actor: User, document: Document, at: datetime, *, content: dict[str, Any], **fields: Any) -> Revision:
    last = document.revisions.aggregate(last=Max("number"))["last"] or 0
    revision = Revision(
        document=document,
        number=last + 1,
        department=document.department,
        content=content,
        written_by=actor,
        waiting_since=at,
        created_at=at,
        updated_at=at,
        **fields,
    )
    place(
        row=revision,
        table=REVISIONS,
        action=START,
        actor=actor,
        event_model=DocumentEvent,
        on=timezone.localdate(at),
        at=at,
        allowed=lambda row: rules.may(actor, revision, row),
        facts={"document": document.pk, "number": revision.number},
    )
    Hand.objects.create(revision=revision, person=actor, wrote=True)
    return revision


@transaction.atomic
def save_draft(
    *,
    actor: User,
    revision: Revision,
    values: Mapping[str, Any],
    content: Mapping[str, Any],
    edition: int,
    at: datetime,
) -> Revision:
    """Keep what was typed. ``edition`` is the one the typist saw: Conflict when somebody saved after that."""
    row = locked_draft(actor, revision, edition)
    for name in SAVED:
        if name in values:
            setattr(row, name, values[name])
    row.content = {**row.content, **content}
    set_due(row)
    touch_draft(row, actor, at=at)
    # Desks tell drafts apart by what they say; an imported document keeps what its source said.
    begun_here = Document.objects.filter(pk=row.document_id, state=DocumentState.DRAFT, source_key=None)
    begun_here.update(**shown_of(row), updated_at=at)
    return row


def locked_draft(actor: User, revision: Revision, edition: int) -> Revision:
    """The draft as it is now, locked, if ``actor`` may change it and has seen its latest edition."""
    if not rules.can_write_in(actor, revision.department):
        raise PermissionDenied("您不在该机构担任采编。")
    row = Revision.objects.select_for_update().get(pk=revision.pk)
    if row.state != RevisionState.DRAFT:
        raise WrongState(f"该拟稿现在是“{row.get_state_display()}”，只有“起草”时可以修改。")
    if row.edition != edition:
        raise Conflict("这份拟稿在另一个窗口或者由他人保存过，您的修改没有覆盖它。请重新打开本页后再改。")
    return row


def touch_draft(row: Revision, actor: User, *, at: datetime) -> None:
    """Store a changed draft as its next edition; files count, too, for they belong to what is reviewed."""
    row.edition, row.updated_at = row.edition + 1, at
    row.save()
    Hand.objects.get_or_create(revision=row, person=actor, wrote=True)


# --- steps -------------------------------------------------------------------------------------------------------------


@transaction.atomic
def submit(*, actor: User, revision: Revision, at: datetime) -> DocumentEvent:
    """国办发〔2016〕80号: hand a draft in. Incomplete (退文) names everything that is missing, in one sentence."""
    row = _locked(revision)
    if missing := missing_for_submission(row):
        raise Incomplete(f"不能送审：{'；'.join(missing)}。")
    if row.formed_or_changed_on and row.formed_or_changed_on > timezone.localdate(at):
        raise Incomplete("不能送审：形成或者变更日期还没有到。")
    action = SUBMIT if rule_of(row.department_id).with_review else SUBMIT_PAST_REVIEW
    facts = {"attribute": row.attribute, "ground": row.ground, "edition": row.edition, "text": digest(row.text)}
    return _step(row, action, actor=actor, facts=facts, at=at)


@transaction.atomic
def pass_review(*, actor: User, revision: Revision, opinion: str = "", at: datetime) -> DocumentEvent:
    """条例§17: 审核通过."""
    return _step(_locked(revision), PASS_REVIEW, actor=actor, opinion=opinion, facts=_digests(opinion=opinion), at=at)


@transaction.atomic
def clear(
    *,
    actor: User,
    revision: Revision,
    conclusion: str,
    level: str,
    form_number: str,
    reviewed_on: date,
    opinion: str,
    at: datetime,
) -> DocumentEvent:
    """条例§17: record the secrecy review and pass the version on; what may not be public is sent back instead."""
    row = _locked(revision)
    if row.attribute == DisclosureAttribute.PROACTIVE and conclusion != SecrecyConclusion.PUBLIC:
        raise Incomplete("审查结论不是“可以公开”，主动公开的文件不能通过保密审查，请退回起草人修改内容或者公开属性。")
    if reviewed_on > timezone.localdate(at):
        raise Incomplete("审查日期还没有到。")
    facts = {"conclusion": conclusion, "level": level, "edition": row.edition}
    facts |= _digests(form=form_number, opinion=opinion)
    event = _step(row, CLEAR, actor=actor, opinion=opinion, facts=facts, at=at)
    SecrecyReview.objects.create(
        revision=row,
        reviewer=actor,
        conclusion=conclusion,
        level=level,
        form_number=form_number.strip(),
        reviewed_on=reviewed_on,
        opinion=opinion.strip(),
        edition=row.edition,
        at=at,
    )
    return event


@transaction.atomic
def approve(
    *, actor: User, revision: Revision, at: datetime, opinion: str = "", publish_at: datetime | None = None
) -> DocumentEvent:
    """条例§17, §19, §26: sign. Proactive: public now (or at ``publish_at``) with its interpretations; else filed."""
    row = _locked(revision)
    if row.attribute != DisclosureAttribute.PROACTIVE:
        event = _step(row, FILE, actor=actor, opinion=opinion, facts=_signed(row, opinion), at=at)
        file_version(row, actor=actor, at=at)
        return event
    _check_person(row, APPROVE, actor)
    if missing := missing_for_publication(row):
        raise Incomplete(f"不能签发：{'；'.join(missing)}。")
    together = companions(row)
    event = _sign(row, actor=actor, opinion=opinion, publish_at=publish_at, at=at)
    for companion in together:
        _sign(companion, actor=actor, opinion="与所解读的文件同步签发", publish_at=publish_at, at=at)
    return event


def _sign(row: Revision, *, actor: User, opinion: str, publish_at: datetime | None, at: datetime) -> DocumentEvent:
    """One signature on one version: public now, or at its hour."""
    facts = _signed(row, opinion)
    if publish_at is not None and publish_at > at:
        facts["time"] = publish_at
        changes = {"publish_at": publish_at}
        return _step(row, APPROVE_LATER, actor=actor, opinion=opinion, facts=facts, at=at, changes=changes)
    event = _step(row, APPROVE, actor=actor, opinion=opinion, facts=facts, at=at)
    publish_version(row, actor=actor, at=at)
    return event


def _signed(row: Revision, opinion: str) -> dict[str, Any]:
    """What a signature rests on: the secrecy review of this very edition."""
    review = row.secrecy_reviews.filter(edition=row.edition).last()
    return {"secrecy_review": review.pk if review else None, **_digests(opinion=opinion)}


@transaction.atomic
def publish_on_time(*, actor: User, revision: Revision, at: datetime) -> DocumentEvent:
    """条例§26: a signed version whose hour has come; late after a pause, and once."""
    row = _locked(revision)
    if row.publish_at is None or row.publish_at > at:
        raise WrongState("发布时间还没有到。")
    event = _step(row, PUBLISH_ON_TIME, actor=actor, facts={}, at=at)
    publish_version(row, actor=actor, at=at)
    return event


def companions(revision: Revision) -> list[Revision]:
    """Interpretations of this document that wait for the same signature (三同步)."""
    waiting = Revision.objects.filter(interprets=revision.document_id, state=RevisionState.IN_APPROVAL)
    return list(waiting.order_by("id"))


@transaction.atomic
def send_back(*, actor: User, revision: Revision, reason: str, at: datetime) -> DocumentEvent:
    """退文: back to the writer with a reason, from any step; what was reviewed must be reviewed again."""
    row = _locked(revision)
    facts, changes = _digests(reason=reason), {"publish_at": None}
    event = _step(row, SEND_BACK, actor=actor, opinion=reason, facts=facts, at=at, changes=changes)
    row.hands.filter(wrote=False).delete()
    return event


@transaction.atomic
def take_back(*, actor: User, revision: Revision, at: datetime) -> DocumentEvent:
    """The writer takes a version back before it was reviewed."""
    return _step(_locked(revision), TAKE_BACK, actor=actor, facts={}, at=at)


@transaction.atomic
def drop(*, actor: User, revision: Revision, reason: str, at: datetime) -> DocumentEvent:
    """Give a version up; the current public one stays as it is."""
    facts, changes = _digests(reason=reason), {"finished_at": at, "finished_on": timezone.localdate(at)}
    event = _step(_locked(revision), DROP, actor=actor, opinion=reason, facts=facts, at=at, changes=changes)
    _give_up(revision.document, actor=actor, at=at)
    return event


def _give_up(document: Document, *, actor: User, at: datetime) -> None:
    """A document begun here of which nothing is left; one that was imported stays a draft to be worked on."""
    if document.state != DocumentState.DRAFT or document.source_key:
        return
    move(
        subject=document,
        table=DOCUMENTS,
        action=GIVE_UP,
        actor=actor,
        event_model=DocumentEvent,
        on=timezone.localdate(at),
        at=at,
        allowed=lambda _: True,  # who gave up the version was checked by its own step
        facts={},
    )


@transaction.atomic
def waive_interpretation(*, actor: User, revision: Revision, waiver: str, at: datetime) -> None:
    """Rulings 15: the approver lets a policy go without interpretation, on a ground from the list; it is counted."""
    row = _locked(revision)
    if row.state != RevisionState.IN_APPROVAL or not rules.is_waiting_for(actor, row):
        raise PermissionDenied("免予解读由签发人在签发时决定。")
    row.waiver, row.waived_by = waiver, actor if waiver else None
    row.save(update_fields=["waiver", "waived_by"])
    _record(row, WAIVE, actor=actor, facts={"waiver": waiver}, at=at)
    revision.waiver, revision.waived_by = row.waiver, row.waived_by


@transaction.atomic
def confirm(
    *, actor: User, revision: Revision, body: str, on: date | None, evidence: str, at: datetime
) -> Confirmation:
    """条例§11: name a body the text involves, and write down its confirmation once it is there."""
    row = _locked(revision)
    if not rules.can_edit(actor, row):
        raise PermissionDenied("沟通确认由采编在起草时登记。")
    if on is not None and on > timezone.localdate(at):
        raise Incomplete("确认日期还没有到。")
    fields = {"confirmed_on": on, "evidence": evidence.strip(), "recorded_by": actor}
    found, _ = Confirmation.objects.update_or_create(revision=row, body=body.strip(), defaults=fields)
    facts = {"confirmation": found.pk, "on": on, **_digests(body=body, evidence=evidence)}
    _record(row, CONFIRM, actor=actor, facts=facts, at=at)
    return found


@transaction.atomic
def assign(*, actor: User, revision: Revision, person: User | None, at: datetime) -> None:
    """Name who is to take the next step, or nobody; only somebody who may (rulings 18 allows this in bulk)."""
    row = _locked(revision)
    if not (rules.is_waiting_for(actor, row) or rules.can_lead(actor, row.department)):
        raise PermissionDenied("您不能分派该拟稿。")
    if person is not None and not rules.is_waiting_for(person, row):
        raise Incomplete(f"{person}不能办理这一环节。")
    Revision.objects.filter(pk=row.pk).update(assigned_to=person)
    _record(row, ASSIGN, actor=actor, facts={"person": person.pk if person else None}, at=at)


def _step(
    revision: Revision,
    action: str,
    *,
    actor: User,
    facts: Mapping[str, Any],
    at: datetime,
    opinion: str = "",
    changes: Mapping[str, Any] | None = None,
) -> DocumentEvent:
    taken = _check_person(revision, action, actor)
    event = move(
        subject=revision,
        table=REVISIONS,
        action=action,
        actor=actor,
        event_model=DocumentEvent,
        on=timezone.localdate(at),
        at=at,
        allowed=lambda row: rules.may(actor, revision, row),
        facts=facts,
        changes={"waiting_since": at, "assigned_to": None, "updated_at": at, **(changes or {})},
    )
    if taken.role not in ("writer", "clock") and action != SEND_BACK:
        Hand.objects.get_or_create(revision=revision, person=actor, wrote=False)
    Opinion.objects.create(revision=revision, action=action, written_by=actor, text=opinion.strip()[:1000], at=at)
    tell(event, revision, at=at)
    return event


def _record(revision: Revision, action: str, *, actor: User, facts: Mapping[str, Any], at: datetime) -> None:
    """An act that leaves the version where it is."""
    on = timezone.localdate(at)
    record(subject=revision, action=action, actor=actor, event_model=DocumentEvent, on=on, at=at, facts=facts)


def _check_person(revision: Revision, action: str, actor: User) -> Transition:
    """The row of this step. WrongState where it is not lawful; WrongPerson says whose step it is, or that the person had a hand in the text."""
    row = REVISIONS.find(revision.state, action)
    if row is None:
        raise WrongState(REVISIONS.wrong_state(revision.state, action))
    if not rules.may(actor, revision, row):
        raise WrongPerson(rules.why_not(actor, revision, row) or REVISIONS.wrong_person(row))
    return row


def _locked(revision: Revision) -> Revision:
    """The row as it is now, locked. Lost when it moved on since the person saw it: who, and when."""
    row = Revision.objects.select_for_update().get(pk=revision.pk)
    if row.state != revision.state:
        raise lost(row, REVISIONS, DocumentEvent)
    return row


def _digests(**texts: str) -> dict[str, str]:
    """Rulings 23: the record holds a digest of what was said, nothing where nothing was said."""
    return {name: digest(text.strip()) for name, text in texts.items() if text.strip()}
