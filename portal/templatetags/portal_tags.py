"""Template tags and filters of every room: icons, Chinese dates and sizes, addresses with changed parameters."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django import template
from django.conf import settings
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()
WEEKDAYS = "一二三四五六日"
VALIDITY_ICONS = {
    "valid": "circle-check",
    "amended": "edit",
    "pending": "hourglass",
    "repealed": "ban",
    "expired": "ban",
    "invalid": "ban",
}
# Views below an item of the navigation, by the item's own view.
SECTIONS = {
    "catalog:columns": "catalog:column catalog:browse catalog:document catalog:departments catalog:department catalog:key_area",
    "catalog:interpretations": "catalog:beside",
    "reports:annual_reports": "reports:annual_report reports:annual_consolidated",
    "catalog:data": "reports:figures reports:quarterlies reports:quarterly",
    "requests_app:apply": "requests_app:apply_page requests_app:apply_check requests_app:receipt requests_app:deadline",
    "requests_app:follow": "requests_app:followed requests_app:followed_act requests_app:followed_take requests_app:mine",
}
ITEM_OF = {view: item for item, views in SECTIONS.items() for view in views.split()}
LOOKS = (("large", "长者模式", "text-size"), ("contrast", "高对比", "contrast"))
CHOSEN = '<span class="visually-hidden">（已选，再选取消）</span>'
COUNTED = '<span class="num">{}<span class="visually-hidden"> 件</span></span>'


def _day(value: Any) -> date | None:
    if isinstance(value, datetime):
        return timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return value if isinstance(value, date) else None


@register.simple_tag
@lru_cache(maxsize=200)
def icon(name: str) -> SafeString:
    """An icon of the sprite, hidden from screen readers: a word always stands beside it."""
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        static("img/icons.svg"),
        name,
    )


@register.simple_tag
@lru_cache(maxsize=500)
def frame(name: str, current: str = "", signed_in: bool = False) -> SafeString:
    """A part of the page's frame (`ui/<name>.html`) that is the same for everybody on the same view; rendered once."""
    here = {"current": current, "section": ITEM_OF.get(current, current), "signed_in": signed_in}
    here["mark"] = "page" if here["section"] == current else "true"
    return render_to_string(f"ui/{name}.html", {"site": settings.SITE, **here})


@register.simple_tag
@lru_cache(maxsize=10)
def looks(theme: str) -> list[dict[str, Any]]:
    """The switches of how pages look: name, word, icon, whether it is on, and the theme that pressing it leads to."""
    on = set(theme.split("-"))
    after = {name: "-".join(each for each, *_ in LOOKS if each in on ^ {name}) or "standard" for name, *_ in LOOKS}
    return [
        {"name": name, "word": word, "icon": picture, "is_on": name in on, "after": after[name]}
        for name, word, picture in LOOKS
    ]


@register.simple_tag
@lru_cache(maxsize=50)
def validity(code: str, label: str) -> SafeString:
    """有效性 in words with an icon: valid, amended, pending, expired, repealed or unstated. Empty without a label."""
    if not label:
        return SafeString("")
    return format_html(
        '<span class="validity validity--{}">{}{}</span>', code, icon(VALIDITY_ICONS.get(code, "info-circle")), label
    )


@register.simple_tag
def facet_options(options: Sequence[Mapping[str, Any]]) -> SafeString:
    """Items of a facet: label, count, url, chosen. Written here because a list page has a hundred of them."""
    return mark_safe("\n".join(map(_facet_option, options)))  # noqa: S308 - every value is escaped


def _facet_option(option: Mapping[str, Any]) -> str:
    current, tick, said = (' aria-current="true"', icon("check"), CHOSEN) if option["chosen"] else ("", "", "")
    counted = "" if option["count"] is None else COUNTED.format(escape(option["count"]))
    label, url = escape(option["label"]), escape(option["url"])
    return f'<li><a href="{url}"{current} rel="nofollow">{tick}<span>{label}{said}</span>{counted}</a></li>'


@register.simple_tag
def this_site() -> dict[str, str]:
    """The site's names; base.html asks for them because sign-in pages bring a `site` of their own."""
    return settings.SITE


@register.filter
def date_cn(value: Any) -> str:
    """`2026年11月22日（星期日）`; empty for no date."""
    day = _day(value)
    return f"{day.year}年{day.month}月{day.day}日（星期{WEEKDAYS[day.weekday()]}）" if day else ""


@register.filter
def date_cn_short(value: Any) -> str:
    """`2026年11月22日`; empty for no date."""
    day = _day(value)
    return f"{day.year}年{day.month}月{day.day}日" if day else ""


@register.filter
def date_iso(value: Any) -> str:
    """`2026-11-22`, for machine-readable attributes and dense lists."""
    day = _day(value)
    return day.isoformat() if day else ""


@register.filter
def size_cn(value: int | None) -> str:
    """File size with a unit: `38 KB`, `1.2 MB`."""
    if not value:
        return "0 B"
    size = float(value)
    for unit in ("B", "KB", "MB", "GB"):
        if size < 1024 or unit == "GB":
            return f"{size:.0f} {unit}" if size >= 10 or unit == "B" else f"{size:.1f} {unit}"
        size /= 1024
    return ""


@register.simple_tag(takes_context=True)
def query_with(context: Any, **changes: Any) -> str:
    """The current query string with parameters changed; None or empty removes one."""
    params = context["request"].GET.copy()
    for name, value in changes.items():
        if value in (None, ""):
            params.pop(name, None)
        else:
            params[name] = value
    return f"?{params.urlencode()}" if params else "?"
