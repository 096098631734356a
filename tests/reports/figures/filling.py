"""Thousands of made-up applications, remedies and ratings: numbers must agree whatever happened."""

import random
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from django.db import connection
from django.utils import timezone

from accounts.models import Department
from disclosure.models import Revision
from reports.annual.counting import ROW_OF
from requests_app.models import (
    Applicant,
    ApplicantType,
    CaseKind,
    Channel,
    InformationRequest,
    Rating,
    Remedy,
    RemedyKind,
    RemedyResult,
)
from requests_app.repeats import matter_key
from requests_app.states import CaseState
from tests.cast import Cast

THINGS = ("学位预警名单", "征地补偿方案", "校车核定线路", "食堂检查结果")


def fill(cast: Cast, bodies: Sequence[Department], *, count: int, first: date, last: date) -> list[InformationRequest]:
    """So many applications received from ``first`` on and ended by ``last``, at these bodies."""
    chance, codes, now = random.Random(46), list(ROW_OF), timezone.now()
    rows = [_case(chance, number, bodies, codes, first, last, now) for number in range(count)]
    made = InformationRequest.objects.bulk_create(rows, batch_size=500)
    Applicant.objects.bulk_create(
        [Applicant(case=row, name="李一", id_hash=f"{row.pk % 97:064d}") for row in made], batch_size=500
    )
    ended = [row for row in made if row.stopped_on and row.on_time is not None]
    Rating.objects.bulk_create(
        Rating(case=row, stars=chance.randint(1, 5), at=_moment(row.stopped_on)) for row in ended[::5] if row.stopped_on
    )
    Remedy.objects.bulk_create(_remedy(chance, row, cast, last) for row in ended[::9])
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # else PostgreSQL may take the tables for empty and join them row by row
    return made


def fill_revisions(bodies: Sequence[int]) -> None:
    """5,000 versions like the first that was published, at these bodies, one in fifty of them late."""
    first = Revision.objects.values().filter(state="published")[0]
    first.pop("id")
    rows = []
    for number in range(5000):
        day = date(2024, 1, 1) + timedelta(days=number % 800)
        own = {"number": number + 10, "department_id": bodies[number % len(bodies)], "finished_on": day}
        rows.append(Revision(**(first | own | {"due_on": day + timedelta(days=2 if number % 50 else -2)})))
    Revision.objects.bulk_create(rows, batch_size=500)


def _case(
    chance: random.Random,
    number: int,
    bodies: Sequence[Department],
    codes: list[str],
    first: date,
    last: date,
    now: datetime,
) -> InformationRequest:
    received = first + timedelta(days=chance.randrange((last - first).days))
    is_void, is_over = chance.random() < 0.05, chance.random() < 0.9
    ended = min(received + timedelta(days=chance.randrange(60)), last) if is_void or is_over else None
    is_answered = bool(ended) and not is_void and chance.random() < 0.9
    used = chance.randint(0, 45)
    matter = chance.choice(THINGS)
    return InformationRequest(
        number=f"F-{number}",
        department=chance.choice(bodies),
        kind=CaseKind.RECTIFICATION if chance.random() < 0.05 else CaseKind.INFORMATION,
        channel=chance.choice(Channel.values),
        applicant_type=chance.choice(ApplicantType.values),
        matter=matter,
        matter_key=matter_key(matter),
        state=CaseState.VOIDED if is_void else CaseState.DELIVERED if ended else CaseState.HANDLING,
        outcome="" if is_void or not ended else chance.choice(codes),
        first_received_on=received if chance.random() < 0.97 else None,
        received_on=received,
        stopped_on=ended if is_answered else None,
        concluded_on=ended,
        on_time=used <= 20 if is_answered else None,
        used_workdays=used if is_answered else None,
        extension_workdays=chance.choice([0, 0, 0, 15]),
        suspended_workdays=chance.choice([0, 0, 0, 7]),
        created_at=now,
        updated_at=now,
        waiting_since=now,
    )


def _remedy(chance: random.Random, row: InformationRequest, cast: Cast, last: date) -> Remedy:
    result = chance.choice(RemedyResult.values)
    filed = row.stopped_on or last
    concluded = None if result == RemedyResult.UNFINISHED else min(filed + timedelta(days=chance.randrange(50)), last)
    return Remedy(
        case=row,
        kind=chance.choice(RemedyKind.values),
        body="市政府",
        filed_on=filed,
        result=result,
        concluded_on=concluded,
        recorded_by=cast.lisi,
        at=_moment(filed),
    )


def _moment(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(15)))
