"""可能已经公开: public documents that match what somebody is about to ask for (条例§36(1))."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from django.http import QueryDict

from catalog import browse
from catalog.browse import Row
from catalog.reference import shared
from search.relaxing import longest

MOST = 5
MOST_TYPED = 80


def asked_for(what: Mapping[str, str]) -> str:
    """The words to look for: the number, else the name, else the beginning of the description."""
    words = next(
        (text for name in ("document_number", "title", "features") if (text := what.get(name, "").strip())), ""
    )
    return " ".join(words.replace("\x00", "").split())[:MOST_TYPED]


def matching(words: str, *, at: datetime, most: int = MOST) -> list[Row]:
    """The best public matches, as the search page would list them; nothing for no words.

    People write sentences here: where no document has every word, those with the three or two longest are offered.
    """
    words = words.replace("\x00", "").strip()[:MOST_TYPED]
    if not words:
        return []
    params = QueryDict(mutable=True)
    params["q"] = words
    asked = browse.ask(params, reference=shared())
    rows = browse.find(asked, at=at).rows
    for few in (3, 2):
        if rows or len(asked.parsed.groups) <= few:
            continue
        rows = browse.find(replace(asked, parsed=longest(asked.parsed, few)), at=at).rows
    return rows[:most]
