"""A person or a machine: proof of work (ALTCHA) without third parties, and how often an address may hand in."""

import base64
import binascii
import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network
from typing import Any

from altcha.v1 import ChallengeOptions, Payload, create_challenge, verify_solution
from django.conf import settings
from django.core.cache import cache
from django.utils.crypto import salted_hmac

from requests_app.sealing import keyed_hash

VALID = timedelta(hours=1)
HOUR_SECONDS = 3600
_TEXTS = ("algorithm", "challenge", "salt", "signature")


class TooOften(Exception):
    """So many from one address; ``until`` is when the next one may come."""

    def __init__(self, until: datetime) -> None:
        super().__init__("too often")
        self.until = until


def challenge(*, at: datetime) -> str:
    """A signed challenge for the page (JSON), good for an hour and for one proof."""
    options = ChallengeOptions(
        max_number=settings.APPLY_PROOF_MOST, hmac_key=_key(), expires=at + VALID, algorithm="SHA-256"
    )
    return json.dumps(create_challenge(options).to_dict())


def is_proven(payload: str) -> bool:
    """Whether a proof is right, in time and never used before; it is used up by asking."""
    said = _read(payload)
    if said is None:
        return False
    is_right, _ = verify_solution(Payload.from_dict(said), _key())
    return is_right and cache.add(f"apply:proof:{said['challenge']}", 1, 2 * HOUR_SECONDS)


def _read(payload: str) -> Any:
    """What a browser sent, if it has the shape of a proof."""
    try:
        said = json.loads(base64.b64decode(payload, validate=True))
    except (ValueError, binascii.Error):
        return None
    if not isinstance(said, dict) or type(said.get("number")) is not int:
        return None
    return said if all(isinstance(said.get(name), str) for name in _TEXTS) else None


def take(what: str, address: str | None, slots: Iterable[int], *, at: datetime, seconds: int = HOUR_SECONDS) -> str:
    """Take a free slot of an address for an hour, or for so many ``seconds``; its key, to give back what came to nothing.
    `TooOften` when all are taken.

    Adding a key is atomic in every shared cache, so processes cannot both take the last one.
    """
    keys = [f"apply:{what}:{_place(address)}:{slot}" for slot in slots]
    for key in keys:
        if cache.add(key, at + timedelta(seconds=seconds), seconds):
            return key
    taken = [until for until in cache.get_many(keys).values() if isinstance(until, datetime)]
    raise TooOften(min(taken, default=at))


def take_submission(address: str | None, *, is_proven: bool, at: datetime) -> str:
    """A slot to hand in: those with a proof fill from the top, so that those without have theirs left."""
    most, bare = settings.APPLY_PER_HOUR, settings.APPLY_PER_HOUR_UNPROVEN
    return take("submit", address, reversed(range(most)) if is_proven else range(min(bare, most)), at=at)


def give_back(key: str) -> None:
    """Nothing was handed in after all."""
    cache.delete(key)


def _place(address: str | None) -> str:
    """Whom a slot belongs to, not readable in the cache: an IPv4 address, or the 64 bits an IPv6 household shares."""
    if address is None:
        return "unknown"
    is_six = ip_address(address).version == 6
    return keyed_hash(str(ip_network(f"{address}/64", strict=False)) if is_six else address)[:32]


def _key() -> bytes:
    return salted_hmac("requests_app.human", "proof of work", algorithm="sha256").digest()
