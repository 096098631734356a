"""Verbs of publishing: batches published at their source, withdrawing, emergency takedown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, time
from typing import Any
from uuid import uuid4

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from accounts.models import Department, User
from catalog.content import DocumentContent
from catalog.models import Document
from catalog.services import adjust_counts, allot_index_numbers, bearing, build, revise, touch, write_texts
from catalog.states import DisclosureAttribute, DocumentState
from disclosure import rules
from disclosure.models import DocumentEvent, ImportedDocument, ImportRun, RunStage
from disclosure.states import (
    ARCHIVE,
    DOCUMENTS,
    EXPLAIN_TAKE_DOWN,
    LAND_AS_DRAFT,
    PUBLISH_AT_SOURCE,
    TAKE_DOWN,
    WITHDRAW,
)
from disclosure.versions.telling import tell_removed
from files.names import safe_name
from jobs.services import enqueue
from search.services import record_changes
from workflow.evidence import digest
from workflow.services import Incomplete, WrongState, move, place_many, record

UNDATED = "来源未载明成文日期和发布日期，导入为草稿，补充日期并审查后发布"


@dataclass
class Outcome:
    """What became of one slice; indexes count from 0 in the slice, texts are Chinese."""

    imported: int = 0
    updated: int = 0
    unchanged: int = 0
    drafts: int = 0
    rejected: list[tuple[int, str]] = field(default_factory=list)
    notes: list[tuple[int, str]] = field(default_factory=list)
    ids: dict[str, int] = field(default_factory=dict)
    """Primary keys by source key, of every document of the slice that is now there."""


@dataclass(frozen=True)
class Known:
    """What is stored under a source key; ``seen`` when a record of this same import has brought it."""

    pk: int | None
    digest: str
    state: str
    source: str = ""
    line: int | None = None
    seen: bool = False


@dataclass
class Plan:
    """What a slice will do, decided without writing."""

    new: list[int] = field(default_factory=list)
    changed: list[int] = field(default_factory=list)
    same: list[int] = field(default_factory=list)
    outcome: Outcome = field(default_factory=Outcome)


def system_actor() -> User:
    """The named actor of work started on the machine itself; made on demand, cannot sign in."""
    user, made = User.objects.get_or_create(
        username=rules.SYSTEM_USERNAME, defaults={"full_name": "系统", "is_active": False}
    )
    if made:
        user.set_unusable_password()
        user.save(update_fields=["password"])
    return user


# --- batches -----------------------------------------------------------------------------------------------------------


@transaction.atomic
def publish_at_source(
    *,
    actor: User,
    approver: User,
    ground: str,
    contents: Sequence[DocumentContent],
    batch: ImportRun,
    at: datetime,
    bulk: bool = True,
    lines: Sequence[int] | None = None,
) -> Outcome:
    """条例§19, §23: take over one slice of documents already published at their source, as one lawful batch.

    New proactive ones with a date are published, others land as drafts; known ones whose content changed are revised.
    At most some 200 a call: the database is locked meanwhile. PermissionDenied for people without the right.
    """
    _check_batch(actor, approver, batch, contents)
    dated = [with_publication_date(content) for content in contents]
    numbers = list(lines or range(1, len(dated) + 1))
    known = known_documents(dated, batch)
    plan = compare(dated, known=known, source=batch.source, lines=numbers)
    facts = {"approver": approver.pk, "ground": digest(ground), "source": digest(batch.source or batch.file_name)}
    _place(plan, dated, actor=actor, batch=batch, facts=facts, at=at, bulk=bulk)
    _revise(plan, dated, at=at, bulk=bulk)
    _remember(plan, known, dated, batch, numbers)
    return plan.outcome


def _check_batch(actor: User, approver: User, batch: ImportRun, contents: Sequence[DocumentContent]) -> None:
    allowed = set(rules.departments_importable_by(actor).values_list("pk", flat=True))
    wanted = {batch.department_id, *(content.department_id for content in contents)}
    if not wanted <= allowed:
        raise PermissionDenied("您不能向该机构导入信息。")
    if not rules.can_approve_import(approver, batch.department):
        raise PermissionDenied("批准人须在该机构担任签发或者公开机构负责人。")


def with_publication_date(content: DocumentContent) -> DocumentContent:
    """``content`` with a publication moment: the source's; else 00:00 of the day it was formed; never the import's.

    A proactive document without any date becomes one whose publication must still be decided (a draft).
    """
    if content.published_at is None and content.formed_on is not None:
        midnight = timezone.make_aware(datetime.combine(content.formed_on, time()))
        return replace(content, published_at=midnight)
    if content.published_at is None and not content.attribute_reason:
        return replace(content, attribute_reason=UNDATED)
    return content


def goes_public(content: DocumentContent) -> bool:
    """条例§19: only what is 主动公开, and has a date to stand under, is published by an import (rulings 17)."""
    return content.disclosure_attribute == DisclosureAttribute.PROACTIVE and content.published_at is not None


def known_documents(contents: Sequence[DocumentContent], batch: ImportRun) -> dict[str, Known]:
    """What is stored already under the source keys of ``contents``."""
    keys = [content.source_key for content in contents if content.source_key]
    rows = Document.objects.filter(source_key__in=keys).values_list(
        *("source_key", "pk", "source_digest", "state"),
        *("imported__source", "imported__line", "imported__seen_in_id"),
    )
    return {
        str(key): Known(pk, stored, state, source or "", line, seen_in == batch.pk)
        for key, pk, stored, state, source, line, seen_in in rows
    }


def compare(contents: Sequence[DocumentContent], *, known: dict[str, Known], source: str, lines: Sequence[int]) -> Plan:
    """Decide what becomes of each content. ``known`` is brought up to date, so that repetitions show."""
    plan = Plan()
    for index, content in enumerate(contents):
        stored = known.get(content.source_key) if content.source_key else None
        if stored is None:
            plan.new.append(index)
            stored = Known(None, content.digest, DocumentState.PUBLISHED, source)
        elif stored.digest == content.digest:
            plan.same.append(index)
        elif (reason := _collision(stored, content)) is not None:
            plan.outcome.rejected.append((index, reason))
            continue
        elif (remark := _left_alone(stored, source)) is not None:
            plan.outcome.notes.append((index, remark))
            plan.outcome.unchanged += 1
            continue
        else:
            plan.changed.append(index)
        if content.source_key and stored.source == source and not stored.seen:
            known[content.source_key] = replace(stored, digest=content.digest, line=lines[index], seen=True)
    plan.outcome.imported, plan.outcome.updated = len(plan.new), len(plan.changed)
    plan.outcome.unchanged += len(plan.same)
    plan.outcome.drafts = sum(not goes_public(contents[index]) for index in plan.new)
    plan.outcome.ids = {key: stored.pk for key, stored in known.items() if stored.pk}
    return plan


def _collision(stored: Known, content: DocumentContent) -> str | None:
    if stored.seen:
        return f"与第 {stored.line} 行是同一件信息而内容不同，已保留先出现的一件"
    if stored.state == DocumentState.PUBLISHED and content.disclosure_attribute != DisclosureAttribute.PROACTIVE:
        return "来源已改为不主动公开，而本平台正在公开：请先办理撤下"
    if stored.state == DocumentState.PUBLISHED and content.published_at is None:
        return "来源不再载明日期，而本平台正在公开：请补充日期后再导入"
    return None


def _left_alone(stored: Known, source: str) -> str | None:
    if stored.state not in (DocumentState.PUBLISHED, DocumentState.DRAFT):
        return f"本平台的这件信息{DocumentState(stored.state).label}，未按来源改动"
    if stored.source != source:
        return f"已从另一来源（{stored.source or '本平台录入'}）导入，内容不同，未覆盖"
    return None


def _place(
    plan: Plan,
    contents: Sequence[DocumentContent],
    *,
    actor: User,
    batch: ImportRun,
    facts: Mapping[str, Any],
    at: datetime,
    bulk: bool,
) -> None:
    """Create the new documents of a plan through the workflow, with everything that follows."""
    if not plan.new:
        return
    rows = _built(plan, contents, at)
    for action, public in ((PUBLISH_AT_SOURCE, True), (LAND_AS_DRAFT, False)):
        chosen = [document for index, document in rows if goes_public(contents[index]) is public]
        if chosen:
            place_many(
                rows=chosen,
                table=DOCUMENTS,
                action=action,
                batch=batch,
                actor=actor,
                event_model=DocumentEvent,
                on=timezone.localdate(at),
                at=at,
                allowed=lambda _: rules.can_import_into(actor, batch.department),
                facts=facts,
            )
    write_texts([(document, contents[index]) for index, document in rows])
    adjust_counts(added=[document for _, document in rows])
    record_changes([document.pk for _, document in rows if document.state == DocumentState.PUBLISHED], bulk=bulk)
    plan.outcome.ids.update((document.source_key, document.pk) for _, document in rows if document.source_key)


def _built(plan: Plan, contents: Sequence[DocumentContent], at: datetime) -> list[tuple[int, Document]]:
    """Unsaved rows of the new contents, each with an index number of its own."""
    wanted = {contents[index].index_number for index in plan.new} - {""}
    taken = set(bearing(wanted).values_list("index_number", flat=True))
    rows = []
    for index in plan.new:
        document = build(contents[index], at=at)
        if goes_public(contents[index]):
            document.listed_at = document.published_at
        if document.index_number in taken:
            plan.outcome.notes.append((index, f"索引号 {document.index_number} 已被另一件信息使用，本件另编索引号"))
            document.index_number = ""
        elif document.index_number:
            taken.add(document.index_number)
        rows.append((index, document))
    allot_index_numbers([document for _, document in rows])
    return rows


def _revise(plan: Plan, contents: Sequence[DocumentContent], *, at: datetime, bulk: bool) -> None:
    """Write the changed contents of a plan onto their documents."""
    if not plan.changed:
        return
    by_key = {contents[index].source_key: index for index in plan.changed}
    documents = Document.objects.filter(source_key__in=list(by_key))
    pairs = [(document, contents[by_key[document.source_key]]) for document in documents]
    revise(pairs, at=at, bulk=bulk)


def _remember(
    plan: Plan, known: Mapping[str, Known], contents: Sequence[DocumentContent], batch: ImportRun, lines: Sequence[int]
) -> None:
    """Note which import wrote each document and which saw it last, and where."""
    for indexes, fields in ((plan.new + plan.changed, ["run", "seen_in", "line"]), (plan.same, ["seen_in", "line"])):
        rows = {}
        for index in indexes:
            key = contents[index].source_key
            if key and known[key].source == batch.source and known[key].line == lines[index]:
                rows[plan.outcome.ids[key]] = lines[index]
        ImportedDocument.objects.bulk_create(
            [
                ImportedDocument(document_id=pk, run_id=batch.pk, seen_in_id=batch.pk, source=batch.source, line=line)
                for pk, line in rows.items()
            ],
            update_conflicts=True,
            unique_fields=["document"],
            update_fields=fields,
        )


# --- taking away -------------------------------------------------------------------------------------------------------


@transaction.atomic
def withdraw_document(*, actor: User, document: Document, reason: str, at: datetime) -> DocumentEvent:
    """条例§18: take a published document off the lists; its address stays and says so, with the reason."""
    return _remove(document, WITHDRAW, actor=actor, reason=reason, at=at)


@transaction.atomic
def archive_document(*, actor: User, document: Document, place: str, at: datetime) -> DocumentEvent:
    """档案法§27: the document went to the archives; its address stays and says at ``place`` it is read from now on."""
    return _remove(document, ARCHIVE, actor=actor, reason=place, at=at)


@transaction.atomic
def take_down_document(*, actor: User, document: Document, reason: str = "", at: datetime) -> DocumentEvent:
    """条例§14: one person with the right removes a document at once, the reason may follow (rulings 16)."""
    return _remove(document, TAKE_DOWN, actor=actor, reason=reason, at=at)


def _remove(document: Document, action: str, *, actor: User, reason: str, at: datetime) -> DocumentEvent:
    may = rules.can_take_down if action == TAKE_DOWN else rules.can_withdraw
    # Locked: a revision in between would leave the counts of the old values behind.
    counted = Document.objects.select_for_update().filter(pk=document.pk, listed_at__isnull=False).first()
    event = move(
        subject=document,
        table=DOCUMENTS,
        action=action,
        actor=actor,
        event_model=DocumentEvent,
        on=timezone.localdate(at),
        at=at,
        allowed=lambda _: may(actor, document),
        facts={"place" if action == ARCHIVE else "reason": digest(reason)} if reason.strip() else {},
        changes={"listed_at": None, "withdrawn_reason": reason.strip()[:300]},
    )
    adjust_counts(removed=[counted] if counted else [])
    touch([document.pk], at=at)
    tell_removed(event, document, at=at)
    return event


@transaction.atomic
def explain_take_down(*, actor: User, document: Document, reason: str, at: datetime) -> DocumentEvent:
    """条例§14: write down afterwards why a document was taken down (rulings 16)."""
    if document.state != DocumentState.TAKEN_DOWN:
        raise WrongState(f"该文件现在是“{DocumentState(document.state).label}”，不需要补充下架说明。")
    if not rules.can_take_down(actor, document):
        raise PermissionDenied("您不能为该文件补充下架说明。")
    if not reason.strip():
        raise Incomplete("请填写下架的原因。")
    event = record(
        subject=document,
        action=EXPLAIN_TAKE_DOWN,
        actor=actor,
        event_model=DocumentEvent,
        on=timezone.localdate(at),
        at=at,
        facts={"reason": digest(reason.strip()[:300])},
    )
    document.withdrawn_reason = reason.strip()[:300]
    Document.objects.filter(pk=document.pk).update(withdrawn_reason=document.withdrawn_reason)
    return event


# --- imports -----------------------------------------------------------------------------------------------------------


@transaction.atomic
def command_run(
    *,
    path_name: str,
    digest: str,
    mapping: str,
    source: str,
    department: Department,
    actor: User,
    approver: User,
    ground: str,
    dry_run: bool,
    at: datetime,
) -> ImportRun:
    """The run of a file given on the command line: the unfinished one of the same file, else a new one.

    A trial run is never stored.
    """
    run = ImportRun(
        department=department,
        file_name=path_name[-255:],
        file_digest=digest,
        mapping=mapping,
        source=source,
        dry_run=dry_run,
        ground=ground,
        approver=approver,
        started_by=actor,
        created_at=at,
    )
    if dry_run:
        return run
    same = ImportRun.objects.filter(file_digest=digest, mapping=mapping, department=department, started_by=actor)
    unfinished = same.filter(file_name=run.file_name, finished_at=None, dry_run=False, file="").order_by("-id").first()
    if unfinished is not None:
        return unfinished
    run.save()
    return run


@transaction.atomic
def program_run(*, department: Department, actor: User, ground: str, name: str, at: datetime) -> ImportRun:
    """The batch of documents that come from a program (a demonstration) instead of a file; one for each name."""
    run, _ = ImportRun.objects.get_or_create(
        department=department,
        source=name,
        file_name=name,
        dry_run=False,
        defaults={"ground": ground, "approver": actor, "started_by": actor, "created_at": at, "stage": RunStage.DONE},
    )
    return run


MOST_UPLOAD_BYTES = 300 * 1024 * 1024


def start_import(
    *,
    actor: User,
    department: Department,
    approver: User,
    ground: str,
    upload: UploadedFile,
    mapping: str,
    dry_run: bool,
    at: datetime,
) -> ImportRun:
    """条例§19: hand in a file of documents already public at their source; the worker imports it.

    The content is written before the transaction of the row, so that nothing is locked meanwhile. PermissionDenied for
    people without the right in ``department``, ValidationError when the file cannot be kept.
    """
    if not rules.can_import_into(actor, department):
        raise PermissionDenied("您不能向该机构导入信息。")
    if not rules.can_approve_import(approver, department):
        raise ValidationError({"approver": "批准人须在该机构担任签发或者公开机构负责人。"})
    if (upload.size or 0) > MOST_UPLOAD_BYTES:
        raise ValidationError({"file": f"文件超过 {MOST_UPLOAD_BYTES // 1024 // 1024} MB，请拆分后再上传。"})
    run = ImportRun(
        department=department,
        file_name=safe_name(upload.name or "upload"),
        mapping=mapping,
        dry_run=dry_run,
        ground=ground.strip(),
        approver=approver,
        started_by=actor,
        created_at=at,
    )
    run.file.save(f"imports/{uuid4().hex}", upload, save=False)
    with transaction.atomic():
        run.save()
        _ask_to_import(run)
    return run


def _ask_to_import(run: ImportRun) -> None:
    enqueue(
        kind="import_documents",
        subject=f"disclosure.importrun:{run.pk}",
        payload={"run": run.pk},
        dedupe=f"import_documents:{run.pk}",
    )


@transaction.atomic
def resume_import(*, actor: User, run: ImportRun) -> None:
    """Have the worker go on with an import that stopped. `WrongState` for one that is finished."""
    if not rules.can_import_into(actor, run.department):
        raise PermissionDenied("您不能办理该机构的导入。")
    moved = ImportRun.objects.filter(pk=run.pk).exclude(stage=RunStage.DONE).exclude(file="")
    if not moved.update(stage=RunStage.WAITING, message="", finished_at=None):
        raise WrongState("该导入已经完成，不需要继续。")
    _ask_to_import(run)


@transaction.atomic
def begin_run(*, run: ImportRun, mapping: str, source: str) -> None:
    """The worker takes a run up; a trial always starts from the beginning."""
    run.mapping, run.source, run.stage = mapping, source, RunStage.RUNNING
    if run.dry_run:
        run.remarks.all().delete()
        run.position = run.imported = run.updated = run.unchanged = run.rejected = run.drafts = 0
        run.save()
    else:
        run.save(update_fields=["mapping", "source", "stage"])


@transaction.atomic
def fail_run(*, run: ImportRun, message: str, at: datetime) -> None:
    """An import that cannot go on; what was imported stays, and the run can be resumed."""
    ImportRun.objects.filter(pk=run.pk).update(stage=RunStage.FAILED, message=message[:300], finished_at=at)


@transaction.atomic
def finish_run(*, run: ImportRun, at: datetime) -> None:
    """Everything of the file has its outcome. A trial from the command line is not stored."""
    run.stage, run.percent, run.finished_at = RunStage.DONE, 100, at
    if run.pk:
        run.save(update_fields=["stage", "percent", "finished_at"])
