"""`search_index` and `run_indexer`."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from search import live, store
from search.services import record_changes
from tests.search.corpus import MemorySource, make

pytestmark = pytest.mark.django_db


def run(*words: str) -> str:
    out = StringIO()
    call_command(*words, stdout=out)
    return out.getvalue()


@pytest.fixture
def built(engine_name: str) -> None:
    MemorySource.reset([make(key) for key in range(1, 21)])
    assert "20 篇" in run("search_index", "build", "--processes", "1")


def test_check_finds_everything_in_order_after_a_build(built: None) -> None:
    assert "一致" in run("search_index", "check")
    assert set(MemorySource.indexed) == set(MemorySource.documents)


def test_check_names_what_is_missing_old_and_surplus_and_fails(built: None) -> None:
    MemorySource.documents |= {21: make(21), 3: make(3, version=2)}
    del MemorySource.documents[4]
    out = StringIO()
    with pytest.raises(CommandError, match="不一致"):
        call_command("search_index", "check", stdout=out)
    said = out.getvalue()
    assert "缺少 1 篇，例如：21" in said
    assert "落后 1 篇，例如：3" in said
    assert "多余 1 篇，例如：4" in said


def test_update_works_off_the_outbox_and_what_is_behind(built: None) -> None:
    MemorySource.documents |= {21: make(21), 22: make(22)}
    record_changes([21])
    assert "已处理 2 项" in run("search_index", "update")
    assert "一致" in run("search_index", "check")


def test_status_is_json_also_without_an_index(engine_name: str) -> None:
    said = json.loads(run("search_index", "status"))
    assert said["available"] is False
    assert said["reason"]


def test_status_tells_folder_documents_and_lag(built: None) -> None:
    record_changes([1, 2, 3])
    said = json.loads(run("search_index", "status"))
    assert said["available"] is True
    assert said["documents"] == 20
    assert said["pending"] == 3
    assert said["folder"] == live.folder().path.name


def test_check_without_an_index_is_a_sentence(engine_name: str) -> None:
    with pytest.raises(CommandError, match="还没有可用的检索索引"):
        run("search_index", "check")


def test_a_second_indexer_refuses_to_start(built: None) -> None:
    with store.lock("indexer"), pytest.raises(CommandError, match="已在运行"):
        run("run_indexer", "--once")


def test_once_works_off_what_waits(built: None) -> None:
    MemorySource.documents[5] = make(5, version=2)
    record_changes([5])
    run("run_indexer", "--once")
    assert live.engine().versions()[5] == 2
