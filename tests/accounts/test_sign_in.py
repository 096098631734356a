"""Signing in: one answer to every wrong attempt, the lock, the idle timeout, and the record of it all."""

from datetime import timedelta
from typing import Any
from unittest import mock

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.db import connection
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import lockout, services
from accounts.addresses import client_address
from accounts.middleware import LAST_SEEN, minute_of
from accounts.models import AccountEvent, AccountEventKind, User
from tests.accounts.conftest import SignIn
from tests.cast import PASSWORD, Cast

MINE = "/desk/people/mine/"
LOGIN = "/accounts/login/"


def attempt(client: Client, username: str, password: str = "Wrong-pass-2026") -> Any:
    return client.post(LOGIN, {"login": username, "password": password})


def errors(response: Any) -> str:
    return str(response.context["form"].errors)


def kinds() -> list[str]:
    return list(AccountEvent.objects.exclude(kind__in=SETTING_UP).order_by("id").values_list("kind", flat=True))


SETTING_UP = [AccountEventKind.CREATED, AccountEventKind.ROLE_GRANTED, AccountEventKind.DEPARTMENT_CREATED]


def test_signing_in_and_out_works_and_is_recorded_with_the_address(cast: Cast, client: Client) -> None:
    response = client.post(LOGIN, {"login": "lisi", "password": PASSWORD, "next": MINE}, REMOTE_ADDR="10.9.8.7")
    assert response.headers["Location"] == MINE
    assert client.get(MINE).status_code == 200
    client.post("/accounts/logout/")
    assert client.get(MINE).status_code == 302
    assert kinds() == ["signed_in", "signed_out"]
    event = AccountEvent.objects.get(kind="signed_in")
    assert (event.user, event.actor, event.username, event.address) == (cast.lisi, cast.lisi, "lisi", "10.9.8.7")


def test_the_session_key_changes_at_sign_in(cast: Cast, client: Client) -> None:
    client.get(LOGIN)
    session = client.session
    session["before"] = "1"
    session.save()
    before = session.session_key
    attempt(client, "lisi", PASSWORD)
    assert client.session.session_key != before


def test_visitors_are_sent_to_sign_in_and_back(cast: Cast, client: Client) -> None:
    assert client.get(MINE).headers["Location"] == f"{LOGIN}?next={MINE}"


def test_the_way_back_never_leaves_the_site(cast: Cast, client: Client) -> None:
    data = {"login": "lisi", "password": PASSWORD, "next": "https://evil.example/"}
    assert "evil" not in client.post(LOGIN, data).headers["Location"]


@pytest.mark.parametrize(
    "path", ["/accounts/signup/", "/accounts/email/", "/accounts/password/reset/", "/accounts/password/set/"]
)
def test_doors_that_are_closed_are_not_there(cast: Cast, client: Client, path: str) -> None:
    assert client.get(path).status_code == 404


# --- no enumeration ----------------------------------------------------------------------------------------------------


def test_unknown_inactive_and_mistyped_get_the_same_answer(cast: Cast) -> None:
    User.objects.filter(pk=cast.sunba.pk).update(is_active=False)
    answers = [
        errors(attempt(Client(), "lisi")),
        errors(attempt(Client(), "nobody-here")),
        errors(attempt(Client(), "sunba", PASSWORD)),
    ]
    assert len(set(answers)) == 1
    assert "登录名或密码不正确。连续输错 5 次，账号将锁定 15 分钟。" in answers[0]


def test_unknown_and_mistyped_cost_the_same_hashing_and_the_same_queries(cast: Cast, settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
    with mock.patch.object(PBKDF2PasswordHasher, "iterations", 10):
        cast.lisi.set_password(PASSWORD)
        cast.lisi.save()
        known, unknown = _cost_of_a_failure("lisi"), _cost_of_a_failure("nobody-here")
    assert known == unknown
    assert known[0] == 1


def _cost_of_a_failure(username: str) -> tuple[int, int]:
    encode = PBKDF2PasswordHasher.encode
    with (
        mock.patch.object(PBKDF2PasswordHasher, "encode", autospec=True, side_effect=encode) as hashing,
        CaptureQueriesContext(connection) as queries,
    ):
        attempt(Client(), username)
    return hashing.call_count, len(queries)


def test_unknown_names_lock_like_known_ones_and_are_kept_shortened(cast: Cast) -> None:
    client = Client()
    for _ in range(5):
        response = attempt(client, "MySecretPassw0rd")
    assert "已锁定" in errors(response)
    event = AccountEvent.objects.filter(kind="locked_out").get()
    assert (event.user, event.username) == (None, "My***")


# --- the lock ----------------------------------------------------------------------------------------------------------


def test_five_failures_lock_the_account_and_say_how_long(cast: Cast) -> None:
    answers = [errors(attempt(Client(), "lisi")) for _ in range(5)]
    assert not any("已锁定" in answer for answer in answers[:4])
    assert "请在 15 分钟后" in answers[4]
    refused = attempt(Client(), "lisi", PASSWORD)
    assert "已锁定" in errors(refused)
    assert kinds() == ["sign_in_failed"] * 5 + ["locked_out", "refused_while_locked"]


def test_the_lock_holds_from_every_address_and_for_every_spelling(cast: Cast) -> None:
    for _ in range(5):
        attempt(Client(REMOTE_ADDR="10.0.0.1"), "lisi")
    assert "已锁定" in errors(attempt(Client(REMOTE_ADDR="10.0.0.2"), " LISI ", PASSWORD))


def test_the_lock_ends_by_itself(cast: Cast, client: Client) -> None:
    for _ in range(5):
        attempt(Client(), "lisi")
    assert lockout.current_lock("lisi", timezone.now() + timedelta(minutes=14, seconds=50))
    assert lockout.current_lock("lisi", timezone.now() + timedelta(minutes=15, seconds=1)) is None


def test_a_password_reset_lifts_the_lock(cast: Cast, sign_in: SignIn) -> None:
    for _ in range(5):
        attempt(Client(), "lisi")
    password = services.reset_password(actor=cast.wushi, user=cast.lisi, at=timezone.now())
    sign_in("lisi", password)
    assert kinds()[-1] == "signed_in"


def test_a_success_starts_the_count_again(cast: Cast, sign_in: SignIn) -> None:
    for _ in range(4):
        attempt(Client(), "lisi")
    sign_in("lisi")
    for _ in range(4):
        assert "已锁定" not in errors(attempt(Client(), "lisi"))


def test_failures_far_apart_do_not_lock(cast: Cast) -> None:
    at = timezone.now()
    for minutes in (30, 24, 18, 12, 6):
        AccountEvent.objects.create(
            kind="sign_in_failed", at=at - timedelta(minutes=minutes), name_key=lockout.name_key("lisi")
        )
    assert not lockout.is_due("lisi", at)


def test_one_address_is_slowed_down_over_many_names(cast: Cast) -> None:
    client = Client(REMOTE_ADDR="10.0.0.3")
    statuses = [attempt(client, f"name{number}").status_code for number in range(31)]
    assert statuses[-1] == 429
    assert Client(REMOTE_ADDR="10.0.0.4").get(LOGIN).status_code == 200


# --- idle --------------------------------------------------------------------------------------------------------------


def test_an_idle_session_ends_with_a_message_and_is_recorded(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in("lisi")
    client.get(MINE)
    _wind_back(client, minutes=30)
    response = client.get(MINE, follow=True)
    assert response.redirect_chain == [(f"{LOGIN}?next={MINE}", 302)]
    assert "长时间未操作，已为您退出" in response.content.decode()
    assert kinds() == ["signed_in", "idle_sign_out"]


def test_a_form_sent_from_an_idle_page_changes_nothing(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in("wushi")
    _wind_back(client, minutes=30)
    response = client.post(f"/desk/people/{cast.lisi.pk}/deactivate/")
    assert response.headers["Location"] == LOGIN
    cast.lisi.refresh_from_db()
    assert cast.lisi.is_active


def test_a_session_in_use_stays(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in("lisi")
    for _ in range(3):
        _wind_back(client, minutes=29)
        assert client.get(MINE).status_code == 200


def test_the_session_is_written_once_a_minute_at_most(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in("lisi")
    now = timezone.now()
    with mock.patch("accounts.middleware.timezone.now", return_value=now):
        client.get(MINE)
        with CaptureQueriesContext(connection) as queries:
            client.get(MINE)
    assert not [query for query in queries if query["sql"].startswith("UPDATE")]


def test_public_pages_do_not_touch_the_session_of_visitors(cast: Cast, client: Client) -> None:
    with CaptureQueriesContext(connection) as queries:
        client.get("/accounts/logout/")
    assert not [query for query in queries if "django_session" in query["sql"]]


def _wind_back(client: Client, minutes: int) -> None:
    session = client.session
    session[LAST_SEEN] = minute_of(timezone.now()) - minutes
    session.save()


# --- passwords ---------------------------------------------------------------------------------------------------------


def change_password(client: Client, new: str) -> Any:
    return client.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})


@pytest.mark.parametrize(
    ("new", "message"),
    [
        ("Ab1-", "至少需要 10 个字符"),
        ("abcdefghijkl", "至少三种"),
        ("My-lisi-2026", "不能包含登录名"),
        (PASSWORD, "不能与当前密码相同"),
    ],
)
def test_a_bad_new_password_is_refused_in_chinese(cast: Cast, sign_in: SignIn, new: str, message: str) -> None:
    assert message in errors(change_password(sign_in("lisi"), new))


def test_changing_the_password_is_recorded_and_ends_other_sessions(cast: Cast, sign_in: SignIn) -> None:
    here, elsewhere = sign_in("lisi"), sign_in("lisi")
    change_password(here, "Brand-new-2026")
    assert kinds()[-1] == "password_changed"
    assert here.get(MINE).status_code == 200
    assert elsewhere.get(MINE).status_code == 302


# --- the address -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("trusted", "forwarded", "expected"),
    [
        (0, "1.1.1.1", "10.0.0.9"),
        (1, "6.6.6.6, 1.1.1.1", "1.1.1.1"),
        (2, "6.6.6.6, 1.1.1.1, 10.0.0.8", "1.1.1.1"),
        (1, "rubbish", "10.0.0.9"),
        (1, "", "10.0.0.9"),
        (3, "1.1.1.1", "10.0.0.9"),
    ],
)
def test_forwarded_addresses_are_believed_only_behind_our_own_proxies(
    settings: Any, trusted: int, forwarded: str, expected: str
) -> None:
    settings.TRUSTED_PROXIES = trusted
    request: HttpRequest = RequestFactory().get("/", REMOTE_ADDR="10.0.0.9", HTTP_X_FORWARDED_FOR=forwarded)
    assert client_address(request) == expected


def test_a_server_on_a_unix_socket_knows_no_address() -> None:
    assert client_address(RequestFactory().get("/", REMOTE_ADDR="")) is None
