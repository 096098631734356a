"""The one text layer: the only place that folds, segments, reads numbers, parses what was typed, and marks hits.

Every engine gets its terms from here, so changing the engine never changes what matches. `VERSION` must grow whenever a
change here changes the terms of an index: indexes made by another version are then never served.
"""

import hashlib
import html
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib import metadata
from operator import add

import opencc
import rjieba
from django.utils.safestring import SafeString, mark_safe

VERSION = 1
_RJIEBA = metadata.version("rjieba")  # its built-in dictionary is part of the release
MOST_CHARS = 200
MOST_TERMS = 32
SYNONYM_WEIGHT = 0.5

# --- folding: one character to one character, so offsets in folded text are offsets in the original -------------------

_INVISIBLE = "\u00ad\u180e\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
# Zero-width characters become U+001F, which `re` counts as white space; `_tight` removes it before segmentation.
_UNIT_SEPARATOR = "\x1f"
_PAIRS = zip("〔〕﹝﹞【】［］（）〈〉《》“”„‟＂‘’", '[][][][]()<><>"""""\'\'', strict=True)


def _compatible() -> Iterator[tuple[int, str]]:
    """Width variants, ideographic space, Kangxi and CJK radicals (browser-printed PDFs), compatibility ideographs."""
    for first, last in ((0xFF01, 0xFF5E), (0x3000, 0x3000), (0x2E80, 0x2FD5), (0xF900, 0xFAFF)):
        for code in range(first, last + 1):
            plain = unicodedata.normalize("NFKC", chr(code))
            if len(plain) == 1 and plain != chr(code):
                yield code, plain


def _table() -> dict[int, str]:
    table = {ord(char): _UNIT_SEPARATOR for char in _INVISIBLE} | {ord(char): plain for char, plain in _PAIRS}
    for code, plain in _compatible():
        table.setdefault(code, plain)
    han = [chr(code) for code in range(0x3400, 0xA000)]
    for char, simple in zip(han, opencc.OpenCC("t2s").convert("\n".join(han)).split("\n"), strict=True):
        if len(simple) == 1 and simple != char:
            table.setdefault(ord(char), simple)
    to_simple = {code: table.get(ord(plain), plain) for code, plain in table.items()}
    return to_simple | {0x130: "i"}  # the only letter that `lower` would lengthen


_CHANGED = _table()
# A list, because `translate` answers a dictionary's misses with an exception each; beyond it characters stay.
_TABLE = [_CHANGED.get(code, chr(code)) for code in range(0x10000)]


def fold(text: str) -> str:
    """Half width, simplified, lower case, plain brackets and quotes; exactly as long as `text`."""
    return text.translate(_TABLE).lower()


# --- words and units --------------------------------------------------------------------------------------------------

_HAN = "\u3400-\u9fff\U00020000-\U0003ffff"
_has_letter = re.compile(r"[^\W_]").search
# Lines of a PDF break in the middle of words; a single break between two ideographs is no boundary.
_broken_line = re.compile(rf"(?<=[{_HAN}])[ \t]*\r?\n[ \t]*(?=[{_HAN}])")
_OTHER = rf"[^\W_{_HAN}]+|(?:[^\w\s]|_)(?:[^\w]|_)*"
_unit = re.compile(rf"[{_HAN}]|{_OTHER}")
_run = re.compile(rf"[{_HAN}]+|{_OTHER}")
_MARK = "·"
BETWEEN = "¶"  # stands between title and body, so that no phrase matches across them


def _tight(text: str) -> str:
    folded = fold(text).replace(_UNIT_SEPARATOR, "")
    return _broken_line.sub("", folded) if "\n" in folded else folded


def units(text: str) -> list[str]:
    """The text as ideographs, whole numbers or Latin words, and `·` for a run of punctuation; blanks are nothing."""
    return [unit if unit[0].isalnum() else _MARK for unit in _unit.findall(fold(text))]


def grams(text: str) -> list[str]:
    """Adjacent pairs of `units` in order: the terms of the field that answers quoted phrases exactly."""
    pairs: list[str] = []
    before = ""
    for run in _run.findall(fold(text)):
        first, last = (run[0], run[-1]) if _is_han(run[0]) else _alike(run)
        if before:
            pairs.append(before + first)
        if _is_han(first):
            pairs.extend(map(add, run, run[1:]))
        before = last
    return pairs


def _is_han(char: str) -> bool:
    return "\u3400" <= char <= "\u9fff" or "\U00020000" <= char <= "\U0003ffff"


def _alike(run: str) -> tuple[str, str]:
    unit = run if run[0].isalnum() else _MARK
    return unit, unit


class Segmenter:
    """Chinese word segmentation with the office's own words. One a dictionary; safe between threads (holds the GIL)."""

    def __init__(self, words: tuple[str, ...] = ()) -> None:
        self.words = words
        self._jieba = rjieba.Jieba()
        for word in words:
            self._jieba.add_word(fold(word), 1_000_000, "n")

    @property
    def version(self) -> str:
        """Eight letters that change with the text layer or with any user word."""
        return dictionary_version(self.words)

    def index_terms(self, text: str) -> list[str]:
        """Every word and every word inside a longer word."""
        return [word for word in self._jieba.cut_for_search(_tight(text)) if word.isalnum() or _has_letter(word)]

    def query_terms(self, text: str) -> list[str]:
        """The words of a query: the longest ones only, or a query would demand less than was typed."""
        return [word for word in self._jieba.cut(_tight(text)) if word.isalnum() or _has_letter(word)]


def dictionary_version(words: Iterable[str]) -> str:
    """Names text layer and dictionary; part of the name of every index folder."""
    said = "\n".join([f"{VERSION} rjieba {_RJIEBA}", *sorted({fold(word) for word in words})])
    return hashlib.sha256(said.encode()).hexdigest()[:8]


@lru_cache(maxsize=4)
def segmenter(words: tuple[str, ...] = ()) -> Segmenter:
    """The segmenter for these user words; loading one takes 0.1 s, so a few are kept."""
    return Segmenter(words)


# --- document numbers and index numbers -------------------------------------------------------------------------------

_number = re.compile(
    rf"(?P<prefix>[{_HAN}a-z]{{0,30}}?)"
    r"(?:(?P<open>[\[(<])?(?P<year>(?:19|20)\d\d)[\])>]?(?P<after>年|-)?)?"
    r"(?P<nth>第)?0*(?P<serial>\d{1,6})(?P<unit>号)?(?P<order>令|公告|通告)?(?:文件?)?"
)
_digits_apart = re.compile(r"(?<=\d)\s+(?=\d)")
_KINDS = ("令", "公告", "通告")


@dataclass(frozen=True)
class _Number:
    prefix: str
    year: str
    serial: str


def _read_number(text: str) -> _Number | None:
    plain = re.sub(r"[‐‑‒–—―−~]+", "-", fold(text).strip(" \x1f\t\r\n<>\"'"))
    plain = re.sub(r"\s+", "", _digits_apart.sub("-", plain))
    found = _number.fullmatch(plain)
    if not found:
        return None
    prefix = found["prefix"] + (found["order"] or "")
    dated = found["year"] and (found["open"] or found["after"] or found["nth"])
    # Without a year only orders and notices are numbered through: 令第208号, 第711号令.
    undated = not found["year"] and (found["nth"] or found["unit"]) and prefix.endswith(_KINDS)
    named = found["unit"] or found["open"] or found["after"] == "-" or found["nth"]
    if not ((dated and named) or undated):
        return None
    return _Number(prefix.removesuffix("第"), found["year"] or "", found["serial"])


def number_key(text: str) -> str | None:
    """The document number as `issuer|year|serial`, however it was typed; None when `text` is not wholly a number.

    Without the issuer (`〔2024〕6号`, `2024-6`) the key begins with a bar; an order without a year has none: `令||208`.
    """
    number = _read_number(text)
    return f"{number.prefix}|{number.year}|{number.serial}" if number else None


def number_keys(text: str) -> tuple[str, ...]:
    """Every key under which a document with this number is found: in full, without issuer, as order or notice."""
    number = _read_number(text)
    if not number:
        return ()
    keys = [f"{number.prefix}|{number.year}|{number.serial}"]
    if number.year:
        keys.append(f"|{number.year}|{number.serial}")
    for kind in _KINDS:
        if number.prefix.endswith(kind):
            keys += [
                f"{issuer}|{year}|{number.serial}" for issuer in (kind, number.prefix) for year in (number.year, "")
            ]
    return tuple(dict.fromkeys(keys))


_index_number = re.compile(r"[0-9A-Z]{3,40}(?:-[0-9A-Z]{1,10})*/\d{4}-\d{1,8}|[A-Z]{1,6}\d{2,12}(?:-\d{1,10}){2,6}")


def index_number_key(text: str) -> str | None:
    """The index number (索引号) in its one spelling: half width, capitals, no blanks; None when it is not one."""
    plain = re.sub(r"\s+", "", fold(text)).upper()
    return plain if _index_number.fullmatch(plain) else None


# --- what was typed ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Alternative:
    """Words that must all occur, in title or body, and how much they weigh in the score."""

    terms: tuple[str, ...]
    weight: float = 1.0


@dataclass(frozen=True)
class ParsedQuery:
    """What a person typed, as every engine understands it. All text in here is folded."""

    typed: str = ""
    groups: tuple[tuple[Alternative, ...], ...] = ()  # every group must match, by any of its alternatives
    phrases: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()  # words of the phrases: they rank, the phrases match
    without: tuple[tuple[str, ...], ...] = ()  # no document in which all words of one of these occur
    without_phrases: tuple[str, ...] = ()
    number: str | None = None
    index_number: str | None = None
    notice: str = ""
    chunks: tuple[str, ...] = ()  # the positive words as typed, for suggestions and marking
    marks: tuple[str, ...] = ()  # what to mark in titles and snippets

    @property
    def empty(self) -> bool:
        """Nothing to look for: browse instead."""
        return not (self.groups or self.phrases or self.without or self.without_phrases or self.identifier)

    @property
    def identifier(self) -> str | None:
        """The document number's or index number's key, if the whole query is one."""
        return self.number or self.index_number


_UNPRINTABLE = re.compile("[\x00-\x08\x0e-\x1f\ud800-\udfff]")
_edges = re.compile(r"^[\W_]+|[\W_]+$")
_piece = re.compile(r'(?:(?<=\s)|^)(?P<minus>-)?"(?P<quoted>[^"]+)"|"(?P<inner>[^"]+)"|(?P<word>[^\s"]+)|"')


def parse(
    typed: str, synonyms: Mapping[str, tuple[str, ...]] | None = None, *, words: Segmenter | None = None
) -> ParsedQuery:
    """Read a search box: words (all must match), "phrases", -exclusions, document and index numbers.

    Nothing typed is ever an error: other operators are plain text; what is too long is cut, with a notice in Chinese.
    `synonyms` maps a folded word to its folded equivalents.
    """
    typed = _UNPRINTABLE.sub(" ", typed).strip()
    kept = typed[:MOST_CHARS]
    notices = [f"检索词超过{MOST_CHARS}个字，只按前{MOST_CHARS}个字检索。"] if len(typed) > MOST_CHARS else []
    reader = _Reader(words or segmenter(), synonyms or {})
    for found in _piece.finditer(fold(kept)):
        reader.take(found)
    if reader.dropped:
        notices.append(f"检索词过多，只按前{MOST_TERMS}个词检索。")
    parsed = reader.result(kept)
    if kept and parsed.empty:
        notices.append("没有可以检索的文字，请输入汉字、字母或数字。")
    return replace(parsed, notice="".join(notices))


class _Reader:
    """Collects the pieces of one query."""

    def __init__(self, words: Segmenter, synonyms: Mapping[str, tuple[str, ...]]) -> None:
        self._words, self._synonyms = words, synonyms
        self._groups: dict[tuple[Alternative, ...], None] = {}
        self._phrases: dict[str, None] = {}
        self._without: dict[tuple[str, ...], None] = {}
        self._without_phrases: dict[str, None] = {}
        self._chunks: dict[str, None] = {}
        self._left = MOST_TERMS
        self.dropped = False

    def take(self, found: re.Match[str]) -> None:
        """One quoted or unquoted piece."""
        quoted = found["quoted"] or found["inner"]
        if quoted:
            self._quoted(quoted, excluded=bool(found["minus"]))
        elif word := found["word"]:
            # A minus excludes only before a word: `2024-6` and a lone dash are text.
            if word.startswith("-") and _has_letter(word):
                self._exclude(word)
            else:
                self._word(word)

    def _quoted(self, phrase: str, *, excluded: bool) -> None:
        phrase = _edges.sub("", phrase)
        if len(units(phrase)) > 1:
            if self._spend(1):
                (self._without_phrases if excluded else self._phrases)[phrase] = None
        elif excluded:  # one character or one number is a word: pairs cannot say more
            self._exclude(phrase)
        else:
            self._word(phrase)

    def _exclude(self, word: str) -> None:
        terms = tuple(dict.fromkeys(self._words.query_terms(word)))
        if terms and self._spend(len(terms)):
            self._without[terms] = None

    def _word(self, chunk: str) -> None:
        for part, equivalents in self._split(chunk):
            if equivalents:
                self._add_group(part, equivalents)
            else:
                for term in self._words.query_terms(part):
                    self._add_group(term, ())
        if _has_letter(chunk):
            self._chunks[chunk] = None

    def _add_group(self, part: str, equivalents: tuple[str, ...]) -> None:
        found = [Alternative(tuple(dict.fromkeys(self._words.query_terms(part))))]
        for word in equivalents:
            terms = tuple(dict.fromkeys(self._words.query_terms(word)))
            # Shared among its words: a synonym of three words must not outweigh the one word typed.
            found.append(Alternative(terms, SYNONYM_WEIGHT / max(1, len(terms))))
        group = tuple(alternative for alternative in dict.fromkeys(found) if alternative.terms)
        if group and group not in self._groups and self._spend(sum(len(alternative.terms) for alternative in group)):
            self._groups[group] = None

    def _split(self, chunk: str) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Cut out the synonyms that begin and end where words do, the longest first."""
        if chunk in self._synonyms:
            yield chunk, self._synonyms[chunk]
            return
        cuts = self._words.query_terms(chunk)
        at = 0
        while at < len(cuts):
            for end in range(len(cuts), at, -1):
                joined = "".join(cuts[at:end])
                if joined in self._synonyms:
                    yield joined, self._synonyms[joined]
                    at = end
                    break
            else:
                yield cuts[at], ()
                at += 1

    def _spend(self, terms: int) -> bool:
        if terms > self._left:
            self.dropped = True
            return False
        self._left -= terms
        return True

    def result(self, typed: str) -> ParsedQuery:
        """Everything read so far."""
        marks = [term for group in self._groups for alternative in group for term in alternative.terms]
        return ParsedQuery(
            typed=typed,
            groups=tuple(self._groups),
            phrases=tuple(self._phrases),
            hints=tuple(dict.fromkeys(term for phrase in self._phrases for term in self._words.query_terms(phrase))),
            without=tuple(self._without),
            without_phrases=tuple(self._without_phrases),
            number=number_key(typed),
            index_number=index_number_key(typed),
            chunks=tuple(self._chunks),
            marks=tuple(dict.fromkeys([*self._phrases, *self._chunks, *marks])),
        )


# --- phrases in a text ------------------------------------------------------------------------------------------------


@lru_cache(maxsize=256)
def _phrase_pattern(phrase: str) -> re.Pattern[str]:
    """Finds exactly the texts whose grams contain the phrase's grams in a row."""
    parts = units(phrase)
    said = ""
    for before, part in zip(["", *parts], parts, strict=False):
        both_latin = bool(before) and _is_latin(before) and _is_latin(part)
        said += (r"\s+" if both_latin else r"\s*") if before else ""
        said += r"(?:(?:[^\w\s]|_)\s*)+" if part == _MARK else re.escape(part)
    return re.compile(said)


def _is_latin(unit: str) -> bool:
    return unit != _MARK and not _is_han(unit[0])


def has_phrase(text: str, phrase: str) -> bool:
    """Whether the phrase stands in the text: blanks do not count, all punctuation is equal, numbers are whole."""
    if phrase in text and _is_han(phrase[0]) and _is_han(phrase[-1]):
        return True  # word for word; folding a long text takes a thousand times longer than finding this
    pattern, folded = _phrase_pattern(phrase), fold(text)
    return any(_whole(folded, found) for found in pattern.finditer(folded))


def _whole(text: str, found: re.Match[str]) -> bool:
    """A phrase that begins or ends with a number or Latin word must not cut one in two."""
    start, end = found.span()
    cut_left = start > 0 and _joins(text[start - 1], text[start])
    return not (cut_left or (end < len(text) and _joins(text[end - 1], text[end])))


def _joins(left: str, right: str) -> bool:
    return left.isalnum() and right.isalnum() and _is_latin(left) and _is_latin(right)


# --- showing hits -----------------------------------------------------------------------------------------------------

_SNIPPET_FIRST, _SNIPPET_SEARCHED = 6_000, 200_000  # characters in which a snippet is looked for, first and at most
_SNIPPET_HITS = 64  # places compared for the best one


@lru_cache(maxsize=256)
def _hit_pattern(terms: tuple[str, ...], gap: str) -> re.Pattern[str] | None:
    wanted = sorted({fold(term).strip() for term in terms} - {""}, key=lambda term: (-len(term), term))
    return re.compile("|".join(gap.join(map(re.escape, term)) for term in wanted)) if wanted else None


def _hits(folded: str, terms: Iterable[str]) -> list[tuple[int, int]]:
    """Where the terms stand in a folded text, longest first, never overlapping."""
    pattern = _hit_pattern(tuple(terms), f"{_UNIT_SEPARATOR}*" if _UNIT_SEPARATOR in folded else "")
    return [found.span() for found in pattern.finditer(folded)] if pattern else []


def _marked(text: str, hits: Iterable[tuple[int, int]], start: int, end: int) -> str:
    """Escape after slicing, never before: an entity must not be cut in two."""
    out, at = [], start
    for first, last in hits:
        if first >= at and last <= end:
            out += [html.escape(text[at:first]), "<mark>", html.escape(text[first:last]), "</mark>"]
            at = last
    return "".join(out) + html.escape(text[at:end])


def highlight(title: str, terms: Iterable[str]) -> SafeString:
    """The whole title as safe HTML with the terms in `<mark>`."""
    return mark_safe(_marked(title, _hits(fold(title), terms), 0, len(title)))  # noqa: S308 - every slice is escaped


def snippet(text: str, terms: Iterable[str], width: int = 120) -> SafeString:
    """About `width` characters around the place where most different terms stand together, as safe HTML."""
    wanted = tuple(terms)
    for length in (_SNIPPET_FIRST, _SNIPPET_SEARCHED):
        flat = re.sub(r"\s+", " ", text[:length]).strip()
        folded = fold(flat)
        hits = _hits(folded, wanted)
        if hits or len(text) <= length:
            break
    start = _best_start(folded, hits, width)
    end = min(len(flat), start + width)
    body = _marked(flat, hits, start, end)
    return mark_safe(("…" if start else "") + body + ("…" if end < len(text) else ""))  # noqa: S308


def _best_start(folded: str, hits: list[tuple[int, int]], width: int) -> int:
    """Where the window with the most different matched characters begins."""
    best, most = 0, 0
    for at, (first, _) in enumerate(hits[:_SNIPPET_HITS]):
        near = set()
        for start, end in hits[at : at + _SNIPPET_HITS]:
            if end > first + width - 20:
                break
            near.add(folded[start:end])
        weight = sum(map(len, near))
        if weight > most:
            best, most = max(0, first - 20), weight
    return min(best, max(0, len(folded) - width))
