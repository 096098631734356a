"""The applications of the demo city."""

from datetime import date

import pytest

from accounts.models import Department
from portal.demo import applications, city
from requests_app.models import InformationRequest, Letter
from tests.requests_app.casework import Office, at

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("day", [date(2026, 11, 22), date(2026, 2, 25)])
def test_they_stand_where_they_should_on_any_day(office: Office, day: date, monkeypatch: pytest.MonkeyPatch) -> None:
    Department.objects.filter(code="jyj").update(letter_word="云教")
    assert applications.load(at(day)) == InformationRequest.objects.count()
    states = set(InformationRequest.objects.values_list("state", flat=True))
    assert {"submitted", "registered", "handling", "awaiting_correction", "awaiting_payment"} < states
    assert {"in_approval", "delivered", "archived", "closed"} < states
    late = InformationRequest.objects.get(matter__startswith="民办幼儿园")
    assert late.due_on is not None
    assert late.due_on < day
    assert not Letter.objects.filter(number="", state="served").exists()
    assert applications.load(at(day)) == 0
    assert city
