"""Failed sign-ins: recorded, counted, and answered with a lock (GB/T 22239-2019 8.1.4.1, 登录失败处理)."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts import lockout, record
from accounts.models import AccountEventKind, User


def refuse_if_locked(username: str, *, at: datetime, address: str | None) -> None:
    """Raise ValidationError saying how long, if the name is locked; the attempt itself is recorded, not counted."""
    lock = lockout.current_lock(username, at)
    if lock is None:
        return
    _write(AccountEventKind.REFUSED_WHILE_LOCKED, username, at, address)
    raise ValidationError(lock.message, code="locked")


def fail(kind: AccountEventKind, *, username: str, at: datetime, address: str | None) -> None:
    """Record a wrong password or code. Raise ValidationError saying how long, if this one locks the name."""
    with transaction.atomic():
        _write(kind, username, at, address)
        is_locked_now = lockout.is_due(username, at)
        if is_locked_now:
            _write(AccountEventKind.LOCKED_OUT, username, at, address)
    lock = lockout.current_lock(username, at) if is_locked_now else None
    if lock is not None:
        raise ValidationError(lock.message, code="locked")


def _write(kind: AccountEventKind, username: str, at: datetime, address: str | None) -> None:
    user = User.objects.filter(username__iexact=username.strip()).first()
    record.write_attempt(kind, username=username, user=user, at=at, address=address)
