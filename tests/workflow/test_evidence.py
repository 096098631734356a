"""What an event may hold, and its hash."""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow.evidence import UnfitFacts, checked, digest, event_hash

AT = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
BASE: dict[str, Any] = {
    "subject": ("catalog.document", 1),
    "number": 1,
    "change": ("publish", "review", "published"),
    "actor": 7,
    "at": AT,
    "on": date(2026, 11, 22),
    "facts": {"ground": "law"},
    "previous": "",
}


@pytest.mark.parametrize(
    "facts",
    [
        {"document": 12, "codes": ["jyj", "20_1"], "due_on": date(2026, 12, 1), "ok": True, "none": None},
        {"digest": digest("任何文字"), "nested": {"number": "GK-2026-00017"}},
        {},
    ],
)
def test_ids_codes_dates_and_digests_may_be_recorded(facts: dict[str, Any]) -> None:
    assert checked(facts).keys() == facts.keys()


@pytest.mark.parametrize(
    "value",
    [
        "张三", "some words", "a@b.cn", "13800138000", "11010519491231002X", "110105491231002", 1.5, b"x", "x" * 201,
        {"姓名": 1}, ["李四"], object(),
    ],
)  # fmt: skip
def test_names_numbers_of_people_and_free_text_are_refused(value: Any) -> None:
    with pytest.raises(UnfitFacts):
        checked({"value": value})


@pytest.mark.parametrize(
    "changed",
    [
        {"subject": ("catalog.document", 2)}, {"subject": ("catalog.documents", 1)}, {"number": 2}, {"actor": 8},
        {"change": ("publish", "draft", "published")}, {"at": AT + timedelta(microseconds=1)},
        {"on": date(2026, 11, 23)}, {"facts": {"ground": "other"}}, {"facts": {}}, {"previous": "0"},
    ],
)  # fmt: skip
def test_every_field_counts_in_the_hash(changed: dict[str, Any]) -> None:
    assert event_hash(**{**BASE, **changed}) != event_hash(**BASE)


def test_the_hash_does_not_depend_on_time_zone_or_order_of_facts() -> None:
    east = AT.astimezone(timezone(timedelta(hours=8)))
    first = event_hash(**{**BASE, "facts": {"a": 1, "b": 2}})
    assert event_hash(**{**BASE, "at": east, "facts": {"b": 2, "a": 1}}) == first


@given(st.text(max_size=40))
def test_text_is_recorded_unchanged_or_refused(text: str) -> None:
    try:
        assert checked({"value": text}) == {"value": text}
    except UnfitFacts:
        assert not text.isascii() or not text.isalpha()
