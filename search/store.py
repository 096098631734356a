"""Where indexes lie: one folder a build, a pointer to the one that is served, and the locks between processes.

    SEARCH_DIR/CURRENT                       name of the served folder, replaced atomically
    SEARCH_DIR/whoosh-3f2a91c0-20261122…/    engine, dictionary version, moment, random end
        index/  lexicon.tsv  changes.log     `changes.log`: keys indexed elsewhere while this one was being built
        manifest.json                        written last: a folder without it is half built and never served

Folders are private (0700), because Whoosh's files are pickles: a folder of another owner, reachable by others, or not
made by this text layer is never opened.
"""

import fcntl
import json
import os
import re
import secrets
import shutil
import stat
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings

from search.engine import Engine, SearchUnavailable, Texts
from search.tantivy_engine import TantivyEngine
from search.text import dictionary_version, segmenter
from search.whoosh_engine import WhooshEngine

ENGINES: dict[str, type[WhooshEngine] | type[TantivyEngine]] = {"whoosh": WhooshEngine, "tantivy": TantivyEngine}
GRACE_SECONDS = 60  # a replaced folder stays this long for readers that are just opening it
_NAME = re.compile(r"(?P<engine>[a-z]+)-(?P<dictionary>[0-9a-f]{8})-\d{14}-[0-9a-f]{6}")
_POINTER, _MANIFEST, _CHANGES = "CURRENT", "manifest.json", "changes.log"


@dataclass(frozen=True)
class Manifest:
    """What a finished folder says about itself. `words` are the user words it was segmented with."""

    engine: str
    dictionary: str
    words: tuple[str, ...]
    built_at: str
    documents: int


@dataclass(frozen=True)
class Folder:
    """A finished index folder that may be served."""

    path: Path
    manifest: Manifest

    def open(self, texts: Texts) -> Engine:
        """The engine on this folder, cutting words as the folder was cut."""
        return open_engine(self.path, self.manifest.engine, self.manifest.words, texts)


def open_engine(path: Path, engine: str, words: tuple[str, ...], texts: Texts) -> Engine:
    """An engine on a folder that need not be finished: for builds."""
    return ENGINES[engine](path / "index", segmenter(words), texts)


def root() -> Path:
    """SEARCH_DIR, made private."""
    path = Path(settings.SEARCH_DIR)
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def current() -> Folder:
    """The served folder.

    Raises:
        SearchUnavailable: there is none, or it is half built, foreign, or of another engine or text layer.
    """
    try:
        name = (root() / _POINTER).read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        raise SearchUnavailable("还没有可用的检索索引。") from None
    folder = _finished(root() / name) if _NAME.fullmatch(name) else None
    if folder is None:
        raise SearchUnavailable("检索索引不完整，或不是本系统建立的，已停用。")
    if folder.manifest.engine != settings.SEARCH_ENGINE:
        raise SearchUnavailable("检索引擎已更换，正等待重建索引。")
    if folder.manifest.dictionary != dictionary_version(folder.manifest.words):
        raise SearchUnavailable("分词规则已更新，正等待重建索引。")
    return folder


def pointer_stamp() -> tuple[int, int]:
    """Changes whenever another folder is served; zeros while there is none."""
    try:
        known = (Path(settings.SEARCH_DIR) / _POINTER).stat()
    except OSError:
        return 0, 0
    return known.st_mtime_ns, known.st_ino


def _finished(path: Path) -> Folder | None:
    """The folder, if it is whole, ours and private."""
    try:
        known = path.lstat()
        private = stat.S_ISDIR(known.st_mode) and known.st_uid == os.geteuid() and not known.st_mode & 0o077
        said = json.loads((path / _MANIFEST).read_text(encoding="utf-8")) if private else None
        manifest = Manifest(**{**said, "words": tuple(said["words"])}) if said else None
    except (OSError, ValueError, TypeError, KeyError):
        return None
    named = _NAME.fullmatch(path.name)
    fits = manifest and named and (named["engine"], named["dictionary"]) == (manifest.engine, manifest.dictionary)
    return Folder(path, manifest) if fits and manifest and manifest.engine in ENGINES else None


# --- building ---------------------------------------------------------------------------------------------------------


def begin(engine: str, words: tuple[str, ...], at: datetime) -> Path:
    """A new, empty, unfinished folder."""
    name = f"{engine}-{dictionary_version(words)}-{at:%Y%m%d%H%M%S}-{secrets.token_hex(3)}"
    path = root() / name
    path.mkdir(mode=0o700)
    (path / "index").mkdir(mode=0o700)
    ENGINES[engine].create(path / "index")
    return path


def finish(path: Path, words: tuple[str, ...], documents: int, at: datetime) -> Folder:
    """Mark the folder as whole and serve it from now on. The caller holds the writer's lock."""
    named = _NAME.fullmatch(path.name)
    if not named:
        raise ValueError(path.name)
    manifest = Manifest(named["engine"], named["dictionary"], words, at.astimezone(UTC).isoformat(), documents)
    _replace(path / _MANIFEST, json.dumps(asdict(manifest), ensure_ascii=False))
    _replace(root() / _POINTER, path.name)
    return Folder(path, manifest)


def _replace(path: Path, text: str) -> None:
    """Write a file so that others see the old or the new content, never a part."""
    fresh = path.with_name(f"{path.name}.{os.getpid()}.new")
    with fresh.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def note_changes(keys: Iterable[int]) -> None:
    """Tell every folder being built which keys were indexed elsewhere meanwhile, so that none is missed."""
    line = "".join(f"{key}\n" for key in keys)
    for path in _unfinished():
        try:
            with (path / _CHANGES).open("a", encoding="ascii") as file:
                file.write(line)
        except OSError:  # the build has just been given up
            continue


def noted_changes(path: Path) -> set[int]:
    """What `note_changes` told this folder."""
    try:
        return {int(line) for line in (path / _CHANGES).read_text(encoding="ascii").split()}
    except FileNotFoundError:
        return set()


def _folders() -> Iterator[Path]:
    yield from (path for path in root().iterdir() if _NAME.fullmatch(path.name) and path.is_dir())


def _unfinished() -> Iterator[Path]:
    yield from (path for path in _folders() if not (path / _MANIFEST).exists())


def sweep(*, grace: float = GRACE_SECONDS) -> None:
    """Remove folders no longer served, and half-built ones of a build that died."""
    try:
        pointer = root() / _POINTER
        served, settled = pointer.read_text(encoding="ascii").strip(), time.time() - pointer.stat().st_mtime > grace
    except (OSError, UnicodeDecodeError):
        served, settled = "", False
    with lock("build", wait=False) as nobody_builds:
        for path in _folders():
            finished = (path / _MANIFEST).exists()
            if path.name != served and (settled if finished else nobody_builds):
                shutil.rmtree(path, ignore_errors=True)


# --- between processes ------------------------------------------------------------------------------------------------


@contextmanager
def lock(name: str, *, wait: bool = True) -> Iterator[bool]:
    """Hold `SEARCH_DIR/<name>.lock`; the kernel lets go of it when the process dies. Yields whether it is held."""
    with (root() / f"{name}.lock").open("a", encoding="ascii") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            yield False
            return
        yield True


def beat(at: datetime) -> None:
    """The indexer is alive."""
    path = root() / "indexer.heartbeat"
    fresh = path.with_suffix(".new")
    fresh.write_text(at.astimezone(UTC).isoformat(), encoding="ascii")
    fresh.replace(path)


def last_beat() -> datetime | None:
    """When the indexer was last known to be alive."""
    try:
        return datetime.fromisoformat((root() / "indexer.heartbeat").read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None
