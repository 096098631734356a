"""Verbs on indicator sets: write, copy, put in order, use, end (条例§46). One edition a set: the second writer is told."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone

from accounts.models import Department, User
from catalog.models import Column
from reports.models import Indicator, IndicatorSet, ReportEvent, Section
from reports.rules import is_in_charge
from reports.scorecards.checking import faults, faults_of_indicator
from reports.scorecards.states import ACTIVATE, CLOSE, COMPOSE, COPY, DROP_SET, EDIT_SET, SETS, SetState
from workflow.services import Incomplete, Lost, WrongState, move, place, record

CARRIED = ("group", "name", "text", "points", "each", "frequency", "source", "measure", "parameters", "kinds")


def _place(row: IndicatorSet, action: str, actor: User, at: datetime, facts: Mapping[str, Any]) -> None:
    place(
        row=row, table=SETS, action=action, actor=actor, event_model=ReportEvent, on=timezone.localdate(at), at=at,
        allowed=lambda _: is_in_charge(actor), facts=facts,
    )  # fmt: skip


def new_set(actor: User, at: datetime, **said: Any) -> IndicatorSet:
    """An unsaved row written by ``actor``."""
    return IndicatorSet(created_by=actor, created_at=at, changed_by=actor, changed_at=at, **said)


@transaction.atomic
def compose(*, actor: User, name: str, year: int, note: str, at: datetime) -> IndicatorSet:
    """条例§46: begin an empty set."""
    row = new_set(actor, at, name=name.strip(), year=year, note=note.strip())
    _place(row, COMPOSE, actor, at, {"year": year})
    return row


@transaction.atomic
def copy(*, actor: User, source: IndicatorSet, name: str, year: int, note: str, at: datetime) -> IndicatorSet:
    """条例§46: a set for another year with everything ``source`` has."""
    row = new_set(actor, at, name=name.strip(), year=year, note=note.strip())
    _place(row, COPY, actor, at, {"year": year, "source": source.pk})
    for section in source.sections.order_by("position", "id"):
        copied = Section.objects.create(set=row, name=section.name, points=section.points, position=section.position)
        for old in section.indicators.order_by("position", "id").prefetch_related("bodies"):
            new = Indicator(section=copied, number=old.number, position=old.position)
            for name_ in CARRIED:
                setattr(new, name_, getattr(old, name_))
            new.save()
            new.bodies.set(old.bodies.all())
    return row


@transaction.atomic
def describe(
    *, actor: User, row: IndicatorSet, edition: int, name: str, year: int, note: str, at: datetime
) -> IndicatorSet:
    """Change what the set is called."""
    row = _locked(actor, row, edition)
    row.name, row.year, row.note = name.strip(), year, note.strip()
    row.save(update_fields=["name", "year", "note"])
    _changed(row, actor, at, {"year": year})
    return row


@transaction.atomic
def save_section(
    *, actor: User, row: IndicatorSet, edition: int, section: Section | None, name: str, points: Decimal, at: datetime
) -> Section:
    """Add a section at the end, or change one."""
    row = _locked(actor, row, edition)
    one = section or Section(set=row, position=_next(row.sections.all()))
    one.name, one.points = name.strip(), points
    one.save()
    _changed(row, actor, at, {"section": one.pk, "points": str(points)})
    return one


@transaction.atomic
def delete_section(*, actor: User, section: Section, edition: int, at: datetime) -> None:
    """Take a section out; only an empty one."""
    row = _locked(actor, section.set, edition)
    if section.indicators.exists():
        raise WrongState(f"板块“{section.name}”还有指标，请先删除其中的指标。")
    facts = {"deleted_section": section.pk}
    section.delete()
    _changed(row, actor, at, facts)
    renumber(row)


@transaction.atomic
def save_indicator(
    *,
    actor: User,
    section: Section,
    edition: int,
    indicator: Indicator | None,
    values: Mapping[str, Any],
    bodies: Sequence[Department],
    at: datetime,
) -> Indicator:
    """Add an indicator at the end of its section, or change one; ``values`` by the names of `CARRIED`."""
    row = _locked(actor, section.set, edition)
    slugs = Column.objects.filter(is_active=True).values_list("slug", flat=True)
    if wrong := faults_of_indicator(values, slugs):
        raise Incomplete("".join(wrong.values()))
    one = indicator or Indicator(section=section)
    if one.pk is None or one.section_id != section.pk:
        one.section, one.position = section, _next(section.indicators.all())
    for name in CARRIED:
        setattr(one, name, values[name])
    one.save()
    one.bodies.set(bodies)
    _changed(row, actor, at, {"indicator": one.pk, "points": str(one.points), "measure": one.measure})
    renumber(row)
    one.refresh_from_db()
    return one


@transaction.atomic
def move_indicator(*, actor: User, indicator: Indicator, is_up: bool, at: datetime) -> None:
    """Change places with the one before or after it in its section; at the end nothing happens."""
    row = _locked(actor, indicator.section.set, None)
    order = list(indicator.section.indicators.order_by("position", "id"))
    here = next(place for place, one in enumerate(order) if one.pk == indicator.pk)
    there = here + (-1 if is_up else 1)
    if not 0 <= there < len(order):
        return
    order[here], order[there] = order[there], order[here]
    for position, one in enumerate(order, 1):
        one.position = position
    Indicator.objects.bulk_update(order, ["position"])
    _changed(row, actor, at, {"indicator": indicator.pk, "position": there + 1})
    renumber(row)


@transaction.atomic
def delete_indicator(*, actor: User, indicator: Indicator, edition: int, at: datetime) -> None:
    """Take an indicator out."""
    row = _locked(actor, indicator.section.set, edition)
    facts = {"deleted": indicator.pk}
    indicator.delete()
    _changed(row, actor, at, facts)
    renumber(row)


@transaction.atomic
def activate(*, actor: User, row: IndicatorSet, at: datetime) -> None:
    """条例§46: have bodies assessed by it; nothing in it changes afterwards. `Incomplete` names what is wrong."""
    IndicatorSet.objects.select_for_update().get(pk=row.pk)
    if row.state == SetState.DRAFT and is_in_charge(actor) and (wrong := faults(row)):
        raise Incomplete("".join(wrong))
    _move(row, ACTIVATE, actor, at)


@transaction.atomic
def close(*, actor: User, row: IndicatorSet, at: datetime) -> None:
    """No more assessments by it."""
    _move(row, CLOSE, actor, at)


@transaction.atomic
def drop(*, actor: User, row: IndicatorSet, edition: int, at: datetime) -> None:
    """Delete a set that is being written."""
    row = _locked(actor, row, edition)
    record(
        subject=row, action=DROP_SET, actor=actor, event_model=ReportEvent, on=timezone.localdate(at), at=at, facts={}
    )
    row.delete()


def renumber(row: IndicatorSet) -> None:
    """Numbers follow the order: 2.03 is the third indicator of the second section."""
    changed = []
    for place_, section in enumerate(row.sections.order_by("position", "id"), 1):
        for position, one in enumerate(section.indicators.order_by("position", "id"), 1):
            wanted = f"{place_}.{position:02}"
            if one.number != wanted:
                one.number = wanted
                changed.append(one)
    Indicator.objects.bulk_update(changed, ["number"])


def _next(rows: Any) -> int:
    return (rows.aggregate(last=Max("position"))["last"] or 0) + 1


def _locked(actor: User, row: IndicatorSet, edition: int | None) -> IndicatorSet:
    """The set's row, held, if ``actor`` may write in it and has seen its last edition (None: it does not matter)."""
    if not is_in_charge(actor):
        raise PermissionDenied("指标体系由主管部门编制。")
    now = IndicatorSet.objects.select_for_update(of=("self",)).select_related("changed_by").get(pk=row.pk)
    if now.state != SetState.DRAFT:
        raise WrongState(f"该指标体系现在是“{now.get_state_display()}”，不能修改；可以复制后修改。")
    if edition is not None and now.edition != edition:
        when = f"{timezone.localtime(now.changed_at):%Y年%-m月%-d日 %H:%M}"
        raise Lost(f"{now.changed_by}已于{when}修改本指标体系，请刷新后再改。", None)
    return now


def _changed(row: IndicatorSet, actor: User, at: datetime, facts: Mapping[str, Any]) -> None:
    changes = {"changed_by": actor, "changed_at": at, "edition": F("edition") + 1}
    IndicatorSet.objects.filter(pk=row.pk).update(**changes)
    record(
        subject=row,
        action=EDIT_SET,
        actor=actor,
        event_model=ReportEvent,
        on=timezone.localdate(at),
        at=at,
        facts=facts,
    )


def _move(row: IndicatorSet, action: str, actor: User, at: datetime) -> None:
    move(
        subject=row, table=SETS, action=action, actor=actor, event_model=ReportEvent, on=timezone.localdate(at), at=at,
        allowed=lambda _: is_in_charge(actor), facts={}, changes={"changed_by": actor, "changed_at": at},
    )  # fmt: skip
