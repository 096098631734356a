"""What a document says and who says it, before it is a row: the one shape editors and importers hand in."""

import hashlib
import json
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from functools import cached_property

from catalog.states import DisclosureAttribute, Validity
from search.text import number_keys


@dataclass(frozen=True)
class DocumentContent:
    """One document as handed in. Ids are primary keys of reference data; ``html`` is already clean."""

    title: str
    department_id: int
    column_id: int
    html: str
    text: str
    topic_id: int | None = None
    genre_id: int | None = None
    key_area_id: int | None = None
    document_number: str = ""
    index_number: str = ""
    issuers_text: str = ""
    issuer_ids: tuple[int, ...] = ()
    interpretation_kind: str = ""
    formed_on: date | None = None
    published_at: datetime | None = None
    effective_on: date | None = None
    expires_on: date | None = None
    summary: str = ""
    keywords: str = ""
    disclosure_attribute: str = DisclosureAttribute.PROACTIVE
    attribute_reason: str = ""
    validity: str = Validity.UNSTATED
    source_url: str = ""
    source_key: str | None = None
    extra: dict[str, str] = field(default_factory=dict)

    @cached_property
    def digest(self) -> str:
        """SHA-256 over everything handed in: the same digest means nothing changed."""
        small = {item.name: getattr(self, item.name) for item in fields(self) if item.name not in ("html", "text")}
        said = hashlib.sha256(json.dumps(small, ensure_ascii=False, sort_keys=True, default=str).encode())
        for long in (self.html, self.text):  # long texts apart: escaping them as JSON would take most of the time
            said.update(b"\0" + long.encode())
        return said.hexdigest()

    @cached_property
    def number_columns(self) -> tuple[str, str]:
        """The keys its document number is found by; see `number_columns`."""
        return number_columns(self.document_number)


def number_columns(document_number: str) -> tuple[str, str]:
    """The keys a document number is found by: in full, and without its issuer (`|2024|6`, `令||208`)."""
    keys = number_keys(document_number)
    tails = [key for key in keys[1:] if key.startswith("令||")] or [key for key in keys[1:] if key.startswith("|")]
    return (keys[0][:100] if keys else "", tails[0][:20] if tails else "")
