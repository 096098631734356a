"""Lists and search results for citizens: who answers what, and how it is shown.

| asked | answered by |
|---|---|
| the whole list, or the page of a column or key area | database, keyset pages, counts from the kept table |
| words, phrases, or filters | search engine: keys, total, facets; rows from the database |
| a document number or index number | database |
| words while the index is away | database: numbers and titles, said on the page (degraded mode) |
"""

import html
import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import structlog
from django.http import QueryDict
from django.utils import timezone
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from catalog.filters import DocumentFilterSet
from catalog.models import (
    Attachment,
    Document,
    DocumentBody,
    DocumentQuerySet,
    DocumentRelation,
    FacetDimension,
    is_public,
)
from catalog.paging import BadCursor
from catalog.paging import page as keyset_page
from catalog.reference import Reference, Tree
from catalog.selectors import MOST_NUMBERED, facet_counts, numbered
from catalog.states import ACCESS_CODES, VALIDITY_CODES, DisclosureAttribute, RelationKind, Validity
from files.models import FileText
from search import services as search
from search.engine import DEEPEST, Page, Query, SearchUnavailable
from search.relaxing import said, weaker, without_asking
from search.text import ParsedQuery, fold, highlight, snippet

logger = structlog.get_logger(__name__)
PAGE_SIZE = 20
IN_FILE = "附件《"
_MARKED = re.compile("<mark>(.*?)</mark>")
COUNTED = ("column_id", "topic_id", "department_id", "genre_id", "validity", "listed_at")
MOST_EXACT = 10_000
DEGRADED_DEPTH = 20_000
FACETS = {
    "column": "栏目",
    "topic": "主题",
    "department": "机构",
    "year": "年份",
    "genre": "体裁",
    "validity": "有效性",
}
PUBLIC = frozenset({ACCESS_CODES[DisclosureAttribute.PROACTIVE]})
TREES = {
    "column": "columns",
    "topic": "topics",
    "department": "departments",
    "genre": "genres",
    "key_area": "key_areas",
}


@dataclass
class Result:
    """What a list page shows; urls are built by `catalog.links`."""

    rows: list["Row"] = field(default_factory=list)
    total: int = 0
    total_is_exact: bool = True
    counts: Mapping[str, Mapping[int, int]] = field(default_factory=dict)
    next: dict[str, Any] | None = None
    previous: dict[str, Any] | None = None
    notices: list[str] = field(default_factory=list)
    degraded: bool = False
    ranked: bool = False

    @property
    def total_text(self) -> str:
        """`1,204`, `10,000+`, `至少 2,000` (rulings 32, 33)."""
        if self.total > MOST_EXACT:
            return f"{MOST_EXACT:,}+"
        return f"{self.total:,}" if self.total_is_exact else f"至少 {self.total:,}"


@dataclass
class Row:
    """One result: the document, its marked title and snippet, what is attached."""

    document: Document
    title_html: SafeString
    snippet_html: SafeString
    chips: list[str]


@dataclass(frozen=True)
class Asked:
    """A checked question: filters, words, order, place."""

    filters: DocumentFilterSet
    parsed: ParsedQuery
    sort: str
    number: int
    cursor: str


def ask(params: QueryDict, *, reference: Reference) -> Asked:
    """Read the address of a list; never raises, wrong values are said in `Result.notices`."""
    filters = DocumentFilterSet(params, reference=reference)
    typed = params.get("q", "").replace("\x00", "")
    number = params.get("page", "1")
    return Asked(
        filters=filters,
        parsed=without_asking(search.read(typed)),
        sort="date" if params.get("sort") == "date" else "relevance",
        number=int(number) if number.isascii() and number.isdigit() and 0 < len(number) < 12 and int(number) else 1,
        cursor=params.get("cursor", "")[:200],
    )


def find(asked: Asked, *, at: datetime) -> Result:
    """条例§24: answer a list or search."""
    if not asked.filters.form.is_valid():
        errors = [str(error) for errors in asked.filters.form.errors.values() for error in errors]
        return Result(notices=[*errors, "请去掉这个筛选条件后再试。"])
    if asked.parsed.identifier:
        numbered = _by_number(asked, at)
        if numbered.rows or not asked.parsed.groups:
            return numbered
    if asked.parsed.empty and not asked.filters.chosen:
        result = _from_database(asked, at)
        result.counts = facet_counts()
        result.total = result.counts[FacetDimension.ALL].get(0, 0)
    else:
        try:
            result = _from_engine(asked, at)
            if not result.total and asked.number == 1:
                result = _less_demanding(asked, at) or result
        except SearchUnavailable as error:
            logger.warning("search_unavailable", error=str(error))
            result = _degraded(asked, at)
    if asked.parsed.notice:
        result.notices.append(asked.parsed.notice)
    return result


def is_nothing(asked: Asked, result: Result) -> bool:
    """Whether words alone found nothing: no filter that may be to blame, and an index that was there to answer."""
    is_asked = bool(asked.parsed.typed) and not asked.parsed.empty and asked.number == 1
    return is_asked and not (result.rows or result.degraded or asked.filters.chosen) and asked.filters.form.is_valid()


def _from_database(asked: Asked, at: datetime) -> Result:
    rows = asked.filters.filter_queryset(Document.objects.for_cards())
    return listed(rows, cursor=asked.cursor, at=at, latest=asked.filters.latest(at))


def listed(queryset: DocumentQuerySet, *, cursor: str, at: datetime, latest: datetime | None = None) -> Result:
    """A keyset page of what is public in ``queryset``, up to ``latest``."""
    result = Result()
    try:
        page = keyset_page(queryset, at=latest or at, cursor=cursor, size=PAGE_SIZE)
    except BadCursor as error:
        result.notices.append(str(error))
        page = keyset_page(queryset, at=latest or at, size=PAGE_SIZE)
    result.rows = show(page.rows, ParsedQuery(), at)
    result.next = {"cursor": page.next_cursor, "page": None} if page.next_cursor else None
    result.previous = {"cursor": page.previous_cursor, "page": None} if page.previous_cursor else None
    return result


def hits(
    filters: DocumentFilterSet,
    parsed: ParsedQuery,
    *,
    at: datetime,
    sort: str,
    offset: int,
    limit: int,
    facets: tuple[str, ...] = (),
    rows: DocumentQuerySet | None = None,
) -> tuple[Page, list[Document]]:
    """One stretch of a search with its public rows. Raises SearchUnavailable.

    The engine may be seconds behind and is never the judge of what is public: rows are checked again here.
    """
    page = search.search(
        Query(
            access=PUBLIC,
            today=timezone.localdate(at).toordinal(),
            parsed=parsed,
            filters=filters.engine_filters(),
            sort="date" if sort == "date" else "relevance",
            offset=min(offset, DEEPEST),
            limit=limit,
            facets=facets,
        )
    )
    rows = Document.objects.for_lists().select_related("topic__parent") if rows is None else rows
    found = rows.public(at).in_bulk(page.keys)
    return page, [found[key] for key in page.keys if key in found]


def newest(filters: DocumentFilterSet, typed: str, *, at: datetime, most: int) -> list[Document]:
    """The newest of a list or search, for feeds. Raises SearchUnavailable."""
    parsed = search.read(typed)
    rows = filters.public(Document.objects.for_lists(), at)
    if parsed.identifier and (found := numbered(parsed, rows)):
        return found[:most]
    if parsed.empty or (parsed.identifier and not parsed.groups):
        return [] if typed.strip() else list(rows.newest_first()[:most])
    return hits(filters, parsed, at=at, sort="date", offset=0, limit=most)[1]


def _from_engine(asked: Asked, at: datetime) -> Result:
    offset = (asked.number - 1) * PAGE_SIZE
    wanted: dict[str, Any] = {"sort": asked.sort, "offset": offset, "limit": PAGE_SIZE, "facets": tuple(FACETS)}
    page, rows = hits(asked.filters, asked.parsed, at=at, rows=Document.objects.for_cards(), **wanted)
    result = Result(
        show(rows, asked.parsed, at),
        page.total,
        page.total_is_exact,
        page.facets,
        ranked=bool(asked.parsed.groups or asked.parsed.phrases),
    )
    last = min(page.total, DEEPEST)
    if offset >= last and asked.number > 1:
        result.notices.append(f"没有第 {asked.number} 页：检索结果最多显示前 {DEEPEST:,} 件，请用筛选条件缩小范围。")
    if offset + PAGE_SIZE < last:
        result.next = {"page": asked.number + 1, "cursor": None}
    if asked.number > 1:
        result.previous = {"page": min(asked.number - 1, max(1, -(-last // PAGE_SIZE))), "cursor": None}
    return result


def _less_demanding(asked: Asked, at: datetime) -> Result | None:
    """What is found when the query demands less, said on the page; None when nothing helps."""
    for parsed in weaker(asked.parsed):
        result = _from_engine(replace(asked, parsed=parsed), at)
        if result.total:
            result.notices.append(f"没有同时包含全部词语的文件，以下是包含“{said(parsed)}”的文件。")
            if result.next:
                result.next["q"] = said(parsed)  # the next page asks for what this one found
            return result
    return None


def _by_number(asked: Asked, at: datetime) -> Result:
    rows = numbered(asked.parsed, asked.filters.public(Document.objects.only(*COUNTED), at))
    result = Result(total=len(rows), total_is_exact=len(rows) < MOST_NUMBERED, counts=_count(rows))
    start = (asked.number - 1) * PAGE_SIZE
    if start >= len(rows) > 0:
        result.notices.append(f"没有第 {asked.number} 页：一共只有 {len(rows)} 件。")
    keys = [row.pk for row in rows[start : start + PAGE_SIZE]]
    shown = Document.objects.public(at).for_cards().in_bulk(keys)
    result.rows = show([shown[key] for key in keys if key in shown], asked.parsed, at, is_numbered=True)
    if start + PAGE_SIZE < len(rows):
        result.next = {"page": asked.number + 1, "cursor": None}
    if asked.number > 1:
        result.previous = {"page": min(asked.number - 1, max(1, -(-len(rows) // PAGE_SIZE))), "cursor": None}
    return result


def _count(rows: list[Document]) -> dict[str, Counter[int]]:
    values: dict[str, Callable[[Document], int | None]] = {
        "column": lambda row: row.column_id,
        "topic": lambda row: row.topic_id,
        "department": lambda row: row.department_id,
        "genre": lambda row: row.genre_id,
        "validity": lambda row: VALIDITY_CODES[Validity(row.validity)],
        "year": lambda row: timezone.localdate(row.listed_at).year if row.listed_at else None,
    }
    return {name: Counter(v for row in rows if (v := value(row)) is not None) for name, value in values.items()}


def _degraded(asked: Asked, at: datetime) -> Result:
    """The index is away: filters by the database, words only in titles, no facet counts."""
    public = Document.objects.public(at)
    queryset = asked.filters.filter_queryset(Document.objects.for_cards())
    oldest = public.newest_first().values_list("listed_at", flat=True)[DEGRADED_DEPTH : DEGRADED_DEPTH + 1]
    if (asked.parsed.chunks or asked.parsed.phrases) and (since := list(oldest)):
        queryset = queryset.filter(listed_at__gte=since[0])  # a LIKE over everything would take the database away too
    for chunk in asked.parsed.chunks:
        queryset = queryset.filter(title__icontains=chunk)
    for phrase in asked.parsed.phrases:
        queryset = queryset.filter(title__icontains=phrase)
    result = listed(queryset, cursor=asked.cursor, at=at, latest=asked.filters.latest(at))
    result.degraded, result.total, result.total_is_exact = True, len(result.rows), result.next is None
    return result


def show(rows: list[Document], parsed: ParsedQuery, at: datetime, *, is_numbered: bool = False) -> list[Row]:
    """Rows with marked titles, snippets and chips; a fixed number of queries. ``is_numbered``: found by their number."""
    ids = [row.pk for row in rows]
    attached = Counter(Attachment.objects.filter(document__in=ids).values_list("document_id", flat=True))
    relations = DocumentRelation.objects.filter(is_public(at, "source__"), target__in=ids, kind=RelationKind.INTERPRETS)
    explained = set(relations.values_list("target_id", flat=True))
    snippets = _snippets(rows, parsed)
    shown = []
    for row in rows:
        title = highlight(row.title, parsed.marks)
        chips = _why(title, snippets[row.pk], parsed, is_numbered=is_numbered)
        chips += ["解读"] if row.is_interpretation else ["有解读"] if row.pk in explained else []
        chips += [f"附件 {attached[row.pk]}"] if attached[row.pk] else []
        shown.append(Row(row, title, snippets[row.pk], chips))
    return shown


def _why(title: str, text: str, parsed: ParsedQuery, *, is_numbered: bool) -> list[str]:
    """Why this is among the results: where the words stand, or by which other word it was found."""
    if is_numbered:
        return ["文号相符" if parsed.number else "索引号相符"]
    places = {"标题": title, "附件" if text.startswith(IN_FILE) else "正文": text}
    marked = {html.unescape(word) for place in places.values() for word in _MARKED.findall(place)}
    if not marked:
        return []
    where = "见于" + "、".join(name for name, place in places.items() if "<mark>" in place)
    typed = (*parsed.chunks, *parsed.phrases)
    if any(word in each or each in word for word in map(fold, marked) for each in typed):
        return [where]
    return [f"{where}：近义的“{max(marked, key=len)}”"]


def _snippets(rows: list[Document], parsed: ParsedQuery) -> dict[int, SafeString]:
    """Two lines around what was found: in the body, else in an attachment, else the beginning."""
    if not parsed.marks:
        return {row.pk: mark_safe(escape(row.summary[:120])) for row in rows}  # noqa: S308  escaped in the same breath
    ids = [row.pk for row in rows]
    texts = dict(DocumentBody.objects.filter(pk__in=ids).values_list("pk", "text"))
    found = {row.pk: snippet(texts.get(row.pk) or row.summary, parsed.marks, 120) for row in rows}
    missed = [pk for pk in ids if "<mark>" not in found[pk]]
    pairs = (
        Attachment.objects.filter(document__in=missed).values_list("document_id", "title", "file_id") if missed else []
    )
    words = dict(FileText.objects.filter(file__in={pair[2] for pair in pairs}).values_list("file_id", "text"))
    for pk, title, file_id in pairs:
        text = snippet(words.get(file_id, ""), parsed.marks, 100)
        if "<mark>" in text and "<mark>" not in found[pk]:
            found[pk] = mark_safe(f"{IN_FILE}{escape(title)}》：{text}")  # noqa: S308  both parts are escaped
    return found


def tree_of(reference: Reference, name: str) -> Tree:
    """Reference data behind a filter."""
    tree: Tree = getattr(reference, TREES[name])
    return tree
