"""Verbs on assessments: open, compute, ask for objections, settle, tell, publish (条例§46, §47, §50)."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import Department, User
from jobs.models import Job
from jobs.services import enqueue
from reports.models import Assessment, Indicator, IndicatorSet, Objection, ReportEvent, Result, Scorecard
from reports.rules import is_in_charge
from reports.scorecards import telling
from reports.scorecards.computing import recount
from reports.scorecards.periods import COVERED, Period
from reports.scorecards.states import (
    ANNOUNCE,
    ASSESSMENTS,
    CANCEL,
    COMPUTE,
    DISCLOSE,
    OPEN,
    PUBLISH,
    SETTLE,
    AssessmentState,
    ObjectionState,
    SetState,
)
from search.services import record_changes
from workflow.services import Incomplete, Refused, WrongPerson, WrongState, move, place, record

JOB = "scorecards_compute"
CARDS_AT_ONCE = 20
MOST_NAMED = 8
MOST_DAYS = 60
"""Days within which objections may be asked for: an assessment must come to an end."""


class AlreadyOpen(Refused):
    """The period is assessed by this set already."""


def open_assessment(
    *,
    actor: User,
    indicators: IndicatorSet,
    period: Period,
    bodies: Sequence[Department],
    at: datetime,
    title: str = "",
) -> Assessment:
    """条例§46: begin to assess ``bodies`` over a period that has begun.

    Commits slice by slice: call it outside a transaction; what an interruption left out is taken up by the job.
    """
    if indicators.state != SetState.ACTIVE:
        raise WrongState(f"该指标体系现在是“{SetState(indicators.state).label}”，启用以后才能据以考核。")
    if period.first > timezone.localdate(at):
        raise Incomplete(f"{period.label}还没有开始。")
    if not bodies:
        raise Incomplete("请选择参加考核的机构。")
    row = Assessment(
        set=indicators, title=title.strip() or f"{period.label}政务公开考核", kind=period.kind, first_on=period.first,
        last_on=period.last, opened_by=actor, opened_at=at,
    )  # fmt: skip
    try:
        with transaction.atomic():
            _place(row, actor, at)
            Scorecard.objects.bulk_create([Scorecard(assessment=row, department=body) for body in bodies])
    except IntegrityError as error:
        raise AlreadyOpen(f"{period.label}已经按该指标体系开展考核。") from error
    take_up(row)
    with transaction.atomic():
        start_computing(row)
    return row


def _place(row: Assessment, actor: User, at: datetime) -> None:
    facts = {"set": row.set_id, "first_on": row.first_on, "last_on": row.last_on}
    place(
        row=row, table=ASSESSMENTS, action=OPEN, actor=actor, event_model=ReportEvent, on=timezone.localdate(at), at=at,
        allowed=lambda _: is_in_charge(actor), facts=facts,
    )  # fmt: skip


def covered(row: Assessment) -> list[Indicator]:
    """The set's indicators that are assessed in a period of this length, in order, with the bodies they name."""
    found = Indicator.objects.filter(section__set=row.set_id, frequency__in=COVERED[row.period.kind])
    return list(
        found.select_related("section").order_by("section__position", "position", "id").prefetch_related("bodies")
    )


def concerns(indicator: Indicator, body: Department) -> bool:
    """Whether an indicator is for this body: by its kind and, where some are named, by name."""
    named = {one.pk for one in indicator.bodies.all()}
    return (not indicator.kinds or body.kind in indicator.kinds) and (not named or body.pk in named)


def take_up(row: Assessment) -> int:
    """Give every card a result for each indicator that concerns its body; may be repeated. Returns how many were new."""
    indicators, done, last = covered(row), 0, 0
    while cards := list(row.cards.filter(pk__gt=last).select_related("department").order_by("pk")[:CARDS_AT_ONCE]):
        last = cards[-1].pk
        with transaction.atomic():
            known = set(Result.objects.filter(card__in=cards).values_list("card_id", "indicator_id"))
            new = [
                Result(card=card, indicator=one)
                for card in cards
                for one in indicators
                if (card.pk, one.pk) not in known and concerns(one, card.department)
            ]
            Result.objects.bulk_create(new, ignore_conflicts=True)
        done += len(new)
    return done


def start_computing(row: Assessment) -> None:
    """Have the data asked in the background; objections are asked for once it is done."""
    Assessment.objects.filter(pk=row.pk).update(computed_at=None)
    enqueue(kind=JOB, subject=f"reports.assessment:{row.pk}", payload={"assessment": row.pk}, dedupe=f"{JOB}:{row.pk}")


@transaction.atomic
def compute_again(*, actor: User, row: Assessment, at: datetime) -> None:
    """Ask the data once more; what people judged stays. `WrongState` while it is being asked."""
    _need_open(actor, row)
    if Job.objects.unfinished().filter(dedupe=f"{JOB}:{row.pk}").exists():
        raise WrongState("系统正在计算，请等计算完成。")
    record(
        subject=row, action=COMPUTE, actor=actor, event_model=ReportEvent, on=timezone.localdate(at), at=at, facts={}
    )
    start_computing(row)


def _need_open(actor: User, row: Assessment) -> None:
    now = Assessment.objects.select_for_update().get(pk=row.pk)
    if not is_in_charge(actor):
        raise WrongPerson("考核由主管部门开展。")
    if now.state != AssessmentState.OPEN:
        raise WrongState(f"本次考核现在是“{now.get_state_display()}”，只有评定中才能计算和评定。")


# --- on its way -------------------------------------------------------------------------------------------------------------


@transaction.atomic
def announce(*, actor: User, row: Assessment, until: date, at: datetime) -> ReportEvent:
    """条例§46: show each body its card and ask for objections. `Incomplete` while anything is not judged or computed."""
    _lock(row)
    if row.state == AssessmentState.OPEN and is_in_charge(actor):
        today = timezone.localdate(at)
        if not today < until <= today + timedelta(days=MOST_DAYS):
            raise Incomplete(f"提出异议的截止日期应在今天以后、{MOST_DAYS} 天以内。")
        _need_complete(row)
        recount(row)
    event = _moved(
        row,
        ANNOUNCE,
        actor,
        at,
        facts={"until": until},
        changes={"announced_at": at, "objections_until": until},
    )
    telling.tell_announced(row, at=at)
    return event


def _need_complete(row: Assessment) -> None:
    """Every result is there, and of the whole period."""
    computed_at = Assessment.objects.get(pk=row.pk).computed_at
    if computed_at is None:
        raise Incomplete("系统计算还没有完成，请等计算完成后再征求异议。")
    if computed_at < row.period.end:
        raise Incomplete(f"考核期到{row.last_on:%Y年%-m月%-d日}为止，期满以后重新计算，再征求异议。")
    waiting = Indicator.objects.filter(
        results__card__assessment=row, results__computed_at=None, results__judged_at=None
    )
    names = list(dict.fromkeys(str(one) for one in waiting.order_by("section__position", "position", "pk").distinct()))
    if names:
        shown = "、".join(f"“{name}”" for name in names[:MOST_NAMED])
        raise Incomplete(f"还有 {len(names)} 项指标没有评定完：{shown}{'等' if len(names) > MOST_NAMED else ''}。")


@transaction.atomic
def settle(*, actor: User, row: Assessment, at: datetime) -> ReportEvent:
    """End the time for objections; all of them must be answered, and the day be over."""
    _lock(row)
    if row.state == AssessmentState.ANNOUNCED and is_in_charge(actor):
        if row.objections_until and timezone.localdate(at) <= row.objections_until:
            raise Incomplete(
                f"各机构在{row.objections_until:%Y年%-m月%-d日}以前（含当天）都可以提出异议，期满后才能确定结果。"
            )
        waiting = Objection.objects.filter(result__card__assessment=row, state=ObjectionState.FILED).count()
        if waiting:
            raise Incomplete(f"还有 {waiting} 件异议没有处理，全部处理后才能确定结果。")
        recount(row)
    return _moved(row, SETTLE, actor, at, changes={"settled_at": at})


@transaction.atomic
def publish(*, actor: User, row: Assessment, notice: str, is_public: bool, at: datetime) -> ReportEvent:
    """条例§47: tell the result to the bodies (通报); with ``is_public`` to everybody as well (条例§50)."""
    changes = {"published_at": at, "notice": notice.strip(), "public_at": at if is_public else None}
    event = _moved(row, PUBLISH, actor, at, facts={"public": is_public}, changes=changes)
    telling.tell_published(row, at=at)
    if is_public:
        record_changes([])
    return event


@transaction.atomic
def disclose(*, actor: User, row: Assessment, at: datetime) -> ReportEvent:
    """条例§50: put a result told to the bodies before the public."""
    now = _lock(row)
    if now.public_at is not None:
        raise WrongState("考核结果已经向社会公布。")
    event = _moved(row, DISCLOSE, actor, at, changes={"public_at": at})
    record_changes([])
    return event


@transaction.atomic
def cancel(*, actor: User, row: Assessment, at: datetime) -> ReportEvent:
    """Give up an assessment that was opened by mistake; its period is free again."""
    return _moved(row, CANCEL, actor, at, changes={})


def _lock(row: Assessment) -> Assessment:
    return Assessment.objects.select_for_update().get(pk=row.pk)


def _moved(
    row: Assessment,
    action: str,
    actor: User,
    at: datetime,
    *,
    facts: Mapping[str, Any] | None = None,
    changes: Mapping[str, Any],
) -> ReportEvent:
    return move(
        subject=row, table=ASSESSMENTS, action=action, actor=actor, event_model=ReportEvent, on=timezone.localdate(at),
        at=at, allowed=lambda _: is_in_charge(actor), facts=facts or {}, changes=changes,
    )  # fmt: skip
