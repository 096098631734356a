"""The charts of the overview: how timely, how much is open, what comes and goes by month, what is decided.

Bodies are drawn from the table of the page. Months and decisions are three questions, each answered out of one covering
index, grouped in its order: a year of the bodies asked for is read, and nothing is sorted.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date

from django.db.models import Count, QuerySet

from accounts.models import Department
from catalog.charts import MOST_PLOTTED, Plot, TableRow, share_words
from catalog.figures import month_rows
from requests_app.ledger.overview import COLUMNS, Standing
from requests_app.models import InformationRequest
from requests_app.outcomes import OUTCOMES, Family
from workdays.months import last_months, month_key, span_words

OPEN, LATE, SHARE = (str(1 + COLUMNS.index(name)) for name in ("在办", "超期", "按时率"))
YEARS = 2


def standing_plots(standings: Sequence[Standing]) -> list[Plot]:
    """按时率 and 在办 of the bodies; one body alone is told in words, there is nothing to compare it with."""
    if not standings:
        return []
    is_many = len(standings) > 1
    answered, on_time = sum(row.answered for row in standings), sum(row.on_time for row in standings)
    opened, late = sum(row.open for row in standings), sum(row.late for row in standings)
    timely = f"近一年答复 {answered:,} 件，{share_words(on_time, answered)}按时" if answered else "近一年还没有作出答复"
    return [
        Plot(
            "bar",
            timely,
            columns=f"{SHARE}%" if is_many and answered else "",
            note=_picked("按时率最低", [row for row in standings if row.answered]),
        ),
        Plot(
            "part",
            f"在办 {opened:,} 件，{f'其中 {late:,} 件超期' if late else '没有超期'}" if opened else "没有在办的申请",
            columns=f"{OPEN} {LATE}" if is_many and opened else "",
            tones=("main", "late"),
            note=_picked("在办最多", [row for row in standings if row.open]),
        ),
    ]


def _picked(words: str, rows: Sequence[Standing]) -> str:
    return f"图中为{words}的 {MOST_PLOTTED} 个机关，全部机关见下表。" if len(rows) > MOST_PLOTTED else ""


def flow_plots(bodies: Iterable[Department], today: date) -> list[Plot]:
    """收到和答复 by month, 处理决定 by family."""
    keys = [body.pk for body in bodies]
    cases = InformationRequest.objects.filter(department__in=keys).order_by()
    since = last_months(today)[0]
    received = _by_month(cases.filter(first_received_on__gte=since), "first_received_on", today)
    answered = _by_month(cases.filter(stopped_on__gte=since, on_time__isnull=False), "stopped_on", today)
    return [_months(received, answered, today), _outcomes(cases, today)]


def _by_month(found: QuerySet[InformationRequest], day: str, today: date) -> list[int]:
    counts: Counter[int] = Counter()
    for row in found.values("department", day).annotate(count=Count("pk")):
        counts[month_key(row[day])] += row["count"]
    return [counts[month_key(first)] for first in last_months(today)]


def _months(received: Sequence[int], answered: Sequence[int], today: date) -> Plot:
    if not sum(received) + sum(answered):
        return Plot("line", "近十二个月还没有收到申请", note="收到申请以后，这里按月比较收到和答复的件数。")
    return Plot(
        "line",
        f"近十二个月收到 {sum(received):,} 件，答复 {sum(answered):,} 件",
        head=("月份", "收到（件）", "答复（件）"),
        rows=month_rows(today, received, answered),
        note=f"{span_words(today)}。按首次收到之日和答复之日计入各月，申请人撤回的不计入答复。",
    )


def _outcomes(cases: QuerySet[InformationRequest], today: date) -> Plot:
    """Counted by the year of registration, as the annual report counts what is decided."""
    years = [today.year - YEARS + 1 + number for number in range(YEARS)]
    counts: Counter[tuple[Family, int | None]] = Counter()
    decided = cases.filter(register_year__in=years).exclude(outcome="")
    for row in decided.values("department", "register_year", "outcome").annotate(count=Count("pk")):
        counts[OUTCOMES[row["outcome"]].family, row["register_year"]] += row["count"]
    families = [family for family in Family if family != Family.RECTIFICATION or any(counts[family, y] for y in years)]
    latest = {family: counts[family, today.year] for family in families}
    if not counts:
        return Plot(
            "bar", f"{years[0]}年以来登记的申请还没有作出决定", note="作出决定以后，这里比较各类处理决定的件数。"
        )
    rows = [TableRow(family.label, tuple(f"{counts[family, year]:,}" for year in years)) for family in families]
    return Plot(
        "bar",
        _decided(latest, today.year),
        head=("处理决定", *(f"{year}年登记（件）" for year in years)),
        rows=rows,
        tones=("quiet", "main"),
        note=f"按申请登记的年份统计，截至{today.year}年{today.month}月{today.day}日已经作出的决定。",
    )


def _decided(latest: dict[Family, int], year: int) -> str:
    total = sum(latest.values())
    if not total:
        return f"{year}年登记的申请还没有作出决定"
    most = max(latest, key=lambda family: latest[family])
    return f"{year}年登记的申请已决定 {total:,} 件，{most.label}最多（{latest[most]:,} 件）"
