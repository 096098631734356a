"""What tests of applications share."""

from pathlib import Path

import pytest
from django.core.management import call_command
from pytest_django import Settings

from accounts.models import Department
from tests.cast import make_cast
from tests.kept import once
from tests.requests_app.casework import Office
from workdays.arithmetic import Calendar
from workdays.models import CalendarVersion, CalendarYear, Day
from workdays.published import published_calendar


@pytest.fixture(scope="session")
def calendar() -> Calendar:
    """2004 to 2026 without a database."""
    return published_calendar()


@pytest.fixture
def office(db: None, tmp_path: Path, settings: Settings) -> Office:
    """The cast, the shipped calendar, a storage and keys of this test alone."""
    once("calendar", [CalendarVersion, CalendarYear, Day], lambda: call_command("load_calendar", verbosity=0))
    settings.STORAGES = {
        **settings.STORAGES,
        "uploads": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}},
    }
    office = Office(make_cast())
    Department.objects.update(office_address="云岚市府前路1号", phone="0700-5212345", office_name="政府信息公开办公室")
    return office
