"""The reference set every installation has: 67 indicators whose points come out even, each answered by somebody."""

from decimal import Decimal

import pytest
from django.core.management import call_command

from catalog.models import Column
from disclosure.services import system_actor
from reports.models import Indicator, IndicatorSet, ReportEvent
from reports.scorecards import sets, shipped
from reports.scorecards.checking import faults, faults_of_indicator, values_of
from reports.scorecards.measures.registry import MEASURES
from tests.cast import Cast
from tests.reports.scorecards.making import NOW
from tests.shared import shared_path

WEIGHTS = {"主动公开": 40, "依申请公开": 25, "解读与互动": 15, "平台与载体": 10, "监督保障与创新": 10}


@pytest.fixture
def template(reference: None) -> IndicatorSet:
    made = shipped.load(actor=system_actor(), at=NOW)
    assert made
    return made


def test_it_has_67_indicators_in_five_sections_of_a_hundred_points(template: IndicatorSet) -> None:
    assert dict(template.sections.values_list("name", "points")) == {name: Decimal(n) for name, n in WEIGHTS.items()}
    indicators = Indicator.objects.filter(section__set=template)
    assert indicators.count() == 67
    assert len(set(indicators.values_list("number", flat=True))) == 67
    assert len(set(indicators.values_list("name", flat=True))) == 67


def test_only_the_year_is_missing_before_it_can_be_used(template: IndicatorSet) -> None:
    assert faults(template) == ["请填写考核年度。"]
    slugs = list(Column.objects.values_list("slug", flat=True))
    for one in Indicator.objects.filter(section__set=template):
        assert faults_of_indicator(values_of(one), slugs) == {}, one


def test_most_of_it_is_answered_by_data_and_the_rest_by_people(template: IndicatorSet) -> None:
    counts = dict.fromkeys(("computed", "judged", "ratings"), 0)
    for source in Indicator.objects.filter(section__set=template).values_list("source", flat=True):
        counts[source] += 1
    assert counts == {"computed": 45, "judged": 20, "ratings": 2}
    used = set(Indicator.objects.filter(section__set=template).exclude(measure="").values_list("measure", flat=True))
    assert used == set(MEASURES), "every measure stands in the reference set"


def test_loading_it_again_changes_nothing(template: IndicatorSet) -> None:
    call_command("load_scorecards")
    assert IndicatorSet.objects.count() == 1
    assert ReportEvent.objects.filter(action="ship_set").count() == 1


def test_a_copy_for_the_year_can_be_used_at_once(cast: Cast, template: IndicatorSet) -> None:
    row = sets.copy(actor=cast.qianqi, source=template, name="2026年考核指标", year=2026, note="", at=NOW)
    assert Indicator.objects.filter(section__set=row).count() == 67
    sets.activate(actor=cast.qianqi, row=row, at=NOW)
    assert row.state == "active" and template.sections.count() == 5


def test_its_words_are_our_own(template: IndicatorSet) -> None:
    known = shared_path("codes/audit_criteria.json").read_text(encoding="utf-8")
    for text in Indicator.objects.filter(section__set=template).values_list("text", flat=True):
        sentence = max(text.replace("。", "，").split("，"), key=len)
        assert len(sentence) < 12 or sentence not in known, sentence
