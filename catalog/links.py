"""What a list page needs besides rows: addresses of facets, chips, sorts, neighbours, ways out of nothing."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse

from catalog.browse import FACETS, TREES, Asked, Result, tree_of
from catalog.filters import DocumentFilterSet
from catalog.reference import Reference
from catalog.selectors import still_found
from catalog.states import VALIDITY_CODES
from search import services as search

MOST_OPTIONS = 60
KEPT = ("q", "department", "column", "topic", "genre", "key_area", "year", "validity", "kind", "since", "until", "sort")
LABELS = FACETS | {"key_area": "重点领域", "kind": "类型", "since": "发布日期起", "until": "发布日期止"}
VALIDITY_SLUGS = {code: validity for validity, code in VALIDITY_CODES.items()}


class Address:
    """The address of a list with some parameters changed; place in the list is dropped unless asked for."""

    def __init__(self, path: str, params: QueryDict) -> None:
        self.path = path
        self.params: dict[str, str] = {name: str(params[name])[:200] for name in KEPT if params.get(name)}

    def with_(self, **changes: Any) -> str:
        """Address with parameters set; None removes one."""
        merged = {**self.params, **changes}
        query = urlencode({name: value for name, value in merged.items() if value not in (None, "")})
        return f"{self.path}?{query}" if query else self.path

    def without(self, name: str) -> str:
        """Address without one parameter."""
        return self.with_(**{name: None})


def present(result: Result, asked: Asked, *, reference: Reference, address: Address, at: datetime) -> dict[str, Any]:
    """The template's `page`."""
    chosen = chips(asked.filters, reference, address)
    page: dict[str, Any] = {
        "rows": result.rows,
        "total": result.total,
        "total_text": result.total_text,
        "facets": [] if result.degraded else facet_groups(result, reference, address),
        "chosen": chosen,
        "clear_url": Address(address.path, QueryDict()).with_(q=address.params.get("q")),
        "sorts": sorts(result, asked, address),
        "next_url": address.with_(**result.next) if result.next else None,
        "prev_url": address.with_(**result.previous) if result.previous else None,
        "notices": result.notices,
        "degraded": result.degraded,
        "did_you_mean": [],
        "related_words": [],
        "drop_filters": [],
    }
    if not result.rows:
        page["drop_filters"] = [{"label": f"去掉“{chip['label']}”", "url": chip["remove_url"]} for chip in chosen]
    if asked.parsed.chunks and not result.degraded:
        if result.total == 0 and (better := search.did_you_mean(asked.parsed)):
            page["did_you_mean"] = [{"text": better, "url": address.with_(q=better)}]
        page["related_words"] = [
            {"text": word, "url": address.with_(q=word)} for word in still_found(search.related(asked.parsed), at)
        ]
    return page


def chips(filters: DocumentFilterSet, reference: Reference, address: Address) -> list[dict[str, str]]:
    """Chosen filters in words with the address that drops each; unknown values too, so that they can be dropped."""
    found = []
    for name, label in LABELS.items():
        word = address.params.get(name)
        if not word:
            continue
        if name in TREES:
            entry = tree_of(reference, name).by_slug.get(word)
            shown = entry.name if entry else word
        else:
            options = dict(getattr(filters.form.fields[name], "choices", []))
            shown = str(options.get(word, word))
        said = f"{label}：{shown[:40]}" if name not in ("year",) else f"{shown[:8]}年"
        found.append({"label": said, "remove_url": address.without(name)})
    return found


def facet_groups(result: Result, reference: Reference, address: Address) -> list[dict[str, Any]]:
    """Facets with counts over the result, largest first; years newest first."""
    groups = []
    for name, title in FACETS.items():
        options = _options(name, dict(result.counts.get(name, {})), reference, address)
        if options:
            groups.append({"title": title, "name": name, "options": options[:MOST_OPTIONS]})
    return groups


def _options(name: str, counts: dict[int, int], reference: Reference, address: Address) -> list[dict[str, Any]]:
    current = address.params.get(name, "")
    rows: list[tuple[str, str, int]] = []
    if name == "year":
        rows = [(str(year), f"{year}年", count) for year, count in sorted(counts.items(), reverse=True) if year]
    elif name == "validity":
        rows = [(slug.value, slug.label, counts[code]) for code, slug in VALIDITY_SLUGS.items() if counts.get(code)]
    else:
        rows = _rolled_up(name, counts, reference, current)
    return [
        {
            "label": label,
            "count": f"{count:,}",
            "url": address.without(name) if slug == current else address.with_(**{name: slug}),
            "chosen": slug == current,
        }
        for slug, label, count in rows
    ]


def _rolled_up(name: str, counts: dict[int, int], reference: Reference, current: str) -> list[tuple[str, str, int]]:
    """Counts of entries at the top of the tree, or of the chosen entry and the children below it."""
    tree = tree_of(reference, name)
    chosen = tree.by_slug.get(current)
    heads = [chosen, *tree.children.get(chosen.pk, [])] if chosen else tree.children.get(None, [])
    rows = [(head.slug, head.name, sum(counts.get(pk, 0) for pk in tree.subtree(head.pk))) for head in heads]
    return sorted((row for row in rows if row[2]), key=lambda row: (row[0] != current, -row[2], row[1]))


def sorts(result: Result, asked: Asked, address: Address) -> list[dict[str, Any]]:
    """Relevance or date, only where there is something to be relevant to."""
    if not result.ranked:
        return []
    by_date = asked.sort == "date"
    return [
        {"label": "按相关度", "url": address.without("sort"), "current": not by_date},
        {"label": "按日期", "url": address.with_(sort="date"), "current": by_date},
    ]


def browse_url(**params: Any) -> str:
    """Address of the list with these filters."""
    return Address(reverse("catalog:browse"), QueryDict()).with_(**params)
