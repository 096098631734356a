"""What data answers: one question an indicator for all bodies, and the sums and places that follow from the results."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Count, F, Q, Sum

from accounts.models import Department
from reports.bodies import body_of_each
from reports.models import Assessment, Indicator, Result
from reports.scorecards import scoring
from reports.scorecards.measures.base import Asked, Found
from reports.scorecards.measures.registry import MEASURES
from reports.scorecards.states import AssessmentState, Source
from workdays.selectors import current_calendar

NOTHING_FOUND = "没有发现问题"
MOST_EVIDENCE = 1000
TAKEN = ("applies", "findings", "deducted", "evidence", "links")


def bodies_of(row: Assessment) -> dict[int, Department]:
    """Who is assessed, by key."""
    cards = row.cards.select_related("department").order_by("pk")
    return {card.department_id: card.department for card in cards}


def asked_of(row: Assessment, indicator: Indicator, bodies: Mapping[int, Department], at: datetime) -> Asked:
    """The question an indicator puts to the data."""
    said: dict[str, Any] = indicator.parameters
    measure = MEASURES[indicator.measure]
    days = int(said.get("days") or measure.days)
    offices = {department: body for department, body in body_of_each().items() if body in bodies}
    offices |= {body: body for body in bodies}  # whatever became of it since
    return Asked(bodies, offices, row.period, at, current_calendar(), tuple(said.get("columns", ())), days)


def compute(row: Assessment, indicator: Indicator, bodies: Mapping[int, Department], *, at: datetime) -> int:
    """Ask the data for one indicator and keep the answers, but for those people judged; how many were kept.

    Nothing once the assessment is not open any more. KeyError for a measure that is gone.
    """
    answer = MEASURES[indicator.measure].find(asked_of(row, indicator, bodies, at))  # takes its time: locks nothing
    with transaction.atomic():
        now = Assessment.objects.select_for_update().get(pk=row.pk)
        if now.state != AssessmentState.OPEN:
            return 0
        found = Result.objects.filter(card__assessment=row, indicator=indicator, judged_at=None)
        results = list(found.select_related("card"))
        for result in results:
            _take(result, indicator, answer.get(result.card.department_id, Found(evidence=NOTHING_FOUND)), at)
        Result.objects.bulk_update(results, [*TAKEN, "computed_at", "edition"], batch_size=200)
    return len(results)


def _take(result: Result, indicator: Indicator, found: Found, at: datetime) -> None:
    """A new answer is a new edition: who looked at the old one is told before judging over it."""
    before = [getattr(result, name) for name in TAKEN]
    result.applies, result.findings = found.applies, found.findings
    result.evidence, result.links = found.evidence[:MOST_EVIDENCE], [list(link) for link in found.links]
    if not found.applies:
        result.deducted = scoring.NOTHING
    elif found.share is not None:
        result.deducted = scoring.lost_of(found.share, indicator.points)
    else:
        result.deducted = scoring.deduction(found.findings, each=indicator.each, most=indicator.points)
    if result.is_waiting or before != [getattr(result, name) for name in TAKEN]:
        result.edition += 1
    result.computed_at = at


def is_computed(indicator: Indicator) -> bool:
    """Whether data answers it, judged ones apart."""
    return indicator.source != Source.JUDGED


def waits(row: Assessment) -> bool:
    """Whether anything that data answers is not answered."""
    waiting = Result.objects.filter(card__assessment=row, judged_at=None, computed_at=None)
    return waiting.exclude(indicator__source=Source.JUDGED).exists()


@transaction.atomic
def recount(row: Assessment) -> None:
    """Sums by section, scores and places of every card from its results; one grouped question."""
    grouped = Result.objects.filter(card__assessment=row).order_by().values("card", section=F("indicator__section"))
    counted = grouped.annotate(
        full=Sum("indicator__points", filter=Q(applies=True)),
        lost=Sum("deducted", filter=Q(applies=True)),
        waiting=Count("pk", filter=Q(computed_at=None, judged_at=None)),
    )
    parts: dict[int, dict[str, scoring.Sum]] = {}
    waiting: dict[int, int] = {}
    for found in counted:
        one = scoring.Sum(found["full"] or scoring.NOTHING, found["lost"] or scoring.NOTHING)
        parts.setdefault(found["card"], {})[str(found["section"])] = one
        waiting[found["card"]] = waiting.get(found["card"], 0) + found["waiting"]
    cards = list(row.cards.order_by("pk"))
    for card in cards:
        own = parts.get(card.pk, {})
        total = sum(own.values(), scoring.Sum())
        card.full, card.deducted, card.rate = total.full, total.deducted, total.rate
        card.parts = {name: [text(one.full), text(one.deducted)] for name, one in own.items()}
        card.waiting = waiting.get(card.pk, 0)
    for card, rank in zip(cards, scoring.ranks([card.rate for card in cards]), strict=True):
        card.rank = rank
    row.cards.bulk_update(cards, ["full", "deducted", "rate", "rank", "parts", "waiting"], batch_size=200)


def text(points: Decimal) -> str:
    """Points as the card keeps them: two places."""
    return f"{points.quantize(scoring.CENT)}"


@transaction.atomic
def finish(row: Assessment, *, at: datetime) -> None:
    """Everything was asked."""
    recount(row)
    Assessment.objects.filter(pk=row.pk, state=AssessmentState.OPEN).update(computed_at=at)


def compute_all(row: Assessment, *, at: datetime, indicators: list[Indicator]) -> None:
    """Everything at once, for small cities; the job does the same in slices."""
    bodies = bodies_of(row)
    for indicator in indicators:
        if is_computed(indicator):
            compute(row, indicator, bodies, at=at)
    finish(row, at=at)
