"""Verbs on results: what people found, objections and their answers (条例§46). The second of two writers is told."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from files.models import StoredFile
from reports.models import Assessment, Objection, ReportEvent, Result
from reports.problems.services import void_without_finding
from reports.proofs.services import attach, facts_of
from reports.rules import is_in_charge
from reports.scorecards import rules, telling
from reports.scorecards.assessing import start_computing
from reports.scorecards.computing import recount
from reports.scorecards.scoring import NOTHING, deduction
from reports.scorecards.states import CHANGE, FILE, JUDGE, OBJECTIONS, PROVE, UPHOLD, AssessmentState, Source
from workflow.evidence import digest
from workflow.services import Incomplete, Lost, Refused, WrongPerson, WrongState, move, place, record

MOST_BESIDE = 20  # a result


@dataclass(frozen=True, slots=True)
class Judgement:
    """What somebody says was found. ``edition`` is the one that was seen; without ``applies`` it is not counted.

    ``links`` of None leaves those that are there.
    """

    result: int
    edition: int
    findings: int
    evidence: str
    links: tuple[tuple[str, str], ...] | None = None
    applies: bool = True


class Stale(Lost):
    """Somebody judged some of them meanwhile; `keys` are those."""

    def __init__(self, text: str, keys: frozenset[int]) -> None:
        super().__init__(text, None)
        self.keys = keys


@transaction.atomic
def judge(*, actor: User, assessment: Assessment, judgements: Sequence[Judgement], at: datetime) -> int:
    """条例§46: store what was found, all or nothing; only what differs counts as new. How many were stored.

    Raises:
        Stale: somebody was first. Incomplete: points are taken off without a word why. WrongState, WrongPerson.
    """
    now = Assessment.objects.select_for_update().get(pk=assessment.pk)
    if not is_in_charge(actor):
        raise WrongPerson("考核结果由主管部门评定。")
    if now.state != AssessmentState.OPEN:
        raise WrongState(f"本次考核现在是“{now.get_state_display()}”，结果只能在处理异议时改变。")
    rows = _rows(now, [one.result for one in judgements])
    changed = [one for one in judgements if _differs(rows[one.result], one)]
    _need_fresh(rows, changed)
    for one in changed:
        _need_sense(rows[one.result], one)
        store(rows[one.result], one, by=actor, at=at)
    if changed:
        _note(now, JUDGE, [rows[one.result] for one in changed], actor, at)
        recount(now)
    if any(row.is_waiting for row in rows.values()):
        start_computing(now)
    return len(changed)


def _rows(assessment: Assessment, keys: Sequence[int]) -> dict[int, Result]:
    found = Result.objects.filter(card__assessment=assessment, pk__in=keys).select_related(
        "card__department", "indicator", "judged_by"
    )
    rows = {row.pk: row for row in found}
    if len(rows) != len(set(keys)):
        raise PermissionDenied("有的结果不属于本次考核。")
    return rows


def _differs(row: Result, one: Judgement) -> bool:
    if row.is_waiting or (row.findings, row.evidence, row.applies) != (one.findings, one.evidence.strip(), one.applies):
        return True
    return one.links is not None and [tuple(link) for link in row.links] != list(one.links)


def _need_fresh(rows: dict[int, Result], changed: Sequence[Judgement]) -> None:
    stale = [rows[one.result] for one in changed if rows[one.result].edition != one.edition]
    if stale:
        who, names = stale[0], "、".join(row.card.department.name for row in stale[:5])
        done = (
            f"{who.judged_by}已于{_told(who.judged_at)}评定{names}" if who.judged_at else f"系统重新计算了{names}的结果"
        )
        text = f"{done}，下面注明了现在的结果；仍按您填写的保存，请再提交一次。"
        raise Stale(text, frozenset(row.pk for row in stale))


def _told(at: datetime) -> str:
    return f"{timezone.localtime(at):%-m月%-d日 %H:%M}"


def _need_sense(row: Result, one: Judgement) -> None:
    if row.indicator.source == Source.RATINGS and one.applies and one.findings:
        raise Incomplete(f"“{row.indicator}”按公众评价折算，只能设为不计分。")
    if one.applies and one.findings and not one.evidence.strip():
        raise Incomplete("扣分的结果应写明依据。")


def store(row: Result, one: Judgement, *, by: User, at: datetime) -> None:
    """Write a judgement down; the caller has checked that it may be. A rating that counts again waits for the data."""
    is_new = row.is_waiting or (row.applies, row.findings) != (one.applies, one.findings)
    row.applies, row.findings, row.evidence = one.applies, one.findings, one.evidence.strip()
    if one.links is not None:
        row.links = [list(link) for link in one.links]
    indicator = row.indicator
    if is_new:  # other words alone take no other points
        row.deducted = deduction(one.findings, each=indicator.each, most=indicator.points) if one.applies else NOTHING
    row.judged_by, row.judged_at, row.edition = by, at, row.edition + 1
    if indicator.source == Source.RATINGS and one.applies:
        row.judged_by = row.judged_at = row.computed_at = None
    row.save()


def _note(assessment: Assessment, action: str, rows: Sequence[Result], actor: User, at: datetime) -> None:
    """One event for all of one step: results with findings and points, the words by their digest."""
    words = json.dumps([[row.pk, row.evidence, row.links] for row in rows], ensure_ascii=False)
    facts = {"results": [[row.pk, row.findings, str(row.deducted)] for row in rows], "words": digest(words)}
    record(
        subject=assessment, action=action, actor=actor, event_model=ReportEvent, on=timezone.localdate(at), at=at,
        facts=facts,
    )  # fmt: skip


@transaction.atomic
def prove(*, actor: User, result: Result, proofs: Sequence[StoredFile], at: datetime) -> None:
    """条例§46: put files beside what was found, while results are judged; the same content once."""
    now = Assessment.objects.select_for_update().get(pk=result.card.assessment_id)
    if not is_in_charge(actor):
        raise WrongPerson("佐证材料由主管部门添加。")
    if reason := rules.why_not_proven(now):
        raise WrongState(reason)
    there = set(result.proofs.standing().values_list("file__sha256", flat=True))
    new = [one for one in {file.sha256: file for file in proofs}.values() if one.sha256 not in there]
    if not new:
        raise Incomplete("这些材料已经添加过。")
    if len(there) + len(new) > MOST_BESIDE:
        raise Incomplete(f"一项结果最多 {MOST_BESIDE} 个佐证材料，请打包后再上传。")
    attach(result, new, by=actor, at=at)
    record(
        subject=now, action=PROVE, actor=actor, event_model=ReportEvent, on=timezone.localdate(at), at=at,
        facts={"result": result.pk, **facts_of(new)},
    )  # fmt: skip


# --- objections -------------------------------------------------------------------------------------------------------------


@transaction.atomic
def object_to(
    *, actor: User, result: Result, text: str, link: str, at: datetime, proofs: Sequence[StoredFile] = ()
) -> Objection:
    """条例§46: the head of the body objects, once a result, while objections are asked for; ``proofs`` back it."""
    card = result.card
    now = Assessment.objects.select_for_update().get(pk=card.assessment_id)
    if reason := rules.why_not_asked(now, on=timezone.localdate(at)):
        raise WrongState(reason)
    if not text.strip():
        raise Incomplete("请写明异议理由。")
    row = Objection(
        result=result, text=text.strip()[:1000], link=link.strip()[:300], filed_by=actor, filed_at=at,
        findings=result.findings, deducted=result.deducted,
    )  # fmt: skip
    try:
        with transaction.atomic():
            place(
                row=row, table=OBJECTIONS, action=FILE, actor=actor, event_model=ReportEvent,
                on=timezone.localdate(at), at=at, allowed=lambda _: rules.can_object(actor, card, on=timezone.localdate(at)),
                facts={"result": result.pk, "text": digest(row.text), **facts_of(proofs)},
            )  # fmt: skip
    except IntegrityError as error:
        raise Refused("这项结果已经提出过异议。") from error
    attach(row, proofs, by=actor, at=at)
    telling.tell_objection(row, at=at)
    return row


@transaction.atomic
def answer(
    *,
    actor: User,
    objection: Objection,
    answer_text: str,
    at: datetime,
    change: Judgement | None = None,
) -> Objection:
    """条例§46: uphold the result, or put ``change`` in its place; always with a reason."""
    result = objection.result
    now = Assessment.objects.select_for_update().get(pk=result.card.assessment_id)
    if not answer_text.strip():
        raise Incomplete("请写明处理意见。")
    if change is not None:
        if not _differs(result, change):
            raise Incomplete("改变结果的，认定的问题数或者是否计分应与原来不同。")
        _need_sense(result, change)
    changes = {"answer": answer_text.strip()[:1000], "answered_by": actor, "answered_at": at}
    facts = {"result": result.pk, "findings": change.findings if change else result.findings}
    move(
        subject=objection, table=OBJECTIONS, action=CHANGE if change else UPHOLD, actor=actor,
        event_model=ReportEvent, on=timezone.localdate(at), at=at, allowed=lambda _: is_in_charge(actor),
        facts={**facts, "answer": digest(answer_text)}, changes=changes,
    )  # fmt: skip
    if change is not None:
        store(result, change, by=actor, at=at)
        recount(now)
        void_without_finding(actor=actor, result=result, at=at)
    telling.tell_answered(objection, at=at)
    return objection
