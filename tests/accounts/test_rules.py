"""Who may, and that every sentence says the same as its queryset."""

from typing import Any

import pytest
from django.utils import timezone

from accounts import rules, services
from accounts.models import AccountEvent, Department, User
from accounts.roles import Role
from tests.cast import Cast


def test_a_role_holds_in_its_department_and_its_internal_offices(cast: Cast) -> None:
    assert rules.has_role(cast.lisi, Role.REQUEST_OFFICER, cast.jyj)
    assert rules.has_role(cast.lisi, Role.REQUEST_OFFICER, cast.jyj_bgs)
    assert not rules.has_role(cast.lisi, Role.REQUEST_OFFICER, cast.wjw)
    assert not rules.has_role(cast.lisi, Role.APPROVER, cast.jyj)


def test_a_role_held_above_does_not_reach_bodies_below(cast: Cast) -> None:
    give(cast, cast.lisi, Role.CLERK, cast.szf)
    give(cast, cast.sunba, Role.REVIEWER, cast.qxq)
    assert rules.has_role(cast.lisi, Role.CLERK, cast.szf)
    assert not rules.has_role(cast.lisi, Role.CLERK, cast.wjw)
    assert not rules.has_role(cast.lisi, Role.CLERK, cast.qxq)
    assert not rules.has_role(cast.sunba, Role.REVIEWER, cast.qxq_jyj)


def test_a_role_held_in_an_internal_office_does_not_reach_up(cast: Cast) -> None:
    give(cast, cast.zhaoliu, Role.CLERK, cast.jyj_bgs)
    assert rules.has_role(cast.zhaoliu, Role.CLERK, cast.jyj_bgs)
    assert not rules.has_role(cast.zhaoliu, Role.CLERK, cast.jyj)


def test_offices_of_offices_are_reached(cast: Cast) -> None:
    desk = services.create_department(
        actor=cast.root, parent=cast.jyj_bgs, code="jyj-xxgk", name="信息公开科", kind="internal", at=timezone.now()
    )
    assert rules.has_role(cast.lisi, Role.CLERK, desk)
    assert set(rules.people_with_role(Role.CLERK, desk)) == {cast.lisi}


def test_city_wide_roles_see_every_department(cast: Cast) -> None:
    for who in (cast.qianqi, cast.zhengyi, cast.fenger, cast.root):
        assert rules.can_see_everything(who)
        assert rules.departments_visible_to(who).count() == len(cast.departments)
    assert rules.is_supervisor(cast.qianqi)
    assert rules.is_system_admin(cast.zhengyi)
    assert rules.is_auditor(cast.fenger)
    assert not rules.is_supervisor(cast.zhengyi)
    assert not rules.is_system_admin(cast.wushi)


def test_people_without_roles_and_visitors_have_no_rights(cast: Cast) -> None:
    for who in (cast.zhangsan, cast.visitor):
        assert not rules.holds_any_role(who)
        assert not rules.can_see_everything(who)
        assert not rules.departments_visible_to(who).exists()
        assert not any(rules.departments_with_role(who, role).exists() for role in Role)


def test_an_inactive_account_has_no_rights_even_if_loaded_before(cast: Cast) -> None:
    User.objects.filter(pk__in=[cast.lisi.pk, cast.qianqi.pk]).update(is_active=False)
    assert not rules.has_role(cast.lisi, Role.CLERK, cast.jyj)
    assert not rules.can_see_everything(cast.qianqi)
    assert cast.lisi not in rules.people_with_role(Role.CLERK, cast.jyj)


def test_a_revoked_right_ends_at_once(cast: Cast) -> None:
    assert rules.has_role(cast.lisi, Role.CLERK, cast.jyj)
    services.revoke_role(actor=cast.root, user=cast.lisi, role=Role.CLERK, department=cast.jyj, at=timezone.now())
    assert not rules.has_role(cast.lisi, Role.CLERK, cast.jyj)


@pytest.mark.parametrize("role", Role)
def test_has_role_agrees_with_its_querysets(cast: Cast, role: Role) -> None:
    for who in cast.people.values():
        reached = set(rules.departments_with_role(who, role))
        for department in cast.departments.values():
            has_it = rules.has_role(who, role, department)
            assert has_it == (department in reached)
            assert has_it == rules.people_with_role(role, department).filter(pk=who.pk).exists()


def test_sentences_about_departments_people_and_events_agree_with_their_querysets(cast: Cast) -> None:
    AccountEvent.objects.create(kind="sign_in_failed", at=timezone.now(), username="xx***", name_key="k")
    for who in cast.people.values():
        for sentence, queryset, model in TWINS:
            found = set(queryset(who))
            for thing in model.objects.all():
                assert sentence(who, thing) == (thing in found), (sentence.__name__, who, thing)


TWINS: list[tuple[Any, Any, Any]] = [
    (rules.can_see_department, rules.departments_visible_to, Department),
    (rules.can_manage_people_of, rules.departments_managed_by, Department),
    (rules.can_see_person, rules.people_visible_to, User),
    (rules.can_see_event, rules.events_visible_to, AccountEvent),
]


def test_a_department_administrator_manages_only_people_whose_rights_are_his_to_give(cast: Cast) -> None:
    assert rules.can_manage_person(cast.wushi, cast.lisi)
    assert not rules.can_manage_person(cast.wushi, cast.zhaoliu)
    assert not rules.can_manage_person(cast.wushi, cast.wushi)
    give(cast, cast.lisi, Role.CLERK, cast.wjw)
    assert not rules.can_manage_person(cast.wushi, cast.lisi)
    give(cast, cast.sunba, Role.AUDITOR, cast.szf)
    assert not rules.can_manage_person(cast.wushi, cast.sunba)


def test_the_number_of_queries_does_not_grow_with_the_tree(cast: Cast, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(2):
        assert rules.has_role(cast.lisi, Role.CLERK, cast.jyj_bgs)
    for number in range(30):
        services.create_department(
            actor=cast.root, parent=cast.jyj, code=f"k{number}", name=f"科{number}", kind="internal", at=timezone.now()
        )
    with django_assert_num_queries(2):
        assert rules.has_role(cast.lisi, Role.CLERK, cast.jyj_bgs)


def give(cast: Cast, user: User, role: Role, department: Department) -> None:
    services.grant_role(actor=cast.root, user=user, role=role, department=department, at=timezone.now())
