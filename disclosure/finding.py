"""Naming another document in a form: by number, index number, address or title."""

import re
from datetime import datetime

from django.db.models import Q
from django.utils import timezone

from accounts.rules import Person, can_see_everything, departments_visible_to
from catalog.models import Document, DocumentQuerySet, is_public
from catalog.selectors import PUBLIC
from search import services as search
from search.engine import Query, SearchUnavailable
from search.text import index_number_key, number_keys

MOST_OFFERED = 8
MOST_ALIKE = 30
_KEYED = re.compile(r"（编号(\d{1,18})）$")
_ADDRESS = re.compile(r"/documents/(\d{1,18})/?$")


def label_of(document: Document) -> str:
    """How a named document is written in a field: unmistakable, and still readable."""
    return f"{document.title}（编号{document.pk}）"


def readable_by(user: Person, at: datetime) -> DocumentQuerySet:
    """Documents ``user`` may name: those of the own desk and what everybody reads."""
    if can_see_everything(user):
        return Document.objects.all()
    own = list(departments_visible_to(user).values_list("pk", flat=True))
    return Document.objects.filter(Q(department__in=own) | is_public(at))


def named(typed: str, *, actor: Person, at: datetime) -> tuple[Document | None, str]:
    """The document meant, else None and why (Chinese). Never one that ``actor`` may not read."""
    typed = typed.strip()
    found, readable = Document.objects.none(), readable_by(actor, at)
    if key := _KEYED.search(typed) or _ADDRESS.search(typed):
        found = readable.filter(pk=int(key[1]))
    elif index_number := index_number_key(typed):
        found = readable.filter(index_number=index_number)
    elif keys := number_keys(typed):
        found = readable.filter(number_key__in=keys).exclude(number_key="")
    rows = list(found.for_cards().order_by("pk")[:2]) or _titled(typed, readable, actor=actor, at=at)
    if len(rows) > 1:
        return None, f"有多件文件与“{typed[:40]}”相符，请改填索引号或者公开页面的网址。"
    return (
        (rows[0], "")
        if rows
        else (None, f"没有找到这件文件：{typed[:40]}。请填写发文字号、索引号、公开页面的网址或者完整的标题。")
    )


def _titled(typed: str, readable: DocumentQuerySet, *, actor: Person, at: datetime) -> list[Document]:
    title = typed.removeprefix("《").removesuffix("》")
    own = list(departments_visible_to(actor).values_list("pk", flat=True))
    alike = Q(pk__in=_alike(title, at, MOST_ALIKE)) | Q(department__in=own)
    return list(readable.filter(alike, title=title).for_cards().order_by("pk")[:2]) if title else []


def offered(typed: str, *, actor: Person, at: datetime) -> list[Document]:
    """Up to eight documents while typing: the number as typed, else titles, public ones and those of the own desk."""
    typed = typed.replace("\x00", "").strip()[:100]
    if not typed:
        return []
    readable = readable_by(actor, at)
    document, _ = named(typed, actor=actor, at=at)
    if document is not None:
        return [document]
    own = list(departments_visible_to(actor).values_list("pk", flat=True)[:50])
    rows = readable.filter(department__in=own, title__icontains=typed).for_cards().order_by("-pk")[:MOST_OFFERED]
    found = {row.pk: row for row in rows}
    keys = _alike(typed, at, MOST_OFFERED)
    found |= {row.pk: row for row in readable.filter(pk__in=keys).for_cards()}
    return list(found.values())[:MOST_OFFERED]


def _alike(typed: str, at: datetime, most: int) -> list[int]:
    """Keys of public documents found by the words; none while the index is away."""
    query = Query(access=PUBLIC, today=timezone.localdate(at).toordinal(), parsed=search.read(typed), limit=most)
    try:
        return list(search.search(query).keys)
    except SearchUnavailable:
        return []
