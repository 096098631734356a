"""What other rooms call: record that something changed, search, suggest, note what was not found."""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from itertools import islice

import structlog
from django.db import DatabaseError, connection, transaction
from django.db.models import F

from search import live
from search.dictionary import synonyms
from search.engine import Page, Query, SearchUnavailable
from search.lexicon import Lexicon, lexicon
from search.models import Change, EmptySearch, Lane, Stamp
from search.text import ParsedQuery, fold, parse, segmenter

log = structlog.get_logger(__name__)
_ROWS_AT_ONCE = 1000
EMPTY_KEPT_DAYS = 365
MOST_EMPTY_A_DAY = 2000
MOST_EMPTY_CHARS = 40
READER_WAITS_MS = 100
# Telephones, identity and account numbers, addresses of mail: nothing that may be somebody's.
_PERSONAL = re.compile(r"\d[\d\s\-x]{5,}\d|@")


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


# --- what was not found ------------------------------------------------------------------------------------------------


def empty_term(typed: str) -> str:
    """How a search is noted: folded, with single blanks; empty for what is long or looks like a person's number."""
    term = " ".join(fold(typed).split())
    return "" if len(term) > MOST_EMPTY_CHARS or _PERSONAL.search(term) else term


def note_empty_search(typed: str, *, on: date) -> None:
    """条例§24: what visitors looked for and did not find, so that the office can name things as they do.

    Never raises: a page is not lost because a number could not be written. At most 2,000 different words a day.
    """
    if not (term := empty_term(typed)):
        return
    try:
        with _in_a_moment(), transaction.atomic():
            noted = EmptySearch.objects.filter(on=on, term=term).update(count=F("count") + 1)
            if not noted and EmptySearch.objects.filter(on=on).count() < MOST_EMPTY_A_DAY:
                EmptySearch.objects.create(on=on, term=term)
    except DatabaseError as error:  # also two visitors with the same new word at once
        log.warning("empty_search_not_noted", error=type(error).__name__)


@contextmanager
def _in_a_moment() -> Iterator[None]:
    """A reader waits at most a moment for SQLite's one writer; servers of databases lock rows only."""
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        before = cursor.execute("PRAGMA busy_timeout").fetchone()[0]
        cursor.execute(f"PRAGMA busy_timeout = {READER_WAITS_MS}")
        try:
            yield
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {before}")


def forget_empty_searches(*, today: date) -> int:
    """Those older than a year; how many rows."""
    return EmptySearch.objects.filter(on__lt=today - timedelta(days=EMPTY_KEPT_DAYS)).delete()[0]
