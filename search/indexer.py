"""The one process that writes the index: works off the outbox, catches up what was missed, starts rebuilds."""

import os
import subprocess
import sys
import time
from collections.abc import Callable

import structlog
from django.conf import settings
from django.db import close_old_connections, transaction
from django.utils import timezone

from search import building, live, store
from search.dictionary import user_words
from search.engine import Engine, SearchUnavailable, Source
from search.models import Change
from search.text import dictionary_version

log = structlog.get_logger(__name__)

SLICE_ROWS = 1000  # a small index segment costs nearly as much as a large one
SLICE_SECONDS = 2.0
FIRST_ROWS = 100
POLL_SECONDS = 0.3
CATCH_UP_SECONDS = 60.0
_BEAT_SECONDS = 2.0
_BUILD_PAUSE_SECONDS = 30.0


class Indexer:
    """One step after the other; each step is safe to repeat after a kill at any moment."""

    def __init__(self, *, source: Source | None = None) -> None:
        self._source = source or live.source()
        self._rows = FIRST_ROWS
        self._broken: set[int] = set()
        self._due: dict[str, float] = {}
        self._build: subprocess.Popen[bytes] | None = None

    def run(self, stopped: Callable[[], bool]) -> None:
        """Until stopped. Whatever goes wrong in a step is logged, and the next step comes."""
        while not stopped():
            try:
                worked = self.step()
            except SearchUnavailable as error:
                if self._is_due("say", CATCH_UP_SECONDS):
                    log.warning("search.unavailable", reason=str(error))
                worked = 0
                self._start_build()
            except Exception:
                log.exception("search.indexer_step")
                close_old_connections()
                worked = 0
                time.sleep(POLL_SECONDS)
            if not worked:
                time.sleep(POLL_SECONDS)
        if self._build and self._build.poll() is None:
            self._build.terminate()

    def step(self) -> int:
        """Beat, keep house, take one slice. Returns how many documents were worked on."""
        if self._is_due("beat", _BEAT_SECONDS):
            store.beat(timezone.now())
        self._watch_build()
        done = self.take_slice()
        if not done and self._is_due("catch up", CATCH_UP_SECONDS):
            done = self.catch_up()
            if done == SLICE_ROWS:
                self._due.pop("catch up", None)
        if not done and self._is_due("house", CATCH_UP_SECONDS):
            store.sweep()
            if dictionary_version(user_words()) != live.folder().manifest.dictionary:
                self._start_build()
        return done or int(self._tidy(idle=True))

    def take_slice(self) -> int:
        """Index the next rows of the outbox, single changes before bulk ones."""
        rows = list(Change.objects.order_by("lane", "id").values_list("id", "key", "lane")[: self._rows])
        if not rows:
            return 0
        first_lane = rows[0][2]
        rows = [row for row in rows if row[2] == first_lane]  # a single change must not wait for bulk ones beside it
        started = time.monotonic()
        with store.lock("writer"):
            taken = self._index([key for _, key, _ in rows])
            with transaction.atomic():
                Change.objects.filter(id__in=[number for number, _, _ in rows]).delete()
                taken.mark(self._source)
            self._tidy_locked(idle=False)
        self._rows = _fitting(len(rows), self._rows, time.monotonic() - started)
        return len(rows)

    def catch_up(self) -> int:
        """Index what the source says is behind, whatever lost it: a dead worker, a restored database."""
        stale = [key for key in self._source.stale(SLICE_ROWS + len(self._broken)) if key not in self._broken]
        keys = stale[:SLICE_ROWS]
        if not keys:
            self._broken.clear()  # broken rows get another chance at the next round
            return 0
        with store.lock("writer"):
            self._index(keys).mark(self._source)
        return len(keys)

    def _index(self, keys: list[int]) -> building.Taken:
        store.note_changes(keys)
        taken = building.index(self._engine(), self._source, keys)
        self._broken.update(taken.failed)
        return taken

    def _engine(self) -> Engine:
        return live.engine()

    def _tidy(self, *, idle: bool) -> bool:
        with store.lock("writer", wait=False) as mine:
            return mine and self._tidy_locked(idle=idle)

    def _tidy_locked(self, *, idle: bool) -> bool:
        return self._engine().tidy(idle=idle)

    def _is_due(self, name: str, every: float) -> bool:
        now = time.monotonic()
        if now < self._due.get(name, now):
            return False
        self._due[name] = now + every
        return True

    # --- rebuilding in the background -------------------------------------------------------------------------------

    def _start_build(self) -> None:
        """A build in a process of its own; the outbox is worked on meanwhile if an index is served."""
        if self._build or not self._is_due("build", _BUILD_PAUSE_SECONDS):
            return
        log.info("search.build_started")
        command = [sys.executable, "-m", "django", "search_index", "build", "--quiet"]
        self._build = subprocess.Popen(command, cwd=settings.BASE_DIR, env=dict(os.environ))

    def _watch_build(self) -> None:
        if self._build and self._build.poll() is not None:
            log.info("search.build_ended", code=self._build.returncode)
            self._build = None


def _fitting(done: int, asked: int, seconds: float) -> int:
    """How many rows the next slice may have, to stay within `SLICE_SECONDS`."""
    if done < asked and seconds < SLICE_SECONDS:
        return min(SLICE_ROWS, max(asked, 20))
    return max(10, min(SLICE_ROWS, 2 * asked, int(done * SLICE_SECONDS / max(seconds, 0.001))))
