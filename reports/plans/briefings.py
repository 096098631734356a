"""Press briefings: how many of those planned for a quarter were held."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from reports.models import Progress, Task
from reports.plans.states import TaskKind, quarter_end, quarter_of
from workdays.arithmetic import Calendar


@dataclass(frozen=True, slots=True)
class Quarter:
    """A quarter of a briefing task: planned, held, and the day it ends."""

    task: Task
    quarter: int
    quota: int
    held: int
    ends_on: date

    @property
    def missing(self) -> int:
        """How many are still to be held."""
        return max(0, self.quota - self.held)


def quarters_of(tasks: Iterable[Task], days: Mapping[int, Sequence[date]] | None = None) -> dict[int, list[Quarter]]:
    """The four quarters of each briefing task with its plan, by the task's key; one question for all of them.

    With ``days``, by task, those are the briefings held, and nothing is asked.
    """
    rows = [task for task in tasks if task.is_briefing]
    if days is None:
        days = held_days([task.pk for task in rows])
    found = {}
    for task in rows:
        held = Counter(quarter_of(day) for day in days.get(task.pk, ()))
        found[task.pk] = [
            Quarter(task, quarter, quota, held[quarter], quarter_end(task.plan.year, quarter))
            for quarter, quota in task.quotas.items()
        ]
    return found


def held_days(keys: Sequence[int]) -> dict[int, list[date]]:
    """The days of the briefings held, by task."""
    found: dict[int, list[date]] = {}
    entries = Progress.objects.held().filter(task__in=keys) if keys else Progress.objects.none()
    for task_id, held_on in entries.values_list("task_id", "held_on"):
        if held_on:
            found.setdefault(task_id, []).append(held_on)
    return found


def share_of(quarters: Iterable[Quarter]) -> int:
    """How many per cent of the briefings of the year were held."""
    rows = list(quarters)
    planned, held = sum(each.quota for each in rows), sum(each.held for each in rows)
    return min(100, 100 * held // planned) if planned else 0


@dataclass(frozen=True, slots=True)
class Short:
    """A briefing task with fewer held than were planned up to the end of ``quarter``; ``since`` the first end that was so."""

    task: Task
    quarter: Quarter
    planned: int
    held: int
    since: date


def behind(today: date) -> list[Short]:
    """Briefing tasks under way that are behind their plan for the quarters that are over."""
    found = [_short([each for each in rows if each.ends_on < today], rows) for rows in _running().values()]
    return [each for each in found if each]


def short_soon(today: date, calendar: Calendar, workdays: int) -> list[Short]:
    """Those that will be behind when the quarter under way, which plans some, ends within so many working days."""
    found = []
    for rows in _running().values():
        until = [each for each in rows if calendar.workdays_between(today, each.ends_on) <= workdays]
        if until and until[-1].quota and until[-1].ends_on >= today:
            found.append(_short(until, rows))
    return [each for each in found if each]


def _short(until: Sequence[Quarter], year: Sequence[Quarter]) -> Short | None:
    """The one rule: what was held early counts for later quarters, what was missed and held later is made up for."""
    held, planned, since = sum(each.held for each in year), 0, None
    for each in until:
        planned += each.quota
        since = since or (each.ends_on if planned > held else None)
    return Short(each.task, each, planned, held, since) if since else None


def _running() -> dict[int, list[Quarter]]:
    return quarters_of(Task.objects.under_way().filter(kind=TaskKind.BRIEFING).select_related("plan", "lead"))
