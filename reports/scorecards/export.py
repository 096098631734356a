"""An assessment as a workbook: the table of scores, and every result with its evidence."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from files.spreadsheets import book
from reports.models import Assessment, Result
from reports.scorecards.selectors import table_of

RESULT_HEADS = (
    *("机构", "板块", "编号", "指标", "评分标准", "分值", "每处扣分", "是否计分", "发现问题（处）", "扣分", "依据"),
    *("数据来源", "评定人"),
)
AT_ONCE = 500


def workbook(row: Assessment) -> bytes:
    """Two sheets; results are read in slices."""
    sections, lines = table_of(row)
    heads = ("名次", "机构", "得分", "应得分", "扣分", *(section.name for section in sections))
    scores = (
        (
            line.card.rank or "", line.card.department.name, _number(line.card.rate), _number(line.card.full),
            _number(line.card.deducted), *map(_number, line.parts),
        )
        for line in lines
    )  # fmt: skip
    return book([("得分", heads, scores), ("逐项结果", RESULT_HEADS, _results(row))])


def _results(row: Assessment) -> Iterator[tuple[Any, ...]]:
    found = Result.objects.filter(card__assessment=row).select_related(
        "card__department", "indicator__section", "judged_by"
    )
    order = found.order_by("card__department__path", "indicator__section__position", "indicator__position")
    for one in order.iterator(chunk_size=AT_ONCE):
        rule = one.indicator
        yield (
            one.card.department.name, rule.section.name, rule.number, rule.name, rule.text, _number(rule.points),
            _number(rule.each), "是" if one.applies else "否", one.findings, _number(one.deducted), one.evidence,
            rule.get_source_display(), one.judged_by or "",
        )  # fmt: skip


def _number(value: Decimal | None) -> float | str:
    return "" if value is None else float(value)
