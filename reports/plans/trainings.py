"""Trainings: recorded, put right, voided; and the numbers of a year for reports and scorecards."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Count, F, QuerySet, Sum
from django.utils import timezone

from accounts.models import Department, User
from accounts.rules import Person
from catalog.models import Document
from reports.models import ReportEvent, Training
from reports.plans import rules
from reports.plans.selectors import Page
from reports.plans.states import EDIT_TRAINING, RECORD_TRAINING, TRAINING_ACTIONS, VOID_TRAINING
from workflow.evidence import digest
from workflow.services import Incomplete, Lost, WrongPerson, WrongState, last_event, record

PAGE = 30
HALF = Decimal("0.5")


@dataclass(frozen=True)
class TrainingValues:
    """A training as somebody typed it."""

    department: Department
    on: date
    topic: str
    method: str
    people: int
    hours: Decimal
    note: str = ""
    url: str = ""
    document: Document | None = None


@transaction.atomic
def record_training(*, actor: User, values: TrainingValues, at: datetime) -> Training:
    """条例§48: note that people were trained, on the day it took place."""
    _check(actor, values, at)
    row = Training.objects.create(**vars(values), recorded_by=actor, recorded_at=at)
    _record(actor, row, RECORD_TRAINING, at, values)
    return row


@transaction.atomic
def edit_training(*, actor: User, training: Training, values: TrainingValues, edition: int, at: datetime) -> None:
    """Put an entry right; every change stands in the record. `Lost` when somebody changed it since it was shown."""
    _check_owner(actor, training)
    _check(actor, values, at)
    same = Training.objects.standing().filter(pk=training.pk, edition=edition)
    if not same.update(**vars(values), edition=F("edition") + 1):
        raise _overtaken(training)
    _record(actor, training, EDIT_TRAINING, at, values)
    training.refresh_from_db()


@transaction.atomic
def void_training(*, actor: User, training: Training, reason: str, at: datetime) -> None:
    """Strike an entry that should not be there, with the reason; it is not counted any more."""
    _check_owner(actor, training)
    if not reason.strip():
        raise Incomplete("请写明作废的原因。")
    values = {"voided_at": at, "voided_reason": reason.strip(), "edition": F("edition") + 1}
    if not Training.objects.standing().filter(pk=training.pk).update(**values):
        raise _overtaken(training)
    on = timezone.localdate(at)
    facts = {"reason": digest(reason.strip())}
    record(subject=training, action=VOID_TRAINING, actor=actor, event_model=ReportEvent, on=on, at=at, facts=facts)
    training.refresh_from_db()


def _check_owner(actor: User, training: Training) -> None:
    if not rules.can_record_training_of(actor, training.department):
        raise WrongPerson("培训由组织机关的申请办理、公开机构负责人登记，您不能修改。")


def _check(actor: User, values: TrainingValues, at: datetime) -> None:
    if not rules.can_record_training_of(actor, values.department):
        raise WrongPerson("您不能为该机关登记培训。")
    if values.on > timezone.localdate(at):
        raise Incomplete("培训日期不能晚于今天，举办以后再登记。")
    if not values.people:
        raise Incomplete("参训人次至少为 1。")
    if values.hours < HALF or values.hours % HALF:
        raise Incomplete("学时以半个学时为单位，至少 0.5。")


def _record(actor: User, row: Training, action: str, at: datetime, values: TrainingValues) -> None:
    said = "\n".join([values.topic, values.note, values.url, str(values.document.pk if values.document else "")])
    record(
        subject=row,
        action=action,
        actor=actor,
        event_model=ReportEvent,
        on=timezone.localdate(at),
        at=at,
        facts={
            "department": values.department.pk, "day": values.on, "method": values.method, "people": values.people,
            "half_hours": int(values.hours / HALF), "text": digest(said),
        },
    )  # fmt: skip


def _overtaken(training: Training) -> Lost | WrongState:
    now = Training.objects.get(pk=training.pk)
    if now.voided_at is not None:
        return WrongState("该登记已经作废，不能再改。")
    event = last_event(ReportEvent, training)
    who = f"{event.actor}已办理“{TRAINING_ACTIONS[event.action]}”，" if event else ""
    return Lost(f"{who}请看过现在的内容再办理。", event)


# --- reads -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Trained:
    """The trainings of one body in a year, in numbers."""

    trainings: int = 0
    people: int = 0
    hours: Decimal = Decimal(0)


@dataclass(frozen=True)
class TrainedYear:
    """The trainings of several bodies in a year: all together, and those of each body that had any, by its key."""

    whole: Trained = field(default_factory=Trained)
    by_body: dict[int, Trained] = field(default_factory=dict)


def trainings_of(bodies: Iterable[Department | int], year: int) -> TrainedYear:
    """条例§48, §50: how many trainings these bodies held in ``year``, for how many people, in hours; one question.

    For annual reports (监督保障) and scorecards. Voided entries are not counted.
    """
    keys = [body if isinstance(body, int) else body.pk for body in bodies]
    return _counted(Training.objects.filter(department__in=keys), year)


def trainings_in(user: Person, year: int) -> TrainedYear:
    """The same of everything ``user`` sees."""
    return _counted(rules.trainings_visible_to(user), year)


def _counted(found: QuerySet[Training], year: int) -> TrainedYear:
    within = found.filter(voided_at=None, on__gte=date(year, 1, 1), on__lte=date(year, 12, 31))
    sums = {"trainings": Count("pk"), "people_sum": Sum("people"), "hours_sum": Sum("hours")}
    rows: Any = within.order_by().values("department").annotate(**sums)
    by_body = {
        row["department"]: Trained(row["trainings"], row["people_sum"], Decimal(row["hours_sum"])) for row in rows
    }
    whole = Trained(
        sum(row.trainings for row in by_body.values()),
        sum(row.people for row in by_body.values()),
        sum((row.hours for row in by_body.values()), Decimal(0)),
    )
    return TrainedYear(whole, by_body)


def training_page(user: Person, *, year: int, code: str, before: tuple[date, int] | None) -> Page:
    """Trainings of a year, newest first, voided ones among them; ``before`` is the last one of the page above."""
    found = _of_year(user, year, code)
    if before is not None:
        found = found.filter(on__lte=before[0]).exclude(on=before[0], pk__gte=before[1])
    rows = list(found[: PAGE + 1])
    last: Any = rows[PAGE - 1] if len(rows) > PAGE else None
    return Page(rows[:PAGE], f"{last.on.isoformat()}.{last.pk}" if last else "")


def _of_year(user: Person, year: int, code: str) -> QuerySet[Training]:
    found = rules.trainings_visible_to(user).filter(on__gte=date(year, 1, 1), on__lte=date(year, 12, 31))
    if code:
        found = found.filter(department__code=code)
    return found.select_related("department", "recorded_by", "document").order_by("-on", "-pk")


def training_rows(user: Person, *, year: int, code: str) -> Iterable[Training]:
    """The same without pages, for files: what counts only."""
    return _of_year(user, year, code).filter(voided_at=None).iterator(chunk_size=500)
