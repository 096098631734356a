"""A report in the order it is read: headings, paragraphs, tables; the one source of paper, page and file. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from reports.annual.grids import Grid, grids
from reports.annual.tables import OTHERS, OVERALL, PARTS, PROBLEMS, TEXTS, Figures

NOTHING = "（本报告没有这一表）"


@dataclass(frozen=True, slots=True)
class Heading:
    """Level 1: 一、; level 2: （一）."""

    text: str
    level: int = 1


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of text."""

    text: str


@dataclass(frozen=True, slots=True)
class Table:
    """One of the three tables."""

    grid: Grid


Part = Heading | Paragraph | Table


@dataclass(frozen=True)
class Report:
    """Everything that is printed."""

    agency: str
    year: int
    parts: list[Part] = field(default_factory=list)

    @property
    def title_lines(self) -> tuple[str, str]:
        """The title as it stands on paper."""
        return self.agency, f"{self.year}年政府信息公开工作年度报告"

    @property
    def title(self) -> str:
        """The title in one line."""
        return "".join(self.title_lines)


def written(figures: Figures, notes: Mapping[str, Any] | None = None) -> Report:
    """条例§50, law.md §2.1: the six parts. ``notes`` are the explanations beside the figures (`building.notes_of`)."""
    return Report(figures.agency, figures.year, list(_parts(figures, notes or {})))


def _parts(figures: Figures, notes: Mapping[str, Any]) -> Iterator[Part]:
    yield Paragraph(_lead(figures))
    if notes.get("correction"):
        yield Paragraph(f"更正说明：{notes['correction']}")
    if notes.get("left_out"):
        yield Paragraph(f"汇总说明：{notes['left_out']}")
    yield Heading(OVERALL)
    for name, label in PARTS.items():
        yield Heading(label, 2)
        yield from _paragraphs(figures.texts.get(name, ""))
    said = {"table2": notes.get("stated_reason"), "table3": notes.get("tie_reason")}
    for grid in grids(figures):
        yield Heading(grid.title)
        yield Table(grid) if grid.body else Paragraph(NOTHING)
        if said.get(grid.name):
            yield Paragraph(f"说明：{said[grid.name]}")
    for name in (PROBLEMS, OTHERS):
        yield Heading(TEXTS[name])
        yield from _paragraphs(figures.texts.get(name, ""))


def _lead(figures: Figures) -> str:
    return (
        f"根据《中华人民共和国政府信息公开条例》第四十九条、第五十条的规定，编制{figures.agency}{figures.year}年政府信息公开工作年度报告。"
        f"本报告所列数据的统计期限自{figures.year}年1月1日起，至{figures.year}年12月31日止。"
    )


def _paragraphs(text: str) -> Iterator[Paragraph]:
    yield from (Paragraph(line.strip()) for line in text.splitlines() if line.strip())
