"""How often numbers and query codes may be tried: counted in the cache all processes share (rulings 30)."""

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.core.cache import cache
from django.utils.crypto import salted_hmac


def blocked_until(*, address: str | None, number: str, at: datetime) -> datetime | None:
    """When the next try is allowed; None when it is now. Numbers nobody has are limited like those somebody has."""
    start, end = _window(at)
    used = cache.get_many([key for key, _ in _limits(address, number, start)])
    full = any(used.get(key, 0) >= most for key, most in _limits(address, number, start))
    return end if full else None


def note_failure(*, address: str | None, number: str, at: datetime) -> None:
    """One wrong pair more, from this address and for this number."""
    start, end = _window(at)
    for key, _ in _limits(address, number, start):
        cache.add(key, 0, timeout=int((end - start).total_seconds()))
        try:
            cache.incr(key)
        except ValueError:  # it expired in between: a new window begins
            cache.set(key, 1, timeout=int((end - start).total_seconds()))


def _window(at: datetime) -> tuple[datetime, datetime]:
    length = timedelta(minutes=settings.FOLLOW_TRY_MINUTES)
    passed = (at - datetime(2000, 1, 1, tzinfo=UTC)) % length
    return at - passed, at - passed + length


def _limits(address: str | None, number: str, start: datetime) -> list[tuple[str, int]]:
    """Keys hold digests: the cache tells nobody who asked for what."""
    said = [("address", address or "unknown", settings.FOLLOW_TRIES_PER_ADDRESS)]
    said += [("number", number, settings.FOLLOW_TRIES_PER_NUMBER)] if number else []
    return [(_key(kind, value, start), most) for kind, value, most in said]


def _key(kind: str, value: str, start: datetime) -> str:
    digest = salted_hmac("requests_app.following.tries", f"{kind}:{value}", algorithm="sha256").hexdigest()
    return f"follow:{kind}:{digest}:{start:%Y%m%d%H%M}"
