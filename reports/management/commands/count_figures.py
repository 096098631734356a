"""`manage.py count_figures [--all]`: the monthly figures counted now; the worker counts them by itself."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from reports.figures.measures import MONTHS_KEPT_CURRENT
from reports.figures.services import count_month, every_month
from workdays.months import last_months, month_key


class Command(BaseCommand):
    """Idempotent; may be broken off and repeated."""

    help = "重新统计各月的数字：默认最近 24 个月"

    def add_arguments(self, parser: CommandParser) -> None:
        """--all goes back to the first month there is anything of."""
        parser.add_argument("--all", action="store_true", help="从有数据的第一个月起全部统计")

    def handle(self, *args: Any, **options: Any) -> None:
        """Newest first, so that the pages are right soon."""
        today = timezone.localdate()
        recent = [month_key(first) for first in reversed(last_months(today, MONTHS_KEPT_CURRENT))]
        months = every_month(today) if options["all"] else recent
        changed = sum(count_month(month=month, at=timezone.now()) for month in months)
        self.stdout.write(f"已统计 {len(months)} 个月，改动数字 {changed} 个。")
