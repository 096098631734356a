"""`manage.py import_documents FILE…`: take over documents that are public at their source."""

import hashlib
import tempfile
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.models import Department, User
from disclosure import services
from disclosure.importing.faults import FileFault
from disclosure.importing.mapping import Mapping
from disclosure.importing.readers import Source
from disclosure.importing.reports import write_header, write_remarks
from disclosure.importing.run import COUNTED, Importer, choose_mapping
from disclosure.models import ImportRemark, ImportRun

GROUND = "来源网站已主动公开的信息，迁入本平台继续公开"

WORTH_A_PROCESS = 1024 * 1024


@dataclass(frozen=True)
class Batch:
    """What all files of one call share."""

    department: Department
    actor: User
    approver: User
    ground: str
    mapping: str
    dry_run: bool


class Command(BaseCommand):
    """Import files one after the other; a killed import goes on where it stopped."""

    help = "从 JSONL、JSON、CSV、XLSX 文件（可压缩为 .gz）导入已在来源网站公开的信息"

    def add_arguments(self, parser: CommandParser) -> None:
        """Files and how to read them."""
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="要导入的文件")
        parser.add_argument("--department", default="", help="导入到哪个机构（代码），默认为根机构")
        parser.add_argument("--mapping", default="", help="字段对应：内置名称或映射文件，默认按字段自动识别")
        parser.add_argument("--dry-run", action="store_true", help="试运行：只统计，不写入")
        parser.add_argument("--report", type=Path, help="未导入的行写到这个 CSV 文件")
        parser.add_argument("--ground", default=GROUND, help="公开依据，记入导入批次")
        parser.add_argument("--approver", default="", help="批准人的登录名，默认为系统")

    def handle(self, *args: Any, **options: Any) -> None:
        """Import every file; a file that cannot be read does not stop the others, but the command fails."""
        department = self._department(options["department"])
        actor = services.system_actor()
        approver = self._approver(options["approver"]) or actor
        batch = Batch(department, actor, approver, options["ground"], options["mapping"], options["dry_run"])
        self._remarks = 0
        counts: Counter[str] = Counter()
        faults: list[str] = []
        with tempfile.TemporaryFile("w+", encoding="utf-8", newline="") as report:
            write_header(report)
            for path in options["files"]:
                try:
                    run = self._import(path, batch, report)
                except (FileFault, PermissionDenied) as fault:
                    faults.append(f"{path.name}：{fault}")
                    continue
                counts.update({name: getattr(run, name) for name in COUNTED})
            self._finish(counts, faults, options, report)

    def _import(self, path: Path, batch: Batch, report: IO[str]) -> ImportRun:
        mapping = choose_mapping(path, batch.mapping, path.name)
        run = services.command_run(
            path_name=path.name,
            digest=_digest(path),
            mapping=mapping.name,
            source=mapping.source,
            department=batch.department,
            actor=batch.actor,
            approver=batch.approver,
            ground=batch.ground,
            dry_run=batch.dry_run,
            at=timezone.now(),
        )
        if run.position:
            self.stderr.write(f"{path.name}：从第 {run.position} 行之后继续上次的导入")
            self._report(report, path.name, run.remarks.order_by("line", "id").iterator())
        self._go(path, run, batch.actor, mapping, report)
        return run

    def _go(self, path: Path, run: ImportRun, actor: User, mapping: Mapping, report: IO[str]) -> None:
        def remarked(remarks: Iterable[ImportRemark]) -> None:
            self._report(report, path.name, remarks)

        source = Source(path)
        importer = Importer(run, actor, source, mapping, timezone.now(), remarked, lambda: self._show(run))
        importer.in_two_processes = path.stat().st_size > WORTH_A_PROCESS
        try:
            importer.go()
            services.finish_run(run=run, at=timezone.now())
        finally:
            source.close()
            if self.stderr.isatty():
                self.stderr.write("")
        self.stdout.write(f"{path.name}（{mapping.label}）：{_line({name: getattr(run, name) for name in COUNTED})}")

    def _report(self, report: IO[str], name: str, remarks: Iterable[ImportRemark]) -> None:
        self._remarks += write_remarks(report, name, remarks)

    def _show(self, run: ImportRun) -> None:
        """A progress bar, on a terminal only."""
        if self.stderr.isatty():
            done = run.percent // 4
            total = run.imported + run.updated + run.unchanged + run.rejected
            bar = f"[{'█' * done}{'·' * (25 - done)}]"
            self.stderr.write(f"\r{bar} {run.percent:3d} %  {total} 件  {run.file_name}", ending="")

    def _finish(self, counts: Counter[str], faults: list[str], options: dict[str, Any], report: IO[str]) -> None:
        if self._remarks:
            self.stdout.write(f"报告：{_kept(report, options['report'])}")
        if options["dry_run"]:
            self.stdout.write("试运行：没有写入任何内容")
        if counts["drafts"]:
            self.stdout.write(f"其中 {counts['drafts']} 件因公开属性或日期待定，导入为草稿")
        self.stdout.write(_line(counts))
        if faults:
            raise CommandError("没有导入的文件：\n" + "\n".join(faults))

    @staticmethod
    def _department(code: str) -> Department:
        found = Department.objects.filter(code=code) if code else Department.objects.filter(depth=1)
        department = found.first()
        if department is None:
            raise CommandError(f"没有代码为 {code} 的机构" if code else "还没有建立机构")
        return department

    @staticmethod
    def _approver(username: str) -> User | None:
        if not username:
            return None
        user = User.objects.filter(username=username, is_active=True).first()
        if user is None:
            raise CommandError(f"没有登录名为 {username} 的在用账号")
        return user


def _line(counts: Any) -> str:
    return ", ".join(f"{name} {counts[name]}" for name in COUNTED[:4])


def _digest(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise FileFault("无法打开文件") from error


def _kept(report: IO[str], target: Path | None) -> Path:
    """Copy the report to where it was asked for, else into the reports folder beside the data."""
    folder = Path(settings.DATA_DIR) / "reports"
    path = target or folder / f"import-{timezone.localtime():%Y%m%d-%H%M%S-%f}.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    report.seek(0)
    with path.open("w", encoding="utf-8", newline="") as file:
        file.writelines(report)
    return path
