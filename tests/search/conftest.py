"""A private index folder and a source in memory for every test of the room."""

from collections.abc import Callable
from pathlib import Path

import pytest
from pytest_django import Settings

from search.dictionary import synonyms
from search.engine import Engine
from search.store import ENGINES
from search.text import segmenter
from tests.search.corpus import MemorySource


@pytest.fixture(autouse=True)
def place(tmp_path: Path, settings: Settings) -> Path:
    settings.SEARCH_DIR = tmp_path / "search"
    settings.SEARCH_ENGINE = "whoosh"
    settings.SEARCH_SOURCE = "tests.search.corpus.MemorySource"
    MemorySource.reset()
    synonyms.forget()
    return settings.SEARCH_DIR


@pytest.fixture(params=sorted(ENGINES))
def engine_name(request: pytest.FixtureRequest, settings: Settings) -> str:
    settings.SEARCH_ENGINE = request.param
    return str(request.param)


@pytest.fixture
def new_engine(tmp_path: Path, engine_name: str) -> Callable[[], Engine]:
    """Opens the same, at first empty, index anew at each call."""
    folder = tmp_path / "loose"
    folder.mkdir(mode=0o700)
    ENGINES[engine_name].create(folder)
    return lambda: ENGINES[engine_name](folder, segmenter(), MemorySource().texts)
