"""Spread the slow part of a build over processes."""

import multiprocessing
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from multiprocessing.queues import Queue
from queue import Empty
from typing import Any, Generic, Protocol, TypeVar

from django.db import connections

from search.engine import SearchUnavailable

T_co = TypeVar("T_co", covariant=True)
T = TypeVar("T")
_FORK = multiprocessing.get_context("fork")
_AHEAD = 4  # batches a worker may have waiting
_DONE = None


class Worker(Protocol, Generic[T_co]):
    """The part of the work that one process does; made inside that process."""

    def work(self, keys: Sequence[int]) -> T_co:
        """Handle one batch."""

    def finish(self) -> T_co | None:
        """Handle what is left when no batch follows."""


def run(make: Callable[[], Worker[T]], batches: Iterable[Sequence[int]], processes: int) -> Iterator[T]:
    """Results in any order. With one process everything happens here; a worker that dies ends the whole run."""
    if processes > 1:
        yield from _Team(make, processes).run(iter(batches))
        return
    worker = make()
    for keys in batches:
        yield worker.work(keys)
    last = worker.finish()
    if last is not None:
        yield last


class _Team(Generic[T]):
    def __init__(self, make: Callable[[], Worker[T]], processes: int) -> None:
        connections.close_all()  # a forked child must not share a database connection
        self._tasks: Queue[Sequence[int] | None] = _FORK.Queue()
        self._results: Queue[tuple[bool, Any]] = _FORK.Queue()
        self._members = [
            _FORK.Process(target=_labour, args=(make, self._tasks, self._results), daemon=True)
            for _ in range(processes)
        ]
        for member in self._members:
            member.start()

    def run(self, batches: Iterator[Sequence[int]]) -> Iterator[T]:
        try:
            waiting = sum(map(self._give, islice(batches, len(self._members) * _AHEAD)))
            while waiting:
                yield self._take()
                waiting += sum(map(self._give, islice(batches, 1))) - 1
            for _ in self._members:
                self._tasks.put(_DONE)
            for _ in self._members:
                last = self._take()
                if last is not None:
                    yield last
        finally:
            for member in self._members:
                member.terminate()
                member.join()

    def _give(self, keys: Sequence[int]) -> int:
        self._tasks.put(keys)
        return 1

    def _take(self) -> Any:
        while True:
            try:
                fine, result = self._results.get(timeout=1)
            except Empty:
                if any(member.exitcode for member in self._members):
                    raise SearchUnavailable("构建索引的进程意外中断。") from None
                continue
            if not fine:
                raise SearchUnavailable(f"构建索引失败：{result}")
            return result


def _labour(make: Callable[[], Worker[T]], tasks: "Queue[Sequence[int] | None]", results: "Queue[Any]") -> None:
    try:
        worker = make()
        while (keys := tasks.get()) is not _DONE:
            results.put((True, worker.work(keys)))
        results.put((True, worker.finish()))
    except Exception as error:  # told to the parent, which ends the build
        results.put((False, f"{type(error).__name__}: {error}"))
    finally:
        connections.close_all()
