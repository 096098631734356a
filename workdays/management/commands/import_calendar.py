"""`manage.py import_calendar FILE`: a year's arrangement from a file (formats: `workdays.formats`)."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from workdays.formats import FileFaults, YearDraft, read_years
from workdays.services import import_years, preview_year


class Command(BaseCommand):
    """Import one file and print what changed."""

    help = "从 CSV 或 JSON 文件导入年度放假安排：CSV 的表头为 date,kind,name（kind 为 off 或 work）"

    def add_arguments(self, parser: CommandParser) -> None:
        """File, and what a CSV file cannot say."""
        parser.add_argument("file", type=Path, help="CSV 或 JSON 文件")
        parser.add_argument("--dry-run", action="store_true", help="只显示将有哪些变化，不写入")
        parser.add_argument("--notice", default="", help="通知的标题和文号（CSV 文件用）")
        parser.add_argument("--url", default="", help="通知的网址（CSV 文件用）")

    def handle(self, *args: Any, **options: Any) -> None:
        """All years of the file or none."""
        try:
            content = options["file"].read_bytes()
        except OSError as error:
            raise CommandError(f"无法读取文件：{error.strerror}") from error
        try:
            drafts = [self._completed(draft, options) for draft in read_years(content)]
            changes = [preview_year(draft) for draft in drafts] if options["dry_run"] else import_years(drafts=drafts)
        except FileFaults as error:
            raise CommandError("文件未导入：\n" + "\n".join(error.faults)) from error
        for change in changes:
            self._print(change.year, change.lines)
        if options["dry_run"]:
            self.stdout.write("试运行：没有写入任何内容")

    @staticmethod
    def _completed(draft: YearDraft, options: dict[str, Any]) -> YearDraft:
        return replace(
            draft,
            notice=options["notice"] or draft.notice,
            url=options["url"] or draft.url,
        )

    def _print(self, year: int, lines: tuple[str, ...]) -> None:
        self.stdout.write(f"{year} 年：{f'{len(lines)} 处变化' if lines else '没有变化'}")
        for line in lines:
            self.stdout.write(f"  {line}")
