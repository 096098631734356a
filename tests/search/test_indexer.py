"""The indexer: lanes, catching up, broken rows, rebuilding by itself."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction

from search import building, live, store
from search.dictionary import synonyms
from search.engine import Query, SearchUnavailable
from search.indexer import Indexer, _fitting
from search.models import Change, Synonym, UserWord
from search.selectors import lag, status
from search.services import did_you_mean, read, record_changes, related, search, suggest
from search.text import parse
from tests.search.corpus import TODAY, MemorySource, make

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


@pytest.fixture
def indexer(engine_name: str) -> Indexer:
    MemorySource.reset([make(key) for key in range(1, 31)])
    building.rebuild(at=NOW)
    return Indexer()


def found(typed: str) -> list[int]:
    return search(Query(access=frozenset({1}), today=TODAY, parsed=read(typed))).keys


def change(key: int, title: str, version: int = 2) -> None:
    MemorySource.documents[key] = make(key, version=version, title=title, access=1)


def test_a_change_is_found_after_one_step(indexer: Indexer) -> None:
    change(5, "夜间经济示范街区管理办法")
    record_changes([5])
    assert found("夜间经济示范街区") == []
    assert indexer.step() == 1
    assert found("夜间经济示范街区") == [5]
    assert Change.objects.count() == 0
    assert MemorySource.indexed[5] == 2


def test_a_document_that_no_longer_belongs_there_is_removed(indexer: Indexer) -> None:
    del MemorySource.documents[6]
    record_changes([6])
    indexer.step()
    assert 6 not in live.engine().versions()
    assert 6 not in MemorySource.indexed


def test_nothing_is_recorded_when_the_transaction_fails() -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        record_changes([1])
        raise ZeroDivisionError
    assert not Change.objects.exists()


def test_single_changes_go_before_bulk_ones(indexer: Indexer) -> None:
    record_changes(range(1, 31), bulk=True)
    change(3, "夜间经济示范街区管理办法")
    record_changes([3])
    assert indexer.take_slice() == 1
    assert found("夜间经济示范街区") == [3]
    assert indexer.take_slice() == 30


def test_slices_are_bounded_and_shrink_when_they_take_long() -> None:
    assert _fitting(200, 200, 0.2) == 400
    assert _fitting(200, 200, 4.0) == 100
    assert _fitting(1, 50, 30.0) == 10
    assert _fitting(1, 200, 0.01) == 200


def test_a_kill_between_index_and_outbox_is_repaired_by_repeating(indexer: Indexer) -> None:
    change(4, "夜间经济示范街区管理办法")
    record_changes([4])
    building.index(live.engine(), MemorySource(), [4])  # indexed, then killed: the row is still there
    Indexer().step()
    assert found("夜间经济示范街区") == [4]
    assert not Change.objects.exists()


def test_what_nobody_recorded_is_caught_up(indexer: Indexer) -> None:
    change(8, "夜间经济示范街区管理办法")
    del MemorySource.documents[9]
    assert indexer.catch_up() == 2
    assert found("夜间经济示范街区") == [8]
    assert 9 not in live.engine().versions()
    assert indexer.catch_up() == 0


def test_a_broken_row_does_not_stop_the_others(indexer: Indexer) -> None:
    for key in (10, 11, 12):
        change(key, "夜间经济示范街区管理办法")
    MemorySource.broken = {11}
    record_changes([10, 11, 12])
    indexer.step()
    assert sorted(found("夜间经济示范街区")) == [10, 12]
    assert not Change.objects.exists()
    assert live.engine().versions()[11] == 1  # as it was
    assert indexer.catch_up() == 0  # not tried again in the same round
    MemorySource.broken = set()
    assert indexer.catch_up() == 1
    assert sorted(found("夜间经济示范街区")) == [10, 11, 12]


def test_while_an_index_is_being_built_changes_reach_both(indexer: Indexer) -> None:
    path = store.begin(live.folder().manifest.engine, (), NOW)
    change(13, "夜间经济示范街区管理办法")
    record_changes([13])
    indexer.step()
    assert store.noted_changes(path) == {13}


def test_without_an_index_the_outbox_waits_and_a_build_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    started = []
    monkeypatch.setattr("search.indexer.subprocess.Popen", lambda command, **more: started.append(command))
    record_changes([1])
    indexer, turns = Indexer(), iter([False, False, True])
    with pytest.raises(SearchUnavailable):
        indexer.take_slice()
    indexer.run(lambda: next(turns))
    assert [command[2:] for command in started] == [["django", "search_index", "build", "--quiet"]]
    assert Change.objects.count() == 1


def test_a_new_user_word_asks_for_a_rebuild(indexer: Indexer, monkeypatch: pytest.MonkeyPatch) -> None:
    started = []
    monkeypatch.setattr("search.indexer.subprocess.Popen", lambda command, **more: started.append(command))
    UserWord.objects.create(word="岚办通")
    assert status(NOW)["rebuild_wanted"] is True
    indexer.step()
    assert len(started) == 1


def test_the_lag_is_the_age_of_the_oldest_single_change(indexer: Indexer) -> None:
    assert lag(NOW) == (0, 0.0)
    record_changes([1, 2], bulk=True)
    Change.objects.update(created_at=NOW - timedelta(seconds=40))
    assert lag(NOW) == (2, 0.0)  # a large import may take its time
    record_changes([3])
    Change.objects.filter(key=3).update(created_at=NOW - timedelta(seconds=12))
    assert lag(NOW) == (3, 12.0)


def test_the_indexer_leaves_a_sign_of_life(indexer: Indexer) -> None:
    indexer.step()
    beat = store.last_beat()
    assert beat is not None
    assert abs((datetime.now(UTC) - beat).total_seconds()) < 60


# --- words ------------------------------------------------------------------------------------------------------------


def test_a_synonym_takes_effect_without_rebuilding(indexer: Indexer) -> None:
    change(14, "居民最低生活保障办法")
    record_changes([14])
    indexer.step()
    MemorySource.documents = {14: MemorySource.documents[14]}
    before = live.folder().path
    assert 14 not in found("低保户")
    Synonym.objects.create(word="低保户", equivalents="最低生活保障，城乡低保")
    synonyms.forget()  # instead of waiting for the few seconds
    assert 14 in found("低保户")
    assert live.folder().path == before


@pytest.mark.parametrize("equivalents", ["", "、，", "低保", "甲、" * 11 + "乙", "有 空格", "字" * 31, "<b>"])
def test_an_unusable_synonym_is_refused_in_words(equivalents: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        Synonym(word="低保", equivalents=equivalents).full_clean()
    assert refusal.value.messages


@pytest.fixture
def words(engine_name: str) -> None:
    titles = ["云岚市不动产登记实施细则"] * 3 + ["云岚市政府信息公开条例", "养老服务补贴办法"]
    documents = [make(key, title=title, access=1) for key, title in enumerate(titles, 1)]
    MemorySource.reset([*documents, make(9, title="内部保密工作方案", access=3)])
    building.rebuild(at=NOW)


def test_suggestions_come_from_titles_by_characters_or_pinyin(words: None) -> None:
    assert "不动产登记" in suggest("不动产")
    assert "不动产登记" in suggest("budongchan")
    assert suggest("") == []


def test_titles_that_are_not_public_never_become_suggestions(words: None) -> None:
    assert suggest("内部") == []
    assert suggest("保密") == []
    assert related(parse("保密")) == []


def test_a_word_of_the_same_sound_is_proposed(words: None) -> None:
    assert did_you_mean(read("不动产等级")) == "不动产登记"
    assert did_you_mean(read("不动产登记")) is None
    assert did_you_mean(read("〔2024〕6号")) is None


def test_longer_words_are_related(words: None) -> None:
    assert "不动产登记" in related(read("登记"))


def test_without_an_index_there_are_no_suggestions_and_no_error() -> None:
    assert suggest("不动产") == []
    assert did_you_mean(read("不动产等级")) is None
    with pytest.raises(SearchUnavailable):
        found("不动产")
