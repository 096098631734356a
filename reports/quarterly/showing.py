"""An analysis as its pages show it: each part with its paragraph, and with the charts and tables of its numbers. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from catalog.charts import Measure as Length
from catalog.charts import TableRow
from catalog.reference import Tree
from reports.figures.links import Links
from reports.figures.measures import Measure, Stock
from reports.figures.periods import Period, quarter_before, quarter_of
from reports.figures.sections import Page, Section, number, sections
from reports.figures.selectors import Counts
from reports.figures.words import percent
from reports.quarterly.wording import PARTS, parts_of, total_of

OF_PART = {
    "structure": ("applicants", "channels"),
    "timing": ("workdays",),
    "results": ("outcomes",),
    "remedies": ("remedies",),
}
NO_COLUMNS = Tree({})
Numbers = Mapping[str, Any]


@dataclass(frozen=True)
class Part:
    """One part of the analysis."""

    slug: str
    name: str
    text: str
    sections: list[Section]

    @property
    def paragraphs(self) -> list[str]:
        """The text line by line."""
        return [line for line in self.text.split("\n") if line.strip()]


def parts(figures: Numbers, texts: Mapping[str, str], links: Links) -> list[Part]:
    """In their order; one with neither words nor numbers is left out."""
    counted = {each.slug: each for each in sections(Page(counts_of(figures, links.period), links, NO_COLUMNS))}
    found = []
    for slug, name in PARTS.items():
        own = [counted[each] for each in OF_PART.get(slug, ()) if counted[each].rows]
        if slug == "overview":
            own = [compared(figures, links)]
        if slug == "subjects" and figures["words"]:
            own = [subjects(figures)]
        if texts.get(slug) or own:
            found.append(Part(slug, name, texts.get(slug, ""), own))
    return found


def counts_of(figures: Numbers, period: Period) -> Counts:
    """The numbers of the quarter, as the sections of the figures' page read them."""
    return Counts(_rows(figures, period), period)


def _rows(figures: Numbers, period: Period) -> Iterator[tuple[str, str, int, int]]:
    for measure, keys in figures["counts"].items():
        for key, value in keys.items():
            yield measure, key, period.keys[0], value


def compared(figures: Numbers, links: Links) -> Section:
    """This quarter beside the one before and that of a year ago."""
    answered = parts_of(figures, Measure.ANSWERED)
    now = {
        "received": total_of(figures, Measure.CHANNEL),
        "carried": figures["carried"],
        "ended": total_of(figures, Measure.OUTCOME),
        "open": figures["open"],
        "answered": sum(answered.values()),
        "on_time": answered.get("on_time", 0),
    }
    columns = [now, figures["before"], figures["year_ago"]]
    each = [Links(links.body, period, links.follows) for period in _three(links.period)]
    shown: tuple[tuple[str, str, Measure | Stock], ...] = (
        ("收到申请", "received", Measure.CHANNEL),
        ("上季度结转", "carried", Stock.CARRIED),
        ("办结", "ended", Measure.OUTCOME),
        ("季末在办", "open", Stock.OPEN),
        ("答复", "answered", Measure.ANSWERED),
    )
    rows = [
        TableRow(
            label,
            tuple(number(column[name]) for column in columns),
            links=tuple(
                link.cases(measure) if column[name] else "" for link, column in zip(each, columns, strict=True)
            ),
        )
        for label, name, measure in shown
    ]
    rows.append(TableRow("按时率", tuple(percent(column["on_time"], column["answered"]) for column in columns)))
    heads = ("", "本季度（件）", "上一季度（件）", "上年同期（件）")
    lengths = [Length(label, now[name]) for label, name, _ in shown]
    title = f"收到 {now['received']:,} 件，办结 {now['ended']:,} 件，季末在办 {now['open']:,} 件"
    return Section("compared", "", "与上一季度、上年同期比较", title, heads, rows, lengths, ("received", "ended"))


def _three(period: Period) -> list[Period]:
    year, quarter = period.first.year, (period.first.month + 2) // 3
    before = quarter_of(*quarter_before(year, quarter), period.today)
    return [period, before, quarter_of(year - 1, quarter, period.today)]


def subjects(figures: Numbers) -> Section:
    """Words that many applicants used, as far as they are shown."""
    rows = [TableRow(word, (number(count),)) for word, count in figures["words"]]
    lengths = [Length(word, count) for word, count in figures["words"]]
    return Section(
        "subjects", "", "申请内容里的热点词", "申请内容里出现较多的词", ("词", "申请（件）"), rows, lengths, ("received",),
        note="一件申请里重复出现的只计一次；只列至少三个申请人、三件申请都用到的词。",
    )  # fmt: skip
