"""The report of a body and a year as figures (条例§49, §50), and as exchanged JSON."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from accounts.models import Department, DepartmentKind
from reports.annual.counting import table3, table4
from reports.annual.documents import counted_documents
from reports.annual.facts import fees_of
from reports.annual.reading import ALL_TOTALS, figures_from
from reports.annual.states import FROZEN, ReportState
from reports.annual.tables import (
    COLUMN_LABELS,
    COUNTS,
    FEES,
    GROUPS,
    IN_PARTS,
    ITEMS,
    MADE,
    RESULT_LABELS,
    ROW_LABELS,
    RULES,
    SINGLE,
    SINGLES,
    Figures,
    Number,
    Row,
)
from reports.models import AnnualReport, CollectedReport
from workflow.evidence import digest

MOST_NAMED = 20  # bodies that a sum leaves out, by name
LEVELS = {
    "省级": ("省级部门", "设区市", "市级部门", "县区"),
    "设区市": ("市级部门", "县区", "县级部门", "乡镇"),
    "县级": ("县级部门", "乡镇", "乡镇", "乡镇"),
}


@dataclass(frozen=True, slots=True)
class Source:
    """Where the figures of one body in a consolidated report come from: its own report, the register, or a collected one."""

    agency: str
    kind: str
    figures: Figures
    digest: str = ""
    bodies: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The bodies it speaks of."""
        return self.bodies or (self.agency,)


def level_of(department: Department) -> str:
    """In the words reports state a level in; who may make rules follows from it (R11)."""
    below, lower, lower_below, lowest = LEVELS[settings.SITE_LEVEL]
    is_government = department.kind == DepartmentKind.GOVERNMENT
    if department.depth == 1:
        return str(settings.SITE_LEVEL)
    if department.depth == 2:
        return lower if is_government else below
    return lowest if is_government else lower_below


def bodies_of(department: Department, *, is_consolidated: bool) -> list[int]:
    """Keys of the bodies a report speaks of: one alone, or a government with everything below it (条例§49).

    条例§55: public enterprises have reports of their own kind and are in none of these.
    """
    if not is_consolidated:
        return [department.pk]
    return [body.pk for body in _bodies_below(department)]


def _bodies_below(department: Department) -> list[Department]:
    below = Department.objects.bodies().filter(path__startswith=department.path)
    return list(below.exclude(kind=DepartmentKind.PUBLIC_ENTERPRISE))


# --- one body ----------------------------------------------------------------------------------------------------------


def counted(department: Department, bodies: Sequence[int], year: int) -> Figures:
    """条例§50: what the register and the catalogue say now; decisions and fees of other systems are stated by people."""
    return Figures(
        department.name,
        year,
        counted_documents(bodies, year),
        table3(bodies, year),
        table4(bodies, year),
        level=level_of(department),
        fees=fees_of(bodies, year),
    )


def stated(figures: Figures, said: Mapping[str, Any]) -> Figures:
    """``figures`` with what the body states: numbers of decisions, fees, and its own count of documents where it differs."""
    table2: dict[str, Number | Row] = dict(figures.table2)
    for name in RULES:
        if name in said:
            table2[name] = {kind: int(number) for kind, number in said[name].items()}
    for name in SINGLES:
        if said.get(name) is not None:
            table2[name] = _number(said[name])
    return replace(figures, table2={name: table2[name] for name in ITEMS if name in table2})


def _number(value: Any) -> Number:
    number = Decimal(str(value))
    return int(number) if number == number.to_integral_value() else number


def live_figures(report: AnnualReport, sources: Sequence[Source] | None = None) -> Figures:
    """条例§50: the report's figures as they stand now, with its texts; ``sources`` where they are known already."""
    if report.is_consolidated:
        found = sources_of(report.department, report.year) if sources is None else sources
        figures = added_up(report.department, report.year, found)
    else:
        figures = stated(counted(report.department, [report.department_id], report.year), report.stated)
    return replace(figures, texts=dict(report.texts))


def figures_of_report(report: AnnualReport) -> Figures:
    """What the report says: frozen from its check on."""
    return figures_from(report.frozen) if report.frozen else live_figures(report)


def figures_of(department: Department, year: int, *, is_consolidated: bool = False) -> Figures:
    """条例§49, §50: the report of a body and year as it stands: the one published, the one under way, or what is counted."""
    if report := newest(department, year, is_consolidated=is_consolidated):
        return figures_of_report(report)
    if is_consolidated:
        return added_up(department, year, sources_of(department, year))
    return counted(department, [department.pk], year)


def newest(department: Department, year: int, *, is_consolidated: bool = False) -> AnnualReport | None:
    """The one last checked off; while there is none, the draft. Dropped ones are left out."""
    found = AnnualReport.objects.filter(department=department, year=year, is_consolidated=is_consolidated)
    rows = list(found.exclude(state=ReportState.DROPPED).select_related("department").order_by("-number"))
    return next((row for row in rows if row.state in FROZEN), rows[0] if rows else None)


def notes_of(report: AnnualReport) -> Mapping[str, str]:
    """The explanations that stand beside the figures: as frozen, or as they are now."""
    if report.frozen:
        return dict(report.frozen["notes"])
    return {name: value for name in ("stated_reason", "tie_reason", "correction") if (value := getattr(report, name))}


# --- a government with its bodies --------------------------------------------------------------------------------------


def sources_of(department: Department, year: int) -> list[Source]:
    """条例§49: every body below a government by its own checked report, those without one out of the register together,
    and what was collected from bodies outside. The number of questions does not depend on the number of bodies.
    """
    bodies = _bodies_below(department)
    frozen = {report.department_id: report for report in _own_reports(bodies, year)}
    own = [
        Source(body.name, "report", figures_from(report.frozen), report.digest)
        for body in bodies
        if (report := frozen.get(body.pk))
    ]
    rest = [body for body in bodies if body.pk not in frozen]
    if rest:
        words = f"{len(rest)} 个尚未定稿的机关" if len(rest) > 1 else rest[0].name
        names = tuple(body.name for body in rest)
        own.append(Source(words, "register", counted(department, [body.pk for body in rest], year), bodies=names))
    return own + [
        Source(row.agency, "collected", figures_from(row.content), row.digest) for row in _collected(department, year)
    ]


def _own_reports(bodies: Sequence[Department], year: int) -> QuerySet[AnnualReport]:
    """Checked off, the newest of a body last."""
    found = AnnualReport.objects.filter(department__in=bodies, year=year, is_consolidated=False, state__in=FROZEN)
    return found.order_by("number")


def _collected(department: Department, year: int) -> QuerySet[CollectedReport]:
    """Of bodies outside the portal."""
    found = CollectedReport.objects.filter(year=year, belongs_to__path__startswith=department.path)
    return found.filter(department=None, replaced_at=None).order_by("agency")


def sources_moved(report: AnnualReport) -> list[str]:
    """Bodies whose report is not, or no longer, the one that a frozen consolidated report added up, in words."""
    taken = {(source["agency"], source["digest"]) for source in report.frozen["sources"] if source["digest"]}
    own = _own_reports(_bodies_below(report.department), report.year)
    newest_ones = {
        key: (name, found) for key, name, found in own.values_list("department", "department__name", "digest")
    }
    collected = {*_collected(report.department, report.year).values_list("agency", "digest")}
    return sorted({name for name, _ in taken ^ ({*newest_ones.values()} | collected)})


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Items of a sum that the same bodies do not give, and these bodies; each in words."""

    items: str
    bodies: str
    number: int


def left_out(sources: Iterable[Source]) -> list[LeftOut]:
    """条例§49: what a government's report does not contain: bodies that have not finished theirs, or do not give an item."""
    silent: dict[str, list[str]] = {}
    for source in sources:
        for item in _not_given(source.figures):
            silent.setdefault(item, []).extend(source.names)
    items: dict[tuple[str, ...], list[str]] = {}
    for item, names in silent.items():
        items.setdefault(tuple(names), []).append(item)
    return [
        LeftOut("、".join(same), "、".join(names[:MOST_NAMED]) + ("等" if len(names) > MOST_NAMED else ""), len(names))
        for names, same in items.items()
    ]


def _not_given(figures: Figures) -> list[str]:
    tables = {"表三": figures.table3, "表四": figures.table4}
    items = [label for name, label in ITEMS.items() if name not in figures.table2]
    return items + [name for name, table in tables.items() if not table]


def added_up(department: Department, year: int, sources: Iterable[Source]) -> Figures:
    """The sum of reports, cell by cell. （六）其他处理 given as one row counts as 3.其他."""
    found = [source.figures for source in sources]
    fees = [figures.fees for figures in found if figures.fees]
    return Figures(
        department.name,
        year,
        _sum_of_items([figures.table2 for figures in found]),
        _sum_of_rows([_in_parts(figures) for figures in found]),
        _sum_of_rows([figures.table4 for figures in found]),
        level=level_of(department),
        fees=(sum(count for count, _ in fees), sum(yuan for _, yuan in fees)),
    )


def _in_parts(figures: Figures) -> Mapping[str, Row]:
    if SINGLE not in figures.table3 or any(name in figures.table3 for name in IN_PARTS):
        return {name: row for name, row in figures.table3.items() if name != SINGLE}
    return {("other_other" if name == SINGLE else name): row for name, row in figures.table3.items()}


def _sum_of_rows(tables: Sequence[Mapping[str, Row]]) -> dict[str, Row]:
    total: dict[str, dict[str, Number]] = {}
    for table in tables:
        for name, row in table.items():
            into = total.setdefault(name, {})
            for column, number in row.items():
                into[column] = into.get(column, 0) + number
    return dict(total)


def _sum_of_items(tables: Sequence[Mapping[str, Number | Row]]) -> dict[str, Number | Row]:
    rules = _sum_of_rows(
        [{name: row for name in RULES if isinstance(row := table.get(name), Mapping)} for table in tables]
    )
    singles = {
        name: sum((value for table in tables if isinstance(value := table.get(name), int | Decimal)), start=0)
        for name in (*COUNTS, FEES)
        if any(name in table for table in tables)
    }
    return {**rules, **singles}


# --- as exchanged ------------------------------------------------------------------------------------------------------


_NAMES_OF = {
    "表二": ("table2", ITEMS, MADE),
    "表三": ("table3", ROW_LABELS, COLUMN_LABELS),
    "表四": ("table4", GROUPS, RESULT_LABELS),
}


def exchanged(figures: Figures) -> dict[str, Any]:
    """The form `reading.figures_from` reads, so that it reads the same again: what was no number stands as it was written."""
    tables = {name: _plain(getattr(figures, name)) for name in ("table2", "table3", "table4", "texts")}
    tables["totals_only"] = _plain(figures.totals)
    for unread in figures.unread:
        _put_back(tables, *unread)
    found: dict[str, Any] = {"agency": figures.agency, "year": figures.year}
    found |= {"level": figures.level} if figures.level else {}
    found |= {"fees": {"count": figures.fees[0], "yuan": figures.fees[1]}} if figures.fees else {}
    return found | {name: table for name, table in tables.items() if table}


def _put_back(tables: dict[str, Any], table: str, row: str, column: str, words: str) -> None:
    """Into the cell it was read from, by the labels of the cell."""
    name, rows, columns = _NAMES_OF[table]
    if row == ALL_TOTALS:
        tables["totals_only"][_name_of(column, rows)] = words
    elif column:
        tables[name].setdefault(_name_of(row, rows), {})[_name_of(column, columns)] = words
    else:
        tables[name][_name_of(row, rows)] = words


def _name_of(label: str, labels: Mapping[str, str]) -> str:
    return next(name for name, words in labels.items() if words == label)


def _plain(value: Any) -> Any:
    """Decimals as JSON numbers: four places at the most (万元)."""
    if isinstance(value, Mapping):
        return {name: _plain(item) for name, item in value.items()}
    return float(value) if isinstance(value, Decimal) else value


def as_json(content: Mapping[str, Any]) -> bytes:
    """The same bytes for the same content, readable."""
    return (json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def digest_of(content: Mapping[str, Any]) -> str:
    """SHA-256 of those bytes."""
    return digest(as_json(content).decode())
