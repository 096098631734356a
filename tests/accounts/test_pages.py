"""The pages about people: who may open which, what they do, and that they cost the same with many rows."""

from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils import timezone

from accounts import rules, services
from accounts.models import AccountEvent, DepartmentRole, User
from accounts.roles import Role
from tests.cast import Cast

PEOPLE, RECORD, MINE, NEW = "/desk/people/", "/desk/people/record/", "/desk/people/mine/", "/desk/people/new/"
ACTIONS = ["grant", "revoke", "move", "deactivate", "reset-password", "remove-second-factor"]


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.parametrize(
    ("path", "open_to"),
    [
        (PEOPLE, {"root", "wushi", "zhengyi", "fenger", "qianqi"}),
        (RECORD, {"root", "wushi", "zhengyi", "fenger", "qianqi"}),
        (NEW, {"root", "wushi", "zhengyi"}),
        (
            MINE,
            {
                "root",
                "zhangsan",
                "lisi",
                "wangwu",
                "zhaoliu",
                "qianqi",
                "sunba",
                "zhoujiu",
                "wushi",
                "zhengyi",
                "fenger",
            },
        ),
    ],
)
def test_each_page_opens_for_those_it_is_for(cast: Cast, path: str, open_to: set[str]) -> None:
    for name, who in cast.people.items():
        if who.is_authenticated:
            expected = 200 if name in open_to else 403
            assert client_of(who).get(path).status_code == expected, name
        else:
            assert Client().get(path).status_code == 302


def test_a_person_s_page_is_404_for_those_who_may_not_see_it(cast: Cast) -> None:
    path = f"{PEOPLE}{cast.lisi.pk}/"
    for name, who in cast.people.items():
        if who.is_authenticated:
            expected = 200 if name in {"root", "wushi", "zhengyi", "fenger", "qianqi", "lisi"} else 404
            assert client_of(who).get(path).status_code == expected, name


@pytest.mark.parametrize("action", ACTIONS)
def test_every_change_refuses_get_outsiders_readers_and_visitors(cast: Cast, action: str) -> None:
    path = f"{PEOPLE}{cast.lisi.pk}/{action}/"
    before = AccountEvent.objects.count()
    assert client_of(cast.wushi).get(path).status_code == 405
    assert client_of(cast.zhaoliu).post(path).status_code == 404
    assert client_of(cast.fenger).post(path).status_code == 403
    assert client_of(cast.lisi).post(path).status_code == 403
    assert Client().post(path).status_code == 302
    assert AccountEvent.objects.count() == before


def test_granting_and_revoking_through_the_page(cast: Cast) -> None:
    client, path = client_of(cast.wushi), f"{PEOPLE}{cast.lisi.pk}/"
    page = client.post(f"{path}grant/", {"role": "reviewer", "department": cast.jyj.pk}, follow=True)
    assert "已授予李四市教育局的“审核”岗位。" in page.content.decode()
    assert rules.has_role(cast.lisi, Role.REVIEWER, cast.jyj)
    held = DepartmentRole.objects.get(user=cast.lisi, permission__codename=Role.REVIEWER.permission)
    page = client.post(f"{path}revoke/", {"holding": held.pk}, follow=True)
    assert "已收回李四市教育局的“审核”岗位。" in page.content.decode()
    assert not rules.has_role(cast.lisi, Role.REVIEWER, cast.jyj)
    page = client.post(f"{path}revoke/", {"holding": held.pk}, follow=True)
    assert "可能已被他人收回" in page.content.decode()


@pytest.mark.parametrize(
    "data", [{}, {"role": "king"}, {"role": "system_admin", "department": "1"}, {"role": "clerk", "department": "x'"}]
)
def test_a_bad_grant_is_answered_in_words(cast: Cast, data: dict[str, str]) -> None:
    page = client_of(cast.wushi).post(f"{PEOPLE}{cast.lisi.pk}/grant/", data, follow=True)
    assert "没有授予岗位" in page.content.decode()


def test_a_department_administrator_is_offered_his_departments_and_no_city_wide_role(cast: Cast) -> None:
    form = client_of(cast.wushi).get(f"{PEOPLE}{cast.lisi.pk}/").context["grant_form"]
    assert set(form.fields["department"].queryset) == {cast.jyj, cast.jyj_bgs}
    assert not {"supervisor", "system_admin", "auditor"} & {value for value, _ in form.fields["role"].choices}


def test_moving_through_the_page_says_which_roles_ended(cast: Cast) -> None:
    page = client_of(cast.zhengyi).post(f"{PEOPLE}{cast.lisi.pk}/move/", {"department": cast.wjw.pk}, follow=True)
    assert "同时收回岗位：市教育局“申请办理”、市教育局“采编”。" in page.content.decode()


def test_a_new_account_and_a_reset_show_the_password_once(cast: Cast) -> None:
    client = client_of(cast.wushi)
    data = {"username": "newone", "full_name": "新来", "department": cast.jyj.pk, "phone": ""}
    page = client.post(NEW, data)
    user = User.objects.get(username="newone")
    assert user.check_password(page.context["password"])
    assert "no-store" in page.headers["Cache-Control"]
    page = client.post(f"{PEOPLE}{user.pk}/reset-password/")
    user.refresh_from_db()
    assert user.check_password(page.context["password"])


def test_a_taken_name_is_said_beside_the_field(cast: Cast) -> None:
    data = {"username": "LISI", "full_name": "新来", "department": cast.jyj.pk}
    page = client_of(cast.wushi).post(NEW, data)
    assert "该登录名已被使用" in str(page.context["form"].errors["username"])


def test_the_list_is_searched_and_filtered(cast: Cast) -> None:
    client = client_of(cast.zhengyi)
    shown = client.get(PEOPLE, {"q": "李"}).context["page"].object_list
    assert list(shown) == [cast.lisi]
    shown = client.get(PEOPLE, {"department": cast.wjw.pk}).context["page"].object_list
    assert list(shown) == [cast.zhaoliu]


@pytest.mark.parametrize(
    "query", ["page=999999999", "department=x", "q=%00", "person=abc", "before=-1", "before=" + "9" * 30]
)
def test_odd_addresses_never_break_the_lists(cast: Cast, query: str) -> None:
    for path in (PEOPLE, RECORD):
        assert client_of(cast.zhengyi).get(f"{path}?{query}").status_code == 200


def test_the_record_is_paged_by_key_and_shows_each_row_once(cast: Cast) -> None:
    for number in range(120):
        AccountEvent.objects.create(kind="signed_in", at=timezone.now(), user=cast.lisi, detail=str(number))
    client, query, seen = client_of(cast.fenger), f"?person={cast.lisi.pk}", []
    while query:
        page = client.get(RECORD + query).context["page"]
        seen += [event.pk for event in page.events]
        query = f"?person={cast.lisi.pk}&before={page.older_than}" if page.older_than else ""
    assert seen == sorted(cast.lisi.events.values_list("pk", flat=True), reverse=True)


def test_a_department_administrator_reads_the_record_of_his_people_only(cast: Cast) -> None:
    events = client_of(cast.wushi).get(RECORD).context["page"].events
    assert {event.user.department_id for event in events} == {cast.jyj.pk}
    assert client_of(cast.wushi).get(f"{RECORD}?person={cast.zhaoliu.pk}").status_code == 404


def test_lists_cost_the_same_with_thirty_more_rows(cast: Cast, django_assert_max_num_queries: Any) -> None:
    counts = {path: _queries(cast, path, django_assert_max_num_queries) for path in (PEOPLE, RECORD)}
    for number in range(30):
        user, _ = services.create_user(
            actor=cast.root, username=f"u{number}", full_name=f"某{number}", department=cast.jyj, at=timezone.now()
        )
        for role in (Role.CLERK, Role.REVIEWER):
            services.grant_role(actor=cast.root, user=user, role=role, department=cast.jyj, at=timezone.now())
    assert counts == {path: _queries(cast, path, django_assert_max_num_queries) for path in (PEOPLE, RECORD)}


def _queries(cast: Cast, path: str, counted: Any) -> int:
    client = client_of(cast.zhengyi)
    client.get(path)
    with counted(100) as queries:
        client.get(path)
    return len(queries)


# --- the record and the administration ---------------------------------------------------------------------------------


def test_rows_of_the_record_cannot_be_changed_or_deleted(cast: Cast) -> None:
    event = AccountEvent.objects.latest("id")
    for change in (event.save, event.delete, AccountEvent.objects.all().delete):
        with pytest.raises(TypeError):
            change()
    with pytest.raises(TypeError):
        AccountEvent.objects.update(detail="x")


def test_the_database_itself_refuses_changes_of_the_record(cast: Cast) -> None:
    for statement in ("UPDATE accounts_accountevent SET detail = 'x'", "DELETE FROM accounts_accountevent"):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_the_administration_has_one_door_and_opens_for_system_administrators(cast: Cast) -> None:
    assert Client().get("/admin/", follow=True).redirect_chain[-1][0].startswith("/accounts/login/")
    assert client_of(cast.root).get("/admin/accounts/department/").status_code == 200
    assert client_of(cast.wushi).get("/admin/accounts/department/").status_code in {302, 403}
    assert client_of(cast.root).get("/admin/accounts/accountevent/").status_code == 404


def test_departments_are_added_and_changed_in_the_administration_and_recorded(cast: Cast) -> None:
    client = client_of(cast.root)
    data = {"code": "gaj", "name": "市公安局", "kind": "department", "parent": cast.szf.pk, "is_active": "on"}
    assert client.post("/admin/accounts/department/add/", data).status_code == 302
    added = type(cast.szf).objects.get(code="gaj")
    assert cast.szf.path == added.path[: -added.steplen]
    path = f"/admin/accounts/department/{added.pk}/change/"
    assert client.post(path, {**data, "phone": "0990-5212003"}).status_code == 302
    assert AccountEvent.objects.latest("id").detail == "联系电话"
    response = client.post(path, {**data, "credit_code": "123"})
    assert "应为 18 位" in response.content.decode()
