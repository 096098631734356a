"""What tests of applications share."""

import pytest

from workdays.arithmetic import Calendar
from workdays.published import published_drafts


@pytest.fixture(scope="session")
def calendar() -> Calendar:
    """2004 to 2026 without a database."""
    drafts = published_drafts()
    days = [(day.on, day.is_workday) for draft in drafts for day in draft.days]
    return Calendar.of(days, [draft.year for draft in drafts])
