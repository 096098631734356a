"""The page on which a department says how it works: its steps and its shorter periods, each with its basis."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from disclosure.drafts.rules import can_set_rule, departments_ruled_by
from disclosure.models import DepartmentRule, DocumentEvent
from tests.cast import Cast
from tests.disclosure.drafting import Way, fresh

SignedIn = Callable[[User], Client]
RULE = "/desk/documents/rule/"


@pytest.fixture
def way(cast: Cast) -> Way:
    return Way(cast)


def text(response: Any) -> str:
    return str(response.content.decode())


RULES = {
    "with_review": "",
    "normative_same_day": "on",
    "normative_basis": "云政办发〔2020〕3号第五条",
    "meeting_workdays": "5",
    "meeting_basis": "云政办发〔2020〕3号第六条",
}


def test_the_office_sets_how_its_department_works(cast: Cast, way: Way, signed_in: SignedIn) -> None:
    revision = way.draft(column="normative")
    for person in (cast.wangwu, cast.wushi):
        signed_in(person).post(RULE, {name: value for name, value in RULES.items() if value})
        rule = DepartmentRule.objects.get(department=cast.jyj)
        assert (rule.with_review, rule.meeting_workdays) == (False, 5)
        rule.delete()
    signed_in(cast.wangwu).post(RULE, {name: value for name, value in RULES.items() if value})
    event = DocumentEvent.objects.filter(action="change_rules").last()
    assert event is not None and event.facts["with_review"] is False
    assert fresh(revision).due_version == 0, "its day is counted again"


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"normative_basis": " "}, "normative_basis"),
        ({"meeting_basis": ""}, "meeting_basis"),
        ({"meeting_workdays": "21"}, "meeting_workdays"),
        ({"meeting_workdays": "x"}, "meeting_workdays"),
    ],
)
def test_a_period_rests_on_a_basis_and_is_not_longer_than_the_law_s(
    cast: Cast, signed_in: SignedIn, said: dict[str, str], field: str
) -> None:
    response = signed_in(cast.wangwu).post(RULE, {**RULES, **said})
    assert response.status_code == 200 and field in response.context["form"].errors
    assert not DepartmentRule.objects.exists()


def test_nobody_else_sets_rules(cast: Cast, signed_in: SignedIn) -> None:
    for person in (cast.lisi, cast.zhaoliu, cast.qianqi, cast.zhengyi):
        assert signed_in(person).get(RULE).status_code == 404
        assert signed_in(person).post(RULE, RULES).status_code == 404
    assert signed_in(cast.wangwu).get(RULE, {"department": cast.wjw.pk}).status_code == 404
    assert signed_in(cast.wangwu).post(f"{RULE}?department={cast.wjw.pk}", RULES).status_code == 404
    assert not DepartmentRule.objects.exists()


def test_who_sets_rules_agrees_with_its_twin(cast: Cast) -> None:
    for name, person in cast.people.items():
        ruled = set(departments_ruled_by(person))
        for department in cast.departments.values():
            assert (department in ruled) is can_set_rule(person, department), name
    assert set(departments_ruled_by(cast.wangwu)) == {cast.jyj, cast.jyj_bgs}
