"""Figures of an annual report as a workbook in the form of the national tables, and out of one again."""

import io
import re
import zipfile
from collections.abc import Mapping
from decimal import Decimal
from typing import IO, Any

import openpyxl
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from files.archives import same_bytes
from files.spreadsheets import clean
from reports.annual.grids import TIE
from reports.annual.reading import Unreadable
from reports.annual.tables import (
    COLUMN_LABELS,
    GROUPS,
    MADE,
    NAME_OF,
    RESULT_LABELS,
    ROW_LABELS,
    RULES,
    SINGLE,
    SINGLES,
    TABLE_TITLES,
    TEXTS,
    Figures,
    Number,
)
from requests_app.outcomes import ROWS

COVER, WORDS, SECOND, THIRD, FOURTH = "封面", "正文", "表二", "表三", "表四"
LEVEL, FEES_COUNT, FEES_YUAN = "层级", "信息处理费（件）", "信息处理费（元）"
TITLES = dict(zip((SECOND, THIRD, FOURTH), TABLE_TITLES.values(), strict=True))
MOST_ROWS, MOST_BYTES = 200, 5_000_000
_MOMENT = re.compile(rb">[^<]*</dcterms:")
_LINE = Side(style="thin")
_BOX = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
Cell = str | Number | None
Lines = list[list[Cell]]


# --- writing -----------------------------------------------------------------------------------------------------------


def workbook(figures: Figures) -> bytes:
    """An XLSX file with a sheet for each table that is there, and one for the texts; the same bytes for the same figures."""
    book = openpyxl.Workbook()
    cover = book.worksheets[0]
    cover.title = COVER
    count, yuan = figures.fees or (None, None)
    lines: Lines = [[f"{figures.agency}{figures.year}年政府信息公开工作年度报告"], ["机关", figures.agency]]
    lines += [["年度", figures.year], [LEVEL, figures.level or None], [FEES_COUNT, count], [FEES_YUAN, yuan]]
    _write(cover, lines)
    if figures.texts:
        _write(book.create_sheet(WORDS), [[label, figures.texts.get(name)] for name, label in TEXTS.items()])
    for name, lines in ((SECOND, _second(figures)), (THIRD, _third(figures)), (FOURTH, _fourth(figures))):
        if len(lines) > 1:
            _sheet(book.create_sheet(name), TITLES[name], lines)
    kept = io.BytesIO()
    book.save(kept)
    return same_bytes(kept.getvalue(), {"docProps/core.xml": _undated})


def _undated(properties: bytes) -> bytes:
    """The moment of writing left out."""
    return _MOMENT.sub(b">1980-01-01T00:00:00Z</dcterms:", properties)


def _write(sheet: Worksheet, lines: Lines) -> None:
    """Lines whose text stays text, whatever it begins with."""
    for number, line in enumerate(lines, 1):
        for place, value in enumerate(line, 1):
            cell = sheet.cell(number, place)
            if isinstance(value, str):
                cell.value, cell.data_type = clean(value), "s"
                cell.alignment = Alignment(wrap_text=True, vertical="top")
            elif value is not None:
                cell.value = value
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 46, 90


def _second(figures: Figures) -> Lines:
    lines: Lines = [["信息内容", *MADE.values()]]
    for name, label in RULES.items():
        if isinstance(row := figures.table2.get(name), Mapping):
            lines.append([label, *(row.get(kind) for kind in MADE)])
    lines += [[label, _single(figures.table2[name])] for name, label in SINGLES.items() if name in figures.table2]
    return lines


def _single(value: object) -> Cell:
    return value if isinstance(value, int | Decimal) else None


def _third(figures: Figures) -> Lines:
    lines: Lines = [[TIE, *COLUMN_LABELS.values()]]
    if not figures.table3:
        return lines
    for row in ROWS:
        name = NAME_OF.get(row.path, "")
        if name in figures.table3:
            lines.append([row.label, *(figures.table3[name].get(column) for column in COLUMN_LABELS)])
        elif row.is_heading and row.path == "other" and SINGLE in figures.table3:
            lines.append([ROW_LABELS[SINGLE], *(figures.table3[SINGLE].get(column) for column in COLUMN_LABELS)])
        elif row.is_heading:
            lines.append([row.label])
    return lines


def _fourth(figures: Figures) -> Lines:
    lines: Lines = [["", *RESULT_LABELS.values()]]
    for name, label in GROUPS.items():
        if row := figures.table4.get(name):
            lines.append([label, *(row.get(result) for result in RESULT_LABELS)])
    return lines


def _sheet(sheet: Worksheet, title: str, lines: Lines) -> None:
    width = max(map(len, lines))
    sheet.append([title])
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=width)
    for line in lines:
        sheet.append([*line, *[None] * (width - len(line))])
    for number, row in enumerate(sheet.iter_rows(min_row=1, max_row=1 + len(lines), max_col=width)):
        for cell in row:
            cell.font = Font(bold=number < 2)
            cell.border = Border() if number == 0 else _BOX
            cell.alignment = Alignment(
                wrap_text=True, vertical="center", horizontal=None if cell.column == 1 else "center"
            )
    sheet.column_dimensions["A"].width = 46
    for column in range(2, width + 1):
        sheet.column_dimensions[get_column_letter(column)].width = 12
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


# --- reading -----------------------------------------------------------------------------------------------------------


def exchanged_from(file: IO[bytes]) -> dict[str, Any]:
    """What `reading.figures_from` reads, out of a workbook of ours.

    Raises:
        Unreadable: no workbook, or one of another making.
    """
    found = _sheets(file)
    cover = found.get(COVER, {})
    agency, year = (cover.get(word, [None])[0] for word in ("机关", "年度"))
    if not agency or not year:
        raise Unreadable("工作簿里没有写明机关和年度的“封面”，不是从本平台导出的年度报告。")
    second = found.get(SECOND, {})
    singles = {name: second[label][0] for name, label in SINGLES.items() if label in second}
    words = found.get(WORDS, {})
    return {
        "agency": str(agency),
        "year": year,
        "level": cover.get(LEVEL, [None])[0],
        "fees": {"count": cover.get(FEES_COUNT, [None])[0], "yuan": cover.get(FEES_YUAN, [None])[0]},
        "texts": {name: words[label][0] or "" for name, label in TEXTS.items() if label in words},
        "table2": _named(second, RULES, MADE) | singles,
        "table3": _named(found.get(THIRD, {}), ROW_LABELS, COLUMN_LABELS),
        "table4": _named(found.get(FOURTH, {}), GROUPS, RESULT_LABELS),
    }


def _sheets(file: IO[bytes]) -> dict[str, dict[str, list[Any]]]:
    """Sheet → first cell → the cells after it."""
    try:
        is_small = sum(item.file_size for item in zipfile.ZipFile(file).infolist()) <= MOST_BYTES
        book = openpyxl.load_workbook(file, read_only=True, data_only=True) if is_small else None
        found = {sheet.title: _lines(sheet) for sheet in book.worksheets} if book else {}
    except Exception as error:  # a damaged or hostile file fails in ways nobody can list
        raise Unreadable("文件不是可以读取的 XLSX 工作簿。") from error
    if not is_small:
        raise Unreadable("工作簿太大，不是一份年度报告。")
    return found


def _lines(sheet: Any) -> dict[str, list[Any]]:
    """Lines of a sheet by what stands first in them."""
    rows = sheet.iter_rows(max_row=MOST_ROWS, max_col=12, values_only=True)
    return {str(row[0]).strip(): [*row[1:], None] for row in rows if row and row[0] is not None}


def _named(
    lines: dict[str, list[Any]], rows: Mapping[str, str], columns: Mapping[str, str]
) -> dict[str, dict[str, Any]]:
    """Row → column → cell, of the rows that bear figures; headings have none."""
    table = {}
    for name, label in rows.items():
        values = lines.get(label, [])
        if any(value is not None for value in values):
            table[name] = dict(zip(columns, values, strict=False))
    return table
