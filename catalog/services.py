"""Verbs on the catalogue. Deciding *whether* something is published is `disclosure`'s; this writes what follows."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TypeVar

from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone

from accounts.models import Department
from catalog.content import DocumentContent
from catalog.models import (
    Attachment,
    Document,
    DocumentBody,
    DocumentIssuer,
    DocumentQuerySet,
    DocumentRelation,
    FacetCount,
    FacetDimension,
    IndexNumberCounter,
    is_public,
)
from catalog.states import EFFECTS, VALIDITY_CODES, DocumentState, RelationKind, Validity
from search.services import record_changes
from workdays.months import month_key

C = TypeVar("C", bound=models.Model)

COPIED = (
    *("title", "department_id", "column_id", "topic_id", "genre_id", "key_area_id", "document_number", "issuers_text"),
    *("interpretation_kind", "formed_on", "published_at", "effective_on", "expires_on", "summary", "keywords"),
    *("disclosure_attribute", "attribute_reason", "validity", "source_url", "source_key"),
)
# SQLite's driver keeps the parameters of recent statements, one for every number of rows: few, so memory stays flat.
BODIES_AT_ONCE = 20
DERIVED = ("number_key", "number_tail", "source_digest", "updated_at", "index_number")


def build(content: DocumentContent, *, at: datetime) -> Document:
    """A document row of ``content``, not yet saved; its state is given by the transition that places it."""
    document = Document(created_at=at)
    copy_content(document, content, at=at)
    return document


def copy_content(document: Document, content: DocumentContent, *, at: datetime) -> None:
    """Write ``content`` onto ``document`` in memory; an index number once given never changes (law.md §6.4)."""
    stated = document.validity
    for name in COPIED:
        setattr(document, name, getattr(content, name))
    if content.validity == Validity.UNSTATED:  # silence does not unsay what a relation or a date made of it
        document.validity = stated
    document.index_number = document.index_number or content.index_number
    document.number_key, document.number_tail = content.number_columns
    document.source_digest = content.digest
    document.updated_at = at


@transaction.atomic
def allot_index_numbers(documents: Iterable[Document]) -> None:
    """Give every document without an index number the next one of its body and year.

    `统一社会信用代码/年份-五位流水号` (《政府信息公开目录系统实施指引（试行）》; law.md §6.4); never reused, and never one
    that an imported document bears. A body without a credit code uses its own code in capitals.
    """
    everything = list(documents)
    given = {document.index_number for document in everything}
    waiting = [document for document in everything if not document.index_number]
    codes = _prefixes({document.department_id for document in waiting})
    groups: dict[tuple[str, int], list[Document]] = {}
    for document in waiting:
        day = document.formed_on or timezone.localdate(document.published_at or document.created_at)
        groups.setdefault((codes[document.department_id], day.year), []).append(document)
    counters = _counter_rows(IndexNumberCounter, ("prefix", "year"), groups)
    numbers = _draw(counters, {key: len(members) for key, members in groups.items()}, given)
    for key, members in groups.items():
        for document, number in zip(members, numbers[key], strict=True):
            document.index_number = number
    IndexNumberCounter.objects.bulk_create(
        counters.values(), update_conflicts=True, unique_fields=["prefix", "year"], update_fields=["last"]
    )


def _counter_rows(model: type[C], names: tuple[str, str], keys: Iterable[tuple[str, int]]) -> dict[tuple[str, int], C]:
    """Counter rows of these pairs, made where missing and locked in one order; a few queries however many."""
    wanted = set(keys)
    found = _rows(model, names, wanted)
    if missing := sorted(wanted - found.keys()):
        made = [model(**dict(zip(names, key, strict=True))) for key in missing]
        model._base_manager.bulk_create(made, ignore_conflicts=True)
        found = _rows(model, names, wanted)
    return {key: found[key] for key in sorted(wanted)}


def _rows(model: type[C], names: tuple[str, str], keys: set[tuple[str, int]]) -> dict[tuple[str, int], C]:
    """Those of the pairs that are there; a rectangle around them is asked for, which is one range of the index."""
    one, other = names
    around = {f"{one}__in": {key[0] for key in keys}, f"{other}__in": {key[1] for key in keys}}
    rows = model._base_manager.select_for_update().filter(**around).order_by(*names)
    return {(getattr(row, one), getattr(row, other)): row for row in rows}


def _draw(
    counters: dict[tuple[str, int], IndexNumberCounter], how_many: dict[tuple[str, int], int], given: set[str]
) -> dict[tuple[str, int], list[str]]:
    """The next free numbers of locked counters."""
    found: dict[tuple[str, int], list[str]] = {key: [] for key in how_many}
    while missing := {key: count - len(found[key]) for key, count in how_many.items() if count > len(found[key])}:
        drawn: dict[str, tuple[str, int]] = {}
        for key, count in missing.items():
            counter = counters[key]
            serials = range(counter.last + 1, counter.last + 1 + count)
            drawn |= {f"{counter.prefix}/{counter.year}-{serial:05d}": key for serial in serials}
            counter.last += count
        taken = given | set(bearing(drawn).values_list("index_number", flat=True))
        for number, key in drawn.items():
            if number not in taken:
                found[key].append(number)
    return found


def bearing(index_numbers: Iterable[str]) -> DocumentQuerySet:
    """Documents with one of these index numbers. The second condition lets SQLite use the partial index."""
    return Document.objects.filter(~Q(index_number=""), index_number__in=list(index_numbers))


def _prefixes(ids: set[int]) -> dict[int, str]:
    rows = Department.objects.filter(pk__in=ids).values_list("pk", "credit_code", "code")
    return {pk: credit_code or code.upper() for pk, credit_code, code in rows}


@transaction.atomic
def write_texts(pairs: Sequence[tuple[Document, DocumentContent]], *, replace: bool = False) -> None:
    """Bodies and issuers of saved documents."""
    documents = [document for document, _ in pairs]
    if replace:
        DocumentBody.objects.filter(document__in=documents).delete()
        DocumentIssuer.objects.filter(document__in=documents).delete()
    DocumentBody.objects.bulk_create(
        [DocumentBody(document_id=document.pk, html=content.html, text=content.text) for document, content in pairs],
        batch_size=BODIES_AT_ONCE,
    )
    DocumentIssuer.objects.bulk_create(
        DocumentIssuer(document_id=document.pk, department_id=department_id, position=position)
        for document, content in pairs
        for position, department_id in enumerate(content.issuer_ids)
    )


@transaction.atomic
def adjust_counts(*, added: Iterable[Document] = (), removed: Iterable[Document] = ()) -> None:
    """Keep the unfiltered facet counts current; only listed documents count."""
    changes: Counter[tuple[str, int]] = Counter()
    for documents, step in ((added, 1), (removed, -1)):
        for document in documents:
            if document.listed_at is not None:
                for key in facet_values(document):
                    changes[key] += step
    changes = Counter({key: step for key, step in changes.items() if step})
    rows = _counter_rows(FacetCount, ("dimension", "value"), changes)
    for key, row in rows.items():
        row.count += changes[key]
    FacetCount.objects.bulk_create(
        rows.values(), update_conflicts=True, unique_fields=["dimension", "value"], update_fields=["count"]
    )


def facet_values(document: Document) -> list[tuple[str, int]]:
    """(dimension, value) pairs a listed document counts for; unset ones count nowhere."""
    listed_on = timezone.localdate(document.listed_at) if document.listed_at else None
    values = {
        FacetDimension.ALL: 0,
        FacetDimension.DEPARTMENT: document.department_id,
        FacetDimension.COLUMN: document.column_id,
        FacetDimension.TOPIC: document.topic_id,
        FacetDimension.GENRE: document.genre_id,
        FacetDimension.KEY_AREA: document.key_area_id,
        FacetDimension.VALIDITY: VALIDITY_CODES[Validity(document.validity)],
        FacetDimension.YEAR: listed_on.year if listed_on else None,
        FacetDimension.MONTH: month_key(listed_on) if listed_on else None,
    }
    return [(dimension.value, value) for dimension, value in values.items() if value is not None]


@transaction.atomic
def recount() -> None:
    """Rebuild the unfiltered counts from the documents; for repair, not for every day."""
    totals: Counter[tuple[str, int]] = Counter()
    for document in Document.objects.filter(listed_at__isnull=False).iterator(chunk_size=5000):
        totals.update(facet_values(document))
    FacetCount.objects.all().delete()
    FacetCount.objects.bulk_create(
        FacetCount(dimension=dimension, value=value, count=count) for (dimension, value), count in totals.items()
    )


@transaction.atomic
def revise(pairs: Sequence[tuple[Document, DocumentContent]], *, at: datetime, bulk: bool = False) -> None:
    """Write changed content onto existing documents: next version, counts and index follow."""
    documents = [document for document, _ in pairs]
    stored = _locked(documents)
    adjust_counts(removed=stored.values())
    for document, content in pairs:
        row = stored[document.pk]
        document.validity = row.validity
        copy_content(document, content, at=at)
        document.version = row.version + 1
        document.listed_at = row.listed_at and (document.published_at or row.listed_at)
    allot_index_numbers(documents)
    Document.objects.bulk_update(
        documents, [*(name.removesuffix("_id") for name in COPIED), *DERIVED, "version", "listed_at"]
    )
    write_texts(pairs, replace=True)
    adjust_counts(added=documents)
    record_changes([document.pk for document in documents], bulk=bulk)


def _locked(documents: Sequence[Document]) -> dict[int, Document]:
    """The rows as they are now, locked until the transaction ends: a copy in memory may be out of date."""
    keys = [document.pk for document in documents]
    return {row.pk: row for row in Document.objects.select_for_update().filter(pk__in=keys).order_by("pk")}


@transaction.atomic
def touch(ids: Iterable[int], *, at: datetime, bulk: bool = False) -> None:
    """Something shown with these documents changed: next version, so that caches and the index follow."""
    keys = sorted(set(ids))
    Document.objects.filter(pk__in=keys).update(version=F("version") + 1, updated_at=at)
    record_changes(keys, bulk=bulk)


@transaction.atomic
def relate(*, source: Document, target: Document, kind: RelationKind, at: datetime) -> None:
    """Link two documents; one that amends or repeals another changes the other's validity (law.md §6.7).

    At once when it is public and in force, else when it comes to be (`settle_relations`). Withdrawing it later revives
    nothing: taking a page away undoes no act of law.
    """
    DocumentRelation.objects.get_or_create(source=source, target=target, kind=kind)
    touch([source.pk, target.pk], at=at)
    if kind in EFFECTS:
        settle_relations(at=at, source=source)
        target.refresh_from_db(fields=["validity"])


@transaction.atomic
def settle_relations(*, at: datetime, source: Document | None = None) -> int:
    """Give documents the validity that public ones in force by now have given them; returns how many changed.

    All of them, some hundred a call, or only what ``source`` did: call it with a document that has just been published.
    """
    today = timezone.localdate(at)
    in_force = Q(source__effective_on__isnull=True) | Q(source__effective_on__lte=today)
    found = DocumentRelation.objects.filter(is_public(at, "source__"), in_force).select_related("target")
    changed = 0
    for kind, (validity, before) in EFFECTS.items():
        due = found.filter(kind=kind, target__validity__in=before).order_by("pk")
        due = due if source is None else due.filter(source=source)
        targets = {relation.target_id: relation.target for relation in due[:200]}
        change_validity(list(targets.values()), validity, at=at)
        changed += len(targets)
    return changed


@transaction.atomic
def change_validity(documents: Sequence[Document], validity: Validity, *, at: datetime) -> None:
    """Another validity, shown at once on their pages and on those of every document that cites them."""
    if documents:
        set_validity(documents, validity)
        keys = {document.pk for document in documents}
        touch(keys | citing(keys), at=at)


def citing(keys: Iterable[int]) -> set[int]:
    """Keys of the documents linked with one of these, either way: their pages show its validity."""
    known = set(keys)
    backward = DocumentRelation.objects.filter(target__in=known).values_list("source_id", flat=True)
    forward = DocumentRelation.objects.filter(source__in=known).values_list("target_id", flat=True)
    return {*backward, *forward} - known


@transaction.atomic
def set_validity(documents: Sequence[Document], validity: Validity) -> None:
    """Write another validity and keep the counts; the caller touches the documents."""
    stored = _locked(documents)
    adjust_counts(removed=stored.values())
    Document.objects.filter(pk__in=list(stored)).update(validity=validity)
    for document in (*documents, *stored.values()):
        document.validity = validity
    adjust_counts(added=stored.values())


@transaction.atomic
def attach(*, document: Document, file_id: int, title: str, position: int = 0, at: datetime) -> Attachment:
    """Add a stored file to a document."""
    attachment = Attachment.objects.create(document=document, file_id=file_id, title=title, position=position)
    touch([document.pk], at=at)
    return attachment


def attachment_text_ready(file_id: int) -> None:
    """The words of a file were extracted: the documents that carry it are indexed again."""
    ids = Attachment.objects.filter(file_id=file_id).values_list("document_id", flat=True)
    touch(ids, at=timezone.now())


@transaction.atomic
def update_validities(*, at: datetime) -> int:
    """Validity that follows from dates: pending documents become 有效, expired ones 失效, those repealed or amended by a
    document that comes into force 废止 or 已修改; returns how many changed.

    Run often, catches up after a pause; a few hundred a run, because writers wait meanwhile.
    """
    today = timezone.localdate(at)
    published = Document.objects.filter(state=DocumentState.PUBLISHED)
    expired = published.filter(expires_on__lt=today, validity__in=[Validity.VALID, Validity.AMENDED])
    begun = published.filter(effective_on__lte=today, validity=Validity.PENDING)
    changed = 0
    for rows, validity in ((begun, Validity.VALID), (expired, Validity.EXPIRED)):
        documents = list(rows[:200])
        change_validity(documents, validity, at=at)
        changed += len(documents)
    return changed + settle_relations(at=at)
