"""Rows that many tests begin with: made once a process by the real services, then put back as they were."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.contrib.auth.models import Permission
from django.db import connection
from django.db.models import Model
from django.db.models.sql import InsertQuery

_kept: dict[tuple[object, ...], list[tuple[str, Any]]] = {}


def once(name: str, models: Sequence[type[Model]], make: Callable[[], object]) -> None:
    """Call ``make`` the first time; afterwards insert the rows of ``models`` (parents first) that it made.

    A database that was flushed has other permissions, and one that holds rows already other keys: then it is made anew.
    """
    if any(model._base_manager.exists() for model in models):
        make()
        return
    key = (name, *Permission.objects.order_by("pk").values_list("pk", flat=True)[:1])
    if key not in _kept:
        make()
        _kept[key] = [statement for model in models for statement in _inserts(model)]
        return
    with connection.cursor() as cursor:
        for sql, values in _kept[key]:
            cursor.execute(sql, values)


def _inserts(model: type[Model]) -> Iterator[tuple[str, Any]]:
    """Statements that put a model's rows back; composing them anew for each test took longer than running them."""
    rows, fields = list(model._base_manager.order_by("pk")), model._meta.concrete_fields
    size = connection.ops.bulk_batch_size(fields, rows) or len(rows)
    for start in range(0, len(rows), size):
        query = InsertQuery(model)
        query.insert_values(fields, rows[start : start + size], raw=True)
        yield from query.get_compiler(connection=connection).as_sql()
