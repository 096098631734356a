"""A body's annual report among its documents (条例§49, §50): placed when it is published, rewritten by its correction."""

from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from catalog.content import DocumentContent
from catalog.models import Document, DocumentChange
from catalog.services import adjust_counts, allot_index_numbers, build, revise, write_texts
from catalog.states import DocumentState
from disclosure.models import DocumentEvent
from disclosure.rules import can_publish_report
from disclosure.states import DOCUMENTS, PUBLISH_REPORT, REVISE
from search.services import record_changes
from workflow.services import place, record


@transaction.atomic
def publish_report(*, actor: User, content: DocumentContent, digest: str, at: datetime) -> Document:
    """条例§49, §50: a report that was checked and signed goes public and into the catalogue, index and feeds with it.

    Raises `WrongPerson` for whoever does not head the body's office and is not the department in charge.
    """
    document = build(replace(content, published_at=at), at=at)
    document.listed_at = at
    allot_index_numbers([document])
    place(
        row=document,
        table=DOCUMENTS,
        action=PUBLISH_REPORT,
        actor=actor,
        event_model=DocumentEvent,
        on=timezone.localdate(at),
        at=at,
        allowed=lambda _: can_publish_report(actor, document.department),
        facts={"digest": digest},
    )
    write_texts([(document, content)])
    adjust_counts(added=[document])
    record_changes([document.pk])
    return document


@transaction.atomic
def correct_report(
    *, actor: User, document: Document, content: DocumentContent, digest: str, note: str, at: datetime
) -> Document:
    """条例§6: a corrected report under the same address, with the public note; a new document when that one is gone."""
    if document.state != DocumentState.PUBLISHED:
        return publish_report(actor=actor, content=replace(content, source_key=None), digest=digest, at=at)
    revise([(document, replace(content, published_at=document.published_at, formed_on=document.formed_on))], at=at)
    number = document.changes.count() + 2
    DocumentChange.objects.create(document=document, number=number, is_erratum=True, note=note[:300], at=at)
    on = timezone.localdate(at)
    facts = {"digest": digest, "number": number}
    record(subject=document, action=REVISE, actor=actor, event_model=DocumentEvent, on=on, at=at, facts=facts)
    return document
