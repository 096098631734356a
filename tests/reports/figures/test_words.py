"""Sentences about numbers never say more than there is; spans of months are what their words mean."""

from datetime import date

import pytest

from reports.figures.periods import Period, ended_quarters, period_of, quarter_of, recent, year_of
from reports.figures.words import best_month, mean, most_of, percent, within

TODAY = date(2026, 11, 22)
LABELS = {"a": "网上提交", "b": "当面提交"}


@pytest.mark.parametrize(
    ("part", "whole", "words"),
    [(0, 0, "—"), (0, 9, "0.0%"), (9, 9, "100.0%"), (11, 16, "68.8%"), (1, 3, "33.3%"), (2, 3, "66.7%"),
     (99_999, 100_000, "99.9%"), (1, 100_000, "0.1%")],
)  # fmt: skip
def test_a_share_is_whole_only_of_all_and_nothing_only_of_none(part: int, whole: int, words: str) -> None:
    assert percent(part, whole) == words


@pytest.mark.parametrize(
    ("parts", "words"),
    [({"a": 65, "b": 35}, "网上提交最多，占六成五"), ({"a": 3, "b": 3}, "共 6 件"), ({"a": 7}, "全部为网上提交"),
     ({"a": 7, "b": 0}, "全部为网上提交"), ({"x": 2, "b": 1}, "其他最多，占六成五以上")],
)  # fmt: skip
def test_the_greatest_part_is_named_if_there_is_one(parts: dict[str, int], words: str) -> None:
    assert most_of(parts, LABELS) == words


def test_nine_of_ten_lie_within_the_smallest_day_of_which_that_is_true() -> None:
    taken = {3: 5, 10: 4, 30: 1}
    assert within(taken, 90) == 10 and within(taken, 91) == 30 and within(taken, 50) == 3
    assert within({7: 1}, 90) == 7


def test_stars_have_a_mean_and_months_a_best() -> None:
    assert mean({5: 3, 4: 1}) == "4.8" and mean({}) == "—"
    assert best_month([1, 5, 2], ["1月", "2月", "3月"]) == "，2月最多（5 件）"
    assert best_month([5, 5], ["1月", "2月"]) == best_month([0, 0], ["1月", "2月"]) == best_month([], []) == ""


# --- periods -----------------------------------------------------------------------------------------------------------


def test_periods_are_months_that_have_begun() -> None:
    assert recent(TODAY).keys[0] == 202512 and recent(TODAY).keys[-1] == 202611
    assert year_of(2026, TODAY).keys == [*range(202601, 202612)]
    third = quarter_of(2026, 3, TODAY)
    assert (third.first, third.last, third.is_over) == (date(2026, 7, 1), date(2026, 9, 30), True)
    assert (third.label, third.span) == ("2026年第三季度", "2026年7月至2026年9月")
    assert not quarter_of(2026, 4, TODAY).is_over and quarter_of(2026, 4, TODAY).last == date(2026, 11, 30)
    assert year_of(2026, TODAY).span == "2026年1月至2026年11月22日"
    assert recent(TODAY).span == "2025年12月至2026年11月22日"


@pytest.mark.parametrize("slug", ["recent", "2026", "2025", "2026q3", "2026q4", "202609", "202611"])
def test_a_period_is_found_by_its_word(slug: str) -> None:
    found = period_of(slug, TODAY)
    assert isinstance(found, Period) and found.slug == slug


@pytest.mark.parametrize(
    "text", ["", "2027", "2027q1", "202612", "2007", "2100", "2026q5", "202613", "20260", "２０２６", "2026-09", "x"]
)
def test_other_words_and_what_has_not_begun_are_no_period(text: str) -> None:
    assert period_of(text, TODAY) is None


def test_quarters_that_are_over_are_counted_back_over_new_year() -> None:
    assert ended_quarters(TODAY, 4) == [(2026, 3), (2026, 2), (2026, 1), (2025, 4)]
    assert ended_quarters(date(2026, 1, 1), 1) == [(2025, 4)]
    assert ended_quarters(date(2026, 4, 1), 1) == [(2026, 1)]
