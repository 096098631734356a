"""What an event holds and how it is hashed. Pure."""

import hashlib
import json
import re
from datetime import UTC, date, datetime
from typing import Any

GENESIS = ""
MOST_CHARACTERS = 200
# Ids, codes, dates and digests are plain ASCII words; names, addresses and sentences are not.
_PLAIN = re.compile(r"[A-Za-z0-9_.:/+\-=]*", re.ASCII)
_PERSONAL = re.compile(r"1[3-9]\d{9}|\d{17}[\dXx]|\d{15}")


class UnfitFacts(ValueError):
    """Facts that may not enter the record (rulings 23): a programming error, not a user's."""


def checked(facts: dict[str, Any]) -> dict[str, Any]:
    """``facts`` themselves when they hold only ids, codes, dates and digests; dates become ISO text.

    Text about people belongs into side rows that can be erased; put its `digest` here. Raises `UnfitFacts`.
    """
    return {_word(key): _checked(value) for key, value in facts.items()}


def _checked(value: Any) -> Any:
    if isinstance(value, dict):
        return checked(value)
    if isinstance(value, list | tuple):
        return [_checked(item) for item in value]
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, str):
        return _word(value)
    if value is None or isinstance(value, bool | int):
        return value
    raise UnfitFacts(f"{type(value).__name__} has no place in an event")


def _word(value: str) -> str:
    text = str(value)
    if len(text) > MOST_CHARACTERS or not _PLAIN.fullmatch(text) or _PERSONAL.fullmatch(text):
        raise UnfitFacts(f"events hold ids, codes, dates and digests, not {text[:20]!r}")
    return text


def digest(text: str) -> str:
    """SHA-256 of ``text``: proves later what a side row said."""
    return hashlib.sha256(text.encode()).hexdigest()


def event_hash(
    *,
    subject: tuple[str, int],
    number: int,
    change: tuple[str, str, str],
    actor: int,
    at: datetime,
    on: date,
    facts: dict[str, Any],
    previous: str,
) -> str:
    """Hash of an event: SHA-256 over its canonical JSON, which includes the hash before it.

    ``change`` is (action, source, target).
    """
    content = {
        "subject": list(subject),
        "number": number,
        "change": list(change),
        "actor": actor,
        "at": at.astimezone(UTC).isoformat(timespec="microseconds"),
        "on": on.isoformat(),
        "facts": facts,
        "previous": previous,
    }
    return digest(canonical(content))


def canonical(content: Any) -> str:
    """JSON with one spelling for one value: sorted keys, no spaces, no floats."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)
