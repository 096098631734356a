"""`manage.py annual_report YEAR --department CODE`: a body's annual report, in the form asked for."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.template.loader import render_to_string
from django.utils import timezone

from accounts.models import Department
from reports.annual.building import as_json, exchanged, figures_of, newest
from reports.annual.paper import to_docx
from reports.annual.publishing import render
from reports.annual.sheets import workbook
from reports.annual.states import FROZEN
from reports.annual.tables import EARLIEST, LATEST
from reports.annual.written import written
from reports.models import ReportFormat


class Command(BaseCommand):
    """The report as checked, signed or published; else as it would be today. `check_annual_report` reads JSON and XLSX."""

    help = "输出一个机关一年的政府信息公开工作年度报告"

    def add_arguments(self, parser: CommandParser) -> None:
        """Year and body."""
        parser.add_argument("year", type=int, help="年度，如 2026")
        parser.add_argument("--department", required=True, help="机构代码")
        parser.add_argument("--consolidated", action="store_true", help="汇总该机关及其下级全部机关")
        parser.add_argument("--format", choices=ReportFormat.values, default="json", help="格式")
        parser.add_argument("--output", type=Path, help="写入文件；不写的输出到标准输出")

    def handle(self, *args: Any, **options: Any) -> None:
        """Build and write."""
        year, code = options["year"], options["department"]
        if not EARLIEST <= year <= LATEST:
            raise CommandError(f"没有 {year} 年的年度报告")
        if not (department := Department.objects.filter(code=code).first()):
            raise CommandError(f"没有代码为“{code}”的机构")
        data = _report(department, year, options["format"], is_consolidated=options["consolidated"])
        if options["output"]:
            options["output"].write_bytes(data)
        elif options["format"] in (ReportFormat.JSON, ReportFormat.HTML):
            self.stdout.write(data.decode(), ending="")
        else:
            self._write_bytes(data)

    def _write_bytes(self, data: bytes) -> None:
        """Into a pipe or a file, never onto a terminal."""
        out = getattr(self.stdout._out, "buffer", None)
        if out is None or self.stdout.isatty():
            raise CommandError("DOCX、XLSX 请用 --output 写明文件，或者重定向到文件")
        out.write(data)
        out.flush()


def _report(department: Department, year: int, form: str, *, is_consolidated: bool) -> bytes:
    report = newest(department, year, is_consolidated=is_consolidated)
    if report and report.state in FROZEN:
        on = timezone.localdate(report.published_at) if report.published_at else timezone.localdate()
        return render(report, form, on=on)
    figures, on = figures_of(department, year, is_consolidated=is_consolidated), timezone.localdate()
    if form == ReportFormat.JSON:
        return as_json(exchanged(figures))
    if form == ReportFormat.XLSX:
        return workbook(figures)
    paper = written(figures)
    if form == ReportFormat.DOCX:
        return to_docx(paper, on=on)
    return render_to_string("reports/annual/file.html", {"report": paper, "on": on}).encode()
