"""Time-based codes: turning on, signing in with them, recovery codes, turning off, and making them mandatory."""

import time
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.test import Client
from django.utils import timezone

from accounts import services
from accounts.models import AccountEvent, User
from tests.accounts.conftest import SignIn
from tests.cast import PASSWORD, Cast

MINE = "/desk/people/mine/"
ACTIVATE = "/accounts/2fa/totp/activate/"
AUTHENTICATE = "/accounts/2fa/authenticate/"


def code_for(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def factor_of(user: User) -> str:
    """Turn codes on for a user; returns the secret of the app."""
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    return secret


def last_kind() -> str:
    return AccountEvent.objects.latest("id").kind


def confirm_password(client: Client, path: str) -> None:
    client.post("/accounts/reauthenticate/", {"password": PASSWORD, "next": path})


def test_turning_codes_on_needs_the_password_again_and_gives_recovery_codes(
    cast: Cast, sign_in: SignIn, django_capture_on_commit_callbacks: Any
) -> None:
    client = sign_in("lisi")
    assert client.get(ACTIVATE).status_code == 302
    confirm_password(client, ACTIVATE)
    page = client.get(ACTIVATE)
    assert page.status_code == 200
    assert "data:image/svg+xml" in page.context["totp_svg_data_uri"]
    with django_capture_on_commit_callbacks(execute=True):
        response = client.post(ACTIVATE, {"code": code_for(page.context["form"].secret)})
    assert response.headers["Location"] == "/accounts/2fa/recovery-codes/"
    assert len(client.get("/accounts/2fa/recovery-codes/").context["unused_codes"]) == 10
    kinds = set(AccountEvent.objects.order_by("-id").values_list("kind", flat=True)[:2])
    assert kinds == {"second_factor_added", "recovery_codes_made"}


def test_a_wrong_code_turns_nothing_on(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in("lisi")
    confirm_password(client, ACTIVATE)
    client.get(ACTIVATE)
    response = client.post(ACTIVATE, {"code": "000000"})
    assert "动态口令不正确" in str(response.context["form"].errors)
    assert not Authenticator.objects.exists()


def test_the_secret_is_not_in_the_database_in_clear(cast: Cast) -> None:
    secret = factor_of(cast.lisi)
    assert secret not in str(Authenticator.objects.get().data)


def test_signing_in_takes_password_and_code(cast: Cast, sign_in: SignIn) -> None:
    secret = factor_of(cast.lisi)
    client = sign_in("lisi")
    assert client.get(MINE).status_code == 302
    assert last_kind() != "signed_in"
    client.post(AUTHENTICATE, {"code": code_for(secret)})
    assert client.get(MINE).status_code == 200
    assert last_kind() == "signed_in"


def test_a_code_works_once(cast: Cast, sign_in: SignIn) -> None:
    code = code_for(factor_of(cast.lisi))
    sign_in("lisi").post(AUTHENTICATE, {"code": code})
    client = sign_in("lisi")
    client.post(AUTHENTICATE, {"code": code})
    assert client.get(MINE).status_code == 302


def test_wrong_codes_lock_the_account_like_wrong_passwords(cast: Cast, sign_in: SignIn) -> None:
    secret = factor_of(cast.lisi)
    client = sign_in("lisi")
    answers = [str(client.post(AUTHENTICATE, {"code": "000000"}).context["form"].errors) for _ in range(5)]
    assert "动态口令不正确" in answers[0]
    assert "已锁定" in answers[4]
    assert "已锁定" in str(client.post(AUTHENTICATE, {"code": code_for(secret)}).context["form"].errors)
    assert AccountEvent.objects.filter(kind="second_factor_failed", user=cast.lisi).count() == 5
    again = Client().post("/accounts/login/", {"login": "lisi", "password": PASSWORD})
    assert "已锁定" in str(again.context["form"].errors)


def test_a_recovery_code_signs_in_once_and_is_recorded(
    cast: Cast, sign_in: SignIn, django_capture_on_commit_callbacks: Any
) -> None:
    client = sign_in("lisi")
    confirm_password(client, ACTIVATE)
    page = client.get(ACTIVATE)
    client.post(ACTIVATE, {"code": code_for(page.context["form"].secret)})
    code = client.get("/accounts/2fa/recovery-codes/").context["unused_codes"][0]
    other = sign_in("lisi")
    other.post(AUTHENTICATE, {"code": code})
    assert other.get(MINE).status_code == 200
    assert AccountEvent.objects.filter(kind="recovery_code_used", user=cast.lisi).count() == 1
    third = sign_in("lisi")
    third.post(AUTHENTICATE, {"code": code})
    assert third.get(MINE).status_code == 302


def test_turning_codes_off_needs_a_confirmation_and_is_recorded(cast: Cast, sign_in: SignIn) -> None:
    secret = factor_of(cast.lisi)
    client = sign_in("lisi")
    client.post(AUTHENTICATE, {"code": code_for(secret)})
    off = "/accounts/2fa/totp/deactivate/"
    assert client.post(off).status_code == 302
    assert Authenticator.objects.exists()
    confirm_password(client, off)
    client.post(off)
    assert not Authenticator.objects.exists()
    assert last_kind() == "second_factor_removed"


def test_an_administrator_removes_the_factor_of_a_lost_phone(cast: Cast, sign_in: SignIn) -> None:
    factor_of(cast.lisi)
    services.remove_second_factor(actor=cast.wushi, user=cast.lisi, at=timezone.now())
    assert sign_in("lisi").get(MINE).status_code == 200


# --- mandatory ---------------------------------------------------------------------------------------------------------


def test_staff_without_a_factor_are_sent_to_turn_it_on(cast: Cast, sign_in: SignIn, settings: Any) -> None:
    settings.SIGN_IN_SECOND_FACTOR_REQUIRED = True
    client = sign_in("lisi")
    response = client.get(MINE, follow=True)
    assert [step[0].split("?")[0] for step in response.redirect_chain] == [ACTIVATE, "/accounts/reauthenticate/"]
    assert "请先启用动态口令" in response.content.decode()


@pytest.mark.parametrize("path", ["/accounts/logout/", "/accounts/password/change/", "/accounts/2fa/"])
def test_signing_out_and_the_way_to_a_factor_stay_open(cast: Cast, sign_in: SignIn, settings: Any, path: str) -> None:
    settings.SIGN_IN_SECOND_FACTOR_REQUIRED = True
    assert sign_in("lisi").get(path).status_code == 200


def test_staff_with_a_factor_pass_and_cannot_turn_it_off(cast: Cast, sign_in: SignIn, settings: Any) -> None:
    settings.SIGN_IN_SECOND_FACTOR_REQUIRED = True
    secret = factor_of(cast.lisi)
    client = sign_in("lisi")
    client.post(AUTHENTICATE, {"code": code_for(secret)})
    assert client.get(MINE).status_code == 200
    confirm_password(client, "/accounts/2fa/totp/deactivate/")
    client.post("/accounts/2fa/totp/deactivate/")
    assert Authenticator.objects.filter(type="totp").exists()


def test_people_without_roles_are_not_asked(cast: Cast, sign_in: SignIn, settings: Any) -> None:
    settings.SIGN_IN_SECOND_FACTOR_REQUIRED = True
    assert sign_in("zhangsan").get(MINE).status_code == 200
