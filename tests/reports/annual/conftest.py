"""The office whose year is reported on."""

import pytest

from tests.reports.annual.making import year_of_work
from tests.requests_app.casework import Office


@pytest.fixture
def worked(office: Office, reference: None) -> Office:
    """A year of work of the education bureau."""
    year_of_work(office)
    return office
