"""What tests of the way to the public share: drafts, and the steps of four people."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from accounts.models import Department, User
from catalog.body import from_any
from catalog.models import Column, Document
from disclosure.models import Revision
from disclosure.versions import services as revising
from tests.cast import Cast

FORMED = date(2026, 3, 2)


def typed(**said: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """(values, content) of a complete draft; ``column`` is a slug."""
    slug = said.pop("column", "notices")
    html, text = from_any(said.pop("words", "为做好有关工作，现通知如下。\n一、总体要求"))
    values = {
        "title": "关于做好校园食品安全工作的通知",
        "html": html,
        "text": text,
        "attribute": "proactive",
        "ground": "20_11",
        "reason": "",
        "formed_or_changed_on": FORMED,
        **said,
    }
    content = {
        "column_id": Column.objects.get(slug=slug).pk,
        "is_normative": slug == "normative",
        "formed_on": FORMED.isoformat(),
    }
    return values, content


@dataclass
class Way:
    """The four people of the education bureau and what each of them does."""

    cast: Cast

    def draft(self, department: Department | None = None, *, actor: User | None = None, **said: Any) -> Revision:
        """A complete draft of 李四."""
        interprets = said.pop("interprets", None)
        actor, now = actor or self.cast.lisi, timezone.now()
        revision = revising.start(actor=actor, department=department or self.cast.jyj, at=now, interprets=interprets)
        return self.save(revision, actor=actor, **said)

    def save(self, revision: Revision, *, actor: User | None = None, **said: Any) -> Revision:
        """Saved with everything a complete draft has, but for what is said."""
        values, content = typed(**said)
        return revising.save_draft(
            actor=actor or self.cast.lisi,
            revision=revision,
            values=values,
            content=content,
            edition=revision.edition,
            at=timezone.now(),
        )

    def submitted(self, revision: Revision) -> Revision:
        """Handed in by 李四."""
        revising.submit(actor=self.cast.lisi, revision=revision, at=timezone.now())
        return fresh(revision)

    def reviewed(self, revision: Revision) -> Revision:
        """Passed by 孙八."""
        revising.pass_review(actor=self.cast.sunba, revision=revision, opinion="同意", at=timezone.now())
        return fresh(revision)

    def cleared(self, revision: Revision, **said: Any) -> Revision:
        """Cleared by 周九."""
        self.clear(revision, **said)
        return fresh(revision)

    def clear(self, revision: Revision, **said: Any) -> None:
        """条例§17 by 周九, with everything a review states."""
        now = timezone.now()
        stated = {
            "conclusion": "public",
            "level": "none",
            "form_number": "云教密审〔2026〕18号",
            "reviewed_on": timezone.localdate(now),
            "opinion": "经审查，不涉及国家秘密、工作秘密。",
            **said,
        }
        revising.clear(actor=self.cast.zhoujiu, revision=revision, at=now, **stated)

    def to_approval(self, revision: Revision) -> Revision:
        """From a complete draft to 王五's desk."""
        return self.cleared(self.reviewed(self.submitted(revision)))

    def published(self, revision: Revision | None = None, **said: Any) -> Document:
        """The whole way; gives the public document."""
        revision = self.to_approval(revision or self.draft(**said))
        self.sign(revision)
        return Document.objects.get(pk=revision.document_id)

    def sign(self, revision: Revision, *, publish_at: datetime | None = None) -> None:
        """Signed by 王五."""
        revising.approve(actor=self.cast.wangwu, revision=revision, at=timezone.now(), publish_at=publish_at)


def fresh(revision: Revision) -> Revision:
    """The row as it is now."""
    return Revision.objects.get(pk=revision.pk)
