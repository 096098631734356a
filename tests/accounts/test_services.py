"""Every change of people, roles and departments: works, is recorded, and is refused to others."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client

from accounts import rules, services
from accounts.models import AccountEvent, AccountEventKind, Department, User
from accounts.roles import Role
from tests.cast import PASSWORD, Cast

AT = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


# --- granting ----------------------------------------------------------------------------------------------------------


def test_a_department_administrator_grants_a_role_and_it_is_recorded(cast: Cast) -> None:
    services.grant_role(
        actor=cast.wushi, user=cast.lisi, role=Role.REVIEWER, department=cast.jyj, at=AT, address="10.1.2.3"
    )
    assert rules.has_role(cast.lisi, Role.REVIEWER, cast.jyj)
    event = AccountEvent.objects.latest("id")
    assert (event.kind, event.user, event.actor, event.at) == ("role_granted", cast.lisi, cast.wushi, AT)
    assert (event.role, event.department, event.address) == (Role.REVIEWER, cast.jyj, "10.1.2.3")


@pytest.mark.parametrize(
    ("actor", "user", "role", "department"),
    [
        ("wushi", "zhaoliu", Role.CLERK, "wjw"),
        ("wushi", "lisi", Role.CLERK, "wjw"),
        ("wushi", "lisi", Role.SYSTEM_ADMIN, "szf"),
        ("wushi", "wushi", Role.APPROVER, "jyj"),
        ("zhengyi", "zhengyi", Role.APPROVER, "jyj"),
        ("lisi", "zhangsan", Role.CLERK, "jyj"),
        ("qianqi", "lisi", Role.APPROVER, "jyj"),
        ("fenger", "lisi", Role.APPROVER, "jyj"),
    ],
)
def test_granting_is_refused_to_those_who_may_not(
    cast: Cast, actor: str, user: str, role: Role, department: str
) -> None:
    before = AccountEvent.objects.count()
    with pytest.raises(PermissionDenied):
        services.grant_role(
            actor=getattr(cast, actor), user=getattr(cast, user), role=role, department=getattr(cast, department), at=AT
        )
    assert AccountEvent.objects.count() == before


def test_city_wide_roles_are_granted_in_the_root_only(cast: Cast) -> None:
    with pytest.raises(ValidationError, match="全市岗位"):
        services.grant_role(actor=cast.zhengyi, user=cast.lisi, role=Role.AUDITOR, department=cast.jyj, at=AT)


def test_it_refuses_a_role_held_already(cast: Cast) -> None:
    with pytest.raises(ValidationError, match="已有"):
        services.grant_role(actor=cast.zhengyi, user=cast.lisi, role=Role.CLERK, department=cast.jyj, at=AT)


def test_it_refuses_roles_for_closed_accounts_and_abolished_departments(cast: Cast) -> None:
    services.deactivate_user(actor=cast.zhengyi, user=cast.lisi, at=AT)
    with pytest.raises(ValidationError, match="已停用"):
        services.grant_role(actor=cast.zhengyi, user=cast.lisi, role=Role.CLERK, department=cast.jyj, at=AT)
    services.change_department(actor=cast.zhengyi, department=cast.wjw, at=AT, is_active=False)
    cast.wjw.refresh_from_db()
    with pytest.raises(ValidationError, match="已撤销"):
        services.grant_role(actor=cast.zhengyi, user=cast.sunba, role=Role.CLERK, department=cast.wjw, at=AT)


# --- revoking, moving, leaving -----------------------------------------------------------------------------------------


def test_revoking_works_is_recorded_and_the_second_time_says_so(cast: Cast) -> None:
    call: dict[str, Any] = {
        "actor": cast.wushi,
        "user": cast.lisi,
        "role": Role.CLERK,
        "department": cast.jyj,
        "at": AT,
    }
    services.revoke_role(**call)
    assert not rules.has_role(cast.lisi, Role.CLERK, cast.jyj)
    assert AccountEvent.objects.latest("id").kind == AccountEventKind.ROLE_REVOKED
    with pytest.raises(ValidationError, match="可能已被他人收回"):
        services.revoke_role(**call)
    with pytest.raises(PermissionDenied):
        services.revoke_role(**{**call, "actor": cast.zhaoliu})


def test_the_last_system_administrator_stays(cast: Cast) -> None:
    services.deactivate_user(actor=cast.zhengyi, user=cast.root, at=AT)
    services.grant_role(actor=cast.zhengyi, user=cast.lisi, role=Role.SYSTEM_ADMIN, department=cast.szf, at=AT)
    services.deactivate_user(actor=cast.lisi, user=cast.zhengyi, at=AT)
    cast.root.refresh_from_db()
    with pytest.raises(PermissionDenied):
        services.deactivate_user(actor=cast.lisi, user=cast.lisi, at=AT)
    with pytest.raises(PermissionDenied):
        services.deactivate_user(actor=cast.root, user=cast.lisi, at=AT)


def test_moving_ends_every_role_the_same_moment_and_says_which(cast: Cast) -> None:
    ended = services.move_user(actor=cast.zhengyi, user=cast.lisi, department=cast.wjw, at=AT)
    assert [(held.role, held.department) for held in ended] == [
        (Role.REQUEST_OFFICER, cast.jyj),
        (Role.CLERK, cast.jyj),
    ]
    cast.lisi.refresh_from_db()
    assert cast.lisi.department == cast.wjw
    assert not rules.holds_any_role(cast.lisi)
    kinds = list(AccountEvent.objects.filter(user=cast.lisi, at=AT).values_list("kind", flat=True))
    assert sorted(kinds) == ["moved", "role_revoked", "role_revoked"]


def test_moving_is_refused_across_departments_to_a_department_administrator(cast: Cast) -> None:
    with pytest.raises(PermissionDenied):
        services.move_user(actor=cast.wushi, user=cast.lisi, department=cast.wjw, at=AT)
    with pytest.raises(PermissionDenied):
        services.move_user(actor=cast.wushi, user=cast.zhaoliu, department=cast.jyj, at=AT)
    services.move_user(actor=cast.wushi, user=cast.lisi, department=cast.jyj_bgs, at=AT)


def test_moving_to_where_one_is_is_refused(cast: Cast) -> None:
    with pytest.raises(ValidationError, match="已在"):
        services.move_user(actor=cast.zhengyi, user=cast.lisi, department=cast.jyj, at=AT)


def test_closing_an_account_ends_roles_and_the_open_page(cast: Cast, sign_in: Any) -> None:
    client: Client = sign_in("lisi")
    assert client.get("/desk/people/mine/").status_code == 200
    ended = services.deactivate_user(actor=cast.wushi, user=cast.lisi, at=AT)
    assert len(ended) == 2
    assert client.get("/desk/people/mine/").status_code == 302
    with pytest.raises(ValidationError, match="已经停用"):
        services.deactivate_user(actor=cast.wushi, user=cast.lisi, at=AT)


# --- accounts ----------------------------------------------------------------------------------------------------------


def test_a_new_account_gets_a_temporary_password_that_must_be_changed(cast: Cast, sign_in: Any) -> None:
    user, password = services.create_user(
        actor=cast.wushi, username="newone", full_name="新来", department=cast.jyj, at=AT
    )
    assert user.password_is_temporary
    client: Client = sign_in("newone", password)
    assert client.get("/desk/people/mine/").headers["Location"] == "/accounts/password/change/"
    client.post(
        "/accounts/password/change/",
        {"oldpassword": password, "password1": "Another-2026-one", "password2": "Another-2026-one"},
    )
    assert client.get("/desk/people/mine/").status_code == 200


def test_accounts_are_opened_in_one_s_own_departments_only(cast: Cast) -> None:
    for actor, department in [(cast.wushi, cast.wjw), (cast.wushi, None), (cast.lisi, cast.jyj)]:
        with pytest.raises(PermissionDenied):
            services.create_user(actor=actor, username="x", full_name="某", department=department, at=AT)


def test_names_taken_and_weak_passwords_are_refused(cast: Cast) -> None:
    with pytest.raises(ValidationError, match="已被使用"):
        services.create_user(actor=cast.root, username="LiSi", full_name="某", department=cast.jyj, at=AT)
    for password in ("short1A", "alllowercaseonly", "1234567890", "Password123"):
        with pytest.raises(ValidationError):
            services.create_user(
                actor=cast.root, username="x", full_name="某", department=cast.jyj, at=AT, password=password
            )


def test_resetting_a_password_ends_open_pages_and_is_not_for_oneself(cast: Cast, sign_in: Any) -> None:
    client: Client = sign_in("lisi")
    password = services.reset_password(actor=cast.wushi, user=cast.lisi, at=AT)
    assert client.get("/desk/people/mine/").status_code == 302
    cast.lisi.refresh_from_db()
    assert cast.lisi.check_password(password)
    assert not cast.lisi.check_password(PASSWORD)
    for actor in (cast.lisi, cast.zhaoliu, cast.qianqi):
        with pytest.raises(PermissionDenied):
            services.reset_password(actor=actor, user=cast.lisi, at=AT)


def test_a_department_administrator_cannot_take_over_a_system_administrator(cast: Cast) -> None:
    services.grant_role(actor=cast.zhengyi, user=cast.wushi, role=Role.DEPARTMENT_ADMIN, department=cast.szf, at=AT)
    for target in (cast.zhengyi, cast.fenger):
        with pytest.raises(PermissionDenied):
            services.reset_password(actor=cast.wushi, user=target, at=AT)


def test_removing_a_second_factor_that_is_not_there_says_so(cast: Cast) -> None:
    with pytest.raises(ValidationError, match="没有启用"):
        services.remove_second_factor(actor=cast.wushi, user=cast.lisi, at=AT)


# --- departments -------------------------------------------------------------------------------------------------------


def test_the_tree_has_one_root_and_children_in_order(cast: Cast) -> None:
    assert cast.szf.is_root()
    assert list(Department.objects.values_list("code", flat=True)) == ["szf", "jyj", "jyj-bgs", "qxq", "qxq-jyj", "wjw"]
    assert Department.objects.find_problems() == ([], [], [], [], [])
    with pytest.raises(ValidationError, match="只有一个根"):
        services.create_department(actor=cast.root, parent=None, code="b", name="又一个", at=AT)


@pytest.mark.parametrize(
    ("credit_code", "message"),
    [("1133000000248253X", "应为 18 位"), ("113300000024825341", "校验位"), ("11330000002482534I", "校验位")],
)
def test_a_wrong_credit_code_is_refused_with_the_reason(cast: Cast, credit_code: str, message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        services.create_department(
            actor=cast.root, parent=cast.szf, code="x", name="某局", at=AT, credit_code=credit_code
        )
    assert not Department.objects.filter(code="x").exists()


def test_a_right_credit_code_is_taken_once(cast: Cast) -> None:
    make: dict[str, Any] = {"actor": cast.root, "parent": cast.szf, "at": AT, "credit_code": "91110000600037341L"}
    services.create_department(code="x", name="甲局", **make)
    with pytest.raises(ValidationError):
        services.create_department(code="y", name="乙局", **make)


def test_departments_are_created_by_system_administrators_only(cast: Cast) -> None:
    for actor in (cast.wushi, cast.qianqi, cast.fenger, cast.lisi):
        with pytest.raises(PermissionDenied):
            services.create_department(actor=actor, parent=cast.jyj, code="x", name="某科", at=AT)


def test_contact_data_is_kept_by_the_department_itself_other_fields_are_not(cast: Cast) -> None:
    services.change_department(actor=cast.wushi, department=cast.jyj, at=AT, phone="0990-5212001", postal_code="836500")
    event = AccountEvent.objects.latest("id")
    assert (event.kind, event.detail) == ("department_changed", "联系电话、邮政编码")
    with pytest.raises(PermissionDenied):
        services.change_department(actor=cast.wushi, department=cast.jyj, at=AT, name="别的名字")
    with pytest.raises(PermissionDenied):
        services.change_department(actor=cast.wushi, department=cast.wjw, at=AT, phone="1")
    with pytest.raises(ValidationError, match="6 位数字"):
        services.change_department(actor=cast.wushi, department=cast.jyj, at=AT, postal_code="12")


def test_nothing_changed_leaves_no_row(cast: Cast) -> None:
    before = AccountEvent.objects.count()
    services.change_department(actor=cast.root, department=cast.jyj, at=AT, name=cast.jyj.name)
    assert AccountEvent.objects.count() == before


def test_everybody_in_the_cast_exists_once(cast: Cast) -> None:
    assert User.objects.count() == 11
