"""What citizens say: ballots of the public evaluation, and what any mean of stars earns."""

from collections.abc import Mapping

from django.db.models import F, Q, Sum
from django.urls import reverse

from reports.evaluation.states import OVER, QuestionKind
from reports.models import Questionnaire, Tally
from reports.scorecards.measures.base import Answer, Asked, Found, Link, Measure
from reports.scorecards.periods import Period
from reports.scorecards.scoring import share_of_stars

LEAST = 5
"""Fewer ratings say little of a body and much of the few people: they are neither shown nor counted."""


def rated(
    asked: Asked,
    sums: Mapping[int, tuple[int, int]],
    what: str,
    links: tuple[Link, ...],
    counted: Mapping[int, str] | None = None,
) -> dict[int, Found]:
    """(stars together, how many) by body, as shares of the points; too few are not counted. ``counted``: how many in words."""
    found = {}
    for body in asked.bodies:
        total, count = sums.get(body, (0, 0))
        if count < LEAST:
            found[body] = Found(evidence=f"{what}不足 {LEAST} 份，不计分", applies=False)
        else:
            how_many = counted[body] if counted else f"{what} {count} 份"
            words = f"{how_many}，平均 {total / count:.2f} 分（满分 5 分）"
            found[body] = Found(evidence=words, links=links, share=share_of_stars(total, count))
    return found


def ballots(asked: Asked) -> Answer:
    """条例§46: answers in stars to the questionnaires that closed in the period (社会评议), all their questions alike."""
    over = Questionnaire.objects.filter(ended_in(asked.period), state__in=OVER)
    tallies = Tally.objects.filter(questionnaire__in=over, department__in=asked.bodies).order_by()
    forms = dict(tallies.filter(question=None).values_list("department").annotate(ballots=Sum("count")))
    stars = tallies.filter(question__kind=QuestionKind.STARS)
    rows = stars.values_list("department", "question").annotate(
        total=Sum(F("value") * F("count")), answers=Sum("count")
    )
    given: dict[int, list[tuple[int, int]]] = {}
    for body, _, total, answers in rows:
        given.setdefault(body, []).append((total, answers))
    sums = {body: _told(of_questions) for body, of_questions in given.items() if forms[body] >= LEAST}
    counted = {body: f"{forms[body]} 份评议、{answers} 个回答" for body, (_, answers) in sums.items()}
    return rated(asked, sums, "评议", (("评议问卷", reverse("reports:evaluations")),), counted)


def _told(of_questions: list[tuple[int, int]]) -> tuple[int, int]:
    """(stars together, how many) without the questions that too few answered: the means shown of the others would tell
    what these few said."""
    few = [each for each in of_questions if each[1] < LEAST]
    are_enough = sum(answers for _, answers in few) >= LEAST
    kept = [each for each in of_questions if are_enough or each not in few]
    return sum(total for total, _ in kept), sum(answers for _, answers in kept)


def ended_in(period: Period) -> Q:
    """Questionnaires whose last day, or the moment they were closed at before it, lies in the period."""
    not_before = Q(closes_on__gte=period.first, closed_at__gte=period.start)
    return not_before & (Q(closes_on__lte=period.last) | Q(closed_at__lt=period.end))


MEASURES = (
    Measure(
        "ballots", "公众评议", "考核期内结束的评议问卷，五级评价的平均分折算；一个机构不足 5 份的不计分。", ballots,
        is_rating=True,
    ),
)  # fmt: skip
