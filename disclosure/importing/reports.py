"""Reports of an import: what was not taken and why, as CSV that is safe to open in a spreadsheet."""

import csv
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any, Protocol

from disclosure.models import ImportRemark
from files.spreadsheets import BOM, csv_lines, safe

HEADER = ("文件", "行号", "类别", "原因", "摘录")


class _Writable(Protocol):
    def write(self, text: str, /) -> Any:
        """Take some text."""


def write_remarks(target: _Writable, file_name: str, remarks: Iterable[ImportRemark]) -> int:
    """Append remarks as rows; how many there were."""
    writer, count = csv.writer(target), 0
    for count, remark in enumerate(remarks, 1):  # noqa: B007 - counted by the loop
        writer.writerow(_row(file_name, remark))
    return count


def write_header(target: _Writable) -> None:
    """Byte order mark (Excel needs it) and the names of the columns."""
    target.write(BOM)
    csv.writer(target).writerow(HEADER)


def stream(file_name: str, remarks: Iterable[ImportRemark]) -> Iterator[str]:
    """The whole report piece by piece, for a download."""
    return csv_lines(chain([HEADER], (_row(file_name, remark) for remark in remarks)))


def _row(file_name: str, remark: ImportRemark) -> list[str]:
    cells = (file_name, remark.line, remark.get_kind_display(), remark.reason, remark.excerpt)
    return [safe(cell) for cell in cells]
