"""Applicants' data at rest: encryption, keyed hashes for exact search, query codes. Columns that hold it end in `_sealed`.

Keys stand outside the database (`APPLICANT_KEYS`, newest first; `APPLICANT_HASH_KEY`) and in no log, repr or message.
A new key goes first in the list; the old ones stay in it until everything is sealed anew (`is_current`, `reseal`). The
hash key cannot be changed without computing every hash again.
"""

import hashlib
import hmac
import secrets
import unicodedata
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_LENGTH = 10
LEAST_HASH_KEY_CHARS = 32


class Unreadable(Exception):
    """Something sealed that no key of ours opens; the text (Chinese) is for the officer."""

    def __init__(self) -> None:
        super().__init__(
            "这项内容是加密保存的，现有密钥无法解密。请联系系统管理员核对申请人信息密钥，不要重新填写或覆盖。"
        )


# --- texts ------------------------------------------------------------------------------------------------------------


def seal(text: str) -> str:
    """The text encrypted with the newest key; different each time. Nothing stays nothing."""
    return seal_bytes(text.encode()).decode("ascii") if text else ""


def open_sealed(sealed: str) -> str:
    """The text. `Unreadable` when no key fits or it was changed."""
    return open_bytes(sealed.encode()).decode() if sealed else ""


def reseal(sealed: str) -> str:
    """The same text sealed with the newest key, its time of sealing kept. `Unreadable` as with `open_sealed`."""
    return reseal_bytes(sealed.encode()).decode("ascii") if sealed else ""


def is_current(sealed: str) -> bool:
    """Whether the newest key alone opens it, so that the others are no longer needed for it."""
    return not sealed or is_current_bytes(sealed.encode())


# --- contents of files ------------------------------------------------------------------------------------------------


def seal_bytes(data: bytes) -> bytes:
    """As `seal`, also of nothing; a third larger than ``data``."""
    return _cipher().encrypt(data)


def open_bytes(sealed: bytes) -> bytes:
    """As `open_sealed`."""
    try:
        return _cipher().decrypt(sealed)
    except InvalidToken:
        raise Unreadable from None


def reseal_bytes(sealed: bytes) -> bytes:
    """As `reseal`."""
    try:
        return _cipher().rotate(sealed)
    except InvalidToken:
        raise Unreadable from None


def is_current_bytes(sealed: bytes) -> bool:
    """As `is_current`."""
    try:
        _ciphers(tuple(settings.APPLICANT_KEYS))[0].decrypt(sealed)
    except InvalidToken:
        return False
    return True


# --- exact search and query codes -------------------------------------------------------------------------------------


def keyed_hash(text: str) -> str:
    """HMAC-SHA256 (64 hexadecimal digits) of a normalised text, to find it without opening anything.

    Nothing stays nothing: never search for an empty hash.
    """
    return hmac.new(_hash_key(), text.encode(), hashlib.sha256).hexdigest() if text else ""


def new_query_code() -> str:
    """A fresh code of ten characters (49 bits) that are not mistaken for each other."""
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))


def show_code(code: str) -> str:
    """ABCDE-23456, as printed on the receipt."""
    return f"{code[: CODE_LENGTH // 2]}-{code[CODE_LENGTH // 2 :]}"


def read_code(typed: str) -> str:
    """The code as given out, however it was typed; empty when it cannot be one."""
    folded = unicodedata.normalize("NFKC", typed).upper()
    code = "".join(character for character in folded if character.isalnum())
    return code if len(code) == CODE_LENGTH and set(code) <= set(CODE_ALPHABET) else ""


def hash_code(code: str) -> str:
    """What is stored of a query code (as `read_code` gives it). Differs from `keyed_hash`; never empty."""
    return keyed_hash(f"query code:{code}")


# --- keys -------------------------------------------------------------------------------------------------------------


def check_keys() -> None:
    """ImproperlyConfigured, saying which key is wrong without showing it, unless every key can be used."""
    _cipher()
    _hash_key()


def _cipher() -> MultiFernet:
    return MultiFernet(_ciphers(tuple(settings.APPLICANT_KEYS)))


@lru_cache(maxsize=4)
def _ciphers(keys: tuple[str, ...]) -> tuple[Fernet, ...]:
    if not keys:
        raise ImproperlyConfigured("APPLICANT_KEYS is empty: applicants' data cannot be kept")
    return tuple(_fernet(place, key) for place, key in enumerate(keys, 1))


def _fernet(place: int, key: str) -> Fernet:
    try:
        return Fernet(key)
    except ValueError:
        # Not chained: the error underneath may repeat what it was given.
        said = f"APPLICANT_KEYS: number {place} is no Fernet key (32 bytes, URL-safe base64)"
        raise ImproperlyConfigured(said) from None


def _hash_key() -> bytes:
    key: str = settings.APPLICANT_HASH_KEY
    if len(key) < LEAST_HASH_KEY_CHARS:
        raise ImproperlyConfigured(f"APPLICANT_HASH_KEY needs at least {LEAST_HASH_KEY_CHARS} characters")
    return key.encode()
