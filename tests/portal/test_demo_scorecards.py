"""The demo city's scorecards are loaded whole or not at all."""

import pytest
from django.core.management import call_command
from django.utils import timezone

from portal.demo import scorecards
from reports.models import IndicatorSet, Questionnaire
from tests.cast import Cast


@pytest.mark.usefixtures("reference")
def test_what_was_interrupted_is_taken_up_again(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError

    for name, stub in (("questionnaire", lambda *_: None), ("published", fail)):
        monkeypatch.setattr(scorecards._City, name, stub)
    call_command("load_scorecards", verbosity=0)
    templates = IndicatorSet.objects.count()
    for _ in range(2):
        with pytest.raises(RuntimeError):
            scorecards.load(timezone.now())
    assert IndicatorSet.objects.count() == templates and not Questionnaire.objects.exists()
