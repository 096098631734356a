"""When an account is locked after wrong passwords or codes.

Counted from the record itself, so every process on every database counts the same, nothing is lost when a cache is
emptied, and names that do not exist are locked exactly like names that do.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from django.conf import settings
from django.utils import timezone
from django.utils.crypto import salted_hmac

from accounts.models import AccountEvent, AccountEventKind, AccountEventQuerySet

COUNTED = [AccountEventKind.SIGN_IN_FAILED, AccountEventKind.SECOND_FACTOR_FAILED]
ENDS_COUNT = [AccountEventKind.SIGNED_IN, AccountEventKind.LOCKED_OUT, AccountEventKind.PASSWORD_RESET]


@dataclass(frozen=True)
class Lock:
    """A lock in force."""

    until: datetime
    minutes_left: int

    @property
    def message(self) -> str:
        """What the person is told."""
        clock = timezone.localtime(self.until)
        return f"登录失败次数过多，账号已锁定，请在 {self.minutes_left} 分钟后（{clock:%H:%M} 以后）再试。"


def name_key(username: str) -> str:
    """Digest under which attempts for a sign-in name are counted, whether the name exists or not."""
    return salted_hmac("accounts.lockout", username.strip().casefold(), algorithm="sha256").hexdigest()


def current_lock(username: str, at: datetime) -> Lock | None:
    """The lock on a name at a moment; a password reset by an administrator lifts it."""
    duration = timedelta(minutes=settings.SIGN_IN_LOCK_MINUTES)
    rows = AccountEvent.objects.of_name(name_key(username), since=at - duration)
    last = rows.filter(kind__in=[AccountEventKind.LOCKED_OUT, AccountEventKind.PASSWORD_RESET]).order_by("-id").first()
    if last is None or last.kind != AccountEventKind.LOCKED_OUT:
        return None
    until = last.at + duration
    return Lock(until, ceil((until - at).total_seconds() / 60))


def is_due(username: str, at: datetime) -> bool:
    """True if the failures in a row within the window have reached the limit."""
    window = timedelta(minutes=settings.SIGN_IN_FAILURE_MINUTES)
    limit: int = settings.SIGN_IN_FAILURES
    return _failures_in_a_row(AccountEvent.objects.of_name(name_key(username), since=at - window)) >= limit


def _failures_in_a_row(rows: AccountEventQuerySet) -> int:
    newest_end = rows.filter(kind__in=ENDS_COUNT).order_by("-id").values_list("id", flat=True).first() or 0
    return rows.filter(kind__in=COUNTED, id__gt=newest_end).count()
