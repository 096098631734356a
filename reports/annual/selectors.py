"""Reads for the desks and pages of annual reports."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from accounts.models import Department, DepartmentKind
from accounts.rules import Person, can_see_everything
from catalog.models import Document, is_public
from disclosure.deadlines import annual_report_days
from disclosure.rules import documents_visible_to
from reports.annual import rules
from reports.annual.building import bodies_of
from reports.annual.counting import cases_behind, remedies_behind
from reports.annual.documents import COLUMN_OF, documents_behind
from reports.annual.reading import figures_from
from reports.annual.states import ReportState
from reports.annual.tables import (
    COLUMN_LABELS,
    GROUPS,
    ITEMS,
    MADE,
    RESULT_LABELS,
    ROW_LABELS,
    TOTAL,
    Figures,
)
from reports.models import AnnualReport, CollectedReport
from reports.rules import bodies_visible_to, bodies_written_for_by, is_in_charge
from requests_app.models import InformationRequest, Remedy
from requests_app.rules import cases_visible_to, sees_all_cases
from workdays.arithmetic import Calendar

PAGE = 50
COLUMN = "annual"
MOST_REPORTS = 500


def bodies_of_report(report: AnnualReport) -> list[int]:
    """Keys of the bodies it speaks of."""
    return bodies_of(report.department, is_consolidated=report.is_consolidated)


def unpublished(bodies: QuerySet[Department], year: int, *, is_consolidated: bool) -> QuerySet[Department]:
    """条例§49: those whose report of that year is not public."""
    public = AnnualReport.objects.filter(year=year, is_consolidated=is_consolidated, state=ReportState.PUBLISHED)
    return bodies.exclude(pk__in=public.values("department"))


def reporting(*, is_consolidated: bool) -> QuerySet[Department]:
    """条例§49, §55: bodies that report, or governments that sum up."""
    bodies = Department.objects.active().bodies().exclude(kind=DepartmentKind.PUBLIC_ENTERPRISE)
    return bodies.filter(kind=DepartmentKind.GOVERNMENT) if is_consolidated else bodies


# --- last year's -------------------------------------------------------------------------------------------------------


def before_of(report: AnnualReport) -> Figures | None:
    """条例§49, R5: the same body's report of the year before: the one published here, else the one collected."""
    content = content_before(report)
    return figures_from(content) if content else None


def content_before(report: AnnualReport) -> Mapping[str, Any] | None:
    """What that report says."""
    published = AnnualReport.objects.filter(
        department=report.department_id,
        year=report.year - 1,
        is_consolidated=report.is_consolidated,
        state=ReportState.PUBLISHED,
    )
    frozen: Mapping[str, Any] | None = published.order_by("-number").values_list("frozen", flat=True).first()
    if frozen:
        return frozen
    is_own = report.is_consolidated == (report.department.kind == DepartmentKind.GOVERNMENT)
    collected = CollectedReport.objects.filter(department=report.department_id, year=report.year - 1, replaced_at=None)
    found: Mapping[str, Any] | None = collected.values_list("content", flat=True).first() if is_own else None
    return found


# --- the list ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Standing:
    """A body's report of a year, or that there is none yet; ``due_on`` is the law's day, ``published_at`` when the report
    was first public, whatever was corrected later."""

    department: Department
    is_consolidated: bool
    report: AnnualReport | None
    published_at: datetime | None
    due_on: date
    may_start: bool
    today: date

    @property
    def is_late(self) -> bool:
        """条例§49: not public after its day."""
        return (timezone.localdate(self.published_at) if self.published_at else self.today) > self.due_on

    @property
    def words(self) -> str:
        """Where it stands."""
        if self.report is None:
            return "未编制"
        state = self.report.get_state_display()
        is_corrected = self.published_at and self.report.state != ReportState.PUBLISHED
        return f"已公布，更正稿：{state}" if is_corrected else state


def standings(user: Person, year: int, *, today: date, calendar: Calendar) -> list[Standing]:
    """Every body's own report and every government's consolidated one, as far as ``user`` sees them; three questions."""
    bodies = bodies_visible_to(user).active().exclude(kind=DepartmentKind.PUBLIC_ENTERPRISE)
    found = rules.reports_visible_to(user).filter(year=year).exclude(state=ReportState.DROPPED).order_by("number")
    reports: dict[tuple[int, bool], AnnualReport] = {}
    first: dict[tuple[int, bool], datetime | None] = {}
    for row in found.defer("frozen")[:MOST_REPORTS]:
        reports[row.department_id, row.is_consolidated] = row
        first.setdefault((row.department_id, row.is_consolidated), row.published_at)
    writes = set(bodies_written_for_by(user).values_list("pk", flat=True))
    sums_up = is_in_charge(user)
    own, whole = (day.on for day in annual_report_days(year + 1, calendar))
    rows = []
    for body in bodies:
        kinds = [(False, own, body.pk in writes)]
        if body.kind == DepartmentKind.GOVERNMENT and can_see_everything(user):
            kinds.insert(0, (True, whole, sums_up))
        for is_whole, due_on, may_start in kinds:
            place = body.pk, is_whole
            rows.append(Standing(body, is_whole, reports.get(place), first.get(place), due_on, may_start, today))
    return rows


# --- behind a cell -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Place:
    """A cell of a report: its table, row and column, all known names."""

    table: str
    row: str
    column: str

    @property
    def words(self) -> str:
        """As people call it."""
        rows: Mapping[str, str] = {"table2": ITEMS, "table3": ROW_LABELS, "table4": GROUPS}[self.table]
        columns: Mapping[str, str] = {"table2": MADE, "table3": COLUMN_LABELS, "table4": RESULT_LABELS}[self.table]
        return "，".join(part for part in (rows[self.row], columns.get(self.column, "")) if part)


def place_of(table: str, row: str, column: str) -> Place | None:
    """The place of these names; None when there is nothing behind such a cell."""
    known = {
        "table2": row in COLUMN_OF and column in MADE,
        "table3": row in ROW_LABELS and row != "other_single" and column in COLUMN_LABELS,
        "table4": row in GROUPS and column in RESULT_LABELS,
    }
    return Place(table, row, column) if known.get(table) else None


def behind(user: Person, bodies: Sequence[int], year: int, place: Place) -> QuerySet[Any]:
    """The cases, documents or remedies behind a cell, those ``user`` may open (twins of the rules of their own rooms)."""
    if place.table == "table2":
        return documents_behind(bodies, year, place.row, place.column, within=documents_visible_to(user))
    if place.table == "table3":
        return cases_behind(bodies, year, place.row, place.column, within=cases_visible_to(user))
    found = remedies_behind(bodies, year, place.row, place.column)
    return found if sees_all_cases(user) else found.filter(case__in=cases_visible_to(user).values("pk"))


def said_in(report: AnnualReport, place: Place) -> Any:
    """What a report says in a cell, as frozen or as its body states it; None while it says what is counted."""
    if report.frozen:
        return getattr(figures_from(report.frozen), place.table).get(place.row, {}).get(place.column)
    return report.stated.get(place.row, {}).get(place.column) if place.table == "table2" else None


def count_behind(bodies: Sequence[int], year: int, place: Place) -> int:
    """How many cases, documents or remedies stand behind a cell, whoever may open them."""
    counted: dict[str, Callable[..., QuerySet[Any]]] = {
        "table2": documents_behind,
        "table3": cases_behind,
        "table4": remedies_behind,
    }
    return counted[place.table](bodies, year, place.row, place.column).count()


@dataclass(frozen=True)
class Page:
    """Rows of one page, and the key after which the next one starts."""

    rows: list[Any]
    after: int | None


def page_behind(found: QuerySet[Any], *, after: int) -> Page:
    """One page by key; the last costs what the first costs."""
    models: Mapping[Any, tuple[str, ...]] = {
        Document: ("department",),
        InformationRequest: ("department",),
        Remedy: ("case__department",),
    }
    rows = list(found.filter(pk__gt=after).select_related(*models[found.model]).order_by("pk")[: PAGE + 1])
    return Page(rows[:PAGE], rows[PAGE - 1].pk if len(rows) > PAGE else None)


def moved_since(report: AnnualReport, live: Figures) -> list[tuple[str, Any, Any]]:
    """Cells in which the register now says something else than the frozen report: (place, frozen, now)."""
    frozen = figures_from(report.frozen)
    moved = []
    for table, rows, columns in (("table3", ROW_LABELS, COLUMN_LABELS), ("table4", GROUPS, RESULT_LABELS)):
        before, now = getattr(frozen, table), getattr(live, table)
        for row in now:
            old, new = before.get(row, {}).get(TOTAL), now[row].get(TOTAL)
            if old != new and row in rows:
                moved.append((f"{rows[row]}，{columns[TOTAL]}", old, new))
    return moved


# --- for everybody -----------------------------------------------------------------------------------------------------


def published_reports(at: datetime) -> QuerySet[AnnualReport]:
    """Reports everybody reads: published, and their document not taken away (rulings 16)."""
    found = AnnualReport.objects.filter(is_public(at, "document__"), state=ReportState.PUBLISHED)
    return found.select_related("department")


def published_report(
    year: int, code: str, *, is_consolidated: bool, at: datetime, number: int | None = None
) -> AnnualReport | None:
    """One of them; the newest number unless another is asked for."""
    found = published_reports(at).filter(_under(year, code, is_consolidated=is_consolidated, number=number))
    return found.order_by("-number").first()


def documents_under(year: int, code: str, *, is_consolidated: bool, number: int | None = None) -> list[int]:
    """Keys of the documents that stood under a report's address, whatever became of them."""
    reports = AnnualReport.objects.filter(_under(year, code, is_consolidated=is_consolidated, number=number))
    return list(reports.filter(document__isnull=False).values_list("document", flat=True))


def _under(year: int, code: str, *, is_consolidated: bool, number: int | None) -> Q:
    own = Q(year=year, department__code=code, is_consolidated=is_consolidated)
    return own & Q(number=number) if number else own


def reports_of_year(year: int, at: datetime) -> list[Any]:
    """The newest number of every report of a year, as exchanged; `MOST_REPORTS` at most."""
    rows = published_reports(at).filter(year=year).order_by("department__path", "is_consolidated", "number")
    newest = {(row.department_id, row.is_consolidated): row.frozen for row in rows[:MOST_REPORTS]}
    return list(newest.values())


@dataclass(frozen=True, slots=True)
class Listed:
    """A report in the list of a year: whose it is, and where."""

    department: str
    url: str
    is_consolidated: bool = False


def reports_by_year(at: datetime) -> list[tuple[int, bool, list[Listed]]]:
    """(year, whether its data can be had, reports), newest first: those made here, and documents of the column that were
    published before; `MOST_REPORTS` of each at most."""
    made = (
        published_reports(at)
        .order_by("-year", "-is_consolidated", "department__path", "number")
        .defer("frozen", "texts")
    )
    years: dict[int, dict[str, Listed]] = {}
    for row in made[:MOST_REPORTS]:
        kind = "reports:annual_consolidated" if row.is_consolidated else "reports:annual_report"
        listed = Listed(row.department.name, reverse(kind, args=[row.year, row.department.code]), row.is_consolidated)
        years.setdefault(row.year, {})[listed.url] = listed
    with_data = set(years)
    kept = AnnualReport.objects.filter(document__isnull=False).values("document")
    documents = Document.objects.public(at).filter(column__slug=COLUMN).exclude(pk__in=kept).for_cards().newest_first()
    for document in documents[:MOST_REPORTS]:
        years.setdefault(_year_of(document), {})[document.url] = Listed(document.department.name, document.url)
    return [(year, year in with_data, list(years[year].values())) for year in sorted(years, reverse=True)]


def _year_of(document: Document) -> int:
    """The year a report is about: the one its title names, else the year before its publication."""
    said = re.search(r"(20\d\d)\s*年", document.title)
    return int(said[1]) if said else timezone.localdate(document.published_at).year - 1
