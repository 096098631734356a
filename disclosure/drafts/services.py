"""What a clerk does around the text of a draft: files, involved bodies, and how the department works."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from accounts.models import Department, User
from catalog.models import Document
from catalog.states import DocumentState
from disclosure.drafts.rules import can_set_rule
from disclosure.models import Confirmation, DepartmentRule, DocumentEvent, Hand, Revision, RevisionFile
from disclosure.states import OPEN_STATES, RevisionState
from disclosure.versions import rules
from disclosure.versions import services as revising
from disclosure.versions.services import Conflict
from files.models import StoredFile
from workflow.evidence import digest
from workflow.services import Incomplete, WrongState, record

MOST_FILES = 50
UNTITLED = "（未命名）"
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
    """`revising.save_draft`, and which document an interpretation explains (None leaves it as it is).

    A document that was never public bears the title of its draft, so that desks can tell drafts apart.
    """
    row = revising.save_draft(actor=actor, revision=revision, values=values, content=content, edition=edition, at=at)
    if interprets is not None and row.interprets_id is not None and interprets.pk != row.interprets_id:
        row.interprets = interprets
        row.save(update_fields=["interprets"])
    never_public = Document.objects.filter(pk=row.document_id, state=DocumentState.DRAFT)
    never_public.update(title=row.title or UNTITLED, updated_at=at)
    return row


@transaction.atomic
def attach(*, actor: User, revision: Revision, stored: StoredFile, title: str, edition: int, at: datetime) -> Revision:
    """Add a stored file to a draft, last. Conflict, WrongState, PermissionDenied as for the text."""
    row = _open(actor, revision, edition)
    if row.files.count() >= MOST_FILES:
        raise Incomplete(f"一件文件最多 {MOST_FILES} 个附件，请打包后上传。")
    last = row.files.last()
    position = last.position + 1 if last else 0
    RevisionFile.objects.create(revision=row, file=stored, title=title[:200], position=position)
    return _touched(row, actor, at)


@transaction.atomic
def detach(*, actor: User, revision: Revision, pk: int, edition: int, at: datetime) -> Revision:
    """Take a file out of a draft; the stored content stays for the versions that carry it."""
    row = _open(actor, revision, edition)
    row.files.filter(pk=pk).delete()
    return _touched(row, actor, at)


@transaction.atomic
def rename(*, actor: User, revision: Revision, titles: Mapping[int, str]) -> None:
    """Other names for files of a draft; empty ones are passed over."""
    row = _open(actor, revision, revision.edition)
    for attached in row.files.all():
        title = titles.get(attached.pk, "").strip()[:200]
        if title and title != attached.title:
            attached.title = title
            attached.save(update_fields=["title"])


@transaction.atomic
def shift(*, actor: User, revision: Revision, pk: int, by: int, edition: int, at: datetime) -> Revision:
    """Move a file ``by`` places down (negative: up) among those of its draft."""
    row = _open(actor, revision, edition)
    files = list(row.files.all())
    at_place = next((place for place, attached in enumerate(files) if attached.pk == pk), None)
    if at_place is not None:
        files.insert(max(0, at_place + by), files.pop(at_place))
        for place, attached in enumerate(files):
            RevisionFile.objects.filter(pk=attached.pk).update(position=place)
    return _touched(row, actor, at)


@transaction.atomic
def forget_body(*, actor: User, revision: Revision, pk: int) -> None:
    """条例§11: a body named by mistake is not involved."""
    row = _open(actor, revision, revision.edition)
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


def _open(actor: User, revision: Revision, edition: int) -> Revision:
    """The draft as it is now, locked, if ``actor`` may change it and has seen its latest edition."""
    if not rules.can_write_in(actor, revision.department):
        raise PermissionDenied("您不在该机构担任采编。")
    row = Revision.objects.select_for_update().get(pk=revision.pk)
    if row.state != RevisionState.DRAFT:
        raise WrongState(f"该拟稿现在是“{row.get_state_display()}”，只有“起草”时可以修改。")
    if row.edition != edition:
        raise Conflict("这份拟稿在另一个窗口或者由他人保存过，您的修改没有覆盖它。请刷新后再改。")
    return row


def _touched(row: Revision, actor: User, at: datetime) -> Revision:
    """Files belong to what is reviewed: a change of them is another edition."""
    row.edition, row.updated_at = row.edition + 1, at
    row.save(update_fields=["edition", "updated_at"])
    Hand.objects.get_or_create(revision=row, person=actor, wrote=True)
    return row
