"""What other rooms call: record that something changed, search, suggest."""

from collections.abc import Iterable
from itertools import islice

import structlog
from django.db import transaction
from django.db.models import F

from search import live
from search.dictionary import synonyms
from search.engine import Page, Query, SearchUnavailable
from search.lexicon import Lexicon, lexicon
from search.models import Change, Lane, Stamp
from search.text import ParsedQuery, parse, segmenter

log = structlog.get_logger(__name__)
_ROWS_AT_ONCE = 1000


@transaction.atomic
def record_changes(keys: Iterable[int], *, bulk: bool = False) -> None:
    """Have these documents indexed, or removed, once the caller's transaction commits; call it inside that one."""
    lane = Lane.BULK if bulk else Lane.SINGLE
    rows = (Change(key=key, lane=lane) for key in keys)
    while batch := list(islice(rows, _ROWS_AT_ONCE)):
        Change.objects.bulk_create(batch)
    if not Stamp.objects.filter(pk=1).update(number=F("number") + 1):
        Stamp.objects.get_or_create(pk=1)
        Stamp.objects.filter(pk=1).update(number=F("number") + 1)


def stamp() -> int:
    """A number that is another one after every `record_changes`."""
    return Stamp.objects.filter(pk=1).values_list("number", flat=True).first() or 0


def read(typed: str) -> ParsedQuery:
    """What was typed, with the office's synonyms and the words of the served index. Works without an index, too."""
    try:
        words = live.folder().manifest.words
    except SearchUnavailable:
        words = ()
    return parse(typed, synonyms.groups(), words=segmenter(words))


def search(query: Query) -> Page:
    """Ask the served index.

    Raises:
        SearchUnavailable: no index can answer; show the degraded mode.
    """
    try:
        return live.engine().search(query)
    except SearchUnavailable:
        raise
    except Exception as error:
        log.exception("search.failed")
        raise SearchUnavailable("检索暂时不可用。") from error


def generation() -> str:
    """Name of the index as it is served now; another one after every commit. Raises SearchUnavailable."""
    return live.engine().generation()


def suggest(prefix: str, limit: int = 8) -> list[str]:
    """Words to offer while typing, also for pinyin; none when the index is away."""
    words = _lexicon()
    return words.suggest(prefix, limit) if words else []


def did_you_mean(parsed: ParsedQuery) -> str | None:
    """Another query that was probably meant, for results that are few; None when every word is known."""
    words = _lexicon()
    if not words or parsed.identifier:
        return None
    corrections = {chunk: words.correct(chunk) for chunk in parsed.chunks}
    if not any(corrections.values()):
        return None
    return " ".join(corrections[chunk] or chunk for chunk in parsed.chunks)


def related(parsed: ParsedQuery, limit: int = 8) -> list[str]:
    """Longer words from titles that contain a word of the query."""
    words = _lexicon()
    found = (word for chunk in parsed.chunks for word in words.related(chunk, limit)) if words else iter(())
    return list(islice(dict.fromkeys(found), limit))


def _lexicon() -> Lexicon | None:
    try:
        return lexicon(live.folder().path)
    except SearchUnavailable:
        return None
