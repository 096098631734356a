"""What tests of applications share."""

import pytest

from workdays.arithmetic import Calendar
from workdays.published import published_calendar


@pytest.fixture(scope="session")
def calendar() -> Calendar:
    """2004 to 2026 without a database."""
    return published_calendar()
