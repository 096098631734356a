"""`manage.py search_index build|update|check|status`."""

import json
import os
import sys
import time
from argparse import ArgumentTypeError
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from search import building, live
from search.engine import SearchUnavailable
from search.indexer import Indexer
from search.selectors import status

_SHOWN = 10


class Command(BaseCommand):
    """Look after the index by hand; the running portal needs none of it."""

    help = "检索索引：build 重建，update 处理待索引变更，check 与数据库核对，status 查看状态。"

    def add_arguments(self, parser: CommandParser) -> None:
        """One word, and how many processes a build may use."""
        parser.add_argument("action", choices=["build", "update", "check", "status"])
        parser.add_argument("--processes", type=_positive, default=os.cpu_count() or 1, help="构建使用的进程数")
        parser.add_argument("--quiet", action="store_true", help="不显示进度")

    def handle(self, *args: Any, action: str, processes: int, quiet: bool = False, **options: Any) -> None:
        """Every action ends with a sentence, or with an error and a non-zero code."""
        try:
            match action:
                case "build":
                    self._build(processes, quiet=quiet)
                case "update":
                    self._update()
                case "check":
                    self._check()
                case _:
                    self.stdout.write(json.dumps(status(timezone.now()), ensure_ascii=False, indent=2))
        except SearchUnavailable as error:
            raise CommandError(str(error)) from error

    def _build(self, processes: int, *, quiet: bool) -> None:
        started = time.monotonic()
        bar = _Bar(shown=sys.stderr.isatty() and not quiet)
        folder = building.rebuild(at=timezone.now(), processes=processes, progress=bar.show)
        bar.end()
        seconds, documents = max(time.monotonic() - started, 0.001), folder.manifest.documents
        self.stdout.write(
            f"已建立索引 {folder.path.name}：{documents:,} 篇，"
            f"用时 {seconds:.1f} 秒（{documents / seconds:,.0f} 篇/秒）。"
        )

    def _update(self) -> None:
        indexer, done = Indexer(), 0
        while worked := indexer.take_slice() or indexer.catch_up():
            done += worked
        self.stdout.write(f"已处理 {done:,} 项变更。")

    def _check(self) -> None:
        engine, source = live.engine(), live.source()
        held = engine.versions()
        missing, old = [], []
        for keys in building.key_batches(source):
            for doc in source.load(keys):
                version = held.pop(doc.key, None)
                if version is None:
                    missing.append(doc.key)
                elif version != doc.version:
                    old.append(doc.key)
        surplus = sorted(held)
        self.stdout.write(f"索引 {engine.count():,} 篇，数据库 {source.count():,} 篇。")
        for name, keys in (("索引中缺少", missing), ("索引版本落后", old), ("索引中多余", surplus)):
            if keys:
                self.stdout.write(f"{name} {len(keys):,} 篇，例如：{', '.join(map(str, keys[:_SHOWN]))}")
        if missing or old or surplus:
            raise CommandError("索引与数据库不一致。运行 search_index update 补齐，或 search_index build 重建。")
        self.stdout.write("索引与数据库一致。")


def _positive(text: str) -> int:
    try:
        number = int(text)
    except ValueError:
        number = 0
    if number < 1:
        raise ArgumentTypeError("进程数必须是正整数。")
    return number


class _Bar:
    """A progress bar on a terminal; nothing anywhere else."""

    def __init__(self, *, shown: bool) -> None:
        self._shown, self._started, self._last = shown, time.monotonic(), 0.0

    def show(self, done: int, total: int) -> None:
        """Redraw at most ten times a second."""
        now = time.monotonic()
        if not self._shown or (now - self._last < 0.1 and done < total):
            return
        self._last = now
        rate = done / max(now - self._started, 0.001)
        part = done / total if total else 1.0
        left = (total - done) / rate if rate else 0
        filled = "█" * int(part * 30)
        remaining = f"{left // 60:.0f}:{left % 60:02.0f}"
        sys.stderr.write(f"\r构建索引 {filled:░<30} {part:4.0%} {done:,}/{total:,} {rate:,.0f} 篇/秒 剩余 {remaining} ")
        sys.stderr.flush()

    def end(self) -> None:
        """Leave the bar on its line."""
        if self._shown:
            sys.stderr.write("\n")
