"""What has to agree in an annual report (表注, 国办公开办函〔2021〕30号): pure arithmetic over `reports.annual.tables.Figures`.

Hard: R1 carried in and out, R2 sum of results, R3 sum of columns, R4 table four, R5 carry-over of two years, R12 whole
numbers that are not negative. Warnings: R6 rules in force, R7, R9, R10 what the texts say (`prose`), R8 cells left empty,
R11 rules of bodies that make none.
"""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal

from reports.annual.breaches import Breach
from reports.annual.prose import breaches_of_texts
from reports.annual.tables import (
    COLUMN_LABELS,
    COLUMNS,
    FEES_LABEL,
    GROUPS,
    ITEMS,
    MADE,
    NO_RULE_MAKING,
    RESULT_LABELS,
    RESULTS,
    ROW_LABELS,
    RULES,
    TOTAL,
    Figures,
    Number,
    Row,
)

CROSSED_OUT = re.compile(r"[/／]?|[-－‐‑‒–—―─−﹣]+")  # nothing, a stroke, a run of any dashes
CARRIED = "第一项加第二项"
ENDED = "第三项加第四项"


def breaches(figures: Figures, before: Figures | None = None) -> list[Breach]:
    """Every rule over one report; ``before`` is the same body's report of the year before, for R5 and R6."""
    found = [*_unnatural(figures), *_unread(figures)]
    found += [*_columns(figures), *_rows(figures), *_groups(figures), *_rules_of_others(figures)]
    found += breaches_of_texts(figures)
    if before:
        found += [*_carried_over(figures, before), *_in_force(figures, before)]
    return found


# --- table three -------------------------------------------------------------------------------------------------------


def _column(figures: Figures, names: tuple[str, ...], column: str) -> Number | None:
    """Sum of rows in one column; None when one of them is not there."""
    values = [figures.table3.get(name, {}).get(column) for name in names]
    return None if any(value is None for value in values) else sum(value for value in values if value is not None)


def _columns(figures: Figures) -> Iterator[Breach]:
    """R1 and R2, each column and the total."""
    total = ("total_processed",)
    ties = (
        ("R2", ROW_LABELS["total_processed"], figures.decided_rows, total, "各行合计为", "而总计为"),
        ("R1", "", ("new_received", "carried_over"), (*total, "carried_forward"), f"{CARRIED}为", f"而{ENDED}为"),
    )
    for column, label in COLUMN_LABELS.items():
        for rule, row, left, right, what, should in ties:
            found, expected = _column(figures, left, column), _column(figures, right, column)
            if found is not None and expected is not None and found != expected:
                yield Breach(rule, "表三", row, label, found, expected, what, should)


def _rows(figures: Figures) -> Iterator[Breach]:
    """R3, each row."""
    return _sums("R3", "表三", figures.table3, labels=ROW_LABELS, parts=COLUMNS, what="各类申请人合计为")


def _sums(
    rule: str, table: str, rows: Mapping[str, Row], *, labels: Mapping[str, str], parts: Mapping[str, str], what: str
) -> Iterator[Breach]:
    """Rows whose parts do not add up to their total; a row with a cell missing is passed over."""
    for name, row in rows.items():
        if all(part in row for part in (*parts, TOTAL)):
            summed = sum(row[part] for part in parts)
            if summed != row[TOTAL]:
                yield Breach(rule, table, labels[name], "总计", summed, row[TOTAL], what, "而总计为")


# --- table four and the years ------------------------------------------------------------------------------------------


def _groups(figures: Figures) -> Iterator[Breach]:
    """R4, each group."""
    return _sums("R4", "表四", figures.table4, labels=GROUPS, parts=RESULTS, what="各项合计为")


def _carried_over(figures: Figures, before: Figures) -> Iterator[Breach]:
    """R5, each column."""
    left, taken = before.table3.get("carried_forward", {}), figures.table3.get("carried_over", {})
    for column, label in COLUMN_LABELS.items():
        if column in left and column in taken and left[column] != taken[column]:
            yield Breach(
                "R5", "表三", ROW_LABELS["carried_over"], label, taken[column], left[column],
                "本年报告为", f"而{before.year}年报告结转",
            )  # fmt: skip


def _in_force(figures: Figures, before: Figures) -> Iterator[Breach]:
    """R6: valid a year ago, and made, less repealed."""
    for name, label in RULES.items():
        now, old = figures.table2.get(name), before.table2.get(name)
        if isinstance(now, Mapping) and isinstance(old, Mapping) and now.keys() >= MADE.keys() and "valid" in old:
            expected = old["valid"] + now["made"] - now["repealed"]
            if expected != now["valid"]:
                yield Breach("R6", "表二", label, "现行有效件数", now["valid"], expected, "为", "按上年推算为")


def _rules_of_others(figures: Figures) -> Iterator[Breach]:
    """R11: a county, a township or a department makes no rules (立法法§91, §93)."""
    row = figures.table2.get("regulations")
    if figures.level in NO_RULE_MAKING and isinstance(row, Mapping):
        for name, number in row.items():
            if number:
                yield Breach(
                    "R11", "表二", RULES["regulations"], MADE[name], number, 0, "为", f"{figures.level}没有规章制定权，应为"
                )  # fmt: skip


# --- single figures ----------------------------------------------------------------------------------------------------


def _unnatural(figures: Figures) -> Iterator[Breach]:
    """R12."""
    for table, row, column, value in _cells(figures):
        is_money = row == FEES_LABEL
        if value < 0 or (not is_money and value != int(value)):
            wanted = "不小于零的数" if is_money else "不小于零的整数"
            yield Breach("R12", table, row, column, value, wanted, "为", "应为")


def _unread(figures: Figures) -> Iterator[Breach]:
    """R8 for what was left empty or crossed out, R12 for other words."""
    for table, row, column, words in figures.unread:
        rule, wanted = ("R8", "0") if CROSSED_OUT.fullmatch(words.strip()) else ("R12", "数字")
        yield Breach(rule, table, row, column, f"“{words}”" if words.strip() else "空白", wanted, "为", "应填写")


def _cells(figures: Figures) -> Iterator[tuple[str, str, str, Number]]:
    """(table, row, column, number) of everything."""
    for name, value in figures.table2.items():
        yield from _cells_of_item(name, value)
    for name, row in figures.table3.items():
        yield from (("表三", ROW_LABELS[name], COLUMN_LABELS[column], number) for column, number in row.items())
    yield from (("表三", ROW_LABELS[name], COLUMN_LABELS[TOTAL], number) for name, number in figures.totals.items())
    for name, row in figures.table4.items():
        yield from (("表四", GROUPS[name], RESULT_LABELS[result], number) for result, number in row.items())


def _cells_of_item(name: str, value: Number | Row) -> Iterator[tuple[str, str, str, Number]]:
    if isinstance(value, int | Decimal):
        yield "表二", ITEMS[name], "", value
    else:
        yield from (("表二", ITEMS[name], MADE[column], number) for column, number in value.items())
