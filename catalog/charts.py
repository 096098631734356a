"""Charts: where bars stand, and the sentences above them. Pure.

Bars for citizens are drawn on the server (rulings 36): across in per cent of the page, down in em, so that letters keep their
size on every screen and in large print. Plots for desks carry words and numbers only; the browser draws them from their table.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import zip_longest

MOST_PLOTTED = 10

# Of an upright chart, in em: room for numbers above the bars, the bars, two lines of words below them.
_TOP, _BARS, _WORDS, _YEARS, _FOOT = 2.0, 13.0, 1.5, 3.0, 3.6
_FILLED = 0.64  # of its place a bar takes
# Of a lying chart: its words stand above each bar.
_ROW, _BASELINE, _BAR_TOP, _BAR = 3.1, 1.1, 1.55, 0.85
_LEAST = 0.12  # em: one document among thousands is still seen
_TENTHS = "零一二三四五六七八九十"


@dataclass(frozen=True, slots=True)
class Measure:
    """One bar to be: its words, its number, a second line of words, and whether its time is not over yet."""

    label: str
    value: int | Decimal
    below: str = ""
    is_running: bool = False


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar with its place, ready for the attributes of SVG."""

    label: str
    below: str
    text: str
    x: str
    y: str
    width: str
    height: str
    middle: str
    text_y: str
    label_y: str
    is_running: bool
    is_minor: bool  # its number gives way where there is little room
    is_odd: bool  # its words give way there
    is_early: bool  # its second line gives way there to a later one


@dataclass(frozen=True, slots=True)
class TableRow:
    """A line of the table: its head, its cells as shown, the page behind it; ``links``: the pages behind the cells."""

    label: str
    cells: tuple[str, ...]
    url: str = ""
    links: tuple[str, ...] = ()
    is_part: bool = False  # of the line above it

    @property
    def linked(self) -> list[tuple[str, str]]:
        """Each cell with the page behind it, or nothing."""
        return list(zip_longest(self.cells, self.links[: len(self.cells)], fillvalue=""))


@dataclass(frozen=True)
class Bars:
    """A chart as `ui/bars.html` shows it: the finding as a sentence, the bars, the table."""

    title: str
    columns: tuple[str, ...]
    rows: list[TableRow]
    bars: list[Bar] = field(default_factory=list)
    height: str = ""
    base: str = ""  # where upright bars stand; empty for lying ones
    years: str = ""
    note: str = ""
    mark: str = ""  # across, where a line stands between two bars
    mark_words: str = ""


@dataclass(frozen=True)
class Plot:
    """A chart of a desk: how it is drawn (bar, stacked, part, line, days), its sentence, its table.

    Without rows of its own it is drawn from the table of the figure around it, ``columns`` saying from which of its columns.
    ``tones`` name the colour of each series: main, late, good or quiet. ``mark``: the bar after which a line stands.
    ``series``: how many columns of its own table are drawn; 0: all of them.
    """

    kind: str
    title: str
    head: tuple[str, ...] = ()
    rows: list[TableRow] = field(default_factory=list)
    columns: str = ""
    tones: tuple[str, ...] = ()
    note: str = ""
    mark: str = ""
    series: int = 0


def upright(chart: Bars, measures: Sequence[Measure], *, mark_after: str = "") -> Bars:
    """``chart`` with bars beside each other, for what follows in time; without any where all is zero.

    ``mark_after`` is the label of the bar after which a line stands, in a distribution: its gaps bear no number.
    """
    most = max((measure.value for measure in measures), default=0)
    if not most:
        return chart
    place, base = 100 / len(measures), _TOP + _BARS
    first_most = next(number for number, measure in enumerate(measures) if measure.value == most)
    # Where every other label gives way, those in step with the turn of the year stay.
    turn = max((number for number, measure in enumerate(measures) if measure.below), default=0)
    bars = []
    for number, measure in enumerate(measures):
        tall = _seen(_BARS * float(measure.value / most), measure.value)
        bars.append(
            Bar(
                measure.label, measure.below, f"{measure.value:,}" if measure.value or not mark_after else "",
                x=_percent(place * (number + (1 - _FILLED) / 2)), y=_em(base - tall),
                width=_percent(place * _FILLED), height=_em(tall), middle=_percent(place * (number + 0.5)),
                text_y=_em(base - tall - 0.4), label_y=_em(base + _WORDS),
                is_running=measure.is_running, is_minor=number != first_most, is_odd=(turn - number) % 2 == 1,
                is_early=number < turn,
            )
        )  # fmt: skip
    marked = [place * (number + 1) for number, measure in enumerate(measures) if measure.label == mark_after]
    return replace(
        chart, bars=bars, height=_em(base + _FOOT), base=_em(base), years=_em(base + _YEARS),
        mark=_percent(marked[0]) if marked else "",
    )  # fmt: skip


def lying(chart: Bars, measures: Sequence[Measure], *, whole: int = 0, unit: str = "") -> Bars:
    """``chart`` with bars below each other, for what has long names. ``whole``: what a full bar stands for, 100 for shares."""
    most = whole or max((measure.value for measure in measures), default=0)
    if not most:
        return chart
    bars = []
    for number, measure in enumerate(measures):
        top, wide = _ROW * number, 100 * float(measure.value / most)
        bars.append(
            Bar(
                measure.label, "", f"{measure.value:,}{unit}",
                x="0%", y=_em(top + _BAR_TOP), width=_percent(max(wide, 0.5) if measure.value else 0), height=_em(_BAR),
                middle="100%", text_y=_em(top + _BASELINE), label_y=_em(top + _BASELINE),
                is_running=measure.is_running, is_minor=False, is_odd=False, is_early=False,
            )
        )  # fmt: skip
    return replace(chart, bars=bars, height=_em(_ROW * len(measures)))


def _seen(size: float, value: int | Decimal) -> float:
    return max(size, _LEAST) if value else 0


def _em(size: float) -> str:
    return f"{size:.2f}em"


def _percent(size: float) -> str:
    return f"{size:.2f}%"


def share_words(part: int, whole: int) -> str:
    """95 of 100 → 九成五; 97 → 九成五以上, never more than there is; all and none in words. ``whole`` is not 0."""
    if part == whole:
        return "全部"
    if not part:
        return "没有一件"
    twentieths, rest = divmod(20 * part, whole)
    if twentieths < 2:
        return "不到一成"
    words = "一半" if twentieths == 10 else f"{_TENTHS[twentieths // 2]}成{'五' if twentieths % 2 else ''}"
    return f"{words}以上" if rest else words
