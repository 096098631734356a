"""`manage.py annual_report YEAR --department CODE`: the figures of a body's annual report, as JSON or as a workbook."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import Department
from reports.annual.building import exchanged, figures_of
from reports.annual.sheets import workbook

EARLIEST, LATEST = 2008, 2100  # the regulation came into force in 2008


class Command(BaseCommand):
    """Prints what `check_annual_report` reads."""

    help = "按登记簿生成一个机关一年的年度报告数字"

    def add_arguments(self, parser: CommandParser) -> None:
        """Year and body."""
        parser.add_argument("year", type=int, help="年度，如 2026")
        parser.add_argument("--department", required=True, help="机构代码")
        parser.add_argument("--consolidated", action="store_true", help="汇总该机关及其下级全部机关")
        parser.add_argument("--format", choices=["json", "xlsx"], default="json", help="格式")
        parser.add_argument("--output", type=Path, help="写入文件；XLSX 必须写入文件")

    def handle(self, *args: Any, **options: Any) -> None:
        """Count and print."""
        year, code = options["year"], options["department"]
        if not EARLIEST <= year <= LATEST:
            raise CommandError(f"没有 {year} 年的年度报告")
        if not (department := Department.objects.filter(code=code).first()):
            raise CommandError(f"没有代码为“{code}”的机构")
        figures = figures_of(department, year, is_consolidated=options["consolidated"])
        text = json.dumps(exchanged(figures), ensure_ascii=False, indent=1)
        if options["output"]:
            is_sheet = options["format"] == "xlsx"
            options["output"].write_bytes(workbook(figures) if is_sheet else text.encode())
        elif options["format"] == "xlsx":
            raise CommandError("XLSX 请用 --output 写明文件")
        else:
            self.stdout.write(text)
