"""The report of a body and a year as figures (条例§49, §50), and as exchanged JSON."""

from typing import Any

from accounts.models import Department
from reports.annual.counting import table3, table4
from reports.annual.tables import Figures


def bodies_of(department: Department, *, is_consolidated: bool) -> list[int]:
    """Keys of the bodies a report speaks of: one alone, or a government with everything below it (条例§49)."""
    if not is_consolidated:
        return [department.pk]
    below = Department.objects.bodies().filter(path__startswith=department.path)
    return list(below.values_list("pk", flat=True))


def figures_of(department: Department, year: int, *, is_consolidated: bool = False) -> Figures:
    """条例§49, §50: tables three and four as they stand in the register now."""
    bodies = bodies_of(department, is_consolidated=is_consolidated)
    return Figures(department.name, year, {}, table3(bodies, year), table4(bodies, year))


def exchanged(figures: Figures) -> dict[str, Any]:
    """The form `reading.figures_from` reads."""
    tables = {"table2": figures.table2, "table3": figures.table3, "table4": figures.table4}
    return {"agency": figures.agency, "year": figures.year} | {name: table for name, table in tables.items() if table}
