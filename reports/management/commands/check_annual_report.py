"""`manage.py check_annual_report FILE`: the identities of annual reports, each breach with both figures."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from reports.annual.breaches import Breach
from reports.annual.collecting import Checked, checked
from reports.annual.tables import Figures

BROKEN, UNREADABLE = 1, 2


class Command(BaseCommand):
    """Exit code 1 when a hard identity is broken; warnings and missing tables are said and not counted."""

    help = "核对年度报告的勾稽关系"

    def add_arguments(self, parser: CommandParser) -> None:
        """The file, and the report of the year before."""
        parser.add_argument("file", type=Path, help="年度报告（JSON：一份或者 reports 列表；或者从本平台导出的 XLSX）")
        parser.add_argument("--before", type=Path, help="同一机关上一年的年度报告，用来核对结转")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, check, say."""
        before = self._before(options["before"]) if options["before"] else None
        rows = _read(options["file"], before)
        for row in rows:
            self._say(row, before)
        if any(row.hard for row in rows):
            raise CommandError("勾稽关系不成立", returncode=BROKEN)

    def _before(self, path: Path) -> Figures:
        rows = _read(path, None)
        if len(rows) != 1 or rows[0].figures is None:
            raise CommandError(f"{path} 应当是一份报告。", returncode=UNREADABLE)
        return rows[0].figures

    def _say(self, row: Checked, before: Figures | None) -> None:
        figures = row.figures
        if figures is None:
            return
        if before and before.year != figures.year - 1:
            words = f"上年的报告是{before.year}年的，应当是{figures.year - 1}年的。"
            raise CommandError(words, returncode=UNREADABLE)
        self.stdout.write(f"{figures.agency}{figures.year}年政府信息公开工作年度报告")
        if before and before.agency != figures.agency:
            self.stdout.write(f"说明  上年的报告是{before.agency}的，机关名称不同。")
        for words in row.remarks:
            self.stdout.write(f"说明  {words}")
        for breach in row.breaches:
            self.stdout.write(_line(breach))
        self.stdout.write(f"错误 {row.hard} 处，提示 {len(row.breaches) - row.hard} 处。")


def _line(breach: Breach) -> str:
    return f"{'错误' if breach.is_hard else '提示'}  {breach.rule}  {breach.sentence}"


def _read(path: Path, before: Figures | None) -> list[Checked]:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise CommandError(f"读不到文件 {path}：{error.strerror}", returncode=UNREADABLE) from error
    rows = checked(path.name, data, lambda _: before)
    if faults := [row.fault for row in rows if row.fault]:
        raise CommandError(f"{path}：{faults[0]}", returncode=UNREADABLE)
    return rows
