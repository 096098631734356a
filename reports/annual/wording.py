"""A first wording of every part of a report, with this year's figures in it: offered beside the text, never forced. Pure."""

import re
from collections.abc import Callable, Mapping

from reports.annual.facts import Facts
from reports.annual.tables import DECIDED, GROUPS, PROBLEMS, RESULTS, TOTAL, Figures
from reports.figures.words import percent

FAMILIES = (
    ("予以公开", ("granted",)),
    ("部分公开", ("partial",)),
    ("不予公开", tuple(name for name in DECIDED if name.startswith("denied_"))),
    ("无法提供", tuple(name for name in DECIDED if name.startswith("unable_"))),
    ("不予处理", tuple(name for name in DECIDED if name.startswith("nothandled_"))),
    ("其他处理", tuple(name for name in DECIDED if name.startswith("other_"))),
)


def suggestions(figures: Figures, facts: Facts, *, is_consolidated: bool = False) -> dict[str, str]:
    """条例§50: part → words; of a government with all its bodies where ``is_consolidated``."""
    whose = _all_of(figures.agency) if is_consolidated else "本机关"
    rest = {name: write(figures, facts) for name, write in _WRITERS.items()}
    return {"publishing": _publishing(figures, facts, whose)} | rest


def _all_of(agency: str) -> str:
    """全市各级行政机关, by the word with which the name of the place ends."""
    place = re.search(r"([省市州盟县区旗乡镇])(?:人民)?政府$", agency)
    return f"{f'全{place[1]}' if place else ''}各级行政机关"


def _total(figures: Figures, *names: str) -> int:
    return sum(int(figures.table3.get(name, {}).get(TOTAL, 0)) for name in names)


def _publishing(figures: Figures, facts: Facts, whose: str) -> str:
    words = f"{figures.year}年，{whose}通过政府信息公开平台主动公开政府信息{facts.published}条，其中政策解读{facts.interpretations}件。"
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
    """Doors and days are in the register alone: nothing is said of them where the table counts others' applications too."""
    received, carried = _total(figures, "new_received"), _total(figures, "carried_over")
    words = f"{figures.year}年新收政府信息公开申请{received}件，上年结转{carried}件"
    processed = _total(figures, "total_processed")
    words += f"，办结{processed}件，结转下年度{_total(figures, 'carried_forward')}件。"
    families = [f"{label}{count}件" for label, names in FAMILIES if (count := _total(figures, *names))]
    if families:
        words += f"办理结果为：{'、'.join(families)}。"
    if facts.channels and sum(facts.channels.values()) == received:
        doors = sorted(facts.channels.items(), key=lambda door: -door[1])
        words += f"按申请渠道，其中{'，'.join(f'{label}{count}件' for label, count in doors)}。"
    if facts.answered and facts.ended == processed:
        share = percent(facts.answered_on_time, facts.answered)
        mean = facts.workdays / facts.answered
        words += f"作出答复的{facts.answered}件申请按时答复率{share}，平均用时{mean:.1f}个工作日。"
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
    """What is counted; assessments and accountability are for people to state."""
    words = ""
    if facts.trainings:
        words += f"组织政府信息公开培训{facts.trainings}次，{facts.trained}人次参加。"
    if facts.inquiries:
        left = facts.inquiries - facts.inquiries_answered
        words += f"主管部门就申请办理督办{facts.inquiries}次，{f'{left}次尚未' if left else '均已'}回复。"
    return words


def _problems(figures: Figures, facts: Facts) -> str:
    return ""  # nobody can write this for the body (R10)


def _others(figures: Figures, facts: Facts) -> str:
    count, yuan = figures.fees or (0, 0)
    if count:
        return f"{figures.year}年依法收取政府信息公开信息处理费{count}件，共计{yuan}元。无其他需要报告的事项。"
    return f"{figures.year}年未收取政府信息公开信息处理费。无其他需要报告的事项。"


_WRITERS: dict[str, Callable[[Figures, Facts], str]] = {
    "applications": _applications,
    "management": _management,
    "platform": _platform,
    "supervision": _supervision,
    PROBLEMS: _problems,
    "others": _others,
}
