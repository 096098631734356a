"""Dates as iCalendar: folded, escaped, stable; and numbers however they are typed."""

from datetime import UTC, date, datetime

import pytest

from requests_app.following.ics import Entry, calendar_file, escaped, folded
from requests_app.following.rules import read_number

AT = datetime(2026, 3, 3, 2, 0, tzinfo=UTC)


def lines_of(data: bytes) -> list[str]:
    return data.decode().replace("\r\n ", "").split("\r\n")


def test_a_day_is_an_all_day_event_with_its_own_name() -> None:
    entry = Entry(
        "request-7-reply@example.cn", date(2026, 12, 31), "机关答复的最后一天（JYJ-2026-00001）", "暂定；可能变动"
    )
    lines = lines_of(calendar_file([entry], name="申请", producer="云岚市", at=AT))
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-2:] == ["END:VCALENDAR", ""]
    for line in (
        "UID:request-7-reply@example.cn",
        "DTSTAMP:20260303T020000Z",
        "DTSTART;VALUE=DATE:20261231",
        "DTEND;VALUE=DATE:20270101",
        "DESCRIPTION:暂定；可能变动",
    ):
        assert line in lines


def test_no_line_is_longer_than_seventy_five_octets_and_no_character_is_cut() -> None:
    text = "SUMMARY:" + "政府信息公开申请" * 20 + "x" * 100
    pieces = folded(text).split("\r\n")
    assert all(len(piece.encode()) <= 75 for piece in pieces)
    assert all(piece.startswith(" ") for piece in pieces[1:-1])
    assert folded(text).replace("\r\n ", "") == text + "\r\n"


def test_signs_with_a_meaning_are_escaped() -> None:
    assert escaped("a;b,c\\d\r\ne") == "a\\;b\\,c\\\\d\\ne"


@pytest.mark.parametrize(
    "typed",
    [
        "JYJ-2026-00012",
        "jyj-2026-00012",
        " ＪＹＪ－２０２６－０００１２ ",
        "jyj202600012",
        "JYJ—2026—12",
        "jyj 2026 12",
    ],
)
def test_a_number_is_read_however_it_is_typed(typed: str) -> None:
    assert read_number(typed) == "JYJ-2026-00012"


@pytest.mark.parametrize("typed", ["", "JYJ", "12", "张三", "JYJ-2026-", "\x00JYJ-2026-1\x00", "J" * 101, "JYJ-1026-1"])
def test_what_cannot_be_a_number_is_none(typed: str) -> None:
    assert read_number(typed) == ""
