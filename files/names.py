"""File names that are safe on every system and honest on every screen. Pure."""

import re
import unicodedata

MAX_NAME_BYTES = 240
"""Below the 255 bytes of common file systems; a Chinese character takes three."""
_HIDDEN = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\uffff\ud800-\udfff]"
)
_RESERVED_CHARACTERS = re.compile(r'[<>:"|?*]')
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?=\.|$)", re.IGNORECASE)


def safe_name(name: str) -> str:
    """``name`` without path, control and direction characters, reserved names and excess length; Chinese stays.

    Direction marks are removed because they let a name that ends in exe be shown as one that ends in pdf.
    """
    name = _HIDDEN.sub("", unicodedata.normalize("NFC", name)).replace("\\", "/").rpartition("/")[2]
    name = _RESERVED_CHARACTERS.sub("_", name)
    name = re.sub(r"\s+", " ", name).strip(" .")
    if _RESERVED.match(name):
        name = f"_{name}"
    return _shortened(name) or "未命名文件"


def _shortened(name: str) -> str:
    if len(name.encode()) <= MAX_NAME_BYTES:
        return name
    stem, dot, extension = name.rpartition(".")
    if not stem or len(extension) > 10:
        stem, dot, extension = name, "", ""
    room = MAX_NAME_BYTES - len((dot + extension).encode())
    return stem.encode()[:room].decode("utf-8", "ignore").rstrip(" .") + dot + extension


def with_extension(name: str, extension: str) -> str:
    """A safe name that ends with ``extension``, so that a renamed attachment still opens."""
    name = safe_name(name)
    ending = f".{extension}"
    return name if not extension or name.lower().endswith(ending) else _shortened(name + ending)
