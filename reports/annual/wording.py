"""A first wording of every part of a report, with this year's figures in it: offered beside the text, never forced. Pure."""

from collections.abc import Callable, Mapping

from reports.annual.facts import Facts
from reports.annual.tables import DECIDED, GROUPS, PARTS, PROBLEMS, RESULTS, TOTAL, Figures

FAMILIES = (
    ("予以公开", ("granted",)),
    ("部分公开", ("partial",)),
    ("不予公开", tuple(name for name in DECIDED if name.startswith("denied_"))),
    ("无法提供", tuple(name for name in DECIDED if name.startswith("unable_"))),
    ("不予处理", tuple(name for name in DECIDED if name.startswith("nothandled_"))),
    ("其他处理", tuple(name for name in DECIDED if name.startswith("other_"))),
)


def suggestions(figures: Figures, facts: Facts) -> dict[str, str]:
    """条例§50: part → words."""
    return {name: write(figures, facts) for name, write in _WRITERS.items()}


def _total(figures: Figures, *names: str) -> int:
    return sum(int(figures.table3.get(name, {}).get(TOTAL, 0)) for name in names)


def _publishing(figures: Figures, facts: Facts) -> str:
    words = f"{figures.year}年，本机关通过政府信息公开平台主动公开政府信息{facts.published}条，其中政策解读{facts.interpretations}件。"
    rules = figures.table2.get("reg_docs")
    if isinstance(rules, Mapping):
        words += (
            f"本年制发行政规范性文件{rules.get('made', 0)}件，废止行政规范性文件{rules.get('repealed', 0)}件，"
            f"现行有效行政规范性文件{rules.get('valid', 0)}件。"
        )
    if facts.dated:
        words += f"有公开期限的{facts.dated}条信息中，{facts.on_time}条在法定期限内公开。"
    return words


def _applications(figures: Figures, facts: Facts) -> str:
    received, carried = _total(figures, "new_received"), _total(figures, "carried_over")
    words = f"{figures.year}年新收政府信息公开申请{received}件，上年结转{carried}件"
    words += f"，办结{_total(figures, 'total_processed')}件，结转下年度{_total(figures, 'carried_forward')}件。"
    families = [f"{label}{count}件" for label, names in FAMILIES if (count := _total(figures, *names))]
    if families:
        words += f"办理结果为：{'、'.join(families)}。"
    if facts.channels:
        doors = sorted(facts.channels.items(), key=lambda door: -door[1])
        words += f"按申请渠道，其中{'、'.join(f'{label}{count}件' for label, count in doors)}。"
    if facts.answered:
        share = 100 * facts.answered_on_time / facts.answered
        mean = facts.workdays / facts.answered
        words += f"作出答复的{facts.answered}件申请按时答复率{share:.1f}%，平均用时{mean:.1f}个工作日。"
    return words + _remedies(figures)


def _remedies(figures: Figures) -> str:
    totals = {name: int(figures.table4.get(name, {}).get(TOTAL, 0)) for name in GROUPS}
    if not any(totals.values()):
        return "因政府信息公开工作引发的行政复议0件、行政诉讼0件。"
    lawsuits = totals["litigation_direct"] + totals["litigation_after_review"]
    corrected = sum(int(row.get("corrected", 0)) for row in figures.table4.values())
    words = f"因政府信息公开工作引发的行政复议{totals['reconsideration']}件、行政诉讼{lawsuits}件"
    return words + (f"，其中{RESULTS['corrected']}{corrected}件。" if corrected else "。")


def _management(figures: Figures, facts: Facts) -> str:
    words = "落实公开属性源头认定和保密审查制度，公开前逐件审查。"
    if facts.cleanups:
        words += f"完成行政规范性文件清理{facts.cleanups}次，清理结果向社会公布。"
    if facts.rereviews:
        words += f"对不予公开、依申请公开的信息开展评估{facts.rereviews}次。"
    return words


def _platform(figures: Figures, facts: Facts) -> str:
    words = "依托统一的政府信息公开平台公开信息、受理申请，提供检索、查阅、下载功能。"
    if facts.guides:
        words += f"更新公开指南{facts.guides}次。"
    return words


def _supervision(figures: Figures, facts: Facts) -> str:
    words = ""
    if facts.trainings:
        words += f"组织政府信息公开培训{facts.trainings}次，{facts.trained}人次参加。"
    if facts.inquiries:
        words += f"主管部门就申请办理督办{facts.inquiries}次，均按要求回复。"
    return words + "未发生因政府信息公开工作被追究责任的情形。"


def _problems(figures: Figures, facts: Facts) -> str:
    return ""  # nobody can write this for the body (R10)


def _others(figures: Figures, facts: Facts) -> str:
    count, yuan = facts.fees
    if count:
        return f"{figures.year}年依法收取政府信息公开信息处理费{count}件，共计{yuan}元。无其他需要报告的事项。"
    return f"{figures.year}年未收取政府信息公开信息处理费。无其他需要报告的事项。"


_WRITERS: dict[str, Callable[[Figures, Facts], str]] = {
    **dict(zip(PARTS, (_publishing, _applications, _management, _platform, _supervision), strict=True)),
    PROBLEMS: _problems,
    "others": _others,
}
