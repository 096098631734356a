"""Do the words of a report agree with its tables (law.md §2.5): R7 figures, R9 fees, R10 parts that may not be empty. Pure."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from reports.annual.breaches import Breach
from reports.annual.tables import (
    DECIDED,
    FEES,
    OTHERS,
    PROBLEMS,
    TEXTS,
    TOTAL,
    Figures,
    Number,
)

EMPTY = "空白"
NOTHING = re.compile(r"(暂无|没有|无)?(其他)?(需要报告的事项)?")
# Between a word and its number: no other number, no end of a clause, no part of the whole.
_GAP = r"(?:(?!维持|纠|撤销|驳回|审结|被)[^\d，。；、：\n]){0,16}?"
_COUNT = r"(\d[\d,]{0,20})\s*件"
_AMOUNT = r"(\d[\d,]{0,20}(?:\.\d{1,9})?)\s*万元"
# What is said of a part (of some door, of the office alone) is no figure of the table.
PART = re.compile(r"其中|通过|网上|在线|当面|邮寄|信函|来函|传真|本级|同比|增长|下降|[某个]单位")
CLAUSE = re.compile(r"[，。；\n]")
DIGIT = re.compile(r"\d")
FULL_WIDTH = str.maketrans("０１２３４５６７８９．", "0123456789.")


@dataclass(frozen=True, slots=True)
class Saying:
    """Words in which reports name a figure, what it is called, and where it stands in the tables."""

    pattern: re.Pattern[str]
    label: str
    figure: Callable[[Figures], Number | None]


def _row(*names: str) -> Callable[[Figures], Number | None]:
    """The total of rows of table three; None where one is missing."""

    def read(figures: Figures) -> Number | None:
        found = [figures.table3.get(name, {}).get(TOTAL) for name in names]
        return None if None in found else sum(value for value in found if value is not None)

    return read


def _family(prefix: str) -> Callable[[Figures], Number | None]:
    return _row(*(name for name in DECIDED if name.startswith(prefix)))


def _group(*names: str) -> Callable[[Figures], Number | None]:
    def read(figures: Figures) -> Number | None:
        found = [figures.table4.get(name, {}).get(TOTAL) for name in names]
        return None if None in found else sum(value for value in found if value is not None)

    return read


def _made(kind: str) -> Callable[[Figures], Number | None]:
    def read(figures: Figures) -> Number | None:
        row = figures.table2.get("reg_docs")
        return row.get(kind) if isinstance(row, Mapping) else None

    return read


def _fees(figures: Figures) -> Number | None:
    value = figures.table2.get(FEES)
    return value if isinstance(value, int | Decimal) else None


def _saying(pattern: str, label: str, figure: Callable[[Figures], Number | None]) -> Saying:
    return Saying(re.compile(pattern), label, figure)


_RECEIVED = rf"(?:新收|收到|受理){_GAP}申请{_GAP}{_COUNT}"
SAYINGS = (
    _saying(_RECEIVED, "新收申请", _row("new_received")),
    _saying(rf"上(?:一)?年(?:度)?结转{_GAP}{_COUNT}", "上年结转", _row("carried_over")),
    _saying(rf"结转(?:下|至下|到下)(?:一)?年(?:度)?{_GAP}{_COUNT}", "结转下年度", _row("carried_forward")),
    _saying(rf"办结{_GAP}{_COUNT}", "办理结果总计", _row("total_processed")),
    _saying(rf"(?<!不)予以公开{_GAP}{_COUNT}", "予以公开", _row("granted")),
    _saying(rf"部分公开{_GAP}{_COUNT}", "部分公开", _row("partial")),
    _saying(rf"不予公开{_GAP}{_COUNT}", "不予公开合计", _family("denied_")),
    _saying(rf"无法提供{_GAP}{_COUNT}", "无法提供合计", _family("unable_")),
    _saying(rf"不予处理{_GAP}{_COUNT}", "不予处理合计", _family("nothandled_")),
    _saying(rf"行政复议{_GAP}{_COUNT}", "行政复议总计", _group("reconsideration")),
    _saying(rf"行政诉讼{_GAP}{_COUNT}", "行政诉讼总计", _group("litigation_direct", "litigation_after_review")),
    _saying(rf"(?:制发|制定|印发){_GAP}规范性文件{_GAP}{_COUNT}", "本年制发规范性文件", _made("made")),
    _saying(rf"废止{_GAP}规范性文件{_GAP}{_COUNT}", "本年废止规范性文件", _made("repealed")),
    _saying(rf"现行有效{_GAP}规范性文件{_GAP}{_COUNT}", "现行有效规范性文件", _made("valid")),
    _saying(rf"行政事业性收费{_GAP}{_AMOUNT}", "行政事业性收费（万元）", _fees),
)


def plain(text: str) -> str:
    """Full-width digits as half-width ones, without spaces inside lines."""
    return re.sub(r"[ \t\u3000]+", "", text.translate(FULL_WIDTH))


def breaches_of_texts(figures: Figures) -> Iterator[Breach]:
    """R7, R9, R10 of a report that brings its texts; nothing for one that brings none."""
    if not figures.texts:
        return
    for name, label in TEXTS.items():
        yield from _disagreeing(figures, label, plain(figures.texts.get(name, "")))
    yield from _fees_unsaid(figures)
    yield from _empty(figures)


def _disagreeing(figures: Figures, section: str, text: str) -> Iterator[Breach]:
    """R7: a number said of what a table counts, and is another there; the same slip is told once a section."""
    clauses = [clause for clause in CLAUSE.split(text) if DIGIT.search(clause)]
    for saying in SAYINGS:
        expected = saying.figure(figures)
        if expected is None:
            continue
        said = dict.fromkeys(number for clause in clauses for number in _numbers_of_the_whole(saying.pattern, clause))
        for number in said:
            if number != expected:
                yield Breach("R7", "正文", section, "", number, expected, f"“{saying.label}”写为", "而表格中为")


def _numbers_of_the_whole(pattern: re.Pattern[str], clause: str) -> Iterator[Number]:
    """Numbers that a clause says, up to the first words that make it speak of a part."""
    part = PART.search(clause)
    for found in pattern.finditer(clause):
        if part and part.end() <= found.end():
            return
        number = Decimal(found[1].replace(",", ""))
        yield int(number) if number == number.to_integral_value() else number


def _fees_unsaid(figures: Figures) -> Iterator[Breach]:
    """R9: who charged processing fees says in part six how many and how much."""
    if not figures.fees or not figures.fees[0]:
        return
    count, yuan = figures.fees
    text = plain(figures.texts.get(OTHERS, "")).replace(",", "")
    if not (re.search(rf"(?<!\d){count}\s*件", text) and re.search(rf"(?<!\d){yuan}(?:\.0+)?\s*元", text)):
        wanted = f"写明收取信息处理费 {count} 件、{yuan} 元"
        yield Breach("R9", "正文", TEXTS[OTHERS], "", "信息处理费的件数和金额", wanted, "没有写明", "应当")


def _empty(figures: Figures) -> Iterator[Breach]:
    """R10: part five names problems; part six says so when there is nothing to report."""
    wanted = {PROBLEMS: "写明存在的主要问题和改进情况", OTHERS: "写明事项，没有的写“无其他需要报告的事项”"}
    for name, words in wanted.items():
        text = re.sub(r"[\s。，；]", "", plain(figures.texts.get(name, "")))
        is_nothing = not text or (name == PROBLEMS and NOTHING.fullmatch(text)) or text in {"无", "/", "-"}
        if is_nothing:
            yield Breach("R10", "正文", TEXTS[name], "", f"“{text}”" if text else EMPTY, words, "为", "应当")


# --- two years -----------------------------------------------------------------------------------------------------------

_PIECE, MOST_ALIKE = 8, 50  # characters of a piece; per cent of pieces that may stand in both years


def percent_alike(texts: Mapping[str, str], before: Mapping[str, str]) -> int:
    """How much of a report's words stand in last year's, in per cent: pieces of eight characters, figures left out."""
    now, old = _pieces(texts), _pieces(before)
    return round(100 * len(now & old) / len(now)) if now else 0


def _pieces(texts: Mapping[str, str]) -> set[str]:
    words = re.sub(r"[\d\W_]+", "", plain("".join(texts.values())))
    return {words[at : at + _PIECE] for at in range(len(words) - _PIECE + 1)}


def breaches_of_alikeness(texts: Mapping[str, str], before: Mapping[str, str]) -> Iterator[Breach]:
    """R13, a convention of assessments: a report that repeats last year's words for the greater part."""
    if before and (share := percent_alike(texts, before)) > MOST_ALIKE:
        yield Breach("R13", "正文", "", "", f"{share}%", f"{MOST_ALIKE}%", "与上年文字重复", "不宜超过")
