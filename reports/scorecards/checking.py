"""What is wrong with a set before it can be used: sums, words, measures (Chinese sentences)."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from catalog.models import Column
from reports.models import Indicator, IndicatorSet, Section
from reports.scorecards.measures.registry import MEASURES
from reports.scorecards.scoring import NOTHING
from reports.scorecards.states import Source

WHOLE = Decimal(100)


def number(value: Decimal) -> str:
    """Points as people write them: 40, 0.5."""
    return f"{value.normalize():f}"


def faults_of_indicator(values: Mapping[str, Any], columns: Iterable[str]) -> dict[str, str]:
    """What is wrong with one indicator, by field; ``columns`` are the slugs there are."""
    found: dict[str, str] = {}
    if values["points"] <= 0:
        found["points"] = "分值应大于 0。"
    source, code = values["source"], values["measure"]
    measure = MEASURES.get(code)
    if source == Source.JUDGED and code:
        found["measure"] = "人工评定的指标不填计算方法；由系统计算的，请把数据来源改为“系统计算”。"
    if source != Source.JUDGED and measure is None:
        found["measure"] = "没有这种计算方法，请从列表中选择。" if code else "请选择计算方法。"
    if measure is not None and source != Source.JUDGED and measure.is_rating != (source == Source.RATINGS):
        found["measure"] = (
            f"“{measure.label}”的数据来源应为“{(Source.RATINGS if measure.is_rating else Source.COMPUTED).label}”。"
        )
    if source != Source.RATINGS:
        found |= _each(values)
    if measure is not None and source != Source.JUDGED:
        found |= _parameters(measure.takes, values["parameters"], set(columns))
    return found


def _each(values: Mapping[str, Any]) -> dict[str, str]:
    if values["each"] <= 0:
        return {"each": "请填写每处扣分，应大于 0。"}
    if values["each"] > values["points"]:
        return {"each": f"每处扣分不能超过分值 {number(values['points'])} 分。"}
    return {}


def _parameters(takes: Sequence[str], parameters: Mapping[str, Any], columns: set[str]) -> dict[str, str]:
    found = {}
    if "columns" in takes:
        wanted = parameters.get("columns") or []
        if not wanted:
            found["columns"] = "请选择要检查的栏目。"
        elif gone := sorted(set(wanted) - columns):
            found["columns"] = f"没有这些栏目，或者已经停用：{'、'.join(gone)}。"
    return found


def values_of(indicator: Indicator) -> dict[str, Any]:
    """A stored indicator as its form would give it."""
    names = ("name", "group", "text", "points", "each", "frequency", "source", "measure", "parameters", "kinds")
    return {name: getattr(indicator, name) for name in names}


def faults(row: IndicatorSet) -> list[str]:
    """Everything that keeps a set from being used, in the order of its pages; three queries."""
    sections: list[Section] = list(row.sections.order_by("position", "id"))
    indicators: dict[int, list[Indicator]] = {}
    for indicator in Indicator.objects.filter(section__set=row).order_by("position", "id"):
        indicators.setdefault(indicator.section_id, []).append(indicator)
    columns = set(Column.objects.filter(is_active=True).values_list("slug", flat=True))
    found = [] if row.year else ["请填写考核年度。"]
    if not sections:
        return [*found, "还没有板块，请先添加。"]
    total = sum((section.points for section in sections), NOTHING)
    if total != WHOLE:
        found.append(f"各板块分值合计 {number(total)} 分，应为 100 分。")
    for section in sections:
        found += _faults_of_section(section, indicators.get(section.pk, []), columns)
    return found


def _faults_of_section(section: Section, indicators: Sequence[Indicator], columns: set[str]) -> list[str]:
    if not indicators:
        return [f"板块“{section.name}”还没有指标。"]
    total, found = sum((indicator.points for indicator in indicators), NOTHING), []
    if total != section.points:
        found.append(f"板块“{section.name}”各项指标合计 {number(total)} 分，应为 {number(section.points)} 分。")
    for indicator in indicators:
        wrong = faults_of_indicator(values_of(indicator), columns)
        found += [f"指标 {indicator}：{sentence}" for sentence in wrong.values()]
    return found
