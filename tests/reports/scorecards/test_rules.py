"""Every sentence about who may see agrees with its queryset, for all objects and the whole cast."""

import pytest

from accounts.models import User
from reports.models import Assessment, Objection, Scorecard
from reports.scorecards import rules
from reports.scorecards.periods import PeriodKind
from tests.cast import Cast
from tests.reports.scorecards.making import NOW, announced, objected, opened, period_of, published

pytestmark = pytest.mark.usefixtures("reference")


@pytest.fixture
def city(cast: Cast) -> Cast:
    """An assessment in each state that matters, one with an objection."""
    published(cast)
    objected(cast, announced(cast, period=period_of(PeriodKind.QUARTER, 2026, 2)))
    opened(cast, period=period_of(PeriodKind.QUARTER, 2026, 1))
    return cast


def test_predicates_and_querysets_agree(city: Cast) -> None:
    for name, person in city.people.items():
        cards = set(rules.cards_visible_to(person))
        for card in Scorecard.objects.select_related("assessment", "department"):
            assert rules.can_see_card(person, card) == (card in cards), (name, card)
        seen = set(rules.assessments_visible_to(person))
        for row in Assessment.objects.all():
            assert rules.can_see_assessment(person, row) == (row in seen), (name, row)
        objections = set(rules.objections_visible_to(person))
        for objection in Objection.objects.select_related("result__card__assessment", "result__card__department"):
            assert rules.can_see_objection(person, objection) == (objection in objections), name


def test_bodies_see_their_own_cards_and_nothing_that_is_being_judged(city: Cast) -> None:
    shown = {
        name: sorted(rules.cards_visible_to(who).values_list("department__code", "assessment__state"))
        for name, who in city.people.items()
    }
    own = [("jyj", "announced"), ("jyj", "published")]
    assert shown["wangwu"] == shown["lisi"] == own
    assert shown["zhaoliu"] == [("wjw", "announced"), ("wjw", "published")]
    assert len(shown["qianqi"]) == len(shown["fenger"]) == 6
    for name in ("zhangsan", "sunba", "zhoujiu", "wushi", "zhengyi", "root", "visitor"):
        assert shown[name] == [], name


def test_the_ranking_is_everybodys_once_it_is_told(city: Cast) -> None:
    told = {row.state: rules.can_see_ranking(city.wangwu, row) for row in Assessment.objects.all()}
    assert told == {"open": False, "announced": False, "published": True}
    assert all(rules.can_see_ranking(city.qianqi, row) for row in Assessment.objects.all())


def test_only_the_head_objects(city: Cast) -> None:
    card = Scorecard.objects.select_related("assessment", "department").get(
        department=city.jyj, assessment__state="announced"
    )
    may = {
        name
        for name, who in city.people.items()
        if isinstance(who, User) and rules.can_object(who, card, on=NOW.date())
    }
    assert may == {"wangwu"}
