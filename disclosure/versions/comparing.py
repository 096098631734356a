"""Two versions of a text side by side, paragraph by paragraph, with the words that differ marked. Pure."""

import difflib
import re
from dataclasses import dataclass
from itertools import zip_longest

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

CONTEXT = 1
MOST_PARAGRAPHS = 4000
MOST_CHARACTERS = 600  # of one paragraph whose words are compared
MOST_MARKED = 60_000  # characters of all of them; comparing words is slow, paragraphs are quick
_TOKEN = re.compile(r"[A-Za-z0-9.%]+|\s+|.", re.S)
_NOTHING = SafeString("")


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph of both versions; ``skipped`` stands for that many equal ones instead."""

    old: SafeString = _NOTHING
    new: SafeString = _NOTHING
    is_changed: bool = False
    skipped: int = 0


@dataclass(frozen=True, slots=True)
class Comparison:
    """All lines; ``is_cut`` when only the first `MOST_PARAGRAPHS` were compared."""

    lines: tuple[Line, ...]
    is_cut: bool

    @property
    def changes(self) -> int:
        """How many paragraphs differ."""
        return sum(line.is_changed for line in self.lines)


def compare(before: str, after: str) -> Comparison:
    """Side by side; equal stretches shrink to a line of context at each end."""
    old, new = _paragraphs(before), _paragraphs(after)
    is_cut = max(len(old), len(new)) > MOST_PARAGRAPHS
    old, new = old[:MOST_PARAGRAPHS], new[:MOST_PARAGRAPHS]
    lines: list[Line] = []
    marked = 0
    for tag, a, b, c, d in difflib.SequenceMatcher(None, old, new).get_opcodes():
        if tag == "equal":
            lines += _equal(old[a:b])
        else:
            for x, y in zip_longest(old[a:b], new[c:d], fillvalue=""):
                lines.append(_marked(x, y) if marked < MOST_MARKED else _whole(x, y))
                marked += len(x) + len(y)
    return Comparison(tuple(lines), is_cut)


def _paragraphs(text: str) -> list[str]:
    return [line.strip() for line in text.split("\n") if line.strip()]


def _equal(paragraphs: list[str]) -> list[Line]:
    shown = [Line(SafeString(format_html("{}", text)), SafeString(format_html("{}", text))) for text in paragraphs]
    if len(shown) <= 2 * CONTEXT + 1:
        return shown
    return [*shown[:CONTEXT], Line(skipped=len(shown) - 2 * CONTEXT), *shown[-CONTEXT:]]


def _whole(old: str, new: str) -> Line:
    """One paragraph that went and one that came."""
    return Line(_join([("del", old)]), _join([("ins", new)]), is_changed=True)


def _marked(old: str, new: str) -> Line:
    """One paragraph, the words that went in <del>, those that came in <ins>."""
    if not old or not new or len(old) + len(new) > 2 * MOST_CHARACTERS:
        return _whole(old, new)
    before, after = _TOKEN.findall(old), _TOKEN.findall(new)
    gone: list[tuple[str, str]] = []
    come: list[tuple[str, str]] = []
    for tag, a, b, c, d in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        # A lone equal character between two changes is chance, not agreement.
        is_equal = tag == "equal" and (b - a > 1 or a == 0 or b == len(before))
        gone.append(("" if is_equal else "del", "".join(before[a:b])))
        come.append(("" if is_equal else "ins", "".join(after[c:d])))
    return Line(_join(gone), _join(come), is_changed=True)


def _join(parts: list[tuple[str, str]]) -> SafeString:
    """Neighbours of one kind as one element."""
    merged: list[tuple[str, str]] = []
    for tag, text in parts:
        if text and merged and merged[-1][0] == tag:
            merged[-1] = (tag, merged[-1][1] + text)
        elif text:
            merged.append((tag, text))
    shown = ((format_html("<{0}>{1}</{0}>", SafeString(tag), text) if tag else text,) for tag, text in merged)
    return format_html_join("", "{}", shown)
