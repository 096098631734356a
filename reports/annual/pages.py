"""A report as a page shows it: the way behind its figures for who may go there, wrong figures marked, texts side by side."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.forms import BoundField, Form
from django.urls import reverse

from accounts.rules import Person
from files.spreadsheets import XLSX
from reports.annual import rules
from reports.annual.breaches import Breach
from reports.annual.building import notes_of
from reports.annual.grids import Cell, Grid
from reports.annual.selectors import content_before, place_of
from reports.annual.services import suggested
from reports.annual.tables import COLUMN_LABELS, GROUPS, ITEMS, MADE, RESULT_LABELS, ROW_LABELS, TEXTS, Figures
from reports.annual.written import Report, Table, written
from reports.models import AnnualReport, ReportFormat

TYPES = {
    ReportFormat.DOCX.value: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ReportFormat.XLSX.value: XLSX,
    ReportFormat.JSON.value: "application/json; charset=utf-8",
    ReportFormat.HTML.value: "text/html; charset=utf-8",
}
ROWS = {"table2": ITEMS, "table3": ROW_LABELS, "table4": GROUPS}
COLUMNS = {"table2": MADE, "table3": COLUMN_LABELS, "table4": RESULT_LABELS}
Marks = dict[tuple[str, str, str], bool]
NAMES = {"表二": "table2", "表三": "table3", "表四": "table4"}


def linked_report(report: AnnualReport, figures: Figures, breaches: Iterable[Breach], reader: Person) -> Report:
    """The report with a link behind every figure that ``reader`` may follow, and its wrong figures marked."""
    shown = written(figures, notes_of(report))
    may_follow, wrong = rules.can_see(reader, report), _wrong(breaches)
    parts = [
        Table(_marked(part.grid, report if may_follow else None, wrong)) if isinstance(part, Table) else part
        for part in shown.parts
    ]
    return replace(shown, parts=parts)


def _wrong(breaches: Iterable[Breach]) -> Marks:
    """(table, row label, column label) → whether an identity is broken there, or it is only to be looked at."""
    marks: Marks = {}
    for breach in breaches:
        if breach.table in NAMES:
            place = (NAMES[breach.table], breach.row, breach.column)
            marks[place] = marks.get(place, False) or breach.is_hard
    return marks


def _marked(grid: Grid, report: AnnualReport | None, wrong: Marks) -> Grid:
    body = [[_marked_cell(cell, grid.name, report, wrong) for cell in line] for line in grid.body]
    return replace(grid, body=body)


def _marked_cell(cell: Cell, table: str, report: AnnualReport | None, wrong: Marks) -> Cell:
    if not cell.is_figure:
        return cell
    row, column = ROWS[table][cell.row], COLUMNS[table].get(cell.column, "")
    mark = wrong.get((table, row, column))
    url = ""
    if report and cell.text not in ("", "0") and place_of(table, cell.row, cell.column):
        url = cell_address(report, table, cell.row, cell.column)
    return replace(cell, url=url, is_wrong=mark is True, is_odd=mark is False)


def cell_address(report: AnnualReport, table: str, row: str, column: str) -> str:
    """Where what is behind a cell is listed."""
    asked = urlencode({"table": table, "row": row, "column": column})
    return f"{reverse('reports_desk:annual_cell', args=[report.pk])}?{asked}"


@dataclass(frozen=True, slots=True)
class PartBeside:
    """A part of the texts: its field, a wording after this year's figures, last year's text."""

    field: BoundField
    suggestion: str
    before: str


def texts_beside(report: AnnualReport, form: Form) -> list[PartBeside]:
    """Every part in order."""
    offered, old = suggested(report), content_before(report) or {}
    before = old.get("texts") or {}
    return [PartBeside(form[name], offered.get(name, ""), before.get(name, "")) for name in TEXTS]
