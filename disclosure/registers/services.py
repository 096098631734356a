"""Verbs on the registers: edit and publish a guide, an institution, a directory, an issue of the gazette.

What is published is frozen; the next edit starts a new version from it. Publishing leaves an event and moves the stamp
of the pages kept for visitors.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.utils import timezone

from accounts.models import Department, DepartmentKind, User
from catalog.models import Document
from disclosure.models import (
    DirectoryEntry,
    DirectoryVersion,
    DocumentEvent,
    Edition,
    Gazette,
    GazetteItem,
    Guide,
    Institution,
    LimitStart,
)
from disclosure.registers import rules
from search.services import record_changes
from workflow.evidence import digest
from workflow.services import Refused, record

OFFICE_FIELDS = ("office_name", "office_address", "office_hours", "phone", "fax", "email", "postal_code")
PUBLISH = "publish_register"
ENTRY_FIELDS = ("matter", "sub_matter", "elements", "basis", "limit_start", "limit_days", "limit_kind", "limit_text")


def missing_in_guide(guide: Guide) -> list[str]:
    """条例§12, §55: the parts a guide must state and does not yet; public enterprises take no applications.

    当面 and 邮寄 are basic channels that no body may close (law.md §1.2); the others are stated where they exist.
    """
    needed = ["classification", "arrangement", "access_methods", *OFFICE_FIELDS[:-1], "supervision"]
    if guide.department.kind != DepartmentKind.PUBLIC_ENTERPRISE:
        needed += ["in_person", "by_post"]
    return _blank(guide, needed)


def missing_in_institution(institution: Institution) -> list[str]:
    """条例§20: 机关职能、机构设置、办公地址、办公时间、联系方式、负责人姓名, those not stated yet."""
    return _blank(institution, ["duties", "offices", "leaders", "address", "hours", "phone"])


def _blank(row: models.Model, names: list[str]) -> list[str]:
    return [label_of(row, name) for name in names if not str(getattr(row, name)).strip()]


def label_of(model: models.Model | type[models.Model], name: str) -> str:
    """What a field is called."""
    return str(getattr(model._meta.get_field(name), "verbose_name", name))


@dataclass(frozen=True)
class EditionKind:
    """One kind of text published as a whole: its model, the fields people write, what it must state."""

    slug: str
    model: type[Edition]
    fields: tuple[str, ...]
    missing: Callable[[Any], list[str]]

    @property
    def label(self) -> str:
        """公开指南, 机构职能."""
        return str(self.model._meta.verbose_name)


GUIDE = EditionKind(
    slug="guide",
    model=Guide,
    fields=(
        *("classification", "arrangement", "access_methods", "reading_places", "in_person", "by_post"),
        *("online", "by_fax", "by_email", "supervision"),
    ),
    missing=missing_in_guide,
)
INSTITUTION = EditionKind(
    slug="institution",
    model=Institution,
    fields=("duties", "offices", "leaders", "address", "hours", "phone"),
    missing=missing_in_institution,
)
KINDS = {kind.slug: kind for kind in (GUIDE, INSTITUTION)}


def working_copy(kind: EditionKind, department: Department) -> Edition:
    """What the next edit starts from: the draft, else a new version (unsaved) of the last one published, else blank."""
    latest: Any = kind.model._default_manager.filter(department=department).order_by("-number").first()
    if latest is not None and not latest.is_published:
        return latest  # type: ignore[no-any-return]
    fresh: Any = kind.model(department=department, number=latest.number + 1 if latest else 1)
    for name in kind.fields:
        setattr(fresh, name, getattr(latest, name) if latest else "")
    if latest is None and isinstance(fresh, Institution):
        fresh.duties, fresh.address = department.duties, department.office_address
        fresh.hours, fresh.phone = department.office_hours, department.phone
    return fresh  # type: ignore[no-any-return]


@transaction.atomic
def save_edition(
    *, actor: User, kind: EditionKind, department: Department, values: Mapping[str, str], seen: str, at: datetime
) -> Edition:
    """Keep the draft. ``seen`` is `token` of what the writer had before her; Refused when somebody saved meanwhile."""
    department = _locked(actor, department)
    draft: Any = working_copy(kind, department)
    if token(draft) != seen:
        when = f"{timezone.localtime(draft.changed_at):%Y年%-m月%-d日 %H:%M}" if draft.pk else "刚才"
        raise Refused(f"{draft.changed_by if draft.pk else '他人'}已于{when}修改或者发布，请刷新后再改。")
    for name in kind.fields:
        setattr(draft, name, values[name].strip())
    draft.changed_at, draft.changed_by = at, actor
    draft.save()
    return draft  # type: ignore[no-any-return]


def token(copy: Edition) -> str:
    """Which version, saved when: what a form carries to notice a second writer."""
    return f"{copy.number}@{copy.changed_at.isoformat()}" if copy.pk else f"{copy.number}@new"


@transaction.atomic
def publish_edition(*, actor: User, kind: EditionKind, department: Department, at: datetime) -> Edition:
    """条例§12, §20: freeze the draft with the office's contact data of this day; Refused names every missing part."""
    department = _locked(actor, department)
    draft: Any = kind.model._default_manager.filter(department=department, published_at=None).first()
    if draft is None:
        raise Refused(f"没有待发布的修改，请先编辑并保存{kind.label}。")
    draft.department = department
    if kind is GUIDE:
        for name in OFFICE_FIELDS:
            setattr(draft, name, getattr(department, name))
    if missing := kind.missing(draft):
        hint = "公开工作机构的联系信息在“机构信息”中维护。" if kind is GUIDE else ""
        raise Refused(f"{kind.label}还缺少：{'、'.join(missing)}。补充后才能发布。{hint}")
    draft.published_at, draft.published_by = at, actor
    draft.save()
    said = {name: str(getattr(draft, name)) for name in (*kind.fields, *(OFFICE_FIELDS if kind is GUIDE else ()))}
    _published(draft, (department.code, draft.number), said, actor=actor, at=at)
    return draft  # type: ignore[no-any-return]


@transaction.atomic
def save_entry(
    *, actor: User, department: Department, entry: DirectoryEntry | None, values: Mapping[str, Any]
) -> DirectoryEntry:
    """Add a row to the working directory, or change one. Refused for a period without a number of days."""
    department = _locked(actor, department)
    if entry is not None and entry.department_id != department.pk:
        raise PermissionDenied("该事项属于其他机构。")
    row = entry or DirectoryEntry(department=department)
    for name, value in values.items():
        setattr(row, name, value)
    if row.limit_start == LimitStart.PERIOD and not row.limit_days:
        raise Refused("定期更新的事项，请填写间隔天数。")
    if not row.limit_days and not row.limit_text:
        raise Refused("请填写公开时限：天数，或者文字说明。")
    row.issuer = row.issuer or department.name
    if row.pk is None and not row.position:
        row.position = (department.directory_entries.aggregate(last=models.Max("position"))["last"] or 0) + 10
    row.save()
    return row


@transaction.atomic
def set_entry_active(*, actor: User, entry: DirectoryEntry, is_active: bool) -> None:
    """Take a row out of the next version of the directory, or put it back."""
    _locked(actor, entry.department)
    DirectoryEntry.objects.filter(pk=entry.pk).update(is_active=is_active)


def snapshot(department: Department) -> list[dict[str, Any]]:
    """The active rows as they would be published."""
    rows = department.directory_entries.filter(is_active=True).select_related("column").order_by("position", "id")
    return [
        {name: getattr(row, name) for name in ENTRY_FIELDS}
        | {"limit": row.limit, "issuer": row.issuer, "channels": row.channels, "channels_text": row.channels_text}
        | {"column_id": row.column_id, "column_slug": row.column.slug, "column_name": row.column.name}
        for row in rows
    ]


@transaction.atomic
def publish_directory(*, actor: User, department: Department, at: datetime) -> DirectoryVersion:
    """条例§12: publish the working directory as its next version; Refused when empty or unchanged."""
    department = _locked(actor, department)
    entries = snapshot(department)
    if not entries:
        raise Refused("目录中还没有在用的事项，请先添加。")
    last = department.directory_versions.order_by("-number").first()
    if last is not None and last.entries == entries:
        raise Refused(f"与现行第 {last.number} 版相同，没有需要发布的修改。")
    version = DirectoryVersion.objects.create(
        department=department,
        number=last.number + 1 if last else 1,
        entries=entries,
        published_at=at,
        published_by=actor,
    )
    _published(version, (department.code, version.number), entries, actor=actor, at=at)
    return version


@transaction.atomic
def save_issue(*, actor: User, issue: Gazette | None, values: Mapping[str, Any], documents: list[Document]) -> Gazette:
    """Keep an issue of the gazette with its documents in order. Refused once it is published, or for a taken number."""
    if not rules.can_keep_gazette(actor):
        raise PermissionDenied("您不能编辑政府公报。")
    row = Gazette.objects.select_for_update().get(pk=issue.pk) if issue else Gazette()
    if row.published_at:
        raise Refused("该期公报已经发布，内容不再修改。")
    same = Gazette.objects.filter(year=values["year"], number=values["number"]).exclude(pk=row.pk)
    if same.exists():
        raise Refused(f"{values['year']} 年第 {values['number']} 期已经存在。")
    for name, value in values.items():
        setattr(row, name, value)
    row.save()
    row.items.all().delete()
    GazetteItem.objects.bulk_create(
        GazetteItem(issue=row, document=document, position=place) for place, document in enumerate(documents, 1)
    )
    return row


@transaction.atomic
def publish_issue(*, actor: User, issue: Gazette, at: datetime) -> Gazette:
    """条例§23: put an issue before the public; Refused when it is empty or names a document that is not public."""
    if not rules.can_keep_gazette(actor):
        raise PermissionDenied("您不能发布政府公报。")
    issue = Gazette.objects.select_for_update().get(pk=issue.pk)
    if issue.published_at:
        raise Refused("该期公报已经发布。")
    wanted = list(issue.items.values_list("document_id", flat=True))
    if not wanted and issue.file_id is None:
        raise Refused("请先列入至少一件文件，或者上传整期文件。")
    hidden = Document.objects.filter(pk__in=wanted).exclude(pk__in=Document.objects.public(at).filter(pk__in=wanted))
    if titles := [f"《{title}》" for title in hidden.values_list("title", flat=True)]:
        raise Refused(f"{'、'.join(titles)}尚未公开或者已经撤下，不能列入公报。")
    issue.published_at, issue.published_by = at, actor
    issue.save(update_fields=["published_at", "published_by"])
    _published(issue, ("gazette", issue.number), [issue.year, *wanted], actor=actor, at=at)
    return issue


def _locked(actor: User, department: Department) -> Department:
    """The department's row, held to the end of the transaction: one writer of its registers at a time."""
    if not rules.can_keep(actor, department):
        raise PermissionDenied("您不能维护该机构的指南和目录。")
    return Department.objects.select_for_update().get(pk=department.pk)


def _published(row: models.Model, what: tuple[str, int], said: Any, *, actor: User, at: datetime) -> None:
    facts = {"of": what[0], "version": what[1], "digest": digest(json.dumps(said, ensure_ascii=False, sort_keys=True))}
    on = timezone.localdate(at)
    record(subject=row, action=PUBLISH, actor=actor, event_model=DocumentEvent, on=on, at=at, facts=facts)
    record_changes([])
