"""Reads shaped for the pages of the catalogue (lists and search are in `catalog.browse`)."""

from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from accounts.models import Department
from catalog import body
from catalog.models import (
    Column,
    Document,
    DocumentChange,
    DocumentQuerySet,
    DocumentRelation,
    FacetCount,
    FacetDimension,
    KeyArea,
    is_public,
)
from catalog.reference import Reference
from catalog.states import ACCESS_CODES, GONE, OVER, DisclosureAttribute, DocumentState, RelationKind, Validity
from search import services as search
from search.engine import Query, SearchUnavailable
from search.text import ParsedQuery

PUBLIC = frozenset({ACCESS_CODES[DisclosureAttribute.PROACTIVE]})
MOST_RELATED = 6
MOST_RELATIONS = 100
MOST_NUMBERED = 1000


# What a document's page shows; reading every column of six tables would take longer than the rest of the page.
PAGE = (
    *("title", "index_number", "document_number", "issuers_text", "interpretation_kind", "summary", "keywords"),
    *("formed_on", "published_at", "listed_at", "effective_on", "expires_on", "validity", "disclosure_attribute"),
    *("state", "withdrawn_reason", "updated_at", "department__name", "department__code"),
    *("column__name", "column__slug", "column__description", "topic__name", "topic__parent__name", "genre__name"),
    "body__html",
)


class TimelineEntry(NamedTuple):
    """A dated event in the life of a document."""

    on: date
    text: str
    url: str = ""


def facet_counts() -> dict[str, dict[int, int]]:
    """Unfiltered counts of public documents: dimension → value → count; months are no filter and stand in `figures`."""
    found: dict[str, dict[int, int]] = {
        dimension.value: {} for dimension in FacetDimension if dimension != FacetDimension.MONTH
    }
    kept = FacetCount.objects.filter(count__gt=0).exclude(dimension=FacetDimension.MONTH)
    for dimension, value, count in kept.values_list("dimension", "value", "count"):
        found[dimension][value] = count
    return found


def latest(at: datetime, *, most: int = 8) -> list[Document]:
    """Newest documents that are not interpretations, each with `.interpretations` ready."""
    documents = list(Document.objects.public(at).filter(interpretation_kind="").for_cards().newest_first()[:most])
    attach_interpretations(documents, at)
    return documents


def latest_interpretations(at: datetime, *, most: int = 4) -> list[Document]:
    """Newest interpretations, each with `.interprets` ready."""
    rows = list(interpretations().public(at).newest_first()[:most])
    attach_interpreted(rows, at)
    return rows


def attach_interpretations(documents: Iterable[Document], at: datetime) -> None:
    """Give every document a list `.interpretations` of its public interpretations; one query for all."""
    rows = list(documents)
    found: dict[int, list[Document]] = {row.pk: [] for row in rows}
    relations = DocumentRelation.objects.filter(
        is_public(at, "source__"), target__in=list(found), kind=RelationKind.INTERPRETS
    ).select_related("source")
    names = ("target_id", "source__title", "source__interpretation_kind", "source__published_at")
    for relation in relations.only(*names).order_by("source__listed_at"):
        found[relation.target_id].append(relation.source)
    for row in rows:
        row.interpretations = found[row.pk]  # type: ignore[attr-defined]


def document_for_page(pk: int, at: datetime) -> Document | None:
    """The document behind a public address with all its page shows, None when there is no such address."""
    found = Document.objects.addressable(at).select_related("department", "column", "topic__parent", "genre", "body")
    return found.only(*PAGE).filter(pk=pk).order_by().first()


def relations_of(document: Document, at: datetime) -> list[tuple[str, bool, Document]]:
    """(kind, outgoing, other document) of every relation whose other end is public; one query, two if there are any."""
    touching = DocumentRelation.objects.filter(Q(source=document) | Q(target=document)).order_by("id")
    rows = [
        (kind, source == document.pk, target if source == document.pk else source)
        for kind, source, target in touching.values_list("kind", "source_id", "target_id")[:MOST_RELATIONS]
    ]
    others = Document.objects.public(at).for_cards().in_bulk({other for _, _, other in rows}) if rows else {}
    return [(kind, outgoing, others[other]) for kind, outgoing, other in rows if other in others]


def document_context(document: Document, at: datetime) -> dict[str, Any]:
    """Everything the document page shows."""
    relations, today = relations_of(document, at), timezone.localdate(at)
    changes, affected = list(document.changes.all()), affected_by(relations)
    ended_on = repealed_on(document, relations, today)
    html = document.body.html if hasattr(document, "body") else ""
    return {
        "document": document,
        "meta": metadata(document),
        "body_html": html,
        "toc": body.contents(html),
        "attachments": list(document.attachments.select_related("file")),
        "interpretations": [other for kind, out, other in relations if kind == RelationKind.INTERPRETS and not out],
        "interprets": [other for kind, out, other in relations if kind == RelationKind.INTERPRETS and out],
        "band": band(document, relations, today, ended_on=ended_on),
        "timeline": timeline(document, relations, changes, ended_on=ended_on),
        "affected": affected,
        "related": related(document, relations, at, but=[row for _, rows in affected for row in rows]),
        "citation": citation(document),
        "changes": changes,
        "erratum": next((change for change in changes if change.is_erratum), None),
    }


def metadata(document: Document) -> list[tuple[str, str, str]]:
    """(label, value, address) in the customary order of a government site (law.md §6.3); empty values are shown as such."""
    topic = document.topic
    browse = reverse("catalog:browse")
    return [
        ("索引号", document.index_number, ""),
        ("主题分类", str(topic) if topic else "", f"{browse}?topic={topic.pk}" if topic else ""),
        ("发文机关", document.issuer_line, reverse("catalog:department", args=[document.department.code])),
        ("成文日期", _day(document.formed_on), ""),
        ("标题", document.title, ""),
        ("发文字号", document.document_number, ""),
        ("发布日期", _day(timezone.localdate(document.published_at) if document.published_at else None), ""),
        ("有效性", _in_force(document), ""),
        ("体裁", document.genre.name if document.genre else "", ""),
        ("公开方式", document.get_disclosure_attribute_display(), ""),
    ]


def _day(day: date | None) -> str:
    return f"{day.year}年{day.month}月{day.day}日" if day else ""


def _in_force(document: Document) -> str:
    """有效性 with its dates; what is withdrawn is not vouched for any more, but what ended has ended."""
    if document.state == DocumentState.WITHDRAWN and document.validity not in OVER:
        return "文件已撤下，不再标注"
    return document.get_validity_display() + _until(document)


def _until(document: Document) -> str:
    parts = []
    if document.effective_on:
        parts.append(f"自{_day(document.effective_on)}起施行")
    if document.expires_on:
        parts.append(f"有效期至{_day(document.expires_on)}")
    return f"（{'，'.join(parts)}）" if parts else ""


def repealed_on(document: Document, relations: list[tuple[str, bool, Document]], on: date) -> date | None:
    """Since when a document is repealed by one that is not public any more: taking a page away revives nothing, and of
    what was taken away only the day is told. None where a public document says it, or nobody knows."""
    said = any(kind == RelationKind.REPEALS and not outgoing for kind, outgoing, _ in relations)
    if said or document.validity != Validity.REPEALED:
        return None
    found = DocumentRelation.objects.filter(target=document, kind=RelationKind.REPEALS, source__state__in=GONE)
    days = [effective or formed for effective, formed in found.values_list("source__effective_on", "source__formed_on")]
    return min((day for day in days if day and day <= on), default=None)


def band(
    document: Document, relations: list[tuple[str, bool, Document]], on: date, *, ended_on: date | None = None
) -> dict[str, str] | None:
    """The band across the top of a document that is no longer what it was: what happened, since when, by what."""
    for wanted, word in ((RelationKind.REPEALS, "废止"), (RelationKind.AMENDS, "修改")):
        for kind, outgoing, other in relations:
            if kind == wanted and not outgoing:
                is_ahead = bool(other.effective_on and other.effective_on > on)
                tone = "warn" if wanted == RelationKind.AMENDS or is_ahead else "late"
                text = f"本文件{'将' if is_ahead else '已'}被{word}"
                since = _day(other.effective_on or other.formed_on)
                by = inner_marks(other.title)
                return {"text": text, "tone": tone, "on": since, "by": by, "url": other.get_absolute_url()}
    if ended_on is not None:
        return {"text": f"本文件自{_day(ended_on)}起废止，内容仅供查考", "on": "", "by": "", "url": ""}
    words = {
        Validity.INVALID: "本文件已被宣布失效",
        Validity.REPEALED: "本文件已废止",
        Validity.EXPIRED: "本文件已失效",
    }
    if text := words.get(Validity(document.validity), ""):
        return {"text": f"{text}，内容仅供查考", "on": "", "by": "", "url": ""}
    return None


def timeline(
    document: Document,
    relations: list[tuple[str, bool, Document]],
    changes: Iterable[DocumentChange] = (),
    *,
    ended_on: date | None = None,
) -> list[TimelineEntry]:
    """成文 → 发布 → 施行 → 更正 → 修改 → 废止, oldest first."""
    entries = []
    if document.formed_on:
        entries.append(TimelineEntry(document.formed_on, "成文"))
    if document.published_at:
        entries.append(TimelineEntry(timezone.localdate(document.published_at), "公开发布"))
    if document.effective_on:
        entries.append(TimelineEntry(document.effective_on, "施行"))
    words = {RelationKind.AMENDS: "被修改", RelationKind.REPEALS: "被废止"}
    for kind, outgoing, other in relations:
        on = other.effective_on or other.formed_on
        if kind in words and not outgoing and on:
            entries.append(TimelineEntry(on, f"{words[RelationKind(kind)]}：{other.title}", other.get_absolute_url()))
    for change in changes:
        word = "更正" if change.is_erratum else "修改"
        entries.append(TimelineEntry(timezone.localdate(change.at), word, "#changes"))
    if ended_on is not None:
        entries.append(TimelineEntry(ended_on, "被废止"))
    if document.expires_on:
        entries.append(TimelineEntry(document.expires_on, "有效期届满"))
    return sorted(entries, key=lambda entry: entry.on)  # of one day: in this order


def affected_by(relations: list[tuple[str, bool, Document]]) -> list[tuple[str, list[Document]]]:
    """(heading, documents) of what this one repealed and amended; headings without documents are left out."""
    headings = {RelationKind.REPEALS: "被本文件废止的文件", RelationKind.AMENDS: "被本文件修改的文件"}
    found = [
        (heading, [other for kind, outgoing, other in relations if kind == wanted and outgoing])
        for wanted, heading in headings.items()
    ]
    return [(heading, rows) for heading, rows in found if rows]


def related(
    document: Document, relations: list[tuple[str, bool, Document]], at: datetime, *, but: Iterable[Document] = ()
) -> list[Document]:
    """Documents linked by hand, then the newest of the same topic and body; never those in ``but``."""
    found = [other for kind, _, other in relations if kind == RelationKind.RELATED]
    shown_elsewhere = {document.pk, *(row.pk for row in but)}
    if len(found) < MOST_RELATED and document.topic_id:
        most = MOST_RELATED + len(shown_elsewhere)
        near = Document.objects.public(at).for_cards().filter(topic=document.topic_id).newest_first()[:most]
        found += [other for other in near if other.pk not in shown_elsewhere and other not in found]
    return found[:MOST_RELATED]


def citation(document: Document) -> str:
    """How to cite: issuing body, title, number, date, index number; what is not known is left out."""
    number = f"（{document.document_number}）" if document.document_number else ""
    index_number = f"索引号 {document.index_number}" if document.index_number else ""
    parts = (f"《{inner_marks(document.title)}》{number}", _day(document.formed_on), index_number)
    return f"{document.issuer_line}：{'，'.join(part for part in parts if part)}"


def inner_marks(title: str) -> str:
    """A title as it stands between 《 and 》: marks inside become 〈 and 〉 (GB/T 15834—2011, 书名号)."""
    return title.replace("《", "〈").replace("》", "〉")


def column_tree(reference: Reference, counts: dict[str, dict[int, int]]) -> list[dict[str, Any]]:
    """Columns with the number of public documents in and below each."""
    tree, own = reference.columns, counts[FacetDimension.COLUMN]

    def node(pk: int) -> dict[str, Any]:
        children = [node(child.pk) for child in tree.children.get(pk, [])]
        entry = tree.entries[pk]
        count = own.get(pk, 0) + sum(child["count"] for child in children)
        return {
            "name": entry.name,
            "url": reverse("catalog:column", args=[entry.slug]),
            "count": count,
            "children": children,
        }

    return [node(entry.pk) for entry in tree.children.get(None, [])]


def topic_tree(reference: Reference, counts: dict[str, dict[int, int]]) -> list[dict[str, Any]]:
    """Topics with counts, empty sub-classes left out."""
    tree, own, browse = reference.topics, counts[FacetDimension.TOPIC], reverse("catalog:browse")
    found = []
    for top in tree.children.get(None, []):
        children: list[dict[str, Any]] = [
            {"name": child.name, "url": f"{browse}?topic={child.pk}", "count": own.get(child.pk, 0), "children": []}
            for child in tree.children.get(top.pk, [])
            if own.get(child.pk)
        ]
        total = own.get(top.pk, 0) + sum(own.get(child.pk, 0) for child in tree.children.get(top.pk, []))
        found.append({"name": top.name, "url": f"{browse}?topic={top.pk}", "count": total, "children": children})
    return found


def bodies_with_counts(counts: dict[str, dict[int, int]]) -> list[Department]:
    """Bodies in tree order, each with `.document_count`."""
    own = counts[FacetDimension.DEPARTMENT]
    bodies = list(Department.objects.active().bodies())
    for department in bodies:
        department.document_count = own.get(department.pk, 0)
    return bodies


def key_areas_with_counts(counts: dict[str, dict[int, int]]) -> list[KeyArea]:
    """Key areas, each with `.count`."""
    own = counts[FacetDimension.KEY_AREA]
    areas = list(KeyArea.objects.all())
    for area in areas:
        area.count = own.get(area.pk, 0)  # type: ignore[attr-defined]
    return areas


def was_taken_down(pks: Iterable[int], at: datetime) -> bool:
    """Whether one of these was public once and then taken down: its addresses answer 410 (rulings 16)."""
    return Document.objects.addressable(at).filter(pk__in=list(pks), state=DocumentState.TAKEN_DOWN).exists()


def column_by_slug(slug: str) -> Column | None:
    """An active column."""
    return Column.objects.filter(slug=slug, is_active=True).select_related("parent").first()


def interpretations() -> DocumentQuerySet:
    """Interpretations, public or not yet: `paging.page` shows the public ones."""
    return Document.objects.exclude(interpretation_kind="").for_cards()


def attach_interpreted(rows: Iterable[Document], at: datetime) -> None:
    """Give every interpretation a list `.interprets` of the public policies it explains; one query for all."""
    found: dict[int, list[Document]] = {row.pk: [] for row in rows}
    relations = DocumentRelation.objects.filter(
        is_public(at, "target__"), source__in=list(found), kind=RelationKind.INTERPRETS
    ).select_related("target")
    for relation in relations:
        found[relation.source_id].append(relation.target)
    for row in rows:
        row.interprets = found[row.pk]  # type: ignore[attr-defined]


def numbered(parsed: ParsedQuery, queryset: DocumentQuerySet) -> list[Document]:
    """Documents of ``queryset`` with the document or index number that was typed, newest first, 1,000 at most.

    Keys are looked up one index at a time and sorted here: asked in one query with the list's order, a planner may walk
    the whole list.
    """
    wanted = [("index_number", parsed.index_number), ("number_key", parsed.number), ("number_tail", parsed.number)]
    keys: set[int] = set()
    for name, value in wanted:
        if value:
            rows = Document.objects.filter(**{name: value}).exclude(**{name: ""})
            keys.update(rows.order_by("-pk").values_list("pk", flat=True)[:MOST_NUMBERED])
    found = queryset.filter(pk__in=keys).order_by() if keys else []
    return sorted(found, key=lambda row: (row.listed_at, row.pk), reverse=True)[:MOST_NUMBERED]


def still_found(words: Iterable[str], at: datetime) -> list[str]:
    """Those that find something public now: words of a title taken down a moment ago are gone at once (rulings 16)."""
    today = timezone.localdate(at).toordinal()
    try:
        generation = search.generation()
        return [word for word in words if _is_found(word, today, generation)]
    except SearchUnavailable:
        return []


@lru_cache(maxsize=4096)
def _is_found(word: str, today: int, generation: str) -> bool:
    """Whether the index, as it is in this generation, finds something public; asked again after every commit."""
    return bool(search.search(Query(access=PUBLIC, today=today, limit=0, parsed=search.read(word))).total)


def suggestions(typed: str, at: datetime) -> list[dict[str, str]]:
    """Up to eight titles while typing; a document or index number is looked up as such."""
    parsed = search.read(typed)
    if parsed.identifier:
        rows = numbered(parsed, Document.objects.public(at).for_cards())[:8]
        return [{"text": row.title, "url": row.url} for row in rows]
    return [
        {"text": words, "url": f"{reverse('catalog:browse')}?{urlencode({'q': words})}"}
        for words in still_found(search.suggest(typed), at)
    ]


def counts_of_year(today: date) -> dict[int, int] | None:
    """Public documents listed in the year of `today` by body, from the search index; None when it is away."""
    query = Query(
        access=PUBLIC,
        today=today.toordinal(),
        filters={"year": frozenset({today.year})},
        limit=0,
        facets=("department",),
    )
    try:
        return dict(search.search(query).facets.get("department", {}))
    except SearchUnavailable:
        return None
