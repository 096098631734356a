"""What every test shares: no way out of the machine, the cast, reference data, a private search index."""

import ipaddress
import os
import shutil
import socket
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck
from hypothesis import settings as properties
from pytest_django import Settings

from accounts.middleware import minute_of
from accounts.models import User
from search import building
from search.dictionary import synonyms
from search.indexer import Indexer
from search.models import Change
from tests.cast import Cast, make_cast
from tests.make import make_reference
from workflow import guard

# no property measures time: machines are slow for their own reasons
properties.register_profile("calm", deadline=None, suppress_health_check=[HealthCheck.too_slow])
properties.load_profile("calm")
MOST_VARIANTS = 2
EVERY_VARIANT = "test_everybody_gets_what_the_table_says"  # each asks another address, with its own SQL
DATABASE_FIXTURES = {"db", "transactional_db", "django_db_setup", "committed"}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """With ONLY_DATABASE=1, the run on the second database, leave out what touches no database, and of a test with many
    variants all but two: the others, which differ in words and not in SQL, ran on the first."""
    if os.environ.get("ONLY_DATABASE") != "1":
        return
    kept, left, variants = [], [], Counter[str]()
    for item in items:
        variants[name := item.nodeid.partition("[")[0]] += 1
        touches = item.get_closest_marker("django_db") or DATABASE_FIXTURES & set(getattr(item, "fixturenames", ()))
        is_kept = touches and (variants[name] <= MOST_VARIANTS or name.endswith(EVERY_VARIANT))
        (kept if is_kept else left).append(item)
    config.hook.pytest_deselected(items=left)
    items[:] = kept


def _stays_here(address: Any) -> bool:
    """True for loopback and for sockets that are files."""
    if not isinstance(address, tuple):
        return True
    host = str(address[0])
    try:
        return host == "localhost" or ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return False


@pytest.fixture(scope="session", autouse=True)
def _no_way_out() -> Iterator[None]:
    """Sockets other than loopback are refused, whatever a test or a library tries."""
    real = {name: getattr(socket.socket, name) for name in ("connect", "connect_ex", "sendto")}

    def guarded(name: str) -> Any:
        def call(self: socket.socket, *arguments: Any) -> Any:
            if not _stays_here(arguments[-1]):
                raise PermissionError(f"tests stay on this machine: {arguments[-1]}")
            return real[name](self, *arguments)

        return call

    with pytest.MonkeyPatch.context() as patch:
        for name in real:
            patch.setattr(socket.socket, name, guarded(name))
        yield


@pytest.fixture(autouse=True)
def _nothing_kept(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    """Neither pages, counts nor maps of reference data are carried from one test to the next."""
    if settings.REDIS_URL:  # the other cache lies in the database and ends with its transaction
        cache.clear()
    settings.KEEP_PAGES_SECONDS = 0
    monkeypatch.setattr("catalog.reference.SHARED_SECONDS", 1e-9)


@pytest.fixture(autouse=True)
def _one_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test lies within one minute: a session written at the turn of a minute would be counted as three queries more."""
    started = timezone.now()
    monkeypatch.setattr("accounts.middleware.minute_of", lambda _moment: minute_of(started))


@pytest.fixture
def cast(db: None) -> Cast:
    """The people and departments."""
    return make_cast()


@pytest.fixture
def signed_in() -> Callable[[User], Client]:
    """A browser in which a person is signed in."""

    def run(user: User) -> Client:
        client = Client()
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return run


@pytest.fixture
def reference(db: None) -> None:
    """Columns, topics, genres, key areas."""
    make_reference()


@pytest.fixture
def committed(transactional_db: None) -> Iterator[None]:
    """For threads that must see each other's writes: a database without a surrounding transaction, emptied afterwards."""
    yield
    guard.lift_until_migrated()
    cache.clear()  # a cache in the database is no model's table: emptying the database leaves it


@dataclass
class PrivateIndex:
    """An index of this test alone."""

    folder: Path

    def index_now(self) -> int:
        """Take up everything that waits; returns how many documents were worked on."""
        indexer, done = Indexer(), 0
        while worked := indexer.take_slice() or indexer.catch_up():
            done += worked
        return done

    def rebuild(self) -> None:
        """Build anew from the database; whatever waited is in it."""
        building.rebuild(at=timezone.now())
        Change.objects.all().delete()

    def vanish(self) -> None:
        """Somebody removed the folder."""
        shutil.rmtree(self.folder)


@pytest.fixture
def search_index(db: None, tmp_path: Path, settings: Settings) -> PrivateIndex:
    """A private, empty, served index of the catalogue; `index_now()` does what the indexer does."""
    settings.SEARCH_DIR = tmp_path / "search"
    synonyms.forget()
    index = PrivateIndex(settings.SEARCH_DIR)
    index.rebuild()
    return index
