"""Plans of the cast's city."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.reports.plans.planning import Planner
from tests.requests_app.casework import Office

SignedIn = Callable[..., Client]
Counting = Callable[[], CaptureQueriesContext]


@pytest.fixture
def planner(office: Office) -> Planner:
    """Who plans and who reports, with the calendar."""
    return Planner(office.cast)
