"""`manage.py prepare [--demo]`: everything between an empty folder and a site that can start; seconds when repeated."""

import time
from io import StringIO
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from portal.demo import annual, applications, city, drafts, figures, plans, quarterly, scorecards, watch
from search.selectors import status as index_status


class Command(BaseCommand):
    """Idempotent."""

    help = "Migrate, load calendar and reference data, collect static files; with --demo the demo city; build the index"

    def add_arguments(self, parser: CommandParser) -> None:
        """--demo loads the demo city."""
        parser.add_argument("--demo", action="store_true", help="load the demo city 云岚市")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the steps, saying each that takes time."""
        started = time.monotonic()
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            self.stdout.write("正在建立数据库……")
            call_command("migrate", verbosity=0, interactive=False)
        if not settings.REDIS_URL:
            call_command("createcachetable", verbosity=0)
        call_command("load_calendar", stdout=StringIO())
        call_command("load_reference", verbosity=0)
        call_command("load_scorecards", verbosity=0)
        call_command("collectstatic", verbosity=0, interactive=False)
        if options["demo"]:
            self._demo()
        self._index()
        self.stdout.write(f"准备完成（{time.monotonic() - started:.1f} 秒）")

    def _demo(self) -> None:
        added = city.load(timezone.now())
        drafts.load(timezone.now())
        annual.load(timezone.now())  # before this year's, so that only those leave messages unread
        applications.load(timezone.now())
        plans.load(timezone.now())
        figures.load(timezone.now())
        quarterly.load(timezone.now())
        scorecards.load(timezone.now())
        watch.load(timezone.now())
        if added:
            self.stdout.write(f"已载入演示城市：{added} 件政府信息；附件文字由后台提取，稍后即可检索")

    def _index(self) -> None:
        """Build the search index when none can be served; afterwards the indexer keeps it."""
        if not index_status(timezone.now())["available"]:
            self.stdout.write("正在建立检索索引……")
            call_command("search_index", "build")
