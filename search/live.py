"""The engine this process asks, opened lazily so that every forked worker has its own; and the source of documents."""

import os
import threading
from collections.abc import Mapping, Sequence

from django.conf import settings
from django.utils.module_loading import import_string

from search import store
from search.engine import Engine, SearchUnavailable, Source


def source() -> Source:
    """A new instance of `settings.SEARCH_SOURCE`."""
    made: Source = import_string(settings.SEARCH_SOURCE)()
    return made


def _texts(keys: Sequence[int]) -> Mapping[int, tuple[str, str]]:
    return source().texts(keys)


class _Live:
    """Follows the pointer: another folder is opened at the next question, the old one let go when nobody asks it."""

    def __init__(self) -> None:
        self._mutex = threading.Lock()
        self._for: object = None
        self._open: tuple[store.Folder, Engine] | None = None
        self._inherited: list[object] = []

    def begin_anew(self) -> None:
        """In a forked child. The parent's engine is kept, not closed: closing may wait for threads left behind."""
        self._inherited.append(self._open)
        self._mutex, self._for, self._open = threading.Lock(), None, None

    def get(self) -> tuple[store.Folder, Engine]:
        """The served folder and its engine.

        Raises:
            SearchUnavailable: no index can be served.
        """
        wanted = (settings.SEARCH_DIR, settings.SEARCH_ENGINE, store.pointer_stamp())
        known = self._open
        if known and wanted == self._for:
            return known
        with self._mutex:
            if self._open is None or wanted != self._for:
                self._open = None
                folder = store.current()
                try:
                    self._open = folder, folder.open(_texts)
                except Exception as error:
                    raise SearchUnavailable("检索索引无法打开。") from error
                self._for = wanted
            return self._open


_live = _Live()
os.register_at_fork(after_in_child=_live.begin_anew)


def engine() -> Engine:
    """The engine on the served index."""
    return _live.get()[1]


def folder() -> store.Folder:
    """The served index folder."""
    return _live.get()[0]
