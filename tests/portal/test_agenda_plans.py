"""The questions behind the calendar of due days walk an index by day, on both databases, among thousands of rows."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from disclosure.models import Revision
from portal.agenda.items import Window, case_days, case_items, draft_days, draft_items
from portal.agenda.selectors import asker_of
from requests_app.models import CaseDue, InformationRequest
from requests_app.rules import cases_visible_to
from tests.disclosure.drafting import Way
from tests.make import make_reference
from tests.requests_app.casework import Office
from tests.requests_app.test_ledger_plans import plan_of
from workdays.selectors import current_calendar

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 31)
YEAR = Window(date(2026, 1, 1), date(2026, 12, 31))
CASES, DUES, DRAFTS = "requests_app_informationrequest", "requests_app_casedue", "disclosure_revision"


@pytest.fixture
def thousands(office: Office) -> Iterator[Office]:
    """6,000 applications of two bodies, a tenth of them open with a due day; 3,000 versions, one of them under way."""
    make_reference()
    case, draft = office.handling(date(2026, 3, 3)), Way(office.cast).draft()
    bodies = (office.cast.jyj.pk, office.cast.wjw.pk)
    _cases(case, bodies)
    _drafts(draft, bodies)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    yield office


def _cases(case: InformationRequest, bodies: tuple[int, int]) -> None:
    said = InformationRequest.objects.values().get(pk=case.pk)
    said.pop("id"), said.pop("number")
    rows = []
    for number in range(6000):
        own = {"number": f"N-{number}", "department_id": bodies[number % 2]}
        state = "handling" if number % 10 == 0 else "delivered"
        rows.append(InformationRequest(**(said | own | {"state": state})))
    made = InformationRequest.objects.bulk_create(rows, batch_size=500)
    days = (date(2025, 6, 1) + timedelta(days=number % 700) for number in range(6000))
    dues = [CaseDue(case=row, kind="reply", on=on) for row, on in zip(made, days, strict=True) if row.is_open]
    CaseDue.objects.bulk_create(dues, batch_size=500)


def _drafts(draft: Revision, bodies: tuple[int, int]) -> None:
    said = Revision.objects.values().get(pk=draft.pk)
    said.pop("id"), said.pop("number")
    rows = []
    for number in range(3000):
        own = {"number": number + 2, "department_id": bodies[number % 2], "state": "published"}
        rows.append(Revision(**(said | own | {"due_on": date(2025, 6, 1) + timedelta(days=number % 700)})))
    Revision.objects.bulk_create(rows, batch_size=500)


def plans(office: Office, person: str) -> list[tuple[str, str]]:
    """(statement, how the database answers) of everything asked for the year and its first page."""
    who, calendar = asker_of(getattr(office.cast, person))[0], current_calendar()
    with CaptureQueriesContext(connection) as captured:
        list(case_days(who, YEAR, TODAY))
        case_items(who, YEAR, 31, TODAY, calendar)
        list(draft_days(who, YEAR, TODAY))
        draft_items(who, YEAR, 31, TODAY, calendar)
    return [(row["sql"], plan_of(row["sql"])) for row in captured.captured_queries if "FROM" in row["sql"]]


@pytest.mark.parametrize("person", ["lisi", "qianqi"])
def test_the_due_days_of_a_year_are_walked_by_day(thousands: Office, person: str) -> None:
    """Never every application a body ever had, nor every version: only what is due, by the index of due days."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":  # six hundred rows it would rather read whole
            for way in ("seqscan", "bitmapscan", "hashjoin", "mergejoin"):
                cursor.execute(f"SET LOCAL enable_{way} = off")
    found = [(sql, said) for sql, said in plans(thousands, person) if DUES in sql or DRAFTS in sql]
    assert len(found) == 5
    for sql, said in found:
        index = r"requests_due_on" if DUES in sql else r"disclosure_revision_queue|disclosure_one_open_revision"
        assert re.search(index, said), said
        assert not re.search(r"requests_(desk|of_department|by_state|city|received|answered|counted)", said), said
        whole = rf"Seq Scan on ({CASES}|{DUES}|{DRAFTS})|SCAN ({CASES}|{DUES}|{DRAFTS})\b(?! USING)"
        assert not re.search(whole, said), said


@pytest.mark.parametrize("person", ["lisi", "qianqi"])
def test_the_counts_are_those_of_the_rows(thousands: Office, person: str) -> None:
    who = asker_of(getattr(thousands.cast, person))[0]
    dues = CaseDue.objects.filter(case__in=cases_visible_to(who.user), on__range=(YEAR.first, YEAR.last))
    assert sum(count for _, count, _ in case_days(who, YEAR, TODAY)) == dues.count() > 100
    assert sum(late for _, _, late in case_days(who, YEAR, TODAY)) == dues.filter(on__lt=TODAY).count()
