"""What counts as the same matter, and what is only alike."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from requests_app.repeats import is_alike, likeness, matter_key

pytestmark = pytest.mark.law("条例§36")
ASKED = "青溪区2024年度征地补偿安置方案（含附图）"


@pytest.mark.parametrize(
    "typed",
    [
        "青溪区２０２４年度征地补偿安置方案(含附图)",
        " 青溪区 2024 年度\n征地补偿、安置方案——含附图。",
        "青溪區2024年度徵地補償安置方案【含附圖】",
        "青溪区2024年度征地补偿\u200b安置方案含附图",
    ],
)
def test_the_same_words_have_the_same_key_however_they_are_typed(typed: str) -> None:
    assert matter_key(typed) == matter_key(ASKED)
    assert likeness(typed, ASKED) == 1.0


def test_another_year_is_another_matter_though_alike() -> None:
    other = ASKED.replace("2024", "2023")
    assert matter_key(other) != matter_key(ASKED)
    assert is_alike(other, ASKED)


def test_a_letter_of_the_latin_alphabet_in_either_case_is_the_same() -> None:
    assert matter_key("PM2.5 监测 数据") == matter_key("pm2.5监测数据")


def test_other_matters_are_not_alike() -> None:
    assert not is_alike("青溪区义务教育学区划分方案", ASKED)
    assert likeness("水价", "房产") == 0.0


def test_nothing_is_like_nothing() -> None:
    assert matter_key("……　") == ""
    assert likeness("", "——") == 0.0
    assert likeness("水", "电") == 0.0
    assert likeness("水", "水。") == 1.0


def test_rare_characters_are_words() -> None:
    assert matter_key("\U00031350") not in {"", matter_key("\U00031351")}


def test_the_key_does_not_show_the_text() -> None:
    key = matter_key(ASKED)
    assert len(key) == 64
    assert set(key) <= set("0123456789abcdef")


@given(st.text(max_size=60), st.text(max_size=60))
def test_likeness_is_symmetric_and_between_none_and_all(one: str, other: str) -> None:
    assert 0.0 <= likeness(one, other) == likeness(other, one) <= 1.0
    if matter_key(one) == matter_key(other) != "":
        assert likeness(one, other) == 1.0
