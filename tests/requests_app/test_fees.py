"""The fee for processing information: the worked examples, the increment within a month, and a count item by item."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from requests_app.fees import fee_by_item, fee_by_page

pytestmark = pytest.mark.law("条例§42")


@pytest.mark.parametrize(
    ("items", "yuan"),
    [(0, 0), (10, 0), (11, 100), (25, 1500), (30, 2000), (31, 2200), (35, 3000), (40, 4000), (45, 5500), (55, 9000)],
)
def test_the_worked_examples_by_item_come_out(items: int, yuan: int) -> None:
    assert fee_by_item(0, items).amount_yuan == yuan


@pytest.mark.parametrize(
    ("pages", "yuan"),
    [(0, 0), (30, 0), (44, 140), (57, 270), (72, 420), (100, 700), (109, 880), (119, 1080), (200, 2700), (250, 4700)],
)
def test_the_worked_examples_by_page_come_out(pages: int, yuan: int) -> None:
    assert fee_by_page(pages).amount_yuan == yuan


def test_every_range_is_explained_in_a_line_of_its_own() -> None:
    assert fee_by_item(5, 31).lines == (
        "第 6 至 10 件：5 件，不收费",
        "第 11 至 30 件：20 件 × 100 元 = 2,000 元",
        "第 31 件：1 件 × 200 元 = 200 元",
    )
    assert fee_by_page(250).lines[-1] == "第 201 至 250 页：50 页 × 40 元 = 2,000 元"
    assert fee_by_item(0, 0).lines == ()


def test_only_the_items_of_this_application_are_charged() -> None:
    fee = fee_by_item(30, 31)
    assert (fee.amount_yuan, fee.lines) == (200, ("第 31 件：1 件 × 200 元 = 200 元",))
    assert fee_by_item(31, 31).amount_yuan == 0


@pytest.mark.parametrize(("before", "now"), [(-1, 3), (4, 3), (-2, -1)])
def test_it_refuses_totals_that_cannot_be(before: int, now: int) -> None:
    with pytest.raises(ValueError, match="items of a month"):
        fee_by_item(before, now)


def test_it_refuses_less_than_no_page() -> None:
    with pytest.raises(ValueError, match="-1 pages"):
        fee_by_page(-1)


def price_of_item(number: int) -> int:
    if number <= 10:
        return 0
    return 100 if number <= 30 else 200 + 100 * ((number - 31) // 10)


@given(st.integers(0, 400), st.integers(0, 400))
def test_a_month_costs_the_same_however_it_is_split(first: int, second: int) -> None:
    low, high = sorted((first, second))
    fee = fee_by_item(low, high)
    assert fee.amount_yuan == sum(map(price_of_item, range(low + 1, high + 1)))
    assert fee_by_item(0, low).amount_yuan + fee.amount_yuan == fee_by_item(0, high).amount_yuan
    assert sum(tier.quantity for tier in fee.tiers) == high - low
