"""Reading bytes of unknown encoding, and folding so that what is seen can be found."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from files.charset import decode, text_of_sample
from files.fold import fold, unwrap

TEXT = "国务院办公厅关于印发《政府信息公开工作要点》的通知\r\n各省、自治区、直辖市人民政府：ABC 123"


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le", "utf-16-be"])
def test_it_reads_chinese_in_any_usual_encoding(codec: str) -> None:
    assert decode(TEXT.encode(codec)) == TEXT


def test_one_damaged_byte_does_not_turn_utf_8_into_gibberish() -> None:
    data = bytearray(TEXT.encode())
    data[4] = 0xFF
    assert "政府信息公开工作要点" in decode(bytes(data))


def test_a_sample_cut_inside_a_character_is_still_text() -> None:
    assert text_of_sample(("a" * 100 + "工").encode()[:-1]) is not None


def test_binary_data_is_no_text() -> None:
    assert text_of_sample(b"abc\0\1\2\3def") is None
    assert text_of_sample(bytes(range(128, 256)) * 4) is None


@given(st.binary(max_size=300))
def test_any_bytes_can_be_read_without_an_error(data: bytes) -> None:
    fold(decode(data)).encode()


def test_radicals_and_compatibility_forms_become_the_characters_one_types() -> None:
    assert fold("⼯作⽬录⻚⻓⺠⽣⻔⼾⻢⼒") == "工作目录页长民生门户马力"
    assert fold("樂２０２４年Ａ级ﬁle") == "樂2024年A级file"


def test_punctuation_and_units_stay_as_written() -> None:
    text = "（一）……①，80㎡：“引文”——完；〔2024〕6号～￥"
    assert fold(text) == text


def test_invisible_and_control_characters_go_and_spaces_collapse() -> None:
    assert fold("a\x00\u200bb\u3000\u3000c\ue000d\r\n\r\n\r\n\r\ne \t f\ufffe\ud800") == "ab c d\n\ne\tf"


def test_folding_twice_changes_nothing() -> None:
    once = fold(TEXT * 3 + "⼯\u3000\u3000作\n\n\n\n")
    assert fold(once) == once


def test_full_lines_of_a_page_are_joined_so_that_phrases_over_line_ends_are_found() -> None:
    page = (
        "云岚市人民政府公告\n"
        "为了保障公民、法人和其他组织依法获取政府信息，根据《中华人民共\n"
        "和国政府信息公开条例》的规定，现将本市二○二四年度政府信息公开工\n"
        "作有关事项公告如下。\n"
        "一、主动公开的范围按照本市公布的主动公开基本目录确定，并由各部门\n"
        "二、依申请公开的受理机构为各部门的政府信息公开工作机构，地址见附"
    )
    lines = unwrap(page).splitlines()
    assert lines[0] == "云岚市人民政府公告"
    assert "中华人民共和国政府信息公开条例" in lines[1]
    assert "政府信息公开工作有关事项" in lines[1]
    assert lines[3].startswith("二、")


def test_short_lines_stay_lines() -> None:
    assert unwrap("姓名\n张三\n\n地址") == "姓名\n张三\n地址"
    assert unwrap("") == ""
