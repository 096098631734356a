"""Time to keep the monthly figures and to show them, over any number of applications and documents (PostgreSQL).

    DATABASE_URL=… DATA_DIR=… python bench/figures.py --many 1000000 --documents 1000000 [--save big.json --against small.json]

Fills the database unless it is filled: applications as `bench/requests_year.py` and `bench/requests_many.py` do, with one
remedy in a hundred and one rating in ten answers; documents as copies of the demo city's over 18 years, a tenth of them with
a published version. Then measures the count of a month and of 24 months (seconds), the pages of citizens and desks through
Django's test client, made anew each time (ten requests to warm up, then sixty; milliseconds, p50 / p95), and the numbers of
a quarter. `--against` adds the ratio to figures saved before. Prints a Markdown table.
"""

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.requests_year import prepare, wanted

# isort: split
from django.db import connection, models
from django.test import Client
from django.test.utils import override_settings
from django.utils import timezone

from accounts.models import Department, User
from bench.pages import ALONE, WARM, p95
from bench.requests_desks import signed_in
from catalog.models import Document
from disclosure.models import Revision
from reports.figures.periods import ended_quarters, quarter_of
from reports.figures.services import count_months
from reports.models import MonthlyFigure
from reports.quarterly.counting import figures_of
from requests_app.models import InformationRequest, Rating, Remedy
from workdays.months import last_months, month_key

STEP, YEARS = 10_000_000, 18
TIMES = 3
LEFT_OUT = "-"  # a column that the database fills
PLACES = (
    ("citizens' page, the city", "", "/data/figures/"),
    ("citizens' page, a body", "", "/data/figures/?department=jyj"),
    ("dashboard of the city", "qianqi", "/desk/reports/figures/"),
    ("dashboard of an office", "lisi", "/desk/reports/figures/"),
    ("cases behind a month, the city", "qianqi", "/desk/reports/figures/cases/?measure=answered&key=late&month={month}"),
    ("cases behind a year, the city", "qianqi", "/desk/reports/figures/cases/?measure=channel&key=online"),
    ("cases in hand, the city", "qianqi", "/desk/reports/figures/cases/?measure=open&month={month}"),
    ("cases behind a year, an office", "lisi", "/desk/reports/figures/cases/?measure=outcome&department=jyj"),
)  # fmt: skip


# --- filling -----------------------------------------------------------------------------------------------------------


def insert(model: type[models.Model], source: str, own: dict[str, str]) -> int:
    """INSERT … SELECT of every column of a table; ``own`` says what is not copied from the column of that name."""
    columns = [field.column for field in model._meta.concrete_fields if own.get(field.column) != LEFT_OUT]
    values = ", ".join(own.get(column, f'"{column}"') for column in columns)
    names = ", ".join(f'"{column}"' for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {model._meta.db_table} ({names}) SELECT {values} FROM {source}")
        return int(cursor.rowcount)


def add_documents(count: int) -> None:
    """Copies of the demo city's documents, over eighteen years."""
    public = Document.objects.filter(listed_at__isnull=False).count()
    back = f"(k % {YEARS}) * interval '365 days' + ((id * 7 + k * 13) % 365) * interval '1 day'"
    insert(
        Document,
        f"catalog_document, generate_series(1::bigint, {max(count // public, 1)}) k WHERE listed_at IS NOT NULL AND id < {STEP}",
        {
            "id": f"id + k * {STEP}",
            "index_number": "CASE WHEN index_number = '' THEN '' ELSE index_number || '+' || k END",
            "source_key": "source_key || '+' || k",
            "listed_at": f"listed_at - {back}",
            "published_at": f"listed_at - {back}",
        },
    )


def add_versions() -> None:
    """A published version of every tenth document: a third on the day itself, some late, a fifth policies."""
    pattern = Revision.objects.filter(state="published").values().first()
    assert pattern
    insert(
        Revision,
        f"(SELECT d.id AS doc, d.department_id AS body, d.listed_at AS listed, d.title AS named, r.* FROM catalog_document d, "
        f"disclosure_revision r WHERE r.id = {pattern['id']} AND d.id > {STEP} AND d.id % 10 = 0) AS pair",
        {
            "id": f"doc + {STEP}",
            "document_id": "doc",
            "department_id": "body",
            "title": "named",
            "number": "1",
            "is_policy": "doc % 50 = 0",
            "finished_on": "listed::date",
            "formed_or_changed_on": "listed::date - (CASE WHEN doc % 30 = 0 THEN 0 ELSE (doc / 10 % 35)::int END)",
            "due_on": "listed::date - (CASE WHEN doc % 30 = 0 THEN 0 ELSE (doc / 10 % 35)::int END) + 28",
        },
    )


def add_ratings_and_remedies() -> None:
    """One answer in ten is rated, one in a hundred disputed."""
    recorder = User.objects.get(username="lisi").pk
    answered = "requests_app_informationrequest WHERE on_time IS NOT NULL AND stopped_on IS NOT NULL"
    insert(
        Rating,
        f"{answered} AND id % 10 = 1 AND id NOT IN (SELECT case_id FROM requests_app_rating)",
        {"case_id": "id", "stars": "1 + id % 5", "text": "''", "at": "stopped_on + interval '30 hours'"},
    )
    insert(
        Remedy,
        f"{answered} AND id % 100 = 3",
        {
            "id": LEFT_OUT,
            "case_id": "id",
            "kind": "CASE id % 3 WHEN 0 THEN 'reconsideration' WHEN 1 THEN 'litigation' ELSE 'litigation_after' END",
            "body": "'市政府'",
            "number": "''",
            "filed_on": "stopped_on + 10",
            "result": "CASE WHEN id % 700 = 3 THEN 'unfinished' ELSE 'maintain' END",
            "concluded_on": "CASE WHEN id % 700 = 3 THEN NULL ELSE stopped_on + 60 END",
            "note": "''",
            "recorded_by_id": str(recorder),
            "at": "created_at",
        },
    )


def fill(options: argparse.Namespace) -> None:
    """Everything that is missing."""
    if connection.vendor != "postgresql":
        raise SystemExit("Only PostgreSQL copies so many rows.")
    prepare(options)
    if Rating.objects.count() < 100:
        add_ratings_and_remedies()
    if Document.objects.count() < options.documents // 2:
        started = time.perf_counter()
        add_documents(options.documents)
        add_versions()
        print(f"documents copied in {time.perf_counter() - started:.0f} s", flush=True)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


# --- measuring ---------------------------------------------------------------------------------------------------------


def seconds(act: Callable[[], object]) -> float:
    """How long it takes."""
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


def counting() -> dict[str, list[float]]:
    """The first count of 24 months, the same again, and the month under way."""
    today, now = timezone.localdate(), timezone.now()
    months = [month_key(first) for first in last_months(today, 24)]
    MonthlyFigure.objects.all().delete()
    found = {"24 months, first count, s": [seconds(lambda: count_months(months, at=now))]}
    found["24 months again, s"] = [seconds(lambda: count_months(months, at=now))]
    again = [seconds(lambda: count_months(months[-1:], at=now)) for _ in range(TIMES)]
    return found | {"the month under way, s": [statistics.median(again)]}


def quarters() -> dict[str, list[float]]:
    """The numbers of the last quarter, of one body and of the city."""
    today = timezone.localdate()
    period = quarter_of(*ended_quarters(today, 1)[0], today)
    found = {}
    for name, code, is_all in (("a quarter of a body, s", "jyj", False), ("a quarter of the city, s", "szf", True)):
        department = Department.objects.get(code=code)
        spent = [
            seconds(lambda d=department, a=is_all: figures_of(d, period, is_consolidated=a, at=timezone.now()))  # type: ignore[misc]
            for _ in range(TIMES)
        ]
        found[name] = [statistics.median(spent)]
    return found


def pages() -> dict[str, list[float]]:
    """p50 and p95 of each page, in milliseconds."""
    month, found = month_key(last_months(timezone.localdate(), 2)[0]), {}
    for row, person, path in PLACES:
        client, spent = signed_in(person) if person else Client(), []
        for _ in range(WARM + ALONE):
            started = time.perf_counter()
            answer = client.get(path.format(month=month))
            spent.append((time.perf_counter() - started) * 1000)
            if answer.status_code != 200:
                sys.exit(f"{path} answered {answer.status_code}")
        found[f"{row}, ms"] = [statistics.median(spent[WARM:]), p95(spent[WARM:])]
    return found


def main() -> None:
    """Fill, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=100_000)
    parser.add_argument("--save", type=Path, help="write the figures to this file")
    parser.add_argument("--against", type=Path, help="figures saved before: a column with the ratio to them")
    options = wanted(parser)
    fill(options)
    with override_settings(ALLOWED_HOSTS=["*"], KEEP_PAGES_SECONDS=0):
        found = counting() | pages() | quarters()
    if options.save:
        options.save.write_text(json.dumps(found))
    before = json.loads(options.against.read_text()) if options.against else {}
    print(f"\n{InformationRequest.objects.count():,} applications, {Document.objects.count():,} documents, "
          f"{MonthlyFigure.objects.count():,} kept numbers\n\n| what | measured | ratio |\n|---|--:|--:|")  # fmt: skip
    for row, values in found.items():
        shown = " / ".join(f"{value:.1f}" if row.endswith("ms") else f"{value:.2f}" for value in values)
        ratio = f"{values[0] / before[row][0]:.2f}" if row in before else ""
        print(f"| {row} | {shown} | {ratio} |")


if __name__ == "__main__":
    main()
