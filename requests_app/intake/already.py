"""可能已经公开: public documents that match what somebody is about to ask for (条例§36(1))."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from django.http import QueryDict

from catalog import browse
from catalog.browse import Row
from catalog.reference import shared
from catalog.states import OVER
from search.relaxing import any_of
from search.text import ParsedQuery, fold

MOST = 5
MOST_TYPED = 80
IN_TITLE = 2


def asked_for(what: Mapping[str, str]) -> str:
    """The words to look for: the number, else the name, else the beginning of the description."""
    words = next(
        (text for name in ("document_number", "title", "features") if (text := what.get(name, "").strip())), ""
    )
    return " ".join(words.replace("\x00", "").split())[:MOST_TYPED]


def matching(words: str, *, at: datetime, most: int = MOST) -> list[Row]:
    """The best public matches, as the search page would list them, what is no longer in force last; nothing for no words.

    People write sentences here: where no document has every word, those are offered whose title has two of them.
    """
    words = words.replace("\x00", "").strip()[:MOST_TYPED]
    if not words:
        return []
    params = QueryDict(mutable=True)
    params["q"] = words
    asked = browse.ask(params, reference=shared())
    rows = browse.find(asked, at=at).rows
    if not rows and len(asked.parsed.groups) > 1:
        rows = browse.find(replace(asked, parsed=any_of(asked.parsed)), at=at).rows
        rows = [row for row in rows if _words_in_title(row, asked.parsed) >= IN_TITLE]
    return sorted(rows, key=lambda row: row.document.validity in OVER)[:most]


def _words_in_title(row: Row, parsed: ParsedQuery) -> int:
    title = fold(row.document.title)
    terms = {term for group in parsed.groups for alternative in group for term in alternative.terms if len(term) > 1}
    return sum(term in title for term in terms)
