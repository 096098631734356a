"""What citizens read of results: nothing before it is put before them, then everybody's score and what was assessed."""

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from reports.models import Indicator
from reports.scorecards import charts, selectors
from reports.scorecards.selectors import table_of
from tests.cast import Cast
from tests.reports.scorecards.making import announced, published

pytestmark = pytest.mark.usefixtures("reference")
HERE = "/data/assessments/"


@pytest.mark.law("条例§50")
def test_only_what_was_put_before_the_public_is_found(cast: Cast) -> None:
    assert "还没有公布考核结果" in Client().get(HERE).content.decode()
    row = published(cast)
    assert Client().get(f"{HERE}{row.pk}/").status_code == 404
    assert row.title not in Client().get(HERE).content.decode()


def test_the_public_result_has_scores_bars_and_rules_but_no_findings(cast: Cast) -> None:
    row = published(cast, is_public=True)
    assert row.title in Client().get(HERE).content.decode()
    text = Client().get(f"{HERE}{row.pk}/").content.decode()
    for words in ("总体较好。", "市教育局", "市卫生健康委员会", "答复书要素齐全。", "<svg"):
        assert words in text, words
    assert "抽查" not in text, "what a single body did wrong stays inside"


def test_only_what_was_assessed_in_such_a_period_is_listed(cast: Cast) -> None:
    row = published(cast, is_public=True)
    Indicator.objects.filter(name="机构职能").update(frequency="annual")
    answer = Client(headers={"cookie": f"{settings.SESSION_COOKIE_NAME}=x"}).get(
        f"{HERE}{row.pk}/"
    )  # past the kept page
    assert [one.name for part in answer.context["parts"] for one in part.indicators] == ["文书规范", "公众评议"]
    assert "（50 分，2 项）" in answer.content.decode()


def test_the_sentence_names_the_ends_or_how_many_share_them(cast: Cast) -> None:
    _, lines = table_of(announced(cast))
    assert charts.sentence(lines) == "2 个机构平均 50.00 分，市卫生健康委员会最高（62.50 分），市教育局最低（37.50 分）"
    assert charts.sentence(lines[:1]) == "市卫生健康委员会 62.50 分"
    assert charts.sentence([lines[0], lines[0]]) == "2 个机构都是 62.50 分"
    assert charts.sentence([lines[0], lines[1], lines[1]]).endswith("2 个机构并列最低（37.50 分）")
    assert charts.sentence([]) == "还没有评定结果"


def test_the_page_costs_the_same_for_many_bodies(cast: Cast) -> None:
    row = published(cast, is_public=True)
    Client().get(f"{HERE}{row.pk}/")
    with CaptureQueriesContext(connection) as captured:
        Client().get(f"{HERE}{row.pk}/")
    assert len(captured) <= 8
    assert selectors.public_assessments().count() == 1
