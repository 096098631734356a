"""The default engine: Whoosh 2.7.4 stores the postings, numpy evaluates them. Runs wherever Python runs."""

import heapq
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from whoosh.codec.whoosh3 import W3Segment
from whoosh.fields import NUMERIC, TEXT, Schema
from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC, clean_files

from search.engine import (
    COLUMNS,
    K1,
    MOST_VERIFIED,
    RERANKED,
    TITLE_WEIGHT,
    B,
    Built,
    Doc,
    Page,
    Query,
    Source,
    Texts,
    changed_at,
    load_safely,
    rank,
)  # fmt: skip
from search.text import Alternative, ParsedQuery, Segmenter, grams, has_phrase
from search.whoosh_segment import FIELDS, INDEX_NAME, LARGEST, RANKED, SegmentBuilder, SegmentReader, merge, prepare
from search.workers import run

_WEIGHT = {"title": TITLE_WEIGHT, "body": 1.0}
_SEGMENT_DOCS = 20_000  # documents a build keeps in memory before writing a segment, about 300 MB
_MERGE_AT = 8
_MANY = 32  # segments; merging costs more than indexing, so it waits for a quiet moment
_MERGED_AT_MOST = {False: 2_000, True: 12_000}  # between slices; when there is nothing else to do
_TEXTS_AT_ONCE = 500
_MOST_RARITIES = 20_000

# What a reader of the files sees; postings and columns are laid out by `whoosh_segment`.
_SCHEMA = Schema(
    **{name: TEXT(phrase=False) for name in FIELDS}, **{name: NUMERIC(int, signed=True) for name in ("key", *COLUMNS)}
)

Mask = NDArray[np.bool_]
Numbers = NDArray[np.int64]


class _Leaf(NamedTuple):
    """A segment as of one generation: shared arrays, own deletions and length norms."""

    reader: SegmentReader
    alive: Mask
    norms: dict[str, NDArray[np.float32]]


@dataclass(frozen=True)
class _State:
    generation: int
    leaves: list[_Leaf]
    documents: int  # with deleted ones, as document frequencies count them too
    rarities: dict[tuple[str, str], float] = field(default_factory=dict)

    def rarity(self, name: str, term: str) -> float:
        """Inverse document frequency over all segments."""
        known = self.rarities.get((name, term))
        if known is None:
            holding = sum(len(leaf.reader.postings(name, term).ids) for leaf in self.leaves)
            known = float(np.log1p((self.documents - holding + 0.5) / (holding + 0.5)))
            if len(self.rarities) < _MOST_RARITIES:
                self.rarities[name, term] = known
        return known


@dataclass
class _Hits:
    """What matched in one segment. `unsure` marks those whose phrases the postings cannot decide."""

    leaf: _Leaf
    ids: Numbers
    scores: NDArray[np.float32]
    unsure: Mask | None = None

    def keep(self, wanted: Mask) -> None:
        self.ids, self.scores = self.ids[wanted], self.scores[wanted]

    @property
    def orders(self) -> Numbers:
        return (self.leaf.reader.column("day")[self.ids] << 31) | self.keys

    @property
    def keys(self) -> Numbers:
        return self.leaf.reader.column("key")[self.ids]


# Lengths are rounded down to 40 exact values and then eight steps a doubling, as tantivy stores them, so both engines
# rank alike.
_STEPS = np.array(
    [*range(41), *(40 + 8 * (2**level - 2) + 2**level * step for level in range(1, 25) for step in range(1, 9))]
)


def _rounded(lengths: Numbers) -> NDArray[np.float32]:
    return _STEPS[np.searchsorted(_STEPS, lengths, side="right") - 1].astype(np.float32)


class WhooshEngine:
    """An index folder opened for reading, and for writing by the indexer alone."""

    def __init__(self, folder: Path, words: Segmenter, texts: Texts) -> None:
        self.words, self._texts = words, texts
        self._storage = FileStorage(str(folder), supports_mmap=True)
        self._folder = folder
        self._mutex = threading.Lock()
        self._seen: int | None = None
        self._current: _State | None = None

    @classmethod
    def create(cls, folder: Path) -> None:
        """Make an empty index."""
        TOC.create(FileStorage(str(folder)), _SCHEMA, INDEX_NAME)

    # --- reading ------------------------------------------------------------------------------------------------------

    def search(self, query: Query) -> Page:
        """Evaluate on arrays; see `search.engine.Engine`."""
        state = self._state()
        ranked = query.ranked
        found = [_Evaluation(state, leaf, query).hits(ranked=ranked) for leaf in state.leaves]
        exact = self._verify(query.parsed, found, ranked=ranked)
        return Page(
            keys=_best(found, query, ranked=ranked),
            total=sum(len(hits.ids) for hits in found),
            total_is_exact=exact,
            facets={name: _counted(name, found) for name in query.facets},
            generation=f"{self._folder.parent.name}:{state.generation}",
        )

    def _verify(self, parsed: ParsedQuery, found: list[_Hits], *, ranked: bool) -> bool:
        """Look for long phrases in the database, the best candidates first; whether that reached all of them."""
        waiting = [
            (-float(score) if ranked else 0.0, -int(order), at, place)
            for at, hits in enumerate(found)
            if hits.unsure is not None
            for place, score, order in _unsure(hits)
        ]
        chosen = heapq.nsmallest(MOST_VERIFIED, waiting)
        wanted = [np.ones(len(hits.ids), bool) if hits.unsure is None else ~hits.unsure for hits in found]
        for start in range(0, len(chosen), _TEXTS_AT_ONCE):
            places = [(at, place) for _, _, at, place in chosen[start : start + _TEXTS_AT_ONCE]]
            keys = [int(found[at].keys[place]) for at, place in places]
            texts = self._texts(keys)
            for key, (at, place) in zip(keys, places, strict=True):
                wanted[at][place] = key in texts and _says(texts[key], parsed)
        for hits, kept in zip(found, wanted, strict=True):
            if hits.unsure is not None:
                hits.keep(kept)
        return len(waiting) <= MOST_VERIFIED

    def count(self) -> int:
        """Living documents."""
        return sum(int(leaf.alive.sum()) for leaf in self._state().leaves)

    def versions(self) -> dict[int, int]:
        """Key → version of every living document."""
        held: dict[int, int] = {}
        for leaf in self._state().leaves:
            keys, versions = leaf.reader.column("key")[leaf.alive], leaf.reader.column("version")[leaf.alive]
            held.update(zip(keys.tolist(), versions.tolist(), strict=True))
        return held

    def generation(self) -> str:
        """Name of the folder and number of the commit."""
        return f"{self._folder.parent.name}:{self._state().generation}"

    def close(self) -> None:
        """Maps are closed when the last answer in flight lets go of them."""
        self._current = None

    def _state(self) -> _State:
        """The newest generation; a folder's time stamp changes with every commit."""
        stamp = changed_at(self._folder)
        state = self._current
        if state and stamp == self._seen:
            return state
        with self._mutex:
            state = self._current
            if not state or TOC._latest_generation(self._storage, INDEX_NAME) != state.generation:
                state = self._open(state)
            self._current, self._seen = state, stamp
        return state

    def _open(self, old: _State | None) -> _State:
        """Read the table of contents; segments already mapped are used again, their deletions are not."""
        known = {leaf.reader.id: leaf.reader for leaf in old.leaves} if old else {}
        for attempt in range(10):  # a commit may remove a file between reading the table and opening it
            try:
                toc = TOC.read(self._storage, INDEX_NAME, schema=_SCHEMA)
                readers = [
                    known.get(segment.segment_id()) or SegmentReader(self._storage, segment) for segment in toc.segments
                ]
                break
            except OSError:
                if attempt == 9:
                    raise
        documents = sum(reader.size for reader in readers)
        means = {
            name: max(1.0, sum(int(reader.column(f"{name}_length").sum()) for reader in readers) / max(1, documents))
            for name in RANKED
        }
        leaves = [_leaf(reader, segment, means) for reader, segment in zip(readers, toc.segments, strict=True)]
        return _State(toc.generation, leaves, documents)

    # --- writing ------------------------------------------------------------------------------------------------------

    def apply(self, upserts: Iterable[Doc], deletes: Iterable[int]) -> None:
        """One new segment with the documents; their former selves are marked deleted in the same commit."""
        documents = {doc.key: doc for doc in upserts}
        state = self._state()
        segments = self._segments()
        gone = np.array([*documents, *deletes], np.int64)
        for segment, leaf in zip(segments, state.leaves, strict=True):
            for number in np.flatnonzero(np.isin(leaf.reader.column("key"), gone) & leaf.alive).tolist():
                segment.delete_document(number)
        everything = list(documents.values())
        for start in range(0, len(everything), LARGEST):
            builder = SegmentBuilder()
            for doc in everything[start : start + LARGEST]:
                builder.add(prepare(doc, self.words))
            segments.append(builder.write(self._storage))
        self._commit(segments, state.generation + 1)

    def _segments(self) -> list[W3Segment]:
        """Fresh from the table of contents, so that a write that fails half way leaves nothing marked."""
        return list(TOC.read(self._storage, INDEX_NAME, schema=_SCHEMA).segments)

    def _commit(self, segments: Sequence[W3Segment], generation: int) -> None:
        left = [segment for segment in segments if segment.deleted_count() < segment.doc_count_all()]
        TOC(_SCHEMA, left, generation).write(self._storage, INDEX_NAME)
        clean_files(self._storage, INDEX_NAME, generation, left)
        with self._mutex:
            self._seen = None

    def build(self, batches: Iterable[Sequence[int]], source: Source, processes: int) -> Iterator[Built]:
        """Every process writes segments of its own; the table of contents names them all at the end."""
        segments: list[W3Segment] = []
        for built, made in run(lambda: _Builder(self._storage, self.words, source), batches, processes):
            segments += made
            yield built
        self._commit(segments, self._state().generation + 1)

    def tidy(self, *, idle: bool) -> bool:
        """Merge eight segments of about the same size, the smallest first; while work waits only when there are many."""
        state = self._state()
        if not idle and len(state.leaves) < _MANY:
            return False
        sizes = [int(leaf.alive.sum()) for leaf in state.leaves]
        chosen = _to_merge(sizes, _MERGED_AT_MOST[idle])
        if not chosen:
            return False
        parts = [(state.leaves[at].reader, state.leaves[at].alive) for at in chosen]
        merged = merge(self._storage, parts)
        left = [segment for at, segment in enumerate(self._segments()) if at not in chosen]
        self._commit([*left, merged], state.generation + 1)
        return True


def _to_merge(sizes: list[int], at_most: int) -> list[int]:
    """Places of the segments to merge next: eight of one order of magnitude (base 8), or none."""
    tiers: dict[int, list[int]] = {}
    for at, size in enumerate(sizes):
        tiers.setdefault(max(1, size).bit_length() // 3, []).append(at)
    for tier in sorted(tiers):
        chosen = tiers[tier][:_MERGE_AT]
        if len(chosen) == _MERGE_AT and sum(sizes[at] for at in chosen) <= at_most:
            return chosen
    return []


def _leaf(reader: SegmentReader, segment: W3Segment, means: dict[str, float]) -> _Leaf:
    alive = np.ones(reader.size, bool)
    alive[list(segment.deleted_docs())] = False
    norms = {
        name: (K1 * (1 - B + B * _rounded(reader.column(f"{name}_length")) / means[name])).astype(np.float32)
        for name in RANKED
    }
    return _Leaf(reader, alive, norms)


class _Builder:
    """One process's part of a build."""

    def __init__(self, storage: FileStorage, words: Segmenter, source: Source) -> None:
        self._storage, self._words, self._source = storage, words, source
        self._segment = SegmentBuilder()

    def work(self, keys: Sequence[int]) -> tuple[Built, list[W3Segment]]:
        documents, failed = load_safely(self._source, keys)
        for doc in documents:
            self._segment.add(prepare(doc, self._words))
        made = [self._written()] if len(self._segment) >= _SEGMENT_DOCS else []
        titles = tuple(doc.title for doc in documents if doc.access in self._source.public)
        return Built(len(documents), failed, titles), made

    def finish(self) -> tuple[Built, list[W3Segment]]:
        return Built(0), [self._written()] if len(self._segment) else []

    def _written(self) -> W3Segment:
        made, self._segment = self._segment.write(self._storage), SegmentBuilder()
        return made


class _Evaluation:
    """One query on one segment."""

    def __init__(self, state: _State, leaf: _Leaf, query: Query) -> None:
        self._state, self._leaf, self._reader, self._query = state, leaf, leaf.reader, query

    def hits(self, *, ranked: bool) -> _Hits:
        parsed = self._query.parsed
        matching = self._leaf.alive & self._reader.mask("access", self._query.access)
        for name, wanted in self._query.filters.items():
            matching = matching & self._reader.mask(name, wanted)
        if parsed.identifier:
            name = "number" if parsed.number else "index_number"
            ids = self._reader.postings(name, parsed.identifier).ids.astype(np.int64)
            ids = ids[matching[ids]]
            return _Hits(self._leaf, ids, np.zeros(len(ids), np.float32))
        for group in parsed.groups:
            matching = matching & self._any(group)
        for phrase in parsed.phrases:
            matching = matching & self._pairs(phrase)
        for terms in parsed.without:
            matching = matching & ~self._all(terms)
        for phrase in parsed.without_phrases:
            if len(grams(phrase)) == 1:
                matching = matching & ~self._pairs(phrase)
        ids = np.flatnonzero(matching)
        scores = self._scores(ids) if ranked else np.zeros(len(ids), np.float32)
        return _Hits(self._leaf, ids, scores, self._unsure(ids))

    def _unsure(self, ids: Numbers) -> Mask | None:
        parsed = self._query.parsed
        if any(len(grams(phrase)) > 1 for phrase in parsed.phrases):
            return np.ones(len(ids), bool)
        suspects = [self._pairs(phrase)[ids] for phrase in parsed.without_phrases if len(grams(phrase)) > 1]
        return np.logical_or.reduce(suspects) if suspects else None

    # --- matching -----------------------------------------------------------------------------------------------------

    def _word(self, term: str) -> Mask:
        found = np.zeros(self._reader.size, bool)
        for name in RANKED:
            found[self._reader.postings(name, term).ids] = True
        return found

    def _all(self, terms: Sequence[str]) -> Mask:
        found = self._word(terms[0])
        for term in terms[1:]:
            found &= self._word(term)
        return found

    def _any(self, group: Sequence[Alternative]) -> Mask:
        found = self._all(group[0].terms)
        for alternative in group[1:]:
            found |= self._all(alternative.terms)
        return found

    def _pairs(self, phrase: str) -> Mask:
        found = np.ones(self._reader.size, bool)
        for pair in dict.fromkeys(grams(phrase)):
            here = np.zeros(self._reader.size, bool)
            here[self._reader.postings("pairs", pair).ids] = True
            found &= here
        return found

    # --- ranking ------------------------------------------------------------------------------------------------------

    def _scores(self, ids: Numbers) -> NDArray[np.float32]:
        scores = np.zeros(self._reader.size, np.float32)
        parsed = self._query.parsed
        for group in parsed.groups:
            for alternative in group:
                self._add(scores, alternative)
        for term in parsed.hints:
            self._add(scores, Alternative((term,)))
        return scores[ids]

    def _add(self, scores: NDArray[np.float32], alternative: Alternative) -> None:
        single = len(alternative.terms) == 1
        part = scores if single and alternative.weight == 1 else np.zeros_like(scores)
        for term in alternative.terms:
            for name in RANKED:
                ids, counts = self._reader.postings(name, term)
                if len(ids):
                    weight = _WEIGHT[name] * (K1 + 1) * self._state.rarity(name, term)
                    part[ids] += np.float32(weight) * counts / (counts + self._leaf.norms[name][ids])
        if part is not scores:
            scores += np.float32(alternative.weight) * np.where(self._all(alternative.terms), part, np.float32(0))


def _unsure(hits: _Hits) -> Iterator[tuple[int, float, int]]:
    places = np.flatnonzero(np.asarray(hits.unsure))
    yield from zip(places.tolist(), hits.scores[places].tolist(), hits.orders[places].tolist(), strict=True)


def _says(text: tuple[str, str], parsed: ParsedQuery) -> bool:
    """Whether every quoted phrase, and no excluded one, stands in title or body."""

    def stands(phrase: str) -> bool:
        return any(has_phrase(part, phrase) for part in reversed(text))  # mostly it is in the body

    return all(map(stands, parsed.phrases)) and not any(map(stands, parsed.without_phrases))


def _best(found: list[_Hits], query: Query, *, ranked: bool) -> list[int]:
    """The keys of the page: by score, or by day and key, newest first."""
    last = query.last
    if not last or not found:
        return []
    tops = [
        (hits, _leading(hits.scores, max(last, RERANKED + 1)) if ranked else _leading(hits.orders, last))
        for hits in found
    ]
    scores = np.concatenate([hits.scores[top] for hits, top in tops])
    orders = np.concatenate([hits.orders[top] for hits, top in tops])
    best = np.lexsort((-orders, -scores))
    if ranked:
        validity = np.concatenate([hits.leaf.reader.column("validity")[hits.ids[top]] for hits, top in tops])
        best = best[rank(scores[best], orders[best], validity[best], query)]
    return [int(order) & 0x7FFF_FFFF for order in orders[best[query.offset : last]]]


def _leading(values: NDArray[np.generic], wanted: int) -> NDArray[np.intp]:
    """Places of the greatest values, with all that equal the last of them."""
    if len(values) <= wanted:
        return np.arange(len(values))
    least = np.partition(values, len(values) - wanted)[len(values) - wanted]
    return np.flatnonzero(values >= least)


def _counted(name: str, found: list[_Hits]) -> dict[int, int]:
    counts: dict[int, int] = {}
    for hits in found:
        values = hits.leaf.reader.column(name)[hits.ids]
        if len(values) and values.min() >= 0 and values.max() < 1 << 16:
            numbers = np.bincount(values)
            present = np.flatnonzero(numbers)
            pairs = zip(present.tolist(), numbers[present].tolist(), strict=True)
        else:
            distinct, several = np.unique(values, return_counts=True)
            pairs = zip(distinct.tolist(), several.tolist(), strict=True)
        for value, number in pairs:
            counts[value] = counts.get(value, 0) + number
    return counts
