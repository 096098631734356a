"""Triggers that refuse UPDATE and DELETE on append-only tables, whoever asks.

SQLite drops triggers silently when a migration remakes a table, so they are (re)installed after every `migrate`
(rulings 24). A test that must empty tables lifts them, ``with guard.lifted(): …``, or before a flush
`lift_until_migrated()`: the only escape, and no code outside tests may use it.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.apps import AppConfig, apps
from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.backends.base.base import BaseDatabaseWrapper

Tables = Iterable[type[models.Model]]
_FUNCTION = "workflow_append_only"
_POSTGRES_FUNCTION = f"""
CREATE OR REPLACE FUNCTION {_FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END $$
"""


def guarded_models() -> list[type[models.Model]]:
    """Every concrete append-only model of the installed apps."""
    return [model for model in apps.get_models() if getattr(model, "append_only", False)]


def install(model: type[models.Model], *, using: str = DEFAULT_DB_ALIAS) -> None:
    """Put the triggers on the model's table; those already there are replaced."""
    connection = connections[using]
    remove(model, using=using)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_POSTGRES_FUNCTION)
        for statement in _statements(connection, model):
            cursor.execute(statement)


def remove(model: type[models.Model], *, using: str = DEFAULT_DB_ALIAS) -> None:
    """Take the triggers off the model's table."""
    connection = connections[using]
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        for name in installed(model, using=using):
            on_table = f" ON {table}" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER {connection.ops.quote_name(name)}{on_table}")


def installed(model: type[models.Model], *, using: str = DEFAULT_DB_ALIAS) -> list[str]:
    """Names of the guarding triggers that the database has for the model's table."""
    connection = connections[using]
    if connection.vendor == "postgresql":
        query = "SELECT tgname FROM pg_trigger WHERE tgrelid = to_regclass(%s) AND NOT tgisinternal ORDER BY tgname"
        name = connection.ops.quote_name(model._meta.db_table)
    else:
        query = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s ORDER BY name"
        name = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(query, [name])
        return [row[0] for row in cursor.fetchall() if row[0].startswith("append_only_")]


def _statements(connection: BaseDatabaseWrapper, model: type[models.Model]) -> Iterator[str]:
    table = connection.ops.quote_name(model._meta.db_table)
    if connection.vendor == "postgresql":
        run = f"EXECUTE FUNCTION {_FUNCTION}()"
        yield f"CREATE TRIGGER append_only_row BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW {run}"
        yield f"CREATE TRIGGER append_only_all BEFORE TRUNCATE ON {table} FOR EACH STATEMENT {run}"
        return
    for event in ("UPDATE", "DELETE"):
        # Trigger names are global in SQLite.
        name = connection.ops.quote_name(f"append_only_{event.lower()}_{model._meta.db_table}")
        message = f"{model._meta.db_table} is append-only"
        yield f"CREATE TRIGGER {name} BEFORE {event} ON {table} BEGIN SELECT RAISE(ABORT, '{message}'); END"


def install_after_migrations(sender: AppConfig, using: str, **kwargs: Any) -> None:
    """Receiver of `post_migrate`: guard the append-only tables of the app that was migrated."""
    present = set(connections[using].introspection.table_names())
    for model in guarded_models():
        if model._meta.app_label == sender.label and model._meta.db_table in present:
            install(model, using=using)


def lift_until_migrated(*, using: str = DEFAULT_DB_ALIAS) -> None:
    """For tests only, before `flush`: no triggers until `post_migrate`, which flushing sends when it is done."""
    for model in guarded_models():
        remove(model, using=using)


@contextmanager
def lifted(*tables: type[models.Model], using: str = DEFAULT_DB_ALIAS) -> Iterator[None]:
    """For tests only: no triggers on ``tables`` (all guarded ones by default) inside the block."""
    chosen = tables or tuple(guarded_models())
    for model in chosen:
        remove(model, using=using)
    try:
        yield
    finally:
        for model in chosen:
            install(model, using=using)
