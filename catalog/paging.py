"""Keyset pages: constant cost however deep, and a cursor that survives new documents."""

import base64
import binascii
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from catalog.models import Document, DocumentQuerySet


class BadCursor(ValueError):
    """A cursor that was not made here; the text (Chinese) is for the reader."""


@dataclass(frozen=True)
class KeysetPage:
    """Rows of one page and the cursors of its neighbours, None at the ends."""

    rows: list[Document]
    next_cursor: str | None
    previous_cursor: str | None


def encode(row: Document, *, back: bool) -> str:
    """Cursor after ``row`` (or before it, going back)."""
    said = f"{'b' if back else 'f'}|{row.listed_at.isoformat() if row.listed_at else ''}|{row.pk}"
    return base64.urlsafe_b64encode(said.encode()).decode().rstrip("=")


def decode(cursor: str) -> tuple[bool, datetime, int]:
    """(back, listed_at, id) of a cursor; raises BadCursor."""
    try:
        said = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        way, moment, pk = said.split("|")
        at, number = datetime.fromisoformat(moment), int(pk)
    except (ValueError, binascii.Error, UnicodeError) as error:
        raise BadCursor("翻页位置无效，已回到第一页。") from error
    if way not in ("b", "f") or at.tzinfo is None or not 1900 < at.year < 9999 or not 0 < number < 2**63:
        raise BadCursor("翻页位置无效，已回到第一页。")
    return way == "b", at, number


def page(queryset: DocumentQuerySet, *, at: datetime, cursor: str = "", size: int = 20) -> KeysetPage:
    """A page of those of ``queryset`` that are public at ``at``, newest first. Raises BadCursor.

    Hand in rows without an upper bound of their own: SQLite walks an index from the first bound it reads, so there must
    be one only, the tightest, or a page far down costs a walk over everything above it.
    """
    back = False
    rows_after = queryset.public(at).newest_first()
    if cursor:
        back, place, pk = decode(cursor)
        if back:
            rows_after = queryset.filter(Q(listed_at__gt=place) | Q(listed_at=place, pk__gt=pk), listed_at__gte=place)
            rows_after = rows_after.public(at).order_by("listed_at", "pk")
        else:
            rows_after = queryset.filter(Q(listed_at__lt=place) | Q(listed_at=place, pk__lt=pk))
            rows_after = rows_after.public(min(at, place)).newest_first()
    rows = list(rows_after[: size + 1])
    more, rows = len(rows) > size, rows[:size]
    if back:
        rows.reverse()
    has_next, has_previous = (True, more) if back else (more, bool(cursor))
    return KeysetPage(
        rows,
        encode(rows[-1], back=False) if rows and has_next else None,
        encode(rows[0], back=True) if rows and has_previous else None,
    )


def control_free(text: str) -> str:
    """Text without control characters, which XML feeds cannot carry."""
    return "".join(char for char in text if char >= " " or char in "\n\t")
