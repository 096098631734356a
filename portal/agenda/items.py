"""What has a day: due days of applications, drafts, rounds, tasks and problems, each as far as somebody sees it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from enum import IntEnum
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse

from accounts.models import User
from disclosure.deadlines import FixedDay, annual_report_days
from disclosure.models import Revision, Round
from disclosure.rounds.rules import rounds_visible_to
from disclosure.rounds.states import RoundState
from disclosure.states import OPEN_STATES, RevisionState
from disclosure.versions.clocks import clock_of
from disclosure.versions.rules import revisions_visible_to
from reports.models import Problem
from reports.models.plans import TaskQuerySet
from reports.plans.rules import own_bodies, tasks_visible_to
from reports.plans.telling import url_of
from reports.problems.rules import problems_visible_to
from reports.problems.states import ProblemState
from requests_app.cases.clock import clock_of_row
from requests_app.cases.telling import case_url
from requests_app.clock_words import WEEKDAYS, ClockWords, provisional_note, unpublished_year
from requests_app.deadlines import ClockState
from requests_app.ledger.queues import Reader
from requests_app.models import CaseDue, DueKind, InformationRequest
from requests_app.watch.plans import PLANS
from workdays.arithmetic import Calendar
from workdays.due import written

CASE_SHOWN = (
    *("on", "kind", "provisional"),
    *(f"case__{name}" for name in "number matter state due_on clock_state provisional received_on".split()),
    *("case__used_workdays", "case__on_time", "case__department__name"),
)
# A period that pauses is not late (条例§32, §34), whatever its day says.
PAUSED_REPLY = Q(kind=DueKind.REPLY, clock=ClockState.PAUSED)
DRAFT_SHOWN = ("title", "state", "due_on", "formed_or_changed_on", "department__name")


class Source(IntEnum):
    """Where an item comes from; the order within a day."""

    LAW = 0
    CASE = 1
    DRAFT = 2
    ROUND = 3
    TASK = 4
    PROBLEM = 5


Key = tuple[date, int, int]
"""Day, source and key of an item: the order of every list."""


@dataclass(frozen=True, slots=True)
class Asker:
    """Who looks. ``chosen`` are the keys of one body and its offices, None for all that is seen; ``is_mine``: only what
    this person handles or wrote."""

    user: User
    reader: Reader
    chosen: tuple[int, ...] | None = None
    is_mine: bool = False


@dataclass(frozen=True, slots=True)
class Window:
    """From which day to which, both included, None = open; ``after`` is the last item of the page before."""

    first: date | None
    last: date | None
    after: Key | None = None
    is_late: bool = False
    """Only what is late: without replies whose period pauses."""

    def where(self, field: str, source: Source) -> Q:
        """The same of one source, whose day is ``field``."""
        found = Q()
        if self.first:
            found &= Q(**{f"{field}__gte": self.first})
        if self.last:
            found &= Q(**{f"{field}__lte": self.last})
        if self.after:
            day, last_source, pk = self.after
            found &= Q(**{f"{field}__gte": day})  # for the index; the rest only leaves out what was shown
            if source == last_source:
                found &= Q(**{f"{field}__gt": day}) | Q(**{field: day, "pk__gt": pk})
            elif source < last_source:
                found &= Q(**{f"{field}__gt": day})
        return found

    def holds(self, key: Key) -> bool:
        """Whether an item lies in it."""
        on = key[0]
        is_within = (self.first is None or on >= self.first) and (self.last is None or on <= self.last)
        return is_within and (self.after is None or key > self.after)


@dataclass(frozen=True, slots=True)
class Item:
    """One thing due. ``about`` says more than the title: a register number, a step; ``clock`` None: no period runs."""

    key: Key
    kind: str
    about: str
    title: str
    url: str
    department: str
    clock: ClockWords | None
    has_ring: bool = False

    @property
    def on(self) -> date:
        """The day."""
        return self.key[0]

    @property
    def weekday(self) -> str:
        """As one character."""
        return WEEKDAYS[self.on.weekday()]


# --- applications ------------------------------------------------------------------------------------------------------


def case_dues(asker: Asker) -> QuerySet[CaseDue]:
    """Open due days of the applications somebody sees (twin of `requests_app.rules.cases_visible_to`).

    Its application is asked row by row on purpose: joined, databases would rather read every application a body ever
    had than walk the due days, which are those of open ones only.
    """
    found, reader, me = CaseDue.objects.alias(body=_of_its_case("department_id")), asker.reader, asker.user.pk
    helped = Q(case__in=InformationRequest.co_handlers.through.objects.filter(user=me).values("informationrequest_id"))
    if not reader.is_city_wide:
        if not reader.may_read:
            return found.none()
        found = found.filter(Q(body__in=reader.bodies) | helped if reader.helps else Q(body__in=reader.bodies))
    if asker.chosen is not None:
        found = found.filter(body__in=asker.chosen)
    if asker.is_mine:
        found = found.filter(Q(case__officer=me) | helped if reader.helps else Q(case__officer=me))
    return found


def _of_its_case(column: str) -> Subquery:
    return Subquery(InformationRequest.objects.filter(pk=OuterRef("case_id")).values(column)[:1])


def case_days(asker: Asker, window: Window, today: date) -> Iterator[tuple[date, int, int]]:
    """(day, how many, how many of them late)."""
    found = case_dues(asker).filter(window.where("on", Source.CASE))
    spared = dict(_per_day(_with_clock(found).filter(PAUSED_REPLY, on__lt=today)))
    for on, count in _per_day(found):
        yield on, count, count - spared.get(on, 0) if on < today else 0


def _with_clock(found: QuerySet[CaseDue]) -> QuerySet[CaseDue]:
    return found.alias(clock=_of_its_case("clock_state"))


def _per_day(found: QuerySet[CaseDue]) -> QuerySet[CaseDue, tuple[date, int]]:
    return found.values("on").order_by("on").annotate(count=Count("pk")).values_list("on", "count")


def case_items(asker: Asker, window: Window, most: int, today: date, calendar: Calendar) -> list[Item]:
    """The first of them, soonest first."""
    found = case_dues(asker).filter(window.where("on", Source.CASE)).order_by("on", "pk")
    if window.is_late:
        found = _with_clock(found).exclude(PAUSED_REPLY)
    rows = found.select_related("case__department").only(*CASE_SHOWN)[:most]
    return [_case_item(row, today, calendar) for row in rows]


def _case_item(due: CaseDue, today: date, calendar: Calendar) -> Item:
    case = due.case
    return Item(
        key=(due.on, Source.CASE, due.pk),
        kind=due.get_kind_display(),
        about=case.number,
        title=case.matter or "（未写明）",
        url=case_url(case),
        department=case.department.name,
        clock=_case_clock(due, today, calendar),
        has_ring=due.kind == DueKind.REPLY,
    )


def _case_clock(due: CaseDue, today: date, calendar: Calendar) -> ClockWords:
    """A reply in the words of the case's own clock; what else is due by its own day."""
    if due.kind == DueKind.REPLY:
        return _short(clock_of_row(due.case, today, calendar))
    if due.kind == DueKind.CONFIRM:
        return _short(clock_of_row(due.case, today, calendar, confirm_by=due.on))
    late = PLANS[due.kind].late
    return _plain(due.on, today, calendar, late=late, is_provisional=due.provisional)


# --- drafts and rounds -------------------------------------------------------------------------------------------------


def drafts(asker: Asker) -> QuerySet[Revision]:
    """条例§26: versions under way that have to be public by a day, those somebody sees."""
    found = revisions_visible_to(asker.user).filter(state__in=sorted(OPEN_STATES), due_on__isnull=False)
    if asker.chosen is not None:
        found = found.filter(department__in=asker.chosen)
    return found.filter(Q(written_by=asker.user) | Q(assigned_to=asker.user)) if asker.is_mine else found


def draft_days(asker: Asker, window: Window, today: date) -> Iterator[tuple[date, int, int]]:
    """(day, how many, how many of them late), out of the index of the queue."""
    found = drafts(asker).filter(window.where("due_on", Source.DRAFT)).order_by("due_on")
    return _late_per_day(found, today)


def _late_per_day(found: QuerySet[Any], today: date) -> Iterator[tuple[date, int, int]]:
    for on, count in found.values("due_on").annotate(count=Count("pk")).values_list("due_on", "count"):
        yield on, count, count if on < today else 0


def draft_items(asker: Asker, window: Window, most: int, today: date, calendar: Calendar) -> list[Item]:
    """The first of them, soonest first."""
    found = drafts(asker).filter(window.where("due_on", Source.DRAFT)).order_by("due_on", "pk")
    return [
        _draft_item(row, row.due_on, today, calendar)
        for row in found.select_related("department").only(*DRAFT_SHOWN)[:most]
        if row.due_on
    ]


def _draft_item(row: Revision, on: date, today: date, calendar: Calendar) -> Item:
    place = "draft" if row.state == RevisionState.DRAFT else "revision"
    formed = row.formed_or_changed_on
    is_provisional = formed is not None and calendar.is_count_provisional(formed, on)
    return Item(
        key=(on, Source.DRAFT, row.pk),
        kind="公开",
        about=f"拟稿：{row.get_state_display()}",
        title=row.title or "（未命名）",
        url=reverse(f"disclosure:{place}", args=[row.pk]),
        department=row.department.name,
        clock=_plain(on, today, calendar, is_provisional=is_provisional),
    )


def rounds(asker: Asker) -> QuerySet[Round]:
    """条例§18: open rounds with a day; a body has at most one of a kind, so there are few."""
    found = rounds_visible_to(asker.user).filter(state=RoundState.OPEN, closes_on__isnull=False)
    if asker.chosen is not None:
        found = found.filter(department__in=asker.chosen)
    return found.filter(opened_by=asker.user) if asker.is_mine else found


def round_items(asker: Asker, today: date, calendar: Calendar) -> list[Item]:
    """All of them, soonest first."""
    return [
        Item(
            key=(row.closes_on, Source.ROUND, row.pk),
            kind=row.get_kind_display(),
            about="",
            title=row.title,
            url=reverse("disclosure:round", args=[row.pk]),
            department=row.department.name,
            clock=_plain(row.closes_on, today, calendar),
        )
        for row in rounds(asker).select_related("department").order_by("closes_on", "pk")
        if row.closes_on
    ]


def tasks(asker: Asker) -> TaskQuerySet:
    """Tasks of plans under way, those somebody sees; a plan has at most some hundreds."""
    found = tasks_visible_to(asker.user).under_way()
    if asker.chosen is not None:
        found = found.of_bodies(list(asker.chosen))
    return found.of_bodies(own_bodies(asker.user)) if asker.is_mine else found


def task_items(asker: Asker, today: date, calendar: Calendar) -> list[Item]:
    """All of them, soonest first."""
    return [
        Item(
            key=(row.due_on, Source.TASK, row.pk),
            kind=row.get_kind_display(),
            about=f"第 {row.number} 项",
            title=row.text,
            url=url_of(row),
            department=row.lead.name,
            clock=_plain(row.due_on, today, calendar),
        )
        for row in tasks(asker).select_related("lead").order_by("due_on", "pk")
    ]


def few_items(asker: Asker, today: date, calendar: Calendar) -> list[Item]:
    """Rounds and tasks: so few that they are read once for counts and list."""
    return [*round_items(asker, today, calendar), *task_items(asker, today, calendar)]


def problems(asker: Asker) -> QuerySet[Problem]:
    """条例§47: problems a body still has to put right, those somebody sees."""
    found = problems_visible_to(asker.user).filter(state=ProblemState.OPEN)
    if asker.chosen is not None:
        found = found.filter(department__in=asker.chosen)
    return found.filter(department__in=own_bodies(asker.user)) if asker.is_mine else found


def problem_days(asker: Asker, window: Window, today: date) -> Iterator[tuple[date, int, int]]:
    """(day, how many, how many of them late)."""
    return _late_per_day(problems(asker).filter(window.where("due_on", Source.PROBLEM)).order_by("due_on"), today)


def problem_items(asker: Asker, window: Window, most: int, today: date, calendar: Calendar) -> list[Item]:
    """The first of them, soonest first."""
    found = problems(asker).filter(window.where("due_on", Source.PROBLEM)).order_by("due_on", "pk")
    return [
        Item(
            key=(row.due_on, Source.PROBLEM, row.pk),
            kind="整改",
            about=f"问题 {row.pk}",
            title=row.text,
            url=reverse("reports_desk:problem", args=[row.pk]),
            department=row.department.name,
            clock=_plain(row.due_on, today, calendar),
        )
        for row in found.select_related("department")[:most]
    ]


# --- days of the law ---------------------------------------------------------------------------------------------------


def law_items(window: Window, years: range, today: date, calendar: Calendar) -> list[Item]:
    """条例§49: the days the law names in ``years``. Nobody reports here that it was done: what is over is not late."""
    days = [day for year in years for day in annual_report_days(year, calendar)]
    return [
        _law_item(day, number, today, calendar)
        for number, day in enumerate(days)
        if window.holds((day.on, Source.LAW, number))
    ]


def _law_item(day: FixedDay, number: int, today: date, calendar: Calendar) -> Item:
    clock = _plain(day.on, today, calendar)
    note = "" if day.is_workday else f"当天不是工作日，最后一个工作日是{written(day.latest_workday)}"
    if not calendar.is_published(day.on.year):
        note = "；".join(filter(None, [note, provisional_note(day.on.year)]))
    return Item(
        key=(day.on, Source.LAW, number),
        kind=day.label,
        about=day.article,
        title=day.what,
        url="",
        department=day.who,
        clock=None if day.on < today else replace(clock, note=note),
    )


# --- clocks in words ---------------------------------------------------------------------------------------------------


def _plain(on: date, today: date, calendar: Calendar, *, late: str = "", is_provisional: bool = False) -> ClockWords:
    """The words for a day that no pause moves. ``late``: what is said when it is over."""
    clock = clock_of(on, today, calendar)
    words = late if late and on < today else clock.words
    note = provisional_note(unpublished_year(today, on, calendar)) if is_provisional else ""
    return ClockWords(words, clock.tone, on, 0.0, note)


def _short(clock: ClockWords) -> ClockWords:
    """Without the day, which stands beside it in these lists."""
    return replace(clock, words=clock.words.partition(" · ")[0])


def counts_by_day(*found: Iterator[tuple[date, int, int]]) -> dict[date, tuple[int, int]]:
    """Day → (how many, how many late), of several sources."""
    days: dict[date, tuple[int, int]] = {}
    for on, count, late in (row for rows in found for row in rows):
        counted, counted_late = days.get(on, (0, 0))
        days[on] = (counted + count, counted_late + late)
    return days
