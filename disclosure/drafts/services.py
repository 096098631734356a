"""What a clerk does around the text of a draft: files, involved bodies, and how the department works."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from accounts.models import Department, User
from catalog.models import Document
from disclosure.drafts.rules import can_set_rule
from disclosure.models import Confirmation, DepartmentRule, DocumentEvent, Revision, RevisionFile
from disclosure.states import OPEN_STATES
from disclosure.versions import services as revising
from files.models import StoredFile
from workflow.evidence import digest
from workflow.services import Incomplete, record

MOST_FILES = 50
RULES_CHANGED = "change_rules"


@transaction.atomic
def save(
    *,
    actor: User,
    revision: Revision,
    values: Mapping[str, Any],
    content: Mapping[str, Any],
    interprets: Document | None,
    edition: int,
    at: datetime,
) -> Revision:
    """`revising.save_draft`, and which document an interpretation explains (None leaves it as it is)."""
    if interprets is not None and revision.interprets_id is not None:
        values = {**values, "interprets": interprets}
    return revising.save_draft(actor=actor, revision=revision, values=values, content=content, edition=edition, at=at)


@transaction.atomic
def attach(*, actor: User, revision: Revision, stored: StoredFile, title: str, edition: int, at: datetime) -> Revision:
    """Add a stored file to a draft, last. Conflict, WrongState, PermissionDenied as for the text."""
    row = revising.locked_draft(actor, revision, edition)
    if row.files.count() >= MOST_FILES:
        raise Incomplete(f"一件文件最多 {MOST_FILES} 个附件，请打包后上传。")
    last = row.files.last()
    position = last.position + 1 if last else 0
    RevisionFile.objects.create(revision=row, file=stored, title=title[:200], position=position)
    revising.touch_draft(row, actor, at=at)
    return row


@transaction.atomic
def detach(*, actor: User, revision: Revision, pk: int, edition: int, at: datetime) -> Revision:
    """Take a file out of a draft; the stored content stays for the versions that carry it."""
    row = revising.locked_draft(actor, revision, edition)
    row.files.filter(pk=pk).delete()
    revising.touch_draft(row, actor, at=at)
    return row


@transaction.atomic
def rename(*, actor: User, revision: Revision, titles: Mapping[int, str]) -> None:
    """Other names for files of a draft; empty ones are passed over."""
    row = revising.locked_draft(actor, revision, revision.edition)
    for attached in row.files.all():
        title = titles.get(attached.pk, "").strip()[:200]
        if title and title != attached.title:
            attached.title = title
            attached.save(update_fields=["title"])


@transaction.atomic
def shift(*, actor: User, revision: Revision, pk: int, by: int, edition: int, at: datetime) -> Revision:
    """Move a file ``by`` places down (negative: up) among those of its draft."""
    row = revising.locked_draft(actor, revision, edition)
    files = list(row.files.all())
    at_place = next((place for place, attached in enumerate(files) if attached.pk == pk), None)
    if at_place is not None:
        files.insert(max(0, at_place + by), files.pop(at_place))
        for place, attached in enumerate(files):
            RevisionFile.objects.filter(pk=attached.pk).update(position=place)
    revising.touch_draft(row, actor, at=at)
    return row


@transaction.atomic
def forget_body(*, actor: User, revision: Revision, pk: int) -> None:
    """条例§11: a body named by mistake is not involved."""
    row = revising.locked_draft(actor, revision, revision.edition)
    Confirmation.objects.filter(revision=row, pk=pk).delete()


@transaction.atomic
def set_rule(*, actor: User, department: Department, values: Mapping[str, Any], at: datetime) -> DepartmentRule:
    """Rulings 14: how a department works and its shorter periods, each with its basis; open drafts are counted again."""
    if not can_set_rule(actor, department):
        raise PermissionDenied("本机构的办理规则由公开机构负责人或者机构管理员设置。")
    if values["normative_same_day"] and not values["normative_basis"].strip():
        raise Incomplete("规定了规范性文件当日公开的，须写明依据。")
    if values["meeting_workdays"] and not values["meeting_basis"].strip():
        raise Incomplete("规定了会议决定事项公开期限的，须写明依据。")
    rule, _ = DepartmentRule.objects.update_or_create(department=department, defaults=dict(values))
    record(
        subject=rule,
        action=RULES_CHANGED,
        actor=actor,
        event_model=DocumentEvent,
        on=timezone.localdate(at),
        at=at,
        facts={name: digest(value) if isinstance(value, str) else value for name, value in values.items()},
    )
    Revision.objects.filter(department=department, state__in=OPEN_STATES).update(due_version=0)
    return rule
