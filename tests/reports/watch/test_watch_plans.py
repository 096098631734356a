"""The questions of the watch walk indexes of what is open, on both databases, among thousands of rows that are done."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from disclosure.models import FindingKind, WatchFinding
from jobs.models import Job
from notices.models import Delivery, Notice
from reports.models import WatchCount
from reports.watch.history import a_week_before, series
from reports.watch.kinds import WatchKind
from reports.watch.looking import look, scope_of, whole
from reports.watch.selectors import failed_jobs, late_publications, settled_jobs
from requests_app.models import CaseDue, InformationRequest
from tests.reports.figures.filling import fill_revisions
from tests.reports.watch.conftest import NOW, TODAY, Troubled

pytestmark = pytest.mark.django_db
LARGE = ("requests_app_informationrequest", "disclosure_revision", "jobs_job", "notices_delivery", "requests_app_casedue",
         "disclosure_watchfinding", "reports_watchcount", "reports_reportevent")  # fmt: skip


@pytest.fixture
def thousands(troubled: Troubled) -> Iterator[Troubled]:
    """5,000 of each done, besides the one or two of each in trouble, with fresh statistics."""
    cast = troubled.cast
    bodies = (cast.jyj.pk, cast.wjw.pk)
    _copy(InformationRequest, bodies, state="delivered")
    fill_revisions(bodies)
    Job.objects.bulk_create(
        Job(kind="task", state="done", not_before=NOW, created_at=NOW, finished_at=NOW) for _ in range(5000)
    )
    _messages()
    _findings(bodies)
    _counts(bodies)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        if connection.vendor == "postgresql":  # few rows it would rather read whole, or join whole tables
            for way in ("seqscan", "hashjoin", "mergejoin"):
                cursor.execute(f"SET LOCAL enable_{way} = off")
    yield troubled


def _copy(model: type[InformationRequest], bodies: tuple[int, int], **said: object) -> None:
    first = model.objects.values().order_by("pk")[0]
    first.pop("id"), first.pop("number")
    model.objects.bulk_create(
        [model(**(first | said | {"number": f"N-{n}", "department_id": bodies[n % 2]})) for n in range(5000)],
        batch_size=500,
    )


def _messages() -> None:
    notice = Notice.objects.values().order_by("pk")[0]
    notice.pop("id")
    made = Notice.objects.bulk_create([Notice(**(notice | {"key": f"k{n}"})) for n in range(5000)], batch_size=500)
    said = {
        "recipient_id": notice["recipient_id"],
        "channel": "email",
        "state": "sent",
        "created_at": NOW,
        "next_attempt_at": NOW,
    }
    Delivery.objects.bulk_create([Delivery(notice=row, **said) for row in made], batch_size=500)


def _findings(bodies: tuple[int, int]) -> None:
    said = {
        "kind": FindingKind.DEAD_LINK,
        "detail": "旧的",
        "first_seen_at": NOW,
        "last_seen_at": NOW,
        "resolved_at": NOW,
    }
    WatchFinding.objects.bulk_create(
        [WatchFinding(key=f"f{n}", department_id=bodies[n % 2], **said) for n in range(5000)], batch_size=500
    )


def _counts(bodies: tuple[int, int]) -> None:
    days = [TODAY - timedelta(days=ago) for ago in range(120)]
    WatchCount.objects.bulk_create(
        [
            WatchCount(on=on, kind=kind, department_id=body, open=1)
            for on in days
            for kind in WatchKind
            for body in (None, *bodies)
        ],
        batch_size=500,
    )


def answered(ask: Callable[[], object]) -> list[tuple[str, str]]:
    """(statement, how the database answers it), with the values handed in as they are: written into the statement, SQLite
    would see that they fit a partial index."""
    asked: list[tuple[str, Any]] = []

    def listen(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        asked.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(listen):
        ask()
    word = "EXPLAIN QUERY PLAN" if connection.vendor == "sqlite" else "EXPLAIN"
    found = []
    for sql, params in asked:
        if "SELECT" in sql and any(table in sql for table in LARGE):
            with connection.cursor() as cursor:
                cursor.execute(f"{word} {sql}", params)
                found.append((sql, str(cursor.fetchall())))
    return found


def faults(ask: Callable[[], object]) -> list[str]:
    """Statements on large tables that read one of them whole."""
    found = []
    for sql, said in answered(ask):
        whole_table = r"Seq Scan on ({0})\b|SCAN ({0})\b(?! USING)".format("|".join(LARGE))
        # The few due days that are open may be read whole where a body is asked for: there is no index by body.
        if re.search(whole_table, said) and not re.search(r"SCAN requests_app_casedue\b", said):
            found.append(f"{sql}\n{said}")
    return found


def test_the_look_reads_what_is_open_and_nothing_that_is_done(thousands: Troubled) -> None:
    assert faults(lambda: look(whole(), today=TODAY, at=NOW)) == []
    assert faults(lambda: look(scope_of(thousands.cast.wangwu), today=TODAY, at=NOW)) == []


def test_what_was_published_late_is_walked_by_the_index_of_it(thousands: Troubled) -> None:
    found = answered(lambda: look(whole(), today=TODAY, at=NOW))
    (said,) = [said for sql, said in found if '"due_on" < ("disclosure_revision"."finished_on")' in sql]
    assert "disclosure_revision_done" in said


def test_late_drafts_are_found_without_the_published_ones(thousands: Troubled) -> None:
    found = answered(lambda: look(whole(), today=TODAY, at=NOW))
    (said,) = [said for sql, said in found if "UNION ALL" in sql]
    index = "disclosure_revision_(?:queue|done|timed) |disclosure_one_open_revision "
    assert len(re.findall(index, said)) == 5 and not re.search(r"ANY\(state\)", said), said


def test_the_due_days_are_walked_by_day_and_cases_looked_up_one_by_one(thousands: Troubled) -> None:
    found = answered(lambda: look(whole(), today=TODAY, at=NOW))
    (said,) = [said for sql, said in found if 'FROM "requests_app_casedue"' in sql]
    assert not re.search(r"requests_(desk|of_department|by_state|city|received|answered|counted)", said), said
    assert CaseDue.objects.count() < 20


def test_history_jobs_and_lists_go_by_indexes(thousands: Troubled) -> None:
    cast = thousands.cast
    assert faults(lambda: series("late_task", whole(), today=TODAY)) == []
    assert faults(lambda: series("late_task", scope_of(cast.wangwu), today=TODAY)) == []
    assert faults(lambda: a_week_before(TODAY)) == []
    assert faults(lambda: failed_jobs(before=None)) == []
    assert faults(lambda: list(settled_jobs())) == []
    assert faults(lambda: late_publications(cast.qianqi, today=TODAY)) == []
    assert faults(lambda: late_publications(cast.wangwu, today=TODAY)) == []
