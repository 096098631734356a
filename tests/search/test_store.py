"""Folders, the pointer, and the locks: what is half built or foreign is never served."""

import json
import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from search import building, live, store
from search.engine import Query, SearchUnavailable
from search.models import UserWord
from search.services import search
from search.text import parse
from tests.search.corpus import TODAY, MemorySource, make

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


def total(typed: str = "") -> int:
    return live.engine().search(Query(access=frozenset({1, 2, 3}), today=TODAY, parsed=parse(typed))).total


@pytest.fixture
def built(engine_name: str) -> store.Folder:
    MemorySource.reset([make(key) for key in range(1, 41)])
    return building.rebuild(at=NOW)


def test_without_an_index_it_says_so() -> None:
    with pytest.raises(SearchUnavailable, match="还没有可用的检索索引"):
        live.engine()


def test_a_build_is_served_and_private(built: store.Folder) -> None:
    assert total() == 40
    assert built.manifest.documents == 40
    for path in (built.path, built.path / "index", built.path.parent):
        assert path.stat().st_mode & 0o077 == 0


def test_a_half_built_folder_is_never_served(built: store.Folder) -> None:
    half = store.begin(built.manifest.engine, (), NOW)
    (store.root() / "CURRENT").write_text(half.name)
    with pytest.raises(SearchUnavailable, match="不完整"):
        live.engine()


@pytest.mark.parametrize(
    "damage", ["open to others", "other name", "no manifest", "broken manifest", "link", "outside"]
)
def test_a_foreign_folder_is_never_served(built: store.Folder, tmp_path: Path, damage: str) -> None:
    path, name = built.path, built.path.name
    match damage:
        case "open to others":
            path.chmod(0o750)
        case "other name":
            name = "index-from-a-friend"
            path.rename(path.parent / name)
        case "no manifest":
            (path / "manifest.json").unlink()
        case "broken manifest":
            (path / "manifest.json").write_text("{")
        case "link":
            path.rename(tmp_path / "elsewhere")
            path.symlink_to(tmp_path / "elsewhere")
        case _:
            name = f"../search/{name}"
    (store.root() / "CURRENT").write_text(name)
    with pytest.raises(SearchUnavailable):
        live.engine()


def test_an_index_of_another_text_layer_is_never_served(built: store.Folder) -> None:
    said = json.loads((built.path / "manifest.json").read_text())
    said["words"] = ["别的词"]
    (built.path / "manifest.json").write_text(json.dumps(said))
    with pytest.raises(SearchUnavailable, match="分词规则"):
        live.engine()


def test_an_index_of_another_engine_is_never_served(built: store.Folder, settings: pytest.FixtureRequest) -> None:
    settings.SEARCH_ENGINE = {"whoosh": "tantivy", "tantivy": "whoosh"}[built.manifest.engine]  # type: ignore[attr-defined]
    with pytest.raises(SearchUnavailable, match="引擎已更换"):
        live.engine()


def test_readers_follow_a_switch_and_the_old_one_still_answers(built: store.Folder) -> None:
    old = live.engine()
    MemorySource.reset([make(key) for key in range(1, 61)])
    again = building.rebuild(at=NOW)
    assert again.path != built.path
    assert live.engine().generation() != old.generation()
    assert total() == 60
    assert old.search(Query(access=frozenset({1, 2, 3}), today=TODAY)).total == 40


def test_what_changed_during_a_build_is_in_it(built: store.Folder) -> None:
    class Moving(MemorySource):
        """Documents change while they are read."""

        def load(self, keys: object) -> list[object]:  # type: ignore[override]
            found = super().load(keys)  # type: ignore[arg-type]
            if 1 in keys and len(keys) > 5:  # type: ignore[operator, arg-type]
                MemorySource.documents[1] = make(1, version=2, title="构建期间修改的标题")
                MemorySource.changed.append((NOW, 1))
                del MemorySource.documents[2]
                store.note_changes([2])
            return found

    source = Moving()
    folder = store.begin(built.manifest.engine, (), NOW)
    engine = store.open_engine(folder, built.manifest.engine, (), source.texts)
    list(engine.build(building.key_batches(source), source, 1))
    building._switch(folder, engine, source, (), NOW)
    assert live.engine().versions()[1] == 2
    assert 2 not in live.engine().versions()


def test_old_folders_go_after_the_grace_and_dead_builds_at_once(built: store.Folder) -> None:
    half = store.begin(built.manifest.engine, (), NOW)
    again = building.rebuild(at=NOW)
    store.sweep(grace=3600)
    assert built.path.exists()
    assert not half.exists()
    store.sweep(grace=-1)
    assert not built.path.exists()
    assert again.path.exists()
    with store.lock("build"):
        running = store.begin(built.manifest.engine, (), NOW)
        # flock counts per open file: the sweep's own attempt fails while the lock is held
        store.sweep(grace=-1)
        assert running.exists()


def test_an_index_of_nothing_is_served_and_can_grow(engine_name: str) -> None:
    building.rebuild(at=NOW)
    assert total() == 0
    live.engine().apply([make(1)], [])
    assert total() == 1


def test_an_index_folder_that_vanishes_is_a_search_that_is_away(built: store.Folder) -> None:
    assert total() == 40
    shutil.rmtree(store.root())
    with pytest.raises(SearchUnavailable):
        search(Query(access=frozenset({1}), today=TODAY))


def test_only_one_build_runs_at_a_time(built: store.Folder) -> None:
    with store.lock("build"), pytest.raises(SearchUnavailable, match="正在构建"):
        building.rebuild(at=NOW)


def test_a_killed_writer_lets_go_of_the_lock(place: Path) -> None:
    code = f"import fcntl,os;f=open({str(store.root() / 'writer.lock')!r},'a');fcntl.flock(f,2);os.kill(os.getpid(),9)"
    subprocess.run([sys.executable, "-c", code], check=False)
    with store.lock("writer", wait=False) as held:
        assert held


def test_a_failing_build_leaves_the_served_index_alone(built: store.Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(MemorySource, "keys", lambda self, after, limit: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        building.rebuild(at=NOW)
    assert live.folder().path == built.path
    assert total() == 40


def test_user_words_are_part_of_the_build_and_of_its_name(engine_name: str) -> None:
    MemorySource.reset([make(1, title="岚办通客户端上线", access=1), make(2, title="岚办事项通报", access=1)])
    plain = building.rebuild(at=NOW)
    UserWord.objects.create(word="岚办通")
    folder = building.rebuild(at=NOW)
    assert folder.path.name.split("-")[1] != plain.path.name.split("-")[1]
    assert folder.manifest.words == ("岚办通",)
    assert live.engine().words.query_terms("岚办通") == ["岚办通"]


FORKING = """
import os, signal
import django
django.setup()
from search import live
from search.engine import Query
def total():
    return live.engine().search(Query(access=frozenset({{1, 2, 3}}), today={today})).total
assert total() == 40
mine, held = live.engine(), live._live._mutex
with held:  # another thread was just opening the index
    child = os.fork()
    if not child:
        signal.alarm(60)  # never left behind
        try:
            os._exit(0 if live.engine() is not mine and total() == 40 else 1)
        finally:
            os._exit(2)
assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
assert live.engine() is mine
"""


def test_a_forked_child_opens_its_own_engine(built: store.Folder) -> None:
    """In a process of its own, forked as servers fork: a child of the tests' process would be left with its threads."""
    places = {"SEARCH_DIR": str(store.root()), "SEARCH_ENGINE": built.manifest.engine}
    code = FORKING.format(today=TODAY)
    subprocess.run([sys.executable, "-c", code], env=os.environ | places, check=True, timeout=120)
