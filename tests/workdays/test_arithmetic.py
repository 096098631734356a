"""Counting working days against counting day by day with the chinesecalendar package."""

from datetime import date, timedelta

import chinese_calendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workdays.arithmetic import MOST_WORKDAYS, Calendar, Counted, CountError

FIRST, LAST = date(2004, 1, 1), date(2026, 12, 31)
published_days = st.dates(FIRST, LAST)
any_day = st.dates()


def counted_by_hand(start: date, count: int) -> date:
    """The count-th working day after (before) start, one day at a time, by the independent source."""
    step = timedelta(days=1 if count > 0 else -1)
    day, left = start, abs(count)
    while left:
        day += step
        left -= chinese_calendar.is_workday(day)
    return day


def test_every_day_of_every_published_year_agrees_with_the_independent_source(calendar: Calendar) -> None:
    days = [FIRST + timedelta(days=offset) for offset in range((LAST - FIRST).days + 1)]
    assert [day for day in days if calendar.is_workday(day) != chinese_calendar.is_workday(day)] == []


@pytest.mark.parametrize(("year", "count"), [(2024, 251), (2025, 248), (2026, 248)])
def test_it_finds_the_known_number_of_working_days_of_a_year(calendar: Calendar, year: int, count: int) -> None:
    assert calendar.workdays_between(date(year - 1, 12, 31), date(year, 12, 31)) == count


@pytest.mark.parametrize("year", range(2004, 2026))
@pytest.mark.parametrize("count", [1, 7, 15, 20])
def test_counts_from_every_day_of_a_published_year_agree_with_counting_by_hand(
    calendar: Calendar, year: int, count: int
) -> None:
    start = date(year, 1, 1)
    while start.year == year and start < date(2025, 11, 1):
        assert calendar.add_workdays(start, count).on == counted_by_hand(start, count), start
        start += timedelta(days=3)


@settings(max_examples=200)
@given(start=st.dates(FIRST, date(2025, 12, 31)), count=st.integers(1, 200))
def test_counting_forward_agrees_with_counting_by_hand(calendar: Calendar, start: date, count: int) -> None:
    assert calendar.add_workdays(start, count).on == counted_by_hand(start, count)


@settings(max_examples=200)
@given(start=st.dates(date(2005, 1, 1), LAST), count=st.integers(1, 200))
def test_counting_back_agrees_with_counting_by_hand(calendar: Calendar, start: date, count: int) -> None:
    assert calendar.add_workdays(start, -count).on == counted_by_hand(start, -count)


@given(after=st.dates(FIRST, date(2024, 12, 31)), length=st.integers(0, 730))
def test_days_between_agree_with_the_independent_source(calendar: Calendar, after: date, length: int) -> None:
    until = after + timedelta(days=length)
    by_hand = len(chinese_calendar.get_workdays(after, until)) - chinese_calendar.is_workday(after)
    assert calendar.workdays_between(after, until) == by_hand
    assert calendar.workdays_between(until, after) == -by_hand


@given(start=any_day, count=st.integers(-MOST_WORKDAYS, MOST_WORKDAYS).filter(bool))
def test_counting_and_measuring_are_inverse_on_any_day(calendar: Calendar, start: date, count: int) -> None:
    try:
        found = calendar.add_workdays(start, count).on
    except CountError:
        return
    assert calendar.is_workday(found)
    between = calendar.workdays_between(start, found)
    # Going back, the day found is itself one of those counted, while (found, start] leaves it out.
    expected = count if count > 0 else count + 1 - calendar.is_workday(start)
    assert between == expected


@given(day=published_days)
def test_the_next_workday_is_the_first_one_from_that_day_on(calendar: Calendar, day: date) -> None:
    found = calendar.next_workday_on_or_after(day).on
    assert calendar.is_workday(found)
    assert not any(calendar.is_workday(day + timedelta(days=offset)) for offset in range((found - day).days))


def test_a_make_up_saturday_is_not_moved_to_monday(calendar: Calendar) -> None:
    assert calendar.next_workday_on_or_after(date(2026, 2, 28)) == Counted(date(2026, 2, 28), False)


def test_counting_zero_days_stays_where_it_is(calendar: Calendar) -> None:
    assert calendar.add_workdays(date(2026, 10, 1), 0) == Counted(date(2026, 10, 1), False)


@pytest.mark.parametrize(
    ("start", "provisional"),
    [
        (date(2026, 11, 26), False),  # ends on 2026-12-24
        (date(2026, 11, 27), False),  # ends on 2026-12-25, the last certain day
        (date(2026, 11, 28), False),
        (date(2026, 11, 30), True),  # ends on 2026-12-28
        (date(2026, 12, 10), True),
        (date(2031, 5, 1), True),
    ],
)
@pytest.mark.law("民法典§201")
def test_a_count_that_reaches_the_26th_of_december_is_provisional(
    calendar: Calendar, start: date, provisional: bool
) -> None:
    assert calendar.add_workdays(start, 20).provisional is provisional


def test_late_december_is_certain_once_the_next_notice_is_loaded(calendar: Calendar) -> None:
    assert not calendar.is_provisional(date(2025, 12, 31))
    assert calendar.is_provisional(date(2026, 12, 26))
    assert not calendar.is_provisional(date(2026, 12, 25))


def test_before_the_first_published_year_there_are_weekends_only_and_counts_are_provisional(
    calendar: Calendar,
) -> None:
    assert calendar.add_workdays(date(2003, 9, 26), 5) == Counted(date(2003, 10, 3), True)
    assert calendar.add_workdays(date(2004, 1, 2), -5).provisional
    assert not calendar.add_workdays(date(2003, 12, 31), 5).provisional


def test_a_year_left_out_in_the_middle_makes_counts_over_it_provisional() -> None:
    gap = Calendar.of((), [2020, 2022])
    assert gap.is_count_provisional(date(2020, 6, 1), date(2022, 6, 1))
    assert not gap.is_count_provisional(date(2022, 1, 1), date(2022, 6, 1))
    assert not gap.is_count_provisional(date(2022, 6, 1), date(2022, 6, 1))


def test_an_unpublished_year_counts_weekdays() -> None:
    empty = Calendar.of((), ())
    assert empty.add_workdays(date(2026, 9, 30), 1) == Counted(date(2026, 10, 1), True)


@pytest.mark.parametrize("count", [MOST_WORKDAYS + 1, -MOST_WORKDAYS - 1, 10**30])
def test_an_absurd_count_is_refused_in_words(calendar: Calendar, count: int) -> None:
    with pytest.raises(CountError, match="工作日数应在 10000 以内"):
        calendar.add_workdays(date(2026, 1, 1), count)


@pytest.mark.parametrize(("start", "count"), [(date.max, 1), (date.min, -1)])
def test_counting_out_of_the_calendar_is_refused_in_words(calendar: Calendar, start: date, count: int) -> None:
    with pytest.raises(CountError, match="超出"):
        calendar.add_workdays(start, count)
