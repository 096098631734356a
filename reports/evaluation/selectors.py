"""Reads shaped for the pages of the evaluation: counts out of the tallies, never out of the ballots."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, NamedTuple

from django.db.models import Count, Q, QuerySet, Sum

from accounts.models import Department
from catalog.charts import Bars, Measure, TableRow, lying
from disclosure.selectors import Page
from reports.evaluation.rules import answerable, bodies_asked_about
from reports.evaluation.states import QuestionKind, QuestionnaireState
from reports.models import Ballot, Question, Questionnaire, Tally
from reports.scorecards.measures.ratings import LEAST
from requests_app.following.forms import STARS

PAGE = 30
MOST_LISTED = 100
MOST_BARS = 20
CENT = Decimal("0.01")
Counts = dict[tuple[int, int], dict[int, int]]
"""By body and question: how often each answer was given."""


class Mean(NamedTuple):
    """Of the answers to one question."""

    stars: Decimal
    answers: int


@dataclass(frozen=True)
class Standing:
    """What was said of one body; ``means`` by question in stars, None where fewer than five answered it."""

    department: Department
    ballots: int
    means: dict[int, Mean | None]

    @property
    def known(self) -> dict[int, Mean]:
        """The means that may be shown: fewer answers say little of a body and much of few people."""
        return {key: mean for key, mean in self.means.items() if mean}


@dataclass(frozen=True)
class Results:
    """Everything counted: bodies with their means, and for each choice how often it was made at bodies with enough answers."""

    standings: list[Standing]
    questions: list[Question]
    choices: dict[int, dict[int, int]]

    @property
    def ballots(self) -> int:
        """All of them."""
        return sum(one.ballots for one in self.standings)

    @property
    def shown(self) -> list[Standing]:
        """Bodies about which enough was said, best first."""
        return sorted((one for one in self.standings if one.known), key=lambda one: -_overall(one))


def _overall(standing: Standing) -> Decimal:
    return sum((mean.stars for mean in standing.known.values()), Decimal(0)) / len(standing.known)


def questionnaires() -> list[Questionnaire]:
    """All, newest first, each with `.ballot_count` (of the tallies) and `.question_count`."""
    rows = Questionnaire.objects.select_related("created_by").order_by("-pk")[:MOST_LISTED]
    found: list[Any] = list(rows.annotate(question_count=Count("questions")))
    counts = Tally.objects.filter(questionnaire__in=found, question=None).order_by()
    by_row = dict(counts.values_list("questionnaire").annotate(ballots=Sum("count")))
    for row in found:
        row.ballot_count = by_row.get(row.pk, 0)
    return found


def open_ones(on: date) -> list[Questionnaire]:
    """Those citizens may answer today, soonest over first."""
    return list(answerable(on).order_by("closes_on", "pk")[:MOST_LISTED])


def published() -> QuerySet[Questionnaire]:
    """Those with a public result, newest first."""
    return Questionnaire.objects.filter(state=QuestionnaireState.PUBLISHED).order_by("-published_at", "-pk")


def results(row: Questionnaire) -> Results:
    """Out of the tallies: three questions, whatever the number of ballots."""
    questions = list(row.questions.order_by("position", "id"))
    counts, ballots = _counts(row)
    stars = [one.pk for one in questions if one.kind == QuestionKind.STARS]
    standings = [
        Standing(body, ballots.get(body.pk, 0), {key: _mean(counts.get((body.pk, key), {})) for key in stars})
        for body in bodies_asked_about(row)
    ]
    return Results(standings, questions, _choices(counts, questions))


def _counts(row: Questionnaire) -> tuple[Counts, dict[int, int]]:
    counts: Counts = {}
    ballots: dict[int, int] = {}
    for body, question, value, count in Tally.objects.filter(questionnaire=row).values_list(
        "department", "question", "value", "count"
    ):
        if question is None:
            ballots[body] = count
        else:
            counts.setdefault((body, question), {})[value] = count
    return counts, ballots


def _mean(given: Mapping[int, int]) -> Mean | None:
    total, answers = sum(value * count for value, count in given.items()), sum(given.values())
    if answers < LEAST:
        return None
    return Mean((Decimal(total) / answers).quantize(CENT, ROUND_HALF_UP), answers)


def _choices(counts: Counts, questions: Sequence[Question]) -> dict[int, dict[int, int]]:
    found: dict[int, dict[int, int]] = {one.pk: {} for one in questions if one.kind == QuestionKind.CHOICE}
    for (_, question), given in counts.items():
        if question in found and sum(given.values()) >= LEAST:
            for value, count in given.items():
                found[question][value] = found[question].get(value, 0) + count
    return found


def words_page(row: Questionnaire, *, before: int | None) -> Page:
    """Ballots with words, newest first, each with `.said`: the words by question. For desks only: words may name people."""
    found = Ballot.objects.filter(questionnaire=row, has_text=True).select_related("department").order_by("-pk")
    rows: list[Any] = list((found if before is None else found.filter(pk__lt=before))[: PAGE + 1])
    texts = {str(one.pk): one.text for one in row.questions.filter(kind=QuestionKind.TEXT)}
    for ballot in rows:
        ballot.said = [(texts[key], value) for key, value in ballot.answers.items() if key in texts]
    return Page(rows[:PAGE], rows[PAGE - 1].pk if len(rows) > PAGE else None)


# --- charts -----------------------------------------------------------------------------------------------------------------


def charts(found: Results) -> list[Bars]:
    """A chart a question: means by body, choices by how often; without words, and only where enough was said."""
    return [chart for one in found.questions if (chart := _chart(found, one)) is not None]


def _chart(found: Results, question: Question) -> Bars | None:
    if question.kind == QuestionKind.STARS:
        return _stars_chart(found, question)
    return _choice_chart(found, question) if question.kind == QuestionKind.CHOICE else None


def _stars_chart(found: Results, question: Question) -> Bars | None:
    rated = [(one.department.name, one.known[question.pk]) for one in found.shown if question.pk in one.known]
    if not rated:
        return None
    rated.sort(key=lambda pair: -pair[1].stars)
    rows = [TableRow(name, (f"{mean.stars}", f"{mean.answers:,}")) for name, mean in rated]
    middle = (sum((mean.stars for _, mean in rated), Decimal(0)) / len(rated)).quantize(CENT, ROUND_HALF_UP)
    rest = f"图中为得分最高的 {MOST_BARS} 个机构，全部机构见下表；" if len(rated) > MOST_BARS else ""
    chart = Bars(
        title=f"{question.text}：平均 {middle} 分（满分 5 分）",
        columns=("机构", "平均分", "回答（个）"),
        rows=rows,
        note=f"{rest}5 分为“{STARS[0][1]}”，1 分为“{STARS[-1][1]}”。回答不足 {LEAST} 个的机构不列出。",
    )
    return lying(chart, [Measure(name, mean.stars) for name, mean in rated[:MOST_BARS]], whole=len(STARS))


def _choice_chart(found: Results, question: Question) -> Bars | None:
    given = found.choices.get(question.pk, {})
    total = sum(given.values())
    if not total:
        return None
    options = [(words, given.get(number, 0)) for number, words in enumerate(question.options)]
    most = max(count for _, count in options)
    first = "”“".join(words for words, count in options if count == most)
    rows = [TableRow(words, (f"{count:,}", f"{100 * count / total:.1f}%")) for words, count in options]
    chart = Bars(
        title=f"{question.text}：选“{first}”的最多（{f'各 {most:,}' if '”“' in first else f'{most:,}'} 个回答）",
        columns=("选项", "回答（个）", "占比"),
        rows=rows,
        note=f"共 {total:,} 个回答，只计回答满 {LEAST} 个的机构。",
    )
    return lying(chart, [Measure(words, count) for words, count in options])


def find_public(pk: int) -> QuerySet[Questionnaire]:
    """One that is or was open."""
    return Questionnaire.objects.filter(~Q(state=QuestionnaireState.DRAFT), pk=pk)
