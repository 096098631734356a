"""The only code that writes a `state` field, and the only code that appends to the record."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, TypeVar

from django.db import models, transaction
from django.utils import timezone

from workflow.evidence import GENESIS, checked
from workflow.models import Event
from workflow.transitions import NEW, Transition, TransitionTable

E = TypeVar("E", bound=Event)
Allowed = Callable[[Transition], bool]


class Refused(Exception):
    """A move that was not made; the text (Chinese) says why and may be shown."""


class WrongState(Refused):
    """Not lawful in the state the record is in."""


class WrongPerson(Refused):
    """Lawful now, but not for this person."""


class Incomplete(Refused):
    """Facts that the transition needs are missing."""


class Lost(Refused):
    """Somebody else was first; `event` is what they did, None when it left no event."""

    def __init__(self, text: str, event: Event | None) -> None:
        super().__init__(text)
        self.event = event


@transaction.atomic
def move(
    *,
    subject: models.Model,
    table: TransitionTable,
    action: str,
    actor: models.Model,
    event_model: type[E],
    on: date,
    at: datetime,
    allowed: Allowed,
    facts: Mapping[str, Any],
    changes: Mapping[str, Any] | None = None,
) -> E:
    """Take one lawful step and record it; or raise a `Refused` and change nothing.

    The state changes only if it still is what ``subject`` was loaded with (compare and swap), together with
    ``changes`` to other fields. ``on`` is the legally effective day, ``at`` the moment of recording.
    """
    source = _state_of(subject)
    row = _lawful(table, source, action, allowed, facts)
    values = {**(changes or {}), "state": row.target}
    won = type(subject)._base_manager.filter(pk=subject.pk, state=source).update(**values)
    if won != 1:
        raise lost(subject, table, event_model)
    event = _append(
        event_model, subject, action=action, source=source, target=row.target, actor=actor, on=on, at=at, facts=facts
    )
    for name, value in values.items():
        setattr(subject, name, value)
    return event


@transaction.atomic
def record(
    *,
    subject: models.Model,
    action: str,
    actor: models.Model,
    event_model: type[E],
    on: date,
    at: datetime,
    facts: Mapping[str, Any],
) -> E:
    """Append an event that changes no state (an edit, an assignment). The caller has checked permission."""
    # The row lock keeps two writers from taking the same number in the chain.
    type(subject)._base_manager.select_for_update().filter(pk=subject.pk).first()
    state = str(getattr(subject, "state", ""))
    return _append(
        event_model, subject, action=action, source=state, target=state, actor=actor, on=on, at=at, facts=facts
    )


def place(
    *,
    row: models.Model,
    table: TransitionTable,
    action: str,
    actor: models.Model,
    event_model: type[E],
    on: date,
    at: datetime,
    allowed: Allowed,
    facts: Mapping[str, Any],
) -> E:
    """Create one record (unsaved) in the state where ``action`` on a new record leads; the first event of its chain."""
    return place_many(
        rows=[row],
        table=table,
        action=action,
        batch=row,
        actor=actor,
        event_model=event_model,
        on=on,
        at=at,
        allowed=allowed,
        facts=facts,
    )


@transaction.atomic
def place_many(
    *,
    rows: Sequence[models.Model],
    table: TransitionTable,
    action: str,
    batch: models.Model,
    actor: models.Model,
    event_model: type[E],
    on: date,
    at: datetime,
    allowed: Allowed,
    facts: Mapping[str, Any],
    **bulk_options: Any,
) -> E:
    """Create ``rows`` (unsaved, one model) in the state where ``action`` on a new record leads, as one lawful batch.

    The event stands in the chain of ``batch``, once: later slices of the same batch with the same action, actor and
    facts rest on it (rulings 17). ``bulk_options`` go to `bulk_create`.
    """
    row = _lawful(table, NEW, action, allowed, facts)
    for item in rows:
        setattr(item, "state", row.target)  # noqa: B010 - only this module writes a state
    if rows:
        type(rows[0])._base_manager.bulk_create(rows, **bulk_options)
    return _batch_event(event_model, batch, row, actor=actor, on=on, at=at, facts=facts)


@transaction.atomic
def move_many(
    *,
    subjects: "models.QuerySet[Any]",
    table: TransitionTable,
    action: str,
    source: str,
    batch: models.Model,
    actor: models.Model,
    event_model: type[E],
    on: date,
    at: datetime,
    allowed: Allowed,
    facts: Mapping[str, Any],
    changes: Mapping[str, Any] | None = None,
) -> tuple[int, E]:
    """Move all ``subjects`` that are in ``source`` as one lawful batch; gives how many moved and the batch's event.

    For imports. A person at a desk moves records one by one, so that each chain shows it.
    """
    row = _lawful(table, source, action, allowed, facts)
    moved = subjects.filter(state=source).update(**{**(changes or {}), "state": row.target})
    return moved, _batch_event(event_model, batch, row, actor=actor, on=on, at=at, facts=facts)


def _state_of(subject: models.Model) -> str:
    return str(subject.state)  # type: ignore[attr-defined]


def _lawful(table: TransitionTable, source: str, action: str, allowed: Allowed, facts: Mapping[str, Any]) -> Transition:
    row = table.find(source, action)
    if row is None:
        raise WrongState(table.wrong_state(source, action))
    if not allowed(row):
        raise WrongPerson(table.wrong_person(row))
    missing = [name for name in row.needs if facts.get(name) in (None, "", [], {})]
    if missing:
        label = table.actions.get(action, action)
        raise Incomplete(f"{label}还缺少：{'、'.join(table.facts.get(name, name) for name in missing)}。")
    return row


def lost(
    subject: models.Model, table: TransitionTable, event_model: type[Event], *, advice: str = "请刷新后再办。"
) -> Lost:
    """What to tell the one who came second: who was first, and when."""
    event = last_event(event_model, subject)
    if event is None:
        return Lost(f"{table.noun}的状态已经改变，{advice}", None)
    when = f"{timezone.localtime(event.at):%Y年%-m月%-d日 %H:%M}"
    label = table.actions.get(event.action, event.action)
    return Lost(f"{event.actor}已于{when}办理“{label}”，{advice}", event)


def last_event(event_model: type[E], subject: models.Model) -> E | None:
    """The newest event of a record, with its actor."""
    return _chain(event_model, subject).select_related("actor").last()


def _chain(event_model: type[E], subject: models.Model) -> "models.QuerySet[E]":
    """Events of one record, oldest first."""
    found: models.QuerySet[E] = event_model._base_manager.filter(
        subject_type=subject._meta.label_lower, subject_id=subject.pk
    ).order_by("number")
    return found


def _batch_event(
    event_model: type[E],
    batch: models.Model,
    row: Transition,
    *,
    actor: models.Model,
    on: date,
    at: datetime,
    facts: Mapping[str, Any],
) -> E:
    type(batch)._base_manager.select_for_update().filter(pk=batch.pk).first()
    same = _chain(event_model, batch).filter(action=row.action, source=row.source, target=row.target, actor=actor)
    wanted = checked(dict(facts))
    for event in same:
        if event.facts == wanted:
            return event
    return _append(
        event_model,
        batch,
        action=row.action,
        source=row.source,
        target=row.target,
        actor=actor,
        on=on,
        at=at,
        facts=facts,
    )


def _append(
    event_model: type[E],
    subject: models.Model,
    *,
    action: str,
    source: str,
    target: str,
    actor: models.Model,
    on: date,
    at: datetime,
    facts: Mapping[str, Any],
) -> E:
    """Chain one more event to the record. The caller holds the record's row."""
    last = _chain(event_model, subject).last()
    event = event_model(
        subject_type=subject._meta.label_lower,
        subject_id=subject.pk,
        number=last.number + 1 if last else 1,
        action=action,
        source=source,
        target=target,
        actor=actor,
        at=at,
        on=on,
        facts=checked(dict(facts)),
        previous_hash=last.hash if last else GENESIS,
    )
    event.hash = event.computed_hash()
    event.save()
    return event
