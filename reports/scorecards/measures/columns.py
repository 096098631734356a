"""Columns with something public in them (条例§20), by body; the index answers one look a pair of body and column."""

from datetime import datetime

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.http import urlencode

from accounts.models import Department
from catalog.models import Column, Document
from disclosure.models import DirectoryEntry
from reports.scorecards.measures.base import Answer, Asked, Found, Link, Measure, not_concerned

Pairs = list[tuple[int, str, bool]]
"""Body, column, is there anything."""


def _page(body: Department, slug: str, name: str) -> Link:
    query = urlencode({"department": body.code, "column": slug})
    return (f"{name}（已公开的文件）", f"{reverse('catalog:browse')}?{query}")


def in_directory(asked: Asked) -> Answer:
    """条例§20: columns that a body's own directory names, with nothing public in the time; others do not concern it."""
    entries = DirectoryEntry.objects.filter(department__in=asked.bodies, column__is_active=True, is_active=True)
    wanted = (
        entries.filter(column__slug__in=asked.columns).order_by().values_list("department", "column__slug").distinct()
    )
    filled = _filled(asked, asked.since)
    return _answers(asked, [(body, slug, (body, slug) in filled) for body, slug in wanted])


def everywhere(asked: Asked) -> Answer:
    """条例§20: the columns at every body, whatever its directory says, of whatever age."""
    filled, columns = _filled(asked, None), Column.objects.filter(slug__in=asked.columns)
    pairs = [(body, one.slug, (body, one.slug) in filled) for one in columns for body in asked.bodies]
    return _answers(asked, pairs, "至今")


def _filled(asked: Asked, since: datetime | None) -> set[tuple[int, str]]:
    """Body and column with something public; a look a department and column, by (department, column, listed_at)."""
    found = set()
    for pk, slug in Column.objects.filter(slug__in=asked.columns).order_by().values_list("pk", "slug"):
        there = Document.objects.public(asked.until).filter(department=OuterRef("pk"), column=pk)
        there = there.filter(listed_at__gte=since) if since else there
        rows = Department.objects.filter(Exists(there), pk__in=asked.offices).order_by()
        found |= {(asked.offices[office], slug) for office in rows.values_list("pk", flat=True)}
    return found


def anything(asked: Asked) -> Answer:
    """条例§19: a body that published nothing at all in the time."""
    there = Document.objects.public(asked.until).filter(department=OuterRef("pk"), listed_at__gte=asked.since)
    rows = Department.objects.filter(Exists(there), pk__in=asked.offices).order_by()
    active = {asked.offices[office] for office in rows.values_list("pk", flat=True)}
    page = f"{reverse('catalog:browse')}?department="
    return {
        pk: Found(int(pk not in active), "有新公开的信息" if pk in active else "没有新公开的信息",
                  (("已公开的文件", f"{page}{body.code}"),))
        for pk, body in asked.bodies.items()
    }  # fmt: skip


def _answers(asked: Asked, pairs: Pairs, span: str = "") -> Answer:
    names = dict(Column.objects.filter(slug__in=asked.columns).values_list("slug", "name"))
    empty: dict[int, list[str]] = {}
    for pk, slug, is_filled in pairs:
        kept = empty.setdefault(pk, [])
        if not is_filled:
            kept.append(slug)
    span = span or (f"近 {asked.days} 天" if asked.days else asked.period.label)
    found = {}
    for pk, slugs in empty.items():
        words = "、".join(f"“{names[slug]}”" for slug in slugs)
        said = f"{span}没有公开内容的栏目：{words}" if slugs else f"{span}应公开的栏目都有内容"
        shown = slugs or [slug for body, slug, _ in pairs if body == pk][:1]
        found[pk] = Found(len(slugs), said, tuple(_page(asked.bodies[pk], slug, names[slug]) for slug in shown))
    return found | not_concerned(asked.bodies.keys() - found.keys())


MEASURES = (
    Measure(
        "column_filled", "目录所列栏目有内容",
        "本机关基本目录列有该栏目的，考核期内（填写天数的，为期末前若干天内）没有公开内容，一个栏目计一处；目录没有列的不计。",
        in_directory, takes=("columns", "days"),
    ),
    Measure(
        "column_published", "各机关栏目有内容", "不论目录是否列有，该栏目至今没有本机关公开内容的，一个栏目计一处。",
        everywhere, takes=("columns",),
    ),
    Measure(
        "anything_published", "有新公开信息", "考核期内（填写天数的，为期末前若干天内）没有公开任何信息的计一处。", anything,
        takes=("days",),
    ),
)  # fmt: skip
