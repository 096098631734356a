"""The published calendar, once as a pure object and once in the database."""

import pytest

from workdays.arithmetic import Calendar
from workdays.published import published_calendar, published_drafts
from workdays.services import import_years


@pytest.fixture(scope="session")
def calendar() -> Calendar:
    """2004 to 2026 without a database."""
    return published_calendar()


@pytest.fixture
def loaded(db: None) -> None:
    """2004 to 2026 in the database."""
    import_years(drafts=published_drafts())
