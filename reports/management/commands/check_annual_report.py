"""`manage.py check_annual_report FILE`: the identities of an annual report, each breach with both figures."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from reports.annual.identities import Breach, breaches
from reports.annual.reading import Unreadable, figures_from, remarks
from reports.annual.sheets import exchanged_from
from reports.annual.tables import Figures

BROKEN, UNREADABLE = 1, 2


class Command(BaseCommand):
    """Exit code 1 when a hard identity is broken; warnings and missing tables are said and not counted."""

    help = "核对一份年度报告的勾稽关系"

    def add_arguments(self, parser: CommandParser) -> None:
        """The file, and the report of the year before."""
        parser.add_argument("file", type=Path, help="年度报告（JSON，或者从本平台导出的 XLSX）")
        parser.add_argument("--before", type=Path, help="同一机关上一年的年度报告，用来核对结转")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, check, say."""
        figures = _read(options["file"])
        before = _read(options["before"]) if options["before"] else None
        if before and before.year != figures.year - 1:
            raise CommandError(
                f"{options['before']} 是{before.year}年的报告，应当是{figures.year - 1}年的。", returncode=UNREADABLE
            )
        self.stdout.write(f"{figures.agency}{figures.year}年政府信息公开工作年度报告")
        if before and before.agency != figures.agency:
            self.stdout.write(f"说明  上年的报告是{before.agency}的，机关名称不同。")
        for words in remarks(figures):
            self.stdout.write(f"说明  {words}")
        found = breaches(figures, before)
        for breach in found:
            self.stdout.write(_line(breach))
        hard = sum(breach.is_hard for breach in found)
        self.stdout.write(f"错误 {hard} 处，提示 {len(found) - hard} 处。")
        if hard:
            raise CommandError("勾稽关系不成立", returncode=BROKEN)


def _line(breach: Breach) -> str:
    return f"{'错误' if breach.is_hard else '提示'}  {breach.rule}  {breach.sentence}"


def _read(path: Path) -> Figures:
    try:
        if path.suffix.lower() == ".xlsx":
            with path.open("rb") as file:
                return figures_from(exchanged_from(file))
        return figures_from(json.loads(path.read_text(encoding="utf-8-sig")))
    except OSError as error:
        raise CommandError(f"读不到文件 {path}：{error.strerror}", returncode=UNREADABLE) from error
    except (ValueError, RecursionError) as error:
        words = str(error) if isinstance(error, Unreadable) else "不是有效的 JSON。"
        raise CommandError(f"{path}：{words}", returncode=UNREADABLE) from error
