"""How allauth behaves here: no sign-up, one answer to every wrong attempt, locks, Chinese messages."""

import base64
import hashlib
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.utils import timezone
from django.utils.encoding import force_bytes

from accounts import attempts
from accounts.addresses import client_address
from accounts.models import AccountEventKind, User
from accounts.rules import holds_any_role


class SignInAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Sign-in with name and password. Unknown, inactive and mistyped look alike, in words and in time."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": "登录名或密码不正确。连续输错 {failures} 次，账号将锁定 {minutes} 分钟。",
        "incorrect_password": "密码不正确，请重新输入。",
        "enter_current_password": "当前密码不正确，请重新输入。",
        "too_many_login_attempts": "尝试次数过多，请 5 分钟后再试。",
        "incorrect_code": "动态口令不正确或已过期，请输入最新的 6 位数字。",
        "rate_limited": "操作过于频繁，请稍后再试。",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Not by the library: staff get theirs from administrators, citizens by `accounts.views.public`."""
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Staff to their desks, everybody else to their applications."""
        if holds_any_role(request.user):
            return str(super().get_login_redirect_url(request))
        return str(resolve_url(settings.CITIZEN_HOME))

    def get_client_ip(self, request: HttpRequest) -> str:
        """Key of the rate limits."""
        return client_address(request) or "unknown"

    def validation_error(self, code: str, *args: Any) -> ValidationError:
        """The message of ``code`` with the figures of the settings."""
        error: ValidationError = super().validation_error(code, *args)
        figures = {"failures": settings.SIGN_IN_FAILURES, "minutes": settings.SIGN_IN_LOCK_MINUTES}
        return ValidationError(str(error.message).format(**figures), code=code)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Refuse a locked name before its password is looked at."""
        attempts.refuse_if_locked(credentials.get("username", ""), at=timezone.now(), address=client_address(request))
        super().pre_authenticate(request, **credentials)

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """The account, or None; allauth also hands back inactive ones, here they are like wrong passwords."""
        user: User | None = super().authenticate(request, **credentials)
        if user is not None and not user.is_active:
            self.authentication_failed(request, **credentials)
            return None
        return user

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Count the failure; the one that locks says so."""
        attempts.fail(
            AccountEventKind.SIGN_IN_FAILED,
            username=credentials.get("username", ""),
            at=timezone.now(),
            address=client_address(request),
        )

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponse:
        """Switched off between password and code: back to the start."""
        return redirect("account_login")

    def clean_password(self, password: str, user: User | None = None) -> str:
        """The rules of the settings, and not the password in use."""
        cleaned: str = super().clean_password(password, user)
        if user is not None and user.pk and user.check_password(cleaned):
            raise ValidationError("新密码不能与当前密码相同。", code="password_unchanged")
        return cleaned

    def set_password(self, user: User, password: str) -> None:
        """A password chosen by the person is no longer temporary."""
        user.password_is_temporary = False
        super().set_password(user, password)


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Time-based codes; the shared secret is stored encrypted under SECRET_KEY (SECRET_KEY_FALLBACKS are read)."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "cannot_delete_authenticator": "按照安全要求，工作人员必须使用动态口令，不能停用。",
        "cannot_generate_recovery_codes": "请先启用动态口令，再生成恢复码。",
        "incorrect_code": "动态口令不正确或已过期，请输入最新的 6 位数字。",
    }

    def get_totp_issuer(self) -> str:
        """Shown in the authenticator app."""
        return str(settings.SITE["name"])

    def get_totp_label(self, user: User) -> str:
        """Shown in the authenticator app."""
        return user.username

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Not while the second factor is mandatory."""
        return not (settings.SIGN_IN_SECOND_FACTOR_REQUIRED and holds_any_role(authenticator.user))

    def encrypt(self, text: str) -> str:
        """For the database."""
        return _keys().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """From the database."""
        return _keys().decrypt(encrypted_text.encode()).decode()


def _keys() -> MultiFernet:
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    digests = [hashlib.sha256(b"accounts.second_factor" + force_bytes(secret)).digest() for secret in secrets]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])
