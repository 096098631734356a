"""Reads for the page of the watch."""

from django.db.models import Count, Q, QuerySet

from accounts.rules import Person, can_see_everything
from disclosure.models import ColumnPromise, WatchFinding, WatchRun
from disclosure.registers import rules

MOST_SHOWN = 300


def findings_visible_to(user: Person) -> QuerySet[WatchFinding]:
    """Findings of the departments whose registers ``user`` reads; those of no department for the city-wide roles."""
    if can_see_everything(user):
        return WatchFinding.objects.all()
    return WatchFinding.objects.filter(department__in=rules.departments_readable_by(user))


def open_findings(user: Person, *, kind: str = "", code: str = "") -> list[WatchFinding]:
    """Open ones, newest first, `MOST_SHOWN` at most; with ``code`` those of one department."""
    rows = findings_visible_to(user).filter(resolved_at__isnull=True).select_related("column", "department", "document")
    rows = rows.filter(department__code=code) if code else rows
    return list((rows.filter(kind=kind) if kind else rows).order_by("-first_seen_at", "-pk")[:MOST_SHOWN])


def open_counts(user: Person) -> dict[str, int]:
    """How many are open, by kind."""
    rows = findings_visible_to(user).filter(resolved_at__isnull=True).order_by()
    return dict(rows.values_list("kind").annotate(count=Count("pk")))


def promises_visible_to(user: Person) -> QuerySet[ColumnPromise]:
    """Promises of whole columns, and of the departments whose registers ``user`` reads."""
    rows = ColumnPromise.objects.select_related("column", "department").order_by("column__position", "department__path")
    if can_see_everything(user):
        return rows
    return rows.filter(Q(department__isnull=True) | Q(department__in=rules.departments_readable_by(user)))


def last_run() -> WatchRun | None:
    """The latest look."""
    return WatchRun.objects.order_by("-on").first()
