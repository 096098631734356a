"""The text layer: folding, words, numbers, what was typed, marking."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.text import (
    MOST_TERMS,
    Segmenter,
    dictionary_version,
    fold,
    grams,
    has_phrase,
    highlight,
    index_number_key,
    number_key,
    number_keys,
    parse,
    segmenter,
    snippet,
)
from tests.shared import shared_path

ANY = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


@given(ANY)
def test_folding_keeps_every_offset(text: str) -> None:
    assert len(fold(text)) == len(text)
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("ＧＢ／Ｔ　２３１２", "gb/t 2312"),
        ("〔2024〕﹝1﹞【2】［3］（4）", "[2024][1][2][3](4)"),
        ("資訊公開條例", "资讯公开条例"),
        ("⼯作⽂件", "工作文件"),
        ("“引文”", '"引文"'),
        ("İ", "i"),
    ],
)
def test_it_folds_widths_brackets_characters_and_radicals(typed: str, folded: str) -> None:
    assert fold(typed) == folded


def test_zero_width_characters_and_broken_lines_do_not_split_words() -> None:
    assert segmenter().query_terms("信\u200b息公\ufeff开") == ["信息", "公开"]
    assert segmenter().index_terms("政府信\n息公开") == segmenter().index_terms("政府信息公开")


def test_words_inside_longer_words_are_indexed_but_not_demanded() -> None:
    assert "人民" in segmenter().index_terms("中华人民共和国")
    assert segmenter().query_terms("中华人民共和国") == ["中华人民共和国"]


def test_a_user_word_stays_whole_and_changes_the_dictionary_version() -> None:
    assert Segmenter(("岚办通",)).query_terms("下载岚办通客户端") == ["下载", "岚办通", "客户端"]
    assert "岚办通" not in segmenter().query_terms("下载岚办通客户端")
    assert dictionary_version(("岚办通",)) != dictionary_version(())
    assert dictionary_version(("甲乙", "丙丁")) == dictionary_version(("丙丁", "甲乙"))


SPELLINGS = [
    "云政办发〔2024〕6号", "云政办发[2024]6号", "云政办发（2024）第6号", "云政办发【2024】6号", "云政办发﹝2024﹞6号", "云政办发2024-6",
    "云政办发〔２０２４〕０６号", "云政办发 〔2024〕 006 号", "《云政办发〔2024〕6号》", "云政办发2024年第6号", "云政办发2024年6号文件",
    "雲政辦發〔2024〕6號", "\u200b云政办发〔2024〕6号", "云政办发 2024 6号",
]  # fmt: skip


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_document_number_has_one_key_however_typed(spelling: str) -> None:
    assert number_key(spelling) == "云政办发|2024|6"


@pytest.mark.parametrize(
    "spelling", ["〔2024〕6号", "[2024]6号", "（2024）第6号", "2024-6", "２０２４－６", "2024年6号", "〔2024〕第006号"]
)
def test_a_number_without_issuer_finds_every_issuer(spelling: str) -> None:
    assert number_key(spelling) == "|2024|6"
    assert number_key(spelling) in number_keys("云政办发〔2024〕6号")


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("令第208号", "福建省人民政府令第208号"),
        ("第711号令", "中华人民共和国国务院令第711号"),
        ("国务院第711号令", "国务院令第711号"),
        ("令第18号", "河北省人民政府令　　〔2008〕第18号"),
        ("省政府令〔2009〕5号", "省政府令【2009】第5号"),
        ("公告2021年第3号", "省统计局公告【2021】3号"),
        ("公告第3号", "省统计局公告2021年第3号"),
    ],
)
def test_orders_and_notices_are_found_by_their_serial(typed: str, number: str) -> None:
    assert number_key(typed) in number_keys(number)


@pytest.mark.parametrize(
    "typed",
    ["信息公开", "2024", "2024年6月", "2024-06-15", "6号", "第五条", "", "云政办发〔2024〕6号关于", "13800000000"],
)
def test_other_text_is_no_document_number(typed: str) -> None:
    assert number_key(typed) is None


def test_every_real_document_number_has_a_key() -> None:
    numbers = json.loads(shared_path("codes/identifiers.json").read_text(encoding="utf-8"))["doc_numbers"]
    unread = [number for number in numbers if number != "无" and number_key(number) is None]
    assert len(unread) <= len(numbers) // 100, unread[:20]


@pytest.mark.parametrize(
    "typed",
    ["000014349/2019-00129", "11500000mb1763499t／2021-00725", " LH331082-001/2013-85147", "FJ00100-0201-2018-00262"],
)
def test_index_numbers_are_recognised(typed: str) -> None:
    assert index_number_key(typed) == fold(typed).strip().upper()


@pytest.mark.parametrize("typed", ["2024-6", "信息公开", "GB/T 2312", "abc/2024"])
def test_other_text_is_no_index_number(typed: str) -> None:
    assert index_number_key(typed) is None


# --- what was typed ---------------------------------------------------------------------------------------------------


def test_it_reads_words_phrases_and_exclusions() -> None:
    parsed = parse('养老服务 “信息公开” －失业 -"有关部门"')
    assert [group[0].terms for group in parsed.groups] == [("养老",), ("服务",)]
    assert parsed.phrases == ("信息公开",)
    assert parsed.without == (("失业",),)
    assert parsed.without_phrases == ("有关部门",)


@pytest.mark.parametrize(
    "typed", ['* AND ( "', "a:b", "[1 TO 2]", "信息~2", '"', '""', "\\", "()", "-", "--", '-"', "\x00", "\ud800", "%00"]
)
def test_operators_of_other_systems_are_plain_text(typed: str) -> None:
    parsed = parse(typed)
    assert not parsed.phrases
    assert parsed.notice == "" or parsed.empty


def test_a_query_without_letters_says_so() -> None:
    assert "没有可以检索的文字" in parse("***").notice
    assert parse("   ").notice == ""


def test_a_long_query_is_cut_and_says_so() -> None:
    parsed = parse("信息" * 5000)
    assert len(parsed.typed) == 200
    assert "200" in parsed.notice
    many = parse(" ".join(f"w{number}" for number in range(60)))
    assert sum(len(alternative.terms) for group in many.groups for alternative in group) == MOST_TERMS
    assert "32" in many.notice


def test_synonyms_are_alternatives_that_weigh_less() -> None:
    parsed = parse("低保申请", {"低保": ("最低生活保障",)})
    typed, other = parsed.groups[0]
    assert typed.terms == ("低保",)
    assert other.terms == ("最低", "生活", "保障")
    assert other.weight < typed.weight
    assert [alternative.terms for alternative in parsed.groups[1]] == [("申请",)]


def test_a_synonym_of_several_words_is_recognised_inside_a_query() -> None:
    parsed = parse("最低生活保障标准", {"最低生活保障": ("低保",)})
    assert [alternative.terms for alternative in parsed.groups[0]] == [("最低", "生活", "保障"), ("低保",)]


@given(ANY)
def test_nothing_typed_is_an_error(typed: str) -> None:
    assert len(parse(typed).typed) <= 200


# --- phrases ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "phrase", "stands"),
    [
        ("推进政府信息公开工作", "信息公开", True),
        ("推进政府信 息\n公开工作", "信息公开", True),
        ("加强信息。公开透明", "信息公开", False),
        ("规划、计划", "规划，计划", True),
        ("2021年第16号", "6号", False),
        ("2021年第16号", "第16号", True),
        ("open data", "opendata", False),
    ],
)
def test_a_phrase_stands_in_a_text_or_not(text: str, phrase: str, stands: bool) -> None:
    assert has_phrase(text, phrase) is stands


PIECES = st.lists(
    st.sampled_from(["信", "息", "公", "开", "12", "6", "ab", "，", "。", " ", "\n", "_"]), max_size=14
).map("".join)


@given(PIECES, PIECES)
def test_looking_in_the_text_agrees_with_looking_for_pairs_in_a_row(text: str, typed: str) -> None:
    for phrase in parse(f'"{typed}"').phrases:
        wanted, held = grams(phrase), grams(text)
        in_a_row = any(held[at : at + len(wanted)] == wanted for at in range(len(held)))
        assert has_phrase(text, phrase) is in_a_row


# --- marking ----------------------------------------------------------------------------------------------------------


def test_marking_escapes_everything_else() -> None:
    assert (
        highlight("<b>信息</b>公\u200b开&", ["公开", "信息"])
        == "&lt;b&gt;<mark>信息</mark>&lt;/b&gt;<mark>公\u200b开</mark>&amp;"
    )


def test_the_longest_term_is_marked_first() -> None:
    assert highlight("政府資訊公开", ["资讯", "政府资讯公开"]) == "<mark>政府資訊公开</mark>"


def test_a_snippet_shows_where_most_terms_stand_together() -> None:
    text = "信息" + "无" * 300 + "养老服务补贴" + "无" * 300
    shown = snippet(text, ["信息", "养老", "补贴"], 60)
    assert "<mark>养老</mark>服务<mark>补贴</mark>" in shown
    assert shown.startswith("…")
    assert shown.endswith("…")


def test_a_snippet_without_hits_is_the_beginning() -> None:
    assert snippet("<p>甲乙丙", ["丁"], 4) == "&lt;p&gt;甲…"


@given(ANY, st.lists(ANY, max_size=4), st.integers(1, 80))
def test_snippets_never_let_markup_through(text: str, terms: list[str], width: int) -> None:
    shown = snippet(text, terms, width).replace("<mark>", "").replace("</mark>", "")
    assert "<" not in shown
    assert ">" not in shown
