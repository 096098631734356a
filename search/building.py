"""Build an index beside the served one, catch up what changed meanwhile, and switch."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import structlog
from django.conf import settings

from search import live, store
from search.dictionary import user_words
from search.engine import Engine, SearchUnavailable, Source, load_safely
from search.lexicon import Gatherer

log = structlog.get_logger(__name__)
_BATCH = 500
_SLICE = 200

Progress = Callable[[int, int], None]


def rebuild(*, at: datetime, processes: int = 1, progress: Progress | None = None) -> store.Folder:
    """Build the whole index anew and serve it. `at` is now: what changes later is indexed again before the switch.

    Raises:
        SearchUnavailable: another build is running, or a process of this one died. The served index stays.
    """
    with store.lock("build", wait=False) as mine:
        if not mine:
            raise SearchUnavailable("另一个索引正在构建中。")
        words = user_words()
        path = store.begin(settings.SEARCH_ENGINE, words, at)
        source = live.source()
        engine = store.open_engine(path, settings.SEARCH_ENGINE, words, source.texts)
        failed = _fill(path, engine, source, processes=processes, progress=progress)
        folder = _switch(path, engine, source, words, at)
    _settle(source, engine)
    store.sweep()
    log.info("search.built", folder=path.name, documents=folder.manifest.documents, broken=failed)
    return folder


def _fill(path: Path, engine: Engine, source: Source, *, processes: int, progress: Progress | None) -> int:
    """Everything the source has, and the lexicon. Returns how many rows could not be read."""
    gatherer = Gatherer(engine.words)
    total, done, failed = source.count(), 0, 0
    for built in engine.build(key_batches(source), source, processes):
        done += built.done
        failed += len(built.failed)
        gatherer.add(built.titles)
        if progress:
            progress(done, max(total, done))
    gatherer.write(path)
    return failed


def key_batches(source: Source, size: int = _BATCH) -> Iterator[list[int]]:
    """All keys that belong into the index, a batch at a time."""
    after = -1
    while keys := source.keys(after, size):
        yield keys
        after = keys[-1]


def _switch(path: Path, engine: Engine, source: Source, words: tuple[str, ...], at: datetime) -> store.Folder:
    """Under the writer's lock nothing else is indexed, so after this pass the new index misses nothing."""
    with store.lock("writer"):
        changed = sorted({*source.changed_since(at), *store.noted_changes(path)})
        for start in range(0, len(changed), _SLICE):
            index(engine, source, changed[start : start + _SLICE])
        return store.finish(path, words, engine.count(), at)


class Taken(NamedTuple):
    """What one slice did: versions now held, keys no longer held, keys that could not be read."""

    held: dict[int, int]
    removed: list[int]
    failed: tuple[int, ...]

    def mark(self, source: Source) -> None:
        """Record it at the source."""
        source.mark_indexed(self.held)
        source.mark_removed(self.removed)


def index(engine: Engine, source: Source, keys: Iterable[int]) -> Taken:
    """Bring these keys up to date in the engine; what cannot be read stays as it is."""
    wanted = list(dict.fromkeys(keys))
    documents, failed = load_safely(source, wanted)
    held = {doc.key: doc.version for doc in documents}
    removed = [key for key in wanted if key not in held and key not in failed]
    engine.apply(documents, removed)
    return Taken(held, removed, failed)


def _settle(source: Source, engine: Engine) -> None:
    """Record the versions the new index holds, for the documents whose record is behind."""
    versions, before = engine.versions(), None
    while (stale := source.stale(_BATCH)) and stale != before:  # equal: the rest changed again, or cannot be read
        source.mark_indexed({key: versions[key] for key in stale if key in versions})
        source.mark_removed([key for key in stale if key not in versions])
        before = stale
