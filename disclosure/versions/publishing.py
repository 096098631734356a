"""What a signature does to the catalogue: the version becomes what the public reads, or is filed."""

import difflib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from catalog import services as catalog
from catalog.models import Attachment, Document, DocumentChange, DocumentRelation
from catalog.states import DocumentState, RelationKind
from disclosure.models import DocumentEvent, Revision
from disclosure.states import DOCUMENTS, KEEP, PUBLISH, REVISE, RevisionState
from disclosure.versions.content import to_content
from workflow.services import move, record

MOST_DIFFERENCES = 200


def missing_for_publication(revision: Revision) -> list[str]:
    """条例§17 and 解读三同步: why a proactive version cannot be signed, each a short Chinese phrase."""
    missing = []
    if not revision.secrecy_reviews.filter(edition=revision.edition).exists():
        missing.append("没有对这一稿的保密审查记录")
    if revision.is_policy and not revision.waiver and not _interpretation_ready(revision):
        missing.append(
            "属于政策文件，解读材料尚未审查完毕；请待解读到签发环节后一并签发，或者由签发人选择免予解读的依据"
        )
    if revision.interprets_id is not None and not _interpreted_is_public(revision):
        missing.append("所解读的文件尚未公开，请与该文件一并签发")
    return missing


def _interpretation_ready(revision: Revision) -> bool:
    waiting = Revision.objects.filter(interprets=revision.document_id, state=RevisionState.IN_APPROVAL)
    public = DocumentRelation.objects.filter(
        target=revision.document_id, kind=RelationKind.INTERPRETS, source__state=DocumentState.PUBLISHED
    )
    return waiting.exists() or public.exists()


def _interpreted_is_public(revision: Revision) -> bool:
    return revision.interprets is not None and revision.interprets.state == DocumentState.PUBLISHED


@transaction.atomic
def publish_version(revision: Revision, *, actor: User, at: datetime) -> None:
    """条例§19, §26: the public reads this version from now on; the caller has moved the version itself."""
    document = Document.objects.select_for_update().get(pk=revision.document_id)
    public_before = document.state == DocumentState.PUBLISHED
    before = document.body.text if hasattr(document, "body") else ""
    first_at = document.published_at if public_before and document.published_at else at
    catalog.revise([(document, to_content(revision, published_at=first_at))], at=at)
    if public_before:
        _record(document, REVISE, revision, actor=actor, at=at)
        _say_what_changed(document, revision, before, at=at)
    else:
        changes = {"listed_at": at, "published_at": at, "withdrawn_reason": ""}
        _move(document, PUBLISH, revision, actor=actor, at=at, changes=changes)
        catalog.adjust_counts(added=[document])
    _carry_files(revision, document, at=at)
    _relate(revision, document, at=at)
    Revision.objects.filter(pk=revision.pk).update(finished_at=at, finished_on=timezone.localdate(at))


def _move(
    document: Document,
    action: str,
    revision: Revision,
    *,
    actor: User,
    at: datetime,
    changes: Mapping[str, Any] | None = None,
) -> None:
    move(
        subject=document,
        table=DOCUMENTS,
        action=action,
        actor=actor,
        event_model=DocumentEvent,
        on=timezone.localdate(at),
        at=at,
        allowed=lambda _: True,  # the signature on the version was checked by its own step
        facts={"revision": revision.pk, "number": revision.number},
        changes=changes,
    )


def _record(document: Document, action: str, revision: Revision, *, actor: User, at: datetime) -> None:
    record(
        subject=document,
        action=action,
        actor=actor,
        event_model=DocumentEvent,
        on=timezone.localdate(at),
        at=at,
        facts={"revision": revision.pk, "number": revision.number},
    )


def _say_what_changed(document: Document, revision: Revision, before: str, *, at: datetime) -> None:
    """条例§6: the public note of a correction or a change, with the paragraphs that differ."""
    DocumentChange.objects.create(
        document=document,
        number=revision.number,
        is_erratum=revision.is_erratum,
        note=revision.change_note,
        differences=differences(before, revision.text)[:MOST_DIFFERENCES],
        at=at,
    )


def differences(before: str, after: str) -> list[tuple[str, str]]:
    """Paragraphs that differ, (old, new); one side is empty for what was added or removed."""
    old, new = before.split("\n"), after.split("\n")
    found: list[tuple[str, str]] = []
    for tag, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            found.append(("\n".join(old[a:b]), "\n".join(new[c:d])))
    return found


def _carry_files(revision: Revision, document: Document, *, at: datetime) -> None:
    """Attachments of the version become those of the document."""
    wanted = {(file.file_id, file.title): file.position for file in revision.files.all()}
    there = {(row.file_id, row.title): row for row in document.attachments.all()}
    Attachment.objects.filter(pk__in=[row.pk for key, row in there.items() if key not in wanted]).delete()
    for (file_id, title), position in wanted.items():
        if (file_id, title) not in there:
            catalog.attach(document=document, file_id=file_id, title=title, position=position, at=at)
    catalog.touch([document.pk], at=at)


def _relate(revision: Revision, document: Document, *, at: datetime) -> None:
    """What the version does to other documents; they show it at once."""
    if revision.interprets is not None:
        catalog.relate(source=document, target=revision.interprets, kind=RelationKind.INTERPRETS, at=at)
    effects = [(kind, target) for kind, target in revision.content.get("effects", []) if target != document.pk]
    targets = Document.objects.in_bulk([target for _, target in effects])
    for kind, target in effects:
        if target in targets:
            catalog.relate(source=document, target=targets[target], kind=RelationKind(kind), at=at)
    catalog.settle_relations(at=at, source=document)


@transaction.atomic
def file_version(revision: Revision, *, actor: User, at: datetime) -> None:
    """条例§13—§16: what is not proactive is kept with its attribute, ground and reason (rulings 13)."""
    document = Document.objects.select_for_update().get(pk=revision.document_id)
    catalog.revise([(document, to_content(revision, published_at=None))], at=at)
    if document.state == DocumentState.DRAFT:
        _move(document, KEEP, revision, actor=actor, at=at)
    else:
        _record(document, REVISE, revision, actor=actor, at=at)
    _carry_files(revision, document, at=at)
    Revision.objects.filter(pk=revision.pk).update(finished_at=at, finished_on=timezone.localdate(at))
