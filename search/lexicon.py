"""Words and short word groups from the titles of public documents: suggestions while typing, spelling, related words.

Made by every build and stored with the index. Titles of anything not public never enter it (rulings 19).
"""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

from pypinyin import lazy_pinyin

from search.text import Segmenter, fold

FILE = "lexicon.tsv"
_MOST = 50_000
_PRUNE_AT = 400_000
_LONGEST_GROUP = 12


class Gatherer:
    """Counts the words of titles while an index is built."""

    def __init__(self, words: Segmenter) -> None:
        self._words = words
        self._counts: Counter[str] = Counter()

    def add(self, titles: Iterable[str]) -> None:
        """Count words of at least two characters, and groups of two or three neighbouring words."""
        for title in titles:
            self._counts.update(_groups(self._words.query_terms(title), fold(title)))
        if len(self._counts) > _PRUNE_AT:
            self._counts = Counter({word: number for word, number in self._counts.items() if number > 1})

    def write(self, folder: Path) -> None:
        """Keep the most frequent ones, with their sound."""
        rows = (f"{word}\t{number}\t{_sound(word)}\n" for word, number in self._counts.most_common(_MOST))
        (folder / FILE).write_text("".join(rows), encoding="utf-8")


def _groups(words: list[str], title: str) -> Iterator[str]:
    for length in (1, 2, 3):
        for at in range(len(words) - length + 1):
            group = "".join(words[at : at + length])
            if 1 < len(group) <= _LONGEST_GROUP and (length == 1 or group in title):
                yield group


def _sound(word: str) -> str:
    return "".join(lazy_pinyin(word))


class Lexicon:
    """The words of one index, in memory."""

    def __init__(self, rows: Iterable[tuple[str, int, str]]) -> None:
        self._counts: dict[str, int] = {}
        self._by_sound: defaultdict[str, list[str]] = defaultdict(list)
        self._by_pair: defaultdict[str, list[str]] = defaultdict(list)
        for word, number, sound in rows:
            self._counts[word] = number
            self._by_sound[sound].append(word)
        for word in self._counts:
            for pair in _pairs(word):
                self._by_pair[pair].append(word)
        self._words, self._sounds = sorted(self._counts), sorted(self._by_sound)

    def suggest(self, typed: str, limit: int = 8) -> list[str]:
        """The most frequent words that begin as typed, in characters or in pinyin."""
        start = fold(typed).strip()
        if not start:
            return []
        found = set(_beginning(self._words, start)) - {start}
        if start.isascii() and start.isalpha():
            found.update(word for sound in _beginning(self._sounds, start) for word in self._by_sound[sound])
        return sorted(found, key=lambda word: (-self._counts[word], len(word), word))[:limit]

    def related(self, typed: str, limit: int = 8) -> list[str]:
        """Longer words that contain what was typed."""
        inside = fold(typed).strip()
        if len(inside) < 2:
            return []
        alike = min((self._by_pair.get(pair, []) for pair in _pairs(inside)), key=len)
        found = [word for word in alike if inside in word and word != inside]
        return sorted(found, key=lambda word: (-self._counts[word], len(word), word))[:limit]

    def correct(self, typed: str) -> str | None:
        """The word probably meant: the same sound, else one character off; None when what was typed is a word."""
        if typed in self._counts or not 2 <= len(typed) <= 20:
            return None
        return self._homophone(typed) or self._neighbour(typed) or self._inside(typed)

    def _homophone(self, typed: str) -> str | None:
        alike = [word for word in self._by_sound.get(_sound(typed), ()) if len(word) == len(typed) and word != typed]
        return max(alike, key=self._counts.__getitem__, default=None)

    def _neighbour(self, typed: str) -> str | None:
        if len(typed) < 3:
            return None  # among two characters, everything is one off
        alike = [word for word in self._words if abs(len(word) - len(typed)) < 2 and _one_off(word, typed)]
        return max(alike, key=self._counts.__getitem__, default=None)

    def _inside(self, typed: str) -> str | None:
        """Replace one part that is no word by a word of the same sound."""
        for length in (4, 3, 2):
            for at in range(len(typed) - length + 1):
                part = typed[at : at + length]
                meant = None if part in self._counts else self._homophone(part)
                if meant:
                    return typed[:at] + meant + typed[at + length :]
        return None


def _pairs(word: str) -> set[str]:
    return {word[at : at + 2] for at in range(len(word) - 1)}


def _beginning(ordered: list[str], start: str, most: int = 2000) -> list[str]:
    at = bisect_left(ordered, start)
    end = bisect_left(ordered, start + "\U0010ffff", at)
    return ordered[at : min(end, at + most)]


def _one_off(one: str, other: str) -> bool:
    """Whether one insertion, removal or replacement makes them equal."""
    if len(one) > len(other):
        one, other = other, one
    same = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), len(one))
    return one != other and one[same + (len(one) == len(other)) :] == other[same + 1 :]


@lru_cache(maxsize=2)
def lexicon(folder: Path) -> Lexicon:
    """The lexicon of an index folder; empty when there is none."""
    try:
        lines = (folder / FILE).read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    return Lexicon((word, int(number), sound) for word, number, sound in (line.split("\t") for line in lines))
