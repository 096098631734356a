"""How the database answers a question about a table."""

import re
from collections.abc import Iterable

from django.db import connection, transaction

IS_SQLITE = connection.vendor == "sqlite"


def assert_no_scan(asked: Iterable[str], table: str, alias: str = "") -> None:
    """None of the questions reads ``table`` (or ``alias``, as a subquery calls it) from its first to its last row.

    PostgreSQL would rightly read the few pages of a test's table whole; it is asked for the index that it has.
    """
    for sql in asked:
        with transaction.atomic(), connection.cursor() as cursor:
            if not IS_SQLITE:
                cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute(f"{'EXPLAIN QUERY PLAN' if IS_SQLITE else 'EXPLAIN'} {sql}")
            said = str(cursor.fetchall())
            if not IS_SQLITE:
                cursor.execute("SET LOCAL enable_seqscan = on")
        assert f"Seq Scan on {table}" not in said, said
        assert not re.search(rf"SCAN ({table}|{alias or table})\b(?! USING)", said), said
