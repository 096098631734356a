"""Text of XLSX files: sheet names and cell values, row by row."""

import datetime
from collections.abc import Iterator
from pathlib import Path

import openpyxl


def read(path: Path) -> Iterator[str]:
    """One piece a row; formulas by their stored results."""
    # Opened here because openpyxl judges a path by its extension, and stored files have none.
    with path.open("rb") as file:
        for sheet in openpyxl.load_workbook(file, read_only=True, data_only=True).worksheets:
            yield sheet.title
            # A forged dimension (XFD1048576) would make every row 16,384 cells wide.
            sheet.reset_dimensions()
            for row in sheet.iter_rows(values_only=True):
                cells = [_shown(value) for value in row if value is not None]
                if cells:
                    yield "\t".join(cells)


def _shown(value: object) -> str:
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        return value.date().isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
