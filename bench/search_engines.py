"""How fast the search engines build and answer. Prints a Markdown table.

    python bench/search_engines.py --sizes 100000 --processes 2

Documents are recombined with a fixed seed from the articles of real laws (`SHARED_DATA`, else `../shared/data` beside the
project). The 200 queries: 70 subjects, 30 of several words, 20 very common words, 20 document numbers, 20 titles, 20
quoted fragments, 20 rare words. Facets are department, topic and year. Nothing but the engines is measured: no pages.
"""

import argparse
import gzip
import json
import os
import random
import resource
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import django
from django.conf import settings

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
settings.configure(INSTALLED_APPS=[], DATABASES={}, USE_TZ=True)
django.setup()

from search.engine import Doc, Engine, Query  # noqa: E402 - needs the settings
from search.store import ENGINES  # noqa: E402
from search.text import ParsedQuery, parse, segmenter  # noqa: E402

SEED = 20261122
TODAY = date(2026, 11, 22).toordinal()
FIRST = date(2008, 1, 1).toordinal()
COMMON = [
    "应当",
    "管理",
    "单位",
    "规定",
    "部门",
    "工作",
    "有关",
    "进行",
    "按照",
    "组织",
    "可以",
    "人民政府",
    "责任",
    "依法",
    "要求",
    "情况",
    "机构",
    "活动",
    "服务",
    "人员",
]
MODES: dict[str, dict[str, Any]] = {
    "relevance": {},
    "date": {"sort": "date"},
    "filtered": {"filters": {"department": frozenset({3, 7}), "day": (TODAY - 3650, TODAY)}},
    "facets": {"facets": ("department", "topic", "year")},
}


class Corpus:
    """A source of `size` documents made on demand, so that memory shows the engines and not the corpus."""

    public = frozenset({1})

    def __init__(self, size: int, titles: list[str], articles: list[str]) -> None:
        self._size, self._titles, self._articles = size, titles, articles

    def doc(self, key: int) -> Doc:
        """Document `key`: some 730 characters, 300 to 1,500."""
        rng = random.Random(SEED * 1_000_003 + key)
        length, parts = rng.triangular(300, 1500, 400), list[str]()
        while sum(map(len, parts)) < length:
            parts.append(rng.choice(self._articles))
        day = FIRST + rng.randrange(TODAY - FIRST)
        year = date.fromordinal(day).year
        return Doc(
            key=key,
            version=1,
            title=self._titles[key] if key < len(self._titles) else rng.choice(self._titles),
            body="\n".join(parts)[:1500],
            number=f"云政办发〔{year}〕{key}号",
            index_number=f"11990000MB1763499T/{year}-{key:06d}",
            department=rng.randrange(60),
            topic=rng.randrange(22),
            column=rng.randrange(21),
            genre=rng.randrange(15),
            validity=rng.choice((1, 1, 1, 2, 3, 4, 6)),
            year=year,
            day=day,
            access=1,
        )

    def load(self, keys: Sequence[int]) -> list[Doc]:
        return [self.doc(key) for key in keys]

    def keys(self, after: int, limit: int) -> list[int]:
        return [*range(after + 1, min(after + 1 + limit, self._size))]

    def texts(self, keys: Sequence[int]) -> dict[int, tuple[str, str]]:
        return {key: self._text(key) for key in keys}

    @lru_cache(maxsize=200_000)  # stands for the database's cache  # noqa: B019 - one corpus a run
    def _text(self, key: int) -> tuple[str, str]:
        doc = self.doc(key)
        return doc.title, doc.body

    def count(self) -> int:
        return self._size

    def changed_since(self, moment: datetime) -> Iterator[int]:
        return iter(())

    def stale(self, limit: int) -> list[int]:
        return []

    def mark_indexed(self, versions: Mapping[int, int]) -> None:
        return None

    def mark_removed(self, keys: Sequence[int]) -> None:
        return None


def read_laws() -> tuple[list[str], list[str]]:
    """Titles and articles of the real laws."""
    shared = Path(os.environ.get("SHARED_DATA", ROOT.parent / "shared" / "data"))
    path = shared / "documents" / "laws.jsonl.gz"
    if not path.exists():
        sys.exit(f"needs the real laws: {path} is not there; set SHARED_DATA")
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    articles = [part for row in rows for part in row["body"].split("\n") if 30 <= len(part) <= 800]
    return [row["title"] for row in rows], articles


def questions(corpus: Corpus) -> list[ParsedQuery]:
    """The mix of 200."""
    rng, words = random.Random(SEED), segmenter()
    sample = [corpus.doc(rng.randrange(corpus.count())) for _ in range(400)]
    terms = [word for doc in sample for word in words.query_terms(doc.body) if len(word) > 1]
    counts: dict[str, int] = {}
    for term in terms:
        counts[term] = counts.get(term, 0) + 1
    middle = sorted(word for word, number in counts.items() if 4 <= number <= 60)
    rare = sorted(word for word, number in counts.items() if number == 1 and len(word) > 2)
    fragments = [doc.body[at : at + 8] for doc in sample for at in (rng.randrange(len(doc.body) - 9),)]
    plain = [part for part in fragments if part.isalpha()]
    mix = rng.sample(middle, 70) + [" ".join(rng.sample(middle, 2)) for _ in range(30)] + COMMON
    mix += [doc.number for doc in sample[:20]] + [doc.title for doc in sample[20:40]]
    mix += [f'"{part}"' for part in plain[:20]] + rng.sample(rare, 20)
    return [parse(typed) for typed in mix]


def milliseconds(engine: Engine, asked: list[ParsedQuery], more: dict[str, Any], passes: int) -> list[float]:
    """The median over the passes, for each query."""
    times: list[list[float]] = [[] for _ in asked]
    for _ in range(passes):
        for parsed, taken in zip(asked, times, strict=True):
            query = Query(access=frozenset({1}), today=TODAY, parsed=parsed, **more)
            started = time.perf_counter()
            engine.search(query)
            taken.append((time.perf_counter() - started) * 1000)
    return [statistics.median(taken) for taken in times]


def resident() -> float:
    """Megabytes of this process in memory now, mapped files included."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 1e6


def build(name: str, corpus: Corpus, folder: Path, processes: int, limit: int | None = None) -> tuple[Engine, float]:
    """An engine with the corpus, and its documents a second."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    ENGINES[name].create(folder)
    engine = ENGINES[name](folder, segmenter(), corpus.texts)
    wanted = min(limit or corpus.count(), corpus.count())
    batches = ([*range(at, min(at + 500, wanted))] for at in range(0, wanted, 500))
    started = time.perf_counter()
    done = sum(step.done for step in engine.build(batches, corpus, processes))
    return engine, done / (time.perf_counter() - started)


def update(engine: Engine, corpus: Corpus) -> float:
    """Milliseconds until one changed document is committed and found; median of ten."""
    taken = []
    for key in range(10):
        started = time.perf_counter()
        engine.apply([corpus.doc(key)], [])
        engine.search(Query(access=frozenset({1}), today=TODAY, parsed=parse(corpus.doc(key).number)))
        taken.append((time.perf_counter() - started) * 1000)
    return statistics.median(taken)


def measure(name: str, corpus: Corpus, options: argparse.Namespace, asked: list[ParsedQuery]) -> list[str]:
    """One row of the table, in a process of its own, so that memory is this engine's alone."""
    folder = Path(options.folder) / f"{name}-{corpus.count()}"
    engine, single = build(name, corpus, folder, 1, limit=options.single)
    rate = single
    if options.processes > 1 or options.single < corpus.count():
        engine, rate = build(name, corpus, folder, options.processes)
    megabytes = sum(file.stat().st_size for file in folder.iterdir()) / 1e6
    reading = _reading(name, corpus, folder, asked, options.passes)
    visible = update(engine, corpus)
    row = [f"{corpus.count():,}", name, f"{single:,.0f}", f"{rate:,.0f}", f"{megabytes:,.0f}"]
    return [*row, *reading["cells"], f"{visible:.0f}", f"{reading['grown']:,.0f}"]


def _reading(name: str, corpus: Corpus, folder: Path, asked: list[ParsedQuery], passes: int) -> dict[str, Any]:
    """Latencies and memory of a fresh process that only reads."""
    receiving, sending = os.pipe()
    if not os.fork():
        engine = ENGINES[name](folder, segmenter(), corpus.texts)
        quoted = [parsed for parsed in asked if parsed.phrases]
        before = resident()
        milliseconds(engine, asked, MODES["facets"], 1)  # warm
        grown = resident() - before
        cells = []
        for more in MODES.values():
            taken = sorted(milliseconds(engine, asked, more, passes))
            cells.append(f"{statistics.median(taken):.2f} / {taken[int(len(taken) * 0.95)]:.2f}")
        cells.append(f"{statistics.median(milliseconds(engine, quoted, {}, passes)):.2f}")
        os.write(sending, json.dumps({"cells": cells, "grown": grown}).encode())
        os._exit(0)
    os.wait()
    answer: dict[str, Any] = json.loads(os.read(receiving, 65536))
    return answer


def agreement(folder: Path, corpus: Corpus, asked: list[ParsedQuery]) -> str:
    """How far the two engines agree on this corpus."""
    one, other = (
        ENGINES[name](folder / f"{name}-{corpus.count()}", segmenter(), corpus.texts) for name in sorted(ENGINES)
    )
    same, overlaps = 0, []
    for parsed in asked:
        query = Query(access=frozenset({1}), today=TODAY, parsed=parsed, facets=("year",), limit=10)
        first, second = one.search(query), other.search(query)
        exact = first.total_is_exact and second.total_is_exact
        same += not exact or (first.total, first.facets) == (second.total, second.facets)
        if first.keys:
            overlaps.append(len({*first.keys} & {*second.keys}) / len(first.keys))
    return f"{same}/{len(asked)} totals and facets equal; top ten overlap {statistics.mean(overlaps):.1%}"


def main() -> None:
    """See the head of the file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[100_000])
    parser.add_argument("--engines", nargs="+", choices=sorted(ENGINES), default=sorted(ENGINES))
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--single", type=int, default=5000, help="documents for the build rate in one process")
    parser.add_argument("--passes", type=int, default=3)
    parser.add_argument("--folder", default="")
    options = parser.parse_args()
    own = "" if options.folder else tempfile.mkdtemp(prefix="bench-search-")
    options.folder = options.folder or own
    titles, articles = read_laws()
    print(f"| documents | engine | docs/s, 1 process | docs/s, {options.processes} | MB | ", end="")
    print(" | ".join(f"{mode} p50 / p95 ms" for mode in MODES), "| phrase p50 ms | update ms | reader +MB |")
    print("|--:|--|" + "--:|" * (len(MODES) + 6))
    try:
        for size in options.sizes:
            corpus = Corpus(size, titles, articles)
            asked = questions(corpus)
            for name in options.engines:
                print("|", " | ".join(measure(name, corpus, options, asked)), "|", flush=True)
            if len(options.engines) > 1:
                print(f"\n{size:,}: {agreement(Path(options.folder), corpus, asked)}\n", flush=True)
    finally:
        if own:
            shutil.rmtree(own, ignore_errors=True)


if __name__ == "__main__":
    main()
