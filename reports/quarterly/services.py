"""Verbs on quarterly analyses: begin, write, count again, hand in, sign and publish, correct."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import Department, User
from accounts.roles import Role
from accounts.rules import people_with_role
from notices.services import notify
from reports.figures.periods import Period, quarter_of
from reports.models import QuarterlyAnalysis, ReportEvent
from reports.quarterly import rules
from reports.quarterly.counting import figures_of
from reports.quarterly.states import ANALYSES, BEGIN, HAND_IN, PUBLISH, RECOUNT, REVISE, SAVE, AnalysisState
from reports.quarterly.wording import PARTS, texts_of
from workflow.evidence import canonical, digest
from workflow.services import Incomplete, Lost, Refused, WrongState, lost, move, place, record

TO_SIGN = "quarterly_to_sign"
LONGEST_TEXT = 4000


class AlreadyBegun(Refused):
    """There is an analysis of this body and quarter."""


def period_of(analysis: QuarterlyAnalysis, at: datetime) -> Period:
    """Its three months."""
    return quarter_of(analysis.year, analysis.quarter, timezone.localdate(at))


def begin(
    *, actor: User, department: Department, year: int, quarter: int, is_consolidated: bool, at: datetime
) -> QuarterlyAnalysis:
    """条例§46, §47: count a quarter that is over and begin to write about it; one analysis of a body and quarter."""
    if not rules.can_write_of(actor, department, is_consolidated=is_consolidated):
        raise PermissionDenied("您不能起草该机关的季度分析。")
    period = quarter_of(year, quarter, timezone.localdate(at))
    if not period.months or not period.is_over:
        raise WrongState(f"{year}年第{quarter}季度还没有结束，结束以后才能统计。")
    figures = figures_of(department, period, is_consolidated=is_consolidated, at=at)
    row = QuarterlyAnalysis(
        department=department, year=year, quarter=quarter, is_consolidated=is_consolidated,
        figures=figures, figures_at=at, texts=texts_of(figures, []), begun_by=actor, begun_at=at,
    )  # fmt: skip
    facts = {"department": department.pk, "year": year, "quarter": quarter, "consolidated": is_consolidated}
    try:
        with transaction.atomic():
            place(row=row, table=ANALYSES, action=BEGIN, allowed=lambda _: True, facts=facts, **_by(actor, at))
    except IntegrityError as error:
        raise AlreadyBegun("这个季度的分析已经起草，请在列表中打开。") from error
    return row


@transaction.atomic
def save(
    *,
    actor: User,
    analysis: QuarterlyAnalysis,
    texts: Mapping[str, str],
    words: Sequence[str],
    edition: int,
    at: datetime,
) -> None:
    """Keep what was written. A paragraph nobody has touched follows the words that were ticked.

    Raises:
        Lost: somebody saved after ``edition``.
    """
    row = _open(actor, analysis, edition)
    known = {word for word, _ in row.figures["words"]}
    chosen = [word for word in words if word in known]
    said = {part: texts.get(part, "").replace("\r\n", "\n").strip()[:LONGEST_TEXT] for part in PARTS}
    row.texts = _following(said, texts_of(row.figures, row.words), texts_of(row.figures, chosen))
    row.words = chosen
    _keep(row, "texts", "words")
    _note(row, SAVE, actor, at, {"texts": digest(canonical(row.texts))})


def _following(texts: dict[str, str], old: Mapping[str, str], new: Mapping[str, str]) -> dict[str, str]:
    """Texts, where each that still is as the numbers made it becomes what they make of it now."""
    return {part: new[part] if text == old[part] else text for part, text in texts.items()}


def recount(*, actor: User, analysis: QuarterlyAnalysis, at: datetime) -> bool:
    """条例§46: the numbers as they are now; paragraphs nobody has touched follow. Whether something changed."""
    _may_write(actor, analysis)
    figures = figures_of(analysis.department, period_of(analysis, at), is_consolidated=analysis.is_consolidated, at=at)
    with transaction.atomic():
        row = _open(actor, analysis, analysis.edition)
        is_other = canonical(figures) != canonical(row.figures)
        known = {word for word, _ in figures["words"]}
        words = [word for word in row.words if word in known]
        row.texts = _following(row.texts, texts_of(row.figures, row.words), texts_of(figures, words))
        row.figures, row.figures_at, row.words = figures, at, words
        _keep(row, "figures", "figures_at", "texts", "words")
        _note(row, RECOUNT, actor, at, {"figures": digest(canonical(figures))})
    return is_other


@transaction.atomic
def hand_in(*, actor: User, analysis: QuarterlyAnalysis, at: datetime) -> int:
    """Tell those who sign that it is written; how many were told anew. It moves nothing."""
    row = _open(actor, analysis, analysis.edition)
    told = notify(
        recipients=[person for person in _signers(row) if person.pk != actor.pk],
        kind=TO_SIGN,
        subject=row,
        title=f"请签发：{row.title}",
        text="季度分析已经写好，请核对后签发公布；要改的，可以直接修改，或者告知起草人。",
        url=reverse("reports_desk:quarterly", args=[row.pk]),
        at=at,
        step=row.edition,
    )
    _note(row, HAND_IN, actor, at, {"edition": row.edition})
    return len(told)


def _signers(analysis: QuarterlyAnalysis) -> Sequence[User]:
    role = Role.SUPERVISOR if analysis.is_consolidated else Role.OFFICE_HEAD
    return list(people_with_role(role, analysis.department))


@transaction.atomic
def publish(*, actor: User, analysis: QuarterlyAnalysis, edition: int, at: datetime) -> None:
    """条例§46: sign what was read (``edition``) and publish it. Numbers and words are frozen, with their digest.

    Raises:
        Lost: it was changed after ``edition``, or somebody else has signed.
    """
    row = _locked(analysis)
    _same(row, edition)
    missing = [label for part, label in PARTS.items() if part != "problems" and not row.texts.get(part, "").strip()]
    if missing:
        raise Incomplete(f"还没有写：{'、'.join(missing)}。")
    frozen = frozen_of(row)
    changes = {"frozen": frozen, "digest": digest(canonical(frozen)), "published_at": at, "published_by": actor}
    move(
        subject=row, table=ANALYSES, action=PUBLISH, allowed=lambda _: rules.can_sign(actor, row),
        facts={"digest": changes["digest"], "edition": edition}, changes=changes, **_by(actor, at),
    )  # fmt: skip
    analysis.refresh_from_db()


def frozen_of(analysis: QuarterlyAnalysis) -> dict[str, Any]:
    """What the public reads: of the words only those that were ticked."""
    chosen = [pair for pair in analysis.figures["words"] if pair[0] in analysis.words]
    return {
        "title": analysis.title,
        "figures": {**analysis.figures, "words": chosen},
        "figures_at": analysis.figures_at.isoformat(),
        "texts": {part: analysis.texts.get(part, "") for part in PARTS},
        "correction": analysis.correction,
    }


@transaction.atomic
def revise(*, actor: User, analysis: QuarterlyAnalysis, reason: str, at: datetime) -> None:
    """条例§6: what was published has a mistake: write it anew. The public reads the old one, until the next signature."""
    row, said = _locked(analysis), reason.strip()[:300]
    move(
        subject=row, table=ANALYSES, action=REVISE, allowed=lambda _: rules.can_sign(actor, row),
        facts={"reason": digest(said) if said else ""}, changes={"correction": said, "edition": row.edition + 1},
        **_by(actor, at),
    )  # fmt: skip
    analysis.refresh_from_db()


# --- what they share ---------------------------------------------------------------------------------------------------


def _by(actor: User, at: datetime) -> dict[str, Any]:
    return {"actor": actor, "event_model": ReportEvent, "on": timezone.localdate(at), "at": at}


def _may_write(actor: User, analysis: QuarterlyAnalysis) -> None:
    if not rules.can_write(actor, analysis):
        raise PermissionDenied("您不能修改这份分析。")


def _locked(analysis: QuarterlyAnalysis) -> QuarterlyAnalysis:
    """The row as it is now. Lost when it moved on since the person saw it."""
    found = QuarterlyAnalysis.objects.select_for_update(of=("self",)).select_related("department")
    row = found.get(pk=analysis.pk)
    if row.state != analysis.state:
        raise lost(row, ANALYSES, ReportEvent)
    return row


def _open(actor: User, analysis: QuarterlyAnalysis, edition: int) -> QuarterlyAnalysis:
    """The row to be written, locked, by who may, as it was read."""
    _may_write(actor, analysis)
    row = _locked(analysis)
    if row.state != AnalysisState.DRAFT:
        raise WrongState(f"{row.title}已经公布，要修改请先办理更正。")
    _same(row, edition)
    return row


def _same(row: QuarterlyAnalysis, edition: int) -> None:
    if row.edition != edition:
        event = ReportEvent.objects.filter(subject_type=row._meta.label_lower, subject_id=row.pk).last()
        who = f"{event.actor}已于{timezone.localtime(event.at):%Y年%-m月%-d日 %H:%M}" if event else "有人"
        raise Lost(f"{who}修改了这份分析，请看过现在的内容再办。", event)


def _keep(row: QuarterlyAnalysis, *fields: str) -> None:
    row.edition += 1
    row.save(update_fields=[*fields, "edition"])


def _note(row: QuarterlyAnalysis, action: str, actor: User, at: datetime, facts: Mapping[str, Any]) -> None:
    record(subject=row, action=action, facts=facts, **_by(actor, at))
