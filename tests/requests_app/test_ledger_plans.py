"""The ledger's queries walk the indexes made for them, on both databases, among thousands of rows."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.db import connection
from django.db.models import Q, QuerySet
from django.test.utils import CaptureQueriesContext

from requests_app.ledger.overview import PERIOD, departments_overseen_by, overview
from requests_app.ledger.queues import BY_SLUG, Reader, counts, reader_of, within
from requests_app.ledger.selectors import page
from requests_app.models import Applicant, InformationRequest
from tests.requests_app.casework import Office

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 31)
TABLE = "requests_app_informationrequest"


@pytest.fixture
def thousands(office: Office) -> Iterator[Office]:
    """5,000 applications of two bodies, most of them answered, with fresh statistics."""
    case = office.handling(date(2026, 3, 3))
    other = office.cast.wjw
    said = InformationRequest.objects.values().get(pk=case.pk)
    said.pop("id"), said.pop("number")
    rows = []
    for number in range(5000):
        state = ("delivered", "handling", "submitted", "replied")[0 if number % 10 else number // 10 % 4]
        day = date(2025, 1, 1) + timedelta(days=number % 450)
        open_ones = {"state": state, "due_on": day if state != "submitted" else None, "first_received_on": day}
        if state in ("delivered", "replied"):
            open_ones |= {
                "stopped_on": day,
                "on_time": number % 7 > 0,
                "used_workdays": number % 20,
                "officer_id": None,
            }
        body = {"department_id": other.pk if number % 3 else case.department_id}
        rows.append(InformationRequest(**(said | open_ones | body | {"number": f"N-{number}"})))
    made = InformationRequest.objects.bulk_create(rows, batch_size=500)
    Applicant.objects.bulk_create([Applicant(case=row, name="李一") for row in made], batch_size=500)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    yield office


def plan_of(sql: str) -> str:
    """How the database answers. The newest of all are the end of the table itself in SQLite, which is no search."""
    word = "EXPLAIN QUERY PLAN" if connection.vendor == "sqlite" else "EXPLAIN"
    with connection.cursor() as cursor:
        cursor.execute(f"{word} {sql}")
        said = str(cursor.fetchall())
    newest = connection.vendor == "sqlite" and "WHERE" not in sql and "DESC LIMIT" in sql
    return said.replace(f"SCAN {TABLE}", "") if newest else said


def scans(said: str) -> bool:
    """A search through the whole table."""
    return f"Seq Scan on {TABLE}" in said or bool(re.search(rf"SCAN {TABLE}\b(?! USING)", said))


def sorts(said: str) -> bool:
    return "TEMP B-TREE FOR ORDER BY" in said or bool(re.search(r"\bSort\b", said))


def test_a_queue_of_one_state_is_a_walk_of_one_index(thousands: Office) -> None:
    for person in (thousands.cast.lisi, thousands.cast.qianqi):
        for slug in ("confirm", "accept", "sign", "all"):
            assert_one_walk(reader_of(person), slug)


def assert_one_walk(reader: Reader, slug: str) -> None:
    """Neither page of the queue reads or sorts more than it shows."""
    found = within(reader, BY_SLUG[slug], today=TODAY)
    pages = [
        found.filter(due_on__isnull=False).order_by("due_on", "pk"),
        found.filter(Q(due_on__gt=TODAY) | Q(due_on=TODAY, pk__gt=9), due_on__gte=TODAY).order_by("due_on", "pk"),
    ]
    for query in pages if slug != "all" else [found.order_by("-pk"), found.filter(pk__lt=4000).order_by("-pk")]:
        said = plan_of_query(query.values_list("due_on", "pk")[:31])
        assert not scans(said), said
        assert not sorts(said) or (connection.vendor == "postgresql" and slug != "all"), said  # few rows: it may sort


def test_no_query_of_the_page_scans_the_table(thousands: Office) -> None:
    for person in (thousands.cast.lisi, thousands.cast.qianqi):
        assert_no_scan(reader_of(person))


def assert_no_scan(reader: Reader) -> None:
    """Every query of the ledger page goes by an index."""
    with CaptureQueriesContext(connection) as captured:
        counts(reader, today=TODAY)
        for queue in reader.queues:
            page(within(reader, queue, today=TODAY), reader, by_due=queue.is_by_due, after="", today=TODAY)
    for row in captured.captured_queries:
        if TABLE in row["sql"]:
            assert not scans(plan_of(row["sql"])), row["sql"]


def test_the_overview_reads_open_ones_and_an_index(thousands: Office) -> None:
    with CaptureQueriesContext(connection) as captured:
        found = overview(thousands.cast.wangwu, [thousands.cast.jyj], today=TODAY)
    asked = [row["sql"] for row in captured.captured_queries if TABLE in row["sql"]]
    assert len(asked) == 2
    assert sum(row.answered for row in found) > 0
    if connection.vendor == "postgresql":  # a third of a small table it would rather read whole
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
    opened, answered = map(plan_of, asked)
    assert not scans(opened), opened
    # PostgreSQL may take the shorter index of the department where the bodies are few.
    by_index = "COVERING INDEX requests_answered" if connection.vendor == "sqlite" else "Index (Only )?Scan using"
    assert re.search(by_index, answered), answered
    assert departments_overseen_by(thousands.cast.qianqi).count() > 1
    assert timedelta(days=365) == PERIOD


def plan_of_query(query: "QuerySet[InformationRequest, tuple[object, ...]]") -> str:
    with CaptureQueriesContext(connection) as captured:
        list(query)
    return plan_of(captured.captured_queries[0]["sql"])
