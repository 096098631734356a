"""可能已经公开: public documents that match what somebody is about to ask for (条例§36(1))."""

from collections.abc import Mapping
from datetime import datetime

from django.http import QueryDict

from catalog import browse
from catalog.browse import Row
from catalog.reference import shared

MOST = 5
MOST_TYPED = 80


def asked_for(what: Mapping[str, str]) -> str:
    """The words to look for: the number, else the name, else the beginning of the description."""
    words = next(
        (text for name in ("document_number", "title", "features") if (text := what.get(name, "").strip())), ""
    )
    return " ".join(words.replace("\x00", "").split())[:MOST_TYPED]


def matching(words: str, *, at: datetime, most: int = MOST) -> list[Row]:
    """The best public matches, as the search page would list them; nothing for no words."""
    words = words.replace("\x00", "").strip()[:MOST_TYPED]
    if not words:
        return []
    params = QueryDict(mutable=True)
    params["q"] = words
    return browse.find(browse.ask(params, reference=shared()), at=at).rows[:most]
