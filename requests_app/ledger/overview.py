"""How each body stands with its applications, in figures that lead to the rows behind them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from urllib.parse import urlencode

from django.db.models import Count, Q, QuerySet
from django.urls import reverse

from accounts.models import Department, User
from requests_app import rules
from requests_app.ledger.queues import LATE, OPEN, is_late
from requests_app.models import InformationRequest
from requests_app.states import CaseState

PERIOD = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Figure:
    """A number as shown and the ledger behind it; no address for nothing."""

    text: str
    url: str = ""
    is_bad: bool = False


@dataclass
class Standing:
    """One body: open applications, and those answered within twelve months by the working days they took."""

    department: Department
    is_one_of_many: bool
    open: int = 0
    late: int = 0
    provisional: int = 0
    to_confirm: int = 0
    to_sign: int = 0
    answered: int = 0
    on_time: int = 0
    took: dict[int, int] = field(default_factory=dict)

    def figures(self, since: date) -> list[Figure]:
        """In the order of `COLUMNS`."""
        answered = {"tab": "all", "answered_from": since.isoformat()}
        share = f"{100 * self.on_time / self.answered:.1f}%" if self.answered else "—"
        middle = median(self.took)
        return [
            self._figure(self.open, {"tab": "all", "open": "on"}),
            self._figure(self.late, {"tab": LATE}, is_bad=True),
            self._figure(self.provisional, {"tab": "all", "open": "on", "provisional": "on"}),
            self._figure(self.to_confirm, {"tab": "confirm"}),
            self._figure(self.to_sign, {"tab": "sign"}),
            self._figure(self.answered, answered),
            Figure(share, self._url({**answered, "on_time": "no"}) if self.on_time < self.answered else ""),
            Figure("—" if middle is None else f"{middle:g}"),
        ]

    def _figure(self, number: int, query: dict[str, str], *, is_bad: bool = False) -> Figure:
        return Figure(str(number), self._url(query), is_bad) if number else Figure("0")

    def _url(self, query: dict[str, str]) -> str:
        own = {"department": self.department.code} if self.is_one_of_many else {}
        return f"{reverse('requests_desk:ledger')}?{urlencode({**query, **own})}"


COLUMNS = ("在办", "超期", "暂定日期", "待确认", "待签发", "近一年答复", "按时率", "用时中位数（工作日）")


def departments_overseen_by(user: User) -> QuerySet[Department]:
    """条例§47: all bodies for the supervisor and the auditor, the bodies they head for everybody else."""
    bodies = rules.bodies_open_to_applications()
    return bodies if rules.sees_all_cases(user) else bodies.filter(pk__in=rules.departments_headed_by(user))


def overview(user: User, departments: Sequence[Department], *, today: date) -> list[Standing]:
    """A row for each of the bodies ``user`` oversees; for the whole city only for those that have applications.

    Two questions to the database, whatever the size.
    """
    is_city = rules.sees_all_cases(user)
    found = {row.pk: Standing(row, is_one_of_many=is_city or len(departments) > 1) for row in departments}
    cases = InformationRequest.objects.all() if is_city else InformationRequest.objects.filter(department__in=found)
    _count_open(found, cases, today)
    _count_answered(found, cases, today - PERIOD)
    return [row for row in found.values() if not is_city or row.open or row.answered]


def _count_open(found: dict[int, Standing], cases: QuerySet[InformationRequest], today: date) -> None:
    grouped = cases.filter(state__in=OPEN).order_by().values("department", "state")
    late, provisional = Count("pk", filter=is_late(today)), Count("pk", filter=Q(provisional=True))
    for row in grouped.annotate(count=Count("pk"), late=late, unsure=provisional):
        if standing := found.get(row["department"]):
            standing.open += row["count"]
            standing.late += row["late"]
            standing.provisional += row["unsure"]
            standing.to_confirm += row["count"] if row["state"] == CaseState.SUBMITTED else 0
            standing.to_sign += row["count"] if row["state"] == CaseState.IN_APPROVAL else 0


def _count_answered(found: dict[int, Standing], cases: QuerySet[InformationRequest], since: date) -> None:
    """Answers by the working days they took; withdrawn ones were not answered. Out of the index alone."""
    answered = cases.filter(stopped_on__gte=since, on_time__isnull=False).order_by()
    for row in answered.values("department", "on_time", "used_workdays").annotate(count=Count("pk")):
        if standing := found.get(row["department"]):
            standing.answered += row["count"]
            standing.on_time += row["count"] if row["on_time"] else 0
            if row["used_workdays"] is not None:
                days = row["used_workdays"]
                standing.took[days] = standing.took.get(days, 0) + row["count"]


def median(counts: dict[int, int]) -> int | None:
    """The days within which half were answered, of days given with how often each occurs; None without any."""
    total, seen = sum(counts.values()), 0
    for days in sorted(counts):
        seen += counts[days]
        if 2 * seen >= total:
            return days
    return None
