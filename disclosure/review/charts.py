"""The charts of the overview: how much is published by month, how timely the departments are."""

from collections.abc import Sequence
from datetime import date

from accounts import rules as accounts
from accounts.rules import Person
from catalog.charts import MOST_PLOTTED, Plot, share_words
from catalog.figures import month_rows, months_sentence, published_by_month, published_by_month_of
from disclosure.review.overview import STEPS, Standing
from disclosure.versions import rules
from workdays.months import span_words

ON_TIME = 1 + len(STEPS) + 2  # the place of 按时 among the columns of the page's table


def months_plot(user: Person, today: date) -> Plot:
    """近十二个月公开数量: of the city out of twelve kept rows, of departments out of a year of their index."""
    if accounts.can_see_everything(user):
        counts = published_by_month(today)
    else:
        counts = published_by_month_of(rules.departments_led_by(user).values_list("pk", flat=True), today)
    if not sum(counts):
        return Plot("bar", months_sentence(counts, today), note="公开信息以后，这里按月列出件数。")
    return Plot(
        "bar",
        months_sentence(counts, today),
        head=("月份", "公开（件）"),
        rows=month_rows(today, counts),
        note=f"{span_words(today)}。按列入公开目录的日期统计，含导入的文件。",
    )


def timeliness_plot(standings: Sequence[Standing]) -> Plot:
    """按时公开 by department, drawn from the page's table; one department alone is told in words."""
    due = [row for row in standings if row.published]
    published, on_time = sum(row.published for row in due), sum(row.on_time for row in due)
    if not published:
        return Plot(
            "bar", "近一年还没有公开有期限的文件", note="有法定或者规定期限的文件公开以后，这里比较各机构是否按时。"
        )
    is_picked = len(due) > MOST_PLOTTED
    return Plot(
        "bar",
        f"近一年公开有期限的文件 {published:,} 件，{share_words(on_time, published)}按时",
        columns=f"{ON_TIME}%" if len(due) > 1 else "",
        note=f"图中为按时率最低的 {MOST_PLOTTED} 个机构，全部机构见下表。" if is_picked else "",
    )
