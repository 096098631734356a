"""A report as DOCX in the layout of official papers, its tables in the national form (国办公开办函〔2021〕30号)."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_LINE_SPACING
from docx.shared import Mm, Pt

from reports.annual.grids import Cell, Grid, Line
from reports.annual.written import Heading, Paragraph, Report, Table
from requests_app.letters.layout import (
    BODY_FONT,
    CENTRE,
    HEADING_FONT,
    JUSTIFY,
    LINE,
    RIGHT,
    SUBHEADING_FONT,
    TITLE,
    TITLE_FONT,
    UNWRITABLE,
    element,
    finished,
    indent,
    name_fonts,
    new_paper,
    paragraph,
)

WIDTH_MM, SMALLEST, FEW_LINES = 156, 8, 20  # of the 版心; points of letters in a table of fifteen columns
# Shares of the words' columns and of the figures' columns, by the table.
SHARES = {"table2": (3, 2, 2, 2), "table3": (2, 3, 8, *([2] * 7)), "table4": (1,) * 15}
POINTS = {"table2": 12, "table3": 9, "table4": SMALLEST}


def to_docx(report: Report, *, on: date) -> bytes:
    """条例§50: the report as a Word file. Its bytes depend on the report and the day alone."""
    document = new_paper(grid="lines")
    for text in report.title_lines:
        title = paragraph(document, text, font=TITLE_FONT, size=TITLE, align=CENTRE)
        title.paragraph_format.line_spacing = Pt(36)
    title.paragraph_format.space_after = LINE
    for part in report.parts:
        _write(document, part)
    _sign(document, report, on)
    return finished(document, title=report.title, author=report.agency, on=on)


def _write(document: Any, part: Heading | Paragraph | Table) -> None:
    match part:
        case Heading(text=text, level=level):
            made = paragraph(document, text, font=HEADING_FONT if level == 1 else SUBHEADING_FONT, align=JUSTIFY)
            made.paragraph_format.keep_with_next = True
            made.paragraph_format.space_before = Pt(6) if level == 1 else None
            indent(made, first=2)
        case Paragraph(text=text):
            indent(paragraph(document, text, align=JUSTIFY), first=2)
        case Table(grid=grid):
            _write_table(document, grid)


def _sign(document: Any, report: Report, on: date) -> None:
    name = paragraph(document, report.agency, align=RIGHT)
    name.paragraph_format.space_before = LINE
    indent(name, right=2)
    indent(paragraph(document, f"{on.year}年{on.month}月{on.day}日", align=RIGHT), right=4)


# --- tables ------------------------------------------------------------------------------------------------------------


def _write_table(document: Any, grid: Grid) -> None:
    lines = [*grid.head, *grid.body]
    table = document.add_table(len(lines), grid.width)
    table.style, table.alignment, table.autofit = "Table Grid", WD_TABLE_ALIGNMENT.CENTER, False
    cells = table._cells  # asked for one by one, the library would gather all of them each time
    shares = SHARES[grid.name]
    for number, share in enumerate(shares):
        table.columns[number].width = width = Mm(WIDTH_MM * share / sum(shares))
        for cell in cells[number :: grid.width]:
            cell.width = width
    for (top, left), cell in places(lines):
        into = cells[top * grid.width + left]
        if cell.wide > 1 or cell.tall > 1:
            into = into.merge(cells[(top + cell.tall - 1) * grid.width + left + cell.wide - 1])
        _fill(into, cell, POINTS[grid.name])
    for row in table.rows:  # a row is not torn between pages
        row._tr.get_or_add_trPr().append(element("w:cantSplit"))
    for row in table.rows[: len(grid.head)]:
        row._tr.get_or_add_trPr().append(element("w:tblHeader"))
    for row in table.rows[:-1] if len(lines) <= FEW_LINES else ():  # small tables stay on one page
        for cell in row.cells:
            cell.paragraphs[0].paragraph_format.keep_with_next = True


def places(lines: Iterable[Line]) -> Iterable[tuple[tuple[int, int], Cell]]:
    """Where each cell's upper left corner lies: (line, column), below what reaches down from above."""
    taken: set[tuple[int, int]] = set()
    for top, line in enumerate(lines):
        left = 0
        for cell in line:
            while (top, left) in taken:
                left += 1
            yield (top, left), cell
            taken |= {(top + down, left + right) for down in range(cell.tall) for right in range(cell.wide)}


def _fill(into: Any, cell: Cell, points: int) -> None:
    line = into.paragraphs[0]
    line.alignment = CENTRE if cell.is_figure or cell.scope != "row" else None
    line.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
    line.paragraph_format.space_before = line.paragraph_format.space_after = Pt(2)
    line._p.get_or_add_pPr().insert_element_before(
        element("w:snapToGrid", val=0), "w:spacing", "w:ind", "w:jc", "w:rPr"
    )
    run = line.add_run(UNWRITABLE.sub("", cell.text))
    run.font.size = Pt(points)
    run.font.bold = cell.scope in ("col", "colgroup")
    name_fonts(run._r.get_or_add_rPr(), BODY_FONT)
    into.vertical_alignment = 1  # in the middle
