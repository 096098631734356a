"""The faster engine, recommended above 200,000 documents on one server. Same keys, totals and counts as the default."""

import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
import tantivy
from tantivy import Occur

from search.engine import (
    COLUMNS,
    RERANKED,
    TITLE_WEIGHT,
    Built,
    Doc,
    Filter,
    Page,
    Query,
    Source,
    Texts,
    changed_at,
    load_safely,
    rank,
)  # fmt: skip
from search.text import BETWEEN, Alternative, Segmenter, grams, index_number_key, number_keys
from search.workers import run

_BUILD_HEAP = 256_000_000
_UPDATE_HEAP = 32_000_000
_MOST_BUCKETS = 10_000
_SPLIT = "search_blank"  # terms come separated by blanks; nothing is cut or folded in the engine
_Clause = tuple[Occur, tantivy.Query]


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    # The key is text: deleting by an unsigned term silently deletes nothing.
    builder.add_text_field("id", tokenizer_name="raw", index_option="basic")
    for name in ("number", "index_number"):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    for name in ("title", "body"):
        builder.add_text_field(name, tokenizer_name=_SPLIT, index_option="freq")
    builder.add_text_field("pairs", tokenizer_name=_SPLIT, index_option="position")
    for name in ("key", "version", "order"):
        builder.add_integer_field(name, fast=True)
    for name in COLUMNS:
        builder.add_integer_field(name, indexed=True, fast=True)
    return builder.build()


class _Prepared(NamedTuple):
    texts: tuple[tuple[str, str], ...]
    numbers: tuple[tuple[str, int], ...]


def _prepare(doc: Doc, words: Segmenter) -> _Prepared:
    """Cut one document into terms; the slow part of indexing."""
    index_number = index_number_key(doc.index_number)
    texts = [
        ("id", str(doc.key)),
        ("title", " ".join(words.index_terms(doc.title))),
        ("body", " ".join(words.index_terms(doc.body))),
        ("pairs", " ".join([*grams(doc.title), BETWEEN, *grams(doc.body)])),
        *(("number", key) for key in number_keys(doc.number)),
        *((("index_number", index_number),) if index_number else ()),
    ]
    numbers = [("key", doc.key), ("version", doc.version), ("order", doc.order)]
    return _Prepared(tuple(texts), (*numbers, *((name, getattr(doc, name)) for name in COLUMNS)))


def _document(prepared: _Prepared) -> tantivy.Document:
    document = tantivy.Document()
    for name, text in prepared.texts:
        document.add_text(name, text)
    for name, number in prepared.numbers:
        document.add_integer(name, number)
    return document


@dataclass(frozen=True)
class _State:
    """One commit as readers see it; what is remembered about it dies with it."""

    stamp: int
    searcher: tantivy.Searcher
    open_to: dict[frozenset[int], bool] = field(default_factory=dict)


class TantivyEngine:
    """An index folder opened for reading, and for writing by the indexer alone."""

    def __init__(self, folder: Path, words: Segmenter, texts: Texts) -> None:
        self.words, self._folder = words, folder
        self._schema = _schema()
        self._index = tantivy.Index(self._schema, path=str(folder))
        splitter = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
        self._index.register_tokenizer(_SPLIT, splitter)
        self._index.config_reader("manual")  # the automatic reader does not survive a fork
        self._mutex = threading.Lock()
        self._current: _State | None = None

    @classmethod
    def create(cls, folder: Path) -> None:
        """Make an empty index."""
        tantivy.Index(_schema(), path=str(folder))

    # --- reading ------------------------------------------------------------------------------------------------------

    def search(self, query: Query) -> Page:
        """Ask tantivy; see `search.engine.Engine`."""
        state = self._state()
        matching = self._matching(query, state)
        total, keys = self._best(query, matching, state.searcher)
        facets = self._facets(state.searcher, matching, query.facets)
        return Page(keys=keys, total=total, facets=facets, generation=self.generation())

    def _best(self, query: Query, matching: tantivy.Query, searcher: tantivy.Searcher) -> tuple[int, list[int]]:
        last = query.last
        if not query.ranked:
            result = searcher.search(matching, max(1, last), order_by_field="order")
            return _total(result), [int(order) & 0x7FFF_FFFF for order, _ in result.hits[query.offset : last]]
        hints = [(Occur.Should, self._word(term)) for term in query.parsed.hints]
        asked = tantivy.Query.boolean_query([(Occur.Must, matching), *hints]) if hints else matching
        result = searcher.search(asked, max(last, RERANKED + 1))
        places = [address for _, address in result.hits]
        scores = np.array([score for score, _ in result.hits], np.float32)
        orders = np.array(searcher.fast_field_values("order", places), np.int64)
        validity = np.array(searcher.fast_field_values("validity", places), np.int64)
        best = rank(scores, orders, validity, query)[query.offset : last]
        return _total(result), [int(order) & 0x7FFF_FFFF for order in orders[best]]

    def count(self) -> int:
        """Living documents."""
        return int(self._state().searcher.num_docs)

    def versions(self) -> dict[int, int]:
        """Key → version of every document held."""
        searcher = self._state().searcher
        found = searcher.search(tantivy.Query.all_query(), limit=max(1, searcher.num_docs), count=False)
        places = [address for _, address in found.hits]
        keys, versions = searcher.fast_field_values("key", places), searcher.fast_field_values("version", places)
        return {int(key or 0): int(version or 0) for key, version in zip(keys, versions, strict=True)}

    def generation(self) -> str:
        """Name of the folder and stamp of the last commit."""
        return f"{self._folder.parent.name}:{(self._folder / 'meta.json').stat().st_mtime_ns}"

    def close(self) -> None:
        """Maps are closed when the last answer in flight lets go of them."""

    def _state(self) -> _State:
        """The newest commit; `meta.json` is replaced by each."""
        stamp, state = changed_at(self._folder / "meta.json"), self._current
        if not state or stamp != state.stamp:
            with self._mutex:
                self._index.reload()
                self._current = state = _State(stamp, self._index.searcher())
        return state

    def _facets(
        self, searcher: tantivy.Searcher, matching: tantivy.Query, names: Sequence[str]
    ) -> dict[str, dict[int, int]]:
        if not names:
            return {}
        wanted = {name: {"terms": {"field": name, "size": _MOST_BUCKETS}} for name in names}
        answer = searcher.aggregate(matching, wanted)
        return {
            name: {int(bucket["key"]): int(bucket["doc_count"]) for bucket in answer[name]["buckets"]} for name in names
        }

    # --- queries ------------------------------------------------------------------------------------------------------

    def _matching(self, query: Query, state: _State) -> tantivy.Query:
        """What must and must not be there; only words score."""
        parsed = query.parsed
        clauses = [] if self._passes_all(query.access, state) else [self._filter("access", query.access)]
        clauses += [self._filter(name, wanted) for name, wanted in query.filters.items()]
        if parsed.identifier:
            name = "number" if parsed.number else "index_number"
            clauses.append((Occur.Must, self._silent(self._term(name, parsed.identifier, "basic"))))
        else:
            clauses += [(Occur.Must, self._group(group)) for group in parsed.groups]
            clauses += [(Occur.Must, self._silent(self._phrase(phrase))) for phrase in parsed.phrases]
        without = [self._all(terms) for terms in parsed.without] if not parsed.identifier else []
        without += [self._phrase(phrase) for phrase in parsed.without_phrases] if not parsed.identifier else []
        if not clauses:
            clauses.append((Occur.Must, tantivy.Query.all_query()))
        if len(clauses) == 1 and not without:
            return clauses[0][1]
        return tantivy.Query.boolean_query([*clauses, *((Occur.MustNot, unwanted) for unwanted in without)])

    def _passes_all(self, access: frozenset[int], state: _State) -> bool:
        """Whether, at this very commit, every document may be seen anyway: then the filter is only a cost."""
        if access not in state.open_to:
            allowed = state.searcher.search(self._filter("access", access)[1], 1)
            state.open_to[access] = _total(allowed) == state.searcher.num_docs
        return state.open_to[access]

    def _filter(self, name: str, wanted: Filter) -> _Clause:
        if isinstance(wanted, tuple):
            found = tantivy.Query.range_query(self._schema, name, tantivy.FieldType.Integer, wanted[0], wanted[1])
        elif len(wanted) == 1:
            found = tantivy.Query.term_query(self._schema, name, next(iter(wanted)), "basic")
        else:
            found = tantivy.Query.term_set_query(self._schema, name, sorted(wanted))
        return Occur.Must, self._silent(found)

    def _scored(self, query: tantivy.Query, score: float) -> tantivy.Query:
        return tantivy.Query.const_score_query(query, score)

    def _silent(self, query: tantivy.Query) -> tantivy.Query:
        return self._scored(query, 0.0)

    def _term(self, name: str, term: str, option: str) -> tantivy.Query:
        return tantivy.Query.term_query(self._schema, name, term, option)

    def _word(self, term: str) -> tantivy.Query:
        title = tantivy.Query.boost_query(self._term("title", term, "freq"), TITLE_WEIGHT)
        return tantivy.Query.boolean_query([(Occur.Should, title), (Occur.Should, self._term("body", term, "freq"))])

    def _all(self, terms: Sequence[str]) -> tantivy.Query:
        if len(terms) == 1:
            return self._word(terms[0])
        return tantivy.Query.boolean_query([(Occur.Must, self._word(term)) for term in terms])

    def _group(self, group: Sequence[Alternative]) -> tantivy.Query:
        weighed = [
            self._all(alternative.terms)
            if alternative.weight == 1
            else tantivy.Query.boost_query(self._all(alternative.terms), alternative.weight)
            for alternative in group
        ]
        if len(weighed) == 1:
            return weighed[0]
        return tantivy.Query.boolean_query([(Occur.Should, query) for query in weighed])

    def _phrase(self, phrase: str) -> tantivy.Query:
        pairs = grams(phrase)
        if len(pairs) == 1:
            return self._term("pairs", pairs[0], "position")
        return tantivy.Query.phrase_query(self._schema, "pairs", list(pairs))

    # --- writing ------------------------------------------------------------------------------------------------------

    def apply(self, upserts: Iterable[Doc], deletes: Iterable[int]) -> None:
        """Delete the former selves and add the new ones in one commit."""
        writer = self._index.writer(_UPDATE_HEAP, 1)
        try:
            for key in deletes:
                writer.delete_documents_by_term("id", str(key))
            for doc in {doc.key: doc for doc in upserts}.values():
                writer.delete_documents_by_term("id", str(doc.key))
                writer.add_document(_document(_prepare(doc, self.words)))
            writer.commit()
        except BaseException:
            writer.rollback()
            raise
        finally:
            writer.wait_merging_threads()
        self._current = None

    def build(self, batches: Iterable[Sequence[int]], source: Source, processes: int) -> Iterator[Built]:
        """Workers cut the texts; this process alone writes."""
        steps = run(partial(_Builder, self.words, source), batches, processes)
        writer: tantivy.IndexWriter | None = None
        for built, prepared in steps:
            # Opened after the first result, when the workers are forked: its threads would not survive a fork.
            writer = writer or self._index.writer(_BUILD_HEAP, 1)
            for document in prepared:
                writer.add_document(_document(document))
            yield built
        if writer:
            writer.commit()
            writer.wait_merging_threads()
        self._current = None

    def tidy(self, *, idle: bool) -> bool:
        """tantivy merges by itself."""
        return False


class _Builder:
    """One process's part of a build."""

    def __init__(self, words: Segmenter, source: Source) -> None:
        self._words, self._source = words, source

    def work(self, keys: Sequence[int]) -> tuple[Built, list[_Prepared]]:
        documents, failed = load_safely(self._source, keys)
        titles = tuple(doc.title for doc in documents if doc.access in self._source.public)
        return Built(len(documents), failed, titles), [_prepare(doc, self._words) for doc in documents]

    def finish(self) -> tuple[Built, list[_Prepared]]:
        return Built(0), []


def _total(result: tantivy.SearchResult) -> int:
    return int(result.count)  # type: ignore[attr-defined]  # missing in the stub
