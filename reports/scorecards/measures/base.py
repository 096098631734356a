"""What a measure is: asked about many bodies at once, it answers for each with evidence. No queries here."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.utils import timezone

from accounts.models import Department
from reports.scorecards.periods import Period
from workdays.arithmetic import Calendar

MOST_NAMED = 5
NOT_CONCERNED = "不涉及，不计分"

Link = tuple[str, str]
"""Words and an address of this site."""


@dataclass(frozen=True)
class Asked:
    """Which bodies, which time; what lies after ``at`` has not happened. ``columns`` and ``days`` where a measure takes them.

    ``offices``: department → the body it is or is an office of (rulings 20), for what offices publish.
    """

    bodies: Mapping[int, Department]
    offices: Mapping[int, int]
    period: Period
    at: datetime
    calendar: Calendar
    columns: tuple[str, ...] = ()
    days: int = 0

    @property
    def until(self) -> datetime:
        """The end of the period, or now while it is not over."""
        return min(self.at, self.period.end)

    @property
    def until_on(self) -> date:
        """The last day that counts."""
        return min(timezone.localdate(self.at), self.period.last)

    @property
    def over_before(self) -> date:
        """Due days of the period before this one are over: its last day counts only once it has passed."""
        return min(timezone.localdate(self.at), self.period.last + timedelta(days=1))

    @property
    def since(self) -> datetime:
        """``days`` before the end where they are given, the beginning of the period otherwise."""
        return self.until - timedelta(days=self.days) if self.days else self.period.start


@dataclass(frozen=True, slots=True)
class Found:
    """What was found at one body. ``share`` (0 to 1) is what a rating earns; without ``applies`` it is not counted."""

    findings: int = 0
    evidence: str = ""
    links: tuple[Link, ...] = ()
    share: Decimal | None = None
    applies: bool = True


Answer = Mapping[int, Found]
"""By body; a body that is missing has no findings."""


@dataclass(frozen=True)
class Measure:
    """A way to compute. ``takes``: which parameters (`columns`, `days`); ``days``: the number offered for the latter."""

    code: str
    label: str
    about: str
    find: Callable[[Asked], Answer]
    takes: tuple[str, ...] = ()
    days: int = 0
    is_rating: bool = False


def named(asked: Asked, rows: Iterable[tuple[int, str, str]], words: str) -> dict[int, Found]:
    """One finding a row (department, what it is called, its address); the first few are named. ``words`` hold {count}."""
    counts: dict[int, int] = {}
    links: dict[int, list[Link]] = {}
    for department, label, address in rows:
        body = asked.offices[department]
        counts[body] = counts.get(body, 0) + 1
        if counts[body] <= MOST_NAMED:
            links.setdefault(body, []).append((label, address))
    return {
        body: Found(count, words.format(count=count) + (f"（列出前 {MOST_NAMED} 件）" if count > MOST_NAMED else ""),
                    tuple(links[body]))
        for body, count in counts.items()
    }  # fmt: skip


def not_concerned(bodies: Iterable[int]) -> dict[int, Found]:
    """Bodies to which the question does not apply."""
    return dict.fromkeys(bodies, Found(evidence=NOT_CONCERNED, applies=False))
