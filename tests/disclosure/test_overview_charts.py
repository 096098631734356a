"""The charts of the overview of a department: published by month, timely by department."""

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from disclosure.review.charts import months_plot, timeliness_plot
from disclosure.review.overview import Standing
from tests.cast import Cast
from tests.disclosure.drafting import Way

pytestmark = pytest.mark.django_db
SignedIn = Callable[[User], Client]
OVERVIEW = "/desk/documents/overview/"


@pytest.fixture
def way(cast: Cast) -> Way:
    return Way(cast)


def test_departments_are_compared_by_how_timely_they_are(cast: Cast) -> None:
    rows = [Standing(cast.jyj, published=3, on_time=3), Standing(cast.wjw, published=2, on_time=1), Standing(cast.qxq)]
    plot = timeliness_plot(rows)
    assert (plot.title, plot.columns) == ("近一年公开有期限的文件 5 件，八成按时", "8%")
    assert timeliness_plot(rows[:1]).columns == ""
    assert timeliness_plot([]).title == "近一年还没有公开有期限的文件"


def test_months_are_those_of_the_departments_one_leads(way: Way, cast: Cast) -> None:
    way.published(title="已公开的")
    today = timezone.localdate()
    for person in (cast.wangwu, cast.qianqi):
        plot = months_plot(person, today)
        assert plot.title.startswith("近十二个月公开 1 件") and len(plot.rows) == 12
    stranger = months_plot(cast.zhaoliu, today)
    assert (stranger.title, stranger.rows) == ("近十二个月还没有公开信息", [])


def test_the_page_carries_the_figure_with_its_table(way: Way, cast: Cast, signed_in: SignedIn) -> None:
    way.published(title="按时的", formed_or_changed_on=timezone.localdate())
    page = signed_in(cast.qianqi).get(OVERVIEW).content.decode()
    (figure,) = re.findall(r'<figure class="plot plot--alone" data-chart="bar".*?</figure>', page, re.S)
    assert '<table class="chart-table">' in figure and "近十二个月公开 1 件" in figure
    assert "近一年公开有期限的文件 1 件，全部按时" in page
    # The column that `timeliness_plot` names is that of the share.
    heads = re.findall(r"<th scope=\"col\"[^>]*>([^<]+)</th>", page[page.index("<caption") : page.index("</thead>")])
    assert heads[8] == "按时"
