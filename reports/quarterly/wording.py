"""What an analysis says before anybody edits it: sentences made of its numbers. Pure."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from reports.figures.measures import (
    EXTENDED,
    FAMILIES,
    FAMILY,
    KEYS,
    LATE,
    ON_TIME,
    PAUSED,
    Measure,
    outcomes_of,
)
from reports.figures.words import percent, within
from reports.quarterly.subjects import OFTEN
from requests_app.ledger.overview import median
from requests_app.models import RemedyKind, RemedyResult

Numbers = Mapping[str, Any]
HALF_WIDTH = str.maketrans("０１２３４５６７８９．％", "0123456789.%")
_COUNTED = re.compile(r"(?P<number>\d[\d,]*(?:\.\d+)?) ?(?:件|%|个工作日|项|人)")
# The parts of an analysis, in their order; the last two have no sentences of their own.
PARTS = {
    "overview": "总体情况",
    "structure": "申请结构",
    "timing": "办理时限",
    "results": "办理结果",
    "remedies": "行政复议和行政诉讼",
    "subjects": "社会关注的内容和重复申请",
    "problems": "存在的问题和下一步工作",
}


def texts_of(figures: Numbers, words: Sequence[str]) -> dict[str, str]:
    """Part → paragraph; ``words`` are those that will be published. Problems are for people to name."""
    return {
        "overview": _overview(figures),
        "structure": _structure(figures),
        "timing": _timing(figures),
        "results": _results(figures),
        "remedies": _remedies(figures),
        "subjects": f"{_subjects(figures, words)}{_repeats(figures)}",
        "problems": "",
    }


def strangers(figures: Numbers, texts: Mapping[str, str], words: Sequence[str]) -> list[str]:
    """A sentence for each number of a counted part that the count does not know: somebody wrote it."""
    said = texts_of(figures, words)
    known = {number for text in said.values() for number in _numbers(text)}
    known |= {str(value) for parts in figures["counts"].values() for value in (*parts.values(), sum(parts.values()))}
    return [
        f"“{PARTS[part]}”中的“{found}”不在统计的数字里，请核对。"
        for part in said
        for number, found in _numbers(texts.get(part, "")).items()
        if said[part] and number not in known
    ]


def _numbers(text: str) -> dict[str, str]:
    """Number → as it is written with its unit: 1200 → 1,200 件."""
    folded = text.translate(HALF_WIDTH)
    return {found["number"].replace(",", ""): found[0] for found in _COUNTED.finditer(folded)}


def parts_of(figures: Numbers, measure: Measure) -> dict[str, int]:
    """Key → number of a measure."""
    return dict(figures["counts"].get(measure.value, {}))


def total_of(figures: Numbers, measure: Measure) -> int:
    """All of a measure."""
    return sum(parts_of(figures, measure).values())


def changed(now: int, before: int, when: str) -> str:
    """比上一季度增加 3 件（33.3%）; 与上一季度持平; 上一季度为 0 件."""
    if now == before:
        return f"与{when}持平"
    if not before:
        return f"{when}为 0 件"
    word = "增加" if now > before else "减少"
    return f"比{when}{word} {abs(now - before):,} 件（{percent_of_change(now, before)}）"


def percent_of_change(now: int, before: int) -> str:
    """33.3%; more than double is said as a multiple is: 233.3%."""
    tenths = (2000 * abs(now - before) + before) // (2 * before)
    return f"{tenths / 10:.1f}%"


def _overview(figures: Numbers) -> str:
    received, done = total_of(figures, Measure.CHANNEL), total_of(figures, Measure.OUTCOME)
    before, year_ago = figures["before"], figures["year_ago"]
    return (
        f"本季度收到政府信息公开申请 {received:,} 件，{changed(received, before['received'], '上一季度')}，"
        f"{changed(received, year_ago['received'], '上年同期')}；上季度结转 {figures['carried']:,} 件。"
        f"本季度办结 {done:,} 件，{changed(done, before['ended'], '上一季度')}；季末在办 {figures['open']:,} 件。"
    )


def _listed(parts: Mapping[str, int], labels: Mapping[str, str]) -> str:
    """自然人 10 件（83.3%）、商业企业 2 件（16.7%）; the most first, without zeros."""
    total = sum(parts.values())
    order = sorted((key for key in parts if parts[key]), key=lambda key: (-parts[key], key))
    return "、".join(f"{labels.get(key, '其他')} {parts[key]:,} 件（{percent(parts[key], total)}）" for key in order)


def _structure(figures: Numbers) -> str:
    if not total_of(figures, Measure.CHANNEL):
        return "本季度没有收到申请。"
    types = _listed(parts_of(figures, Measure.APPLICANT), KEYS[Measure.APPLICANT])
    doors = _listed(parts_of(figures, Measure.CHANNEL), KEYS[Measure.CHANNEL])
    return f"按申请人：{types}。按申请方式：{doors}。"


def _timing(figures: Numbers) -> str:
    answered, before = parts_of(figures, Measure.ANSWERED), figures["before"]
    total, timely = sum(answered.values()), answered.get(ON_TIME, 0)
    if not total:
        return "本季度没有作出答复。"
    taken = {int(key): value for key, value in parts_of(figures, Measure.WORKDAYS).items()}
    share = percent(timely, total)
    then = f"（上一季度 {percent(before['on_time'], before['answered'])}）" if before["answered"] else ""
    late = answered.get(LATE, 0)
    said = f"本季度答复 {total:,} 件，按时答复 {timely:,} 件，按时率 {share}{then}"
    said += f"，逾期答复 {late:,} 件。" if late else "。"
    if taken:
        said += f"用时的中位数为 {median(taken):g} 个工作日，九成在 {within(taken, 90)} 个工作日内答复。"
    long = parts_of(figures, Measure.LENGTHENED)
    return f"{said}依法延长期限 {long.get(EXTENDED, 0):,} 件，扣除征求意见等时间 {long.get(PAUSED, 0):,} 件。"


def _results(figures: Numbers) -> str:
    parts = parts_of(figures, Measure.OUTCOME)
    total = sum(parts.values())
    if not total:
        return "本季度没有办结的申请。"
    families = {family: sum(parts.get(code, 0) for code in outcomes_of(FAMILY + family)) for family in FAMILIES}
    return f"办结的 {total:,} 件中，{_listed(families, FAMILIES)}。"


def _remedies(figures: Numbers) -> str:
    filed, pending = figures["filed"], figures["pending"]
    concluded = parts_of(figures, Measure.REMEDY)
    if not (sum(filed.values()) or sum(pending.values()) or concluded):
        return "本季度没有因政府信息公开申请引起的行政复议和行政诉讼。"
    said = []
    for kind in RemedyKind:
        results = {result: concluded.get(f"{kind.value}.{result.value}", 0) for result in RemedyResult}
        done = sum(results.values())
        if not (filed.get(kind.value) or done or pending.get(kind.value)):
            continue
        corrected = results[RemedyResult.CORRECT]
        among = f"（其中结果纠正 {corrected:,} 件）" if corrected else ""
        said.append(
            f"{kind.label}：新收 {filed.get(kind.value, 0):,} 件，审结 {done:,} 件{among}，"
            f"季末尚未审结 {pending.get(kind.value, 0):,} 件"
        )
    return f"{'；'.join(said)}。"


def _subjects(figures: Numbers, words: Sequence[str]) -> str:
    counts = dict(figures["words"])
    told = [f"“{word}”（{counts[word]:,} 件）" for word in words if word in counts]
    return f"申请内容涉及较多的有{'、'.join(told)}。" if told else ""


def _repeats(figures: Numbers) -> str:
    found = figures["repeats"]
    same = (
        f"相同内容的申请 {found['matters']:,} 项，共 {found['cases']:,} 件"
        if found["matters"]
        else "没有相同内容的申请"
    )
    often = (
        f"同一申请人提出 {OFTEN} 件以上的有 {found['applicants']:,} 人（单位），共 {found['cases_of_applicants']:,} 件"
        if found["applicants"]
        else f"没有同一申请人提出 {OFTEN} 件以上的情形"
    )
    return f"{same}；{often}。"
