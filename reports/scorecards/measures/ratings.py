"""What citizens say: ballots of the public evaluation, and what any mean of stars earns."""

from collections.abc import Mapping

from django.db.models import F, Q, Sum
from django.urls import reverse

from reports.evaluation.states import QuestionKind, QuestionnaireState
from reports.models import Tally
from reports.scorecards.measures.base import Answer, Asked, Found, Link, Measure
from reports.scorecards.scoring import share_of_stars

LEAST = 5
"""Fewer ratings say little of a body and much of the few people: they are neither shown nor counted."""


def rated(asked: Asked, sums: Mapping[int, tuple[int, int]], what: str, links: tuple[Link, ...]) -> dict[int, Found]:
    """(stars together, how many) by body, as shares of the points; too few are not counted."""
    found = {}
    for body in asked.bodies:
        total, count = sums.get(body, (0, 0))
        if count < LEAST:
            found[body] = Found(evidence=f"{what}不足 {LEAST} 份，不计分", applies=False)
        else:
            words = f"{what} {count} 份，平均 {total / count:.2f} 分（满分 5 分）"
            found[body] = Found(evidence=words, links=links, share=share_of_stars(total, count))
    return found


def ballots(asked: Asked) -> Answer:
    """条例§46: answers in stars to the questionnaires that closed in the period (社会评议), all their questions alike."""
    over = Q(questionnaire__closes_on__gte=asked.period.first, questionnaire__closes_on__lte=asked.period.last)
    kept = Tally.objects.filter(
        over, department__in=asked.bodies, question__kind=QuestionKind.STARS,
        questionnaire__state__in=[QuestionnaireState.CLOSED, QuestionnaireState.PUBLISHED],
    )  # fmt: skip
    rows = kept.order_by().values_list("department").annotate(total=Sum(F("value") * F("count")), answers=Sum("count"))
    sums = {body: (total, answers) for body, total, answers in rows}
    few = {body for body, count in _ballots(asked, over).items() if count < LEAST}
    known = {body: said for body, said in sums.items() if body not in few}
    return rated(asked, known, "评议回答", (("评议问卷", reverse("reports:evaluations")),))


def _ballots(asked: Asked, over: Q) -> dict[int, int]:
    rows = Tally.objects.filter(over, department__in=asked.bodies, question=None).order_by()
    return dict(rows.values_list("department").annotate(ballots=Sum("count")))


MEASURES = (
    Measure(
        "ballots", "公众评议", "考核期内结束的评议问卷，五级评价的平均分折算；一个机关不足 5 份的不计分。", ballots,
        is_rating=True,
    ),
)  # fmt: skip
