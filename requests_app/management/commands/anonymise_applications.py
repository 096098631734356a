"""`manage.py anonymise_applications`: applicants of cases whose years of keeping are over are erased."""

from datetime import date, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from requests_app.watch import retention


class Command(BaseCommand):
    """Case by case, each in its own transaction; may be broken off and run again."""

    help = "清除保管期限届满的已归档申请中的申请人信息、材料和文书内容；统计所需的各项和办理记录保留"

    def add_arguments(self, parser: CommandParser) -> None:
        """The day, and whether only to look."""
        parser.add_argument("--until", type=date.fromisoformat, help="保管至这一天为止的（年-月-日），默认昨天")
        parser.add_argument("--dry-run", action="store_true", help="只列出编号，不清除")

    def handle(self, *args: Any, **options: Any) -> None:
        """List or erase."""
        now = timezone.now()
        yesterday = timezone.localdate(now) - timedelta(days=1)
        until = options["until"] or yesterday
        if until > yesterday:
            raise CommandError("保管期限尚未届满的不能清除：日期应早于今天。")
        done = 0
        for pk, number in list(retention.to_anonymise(until).order_by("pk").values_list("pk", "number")):
            if options["dry_run"]:
                self.stdout.write(number)
                done += 1
            elif retention.anonymise(case=pk, until=until, at=timezone.now()):
                done += 1
        self.stdout.write(f"保管至 {until} 为止：{'可清除' if options['dry_run'] else '已清除'} {done} 件")
