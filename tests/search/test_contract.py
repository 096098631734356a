"""Both engines answer the same 200 questions alike; what is right is computed without either of them."""

import statistics
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from search.engine import COLUMNS, DEEPEST, MOST_VERIFIED, Doc, Engine, Filter, Page, Query
from search.store import ENGINES
from search.text import ParsedQuery, has_phrase, number_keys, parse, segmenter
from tests.search.corpus import TODAY, MemorySource, make, questions, real

SYNONYMS = {"低保": ("最低生活保障",), "最低生活保障": ("低保",)}
FILTERS: dict[str, Filter] = {"department": frozenset({1, 2, 3, 4, 5, 6, 7, 8}), "day": (TODAY - 4000, TODAY)}
FACETS = ("department", "topic", "year", "validity", "genre")


@pytest.fixture(scope="module")
def documents() -> list[Doc]:
    return [*(make(key) for key in range(1, 1201)), *real(600)]


@pytest.fixture(scope="module")
def engines(documents: list[Doc], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Engine]:
    """Both, filled by a build and then changed: one in nine documents again, one in fifty gone."""
    MemorySource.reset(documents)
    made: dict[str, Engine] = {}
    for name, kind in ENGINES.items():
        folder: Path = tmp_path_factory.mktemp(name)
        kind.create(folder)
        engine = kind(folder, segmenter(), lambda keys: MemorySource().texts(keys))
        keys = [doc.key for doc in documents]
        list(engine.build((keys[at : at + 300] for at in range(0, len(keys), 300)), MemorySource(), 1))
        engine.apply(
            [doc for doc in documents if doc.key % 9 == 0 and doc.key % 50],
            [doc.key for doc in documents if doc.key % 50 == 0],
        )
        while engine.tidy(idle=True):
            continue
        made[name] = engine
    return made


@pytest.fixture(autouse=True)
def living(documents: list[Doc]) -> None:
    MemorySource.reset([doc for doc in documents if doc.key % 50])


@pytest.fixture(scope="module")
def mix(documents: list[Doc]) -> list[ParsedQuery]:
    asked = [parse(typed, SYNONYMS) for typed in questions(documents)]
    assert len(asked) == 200
    return asked


def ask(engines: dict[str, Engine], **asked: object) -> Iterator[Page]:
    query = Query(**{"access": frozenset({1}), "today": TODAY, **asked})  # type: ignore[arg-type]
    yield from (engines[name].search(query) for name in sorted(engines))


def test_totals_facets_and_date_order_agree_exactly(engines: dict[str, Engine], mix: list[ParsedQuery]) -> None:
    found = 0
    for parsed in mix:
        for filters in ({}, FILTERS):
            one, other = ask(engines, parsed=parsed, filters=filters, facets=FACETS, sort="date", limit=50)
            assert one.total_is_exact
            assert (one.total, one.facets, one.keys) == (other.total, other.facets, other.keys), parsed.typed
            assert sum(one.facets["year"].values()) == one.total
            found += one.total > 0
    assert found > 250


def test_the_first_ten_by_relevance_agree(engines: dict[str, Engine], mix: list[ParsedQuery]) -> None:
    overlaps = []
    for parsed in mix:
        one, other = ask(engines, parsed=parsed, limit=10)
        if other.keys:
            overlaps.append(len({*one.keys} & {*other.keys}) / len(other.keys))
    assert statistics.mean(overlaps) >= 0.95


@pytest.fixture(scope="module")
def words_of(documents: list[Doc]) -> dict[int, set[str]]:
    words = segmenter()
    return {doc.key: {*words.index_terms(doc.title), *words.index_terms(doc.body)} for doc in documents}


def expected(
    documents: list[Doc], words_of: dict[int, set[str]], parsed: ParsedQuery, access: frozenset[int]
) -> set[int]:
    """What matches, by looking at every document."""
    found = set()
    for doc in documents:
        if doc.key % 50 == 0 or doc.access not in access:
            continue
        held = words_of[doc.key]
        fits = (
            parsed.identifier in (*number_keys(doc.number), doc.index_number)
            if parsed.identifier
            else all(any(held.issuperset(each.terms) for each in group) for group in parsed.groups)
            and all(has_phrase(doc.title, phrase) or has_phrase(doc.body, phrase) for phrase in parsed.phrases)
            and not any(held.issuperset(terms) for terms in parsed.without)
            and not any(
                has_phrase(doc.title, phrase) or has_phrase(doc.body, phrase) for phrase in parsed.without_phrases
            )
        )
        if fits:
            found.add(doc.key)
    return found


def test_both_find_exactly_what_is_there(
    engines: dict[str, Engine], documents: list[Doc], words_of: dict[int, set[str]], mix: list[ParsedQuery]
) -> None:
    for parsed in mix[::7]:
        wanted = expected(documents, words_of, parsed, frozenset({1, 2}))
        for page in ask(engines, parsed=parsed, access=frozenset({1, 2}), limit=DEEPEST):
            assert page.total == len(wanted), parsed.typed
            assert {*page.keys} == wanted or len(wanted) > DEEPEST, parsed.typed


@pytest.mark.parametrize("column", [name for name in COLUMNS if name != "access"])
def test_every_column_filters_and_counts(engines: dict[str, Engine], documents: list[Doc], column: str) -> None:
    seen = [doc for doc in documents if doc.key % 50 and doc.access == 1]
    value = getattr(seen[0], column)
    wanted = sum(getattr(doc, column) == value for doc in seen)
    for page in ask(engines, filters={column: frozenset({value})}):
        assert page.total == wanted
    for page in ask(engines, filters={column: (value, value)}):
        assert page.total == wanted
    for page in ask(engines, facets=(column,)):
        assert page.facets[column][value] == wanted


def test_access_is_a_filter_that_cannot_be_left_out(engines: dict[str, Engine], documents: list[Doc]) -> None:
    with pytest.raises(TypeError):
        Query(today=TODAY)  # type: ignore[call-arg]
    for allowed in (frozenset({1}), frozenset({2, 3}), frozenset[int]()):
        wanted = sum(doc.access in allowed for doc in documents if doc.key % 50)
        for page in ask(engines, access=allowed, facets=("access",)):
            assert page.total == wanted
            assert {*page.facets["access"]} == {*allowed}


def test_an_unknown_column_is_refused() -> None:
    with pytest.raises(ValueError, match="colour"):
        Query(access=frozenset({1}), today=TODAY, filters={"colour": frozenset({1})})


def test_pages_follow_each_other_without_gap_or_repetition(engines: dict[str, Engine]) -> None:
    for sort in ("relevance", "date"):
        for name in engines:
            whole = next(ask({name: engines[name]}, parsed=parse("应当"), sort=sort, limit=DEEPEST)).keys
            parts = [
                key
                for offset in range(0, len(whole), 70)
                for key in next(
                    ask({name: engines[name]}, parsed=parse("应当"), sort=sort, offset=offset, limit=70)
                ).keys
            ]
            assert parts == whole
            assert len({*whole}) == len(whole)


@pytest.mark.parametrize(
    ("offset", "limit", "keys"), [(990, 50, 10), (1000, 20, 0), (999_999_999, 20, 0), (0, 0, 0), (-5, 20, 0)]
)
def test_nobody_pages_deeper_than_the_deepest_place(
    engines: dict[str, Engine], offset: int, limit: int, keys: int
) -> None:
    for page in ask(engines, access=frozenset({1, 2, 3}), offset=offset, limit=limit):
        assert len(page.keys) == keys
        assert page.total > 1000


def test_title_words_valid_and_recent_documents_come_first(new_engine: Callable[[], Engine]) -> None:
    body = "城市供水条例实施以来，各单位认真落实。"
    alike = replace(make(1, title="关于印发材料的通知", body=body), validity=4, day=TODAY - 8000, access=1, number="")
    engine = new_engine()
    engine.apply(
        [
            alike,
            replace(alike, key=2, validity=1),
            replace(alike, key=3, validity=1, day=TODAY - 100),
            replace(alike, key=4, title="城市供水条例"),
        ],
        [],
    )
    page = engine.search(Query(access=frozenset({1}), today=TODAY, parsed=parse("供水")))
    assert page.keys == [4, 3, 2, 1] or page.keys == [3, 4, 2, 1]
    assert page.keys.index(3) < page.keys.index(2) < page.keys.index(1)


def test_a_synonym_finds_but_ranks_below_the_typed_word(new_engine: Callable[[], Engine]) -> None:
    alike = replace(make(1, title="通知", body="发放低保金的办法。"), validity=1, access=1, number="")
    engine = new_engine()
    engine.apply([replace(alike, key=2, body="发放最低生活保障金的办法。", day=alike.day), alike], [])
    page = engine.search(Query(access=frozenset({1}), today=TODAY, parsed=parse("低保", SYNONYMS)))
    assert page.keys == [1, 2]


def test_more_candidates_than_may_be_verified_give_an_honest_at_least(tmp_path: Path) -> None:
    many = [
        replace(make(key, title="通知", body="县级以上人民政府应当"), access=1) for key in range(MOST_VERIFIED + 50)
    ]
    MemorySource.reset(many)
    for name, exact in (("whoosh", False), ("tantivy", True)):
        folder = tmp_path / name
        folder.mkdir()
        ENGINES[name].create(folder)
        engine = ENGINES[name](folder, segmenter(), MemorySource().texts)
        engine.apply(many, [])
        page = engine.search(Query(access=frozenset({1}), today=TODAY, parsed=parse("“县级以上人民政府”")))
        assert page.total_is_exact is exact
        assert page.total == (len(many) if exact else MOST_VERIFIED)
        assert engine.search(Query(access=frozenset({1}), today=TODAY, parsed=parse("“县级”"))).total == len(many)


# --- writing ----------------------------------------------------------------------------------------------------------


def everything(engine: Engine) -> Page:
    return engine.search(Query(access=frozenset({1, 2, 3}), today=TODAY, limit=100))


def test_an_empty_index_answers(new_engine: Callable[[], Engine]) -> None:
    query = Query(access=frozenset({1}), today=TODAY, parsed=parse("信息 “公开信息” -应当"), facets=("year",))
    assert new_engine().search(query).total == 0
    assert everything(new_engine()).keys == []


def test_applying_again_changes_nothing_and_deleting_takes_out(new_engine: Callable[[], Engine]) -> None:
    engine, documents = new_engine(), [make(key) for key in range(1, 21)]
    for _ in range(2):
        engine.apply(documents, [7, 8, 999])
        engine.apply([], [7, 8])
    assert engine.count() == 18
    assert engine.versions() == {doc.key: 1 for doc in documents if doc.key not in {7, 8}}
    assert everything(engine).total == 18


def test_another_reader_sees_a_commit_at_its_next_question(new_engine: Callable[[], Engine]) -> None:
    writer, reader = new_engine(), new_engine()
    seen = set()
    for key in range(1, 31):
        writer.apply([make(key)], [])
        page = everything(reader)
        assert page.total == key
        seen.add(page.generation)
    assert len(seen) == 30


def test_tidying_keeps_every_living_document(new_engine: Callable[[], Engine]) -> None:
    engine = new_engine()
    for key in range(1, 71):
        engine.apply([make(key, version=2)], [key - 1] if key % 5 == 0 else [])
        engine.tidy(idle=False)
    wanted = {key for key in range(1, 71) if (key + 1) % 5}
    assert {*engine.versions()} == wanted
    assert {*everything(new_engine()).keys} == wanted


def test_many_threads_get_the_same_answers_while_one_writes(new_engine: Callable[[], Engine]) -> None:
    engine, writer = new_engine(), new_engine()
    writer.apply([make(key, body="应当公开信息") for key in range(1, 200)], [])
    query = Query(access=frozenset({1, 2, 3}), today=TODAY, parsed=parse("公开 信息"), facets=("year",))
    wrong: list[object] = []

    def read() -> None:
        for _ in range(60):
            try:
                page = engine.search(query)
                if page.total < 199 or sum(page.facets["year"].values()) != page.total:
                    wrong.append(page)
            except Exception as error:
                wrong.append(error)

    readers = [threading.Thread(target=read) for _ in range(4)]
    for reader in readers:
        reader.start()
    for key in range(200, 212):
        writer.apply([make(key, body="应当公开信息")], [])
        writer.tidy(idle=True)
    for reader in readers:
        reader.join()
    assert wrong == []


def test_several_processes_build_the_same_index(new_engine: Callable[[], Engine]) -> None:
    MemorySource.reset([make(key) for key in range(1, 301)])
    MemorySource.broken = {17}
    engine = new_engine()
    keys = [*range(1, 301)]
    steps = list(engine.build((keys[at : at + 40] for at in range(0, 300, 40)), MemorySource(), 2))
    assert {*engine.versions()} == {*keys} - {17}
    assert sum(step.done for step in steps) == 299
    assert [key for step in steps for key in step.failed] == [17]
    public = [title for step in steps for title in step.titles]
    assert len(public) == sum(make(key).access == 1 for key in keys if key != 17)
