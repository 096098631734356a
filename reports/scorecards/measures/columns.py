"""Columns with something public in them (条例§20), by body; the index answers one look a pair of body and column."""

from collections.abc import Callable

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
    columns = Column.objects.filter(slug__in=asked.columns, is_active=True).order_by()
    entries = DirectoryEntry.objects.filter(department__in=asked.bodies, column__in=columns, is_active=True)
    wanted = entries.order_by().values("department", "column").distinct()
    names = dict(columns.values_list("pk", "slug"))
    # A row a pair: the look at the documents is a condition on each, answered by (department, column, listed_at).
    there = Document.objects.public(asked.until).filter(
        department=OuterRef("department"), column=OuterRef("column"), listed_at__gte=asked.since
    )
    pairs: Pairs = [
        (row["department"], names[row["column"]], row["is_filled"]) for row in wanted.annotate(is_filled=Exists(there))
    ]
    return _answers(asked, pairs)


def everywhere(*, is_ever: bool) -> Callable[[Asked], Answer]:
    """条例§20: the columns at every body, whatever its directory says; ``is_ever``: of whatever age."""

    def find(asked: Asked) -> Answer:
        pairs: Pairs = []
        for pk, slug in Column.objects.filter(slug__in=asked.columns).order_by().values_list("pk", "slug"):
            there = Document.objects.public(asked.until).filter(department=OuterRef("pk"), column=pk)
            there = there if is_ever else there.filter(listed_at__gte=asked.since)
            rows = Department.objects.filter(pk__in=asked.bodies).order_by().annotate(is_filled=Exists(there))
            pairs += [(body, slug, is_filled) for body, is_filled in rows.values_list("pk", "is_filled")]
        return _answers(asked, pairs, "至今" if is_ever else "")

    return find


def anything(asked: Asked) -> Answer:
    """条例§19: a body that published nothing at all in the time."""
    there = Document.objects.public(asked.until).filter(department=OuterRef("pk"), listed_at__gte=asked.since)
    rows = Department.objects.filter(pk__in=asked.bodies).order_by().annotate(is_active_now=Exists(there))
    return {
        pk: Found(int(not is_there), "有新公开的信息" if is_there else "没有新公开的信息",
                  (("已公开的文件", f"{reverse('catalog:browse')}?department={asked.bodies[pk].code}"),))
        for pk, is_there in rows.values_list("pk", "is_active_now")
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
        everywhere(is_ever=True), takes=("columns",),
    ),
    Measure(
        "anything_published", "有新公开信息", "考核期内（填写天数的，为期末前若干天内）没有公开任何信息的计一处。", anything,
        takes=("days",),
    ),
)  # fmt: skip
