"""Reads shaped for the ledger of problems: keyset pages out of an index, never more than a page shows."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from accounts.models import Department, DepartmentQuerySet, User
from disclosure.models import WatchFinding
from disclosure.review.selectors import MOST_COUNTED, counted
from disclosure.versions.clocks import Clock, clock_of
from reports.keysets import day_and_key
from reports.models import Problem, ProblemRemark
from reports.problems import rules
from reports.problems.states import REPORT, ProblemState
from reports.rules import bodies_written_for_by, sees_all
from requests_app.models import Inquiry
from workdays.arithmetic import Calendar
from workdays.selectors import current_calendar

PAGE = 30
MOST_FINDINGS = 100
MOST_EXPORTED = 20_000
HEADS = (
    *("编号", "责任机构", "来源", "问题", "整改要求", "状态", "建账日期", "整改期限", "期限情况"),
    *("报告日期", "整改情况", "销账日期"),
)
IN_HAND = (ProblemState.OPEN, ProblemState.REPORTED)


@dataclass(frozen=True)
class Row:
    """A problem with its day in words; no clock once it is over."""

    problem: Problem
    clock: Clock | None


@dataclass(frozen=True)
class Page:
    """Rows and the key after which the next page starts; empty on the last."""

    rows: list[Row]
    after: str


def within(user: User, *, state: str, department: Any, is_late: bool, today: date) -> QuerySet[Problem]:
    """Problems as far as ``user`` sees them under the filters; ``state`` is ``in_hand``, a state, or all."""
    found = rules.problems_visible_to(user)
    if is_late:
        found = found.filter(state=ProblemState.OPEN, due_on__lt=today)
    elif state == "in_hand":
        found = found.filter(state__in=IN_HAND)
    elif state in ProblemState.values:
        found = found.filter(state=state)
    return found if department is None else found.filter(department=department)


def total(user: User, state: ProblemState) -> str:
    """How many that ``user`` sees are in this state, as desks show it."""
    return counted(rules.problems_visible_to(user).filter(state=state).order_by()[:MOST_COUNTED].count())


def page(found: QuerySet[Problem], *, after: str, today: date) -> Page:
    """Soonest due first."""
    if last := day_and_key(after):
        on, pk = last
        found = found.filter(Q(due_on__gt=on) | Q(due_on=on, pk__gt=pk), due_on__gte=on)
    shown = list(found.select_related("department").order_by("due_on", "pk")[: PAGE + 1])
    calendar = current_calendar()
    made = [row_of(one, today, calendar) for one in shown[:PAGE]]
    if len(shown) <= PAGE:
        return Page(made, "")
    return Page(made, f"{shown[PAGE - 1].due_on.isoformat()}.{shown[PAGE - 1].pk}")


def row_of(problem: Problem, today: date, calendar: Calendar) -> Row:
    """With its clock while somebody has to put it right."""
    clock = clock_of(problem.due_on, today, calendar) if problem.state == ProblemState.OPEN else None
    return Row(problem, clock)


def counts(user: User, today: date) -> dict[str, str]:
    """How many are in hand, reported and late, up to 1,000+ each."""
    asked = {
        "in_hand": within(user, state="in_hand", department=None, is_late=False, today=today),
        "reported": within(user, state=ProblemState.REPORTED, department=None, is_late=False, today=today),
        "late": within(user, state="", department=None, is_late=True, today=today),
    }
    return {name: counted(found.order_by().values("pk")[:MOST_COUNTED].count()) for name, found in asked.items()}


def bodies_of(user: User) -> DepartmentQuerySet:
    """Bodies to choose from: those whose problems ``user`` may see."""
    return Department.objects.bodies() if sees_all(user) else bodies_written_for_by(user)


def export_rows(found: QuerySet[Problem], *, today: date) -> Iterator[tuple[Any, ...]]:
    """Cells in the order of `HEADS`, soonest due first, `MOST_EXPORTED` at most; the last report stands in one column."""
    last = ProblemRemark.objects.filter(problem=OuterRef("pk"), action=REPORT).order_by("-pk")
    rows = found.select_related("department").annotate(said=Subquery(last.values("text")[:1])).order_by("due_on", "pk")
    calendar = current_calendar()
    for one in rows[:MOST_EXPORTED].iterator(chunk_size=1000):
        clock = row_of(one, today, calendar).clock
        yield (
            one.pk, one.department.name, one.get_origin_display(), one.text, one.demand, one.get_state_display(),
            timezone.localdate(one.opened_at).isoformat(), one.due_on.isoformat(), clock.words if clock else "",
            one.reported_on.isoformat() if one.reported_on else "", one.said or "",
            one.closed_on.isoformat() if one.closed_on else "",
        )  # fmt: skip


def findings_to_enter() -> list[WatchFinding]:
    """Open findings of the watch with a body, not in the ledger yet, newest first."""
    there = Problem.objects.exclude(state=ProblemState.VOIDED).filter(finding__isnull=False).values("finding")
    found = WatchFinding.objects.filter(resolved_at=None, department__isnull=False).exclude(pk__in=there)
    rows = found.select_related("department", "column", "document").order_by("-first_seen_at", "-pk")
    return list(rows[:MOST_FINDINGS])


def inquiries_to_enter(today: date) -> list[Inquiry]:
    """Inquiries not answered in time and not in the ledger yet, longest over first; nothing of the applicant but the number."""
    there = Problem.objects.exclude(state=ProblemState.VOIDED).filter(inquiry__isnull=False).values("inquiry")
    found = Inquiry.objects.filter(answered_at=None, due_on__lt=today).exclude(pk__in=there)
    rows = found.select_related("case__department").only(
        "due_on", "case", "case__number", "case__department", "case__department__name"
    )
    return list(rows.order_by("due_on", "pk")[:MOST_FINDINGS])
