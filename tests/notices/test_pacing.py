"""Digest and back-off as arithmetic."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notices.pacing import MOST_ATTEMPTS, MOST_SINGLE_MAILS, WINDOW, Pace, next_attempt_at, pace
from tests.notices.conftest import NOW


@pytest.mark.parametrize(
    ("waiting", "oldest_minutes", "recently_sent", "expected"),
    [
        (1, 0, 0, Pace()),
        (5, 0, 0, Pace()),
        (6, 0, 0, Pace(is_digest=True)),
        (6, 0, 4, Pace(is_digest=True)),
        (6, 4, 5, Pace(wait_until=NOW + timedelta(minutes=6))),
        (1, 0, 4, Pace()),
        (1, 0, 5, Pace(wait_until=NOW + WINDOW)),
        (2, 3, 4, Pace(wait_until=NOW + timedelta(minutes=7))),
        (2, 10, 9, Pace(is_digest=True)),
        (1, 10, 9, Pace()),
    ],
)
def test_worked_examples(waiting: int, oldest_minutes: int, recently_sent: int, expected: Pace) -> None:
    made_at = [NOW - timedelta(minutes=oldest_minutes)] + [NOW] * (waiting - 1)
    assert pace(made_at=made_at, recently_sent=recently_sent, at=NOW) == expected


@given(waiting=st.lists(st.integers(0, 3600), min_size=1, max_size=20), recently_sent=st.integers(0, 30))
def test_nothing_waits_longer_than_a_window_and_no_flood_goes_singly(waiting: list[int], recently_sent: int) -> None:
    made_at = [NOW - timedelta(seconds=seconds) for seconds in waiting]
    decision = pace(made_at=made_at, recently_sent=recently_sent, at=NOW)
    if decision.wait_until:
        assert NOW < decision.wait_until <= min(made_at) + WINDOW
        assert not decision.is_digest
    elif not decision.is_digest:
        assert len(waiting) == 1 or recently_sent + len(waiting) <= MOST_SINGLE_MAILS


def test_back_off_doubles_and_ends() -> None:
    waits = [next_attempt_at(attempts=number, at=NOW) for number in range(1, MOST_ATTEMPTS + 1)]
    assert [wait and (wait - NOW).total_seconds() / 60 for wait in waits] == [2, 4, 8, 16, 32, None]
