"""`manage.py run_indexer`: the one process that keeps the index right."""

import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from search import store
from search.indexer import Indexer


class Command(BaseCommand):
    """Runs until it is told to stop; a second one on the same index refuses to start."""

    help = "运行索引进程：接收变更、补齐遗漏、必要时重建索引。"

    def add_arguments(self, parser: CommandParser) -> None:
        """`--once`: work off what waits now, then end."""
        parser.add_argument("--once", action="store_true", help="处理完现有变更后退出")

    def handle(self, *args: Any, once: bool = False, **options: Any) -> None:
        """See the class."""
        with store.lock("indexer", wait=False) as mine:
            if not mine:
                raise CommandError("索引进程已在运行。")
            indexer = Indexer()
            if once:
                while indexer.step():
                    continue
                return
            stop = threading.Event()
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, lambda *_: stop.set())
            indexer.run(stop.is_set)
