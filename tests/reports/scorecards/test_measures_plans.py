"""Every measure asks the database the same number of questions for one body and for thirty, and never walks the documents."""

from collections.abc import Iterator

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Department, DepartmentKind
from accounts.services import create_department
from catalog.models import Column, Document
from disclosure.models import DirectoryEntry
from reports.scorecards.measures.registry import MEASURES
from tests.cast import Cast
from tests.catalog.make import Press
from tests.reports.scans import assert_no_scan
from tests.reports.scorecards.making import NOW, ask
from tests.requests_app.casework import Office

COLUMNS = ["fees", "budget"]


@pytest.fixture
def bodies(office: Office, reference: None) -> list[Department]:
    """Thirty bodies, each with an entry of a directory."""
    cast = office.cast
    for number in range(26):
        create_department(
            actor=cast.root,
            parent=cast.szf,
            code=f"b{number}",
            name=f"第{number}局",
            kind=DepartmentKind.DEPARTMENT,
            at=NOW,
        )
        cast.szf.refresh_from_db()
    found = list(Department.objects.bodies())
    column = Column.objects.get(slug="fees")
    DirectoryEntry.objects.bulk_create(
        DirectoryEntry(department=body, matter="收费", elements="项目", basis="条例", column=column, limit_days=20)
        for body in found
    )
    return found


@pytest.mark.parametrize("code", MEASURES)
def test_no_measure_asks_more_for_thirty_bodies_than_for_one(bodies: list[Department], code: str) -> None:
    said = {"columns": COLUMNS, "days": MEASURES[code].days or 30}
    ask(code, *bodies[:1], **said)
    with CaptureQueriesContext(connection) as one:
        ask(code, *bodies[:1], **said)
    with CaptureQueriesContext(connection) as many:
        found = ask(code, *bodies, **said)
    assert len(one) == len(many) <= 7
    assert set(found) <= {body.pk for body in bodies}


@pytest.fixture
def thousands(cast: Cast, reference: None) -> Iterator[Cast]:
    """Five thousand documents of two bodies in six columns."""
    press = Press(cast)
    first = press.document(column="notices")
    columns = list(Column.objects.values_list("pk", flat=True)[:6])
    rows = []
    for number in range(5000):
        row = Document(
            **{f.attname: getattr(first, f.attname) for f in Document._meta.concrete_fields if f.name != "id"}
        )
        row.index_number, row.source_key = f"X-{number}", f"plan:{number}"
        row.column_id, row.department_id = columns[number % 6], (cast.jyj.pk, cast.wjw.pk)[number % 2]
        rows.append(row)
    Document.objects.bulk_create(rows, batch_size=500)
    DirectoryEntry.objects.create(
        department=cast.jyj, matter="收费", elements="项目", basis="条例", column_id=columns[0], limit_days=20
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    yield cast


@pytest.mark.parametrize("code", ["column_filled", "column_published", "anything_published", "directory_filled"])
def test_a_look_at_a_column_is_a_look_into_an_index(thousands: Cast, code: str) -> None:
    slugs = list(Column.objects.values_list("slug", flat=True)[:3])
    with CaptureQueriesContext(connection) as captured:
        ask(code, thousands.jyj, thousands.wjw, columns=slugs, days=365)
    asked = [row["sql"] for row in captured.captured_queries if "catalog_document" in row["sql"]]
    assert asked
    assert_no_scan(asked, "catalog_document", "U0")
