"""Reads shaped for the pages of quarterly analyses."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from accounts.models import Department
from accounts.rules import Person
from reports import rules as reports
from reports.models import QuarterlyAnalysis, ReportEvent
from reports.quarterly import rules
from reports.quarterly.states import HAND_IN

PAGE = 40
LISTED = (
    "department__name",
    "department__code",
    "year",
    "quarter",
    "is_consolidated",
    "state",
    "published_at",
    "correction",
)


@dataclass(frozen=True)
class AnalysisPage:
    """Rows and where the next page starts; empty on the last."""

    rows: Sequence[QuarterlyAnalysis]
    after: str


def page(found: QuerySet[QuarterlyAnalysis], after: str) -> AnalysisPage:
    """Newest quarters first."""
    if place := _place(after):
        year, quarter, pk = place
        found = found.filter(
            Q(year__lt=year) | Q(year=year, quarter__lt=quarter) | Q(year=year, quarter=quarter, pk__lt=pk)
        )
    rows = list(found.select_related("department").only(*LISTED).order_by("-year", "-quarter", "-pk")[: PAGE + 1])
    if len(rows) <= PAGE:
        return AnalysisPage(rows, "")
    last = rows[PAGE - 1]
    return AnalysisPage(rows[:PAGE], f"{last.year}.{last.quarter}.{last.pk}")


def _place(text: str) -> tuple[int, int, int] | None:
    parts = text.split(".")
    if len(parts) != 3 or not all(part.isascii() and part.isdigit() and len(part) < 16 for part in parts):
        return None
    year, quarter, pk = map(int, parts)
    return year, quarter, pk


def published() -> QuerySet[QuarterlyAnalysis]:
    """Those the public reads."""
    return QuarterlyAnalysis.objects.filter(published_at__isnull=False)


def handed_in_at(analysis: QuarterlyAnalysis) -> datetime | None:
    """When the text as it stands was handed in to be signed."""
    events = ReportEvent.objects.filter(
        subject_type=analysis._meta.label_lower, subject_id=analysis.pk, action=HAND_IN, facts__edition=analysis.edition
    )
    return events.order_by("-number").values_list("at", flat=True).first()


def subjects_for(user: Person) -> list[tuple[str, Department, bool]]:
    """Of whom ``user`` may write: (word of the form, body, whether with everything below it)."""
    own = [(body.code, body, False) for body in reports.bodies_written_for_by(user)]
    root = Department.objects.filter(depth=1).first()
    if root is not None and rules.can_write_of(user, root, is_consolidated=True):
        own.insert(0, ("all", root, True))
    return own
