"""The parts of the figures page and of the dashboard: each a finding in words, a table, and what is drawn of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from catalog.charts import Bars, Plot, TableRow, lying, share_words, upright
from catalog.charts import Measure as Length
from catalog.figures import MOST_BODIES
from catalog.reference import Tree
from reports.figures.links import Links
from reports.figures.measures import (
    ALL,
    EXPLAINED,
    EXTENDED,
    FAMILIES,
    FAMILY,
    IN_TIME,
    KEYS,
    LATE,
    LEAST_RATINGS,
    MOST_DAYS,
    ON_TIME,
    PAUSED,
    SAME_DAY,
    STARS,
    TERMS,
    WAIVED,
    WITHOUT,
    Measure,
    Term,
    days_of,
    days_words,
    outcomes_of,
)
from reports.figures.periods import Period
from reports.figures.selectors import Counts, Parts
from reports.figures.words import best_month, mean, most_of, percent, within
from requests_app.deadlines import REPLY_WORKDAYS
from requests_app.models import RemedyKind, RemedyResult
from requests_app.outcomes import OUTCOMES
from workdays.months import month_key, month_words

PUBLISHING, APPLICATIONS = "主动公开", "依申请公开"
DAY_BUCKETS = (*(str(day) for day in range(REPLY_WORKDAYS + 1)), "21-25", "26-30", "31-40", f"41-{MOST_DAYS}")
NOTHING = "这一时段没有数据"
SHARE = "占比"
MOST_COLUMNS = 4


@dataclass(frozen=True)
class Section:
    """One finding. ``lengths`` are drawn for citizens, the table for desks (``plot``: as what); ``terms``: its glossary."""

    slug: str
    group: str
    name: str
    title: str
    head: tuple[str, ...] = ()
    rows: list[TableRow] = field(default_factory=list)
    lengths: list[Length] = field(default_factory=list)
    terms: tuple[str, ...] = ()
    plot: str = "bar"
    tones: tuple[str, ...] = ()
    note: str = ""
    note_of_bars: str = ""
    is_upright: bool = False
    mark: str = ""
    mark_words: str = ""

    @property
    def glossary(self) -> list[Term]:
        """What its numbers mean."""
        return [term for term in TERMS if term.slug in self.terms]

    @property
    def is_wide(self) -> bool:
        """More columns than stand beside bars: the table goes below them, and becomes a list where there is no room."""
        return len(self.head) > MOST_COLUMNS

    @property
    def lines(self) -> list[tuple[TableRow, list[tuple[str, str, str]]]]:
        """Each row with its cells: head, text, the page behind it."""
        return [
            (row, [(head, *cell) for head, cell in zip(self.head[1:], row.linked, strict=True)]) for row in self.rows
        ]

    @property
    def chart(self) -> Bars:
        """For citizens."""
        rows = [] if self.is_wide else self.rows
        note = f"{self.note_of_bars}{self.note}"
        bare = Bars(self.title, self.head, rows, note=note, mark_words=self.mark_words)
        if self.is_upright:
            return upright(bare, self.lengths, mark_after=self.mark)
        return lying(bare, self.lengths)

    @property
    def drawn(self) -> Plot:
        """For desks."""
        series = len(self.head) - 2 if self.head[-1:] == (SHARE,) else 0
        return Plot(
            self.plot, self.title, self.head, self.rows, tones=self.tones, note=self.note, mark=self.mark, series=series
        )

    @property
    def sheet(self) -> tuple[str, tuple[str, ...], list[list[str | int]]]:
        """Name, head and rows to take away; numbers are numbers."""
        return self.name, self.head, [[row.label, *map(as_value, row.cells)] for row in self.rows]


def as_value(cell: str) -> str | int:
    """1,234 as a number, other cells as they are."""
    bare = cell.replace(",", "")
    return int(bare) if bare.isdigit() else cell


@dataclass(frozen=True)
class Page:
    """What the sections are made of. ``hides_few``: too few ratings are left out, as in public; ``ratings``: those of the
    city that may be published, where not all may."""

    counts: Counts
    links: Links
    columns: Tree
    hides_few: bool = True
    ratings: Parts | None = None

    @property
    def period(self) -> Period:
        """The months."""
        return self.counts.period

    @property
    def month_labels(self) -> list[str]:
        """2026年9月, 2026年11月（至22日）."""
        return [month_words(first, self.period.today) for first in self.period.months]


def sections(page: Page) -> list[Section]:
    """All of them, in the order of the page."""
    made = (_published, _columns, _timeliness, _policies, _received, _channels, _applicants, _outcomes, _workdays,
            _on_time, _remedies, _ratings)  # fmt: skip
    return [each(page) for each in made]


def grouped(made: Sequence[Section]) -> list[tuple[str, list[Section]]]:
    """Below the heading each belongs to."""
    names = dict.fromkeys(each.group for each in made)
    return [(name, [each for each in made if each.group == name]) for name in names]


def number(value: int) -> str:
    """As cells show it."""
    return f"{value:,}"


def _by_month(page: Page, *series: Sequence[int], links: Sequence[Sequence[str]] = ()) -> list[TableRow]:
    rows = [TableRow(label, tuple(map(number, values)))
            for label, values in zip(page.month_labels, zip(*series, strict=True), strict=True)]  # fmt: skip
    if not links:
        return rows
    return [replace(row, links=tuple(cells)) for row, cells in zip(rows, zip(*links, strict=True), strict=True)]


def _month_links(page: Page, measure: Measure, key: str, values: Sequence[int]) -> list[str]:
    months = zip(page.period.months, values, strict=True)
    return [page.links.cases(measure, key, month=first) if value else "" for first, value in months]


def _month_lengths(page: Page, values: Sequence[int]) -> list[Length]:
    firsts, today = page.period.months, page.period.today
    return [
        Length(
            f"{first.month}月",
            value,
            below=f"{first.year}年" if place == 0 or first.month == 1 else "",
            is_running=month_key(first) == month_key(today),
        )
        for place, (first, value) in enumerate(zip(firsts, values, strict=True))
    ]


def _parts(page: Page, measure: Measure) -> tuple[list[TableRow], list[Length]]:
    """Rows and bars of a measure whose keys are few and have names."""
    parts, labels = page.counts.parts(measure), KEYS[measure]
    total = sum(parts.values())
    shown = [(key, label, parts.get(key, 0)) for key, label in labels.items()]
    rows = [
        TableRow(
            label, (number(value), percent(value, total)), links=(page.links.cases(measure, key) if value else "",)
        )
        for key, label, value in shown
    ]
    return rows, [Length(label, value) for _, label, value in shown]


# --- publishing --------------------------------------------------------------------------------------------------------


def _published(page: Page) -> Section:
    values = page.counts.months(Measure.PUBLISHED, ALL)
    total, links = sum(values), [page.links.documents(month=first) for first in page.period.months]
    said = f"公开 {total:,} 件{best_month(values, page.month_labels)}" if total else "还没有公开信息"
    return Section(
        "published", PUBLISHING, "各月公开数量", f"{page.period.label}{said}",
        ("月份", "公开（件）"),
        _by_month(page, values, links=[[link if value else "" for link, value in zip(links, values, strict=True)]]),
        _month_lengths(page, values), ("published",), is_upright=True,
    )  # fmt: skip


def _columns(page: Page) -> Section:
    sums: dict[int, int] = {}
    for key, value in page.counts.parts(Measure.PUBLISHED).items():
        if key != ALL:
            top = page.columns.top(int(key))
            sums[top] = sums.get(top, 0) + value
    total = sum(sums.values())
    order = sorted(sums, key=lambda pk: -sums[pk])
    names = {str(pk): page.columns.name(pk) or "其他栏目" for pk in order}
    slugs = {pk: page.columns.entries[pk].slug if pk in page.columns.entries else "" for pk in order}
    rows = [
        TableRow(
            names[str(pk)],
            (number(sums[pk]), percent(sums[pk], total)),
            links=(page.links.documents(column=slugs[pk]) if slugs[pk] else "",),
        )
        for pk in order
    ]
    most = [Length(names[str(pk)], sums[pk]) for pk in order[:MOST_BODIES]]
    title = most_of({str(pk): sums[pk] for pk in order}, names) if total else NOTHING
    note = f"图中为公开最多的 {MOST_BODIES} 个栏目，全部见表。" if len(order) > MOST_BODIES else ""
    return Section(
        "columns",
        PUBLISHING,
        "各栏目公开数量",
        title,
        ("栏目", "公开（件）", SHARE),
        rows,
        most,
        ("published",),
        note=note,
    )


def _timeliness(page: Page) -> Section:
    counts, keys = page.counts, (SAME_DAY, IN_TIME, LATE)
    sums = [counts.total(Measure.TIMELINESS, key) for key in keys]
    total, timely = sum(sums), sums[0] + sums[1]
    title = f"公开有期限的文件 {total:,} 件，{share_words(timely, total)}按期公开" if total else "没有公开有期限的文件"
    labels = [KEYS[Measure.TIMELINESS][key] for key in keys]
    return Section(
        "timeliness", PUBLISHING, "公开是否及时", title,
        ("月份", *(f"{label.removesuffix('公开')}（件）" for label in labels)),
        _by_month(page, *(counts.months(Measure.TIMELINESS, key) for key in keys)) if total else [],
        [Length(label, value) for label, value in zip(labels, sums, strict=True)], ("timeliness",),
        plot="stacked", tones=("good", "main", "late"),
    )  # fmt: skip


def _policies(page: Page) -> Section:
    counts, keys = page.counts, (EXPLAINED, WAIVED, WITHOUT)
    sums = [counts.total(Measure.POLICIES, key) for key in keys]
    total = sum(sums)
    title = f"公开政策文件 {total:,} 件，{share_words(sums[0], total)}有解读" if total else "没有公开应当解读的政策文件"
    labels = [KEYS[Measure.POLICIES][key] for key in keys]
    return Section(
        "policies", PUBLISHING, "政策解读", title,
        ("月份", *(f"{label}（件）" for label in labels)),
        _by_month(page, *(counts.months(Measure.POLICIES, key) for key in keys)) if total else [],
        [Length(label, value) for label, value in zip(labels, sums, strict=True)], ("policies",),
        plot="stacked", tones=("good", "quiet", "late"),
    )  # fmt: skip


# --- applications ------------------------------------------------------------------------------------------------------


def _received(page: Page) -> Section:
    came, went = page.counts.months(Measure.CHANNEL), page.counts.months(Measure.OUTCOME)
    links = [_month_links(page, Measure.CHANNEL, ALL, came), _month_links(page, Measure.OUTCOME, ALL, went)]
    total = sum(came) + sum(went)
    title = f"{page.period.label}收到申请 {sum(came):,} 件，办结 {sum(went):,} 件" if total else "没有收到申请"
    return Section(
        "received", APPLICATIONS, "收到和办结", title, ("月份", "收到（件）", "办结（件）"),
        _by_month(page, came, went, links=links) if total else [], _month_lengths(page, came), ("received", "ended"),
        plot="line", is_upright=True, note_of_bars="图中为收到的件数。" if total else "",
    )  # fmt: skip


def _channels(page: Page) -> Section:
    return _of_received(page, Measure.CHANNEL, "channels", "申请方式")


def _applicants(page: Page) -> Section:
    return _of_received(page, Measure.APPLICANT, "applicants", "申请人")


def _of_received(page: Page, measure: Measure, slug: str, name: str) -> Section:
    parts = page.counts.parts(measure)
    rows, lengths = _parts(page, measure) if parts else ([], [])
    title = most_of(parts, KEYS[measure]) if parts else "没有收到申请"
    return Section(slug, APPLICATIONS, name, title, (name, "收到（件）", SHARE), rows, lengths, ("received",))


def _outcomes(page: Page) -> Section:
    parts = page.counts.parts(Measure.OUTCOME)
    total = sum(parts.values())
    sums = {family: sum(parts.get(code, 0) for code in outcomes_of(FAMILY + family)) for family in FAMILIES}
    rows = []
    for family, label in FAMILIES.items():
        rows.append(_outcome_row(page, label, FAMILY + family, sums[family], total))
        codes = [code for code in outcomes_of(FAMILY + family) if parts.get(code)]
        if codes and len(outcomes_of(FAMILY + family)) > 1:
            own = (_outcome_row(page, OUTCOMES[code].label, code, parts[code], total) for code in codes)
            rows += [replace(row, is_part=True) for row in own]
    title = f"办结 {total:,} 件，{most_of(sums, FAMILIES)}" if total else "没有办结的申请"
    return Section(
        "outcomes", APPLICATIONS, "处理决定", title, ("处理决定", "办结（件）", SHARE), rows if total else [],
        [Length(label, sums[family]) for family, label in FAMILIES.items()], ("ended",),
    )  # fmt: skip


def _outcome_row(page: Page, label: str, key: str, value: int, total: int) -> TableRow:
    link = page.links.cases(Measure.OUTCOME, key) if value else ""
    return TableRow(label, (number(value), percent(value, total)), links=(link,))


def _workdays(page: Page) -> Section:
    taken = {int(key): value for key, value in page.counts.parts(Measure.WORKDAYS).items()}
    sums = []
    for bucket in DAY_BUCKETS:
        first, last = days_of(bucket)
        sums.append(sum(value for days, value in taken.items() if first <= days <= last))
    title = (
        f"一半的申请在 {within(taken, 50)} 个工作日内答复，九成在 {within(taken, 90)} 个工作日内"
        if taken
        else "没有作出答复"
    )
    rows = [
        TableRow(
            days_words(bucket), (number(value),), links=(page.links.cases(Measure.WORKDAYS, bucket) if value else "",)
        )
        for bucket, value in zip(DAY_BUCKETS, sums, strict=True)
    ]
    return Section(
        "workdays", APPLICATIONS, "办理用时", title, ("用时（工作日）", "答复（件）"), rows if taken else [],
        [Length(_short(bucket), value) for bucket, value in zip(DAY_BUCKETS, sums, strict=True)], ("workdays",),
        plot="days", is_upright=True, mark=str(REPLY_WORKDAYS), mark_words=f"{REPLY_WORKDAYS} 个工作日",
        note="竖线右侧为依法延长期限的和逾期的。" if taken else "",
        note_of_bars="“25”指 21 至 25 个工作日，余类推。" if taken else "",
    )  # fmt: skip


def _short(bucket: str) -> str:
    _, last = days_of(bucket)
    return "更多" if last == MOST_DAYS else str(last)


def _on_time(page: Page) -> Section:
    series = [page.counts.months(Measure.ANSWERED, key) for key in (ON_TIME, LATE)]
    timely, late = map(sum, series)
    total = timely + late
    title = (
        f"答复 {total:,} 件，{share_words(timely, total)}按时（{percent(timely, total)}）" if total else "没有作出答复"
    )
    links = [
        _month_links(page, Measure.ANSWERED, key, values) for key, values in zip((ON_TIME, LATE), series, strict=True)
    ]
    longer = page.counts.parts(Measure.LENGTHENED)
    labels = [KEYS[Measure.ANSWERED][key] for key in (ON_TIME, LATE)]
    return Section(
        "ontime", APPLICATIONS, "按时率", title, ("月份", *(f"{label}（件）" for label in labels)),
        _by_month(page, *series, links=links) if total else [],
        [Length(labels[0], timely), Length(labels[1], late)], ("ontime",), plot="stacked", tones=("main", "late"),
        note=f"办结的申请中，依法延长期限的 {longer.get(EXTENDED, 0):,} 件，扣除征求意见等时间的 {longer.get(PAUSED, 0):,} 件。" if total else "",
    )  # fmt: skip


def _remedies(page: Page) -> Section:
    parts = page.counts.parts(Measure.REMEDY)
    results = [result for result in RemedyResult if result != RemedyResult.UNFINISHED]
    rows, lengths = [], []
    for kind in RemedyKind:
        keys = [f"{kind.value}.{result.value}" for result in results]
        values = [parts.get(key, 0) for key in keys]
        links = tuple(page.links.cases(Measure.REMEDY, key) if parts.get(key) else "" for key in keys)
        rows.append(TableRow(kind.label, tuple(map(number, values)), links=links))
        lengths.append(Length(kind.label, sum(values)))
    total = sum(parts.values())
    corrected = sum(value for key, value in parts.items() if key.endswith(f".{RemedyResult.CORRECT.value}"))
    title = f"审结复议和诉讼 {total:,} 件，其中 {corrected:,} 件被纠正" if total else "没有审结的行政复议、行政诉讼"
    return Section(
        "remedies", APPLICATIONS, "复议和诉讼", title, ("种类", *(f"{result.label}（件）" for result in results)),
        rows if total else [], lengths, ("remedy",), plot="stacked", tones=("main", "late", "quiet"),
    )  # fmt: skip


def _ratings(page: Page) -> Section:
    whole = page.counts.parts(Measure.RATING)
    stars = {int(key): value for key, value in (whole if page.ratings is None else page.ratings).items()}
    total = sum(stars.values())
    told = ("ratings", APPLICATIONS, "满意度")
    if page.hides_few and whole and total < LEAST_RATINGS:
        return Section(*told, f"评价不足 {LEAST_RATINGS} 条，不公布", terms=("rating",))
    order = [(each, stars.get(each, 0)) for each in reversed(STARS)]
    rows = [
        TableRow(
            f"{each} 分", (number(value), percent(value, total)),
            links=(page.links.cases(Measure.RATING, str(each)) if value else "",),
        )
        for each, value in order
    ]  # fmt: skip
    title = f"{total:,} 件作了评价，平均 {mean(stars)} 分" if total else "还没有评价"
    return Section(
        *told, title, ("评价", "件数", SHARE), rows if total else [],
        [Length(f"{each} 分", value) for each, value in order], ("rating",),
        note="" if page.ratings is None else f"不含评价不足 {LEAST_RATINGS} 条的机关，避免推算出它们的评价。",
    )  # fmt: skip
