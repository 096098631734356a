"""Server time of the watch, of the plans' desk and of the day's count among rows that are done. Prints a Markdown table.

    DATABASE_URL=… DATA_DIR=… python bench/watch.py [--rows 1000000]

Prepares the demo city in that database and copies, with one statement a table, one answered application and one published
version until there are so many of each, spread over all bodies and five years; besides 10,000 open due days, 900 of them
late, a tenth as many jobs and messages that went well, and a year of daily counts. Then asks for each page through Django's
test client as one signed-in person: ten requests to warm up, then sixty; milliseconds, p50 / p95, on the wall and of the process
itself (with SQLite that is everything). Target: p95 ≤ 100 ms.
"""

import argparse
import os
import statistics
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

import django  # noqa: E402

django.setup()

from django.contrib.auth import get_user_model  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.db.models import Model  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import override_settings  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.models import Department  # noqa: E402
from disclosure.models import Revision  # noqa: E402
from jobs.models import Job  # noqa: E402
from notices.models import Delivery, Notice  # noqa: E402
from reports.models import Task, WatchCount, WorkPlan  # noqa: E402
from reports.watch.history import count_day  # noqa: E402
from reports.watch.kinds import OF_BODIES, WatchKind  # noqa: E402
from requests_app.models import CaseDue, InformationRequest  # noqa: E402

WARM, ALONE = 10, 60
YEARS = 5
PAGES = (
    ("watch, the whole city", "qianqi", "/desk/reports/watch/"),
    ("watch of a body", "wangwu", "/desk/reports/watch/"),
    ("one kind, the whole city", "qianqi", "/desk/reports/watch/kinds/late_reply/"),
    ("one kind, published late", "qianqi", "/desk/reports/watch/kinds/published_late/"),
    ("failed jobs", "zhengyi", "/desk/reports/watch/jobs/"),
    ("tasks of the city", "qianqi", "/desk/reports/plans/"),
    ("tasks of a body", "lisi", "/desk/reports/plans/"),
    ("a plan of 40 tasks", "qianqi", "/desk/reports/plans/1/"),
)


def copies(model: type[Model], source: int, count: int, said: dict[str, str]) -> None:
    """``count`` copies of a row; ``said`` are SQL expressions by column, in which ``n`` is the number of the copy."""
    table = model._meta.db_table
    columns = [field.column for field in model._meta.concrete_fields if not field.primary_key]
    values = ", ".join(said.get(column, f'b."{column}"') for column in columns)
    names = ", ".join(f'"{column}"' for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({names}) WITH RECURSIVE series(n) AS "
            f"(SELECT 1 UNION ALL SELECT n + 1 FROM series WHERE n < {count}) "
            f"SELECT {values} FROM {table} b CROSS JOIN series WHERE b.id = {source}"
        )


def ago(days: str) -> str:
    """A day so many days (an expression) before today."""
    if connection.vendor == "sqlite":
        return f"date('now', (0 - ({days})) || ' days')"
    return f"(CURRENT_DATE - ({days})::integer)"


def body_of() -> str:
    """A body, another one for each copy."""
    keys = list(Department.objects.bodies().values_list("pk", flat=True))
    cases = " ".join(f"WHEN {place} THEN {key}" for place, key in enumerate(keys))
    return f"CASE n % {len(keys)} {cases} END"


def fill(rows: int) -> None:
    """Everything, unless it is there."""
    call_command("prepare", "--demo", verbosity=0)
    if InformationRequest.objects.count() < rows:
        with transaction.atomic():
            _applications(rows)
            _versions(rows)
            _others(rows // 10)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _applications(rows: int) -> None:
    body, days = body_of(), f"n % {365 * YEARS}"
    answered = InformationRequest.objects.filter(state="archived").order_by("pk")[0].pk
    said = {
        "department_id": body,
        "first_received_on": ago(f"{days} + 20"),
        "stopped_on": ago(days),
        "due_on": ago(days),
    }
    copies(InformationRequest, answered, rows, said | {"number": "'B-' || n"})
    running = InformationRequest.objects.filter(state="handling", clock_state="running").order_by("pk")[0].pk
    copies(
        InformationRequest,
        running,
        10_000,
        {"department_id": body, "number": "'O-' || n", "due_on": ago("n % 100 - 90")},
    )
    open_ones = InformationRequest.objects.filter(number__startswith="O-").only("due_on").iterator()
    CaseDue.objects.bulk_create((CaseDue(case=row, kind="reply", on=row.due_on) for row in open_ones), batch_size=500)


def _versions(rows: int) -> None:
    done = Revision.objects.order_by("pk")[0]
    days = f"n % {365 * YEARS}"
    late = f"CASE WHEN n % 200 = 0 THEN {ago(f'{days} + 3')} ELSE {ago(f'{days} - 3')} END"
    # Copies walk no way; only their last state is set, as a restored backup would.
    said = {"department_id": body_of(), "number": "n + 1000", "finished_on": ago(days), "due_on": late}
    copies(Revision, done.pk, rows, said | {"state": "'published'"})


def _others(rows: int) -> None:
    job = Job.objects.failed().order_by("pk")[0]
    copies(Job, job.pk, rows, {"state": "'done'", "dedupe": "NULL"})
    copies(Job, job.pk, 40, {"dedupe": "NULL"})
    notice = Notice.objects.order_by("pk")[0]
    copies(Notice, notice.pk, rows, {"key": "'bench:' || n"})
    now = timezone.now()
    times = {"created_at": now, "next_attempt_at": now, "sent_at": now}
    made = Notice.objects.filter(key__startswith="bench:").only("pk").iterator()
    Delivery.objects.bulk_create(
        (
            Delivery(notice=row, recipient_id=notice.recipient_id, channel="email", state="sent", **times)
            for row in made
        ),
        batch_size=500,
    )
    task = Task.objects.filter(plan__state="issued", state="open").order_by("pk")[0]
    copies(Task, task.pk, 26, {"number": "n + 100", "lead_id": body_of()})
    bodies = list(Department.objects.bodies().values_list("pk", flat=True))
    days = [timezone.localdate() - timedelta(days=number) for number in range(40, 366)]
    WatchCount.objects.bulk_create(
        [WatchCount(on=on, kind=kind, open=9) for on in days for kind in WatchKind]
        + [
            WatchCount(on=on, kind=kind, department_id=body, open=1)
            for on in days
            for kind in OF_BODIES
            for body in bodies
        ],
        batch_size=500,
    )


def signed_in(name: str) -> Client:
    """A browser of that person."""
    client = Client()
    backend = "allauth.account.auth_backends.AuthenticationBackend"
    client.force_login(get_user_model().objects.get(username=name), backend=backend)
    return client


Times = tuple[list[float], list[float]]


def times_of(act: Callable[[], Any], often: int = ALONE, warm: int = WARM) -> Times:
    """Milliseconds, time by time: on the wall, and of this process's own work, which other programs do not lengthen."""
    walls, works = [], []
    for _ in range(warm + often):
        wall, work = time.perf_counter(), time.process_time()
        act()
        walls.append((time.perf_counter() - wall) * 1000)
        works.append((time.process_time() - work) * 1000)
    return sorted(walls[warm:]), sorted(works[warm:])


def row_of(name: str, spent: Times) -> None:
    """A line of the table."""
    cells = [f"{statistics.median(each):.1f} / {each[min(len(each) - 1, int(len(each) * 0.95))]:.1f}" for each in spent]
    print(f"| {name} | {' | '.join(cells)} |", flush=True)


def main() -> None:
    """Fill, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=10_000)
    options = parser.parse_args()
    started = time.perf_counter()
    fill(options.rows)
    counted = f"{InformationRequest.objects.count():,} applications, {Revision.objects.count():,} versions"
    print(
        f"{connection.vendor}: {counted}, {WorkPlan.objects.count()} plans, filled in {time.perf_counter() - started:.0f} s\n"
    )
    print("| page | p50 / p95, ms | of it this process |\n|---|--:|--:|")
    with override_settings(ALLOWED_HOSTS=["*"]):
        for name, person, path in PAGES:
            client = signed_in(person)
            assert client.get(path).status_code == 200, path
            row_of(name, times_of(lambda client=client, path=path: client.get(path)))
    today, now = timezone.localdate(), timezone.now()

    def count() -> None:
        WatchCount.objects.filter(on=today).delete()
        count_day(on=today, at=now)

    row_of("the count of a day", times_of(count, 10, 1))


if __name__ == "__main__":
    main()
