"""The ledger as a table to take away: what the reader sees on the page, no more; safe to open in a spreadsheet."""

import tempfile
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import IO

from openpyxl import Workbook

from files.spreadsheets import CSV, XLSX, safe
from requests_app.ledger.selectors import Row

MOST_ROWS = 20_000
CUT = f"只导出前 {MOST_ROWS:,} 行，其余未导出，请缩小筛选范围后分次导出。"
HEAD = (
    *("登记编号", "种类", "申请内容", "申请人", "申请人类型", "申请方式", "机关", "收到之日", "答复期限", "期限情况"),
    *("状态", "承办人", "处理决定", "答复日", "用时（工作日）", "按时", "暂定日期"),
)
TYPES = {"csv": CSV, "xlsx": XLSX}
_YES_NO = {True: "是", False: "否", None: ""}


def cells(row: Row) -> list[str]:
    """One row in the order of `HEAD`."""
    case = row.case
    found = [
        *(case.number, case.get_kind_display(), case.matter, row.name, case.get_applicant_type_display()),
        *(case.get_channel_display(), case.department, case.first_received_on, case.due_on, row.clock.words),
        *(case.get_state_display(), case.officer, row.outcome, case.stopped_on, case.used_workdays),
        *(_YES_NO[case.on_time], _YES_NO[case.provisional or None]),
    ]
    return [safe(value) for value in found]


def table(rows: Iterator[Row]) -> Iterator[list[str]]:
    """Head, at most `MOST_ROWS` rows, and a sentence when more were asked for. ``rows`` yields one more than that."""
    yield list(HEAD)
    for row in islice(rows, MOST_ROWS):
        yield cells(row)
    if next(rows, None) is not None:
        yield [CUT]


def as_xlsx(lines: Iterable[list[str]]) -> IO[bytes]:
    """A workbook in a temporary file, rewound; written row by row. The caller's response closes it."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("依申请公开台账")
    sheet.freeze_panes = "A2"
    for line in lines:
        sheet.append(line)
    file = tempfile.TemporaryFile()  # noqa: SIM115 - closed by the response that sends it
    book.save(file)
    file.seek(0)
    return file
