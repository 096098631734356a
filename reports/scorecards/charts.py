"""The sentence above the table of scores, and the bars drawn from it."""

from collections.abc import Sequence
from decimal import Decimal

from accounts.models import Department
from catalog.charts import MOST_PLOTTED, Bars, Measure, Plot, lying
from reports.scorecards.scoring import mean
from reports.scorecards.selectors import Line

MOST_BARS, FULL = 30, 100
SCORE = "2"  # the column of the table that holds the score: after the body and its place


def sentence(lines: Sequence[Line]) -> str:
    """The finding: the mean, the highest and the lowest."""
    rated = [(line.card.rate, line.card.department) for line in lines if line.card.rate is not None]
    middle = mean(rate for rate, _ in rated)
    if middle is None:
        return "还没有评定结果"
    best, worst = max(rate for rate, _ in rated), min(rate for rate, _ in rated)
    if len(rated) == 1:
        return f"{rated[0][1]} {best} 分"
    if best == worst:
        return f"{len(rated)} 个机构都是 {best} 分"
    ends = (f"{_who(rated, rate)}{word}（{rate} 分）" for rate, word in ((best, "最高"), (worst, "最低")))
    return f"{len(rated)} 个机构平均 {middle} 分，{'，'.join(ends)}"


def _who(rated: Sequence[tuple[Decimal, Department]], rate: Decimal) -> str:
    """The body with this score, or how many share it."""
    those = [body.short_name or body.name for one, body in rated if one == rate]
    return those[0] if len(those) == 1 else f"{len(those)} 个机构并列"


def scores_plot(lines: Sequence[Line]) -> Plot:
    """Bars of the scores, drawn from the table of the page."""
    note = f"图中为得分最高的 {MOST_PLOTTED} 个机构，全部机构见下表。" if len(lines) > MOST_PLOTTED else ""
    has_any = any(line.card.rate is not None for line in lines)
    return Plot("bar", sentence(lines), columns=SCORE if has_any and len(lines) > 1 else "", note=note)


def public_bars(lines: Sequence[Line]) -> Bars:
    """得分 of the bodies for citizens; the table of the page stands below it."""
    rest = f"图中为得分最高的 {MOST_BARS} 个机构，全部机构见下表。" if len(lines) > MOST_BARS else ""
    chart = Bars(title=sentence(lines), columns=(), rows=[], note=rest)
    measures = [Measure(line.card.department.name, line.card.rate) for line in lines if line.card.rate is not None]
    return lying(chart, measures[:MOST_BARS], whole=FULL)
