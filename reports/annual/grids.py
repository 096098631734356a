"""The three tables as the national form lays them out: rows of cells with their spans, for paper and pages alike. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from reports.annual.tables import (
    COLUMN_LABELS,
    COLUMNS,
    COUNTS,
    FEES,
    GROUPS,
    MADE,
    NAME_OF,
    RESULT_LABELS,
    ROW_LABELS,
    RULES,
    SINGLE,
    TABLE_TITLES,
    TOTAL,
    Figures,
    Number,
)
from requests_app.outcomes import ROWS

TIE = "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）"


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell: its words or figure, how far it spans, and for a figure which one it is (row and column of its table).

    ``scope`` is of the head cells; ``url`` leads to what is behind a figure, for who may follow it; ``is_wrong`` marks a
    figure that breaks an identity, ``is_odd`` one to look at.
    """

    text: str = ""
    wide: int = 1
    tall: int = 1
    scope: str = ""
    row: str = ""
    column: str = ""
    url: str = ""
    is_wrong: bool = False
    is_odd: bool = False

    @property
    def is_figure(self) -> bool:
        """True for a figure of the report."""
        return bool(self.row)


Line = list[Cell]


@dataclass(frozen=True)
class Grid:
    """A table: its name in exchanged figures, its title, head and body."""

    name: str
    title: str
    head: list[Line]
    body: list[Line]

    @property
    def width(self) -> int:
        """How many columns."""
        return sum(cell.wide for cell in (self.head or self.body)[0])


def grids(figures: Figures) -> list[Grid]:
    """Tables two, three and four; one that is not there has no body."""
    return [second(figures), third(figures), fourth(figures)]


def shown(value: Number | None) -> str:
    """A figure as printed: thousands are not grouped in the national form; nothing for what is not there."""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return "" if value is None else str(value)


def _figure(value: Number | None, row: str, column: str, wide: int = 1) -> Cell:
    return Cell(shown(value), wide, row=row, column=column)


def _head(text: str, wide: int = 1, tall: int = 1, scope: str = "col") -> Cell:
    return Cell(text, wide, tall, scope)


# --- table two ---------------------------------------------------------------------------------------------------------


def second(figures: Figures) -> Grid:
    """二、主动公开政府信息情况: four blocks below each other, by the items of 条例§20."""
    body: list[Line] = []
    if figures.table2:
        body += _block("第二十条第（一）项", list(MADE.values()))
        for name, label in RULES.items():
            row = figures.table2.get(name)
            values = row if isinstance(row, Mapping) else {}
            body.append([_head(label, scope="row"), *(_figure(values.get(kind), name, kind) for kind in MADE)])
        for article, names in (("第二十条第（五）项", ["permits"]), ("第二十条第（六）项", ["penalties", "coercion"])):
            body += _block(article, ["本年处理决定数量"])
            body += [[_head(COUNTS[name], scope="row"), _single(figures, name)] for name in names]
        body += _block("第二十条第（八）项", ["本年收费金额（单位：万元）"])
        body.append([_head("行政事业性收费", scope="row"), _single(figures, FEES)])
    return Grid("table2", TABLE_TITLES["table2"], [], body)


def _block(article: str, heads: list[str]) -> list[Line]:
    wide = len(MADE) // len(heads)
    return [
        [_head(article, 1 + len(MADE), scope="colgroup")],
        [_head("信息内容"), *(_head(head, wide) for head in heads)],
    ]


def _single(figures: Figures, name: str) -> Cell:
    value = figures.table2.get(name)
    return _figure(value if isinstance(value, int | Decimal) else None, name, TOTAL, len(MADE))


# --- table three -------------------------------------------------------------------------------------------------------

RESULTS_HEAD, DEEP = "results", 3  # columns of words on the left


def third(figures: Figures) -> Grid:
    """三、收到和处理政府信息公开申请情况: seven columns, the results grouped by family on the left."""
    head = [
        [_head(TIE, DEEP, 3), _head("申请人情况", len(COLUMN_LABELS), scope="colgroup")],
        [
            _head(COLUMNS["natural_person"], 1, 2),
            _head("法人或其他组织", len(COLUMNS) - 1, scope="colgroup"),
            _head("总计", 1, 2),
        ],
        [_head(label) for name, label in COLUMNS.items() if name != "natural_person"],
    ]
    body = list(_third_lines(figures)) if figures.table3 else []
    return Grid("table3", TABLE_TITLES["table3"], head, body)


def _third_lines(figures: Figures) -> Iterator[Line]:
    """The form's rows; heads that span several rows stand in the first of them."""
    is_single = SINGLE in figures.decided_rows
    rows = [row for row in ROWS if not (is_single and row.path.startswith("other."))]
    pending: list[Cell] = []
    for row in rows:
        below = sum(not each.is_heading and each.path.startswith(f"{row.path}.") for each in rows)
        if row.path == RESULTS_HEAD:
            last = next(place for place, each in enumerate(rows) if each.path == "totalProcessed")
            tall = sum(not each.is_heading for each in rows[rows.index(row) : last + 1]) + is_single
            pending.append(_head(row.label, 1, tall, "rowgroup"))
        elif row.is_heading and not (is_single and row.path == "other"):
            pending.append(_head(row.label, 1, below, "rowgroup"))
        else:
            yield [*pending, *_third_row(figures, row.path, row.label)]
            pending = []


def _third_row(figures: Figures, path: str, label: str) -> Line:
    name = SINGLE if path == "other" else NAME_OF[path]
    wide = DEEP if name in ("new_received", "carried_over", "carried_forward") else 1 if "." in path else DEEP - 1
    values = figures.table3.get(name, {})
    words = ROW_LABELS[SINGLE] if name == SINGLE else label
    return [_head(words, wide, scope="row"), *(_figure(values.get(column), name, column) for column in COLUMN_LABELS)]


# --- table four --------------------------------------------------------------------------------------------------------


def fourth(figures: Figures) -> Grid:
    """四、政府信息公开行政复议、行政诉讼情况: fifteen figures in one row."""
    wide = len(RESULT_LABELS)
    direct, after = GROUPS["litigation_direct"], GROUPS["litigation_after_review"]
    results = [_head(label) for label in RESULT_LABELS.values()]
    head = [
        [_head("行政复议", wide, scope="colgroup"), _head("行政诉讼", 2 * wide, scope="colgroup")],
        [
            *(replace(cell, tall=2) for cell in results),
            _head(direct, wide, scope="colgroup"),
            _head(after, wide, scope="colgroup"),
        ],
        [*results, *results],
    ]
    row = [
        _figure(figures.table4.get(group, {}).get(result), group, result)
        for group in GROUPS
        for result in RESULT_LABELS
    ]
    return Grid("table4", TABLE_TITLES["table4"], head, [row] if figures.table4 else [])
