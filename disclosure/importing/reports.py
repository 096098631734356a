"""Reports of an import: what was not taken and why, as CSV that is safe to open in a spreadsheet."""

import csv
from collections.abc import Iterable, Iterator
from typing import Any, Protocol

from disclosure.models import ImportRemark

HEADER = ("文件", "行号", "类别", "原因", "摘录")
BOM = "\ufeff"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class _Writable(Protocol):
    def write(self, text: str, /) -> Any:
        """Take some text."""


class _Echo:
    """A file that hands back what is written, for streaming."""

    def write(self, text: str) -> str:
        """The text itself."""
        return text


def safe_cell(value: Any) -> str:
    """Text that no spreadsheet takes for a formula."""
    text = str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


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
    writer = csv.writer(_Echo())
    yield BOM
    yield writer.writerow(HEADER)  # type: ignore[misc]
    for remark in remarks:
        yield writer.writerow(_row(file_name, remark))  # type: ignore[misc]


def _row(file_name: str, remark: ImportRemark) -> list[str]:
    cells = (file_name, remark.line, remark.get_kind_display(), remark.reason, remark.excerpt)
    return [safe_cell(cell) for cell in cells]
