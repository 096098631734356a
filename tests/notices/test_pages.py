"""The pages about messages: one's own only, looking marks nothing, the same cost for one row and for many."""

import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from notices.models import Delivery, Notice, Preference
from tests.cast import Cast
from tests.notices.conftest import NOW, Tell

LIST, READ_ALL, PREFERENCES = "/desk/notices/", "/desk/notices/read-all/", "/desk/notices/preferences/"
DELIVERIES = "/desk/notices/deliveries/"


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def tell_about(tell: Tell, count: int, *, first: int = 0) -> list[Notice]:
    return [
        tell(title=f"事项{number:02}。", due_on=date(2026, 1, 1) + timedelta(days=number))[0]
        for number in range(first, first + count)
    ]


def titles(client: Client, address: str) -> list[str]:
    return re.findall(r"事项\d\d", client.get(address).content.decode())


def queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as caught:
        assert client.get(address).status_code == 200
    return len(caught)


def test_everybody_sees_their_own_messages_and_nobody_else_s(cast: Cast, tell: Tell) -> None:
    (notice,) = tell_about(tell, 1)
    assert titles(client_of(cast.lisi), LIST) == ["事项00"]
    for person in (cast.wangwu, cast.zhaoliu, cast.qianqi, cast.zhengyi, cast.root, cast.zhangsan):
        assert titles(client_of(person), LIST) == []
        assert client_of(person).post(f"{LIST}{notice.pk}/open/").status_code == 404
        client_of(person).post(READ_ALL)
    assert Client().get(LIST).status_code == 302
    assert Client().post(f"{LIST}{notice.pk}/open/")["Location"].startswith("/accounts/login/")
    assert Notice.objects.get().read_at is None


def test_looking_marks_nothing_and_opening_marks_and_leads_on(cast: Cast, tell: Tell) -> None:
    (notice,) = tell()
    client = client_of(cast.lisi)
    assert "未读" in client.get(LIST).content.decode()
    assert client.get(f"{LIST}{notice.pk}/open/").status_code == 405
    assert Notice.objects.get().read_at is None
    response = client.post(f"{LIST}{notice.pk}/open/")
    assert (response.status_code, response["Location"]) == (302, "/desk/documents/")
    assert Notice.objects.get().read_at is not None
    assert client.post(f"{LIST}999999999/open/").status_code == 404


def test_unread_ones_come_first_and_pages_follow_without_gaps(cast: Cast, tell: Tell) -> None:
    made = tell_about(tell, 75)
    Notice.objects.filter(pk__in=[notice.pk for notice in made if notice.pk % 2]).update(read_at=NOW)
    expected = [notice.title[:4] for notice in sorted(made, key=lambda row: (row.pk % 2, -row.pk))]
    client, address, seen = client_of(cast.lisi), LIST, []
    while address:
        page = client.get(address).content.decode()
        seen.append(re.findall(r"事项\d\d", page))
        follows = re.search(r'href="(\?after=[^"]+)" rel="next"', page)
        address = f"{LIST}{follows.group(1)}" if follows else ""
    assert [len(part) for part in seen] == [30, 30, 15]
    assert [title for part in seen for title in part] == expected


@pytest.mark.parametrize("after", ["x", "unread-", "read--1", "unread-" + "9" * 30, "%00", "unread-٣"])
def test_an_odd_key_begins_at_the_beginning(cast: Cast, tell: Tell, after: str) -> None:
    tell_about(tell, 1)
    assert titles(client_of(cast.lisi), f"{LIST}?after={after}") == ["事项00"]


def test_all_read_leaves_what_came_after_the_page_was_shown(cast: Cast, tell: Tell) -> None:
    tell_about(tell, 3)
    client = client_of(cast.lisi)
    found = re.search(r'name="until" value="(\d+)"', client.get(LIST).content.decode())
    assert found
    tell_about(tell, 1, first=3)
    page = client.post(READ_ALL, {"until": found.group(1)}, follow=True).content.decode()
    assert "3 条消息已标为已读" in page
    assert Notice.objects.unread().get().title == "事项03。"
    assert client.get(READ_ALL).status_code == 405


def test_the_list_and_the_record_cost_the_same_for_one_row_and_for_thirty(cast: Cast, tell: Tell) -> None:
    reader, keeper = client_of(cast.lisi), client_of(cast.zhengyi)
    tell_about(tell, 1)
    reader.get(LIST), keeper.get(DELIVERIES)
    one = queries(reader, LIST), queries(keeper, DELIVERIES)
    tell_about(tell, 29, first=1)
    assert (queries(reader, LIST), queries(keeper, DELIVERIES)) == one


def test_choices_are_offered_for_optional_kinds_only_and_kept(cast: Cast) -> None:
    client = client_of(cast.lisi)
    page = client.get(PREFERENCES).content.decode()
    assert 'name="news-email"' in page
    assert 'name="duty-email"' not in page
    assert "待办提醒" in page, "listed among those that must be received"
    assert "短信" in page
    client.post(PREFERENCES, {"news-sms": "on", "duty-email": ""})
    stored = {(row.kind, row.channel): row.is_wanted for row in Preference.objects.filter(user=cast.lisi)}
    assert stored == {("news", "email"): False, ("news", "sms"): True}
    again = client.get(PREFERENCES).content.decode()
    assert re.search(r'name="news-sms"[^>]*checked', again)
    assert not re.search(r'name="news-email"[^>]*checked', again)
    assert not Preference.objects.exclude(user=cast.lisi).exists()


def test_the_record_of_deliveries_is_for_system_administrators_without_the_words(cast: Cast, tell: Tell) -> None:
    tell_about(tell, 3)
    first, second, _ = Delivery.objects.order_by("pk")
    Delivery.objects.filter(pk=first.pk).update(state="failed", error="邮件服务器拒绝了收件地址")
    Delivery.objects.filter(pk=second.pk).update(state="uncertain")
    for name, person in cast.people.items():
        if isinstance(person, User):
            expected = 200 if name in {"root", "zhengyi"} else 404
            assert client_of(person).get(DELIVERIES).status_code == expected, name
    page = client_of(cast.zhengyi).get(f"{DELIVERIES}?state=failed").content.decode()
    assert "邮件服务器拒绝了收件地址" in page
    assert page.count("<tr>") == 2, "the head and one row"
    assert "事项" not in page
    assert client_of(cast.zhengyi).get(f"{DELIVERIES}?state=odd&before=x").content.decode().count("<tr>") == 4


def test_the_desk_leads_to_messages(cast: Cast) -> None:
    assert 'href="/desk/notices/"' in client_of(cast.lisi).get("/desk/").content.decode()
    assert 'href="/desk/notices/deliveries/"' not in client_of(cast.lisi).get("/desk/").content.decode()
    assert 'href="/desk/notices/deliveries/"' in client_of(cast.zhengyi).get("/desk/").content.decode()
