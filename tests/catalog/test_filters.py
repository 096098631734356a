"""One FilterSet for pages, feeds and the API: right rows, clear words for wrong values."""

from datetime import datetime
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client
from django.utils import timezone

from catalog.filters import DocumentFilterSet
from catalog.models import Document, Topic
from tests.catalog.make import Press


def titles(**said: Any) -> list[str]:
    filters = DocumentFilterSet(QueryDict(mutable=True) | {name: str(value) for name, value in said.items()})
    assert filters.form.is_valid(), filters.form.errors
    rows = filters.public(Document.objects.all(), timezone.now())
    return sorted(rows.values_list("title", flat=True))


def local(*parts: int) -> datetime:
    return timezone.make_aware(datetime(*parts))  # type: ignore[arg-type]


@pytest.fixture
def three(press: Press) -> Press:
    press.document(title="甲", column="policy", topic="综合政务/政务公开", genre="通知", key_area="义务教育", validity="valid",
                   published_at=local(2023, 12, 31, 23, 59))  # fmt: skip
    press.document(title="乙", department="wjw", column="plan", topic="综合政务", genre="公告", validity="repealed",
                   published_at=local(2024, 1, 1))  # fmt: skip
    press.document(title="丙", department="jyj-bgs", column="interpretation", interpretation_kind="qa",
                   published_at=local(2024, 12, 31, 23, 59))  # fmt: skip
    return press


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({}, "丙乙甲"),
        ({"department": "jyj"}, "丙甲"),  # with its internal office
        ({"department": "szf"}, ""),  # but not with the bodies below the government
        ({"column": "policy"}, "甲"),
        ({"key_area": "compulsory-education"}, None),
        ({"validity": "repealed"}, "乙"),
        ({"kind": "interpretation"}, "丙"),
        ({"kind": "document"}, "乙甲"),
        ({"year": 2024}, "丙乙"),
        ({"year": "２０２３"}, "甲"),
        ({"since": "2024-01-01"}, "丙乙"),
        ({"until": "2024-01-01"}, "乙甲"),
        ({"since": "2024-12-31", "until": "2024-12-31"}, "丙"),
        ({"since": "2024/1/1", "until": "2024/1/2"}, "乙"),
        ({"department": "jyj", "year": 2024, "validity": "valid"}, ""),
        ({"q": "甲", "unknown": "1", "page": "2", "cursor": "x"}, "丙乙甲"),
    ],
)
def test_each_filter_leaves_the_right_documents(three: Press, said: dict[str, Any], expected: str | None) -> None:
    if expected is None:
        said, expected = {"key_area": Document.objects.get(title="甲").key_area.slug}, "甲"
    assert titles(**said) == sorted(expected)


def test_a_topic_holds_its_sub_classes(three: Press) -> None:
    top = Topic.objects.get(parent=None, name="综合政务")
    child = Topic.objects.get(parent=top, name="政务公开")
    assert titles(topic=top.pk) == ["乙", "甲"]
    assert titles(topic=child.pk) == ["甲"]


def test_the_engine_gets_the_same_filters(three: Press) -> None:
    filters = DocumentFilterSet(QueryDict("department=jyj&year=2024&validity=valid&kind=document&since=2024-02-29&q=x"))
    cast = three.cast
    assert filters.engine_filters() == {
        "department": frozenset({cast.jyj.pk, cast.jyj_bgs.pk}),
        "year": frozenset({2024}),
        "validity": frozenset({1}),
        "kind": frozenset({0}),
        "day": (datetime(2024, 2, 29).toordinal(), datetime.max.toordinal()),
    }


WRONG = {
    "department=没有": "没有这个机构：“没有”",
    "column=x": "没有这个栏目：“x”",
    "topic=999999": "没有这个主题：“999999”",
    "topic=-1": "没有这个主题",
    "genre=x": "没有这个体裁",
    "key_area=x": "没有这个重点领域",
    "validity=gone": "没有这个有效性：“gone”",
    "kind=letter": "没有这个类型：“letter”",
    "year=1": "1949",
    "year=99999": "2100",
    "year=二零二四": "年份的写法不正确",
    "year=2024.5": "小数",
    "year=NaN": "年份的写法不正确",
    "since=2021-02-30": "发布日期起的写法不正确",
    "since=0001-01-01": "1949 年至 2100 年",
    "until=9999-12-31": "1949 年至 2100 年",
    "until=昨天": "发布日期止的写法不正确",
    "department=" + "x" * 100: "60",
    "department=%00": "空字符",
}


@pytest.mark.parametrize(("query", "words"), WRONG.items())
def test_an_unknown_value_is_answered_in_clear_chinese_everywhere(three: Press, query: str, words: str) -> None:
    client = Client()
    page = client.get(f"/documents/?{query}")
    assert page.status_code == 200
    assert words in page.content.decode()
    assert "请去掉这个筛选条件" in page.content.decode()
    api = client.get(f"/api/v1/documents/?{query}")
    assert api.status_code == 400
    assert words in str(api.json())
    feed = client.get(f"/feed/?{query}")
    assert feed.status_code == 400
    assert "text/html" in feed["Content-Type"]
