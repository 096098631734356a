"""Figures of an annual report out of exchanged JSON (one object of a list of published reports)."""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from reports.annual.tables import (
    COLUMN_LABELS,
    EARLIEST,
    GROUPS,
    ITEMS,
    LATEST,
    MADE,
    RESULT_LABELS,
    ROW_LABELS,
    RULES,
    SINGLE,
    SINGLES,
    SUMS,
    TEXTS,
    Figures,
    Number,
    Row,
)

Unread = list[tuple[str, str, str, str]]
GROUPED = re.compile(r"\d{1,3}(,\d{3})+(\.\d+)?")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")  # PostgreSQL stores no NUL, a workbook none of them
ALL_TOTALS = "各行总计"
LONGEST_NAME = 120  # of a body
MOST_CHARACTERS = 50_000  # of one text
MOST_DIGITS = 15  # no body has more of anything; a longer number is a slip


class Unreadable(ValueError):
    """The file is not a report; the words are for people."""


def figures_from(data: Any) -> Figures:
    """Figures of one report. What is not there stays away, what is no number is kept as it was written.

    Raises:
        Unreadable: not an object with a name (`agency`), a `year` and at least one table.
    """
    if not isinstance(data, dict):
        raise Unreadable("文件不是一份年度报告：应当是一个 JSON 对象。")
    agency, year = _whose(data.get("agency"), data.get("year"))
    unread: Unread = []
    table2 = _table2(data.get("table2"), unread)
    table3 = _table("表三", data.get("table3"), ROW_LABELS, COLUMN_LABELS, unread)
    table4 = _table("表四", data.get("table4"), GROUPS, RESULT_LABELS, unread)
    totals = _row("表三", ALL_TOTALS, data.get("totals_only") or {}, ROW_LABELS, unread)
    if not any((table2, table3, table4, totals, unread)):
        raise Unreadable("文件里没有表二、表三、表四的数字。")
    return Figures(
        agency, year, table2, table3, table4, totals, tuple(unread),
        texts=_texts(data.get("texts")), level=_printable(str(data.get("level") or ""))[:40], fees=_fees(data.get("fees")),
    )  # fmt: skip


def _whose(agency: Any, year: Any) -> tuple[str, int]:
    if not isinstance(agency, str) or type(year) is not int:
        raise Unreadable("文件不是一份年度报告：缺少机关名称（agency）或者年度（year）。")
    name = " ".join(_printable(agency).split())
    if not 0 < len(name) <= LONGEST_NAME:
        raise Unreadable(f"机关名称（agency）应当为 1 至 {LONGEST_NAME} 个字。")
    if not EARLIEST <= year <= LATEST:
        raise Unreadable(f"年度（year）应当在 {EARLIEST} 年至 {LATEST} 年之间。")
    return name, year


def _texts(found: Any) -> dict[str, str]:
    known = _known("正文", found or {}, TEXTS, "部分")
    return {name: _printable(str(text))[:MOST_CHARACTERS] for name, text in known.items() if text is not None}


def _fees(found: Any) -> tuple[int, int] | None:
    """Processing fees: how many were charged, and yuan; whole numbers, or nothing is known of them."""
    if not isinstance(found, dict):
        return None
    count, yuan = number_of(found.get("count")), number_of(found.get("yuan"))
    return (count, yuan) if isinstance(count, int) and isinstance(yuan, int) else None


def _printable(words: str) -> str:
    return CONTROL.sub("", words.encode("utf-8", "replace").decode("utf-8"))


def remarks(figures: Figures) -> list[str]:
    """What is missing and therefore not checked: said, never guessed."""
    return [*_of_table2(figures), *_of_table3(figures), *_of_table4(figures)]


def _of_table2(figures: Figures) -> Iterator[str]:
    touched = {row for table, row, _, _ in figures.unread if table == "表二"}
    if not figures.table2 and not touched:
        yield "没有表二，未核对主动公开情况。"
    elif missing := [label for name, label in ITEMS.items() if name not in figures.table2 and label not in touched]:
        yield f"表二缺少：{'、'.join(missing)}。"


def _of_table3(figures: Figures) -> Iterator[str]:
    if not figures.table3:
        known = "、".join(f"{ROW_LABELS[name]} {number}" for name, number in figures.totals.items())
        yield "没有表三各类申请人的数字，未核对。" + (f"只有以下各行的总计：{known}。" if known else "")
        return
    if SINGLE in figures.decided_rows:
        yield "（六）其他处理只有一行（2019年格式），按一行核对。"
    elif SINGLE in figures.table3:
        yield "（六）其他处理既有一行、又有分项，按分项核对。"
    for name in (*figures.decided_rows, *SUMS):
        row = figures.table3.get(name, {})
        if missing := [label for column, label in COLUMN_LABELS.items() if column not in row]:
            yield f"表三“{ROW_LABELS[name]}”缺少{'整行' if not row else '、'.join(missing)}，有关的勾稽关系未核对。"


def _of_table4(figures: Figures) -> Iterator[str]:
    if not figures.table4:
        yield "没有表四，未核对行政复议、行政诉讼情况。"
        return
    for name, label in GROUPS.items():
        row = figures.table4.get(name, {})
        if missing := [words for result, words in RESULT_LABELS.items() if result not in row]:
            yield f"表四“{label}”缺少{'整组' if not row else '、'.join(missing)}，未核对。"


def _table(
    table: str, found: Any, rows: Mapping[str, str], columns: Mapping[str, str], unread: Unread
) -> dict[str, Row]:
    """Rows whose names are known; cells that are no numbers go to ``unread``."""
    found = _known(table, found or {}, rows, "行")
    return {name: _row(table, rows[name], found[name], columns, unread) for name in rows if name in found}


def _known(what: str, found: Any, names: Mapping[str, str], noun: str) -> dict[str, Any]:
    """The object itself, when it is one and bears only known names; else Unreadable."""
    if not isinstance(found, dict):
        raise Unreadable(f"{what}应当是一个对象。")
    if strange := [_printable(str(name)) for name in found if name not in names]:
        raise Unreadable(f"{what}里有不认识的{noun}：{'、'.join(strange[:5])}。")
    return found


def _row(table: str, label: str, row: Any, columns: Mapping[str, str], unread: Unread) -> Row:
    known = _known(f"{table}“{label}”", row, columns, "列")
    return _numbers(known, columns, lambda name, words: unread.append((table, label, columns[name], words)))


def _numbers(row: dict[str, Any], names: Mapping[str, str], keep: Callable[[str, str], None]) -> dict[str, Number]:
    numbers = {}
    for name in names:
        if name in row:
            value = number_of(row[name])
            if value is None:
                keep(name, "" if row[name] is None else _printable(str(row[name]))[:40])
            else:
                numbers[name] = value
    return numbers


def number_of(value: Any) -> Number | None:
    """A whole number where it is one, else a decimal; None for what is no number."""
    if isinstance(value, bool) or value is None:
        return None
    words = unicodedata.normalize("NFKC", str(value)).strip()
    try:
        number = Decimal(words.replace(",", "") if GROUPED.fullmatch(words) else words)
    except InvalidOperation:
        return None
    if not number.is_finite() or number.adjusted() >= MOST_DIGITS:
        return None
    return int(number) if number == number.to_integral_value() else number


def _table2(found: Any, unread: Unread) -> dict[str, Number | Row]:
    """Rules and normative documents, numbers of decisions, fees."""
    found = _known("表二", found or {}, ITEMS, "项目")
    table: dict[str, Number | Row] = {}
    for name, label in RULES.items():
        if name in found:
            table[name] = _row("表二", label, found[name], MADE, unread)
    return table | _numbers(found, SINGLES, lambda name, words: unread.append(("表二", SINGLES[name], "", words)))
