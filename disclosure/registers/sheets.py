"""Lists as XLSX. Text stays text: no cell becomes a formula, whatever somebody typed."""

import io
from collections.abc import Iterable, Sequence
from typing import Any

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WIDTH = 24
MOST_CHARACTERS = 32_767  # of a cell, by the format


def sheet(title: str, heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """A workbook of one sheet with a fixed head."""
    book = Workbook(write_only=True)
    page = book.create_sheet(title[:31])
    page.freeze_panes = "A2"
    for number in range(len(heads)):
        page.column_dimensions[chr(ord("A") + number)].width = WIDTH
    page.append([_cell(page, head, is_head=True) for head in heads])
    for row in rows:
        page.append([_cell(page, value) for value in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _cell(page: Any, value: Any, *, is_head: bool = False) -> Any:
    if isinstance(value, int):
        return WriteOnlyCell(page, value)
    cell = WriteOnlyCell(page, ILLEGAL_CHARACTERS_RE.sub("", str(value))[:MOST_CHARACTERS])
    cell.data_type = "s"
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    if is_head:
        cell.font = Font(bold=True)
    return cell


def download(name: str, data: bytes) -> HttpResponse:
    """The answer that saves a sheet under a Chinese name."""
    response = HttpResponse(data, content_type=XLSX)
    response["Content-Disposition"] = content_disposition_header(True, f"{name}.xlsx") or "attachment"
    return response
