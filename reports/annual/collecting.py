"""Reports that bodies outside the portal made: read, checked, kept to be added up or to be tied to (条例§47, §49)."""

import io
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import Department, User
from reports.annual import rules
from reports.annual.breaches import Breach
from reports.annual.building import digest_of, exchanged
from reports.annual.identities import breaches
from reports.annual.reading import Unreadable, figures_from, remarks
from reports.annual.sheets import exchanged_from
from reports.annual.tables import Figures
from reports.models import CollectedReport

MOST_REPORTS = 200  # in one file
MOST_LISTED = 100  # breaches of one report on a page
Earlier = Callable[[Figures], Figures | None]


@dataclass(frozen=True)
class Checked:
    """One report of a file: its figures, what is wrong, what could not be checked; or why it is no report."""

    source: str
    figures: Figures | None = None
    breaches: list[Breach] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    fault: str = ""

    @property
    def hard(self) -> int:
        """How many hard identities are broken."""
        return sum(breach.is_hard for breach in self.breaches)

    @property
    def listed(self) -> list[Breach]:
        """What a page shows: hard ones first, `MOST_LISTED` at most."""
        return sorted(self.breaches, key=lambda breach: not breach.is_hard)[:MOST_LISTED]

    @property
    def unlisted(self) -> int:
        """How many more there are."""
        return max(len(self.breaches) - MOST_LISTED, 0)


def read_file(name: str, data: bytes) -> list[Any]:
    """The exchanged objects of a file: one of ours as XLSX, one report or a list of reports as JSON.

    Raises:
        Unreadable: neither of these (Chinese).
    """
    if name.lower().endswith(".xlsx"):
        return [exchanged_from(io.BytesIO(data))]
    try:
        found = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise Unreadable("不是有效的 JSON，也不是从本平台导出的 XLSX。") from error
    rows = found["reports"] if isinstance(found, dict) and "reports" in found else found
    rows = rows if isinstance(rows, list) else [rows]
    if len(rows) > MOST_REPORTS:
        raise Unreadable(f"一个文件最多 {MOST_REPORTS} 份报告。")
    return rows


def checked(name: str, data: bytes, earlier: Earlier) -> list[Checked]:
    """Every report of a file checked against itself, and against the one of the year before: in the same file, or what
    ``earlier`` gives."""
    try:
        rows = [_figures(name, row) for row in read_file(name, data)]
    except Unreadable as error:
        return [Checked(name, fault=str(error))]
    known = {(row.figures.agency, row.figures.year): row.figures for row in rows if row.figures}
    return [_examined(row, known, earlier) for row in rows] or [Checked(name, fault="文件里没有报告。")]


def _figures(name: str, row: Any) -> Checked:
    try:
        return Checked(name, figures_from(row))
    except Unreadable as error:
        return Checked(name, fault=str(error))


def _examined(row: Checked, known: dict[tuple[str, int], Figures], earlier: Earlier) -> Checked:
    if row.figures is None:
        return row
    before = known.get((row.figures.agency, row.figures.year - 1)) or earlier(row.figures)
    return Checked(row.source, row.figures, breaches(row.figures, before), remarks(row.figures))


def kept_before(figures: Figures) -> Figures | None:
    """The report of the year before that was kept."""
    found = CollectedReport.objects.filter(agency=figures.agency, year=figures.year - 1, replaced_at=None).first()
    return figures_from(found.content) if found else None


def examined(collected: CollectedReport) -> Checked:
    """A kept one, checked as when it came."""
    return _examined(Checked(collected.file_name, figures_from(collected.content)), {}, kept_before)


@transaction.atomic
def collect(
    *, actor: User, found: Iterable[Checked], belongs_to: Department | None, at: datetime
) -> list[CollectedReport]:
    """条例§49: keep what could be read, whatever is wrong with it; one of the same body and year is replaced.

    A body of the portal is recognised by its name: its report serves as last year's, its own figures are counted here.
    """
    if not rules.can_collect(actor):
        raise PermissionDenied("收存年度报告由主管部门办理。")
    known = {body.name: body for body in Department.objects.bodies()}
    return [
        _keep(row, row.figures, known.get(row.figures.agency), belongs_to, actor=actor, at=at)
        for row in found
        if row.figures
    ]


def _keep(
    row: Checked, figures: Figures, body: Department | None, belongs_to: Department | None, *, actor: User, at: datetime
) -> CollectedReport:
    same = CollectedReport.objects.filter(agency=figures.agency, year=figures.year, replaced_at=None)
    same.update(replaced_at=at)
    content = exchanged(figures)
    return CollectedReport.objects.create(
        agency=figures.agency,
        year=figures.year,
        department=body,
        belongs_to=None if body else belongs_to,
        content=content,
        digest=digest_of(content),
        file_name=row.source[:255],
        collected_by=actor,
        at=at,
    )


@transaction.atomic
def discard(*, actor: User, collected: CollectedReport, at: datetime) -> None:
    """Not counted any more; the row stays."""
    if not rules.can_collect(actor):
        raise PermissionDenied("删除收存的年度报告由主管部门办理。")
    CollectedReport.objects.filter(pk=collected.pk, replaced_at=None).update(replaced_at=at)
