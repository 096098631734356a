"""Where the search room gets the catalogue's documents from (`settings.SEARCH_SOURCE`)."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from django.db.models import F
from django.utils import timezone

from catalog.models import Attachment, Document
from catalog.states import ACCESS_CODES, VALIDITY_CODES, DisclosureAttribute, DocumentState, Validity
from files.models import FileText
from search.engine import Doc

INDEXED_STATES = (DocumentState.PUBLISHED, DocumentState.FILED)
ATTACHMENT_CHARS = 200_000


class DocumentSource:
    """Published and filed documents as the engines see them. Drafts, withdrawn and taken-down ones are not there."""

    public = frozenset({ACCESS_CODES[DisclosureAttribute.PROACTIVE]})

    def load(self, keys: Sequence[int]) -> list[Doc]:
        """Documents of ``keys`` that belong in the index; a missing key means: remove it."""
        rows = Document.objects.filter(pk__in=keys, state__in=INDEXED_STATES).select_related("body")
        attached = self._attachment_texts(keys)
        return [self._doc(row, attached.get(row.pk, "")) for row in rows]

    def keys(self, after: int, limit: int) -> list[int]:
        """Up to ``limit`` keys above ``after``, ascending."""
        rows = Document.objects.filter(pk__gt=after, state__in=INDEXED_STATES).order_by("pk")
        return list(rows.values_list("pk", flat=True)[:limit])

    def changed_since(self, moment: datetime) -> Iterator[int]:
        """Keys of every document changed at or after ``moment``, of whatever state."""
        return Document.objects.filter(updated_at__gte=moment).values_list("pk", flat=True).iterator(chunk_size=2000)

    def stale(self, limit: int) -> list[int]:
        """Keys whose latest version the index has not taken up."""
        return list(Document.objects.stale_in_index().order_by("pk").values_list("pk", flat=True)[:limit])

    def mark_indexed(self, versions: Mapping[int, int]) -> None:
        """Record what the index now holds; a version that moved on meanwhile stays stale."""
        by_version: dict[int, list[int]] = {}
        for key, version in versions.items():
            by_version.setdefault(version, []).append(key)
        for version, members in by_version.items():
            Document.objects.filter(pk__in=members, indexed_version__lt=version).update(indexed_version=version)

    def mark_removed(self, keys: Sequence[int]) -> None:
        """Record that the index was told to forget these; one that belongs into it again stays stale."""
        gone = Document.objects.filter(pk__in=keys).exclude(state__in=INDEXED_STATES)
        gone.update(indexed_version=F("version"))

    def texts(self, keys: Sequence[int]) -> dict[int, tuple[str, str]]:
        """Title and searchable text exactly as `load` gives them, for checking quoted phrases; columns, not rows."""
        rows = Document.objects.filter(pk__in=keys, state__in=INDEXED_STATES).order_by()
        said = rows.values_list("pk", "title", "issuers_text", "keywords", "summary", "body__text")
        attached = self._attachment_texts(keys)
        return {pk: (title, _joined(*parts, attached.get(pk))) for pk, title, *parts in said}

    def count(self) -> int:
        """How many documents belong in the index."""
        return Document.objects.filter(state__in=INDEXED_STATES).count()

    def _attachment_texts(self, keys: Sequence[int]) -> dict[int, str]:
        pairs = Attachment.objects.filter(document_id__in=keys).values_list("document_id", "title", "file_id")
        texts = dict(FileText.objects.filter(file_id__in={pair[2] for pair in pairs}).values_list("file_id", "text"))
        joined: dict[int, str] = {}
        for document_id, title, file_id in pairs:
            words = f"{title}\n{texts.get(file_id, '')[:ATTACHMENT_CHARS]}"
            joined[document_id] = f"{joined.get(document_id, '')}\n{words}"
        return joined

    def _doc(self, row: Document, attached: str) -> Doc:
        day = timezone.localdate(row.listed_at or row.published_at or row.created_at)
        text = row.body.text if hasattr(row, "body") else ""
        return Doc(
            key=row.pk,
            version=row.version,
            title=row.title,
            body=_joined(row.issuers_text, row.keywords, row.summary, text, attached),
            number=row.document_number,
            index_number=row.index_number,
            department=row.department_id,
            topic=row.topic_id or 0,
            column=row.column_id,
            genre=row.genre_id or 0,
            validity=VALIDITY_CODES[Validity(row.validity)],
            year=day.year,
            day=day.toordinal(),
            access=ACCESS_CODES[DisclosureAttribute(row.disclosure_attribute)],
            kind=1 if row.interpretation_kind else 0,
            key_area=row.key_area_id or 0,
        )


def _joined(*parts: str | None) -> str:
    return "\n".join(part for part in parts if part)
