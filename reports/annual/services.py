"""Verbs on annual reports: begin, write, check, sign, publish, correct. Permission first, then the move."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import Department, User
from reports.annual import rules
from reports.annual.breaches import Breach
from reports.annual.building import Source, digest_of, exchanged, left_out, live_figures, notes_of, sources_of
from reports.annual.facts import facts_of
from reports.annual.identities import breaches
from reports.annual.prose import EMPTY, breaches_of_alikeness
from reports.annual.publishing import make_public, rendered
from reports.annual.selectors import before_of, bodies_of_report
from reports.annual.states import (
    CHECK,
    DROP,
    PUBLISH,
    REOPEN,
    REPORTS,
    SEND_BACK,
    SIGN,
    START,
    WRITE,
    ReportState,
)
from reports.annual.tables import SINGLES, TEXTS, Figures
from reports.annual.telling import tell_signers, tell_writer
from reports.annual.wording import suggestions
from reports.models import AnnualReport, ReportEvent
from workflow.evidence import digest
from workflow.services import Incomplete, Refused, WrongState, lost, move, place, record


class AlreadyBegun(Refused):
    """The body has a report of this year."""


@dataclass(frozen=True, slots=True)
class Findings:
    """What a check of a report found: breaches, and what is missing before it can be checked off."""

    breaches: list[Breach]
    missing: list[str]

    @property
    def hard(self) -> list[Breach]:
        """Those that keep it from being checked off."""
        return [breach for breach in self.breaches if breach.is_hard]

    @property
    def explained(self) -> list[Breach]:
        """Identities that do not hold, each with its reason in the report; among the warnings."""
        return [breach for breach in self.breaches if breach.reason]

    @property
    def warnings(self) -> list[Breach]:
        """Those to think about."""
        return [breach for breach in self.breaches if not breach.is_hard]


# --- beginning ---------------------------------------------------------------------------------------------------------


@transaction.atomic
def start(
    *, actor: User, department: Department, year: int, is_consolidated: bool = False, at: datetime
) -> AnnualReport:
    """条例§49: begin the report of a body, or of a government with all its bodies, its texts worded after the figures.

    Raises `AlreadyBegun` when there is one, `WrongState` before the year has begun and for a body that makes none.
    """
    if why := rules.why_no_report(department, is_consolidated=is_consolidated):
        raise WrongState(why)
    if year > timezone.localdate(at).year:
        raise WrongState(f"{year}年还没有开始。")
    report = AnnualReport(department=department, year=year, is_consolidated=is_consolidated)
    return _begin(report, actor=actor, at=at)


@transaction.atomic
def start_correction(*, actor: User, report: AnnualReport, reason: str, at: datetime) -> AnnualReport:
    """条例§6: a published report that was wrong is published anew, with the reason; the first stays on record."""
    if report.state != ReportState.PUBLISHED:
        raise WrongState("只有已公布的年度报告才需要更正。")
    if not reason.strip():
        raise Incomplete("请写明更正的原因。")
    following = AnnualReport(
        department=report.department,
        year=report.year,
        is_consolidated=report.is_consolidated,
        number=report.number + 1,
        texts=report.texts,
        stated=report.stated,
        stated_reason=report.stated_reason,
        tie_reason=report.tie_reason,
        correction=reason.strip()[:500],
        document=report.document,
    )
    return _begin(following, actor=actor, at=at)


def _begin(report: AnnualReport, *, actor: User, at: datetime) -> AnnualReport:
    report.started_by, report.started_at = actor, at
    try:
        with transaction.atomic():
            place(
                row=report,
                table=REPORTS,
                action=START,
                actor=actor,
                event_model=ReportEvent,
                on=timezone.localdate(at),
                at=at,
                allowed=lambda _: rules.can_write(actor, report),
                facts={"department": report.department_id, "year": report.year, "number": report.number},
            )
    except IntegrityError as error:
        raise AlreadyBegun(f"{report.title}（{report.scope}）已经编制，请在列表中打开。") from error
    if not report.texts:
        report.texts = suggested(report)
        AnnualReport.objects.filter(pk=report.pk).update(texts=report.texts)
    return report


def suggested(report: AnnualReport) -> dict[str, str]:
    """条例§50: a wording of every part with the figures as they stand now."""
    facts = facts_of(bodies_of_report(report), report.year)
    return suggestions(live_figures(report), facts, is_consolidated=report.is_consolidated)


# --- writing -----------------------------------------------------------------------------------------------------------


@transaction.atomic
def write(*, actor: User, report: AnnualReport, saved: int, at: datetime, **changes: Any) -> AnnualReport:
    """条例§50: keep texts, stated figures or reasons of a draft; ``saved`` is the count the writer saw.

    Raises `Lost` for the second of two writers, `WrongState` once it is checked off.
    """
    if not rules.can_write(actor, report):
        raise PermissionDenied("您不能填写该年度报告。")
    if report.state != ReportState.DRAFT:
        raise WrongState(f"该年度报告{report.get_state_display()}，取回修改后才能填写。")
    found = AnnualReport.objects.filter(pk=report.pk, state=ReportState.DRAFT, saved=saved)
    if not found.update(saved=saved + 1, **changes):
        raise lost(report, REPORTS, ReportEvent, advice="您填写的内容没有保存，请复制后刷新再填。")
    report.refresh_from_db()
    facts = {"saved": report.saved, "digest": digest(repr(sorted(changes.items())))}
    record(
        subject=report,
        action=WRITE,
        actor=actor,
        event_model=ReportEvent,
        on=timezone.localdate(at),
        at=at,
        facts=facts,
    )
    return report


# --- the way to the public ---------------------------------------------------------------------------------------------


def examine(report: AnnualReport, figures: Figures, sources: Sequence[Source] = (), *, at: datetime) -> Findings:
    """条例§50, law.md §2.5: every identity of a report against itself and last year's, and what is still missing;
    ``sources`` are those of a consolidated one that is not frozen yet."""
    before = before_of(report)
    found = [*breaches(figures, before), *breaches_of_alikeness(figures.texts, before.texts if before else {})]
    found += _leaving_out(sources)
    # What is empty is among what is missing.
    shown = [_explained(breach, report) for breach in found if (breach.rule, breach.found) != ("R10", EMPTY)]
    return Findings(shown, _missing(report, figures, at))


def _leaving_out(sources: Sequence[Source]) -> list[Breach]:
    """R14, a convention of ours: a sum that does not contain everybody says so."""
    return [
        Breach("R14", "", out.items, "", out.bodies, f"{out.number}个机关", "合计不含", "共")
        for out in left_out(sources)
    ]


def _explained(breach: Breach, report: AnnualReport) -> Breach:
    """R5 with the reason that the report gives."""
    return replace(breach, reason=report.tie_reason) if breach.rule == "R5" else breach


def _missing(report: AnnualReport, figures: Figures, at: datetime) -> list[str]:
    missing = [f"“{label}”还没有写" for name, label in TEXTS.items() if not str(report.texts.get(name, "")).strip()]
    said = "没有一个机关的报告写明，至少要有一个机关填报并定稿" if report.is_consolidated else "还没有填报，没有的填 0"
    missing += [f"表二“{label}”{said}" for name, label in SINGLES.items() if name not in figures.table2]
    if timezone.localdate(at).year <= report.year:
        missing.append(f"统计期到{report.year}年12月31日，年度结束后才能核对定稿")
    return missing


@transaction.atomic
def check(*, actor: User, report: AnnualReport, at: datetime, saved: int | None = None) -> AnnualReport:
    """条例§50: everything agrees: the report is frozen as it stands, and nothing of it is counted anew from here on.

    ``saved`` is the count that was seen. Raises `Incomplete` naming what is missing or does not agree, `Lost` when
    somebody has written meanwhile.
    """
    _lock(report)
    if saved is not None and saved != report.saved:
        raise lost(report, REPORTS, ReportEvent, advice="请看过现在的内容再核对定稿。")
    sources = sources_of(report.department, report.year) if report.is_consolidated else []
    figures = live_figures(report, sources)
    findings = examine(report, figures, sources, at=at)
    if findings.missing:
        raise Incomplete(f"还不能核对定稿：{'；'.join(findings.missing)}。")
    if findings.hard:
        raise Incomplete(f"勾稽关系不成立：{'；'.join(breach.sentence.rstrip('。') for breach in findings.hard[:5])}。")
    frozen = frozen_of(report, figures, sources)
    changes = {"frozen": frozen, "digest": digest_of(frozen)}
    facts = {"digest": changes["digest"], "warnings": len(findings.warnings)}
    _move(report, CHECK, actor=actor, at=at, facts=facts, changes=changes)
    tell_signers(report, actor=actor, at=at)
    return report


def frozen_of(report: AnnualReport, figures: Figures, sources: Sequence[Source]) -> dict[str, Any]:
    """The whole report as it is kept: figures, texts, reasons, where a consolidated one took its figures from, and which
    bodies' figures it does not have."""
    notes = dict(notes_of(report))
    if words := [f"{out.items}的合计不含{out.bodies}，共{out.number}个机关" for out in left_out(sources)]:
        notes["left_out"] = f"{'；'.join(words)}。"
    frozen = exchanged(figures) | {"consolidated": report.is_consolidated, "number": report.number, "notes": notes}
    if report.is_consolidated:
        frozen["sources"] = [
            {"agency": source.agency, "kind": source.kind, "digest": source.digest} for source in sources
        ]
    return frozen


def reopen(*, actor: User, report: AnnualReport, at: datetime) -> AnnualReport:
    """Back to the draft before it is signed; figures are counted anew."""
    return _move(report, REOPEN, actor=actor, at=at, changes=_THAWED)


@transaction.atomic
def send_back(*, actor: User, report: AnnualReport, reason: str, at: datetime) -> AnnualReport:
    """The signer is not content, and says why; who wrote it hears of it."""
    changes = {**_THAWED, "returned": reason[:500]}
    _move(report, SEND_BACK, actor=actor, at=at, facts=_said(reason), changes=changes)
    tell_writer(report, actor=actor, at=at)
    return report


@transaction.atomic
def sign(*, actor: User, report: AnnualReport, digest: str, at: datetime) -> AnnualReport:
    """条例§49: the head answers for what was read, by its ``digest``. Raises `Lost` when it is another report by now."""
    _lock(report)
    _same(actor, report, digest)
    return _move(report, SIGN, actor=actor, at=at, facts={"digest": digest})


def drop(*, actor: User, report: AnnualReport, reason: str, at: datetime) -> AnnualReport:
    """A draft begun by mistake."""
    return _move(report, DROP, actor=actor, at=at, facts=_said(reason), changes={"returned": reason[:500]})


def publish(*, actor: User, report: AnnualReport, digest: str, at: datetime) -> AnnualReport:
    """条例§49: public from now on, in every form, and a document of the catalogue; by the ``digest`` of what was read.

    The files are made before the transaction: nothing is locked meanwhile. `Lost` when the report is no longer the one
    they were made from.
    """
    is_due = report.state == ReportState.SIGNED and report.digest == digest and rules.can_sign(actor, report)
    files = rendered(report, on=timezone.localdate(at)) if is_due else []
    with transaction.atomic():
        _lock(report)
        _same(actor, report, digest)
        _move(report, PUBLISH, actor=actor, at=at, facts={"digest": digest}, changes={"published_at": at})
        make_public(report, files, actor=actor, at=at)
    return report


_THAWED: Mapping[str, Any] = {"frozen": None, "digest": ""}


def _said(reason: str) -> dict[str, str]:
    return {"reason": digest(reason.strip()) if reason.strip() else ""}


def _lock(report: AnnualReport) -> None:
    """The row as it is now, held until the transaction ends. `Lost` when it is not as ``report`` was loaded."""
    seen = (report.state, report.saved, report.digest)
    rows = AnnualReport.objects.select_for_update(of=("self",)).select_related("department", "document")
    report.refresh_from_db(from_queryset=rows)
    if (report.state, report.saved, report.digest) != seen:
        raise lost(report, REPORTS, ReportEvent)


def _same(actor: User, report: AnnualReport, digest: str) -> None:
    """Who signs has read what is signed; who may not sign is told that instead."""
    if rules.can_sign(actor, report) and report.digest != digest:
        raise lost(report, REPORTS, ReportEvent, advice="请看过现在的内容再办。")


@transaction.atomic
def _move(
    report: AnnualReport,
    action: str,
    *,
    actor: User,
    at: datetime,
    facts: Mapping[str, Any] | None = None,
    changes: Mapping[str, Any] | None = None,
) -> AnnualReport:
    move(
        subject=report,
        table=REPORTS,
        action=action,
        actor=actor,
        event_model=ReportEvent,
        on=timezone.localdate(at),
        at=at,
        allowed=lambda row: rules.may(actor, report, row),
        facts=facts or {},
        changes=changes,
    )
    return report
