"""Charts: where bars stand, what is said about them, and that no document is counted to draw them."""

import re
from datetime import date, datetime, timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalog import figures, selectors, services
from catalog.charts import Bars, Measure, lying, share_words, upright
from catalog.models import FacetCount
from tests.catalog.make import Press
from tests.conftest import PrivateIndex
from workdays.months import last_months, month_words, span_words

TODAY = date(2026, 11, 22)
EMPTY = Bars("没有", ("月份", "件"), [])


def number(text: str) -> float:
    return float(text.removesuffix("em").removesuffix("%"))


def test_bars_are_as_tall_as_their_numbers_and_stand_on_one_line() -> None:
    chart = upright(
        EMPTY, [Measure("1月", 5), Measure("2月", 0), Measure("3月", 10), Measure("4月", 1, is_running=True)]
    )
    heights = [number(bar.height) for bar in chart.bars]
    assert heights[2] == pytest.approx(2 * heights[0]) and heights[1] == 0
    assert {round(number(bar.y) + number(bar.height), 1) for bar in chart.bars} == {number(chart.base)}
    assert [bar.is_minor for bar in chart.bars] == [True, True, False, True]
    assert [bar.is_running for bar in chart.bars] == [False, False, False, True]
    assert number(chart.bars[-1].x) + number(chart.bars[-1].width) < 100
    assert number(chart.height) > number(chart.years) > number(chart.base)


def test_one_among_thousands_is_still_seen() -> None:
    measures = [Measure("多", 90_000), Measure("少", 1), Measure("无", 0)]
    assert [number(bar.height) > 0 for bar in upright(EMPTY, measures).bars] == [True, True, False]
    assert [number(bar.width) > 0 for bar in lying(EMPTY, measures).bars] == [True, True, False]


def test_lying_bars_share_a_left_edge_and_do_not_touch() -> None:
    first, second = lying(EMPTY, [Measure("甲", 8), Measure("乙", 2)]).bars
    assert (first.x, first.width, second.width) == ("0%", "100.00%", "25.00%")
    assert number(first.y) + number(first.height) < number(second.label_y) - 1
    assert first.text == "8"


def test_nothing_is_drawn_of_nothing() -> None:
    assert upright(EMPTY, []) == lying(EMPTY, [Measure("甲", 0)]) == EMPTY


def test_labels_that_stay_where_room_is_little_are_in_step_with_january() -> None:
    for month in range(1, 13):
        bars = figures.months_chart([1] * 12, date(2026, month, 5)).bars
        (january,) = [bar for bar in bars if bar.label == "1月"]
        assert not january.is_odd and january.below == "2026年"
        assert sum(bar.is_odd for bar in bars) == 6


@pytest.mark.parametrize(
    ("part", "whole", "words"),
    [(5, 5, "全部"), (0, 5, "没有一件"), (95, 100, "九成五"), (97, 100, "九成五以上"), (1, 2, "一半"), (3, 5, "六成"),
     (2, 3, "六成五以上"), (9, 100, "不到一成"), (1, 10, "一成"), (999, 1000, "九成五以上")],
)  # fmt: skip
def test_a_share_in_words_never_says_more_than_there_is(part: int, whole: int, words: str) -> None:
    assert share_words(part, whole) == words


def test_months_are_the_last_twelve() -> None:
    months = last_months(date(2026, 1, 31))
    assert (months[0], months[-1], len(months)) == (date(2025, 2, 1), date(2026, 1, 1), 12)
    assert month_words(months[-1], date(2026, 1, 31)) == "2026年1月（至31日）"
    assert month_words(months[0], date(2026, 1, 31)) == "2025年2月"
    assert span_words(TODAY) == "2025年12月至2026年11月22日"


def test_the_sentence_names_the_month_with_the_most_if_there_is_one() -> None:
    assert (
        figures.months_sentence([0] * 10 + [1200, 34], TODAY) == "近十二个月公开 1,234 件，2026年10月最多（1,200 件）"
    )
    assert figures.months_sentence([3] * 12, TODAY) == "近十二个月公开 36 件"
    assert figures.months_sentence([0] * 12, TODAY) == "近十二个月还没有公开信息"


# --- kept counts -------------------------------------------------------------------------------------------------------


def months_kept() -> dict[int, int]:
    return dict(FacetCount.objects.filter(dimension="month", count__gt=0).values_list("value", "count"))


def in_city(text: str) -> datetime:
    return timezone.make_aware(datetime.fromisoformat(text))


def test_publishing_and_withdrawing_keep_the_months_in_the_citys_time(press: Press) -> None:
    first = press.document(published_at=in_city("2026-10-31T23:30"))
    press.document(published_at=in_city("2026-11-01T00:10"))
    assert months_kept() == {202610: 1, 202611: 1}
    assert figures.published_by_month(TODAY)[-2:] == [1, 1]
    assert figures.published_by_month_of([first.department_id], TODAY)[-2:] == [1, 1]
    press.withdraw(first)
    assert months_kept() == {202611: 1}
    assert figures.published_by_month_of([first.department_id], TODAY)[-2:] == [0, 1]
    services.recount()
    assert months_kept() == {202611: 1}


def test_rows_from_before_are_counted_by_the_migration(press: Press) -> None:
    press.document(published_at=in_city("2026-10-31T23:30"))
    FacetCount.objects.filter(dimension="month").delete()
    import_module("catalog.migrations.0004_counts_by_month").fill(apps, None)
    assert months_kept() == {202610: 1}


def test_months_are_no_filter_of_lists(press: Press, search_index: PrivateIndex) -> None:
    press.document()
    assert "month" not in selectors.facet_counts()
    assert "月份" not in Client().get("/documents/").content.decode()


# --- the page ----------------------------------------------------------------------------------------------------------


def test_the_page_of_data_shows_both_charts_with_their_tables(press: Press, search_index: PrivateIndex) -> None:
    now = timezone.now()
    for days in (0, 0, 40):
        press.document(published_at=now - timedelta(days=days))
    with CaptureQueriesContext(connection) as captured:
        page = Client().get("/data/").content.decode()
    assert not [row["sql"] for row in captured if "catalog_document" in row["sql"]]
    assert page.count('role="img"') == 2 and "style=" not in page
    assert "近十二个月公开 3 件" in page and "1 个单位累计公开 3 件，市教育局最多（3 件）" in page
    for name in re.findall(r'aria-labelledby="(chart-\w+)"', page):
        assert f'<figcaption id="{name}">' in page
    tables = re.findall(r'<table class="chart-table">.*?</table>', page, re.S)
    assert [table.count("<tr>") - 1 for table in tables] == [12, 1]
    assert f"{now.astimezone(timezone.get_current_timezone()).day}日）</th>" in tables[0]


def test_a_city_that_has_published_nothing_is_told_so(press: Press, search_index: PrivateIndex) -> None:
    page = Client().get("/data/").content.decode()
    assert "还没有公开信息" in page and "还没有单位公开信息" in page
    assert 'role="img"' not in page


def test_a_year_of_a_department_is_read_out_of_its_index(press: Press) -> None:
    press.document()
    with CaptureQueriesContext(connection) as captured:
        figures.published_by_month_of([press.cast.jyj.pk], TODAY)
    assert len(captured) == 1
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN QUERY PLAN {captured[0]['sql']}")
            assert "COVERING INDEX catalog_listed" in str(cursor.fetchall())
