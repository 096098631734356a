"""How much is published: by month and by body, out of counts kept by publishing (rulings 32); what is said about it."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone

from accounts.models import Department
from catalog.charts import Bars, Measure, TableRow, lying, upright
from catalog.models import Document, FacetCount, FacetDimension
from workdays.months import last_months, month_key, month_words, span_words

MOST_BODIES = 10


def published_by_month(today: date) -> list[int]:
    """Public documents of the last twelve months, oldest first, out of twelve kept rows."""
    keys = [month_key(first) for first in last_months(today)]
    kept = FacetCount.objects.filter(dimension=FacetDimension.MONTH, value__in=keys)
    counts = dict(kept.values_list("value", "count"))
    return [counts.get(key, 0) for key in keys]


def published_by_month_of(departments: Iterable[int], today: date) -> list[int]:
    """The same of some departments: a year of an index. Only public documents are listed (a constraint)."""
    starts = [timezone.make_aware(datetime.combine(first, time())) for first in last_months(today)]
    ends = [Q(listed_at__lt=start) for start in starts[1:]] + [Q()]
    counts = {
        f"month{number}": Count("pk", filter=Q(listed_at__gte=start) & end)
        for number, (start, end) in enumerate(zip(starts, ends, strict=True))
    }
    listed = Document.objects.filter(department__in=list(departments), listed_at__gte=starts[0])
    return list(listed.order_by().aggregate(**counts).values())


def months_sentence(counts: Sequence[int], today: date) -> str:
    """The finding: how many, and which month had the most."""
    total, most = sum(counts), max(counts)
    if not total:
        return "近十二个月还没有公开信息"
    months = [first for first, count in zip(last_months(today), counts, strict=True) if count == most]
    best = f"，{months[0].year}年{months[0].month}月最多（{most:,} 件）" if len(months) == 1 else ""
    return f"近十二个月公开 {total:,} 件{best}"


def month_rows(today: date, *series: Sequence[int]) -> list[TableRow]:
    """A line a month, a cell a series."""
    months = (month_words(first, today) for first in last_months(today))
    return [
        TableRow(words, tuple(f"{count:,}" for count in counts))
        for words, counts in zip(months, zip(*series, strict=True), strict=True)
    ]


def months_chart(counts: Sequence[int], today: date) -> Bars:
    """近十二个月公开数量. The month under way is drawn as what it is: not over."""
    firsts = last_months(today)
    measures = [
        Measure(
            f"{first.month}月",
            count,
            below=f"{first.year}年" if number == 0 or first.month == 1 else "",
            is_running=number == len(firsts) - 1,
        )
        for number, (first, count) in enumerate(zip(firsts, counts, strict=True))
    ]
    chart = Bars(
        title=months_sentence(counts, today),
        columns=("月份", "公开（件）"),
        rows=month_rows(today, counts),
        note=f"按列入公开目录的日期统计，{span_words(today)}；本月尚未结束，用空心表示。",
    )
    return upright(chart, measures)


def bodies_chart(bodies: Sequence[Department], this_year: dict[int, int] | None, today: date) -> Bars:
    """各机构公开数量: the ten with the most as bars, everybody in the table, in the order of the city."""
    shown = [body for body in bodies if body.document_count]
    most = sorted(shown, key=lambda body: -body.document_count)[:MOST_BODIES]
    rows = [
        TableRow(
            body.name,
            (f"{body.document_count:,}", f"{this_year.get(body.pk, 0):,}" if this_year is not None else "—"),
            reverse("catalog:department", args=[body.code]),
        )
        for body in shown
    ]
    rest = f"图中为公开最多的 {len(most)} 个单位，全部单位见下表；" if len(shown) > len(most) else ""
    chart = Bars(
        title=_bodies_sentence(shown, most),
        columns=("单位", "累计（件）", f"{today.year}年（件）"),
        rows=rows,
        note=f"{rest}数据截至{today.year}年{today.month}月{today.day}日。",
    )
    return lying(chart, [Measure(body.name, body.document_count) for body in most])


def _bodies_sentence(shown: Sequence[Department], most: Sequence[Department]) -> str:
    if not shown:
        return "还没有单位公开信息"
    total, first = sum(body.document_count for body in shown), most[0]
    return f"{len(shown)} 个单位累计公开 {total:,} 件，{first.name}最多（{first.document_count:,} 件）"
