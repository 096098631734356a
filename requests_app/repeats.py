"""Whether two applications ask for the same thing. Pure; it only suggests, a person decides (rulings 28)."""

import hashlib
import unicodedata
from collections import Counter
from itertools import pairwise

from search.text import fold

ALIKE = 0.8
_RARE_HAN = 0x20000  # ideographs younger than the Unicode tables of Python count as letters all the same


def matter_key(text: str) -> str:
    """条例§36: a key (64 hexadecimal digits) that is the same for texts of the same words, however they were typed.

    Width, case, punctuation, spaces and traditional characters make no difference. Empty when no word is left: then
    nothing is known about the matter, and empty keys are never to be compared.
    """
    bare = _bare(text)
    return hashlib.sha256(bare.encode()).hexdigest() if bare else ""


def likeness(one: str, other: str) -> float:
    """条例§36: how alike two texts are, from 0 to 1: the Dice coefficient of their pairs of neighbouring characters."""
    bare, other_bare = _bare(one), _bare(other)
    if bare == other_bare:
        return 1.0 if bare else 0.0
    pairs, other_pairs = _pairs(bare), _pairs(other_bare)
    size = pairs.total() + other_pairs.total()
    return 2 * (pairs & other_pairs).total() / size if size else 0.0


def is_alike(one: str, other: str) -> bool:
    """条例§36: whether the earlier application is to be shown as possibly the same (rulings 28)."""
    return likeness(one, other) >= ALIKE


def _bare(text: str) -> str:
    folded = fold(unicodedata.normalize("NFKC", text))
    return "".join(letter for letter in folded if letter.isalnum() or ord(letter) >= _RARE_HAN)


def _pairs(bare: str) -> Counter[str]:
    return Counter(map("".join, pairwise(bare)))
