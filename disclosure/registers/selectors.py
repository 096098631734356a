"""Reads shaped for the public pages and the desk of the registers."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, OuterRef, QuerySet, Subquery

from accounts.models import Department
from accounts.rules import Person
from catalog.models import Document
from catalog.states import DisclosureAttribute
from disclosure.models import (
    DirectoryEntry,
    DirectoryVersion,
    Edition,
    Gazette,
    GazetteItem,
    Guide,
    Institution,
)
from disclosure.registers import rules
from disclosure.registers.services import EditionKind

DIRECTORY_HEADS = ("一级事项", "二级事项", "内容要素", "公开依据", "公开时限", "公开主体", "渠道和载体", "栏目")
EXEMPT_HEADS = ("索引号", "标题", "发文字号", "成文日期", "不予公开的理由", "状态")
PAGE = 50
MOST_EXPORTED = 20_000


def current(model: type[Edition], department: Department) -> Any:
    """The version in force: the last one published, or None."""
    rows = model._default_manager.filter(department=department, published_at__isnull=False)
    return rows.select_related("department").order_by("-number").first()


def named_lines(text: str) -> list[tuple[str, str]]:
    """(name, what is said of it) for each line of `名称：说明`."""
    parts = (re.split("[:：]", line.strip(), maxsplit=1) for line in text.splitlines() if line.strip())
    return [(part[0], part[1] if len(part) > 1 else "") for part in parts]


def bodies_with_registers() -> list[Department]:
    """Bodies in tree order, each with `.guide_on`, `.institution_on`, `.directory_on`: when last published, or None."""
    return list(
        Department.objects.active()
        .bodies()
        .annotate(
            guide_on=_last(Guide.objects.all()),
            institution_on=_last(Institution.objects.all()),
            directory_on=_last(DirectoryVersion.objects.all()),
        )
    )


def _last(rows: QuerySet[Any]) -> Subquery:
    """When the newest version of a department was published."""
    own = rows.filter(department=OuterRef("pk"), published_at__isnull=False).order_by()
    return Subquery(own.values("department").annotate(last=Max("published_at")).values("last"))


def directory_in_force(department: Department) -> DirectoryVersion | None:
    """The last version published."""
    return DirectoryVersion.objects.filter(department=department).order_by("-number").first()


@dataclass(frozen=True)
class Matter:
    """一级事项 with its rows."""

    name: str
    rows: list[dict[str, Any]]


def matters(version: DirectoryVersion, department: Department, at: datetime) -> list[Matter]:
    """The rows of a directory by 一级事项, each with `count` of the department's public documents in its column."""
    counts = column_counts(department, at)
    grouped: dict[str, list[dict[str, Any]]] = {}
    for row in version.entries:
        grouped.setdefault(row["matter"], []).append(row | {"count": counts.get(row["column_id"], 0)})
    return [Matter(name, rows) for name, rows in grouped.items()]


def column_counts(department: Department, at: datetime) -> dict[int, int]:
    """Public documents of a department by column: one grouped query (only what is public is listed: a constraint)."""
    listed = Document.objects.filter(department=department, listed_at__lte=at).order_by()
    return dict(listed.values_list("column").annotate(count=Count("pk")))


def directory_rows(entries: Iterable[dict[str, Any]]) -> list[tuple[Any, ...]]:
    """A snapshot as rows of a sheet with `DIRECTORY_HEADS`."""
    names = ("matter", "sub_matter", "elements", "basis", "limit", "issuer", "channels_text", "column_name")
    return [tuple(entry.get(name) or "" for name in names) for entry in entries]


def working_entries(department: Department) -> list[DirectoryEntry]:
    """Rows of the working directory, inactive ones last."""
    rows = DirectoryEntry.objects.filter(department=department).select_related("column")
    return list(rows.order_by("-is_active", "position", "id"))


def versions(kind: EditionKind, department: Department) -> list[Any]:
    """Published versions, newest first."""
    rows = kind.model._default_manager.filter(department=department, published_at__isnull=False)
    return list(rows.select_related("published_by").order_by("-number"))


def exempt(department: Department) -> QuerySet[Document]:
    """不予公开目录: documents of a department that are withheld, with their reasons; for desks only (条例§14—§16)."""
    rows = Document.objects.filter(department=department, disclosure_attribute=DisclosureAttribute.WITHHELD)
    names = ("index_number", "title", "document_number", "formed_on", "attribute_reason", "state")
    return rows.only(*names).order_by("-pk")


def exempt_rows(department: Department) -> Iterable[tuple[Any, ...]]:
    """The list as rows of a sheet with `EXEMPT_HEADS`, `MOST_EXPORTED` at most."""
    for row in exempt(department)[:MOST_EXPORTED].iterator(chunk_size=1000):
        formed = row.formed_on.isoformat() if row.formed_on else ""
        state = row.get_state_display()
        yield (row.index_number, row.title, row.document_number, formed, row.attribute_reason, state)


def issues(*, is_public: bool) -> list[Gazette]:
    """Issues of the gazette, newest first, each with `.item_count`."""
    rows = Gazette.objects.annotate(item_count=Count("items")).select_related("file")
    return list(rows.filter(published_at__isnull=False) if is_public else rows)


def public_issue(year: int, number: int) -> Gazette | None:
    """A published issue."""
    found = Gazette.objects.filter(year=year, number=number, published_at__isnull=False)
    return found.select_related("file").first()


def contents_of(issue: Gazette, at: datetime) -> list[Document]:
    """Documents of an issue in order, those that are public now."""
    order = list(GazetteItem.objects.filter(issue=issue).order_by("position", "id").values_list("document", flat=True))
    documents = Document.objects.public(at).for_cards().in_bulk(order)
    return [documents[pk] for pk in order if pk in documents]


def desks(user: Person) -> list[Department]:
    """Departments at the entrance of the registers' desk, each with when its registers were last published."""
    visible = set(rules.departments_readable_by(user).values_list("pk", flat=True))
    return [body for body in bodies_with_registers() if body.pk in visible]
