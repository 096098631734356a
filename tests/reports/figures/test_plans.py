"""Counting and following walk the indexes made for them, on both databases, among thousands of rows."""

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Department
from reports.figures.counting import Span, ended, ratings, received, remedies, timeliness
from reports.figures.following import case_page
from reports.figures.measures import Measure
from reports.figures.periods import recent
from reports.figures.selectors import counts_by_body, counts_of
from reports.figures.services import count_month
from requests_app.ledger.queues import reader_of
from tests.disclosure.drafting import Way
from tests.reports.figures.filling import fill, fill_revisions
from tests.requests_app.casework import Office

pytestmark = pytest.mark.django_db
NOW = timezone.make_aware(datetime(2026, 11, 22, 10))
TODAY = NOW.date()
BY_INDEX = re.compile("SEARCH reports_monthlyfigure USING|Index (Only )?Scan using reports_")


@pytest.fixture
def thousands(office: Office, reference: None) -> Office:
    cast = office.cast
    Way(cast).published()
    fill_revisions((cast.jyj.pk, cast.wjw.pk))
    fill(cast, [cast.jyj, cast.wjw], count=4000, first=date(2023, 1, 1), last=TODAY)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":  # some thousand rows it would rather read whole
            cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
    return office


def plans(act: Callable[[], object]) -> list[str]:
    """How the database answers everything that ``act`` asks."""
    with CaptureQueriesContext(connection) as captured:
        act()
    word = "EXPLAIN QUERY PLAN" if connection.vendor == "sqlite" else "EXPLAIN"
    found = []
    with connection.cursor() as cursor:
        for row in captured.captured_queries:
            if row["sql"].startswith("SELECT"):
                cursor.execute(f"{word} {row['sql']}")
                found.append(str(cursor.fetchall()))
    return found


def month(*bodies: Department) -> Span:
    keys = tuple(body.pk for body in bodies) or tuple(Department.objects.bodies().values_list("pk", flat=True))
    return Span(keys, date(2026, 10, 1), date(2026, 10, 31), NOW)


@pytest.mark.parametrize(
    ("counts", "index"),
    [(received, "requests_received"), (ended, "requests_ended"), (timeliness, "disclosure_revision_done"),
     (remedies, "requests_remedy_concluded"), (ratings, "requests_rated_at")],
)  # fmt: skip
def test_a_month_is_counted_out_of_an_index(
    thousands: Office, counts: Callable[[Span], Iterable[object]], index: str
) -> None:
    said = plans(lambda: list(counts(month())))[-1]
    assert index in said, said


@pytest.mark.parametrize(
    ("measure", "index"), [(Measure.CHANNEL, "requests_received"), (Measure.OUTCOME, "requests_ended")]
)
def test_the_cases_behind_a_number_are_a_stretch_of_an_index(thousands: Office, measure: Measure, index: str) -> None:
    for person, span in ((thousands.cast.lisi, month(thousands.cast.jyj)), (thousands.cast.qianqi, month())):
        reader = reader_of(person)
        for after in ("", "2026-10-20.9"):
            said = plans(lambda s=span, r=reader, a=after: case_page(s, measure, "", r, after=a, today=TODAY))  # type: ignore[misc]
            assert index in said[0], said[0]
            assert "Seq Scan on requests_app_informationrequest" not in "".join(said)


def test_pages_read_the_kept_numbers_by_index(thousands: Office) -> None:
    count_month(month=202610, at=NOW)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    period = recent(TODAY)
    for body in (thousands.cast.jyj, None):
        (said,) = plans(lambda b=body: counts_of(b, period))  # type: ignore[misc]
        assert BY_INDEX.search(said), said
    (said,) = plans(lambda: counts_by_body(period))
    assert BY_INDEX.search(said), said
