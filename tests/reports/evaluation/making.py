"""Questionnaires and ballots for tests."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from accounts.models import Department
from reports.evaluation import services as evaluation
from reports.models import Ballot, Question, Questionnaire
from tests.cast import Cast

NOW = timezone.make_aware(datetime(2026, 3, 10, 10, 0))
TODAY = NOW.date()


def compose(cast: Cast, *, bodies: Sequence[Department] = (), **said: Any) -> Questionnaire:
    usual = {"title": "公众评议", "intro": "", "opens_on": TODAY, "closes_on": TODAY + timedelta(days=10), "at": NOW}
    return evaluation.compose(actor=cast.qianqi, bodies=bodies, **(usual | said))


def add(cast: Cast, row: Questionnaire, kind: str = "stars", *, is_required: bool = True, **said: Any) -> Question:
    row.refresh_from_db()
    usual = {"text": "容易找到", "options": ["甲", "乙"] if kind == "choice" else []}
    return evaluation.save_question(
        actor=cast.qianqi, row=row, edition=row.edition, question=None, kind=kind, is_required=is_required, at=NOW,
        **(usual | said),
    )  # fmt: skip


def opened(cast: Cast, *, kinds: Sequence[str] = ("stars",), at: datetime = NOW, **said: Any) -> Questionnaire:
    """Open, with a question of each kind; only stars are required."""
    row = compose(cast, **said)
    for kind in kinds:
        add(cast, row, kind, is_required=kind == "stars")
    evaluation.open_to_public(actor=cast.qianqi, row=row, at=at)
    return row


def vote(row: Questionnaire, body: Department, *answers: int | str, at: datetime = NOW) -> Ballot:
    """A ballot with these answers to the questions in order."""
    questions = row.questions.order_by("position").values_list("pk", flat=True)
    said = dict(zip(questions, answers, strict=False))
    return evaluation.cast(row=row, department=body, answers=said, ticket=evaluation.ticket(row), at=at)


def voted(cast: Cast, body: Department, stars: Sequence[int], *, closes_on: date) -> Questionnaire:
    """One that is over, with these ballots about one body."""
    row = opened(cast, closes_on=closes_on)
    for one in stars:
        vote(row, body, one)
    evaluation.close_due(
        at=timezone.make_aware(datetime(closes_on.year, closes_on.month, closes_on.day)) + timedelta(days=1)
    )
    row.refresh_from_db()
    return row
