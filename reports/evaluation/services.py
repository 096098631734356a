"""Verbs on questionnaires and ballots (条例§46: 社会评议). A ballot keeps nothing of the person who cast it."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.core import signing
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import F, Max
from django.utils import timezone

from accounts.models import Department, User
from disclosure.services import system_actor
from reports.evaluation import rules
from reports.evaluation.states import (
    CLOSE,
    COMPOSE,
    DROP,
    EDIT,
    OPEN,
    PUBLISH,
    QUESTIONNAIRES,
    QuestionKind,
    QuestionnaireState,
)
from reports.models import Ballot, Question, Questionnaire, ReportEvent, Tally
from reports.rules import is_in_charge
from search.services import record_changes
from workflow.evidence import digest
from workflow.services import Incomplete, Lost, Refused, WrongState, move, place, record

TICKET_SECONDS = 12 * 3600
_SALT = "reports.evaluation.ticket"


class Twice(Refused):
    """This very form was handed in before."""


# --- writing ----------------------------------------------------------------------------------------------------------------


@transaction.atomic
def compose(
    *, actor: User, title: str, intro: str, opens_on: date, closes_on: date, bodies: Sequence[Department], at: datetime
) -> Questionnaire:
    """条例§46: begin a questionnaire about ``bodies``, about all where none are named."""
    _need_span(opens_on, closes_on)
    row = Questionnaire(
        title=title.strip(),
        intro=intro.strip(),
        opens_on=opens_on,
        closes_on=closes_on,
        created_by=actor,
        created_at=at,
    )
    place(
        row=row, table=QUESTIONNAIRES, action=COMPOSE, actor=actor, event_model=ReportEvent,
        on=timezone.localdate(at), at=at, allowed=lambda _: is_in_charge(actor), facts={"closes_on": closes_on},
    )  # fmt: skip
    row.bodies.set(bodies)
    return row


@transaction.atomic
def edit(
    *,
    actor: User,
    row: Questionnaire,
    edition: int,
    title: str,
    intro: str,
    opens_on: date,
    closes_on: date,
    bodies: Sequence[Department],
    at: datetime,
) -> Questionnaire:
    """Change what it is called, when and about whom it asks."""
    _need_span(opens_on, closes_on)
    row = _locked(actor, row, edition)
    row.title, row.intro, row.opens_on, row.closes_on = title.strip(), intro.strip(), opens_on, closes_on
    row.save(update_fields=["title", "intro", "opens_on", "closes_on"])
    row.bodies.set(bodies)
    _changed(row, actor, at, {"closes_on": closes_on})
    return row


def _need_span(opens_on: date, closes_on: date) -> None:
    if closes_on < opens_on:
        raise Incomplete("截止日期不能早于开始日期。")


@transaction.atomic
def save_question(
    *,
    actor: User,
    row: Questionnaire,
    edition: int,
    question: Question | None,
    kind: str,
    text: str,
    options: Sequence[str],
    is_required: bool,
    at: datetime,
) -> Question:
    """Add a question at the end, or change one."""
    row = _locked(actor, row, edition)
    if kind == QuestionKind.CHOICE and len(options) < 2:
        raise Incomplete("单项选择至少写两个选项。")
    last = row.questions.aggregate(last=Max("position"))["last"] or 0
    one = question or Question(questionnaire=row, position=last + 1)
    one.kind, one.text, one.is_required = kind, text.strip(), is_required
    one.options = list(options) if kind == QuestionKind.CHOICE else []
    one.save()
    _changed(row, actor, at, {"question": one.pk, "text": digest(one.text)})
    return one


@transaction.atomic
def delete_question(*, actor: User, question: Question, edition: int, at: datetime) -> None:
    """Take a question out."""
    row = _locked(actor, question.questionnaire, edition)
    facts = {"deleted": question.pk}
    question.delete()
    _changed(row, actor, at, facts)


@transaction.atomic
def drop(*, actor: User, row: Questionnaire, edition: int, at: datetime) -> None:
    """Delete a questionnaire that is being written."""
    row = _locked(actor, row, edition)
    record(subject=row, action=DROP, actor=actor, event_model=ReportEvent, on=timezone.localdate(at), at=at, facts={})
    row.delete()


def _locked(actor: User, row: Questionnaire, edition: int) -> Questionnaire:
    if not is_in_charge(actor):
        raise PermissionDenied("评议问卷由主管部门编制。")
    now = Questionnaire.objects.select_for_update().get(pk=row.pk)
    if now.state != QuestionnaireState.DRAFT:
        raise WrongState(f"该问卷现在是“{now.get_state_display()}”，不能修改。")
    if now.edition != edition:
        raise Lost("问卷刚才已被他人修改，请刷新后再改。", None)
    return now


def _changed(row: Questionnaire, actor: User, at: datetime, facts: Mapping[str, Any]) -> None:
    Questionnaire.objects.filter(pk=row.pk).update(edition=F("edition") + 1)
    record(
        subject=row, action=EDIT, actor=actor, event_model=ReportEvent, on=timezone.localdate(at), at=at, facts=facts
    )


# --- on its way -------------------------------------------------------------------------------------------------------------


@transaction.atomic
def open_to_public(*, actor: User, row: Questionnaire, at: datetime) -> None:
    """条例§46: have citizens answer from its first day on."""
    if row.state == QuestionnaireState.DRAFT and is_in_charge(actor):
        if not row.questions.filter(kind=QuestionKind.STARS).exists():
            raise Incomplete("请至少添加一个五级评价的问题，评价结果才能计入考核。")
        if row.closes_on < timezone.localdate(at):
            raise Incomplete("截止日期已经过去，请先修改。")
    _move(row, OPEN, actor, at)
    record_changes([])


@transaction.atomic
def close(*, actor: User, row: Questionnaire, at: datetime) -> None:
    """No more ballots."""
    _move(row, CLOSE, actor, at, {"closed_at": at})
    record_changes([])


def close_due(*, at: datetime) -> int:
    """End what is past its last day; how many."""
    due = Questionnaire.objects.filter(state=QuestionnaireState.OPEN, closes_on__lt=timezone.localdate(at))
    rows = list(due.order_by("pk"))
    for row in rows:
        with transaction.atomic():
            _move(row, CLOSE, system_actor(), at, {"closed_at": at}, is_system=True)
            record_changes([])
    return len(rows)


@transaction.atomic
def publish(*, actor: User, row: Questionnaire, at: datetime) -> None:
    """条例§50: put the result before the public."""
    _move(row, PUBLISH, actor, at, {"published_at": at})
    record_changes([])


def _move(
    row: Questionnaire,
    action: str,
    actor: User,
    at: datetime,
    changes: Mapping[str, Any] | None = None,
    *,
    is_system: bool = False,
) -> None:
    move(
        subject=row, table=QUESTIONNAIRES, action=action, actor=actor, event_model=ReportEvent,
        on=timezone.localdate(at), at=at, allowed=lambda _: is_system or is_in_charge(actor), facts={}, changes=changes,
    )  # fmt: skip


# --- ballots ----------------------------------------------------------------------------------------------------------------


def ticket(row: Questionnaire) -> str:
    """What makes one form good for one ballot: signed, good for twelve hours, saying nothing of who holds it."""
    return signing.dumps([row.pk, secrets.token_urlsafe(12)], salt=_SALT)


def is_ticket(text: str, row: Questionnaire) -> bool:
    """Whether we gave this ticket out for this questionnaire, not too long ago."""
    try:
        said = signing.loads(text, salt=_SALT, max_age=TICKET_SECONDS)
    except signing.BadSignature:
        return False
    return isinstance(said, list) and said[:1] == [row.pk]


@transaction.atomic
def cast(
    *, row: Questionnaire, department: Department, answers: Mapping[int, int | str], ticket: str, at: datetime
) -> Ballot:
    """条例§46: one person's answers about one body, counted at once.

    ``answers`` by question: stars 1 to 5, the number of an option, or words. Raises WrongState outside its days, `Twice`
    for a form that was handed in before, Incomplete for answers that fit no question.
    """
    on = timezone.localdate(at)
    if not rules.is_answerable(row, on):
        raise WrongState("本次评议不在评议期内。")
    if not rules.bodies_asked_about(row).filter(pk=department.pk).exists():
        raise Incomplete("本次评议不包括这个机构。")
    kept = _checked(row, answers)
    words = any(isinstance(value, str) for value in kept.values())
    ballot = Ballot(
        questionnaire=row, department=department, answers={str(key): value for key, value in kept.items()},
        has_text=words, on=on, once=digest(ticket),
    )  # fmt: skip
    try:
        with transaction.atomic():
            ballot.save(force_insert=True)
    except IntegrityError as error:
        raise Twice("这份评议已经收到，不必再交。") from error
    _count(ballot, kept)
    return ballot


def _checked(row: Questionnaire, answers: Mapping[int, int | str]) -> dict[int, int | str]:
    questions = {one.pk: one for one in row.questions.all()}
    kept: dict[int, int | str] = {}
    for key, value in sorted(answers.items()):
        question = questions.get(key)
        if question is None or not _fits(question, value):
            raise Incomplete("有的回答与问题不符，请重新填写。")
        kept[key] = value.strip() if isinstance(value, str) else value
    missing = [one.text for one in questions.values() if one.is_required and one.pk not in kept]
    if missing:
        raise Incomplete(f"还没有回答：{'、'.join(missing)}。")
    return kept


def _fits(question: Question, value: int | str) -> bool:
    if question.kind == QuestionKind.TEXT:
        return isinstance(value, str) and 0 < len(value.strip()) <= 500
    if not isinstance(value, int):
        return False
    return 1 <= value <= 5 if question.kind == QuestionKind.STARS else 0 <= value < len(question.options)


def _count(ballot: Ballot, kept: Mapping[int, int | str]) -> None:
    """In one order, so that two ballots never wait for each other."""
    counted: list[tuple[int | None, int]] = [(None, 0)]
    counted += [(key, value) for key, value in kept.items() if isinstance(value, int)]
    for question, value in counted:
        of: dict[str, Any] = {
            "questionnaire": ballot.questionnaire,
            "department": ballot.department,
            "question_id": question,
            "value": value,
        }
        if not Tally.objects.filter(**of).update(count=F("count") + 1):
            Tally.objects.get_or_create(**of)
            Tally.objects.filter(**of).update(count=F("count") + 1)
