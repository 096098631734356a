"""Segments of a Whoosh 2.7.4 index whose postings numpy reads in place.

Whoosh keeps the table of contents, the generations, the segments and the term tables. Posting lists and columns are
plain arrays: `.pst` holds document numbers (16 bits, so a segment has at most 65,536 documents) and, for ranked fields,
term frequencies; `.col` holds one row a column. Only stock Whoosh classes are pickled: no class of ours can go missing.
"""

import mmap
import os
import struct
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from whoosh.codec.whoosh3 import W3Codec, W3Segment
from whoosh.filedb.filestore import FileStorage
from whoosh.filedb.filetables import HashReader, HashWriter
from whoosh.filedb.structfile import StructFile

from search.engine import COLUMNS, Doc
from search.text import BETWEEN, Segmenter, grams, index_number_key, number_keys

INDEX_NAME = "MAIN"
LARGEST = 65_536
RANKED = ("title", "body")
FIELDS = ("title", "body", "pairs", "number", "index_number")
_ROWS = ("key", "version", "title_length", "body_length", *COLUMNS)
_MOST_KNOWN = 4096
_CRC = 1  # Whoosh's number of the hash function
_LENGTHS, _POINTER = struct.Struct("!ii"), struct.Struct("!Iq")  # Whoosh's own layout
_EMPTY = _POINTER.pack(0, 0)
_PLACE = struct.Struct("<QI")  # first posting, number of postings

Ids = NDArray[np.uint16]
Counts = NDArray[np.uint8]


class Postings(NamedTuple):
    """Document numbers, ascending, and term frequencies (1 everywhere for unranked fields)."""

    ids: Ids
    counts: Counts


class Prepared(NamedTuple):
    """A document as terms and numbers, ready for any segment."""

    terms: dict[str, dict[str, int]]
    row: tuple[int, ...]


def prepare(doc: Doc, words: Segmenter) -> Prepared:
    """Cut one document into terms; the slow part of indexing."""
    title, body = words.index_terms(doc.title), words.index_terms(doc.body)
    index_number = index_number_key(doc.index_number)
    terms = {
        "title": Counter(title),
        "body": Counter(body),
        "pairs": dict.fromkeys([*grams(doc.title), BETWEEN, *grams(doc.body)], 1),
        "number": dict.fromkeys(number_keys(doc.number), 1),
        "index_number": {index_number: 1} if index_number else {},
    }
    return Prepared(terms, (doc.key, doc.version, len(title), len(body), *(getattr(doc, name) for name in COLUMNS)))


class _Field:
    """The postings of one field while a segment is being made, in order of documents."""

    def __init__(self, *, ranked: bool) -> None:
        self.ranked = ranked
        self.vocabulary: defaultdict[str, int] = defaultdict(count().__next__)
        self.terms, self.counts, self.per_doc = array("I"), array("I"), array("I")

    def add(self, terms: dict[str, int]) -> None:
        self.terms.extend(map(self.vocabulary.__getitem__, terms))
        if self.ranked:
            self.counts.extend(terms.values())
        self.per_doc.append(len(terms))

    def inverted(self) -> "_Inverted":
        per_doc = np.frombuffer(self.per_doc, np.uint32)
        docs = np.repeat(np.arange(len(per_doc), dtype=np.uint16), per_doc)
        return _invert(
            self.vocabulary, np.frombuffer(self.terms, np.uint32), docs, np.frombuffer(self.counts, np.uint32)
        )


class _Inverted(NamedTuple):
    names: list[bytes]  # ascending
    sizes: list[int]
    ids: Ids
    counts: Counts


def _invert(
    vocabulary: dict[str, int], terms: NDArray[np.uint32], docs: Ids, counts: NDArray[np.unsignedinteger[Any]]
) -> _Inverted:
    """Order postings by term, then by document. `vocabulary` names the numbers in `terms`; `counts` may be empty."""
    names = sorted((name.encode(), number) for name, number in vocabulary.items())
    rank = np.empty(max(1, len(names)), np.uint32)
    rank[[number for _, number in names]] = np.arange(len(names), dtype=np.uint32)
    placed = rank[terms] if len(terms) else terms
    by_term = np.argsort(placed, kind="stable")
    sizes = np.bincount(placed, minlength=len(names)).tolist() if names else []
    ordered = np.minimum(counts, 255).astype(np.uint8)[by_term] if len(counts) else np.zeros(0, np.uint8)
    return _Inverted([name for name, _ in names], sizes, docs[by_term], ordered)


class SegmentBuilder:
    """Collects documents and writes them as one segment."""

    def __init__(self) -> None:
        self._fields = {name: _Field(ranked=name in RANKED) for name in FIELDS}
        self._rows: list[tuple[int, ...]] = []

    def __len__(self) -> int:
        return len(self._rows)

    def add(self, document: Prepared) -> None:
        """Take one document; at most `LARGEST`."""
        for name, field in self._fields.items():
            field.add(document.terms[name])
        self._rows.append(document.row)

    def write(self, storage: FileStorage) -> W3Segment:
        """Write what was collected; durable, but part of the index only once a table of contents names it."""
        columns = np.array(self._rows, np.int64).T
        return _write(storage, ((name, field.inverted()) for name, field in self._fields.items()), columns)


class _TermTable(HashWriter):
    """Whoosh's hash table, written in bulk: the same file, several times as fast."""

    def __init__(self, file: StructFile) -> None:
        super().__init__(file, hashtype=_CRC)

    def add_field(self, number: int, names: list[bytes], sizes: list[int]) -> None:
        """The terms of one field, with where their postings begin and how many there are."""
        at, first, prefix, entries = self.dbfile.tell(), 0, bytes([number]), []
        for name, size in zip(names, sizes, strict=True):
            key = prefix + name
            entry = _LENGTHS.pack(len(key), _PLACE.size) + key + _PLACE.pack(first, size)
            hashed = crc32(key)
            self.buckets[hashed & 255].append((hashed, at))
            entries.append(entry)
            at += len(entry)
            first += size
        self.dbfile.write(b"".join(entries))

    def _write_hashes(self) -> None:
        for entries in self.buckets:
            slots = 2 * len(entries)
            self.directory.append((self.dbfile.tell(), slots))
            table = [_EMPTY] * slots
            for hashed, position in entries:
                slot = (hashed >> 8) % slots
                while table[slot] is not _EMPTY:
                    slot = (slot + 1) % slots
                table[slot] = _POINTER.pack(hashed, position)
            self.dbfile.write(b"".join(table))


def _write(storage: FileStorage, fields: Iterable[tuple[str, _Inverted]], columns: NDArray[np.int64]) -> W3Segment:
    segment = W3Segment(W3Codec(), INDEX_NAME, doccount=columns.shape[1])
    table = _TermTable(storage.create_file(segment.make_filename(".trm")))
    folder, at = Path(storage.folder), 0
    with (folder / segment.make_filename(".pst")).open("wb") as postings:
        extents: dict[str, tuple[int, int]] = {}
        for number, (name, inverted) in enumerate(fields):
            extents[name] = (at, len(inverted.ids))
            table.add_field(number, inverted.names, inverted.sizes)
            postings.write(inverted.ids.tobytes())
            if name in RANKED:
                postings.write(inverted.counts.tobytes() + bytes(len(inverted.counts) % 2))  # keep the next field even
            at = postings.tell()
        _durable(postings.fileno(), postings.flush)
    table.extras["extents"] = extents
    table.close()
    with (folder / segment.make_filename(".col")).open("wb") as file:
        np.save(file, columns)
        _durable(file.fileno(), file.flush)
    _sync(folder / segment.make_filename(".trm"))
    return segment


def _durable(number: int, flush: Any) -> None:
    flush()
    os.fsync(number)


def _sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


class _MappedFile(StructFile):
    """A file in memory. Whoosh's own reads by seeking, which threads that share it would disturb."""

    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        super().__init__(self._map, name=path.name)

    def get(self, position: int, length: int) -> bytes:
        """Bytes at a place, without moving anything."""
        return self._map[position : position + length]


class SegmentReader:
    """One segment, mapped into memory; safe between threads, because every read is a slice of the map."""

    def __init__(self, storage: FileStorage, segment: W3Segment) -> None:
        self.id: str = segment.segment_id()
        self.size: int = segment.doc_count_all()
        folder = Path(storage.folder)
        path = folder / segment.make_filename(".trm")
        self._terms = HashReader(_MappedFile(path), path.stat().st_size)
        self._extents: dict[str, tuple[int, int]] = self._terms.extras["extents"]
        path = folder / segment.make_filename(".pst")
        self._postings = np.memmap(path, np.uint8, "r") if path.stat().st_size else np.zeros(0, np.uint8)
        columns = np.load(folder / segment.make_filename(".col"), mmap_mode="r")
        self._columns = dict(zip(_ROWS, columns, strict=True))
        self._masks: dict[tuple[str, Any], NDArray[np.bool_]] = {}
        self._known: dict[tuple[str, str], Postings] = {}  # views of the map, so a few hundred bytes each

    def column(self, name: str) -> NDArray[np.int64]:
        """The values of one column by document number."""
        values: NDArray[np.int64] = self._columns[name]
        return values

    def postings(self, field: str, term: str) -> Postings:
        """Where the term occurs; empty when it does not."""
        known = self._known.get((field, term))
        if known is None:
            place = self._terms.get(bytes([FIELDS.index(field)]) + term.encode("utf-8", "replace"))
            known = self._slice(field, *(_PLACE.unpack(place) if place else (0, 0)))
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            self._known[field, term] = known
        return known

    def _slice(self, field: str, first: int, size: int) -> Postings:
        start, total = self._extents[field]
        at = start + 2 * first
        ids = self._postings[at : at + 2 * size].view(np.uint16)
        if field not in RANKED:
            return Postings(ids, np.ones(size, np.uint8) if size < 2 else np.broadcast_to(np.uint8(1), (size,)))
        at = start + 2 * total + first
        return Postings(ids, self._postings[at : at + size])

    def mask(self, name: str, wanted: frozenset[int] | tuple[int, int]) -> NDArray[np.bool_]:
        """Which documents pass a filter; the last few answers are kept."""
        known = self._masks.get((name, wanted))
        if known is None:
            values = self.column(name)
            if isinstance(wanted, tuple):
                known = (values >= wanted[0]) & (values <= wanted[1])
            else:
                known = np.isin(values, list(wanted))
            if len(self._masks) > 32:
                self._masks.clear()
            self._masks[name, wanted] = known
        return known

    def field(self, name: str) -> tuple[list[str], NDArray[np.uint32], Postings]:
        """A whole field: its terms, how many postings each has, and all postings in that order."""
        number, names, sizes = FIELDS.index(name), [], []
        for key, place in self._terms.items():
            if key[0] == number:
                names.append(key[1:].decode())
                sizes.append(_PLACE.unpack(place)[1])
        return names, np.array(sizes, np.uint32), self._slice(name, 0, self._extents[name][1])


def merge(storage: FileStorage, parts: Sequence[tuple[SegmentReader, NDArray[np.bool_]]]) -> W3Segment:
    """Write the living documents of several segments (reader, alive) as one."""
    columns = np.concatenate(
        [np.stack([reader.column(row)[alive] for row in _ROWS]) for reader, alive in parts], axis=1
    )
    return _write(storage, ((name, _merged(name, parts)) for name in FIELDS), columns)


def _merged(name: str, parts: Sequence[tuple[SegmentReader, NDArray[np.bool_]]]) -> _Inverted:
    vocabulary: defaultdict[str, int] = defaultdict(count().__next__)
    terms, docs, counts, base = [], [], [], 0
    for reader, alive in parts:
        names, sizes, postings = reader.field(name)
        numbers = np.fromiter(map(vocabulary.__getitem__, names), np.uint32, len(names))
        renumbered = np.cumsum(alive, dtype=np.int64) - 1 + base
        kept = alive[postings.ids]
        terms.append(np.repeat(numbers, sizes)[kept])
        docs.append(renumbered[postings.ids[kept]].astype(np.uint16))
        counts.append(postings.counts[kept] if name in RANKED else postings.counts[:0])
        base += int(alive.sum())
    placed = np.concatenate(terms)
    used, names_in_order = np.unique(placed), list(vocabulary)
    left = {names_in_order[number]: place for place, number in enumerate(used.tolist())}
    return _invert(left, np.searchsorted(used, placed).astype(np.uint32), np.concatenate(docs), np.concatenate(counts))
