"""What is checked on every request of somebody signed in."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from accounts import record
from accounts.addresses import client_address
from accounts.models import AccountEventKind, User
from accounts.rules import holds_any_role, keep_holdings

LAST_SEEN = "last_seen_minute"
ALWAYS_OPEN = {
    "account_logout",
    "account_change_password",
    "account_reauthenticate",
    "mfa_index",
    "mfa_reauthenticate",
    "mfa_activate_totp",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
    "mfa_download_recovery_codes",
    "healthz",
    "readyz",
}


class SignedInMiddleware:
    """Idle timeout, temporary passwords, mandatory second factor. Visitors without a session cost nothing."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Idle sessions end before the view is reached."""
        if _may_be_signed_in(request) and request.user.is_authenticated:
            keep_holdings(request.user)
            ended = end_if_idle(request, request.user)
            if ended and request.method not in {"GET", "HEAD"}:
                return redirect("account_login")
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Send a person first to what must be done first."""
        if not _may_be_signed_in(request) or not request.user.is_authenticated:
            return None
        if request.resolver_match is not None and request.resolver_match.url_name in ALWAYS_OPEN:
            return None
        if request.user.password_is_temporary:
            messages.warning(request, "您正在使用初始密码，请先修改密码。")
            return redirect("account_change_password")
        if needs_second_factor(request.user):
            messages.warning(request, "按照安全要求，请先启用动态口令。")
            return redirect("mfa_activate_totp")
        return None


def end_if_idle(request: HttpRequest, user: User) -> bool:
    """Sign out after SIGN_IN_IDLE_MINUTES without a request; True if so, then the request is a visitor's.

    The session keeps the minute only, so it is written at most once a minute.
    """
    now = timezone.now()
    minute = minute_of(now)
    last = request.session.get(LAST_SEEN, minute)
    if minute - last >= settings.SIGN_IN_IDLE_MINUTES:
        kind = AccountEventKind.IDLE_SIGN_OUT
        record.write(kind, at=now, user=user, actor=user, address=client_address(request))
        request.session.flush()
        request.user = AnonymousUser()
        messages.info(request, "长时间未操作，已为您退出。请重新登录。")
        return True
    if request.session.get(LAST_SEEN) != minute:
        request.session[LAST_SEEN] = minute
    return False


def minute_of(moment: datetime) -> int:
    """Whole minutes since the epoch, the grain in which a session remembers its last request."""
    return int(moment.timestamp() // 60)


def needs_second_factor(user: User) -> bool:
    """True if the office requires a second factor of this person and there is none yet."""
    if not settings.SIGN_IN_SECOND_FACTOR_REQUIRED or not holds_any_role(user):
        return False
    return not get_adapter().is_mfa_enabled(user, [Authenticator.Type.TOTP])


def _may_be_signed_in(request: HttpRequest) -> bool:
    """False without a session cookie: then the session is not touched and public pages stay cacheable."""
    return settings.SESSION_COOKIE_NAME in request.COOKIES
