"""The record of sign-ins, failures and changes of rights: `write`, and what the libraries report through signals.

Signals are received here only, and only to write rows; nothing of ours is steered by them.
"""

from datetime import datetime
from typing import Any

from allauth.account import signals as account_signals
from allauth.mfa import signals as mfa_signals
from allauth.mfa.models import Authenticator
from django.contrib.auth.signals import user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from accounts import lockout
from accounts.addresses import client_address
from accounts.models import AccountEvent, AccountEventKind, Department, User
from accounts.roles import Role


def write(
    kind: AccountEventKind,
    *,
    at: datetime,
    user: User | None,
    actor: User | None,
    department: Department | None = None,
    role: Role | None = None,
    detail: str = "",
    address: str | None = None,
) -> AccountEvent:
    """Append one row about ``user``; ``actor`` is who did it (the person herself, or an administrator)."""
    username = user.username if user else ""
    return AccountEvent.objects.create(
        kind=kind,
        at=at,
        user=user,
        username=username,
        name_key=lockout.name_key(username) if user else "",
        actor=actor,
        department=department,
        role=role or "",
        detail=detail[:200],
        address=address,
    )


def write_attempt(
    kind: AccountEventKind, *, username: str, user: User | None, at: datetime, address: str | None
) -> None:
    """Append a failed attempt. An unknown name is kept shortened: people type passwords into the wrong field."""
    AccountEvent.objects.create(
        kind=kind,
        at=at,
        user=user,
        username=user.username if user else f"{username[:2]}***",
        name_key=lockout.name_key(username),
        address=address,
    )


def _write_own(kind: AccountEventKind, request: HttpRequest, user: User, detail: str = "") -> None:
    write(kind, at=timezone.now(), user=user, actor=user, detail=detail, address=client_address(request))


@receiver(account_signals.user_logged_in)
def _signed_in(request: HttpRequest, user: User, **kwargs: Any) -> None:
    _write_own(AccountEventKind.SIGNED_IN, request, user)


@receiver(user_logged_out)
def _signed_out(request: HttpRequest, user: User | None, **kwargs: Any) -> None:
    if user is not None:
        _write_own(AccountEventKind.SIGNED_OUT, request, user)


@receiver(account_signals.password_changed)
def _password_changed(request: HttpRequest, user: User, **kwargs: Any) -> None:
    _write_own(AccountEventKind.PASSWORD_CHANGED, request, user)


@receiver(mfa_signals.authenticator_added)
@receiver(mfa_signals.authenticator_reset)
def _factor_added(request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    is_code = authenticator.type == Authenticator.Type.TOTP
    kind = AccountEventKind.SECOND_FACTOR_ADDED if is_code else AccountEventKind.RECOVERY_CODES_MADE
    _write_own(kind, request, user)


@receiver(mfa_signals.authenticator_removed)
def _factor_removed(request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    if authenticator.type == Authenticator.Type.TOTP:
        _write_own(AccountEventKind.SECOND_FACTOR_REMOVED, request, user)


@receiver(mfa_signals.authenticator_used)
def _recovery_code_used(request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    if authenticator.type == Authenticator.Type.RECOVERY_CODES:
        _write_own(AccountEventKind.RECOVERY_CODE_USED, request, user)
