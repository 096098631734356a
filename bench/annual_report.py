"""Time to make an annual report: one body, and a government with sixty bodies of a large city's size. Prints Markdown.

    DATABASE_URL=postgres://… DATA_DIR=… python bench/annual_report.py [--bodies 60]

Fills the database with a year as `bench/requests_year.py` does unless it is filled, and gives every application of that year
to each of the sixty bodies of a government of its own, in the database itself (PostgreSQL only). Median of five; seconds.
Target: a consolidated report of 60 departments with 14,069 applications each in 5 s.
"""

import argparse
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.requests_year import prepare, wanted

# isort: split
from django.db import connection, transaction
from django.template.loader import render_to_string
from django.utils import timezone

from accounts.models import Department, DepartmentKind, User
from accounts.services import create_department
from reports.annual.building import bodies_of, figures_of
from reports.annual.paper import to_docx
from reports.annual.sheets import workbook
from reports.annual.written import written
from requests_app.models import InformationRequest, Remedy

TIMES, STEP = 5, 10_000_000
GOVERNMENT = "bench"


def government(bodies: int) -> Department:
    """A government whose bodies each have all applications of the year; made once."""
    found = Department.objects.filter(code=GOVERNMENT).first()
    if found:
        return found
    actor, at = User.objects.get(username="founder"), timezone.now()
    root = Department.objects.get(depth=1)
    make = {"actor": actor, "at": at}
    whole = create_department(parent=root, code=GOVERNMENT, name="测试市", kind=DepartmentKind.GOVERNMENT, **make)
    keys = []
    for number in range(1, bodies + 1):
        whole.refresh_from_db()
        kind = DepartmentKind.DEPARTMENT
        keys.append(create_department(parent=whole, code=f"{GOVERNMENT}-{number}", name=f"测试局{number}", kind=kind, **make).pk)  # fmt: skip
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # keys fit by construction
        for model in (InformationRequest, Remedy):
            cursor.execute(_copy(model), [keys, list(_bodies_of_the_year())])
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE requests_app_informationrequest")
        cursor.execute("VACUUM ANALYZE requests_app_remedy")
    return Department.objects.get(code=GOVERNMENT)


def _bodies_of_the_year() -> list[int]:
    return list(Department.objects.exclude(code__startswith=GOVERNMENT).values_list("pk", flat=True))


def _copy(model: type[InformationRequest] | type[Remedy]) -> str:
    """INSERT of every row once for each body; parameters: bodies, bodies copied from."""
    table, columns = model._meta.db_table, [field.column for field in model._meta.concrete_fields]
    own = {
        "id": f"r.id + k.ordinality * {STEP}",
        "case_id": f"r.case_id + k.ordinality * {STEP}",
        "department_id": "k.key",
        "number": "r.number || '+' || k.ordinality",
        **dict.fromkeys(("office_id", "named_body_id", "merged_into_id", "split_from_id", "officer_id"), "NULL"),
    }
    values = ", ".join(own.get(column, f'r."{column}"') for column in columns)
    names = ", ".join(f'"{column}"' for column in columns)
    source = InformationRequest._meta.db_table
    case = (
        "r.department_id"
        if model is InformationRequest
        else f'(SELECT department_id FROM "{source}" WHERE id = r.case_id)'
    )
    return (
        f'INSERT INTO "{table}" ({names}) SELECT {values} FROM "{table}" r '
        f"CROSS JOIN unnest(%s::bigint[]) WITH ORDINALITY AS k(key, ordinality) WHERE {case} = ANY(%s)"
    )


def seconds(run: Callable[[], object]) -> float:
    """Median."""
    spent = []
    for _ in range(TIMES):
        begun = time.perf_counter()
        run()
        spent.append(time.perf_counter() - begun)
    return statistics.median(spent)


def measure(name: str, department: Department, year: int, *, is_consolidated: bool) -> str:
    """A line of the table: bodies, applications, and seconds to count, and to write each form."""
    figures = figures_of(department, year, is_consolidated=is_consolidated)
    figures = replace(
        figures, texts=dict.fromkeys(("publishing", "applications", "problems", "others"), "文字。" * 200)
    )
    paper, on = written(figures), date(year + 1, 3, 20)
    count = figures.table3["new_received"]["total"] + figures.table3["carried_over"]["total"]
    spent = [
        seconds(lambda: figures_of(department, year, is_consolidated=is_consolidated)),
        seconds(lambda: to_docx(paper, on=on)),
        seconds(lambda: workbook(figures)),
        seconds(lambda: render_to_string("reports/annual/file.html", {"report": paper, "on": on})),
    ]
    bodies = len(bodies_of(department, is_consolidated=is_consolidated))
    shown = " | ".join(f"{each:.2f}" for each in (*spent, sum(spent)))
    return f"| {name} | {bodies} | {count:,} | {shown} |"


def main() -> None:
    """Fill, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bodies", type=int, default=60)
    asked = wanted(parser)
    prepare(asked)
    year, city = timezone.localdate().year, Department.objects.get(depth=1)
    print(f"\n{InformationRequest.objects.count():,} applications", flush=True)
    print(
        "\n| report | bodies | applications | figures | DOCX | XLSX | HTML | together |\n|---|--:|--:|--:|--:|--:|--:|--:|"
    )
    print(measure("one body", Department.objects.get(code="jyj"), year, is_consolidated=False))
    print(measure("the demo city", city, year, is_consolidated=True))
    if connection.vendor == "postgresql":
        whole = government(asked.bodies)
        print(measure("one large body", Department.objects.get(code=f"{GOVERNMENT}-1"), year, is_consolidated=False))
        print(measure("sixty large bodies", whole, year, is_consolidated=True))


if __name__ == "__main__":
    main()
