"""Periods, deductions, sums and places; pure."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.scorecards.periods import COVERED, PeriodKind, last_over, period_of
from reports.scorecards.scoring import Sum, deduction, lost_of, mean, ranks, share_of_stars

CENTS = st.decimals(min_value=0, max_value=100, places=2)


@pytest.mark.parametrize(
    ("kind", "year", "number", "first", "last", "label"),
    [
        ("month", 2026, 2, date(2026, 2, 1), date(2026, 2, 28), "2026年2月"),
        ("month", 2026, 12, date(2026, 12, 1), date(2026, 12, 31), "2026年12月"),
        ("quarter", 2026, 3, date(2026, 7, 1), date(2026, 9, 30), "2026年第三季度"),
        ("quarter", 2026, 4, date(2026, 10, 1), date(2026, 12, 31), "2026年第四季度"),
        ("year", 2024, 1, date(2024, 1, 1), date(2024, 12, 31), "2024年度"),
    ],
)
def test_a_period_has_its_days_and_its_name(
    kind: str, year: int, number: int, first: date, last: date, label: str
) -> None:
    period = period_of(PeriodKind(kind), year, number)
    assert (period.first, period.last, period.label) == (first, last, label)
    assert period.holds(first) and period.holds(last)
    assert (period.end - period.start).days == (last - first).days + 1


@pytest.mark.parametrize(("kind", "number"), [("month", 0), ("month", 13), ("quarter", 5), ("year", 2)])
def test_no_year_has_a_thirteenth_month(kind: str, number: int) -> None:
    with pytest.raises(ValueError, match=kind):
        period_of(PeriodKind(kind), 2026, number)


@pytest.mark.parametrize(
    ("kind", "today", "label"),
    [
        ("quarter", date(2026, 11, 30), "2026年第三季度"),
        ("quarter", date(2026, 1, 1), "2025年第四季度"),
        ("month", date(2026, 3, 31), "2026年2月"),
        ("month", date(2026, 1, 31), "2025年12月"),
        ("year", date(2026, 5, 1), "2025年度"),
    ],
)
def test_the_latest_period_that_is_over(kind: str, today: date, label: str) -> None:
    assert last_over(PeriodKind(kind), today).label == label


def test_what_is_assessed_by_the_month_is_so_by_the_quarter_and_the_year() -> None:
    assert set(COVERED[PeriodKind.MONTH]) < set(COVERED[PeriodKind.QUARTER]) < set(COVERED[PeriodKind.YEAR])


@given(st.integers(0, 1000), CENTS, CENTS)
def test_nobody_loses_more_than_an_indicator_is_worth(findings: int, each: Decimal, most: Decimal) -> None:
    lost = deduction(findings, each=each, most=most)
    assert 0 <= lost <= most
    assert deduction(findings + 1, each=each, most=most) >= lost


@given(st.lists(st.integers(1, 5), min_size=1, max_size=50), CENTS)
def test_stars_earn_their_share(stars: list[int], most: Decimal) -> None:
    share = share_of_stars(sum(stars), len(stars))
    assert Decimal("0.2") <= share <= 1
    assert 0 <= lost_of(share, most) <= most
    assert lost_of(Decimal(1), most) == 0 and lost_of(Decimal(0), most) == most


@given(st.lists(st.one_of(st.none(), CENTS), max_size=30))
def test_places_follow_the_scores_and_equals_share_one(rates: list[Decimal | None]) -> None:
    found = ranks(rates)
    pairs = [(rate, rank) for rate, rank in zip(rates, found, strict=True) if rate is not None and rank is not None]
    for rate, rank in pairs:
        for other, other_rank in pairs:
            assert (rate > other) == (rank < other_rank)
    assert all((rate is None) == (rank is None) for rate, rank in zip(rates, found, strict=True))
    assert not [rank for rank in found if rank is not None] or min(rank for rank in found if rank) == 1


def test_what_does_not_concern_a_body_neither_helps_nor_harms_it() -> None:
    assert Sum(Decimal("79.90"), Decimal("11.13")).rate == Decimal("86.07")
    assert Sum(Decimal(40), Decimal(4)).rate == Sum(Decimal(10), Decimal(1)).rate == Decimal("90.00")
    assert Sum().rate is None
    assert (Sum(Decimal(10), Decimal(1)) + Sum(Decimal(20), Decimal(2))).earned == 27
    assert mean([]) is None and mean([Decimal(1), Decimal(2)]) == Decimal("1.50")
