"""Multiply the applications that `bench/requests_year.py` made, in the database itself (PostgreSQL only).

Making a million one by one takes hours; copying a year is minutes. Each copy has its own case, number, applicant, letter,
decision and events; four of five lie one to four years back and have no open case. Their events keep the hashes of the
originals, so a copied database is good for measuring pages and jobs and not for checking evidence.
"""

import time
from collections.abc import Sequence
from itertools import count

from django.db import connection, models, transaction

from requests_app.models import (
    Applicant,
    CaseDue,
    CaseEvent,
    Decision,
    InformationRequest,
    Letter,
    RegisterNumber,
    Wish,
)
from requests_app.states import OPEN_STATES

TABLES: Sequence[type[models.Model]] = (
    InformationRequest, RegisterNumber, Applicant, Wish, Letter, Decision, CaseDue, CaseEvent,
)  # fmt: skip
STEP = 10_000_000  # keys of a copy start that much after those of the copy before
YEARS = 5
OWN = {
    "number": "number || '+' || k",
    "text": "text || '+' || k",
    "position": "position + k * 100000",
    "matter": "matter || k",
    "matter_key": "md5(matter_key || k)",
    "id_hash": "md5(id_hash || k)",
    "merged_into_id": "NULL",
    "split_from_id": "NULL",
    "prior_id": "NULL",
}  # values that tell a copy from its original, by column


def multiply(wanted: int) -> float:
    """Copy what one `fill` made until there are at least ``wanted`` applications; seconds it took. Once only."""
    if connection.vendor != "postgresql":
        raise SystemExit("Only PostgreSQL copies applications; make them one by one with --new.")
    started = time.perf_counter()
    still_open = InformationRequest.objects.filter(state__in=OPEN_STATES).count()
    ended = InformationRequest.objects.count() - still_open
    copies = next(number for number in count(1) if ended * (number + 1) + still_open * (number // YEARS + 1) >= wanted)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # keys fit by construction
        for model in TABLES:
            cursor.execute(_statement(model), [copies, YEARS, [state.value for state in OPEN_STATES]])
    with connection.cursor() as cursor:
        for model in TABLES:
            cursor.execute(f'ANALYZE "{model._meta.db_table}"')
    return time.perf_counter() - started


def _statement(model: type[models.Model]) -> str:
    """INSERT of every copy of one table; parameters: copies, years, states of open cases."""
    table, fields = model._meta.db_table, model._meta.concrete_fields
    names = ", ".join(f'"{field.column}"' for field in fields)
    values = ", ".join(_value(model, field) for field in fields)
    case = {InformationRequest: '"id"', CaseEvent: '"subject_id"'}.get(model, '"case_id"')
    return (
        f'INSERT INTO "{table}" ({names}) SELECT {values} FROM "{table}" CROSS JOIN generate_series(1, %s) AS k'
        f' WHERE k %% %s = 0 OR {case} NOT IN (SELECT id FROM "{InformationRequest._meta.db_table}" WHERE state = ANY(%s))'
    )


def _value(model: type[models.Model], field: models.Field) -> str:
    """What a copy has in a column."""
    column = f'"{field.column}"'
    if model is Letter and field.column == "number":
        return "CASE WHEN number = '' THEN '' ELSE number || '+' || k END"
    if model is not CaseEvent and field.column in OWN:
        return OWN[field.column]
    if field.primary_key or field.column == "subject_id" or field.related_model in (InformationRequest, Letter):
        return f"{column} + k * {STEP}"
    if isinstance(field, models.DateTimeField):
        return f"{column} - (k %% {YEARS}) * interval '365 days'"
    if isinstance(field, models.DateField):
        return f"{column} - (k %% {YEARS}) * 365"
    return column
