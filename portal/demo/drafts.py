"""Texts on their way to the public, and some that arrived, brought there step by step by the people of the demo city."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import yaml
from django.utils import timezone

from accounts.models import Department, User
from catalog.body import from_any
from catalog.models import Column, Document
from disclosure.models import Revision
from disclosure.versions import services as revising

HERE = Path(__file__).resolve().parent
STEPS = ("draft", "in_review", "in_secrecy", "in_approval")
PUBLISHED = "published"
Row = dict[str, Any]


def load(at: datetime) -> int:
    """Every draft of `drafts.yaml`; those that are there already stay as they are."""
    rows = yaml.safe_load((HERE / "drafts.yaml").read_text(encoding="utf-8"))["drafts"]
    missing = [row for row in rows if not Revision.objects.filter(title=row["title"]).exists()]
    for row in missing:
        revision = _bring(row, at)
        if "interpretation" in row:
            said = row["interpretation"] | {name: row[name] for name in ("step", "days", "ground")}
            _bring(said | {"column": "interpretation"}, at, interprets=revision.document)
        if row["step"] == PUBLISHED:
            _publish(revision, row, at - timedelta(days=row["days"] - row["took"]))
    return len(missing)


def _publish(revision: Revision, row: Row, moment: datetime) -> None:
    """Signed by 王五, with the interpretation that waits or without one on a stated ground."""
    wangwu = _person("wangwu")
    if "waiver" in row:
        revising.waive_interpretation(actor=wangwu, revision=revision, waiver=row["waiver"], at=moment)
    revising.approve(actor=wangwu, revision=revision, at=moment)


def _bring(row: Row, at: datetime, *, interprets: Document | None = None) -> Revision:
    """Written by 李四, then as far as `step` says."""
    writer, moment = _person("lisi"), at - timedelta(days=row["days"])
    department = Department.objects.get(code="jyj")
    revision = revising.start(actor=writer, department=department, at=moment, interprets=interprets)
    values, content = _typed(row, moment, interprets)
    revision = revising.save_draft(
        actor=writer, revision=revision, values=values, content=content, edition=revision.edition, at=moment
    )
    wanted = {"sent_back": "in_review", PUBLISHED: "in_approval"}.get(row["step"], row["step"])
    for step in STEPS[: STEPS.index(wanted)]:
        _pass_on(revision, step, moment)
        revision.refresh_from_db()
    if row["step"] == "sent_back":
        revising.send_back(actor=_person("sunba"), revision=revision, reason=row["said"], at=moment)
    return revision


def _typed(row: Row, moment: datetime, interprets: Document | None) -> tuple[Row, Row]:
    html, text = from_any(row["body"])
    formed_on = timezone.localdate(moment)
    column = row.get("column", "notices")
    values = {
        "title": row["title"],
        "html": html,
        "text": text,
        "attribute": row.get("attribute", "proactive"),
        "ground": row.get("ground", ""),
        "reason": row.get("reason", ""),
        "formed_or_changed_on": formed_on,
        "is_policy": "policy" in row,
        "plan": row.get("policy", ""),
        "interpretation_kind": "qa" if interprets else "",
    }
    content = {
        "column_id": Column.objects.get(slug=column).pk,
        "is_normative": column == "normative",
        "document_number": row.get("number", ""),
        "formed_on": formed_on.isoformat(),
    }
    return values, content


def _pass_on(revision: Revision, step: str, moment: datetime) -> None:
    if step == "draft":
        revising.submit(actor=_person("lisi"), revision=revision, at=moment)
    elif step == "in_review":
        revising.pass_review(actor=_person("sunba"), revision=revision, opinion="内容属实，同意。", at=moment)
    else:
        withheld = revision.attribute == "withheld"
        revising.clear(
            actor=_person("zhoujiu"),
            revision=revision,
            conclusion="not_public" if withheld else "public",
            level="work" if withheld else "none",
            form_number=f"云教密审〔2026〕{revision.pk}号",
            reviewed_on=timezone.localdate(moment),
            opinion="经审查，不涉及国家秘密和工作秘密，可以公开。",
            at=moment,
        )


def _person(name: str) -> User:
    return User.objects.get(username=name)
