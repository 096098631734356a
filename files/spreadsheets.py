"""Lists as CSV and as XLSX. Text stays text: no cell becomes a formula, whatever somebody typed."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"
BOM = "\ufeff"  # by which spreadsheets know UTF-8
WIDTH = 24
MOST_CHARACTERS = 32_767  # of a cell, by the format
_FORMULA = re.compile(r"\s*[=+\-@\t\r]")


def clean(value: object) -> str:
    """A value as text of a cell: without the characters a workbook may not hold, cut where the format ends."""
    return ILLEGAL_CHARACTERS_RE.sub("", "" if value is None else str(value))[:MOST_CHARACTERS]


def safe(value: object) -> str:
    """For CSV: a text that no spreadsheet takes for a formula; such beginnings get a leading apostrophe."""
    text = clean(value)
    return f"'{text}" if _FORMULA.match(text) and not isinstance(value, int | float) else text


class Echo:
    """A file that hands back what is written, for streaming."""

    def write(self, text: str) -> str:
        """The text itself."""
        return text


def csv_lines(rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """CSV line by line, with the mark by which spreadsheets know UTF-8; every cell is `safe`."""
    writer = csv.writer(Echo())
    return chain([BOM], (writer.writerow([safe(cell) for cell in row]) for row in rows))  # type: ignore[misc]


def sheet(title: str, heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """A workbook of one sheet with a fixed head."""
    return book([(title, heads, rows)])


def book(sheets: Iterable[tuple[str, Sequence[str], Iterable[Sequence[Any]]]]) -> bytes:
    """A workbook of several sheets, each (title, heads, rows); numbers stay numbers, text stays text."""
    made = Workbook(write_only=True)
    for title, heads, rows in sheets:
        page = made.create_sheet(title[:31])
        page.freeze_panes = "A2"
        for number in range(1, len(heads) + 1):
            page.column_dimensions[get_column_letter(number)].width = WIDTH
        page.append([_cell(page, head, is_head=True) for head in heads])
        for row in rows:
            page.append([_cell(page, value) for value in row])
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def _cell(page: Any, value: Any, *, is_head: bool = False) -> Any:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return WriteOnlyCell(page, value)
    cell = WriteOnlyCell(page, clean(value))
    cell.data_type = "s"
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    if is_head:
        cell.font = Font(bold=True)
    return cell


def download(name: str, data: bytes, content_type: str = XLSX) -> HttpResponse:
    """The answer that saves data under a (Chinese) file name with its ending."""
    response = HttpResponse(data, content_type=content_type)
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response
