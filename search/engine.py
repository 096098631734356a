"""The one small interface in front of the search engines. A caller sees keys, totals and counts, never an engine.

Engines hold no text to show: titles, bodies, rights and marking come from the database. An engine for a cluster must be
able to implement this page, so nothing here assumes files.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Literal, Protocol

import numpy as np
import structlog
from numpy.typing import NDArray

from search.text import ParsedQuery, Segmenter

log = structlog.get_logger(__name__)

# Integer columns of every document: filters and facets. Signed 32-bit numbers.
COLUMNS = (
    "department", "topic", "column", "genre", "validity", "year", "day", "access", "kind", "key_area",
)  # fmt: skip
FACETS = tuple(name for name in COLUMNS if name not in {"day", "access"})
DEEPEST = 1000  # results a person can page to; lists beyond come from the database
MOST_VERIFIED = (
    1000  # candidates of a phrase an engine without positions may verify in the database (rulings 33: at most 2,000)
)

_SETTLED_NS = 50_000_000

# BM25, a title word weighing three times; then something is added to the best for being valid and recent. Only to the
# best: adding it to every match costs more than finding them, and would lift documents that hardly fit.
K1, B = 1.2, 0.75
TITLE_WEIGHT = 3.0
RERANKED = 300
VALID_BONUS = 1.5
RECENT_BONUS = ((365, 0.6), (3 * 365, 0.5), (10 * 365, 0.4))  # each one that holds is added: 1.5 within a year


class SearchUnavailable(Exception):
    """No index can answer now; the text says why, in Chinese, for staff. Citizens get the degraded mode."""


@dataclass(frozen=True, slots=True)
class Doc:
    """A document as the index sees it. `day` is `date.toordinal()`, 0 when unknown; `key` is in 0 … 2³¹-1."""

    key: int
    version: int  # from 1
    title: str
    body: str
    number: str = ""
    index_number: str = ""
    department: int = 0
    topic: int = 0
    column: int = 0
    genre: int = 0
    validity: int = 0
    year: int = 0
    day: int = 0
    access: int = 0
    kind: int = 0
    key_area: int = 0

    @property
    def order(self) -> int:
        """Sorts by day, then by key; fits both a signed 64-bit column and the 53 bits of a float."""
        return (self.day << 31) | self.key


Filter = frozenset[int] | tuple[int, int]


@dataclass(frozen=True, kw_only=True)
class Query:
    """A question to an engine.

    `access` is the disclosure attributes the asker may see; it has no default. A filter is a set of values or a pair
    (lowest, highest), both included. `today` is `date.toordinal()`. `valid` are the validity codes that rank higher.
    """

    access: frozenset[int]
    today: int
    parsed: ParsedQuery = field(default_factory=ParsedQuery)
    filters: Mapping[str, Filter] = field(default_factory=dict)
    sort: Literal["relevance", "date"] = "relevance"
    offset: int = 0
    limit: int = 20
    facets: Sequence[str] = ()
    valid: frozenset[int] = frozenset({1, 2})

    def __post_init__(self) -> None:
        unknown = ({*self.filters} | {*self.facets}) - {*COLUMNS}
        if unknown:
            raise ValueError(f"unknown column: {', '.join(sorted(unknown))}")

    @property
    def window(self) -> int:
        """How many results may be returned: none beyond the deepest place."""
        return max(0, min(self.limit, DEEPEST - self.offset)) if self.offset >= 0 else 0

    @property
    def last(self) -> int:
        """How many of the best an engine must look at: at most `DEEPEST`, whatever was asked."""
        return self.offset + self.window if self.window else 0

    @property
    def ranked(self) -> bool:
        """Whether there is anything to rank by; otherwise the newest come first."""
        words = self.parsed.groups or self.parsed.phrases
        return self.sort == "relevance" and bool(words) and not self.parsed.identifier


@dataclass(frozen=True)
class Page:
    """Keys in order, and counts over the whole result. With `total_is_exact` False there are at least `total`."""

    keys: list[int]
    total: int
    total_is_exact: bool = True
    facets: dict[str, dict[int, int]] = field(default_factory=dict)
    generation: str = ""


@dataclass(frozen=True)
class Built:
    """One step of a build: how many documents went in, which keys could not be read, and the titles of public ones."""

    done: int
    failed: tuple[int, ...] = ()
    titles: tuple[str, ...] = ()


class Source(Protocol):
    """Where documents come from; `settings.SEARCH_SOURCE` names a class without constructor arguments."""

    public: frozenset[int]  # `access` values whose titles may feed suggestions

    def load(self, keys: Sequence[int]) -> list[Doc]:
        """The documents that belong into the index now; a key without one is to be deleted."""

    def keys(self, after: int, limit: int) -> list[int]:
        """Keys that belong into the index, ascending, greater than `after`."""

    def changed_since(self, moment: datetime) -> Iterator[int]:
        """Keys changed at or after the moment, also those that no longer belong into the index."""

    def stale(self, limit: int) -> list[int]:
        """Keys whose latest version the index has not taken up, be it to hold or to forget it."""

    def mark_indexed(self, versions: Mapping[int, int]) -> None:
        """Record which version the index holds."""

    def mark_removed(self, keys: Sequence[int]) -> None:
        """Record that the index was told to forget these."""

    def texts(self, keys: Sequence[int]) -> dict[int, tuple[str, str]]:
        """Title and body as they were given to the index."""

    def count(self) -> int:
        """How many documents belong into the index."""


Texts = Callable[[Sequence[int]], Mapping[int, tuple[str, str]]]


class Engine(Protocol):
    """An open index. Reading is safe from many threads; only the indexer writes."""

    words: Segmenter

    def search(self, query: Query) -> Page:
        """Answer at the newest generation."""

    def apply(self, upserts: Iterable[Doc], deletes: Iterable[int]) -> None:
        """Put these in, take those out, durably, in one step. Doing it twice changes nothing."""

    def build(self, batches: Iterable[Sequence[int]], source: Source, processes: int) -> Iterator[Built]:
        """Fill an empty index; ends with everything durable."""

    def tidy(self, *, idle: bool) -> bool:
        """Merge small pieces a little; whether there was anything to do."""

    def versions(self) -> dict[int, int]:
        """Key → version of every document held."""

    def count(self) -> int:
        """How many documents are held."""

    def generation(self) -> str:
        """Changes with every change of the content."""

    def close(self) -> None:
        """Let go of files."""


def changed_at(path: Path) -> int:
    """Time stamp (ns) that changes when `path` changes; fresh ones differ at every call, for clocks tick coarsely."""
    stamp, now = path.stat().st_mtime_ns, time.time_ns()
    return stamp if now - stamp > _SETTLED_NS else -now


def rank(
    scores: NDArray[np.float32], orders: NDArray[np.int64], validity: NDArray[np.int64], query: Query
) -> NDArray[np.intp]:
    """Places of the hits in their final order; they come best score first, at least `RERANKED` + 1 where there are.

    Where the cut falls among equal scores, all of these stay below: which of them an engine delivers is chance.
    """
    head = len(scores)
    if head > RERANKED:
        head = int(np.searchsorted(-scores, -scores[RERANKED] * np.float32(1.00001), side="left"))
    day = orders[:head] >> 31
    bonus = VALID_BONUS * np.isin(validity[:head], list(query.valid))
    for days, more in RECENT_BONUS:
        bonus += more * ((day >= query.today - days) & (day <= query.today))
    best = np.lexsort((-orders[:head], -(scores[:head] + bonus)))
    return np.concatenate([best, np.arange(head, len(scores))])


def load_safely(source: Source, keys: Sequence[int]) -> tuple[list[Doc], tuple[int, ...]]:
    """Load, and when one row breaks, load the others singly: one broken row must not stop the rest."""
    try:
        return source.load(keys), ()
    except Exception:
        log.warning("search.batch_broken", keys=len(keys), exc_info=True)
    documents, failed = [], []
    for key in keys:
        try:
            documents += source.load([key])
        except Exception:
            failed.append(key)
            log.exception("search.row_broken", key=key)
    return documents, tuple(failed)
