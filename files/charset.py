"""Reading Chinese text of unknown encoding: the bytes decide, never a declaration. Pure."""

import codecs
import re

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x19\x1b-\x1f\x7f]")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
_USUAL = re.compile(r"[\x09-\x0d\x20-\x7e\u2000-\u206f\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
_CUT_TAIL = 3
"""Most broken characters the cut end of a sample can leave behind."""


def _is_usual(text: str) -> bool:
    """Nearly all ASCII, Chinese or Chinese punctuation: what UTF-16 read in the wrong byte order is not."""
    return bool(text) and len(_USUAL.findall(text)) >= 0.9 * len(text)


def encoding_of(data: bytes) -> str:
    """Codec that reads ``data`` best: a BOM, UTF-16 (by its zero bytes), UTF-8, otherwise GB18030.

    A UTF-8 text with a few damaged bytes stays UTF-8: in GB18030 text nearly every character is damaged then.
    """
    for bom, codec in _BOMS:
        if data.startswith(bom):
            return codec
    if b"\0" in data:
        for codec in ("utf-16-le", "utf-16-be"):
            if _is_usual(data[:4096].decode(codec, "replace")):
                return codec
    loose = data.decode("utf-8", "replace")
    broken = loose.count("\ufffd")
    if broken * 4 <= len(_NOT_ASCII.findall(loose)):
        return "utf-8"
    return "gb18030"


def decode(data: bytes) -> str:
    """``data`` as text; damaged places become U+FFFD."""
    return data.decode(encoding_of(data), "replace").removeprefix("\ufeff")


def text_of_sample(sample: bytes) -> str | None:
    """The beginning of a file as text; None when it is not text (zero bytes, control characters, no known encoding)."""
    text = decode(sample)
    broken = text.count("\ufffd")
    if broken > _CUT_TAIL and broken * 50 > len(text):
        return None
    controls = len(_CONTROLS.findall(text))
    return None if "\0" in text or controls * 200 > len(text) else text
