"""Reads about the state of search, for health pages and commands."""

from datetime import datetime
from typing import TypedDict

from django.conf import settings

from search import live, store
from search.dictionary import user_words
from search.engine import SearchUnavailable
from search.models import Change, Lane
from search.text import dictionary_version

MOST_COUNTED = 10_001
LAG_LIMIT_SECONDS = 30  # a single change that waits longer is late


def lag(at: datetime) -> tuple[int, float]:
    """How many changes wait to be indexed (10,001 at most), and for how many seconds the oldest single one has.

    Bulk changes may wait as long as an import takes; a citizen's new document may not.
    """
    waiting = len(Change.objects.values_list("id")[:MOST_COUNTED])
    single = Change.objects.filter(lane=Lane.SINGLE).order_by("id").values_list("created_at", flat=True).first()
    return waiting, max(0.0, (at - single).total_seconds()) if single else 0.0


class Status(TypedDict):
    """What `search_index status` prints."""

    engine: str
    available: bool
    reason: str
    folder: str
    documents: int
    generation: str
    built_at: str
    rebuild_wanted: bool
    pending: int
    oldest_seconds: float
    indexer_beat_seconds: float | None


def status(at: datetime) -> Status:
    """The served index, and how far it is behind."""
    (pending, oldest), beat = lag(at), store.last_beat()
    said: Status = {
        "engine": settings.SEARCH_ENGINE,
        "available": False,
        "reason": "",
        "folder": "",
        "documents": 0,
        "generation": "",
        "built_at": "",
        "rebuild_wanted": True,
        "pending": pending,
        "oldest_seconds": round(oldest, 1),
        "indexer_beat_seconds": round((at - beat).total_seconds(), 1) if beat else None,
    }
    try:
        folder = store.current()
        engine = folder.open(live.source().texts)
        said["documents"], said["generation"] = engine.count(), engine.generation()
    except (SearchUnavailable, OSError, ValueError) as error:
        said["reason"] = str(error)
        return said
    said |= {
        "available": True,
        "folder": folder.path.name,
        "built_at": folder.manifest.built_at,
        "rebuild_wanted": folder.manifest.dictionary != dictionary_version(user_words()),
    }
    return said
