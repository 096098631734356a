"""Dirty rows: what is cleaned, what is refused and in which words."""

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Department
from catalog.content import DocumentContent
from catalog.models import Column, Topic
from catalog.states import DisclosureAttribute, Validity
from disclosure.importing import words
from disclosure.importing.faults import RowFault
from disclosure.importing.lookup import Lookup
from disclosure.importing.rows import Context, content_of, one_line, source_key, summary_of
from tests.make import make_department, make_reference

AT = datetime(2026, 11, 22, 4, tzinfo=UTC)


@pytest.fixture
def context(db: None) -> Context:
    make_reference()
    root = make_department()
    make_department("jyj", "市教育局", root)
    make_department("czj", "市财政局", root)
    everything = set(Department.objects.values_list("pk", flat=True))
    return Context(Lookup(root, everything), "tests", AT, ZoneInfo("Asia/Shanghai"))


def content(context: Context, **raw: Any) -> DocumentContent:
    return content_of({"title": "关于一件事的通知", **raw}, context)


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        ({"title": ""}, "没有标题"),
        ({"title": None}, "没有标题"),
        ({"title": " \u200b\u3000"}, "没有标题"),
        ({"title": "<em></em>"}, "没有标题"),
        ({"title": {"a": 1}}, "没有标题"),
        ({"title": "长" * 301}, "301 字"),
        ({"formed_on": "2021-02-30"}, "2021-02-30”不存在"),
        ({"published_at": "前天"}, "前天”无法识别"),
        ({"formed_on": "2026-11-23"}, "还没有到"),
        ({"published_at": "2026-11-22T12:01:00+08:00"}, "还没有到"),
        ({"index_number": "x" * 61}, "索引号超过"),
        ({"document_number": "x" * 101}, "发文字号超过"),
        ({"body": "字" * 5_000_001}, "正文超过"),
    ],
)
def test_it_refuses_a_row_in_words(context: Context, raw: dict[str, Any], said: str) -> None:
    with pytest.raises(RowFault, match=said):
        content(context, **raw)


def test_titles_lose_tags_entities_and_invisible_characters(context: Context) -> None:
    made = content(context, title="关于转发《&lt;办法&gt;》的<em>通</em>\u200b<em>知</em>\n\x00\ud800")
    assert made.title == "关于转发《<办法>》的通知"


def test_scripts_of_a_body_go_and_its_words_stay(context: Context) -> None:
    made = content(context, body="<p onclick='x()'>正文<script>alert(1)</script></p><img src=x onerror=y>")
    assert "script" not in made.html and "onclick" not in made.html and "onerror" not in made.html
    assert made.text == "正文"


def test_paragraphs_that_only_indents_part_are_parted(context: Context) -> None:
    made = content(context, body="现通知如下。\u3000\u3000一、总体要求\u3000\u3000二、主要任务")
    assert made.text.split("\n") == ["现通知如下。", "一、总体要求", "二、主要任务"]


@pytest.mark.parametrize(
    ("title", "genre"),
    [
        ("关于做好入学工作的通知", "通知"),
        ("关于印发《办法（试行）》的通知（2024年修订）", "通知"),
        ("国务院关于同意某事的批复", "批复"),
        ("关于同意设站收费的复函", "函"),
        ("云岚市人民政府令", "命令"),
        ("云岚市供水条例", "其他"),
        ("《云岚市供水条例》解读", "政策解读"),
        ("一图读懂入学政策", "政策解读"),
        ("关于废止部分规章的决定", "决定"),
    ],
)
def test_genre_is_the_last_word_of_the_title(title: str, genre: str) -> None:
    assert words.genre_of(title) == genre


def test_an_interpretation_goes_to_its_column(context: Context) -> None:
    made = content(context, title="图解：《云岚市供水条例》解读", column="规范性文件")
    assert made.interpretation_kind == "figure"
    assert Column.objects.get(pk=made.column_id).slug == "interpretation"


@pytest.mark.parametrize(
    ("written", "path"),
    [
        ("卫生、体育/卫生", "卫生、体育/卫生"),
        ("卫生、体育\\卫生", "卫生、体育/卫生"),
        ("卫生、体育 > 卫生", "卫生、体育/卫生"),
        ("卫生、体育＼其他", "卫生、体育/其他"),
        ("城乡建设、环境保护\\城乡建设(含住房)", "城乡建设、环境保护/城乡建设（含住房）"),
        ("城乡建设（含住房）", "城乡建设、环境保护/城乡建设（含住房）"),
        ("教育", "科技、教育/教育"),
        ("卫生、体育", "卫生、体育"),
        ("其他", "其他"),
        ("综合政务/不知道", "综合政务"),
    ],
)
def test_topics_are_found_however_written(context: Context, written: str, path: str) -> None:
    found = content(context, topic=written).topic_id
    assert str(Topic.objects.select_related("parent").get(pk=found)) == path


def test_a_topic_that_is_none_of_ours_is_kept_as_keyword(context: Context) -> None:
    made = content(context, topic="地方金融发展", keywords="金融;监管")
    assert (made.topic_id, made.keywords) == (None, "金融 监管 地方金融发展")


@pytest.mark.parametrize(
    ("written", "validity"),
    [
        ("有效", Validity.VALID),
        ("已废止", Validity.REPEALED),
        ("失效", Validity.EXPIRED),
        ("已修改", Validity.AMENDED),
        ("尚未生效", Validity.PENDING),
        ("", Validity.UNSTATED),
        ("0", Validity.UNSTATED),
        (["1"], Validity.UNSTATED),
    ],
)
def test_validity_words(context: Context, written: Any, validity: Validity) -> None:
    assert content(context, validity=written).validity == validity


def test_a_body_of_the_city_publishes_and_joint_ones_are_all_issuers(context: Context) -> None:
    jyj, czj = Department.objects.get(code="jyj"), Department.objects.get(code="czj")
    made = content(context, issuer="云岚市教育局 市财政局")
    assert (made.department_id, made.issuer_ids, made.issuers_text) == (
        jyj.pk,
        (jyj.pk, czj.pk),
        "云岚市教育局 市财政局",
    )


def test_a_body_elsewhere_is_kept_as_printed(context: Context) -> None:
    made = content(context, issuer="河北省教育厅")
    assert (made.department_id, made.issuer_ids, made.issuers_text) == (
        context.lookup.department.pk,
        (),
        "河北省教育厅",
    )


def test_nothing_is_published_under_a_department_without_the_right(context: Context) -> None:
    jyj = Department.objects.get(code="jyj")
    narrow = Context(Lookup(jyj, {jyj.pk}), "tests", AT, context.zone)
    made = content(narrow, issuer="市财政局")
    assert made.department_id == jyj.pk


@pytest.mark.parametrize(
    ("said", "attribute", "has_reason"),
    [
        ("", "proactive", False),
        ("主动公开", "proactive", False),
        ("依申请公开", "on_request", True),
        ("不予公开", "withheld", True),
        ("部分公开", "on_request", True),
    ],
)
def test_only_what_is_proactive_or_silent_is_proactive(
    context: Context, said: str, attribute: str, has_reason: bool
) -> None:
    made = content(context, attribute=said)
    assert made.disclosure_attribute == DisclosureAttribute(attribute)
    assert bool(made.attribute_reason) is has_reason


def test_dates_that_the_document_itself_states_are_taken(context: Context) -> None:
    made = content(context, body="本办法自2025年3月1日起施行。\n云岚市教育局\n2025年1月20日")
    assert (made.formed_on, made.effective_on) == (date(2025, 1, 20), date(2025, 3, 1))


def test_the_summary_is_at_most_120_characters_without_the_salutation() -> None:
    assert summary_of("各区县教育局：\n" + "字" * 300) == "字" * 119 + "…"


def test_identity_is_the_address_then_the_index_number_then_title_number_date_and_issuer(context: Context) -> None:
    def key(**raw: Any) -> str:
        return source_key(raw, "标题", context)

    assert key(source_url="http://a.cn/1/") == key(source_url="https://a.cn/1", index_number="x")
    assert key(source_url="http://a.cn/1") != key(source_url="http://a.cn/2")
    assert key(index_number="A/1") == key(index_number="A/1", formed_on="2021-01-01") != key(index_number="A/2")
    assert key(formed_on="2021-1-1") == key(formed_on="2021年1月1日") != key(formed_on="2021-1-2")
    assert key(issuer="甲") != key(issuer="乙")
    assert key(identity="1", source_url="http://a.cn/1") == key(identity="1")


def test_attachments_stay_links_to_their_source(context: Context) -> None:
    made = content(
        context, body="正文", attachments=["http://x.cnhttp://y.cn/%E9%99%84%E4%BB%B6.pdf", "javascript:alert(1)"]
    )
    assert 'href="http://y.cn/%E9%99%84%E4%BB%B6.pdf"' in made.html
    assert "附件.pdf" in made.text and "javascript" not in made.html


@given(st.one_of(st.text(), st.integers(), st.floats(), st.none(), st.lists(st.text(), max_size=3), st.booleans()))
def test_any_value_becomes_one_storable_line(value: Any) -> None:
    line = one_line(value)
    assert "\n" not in line and "\x00" not in line
    line.encode()
