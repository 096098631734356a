"""The record can be added to and nothing else, in Python and in the database."""

from datetime import UTC, date, datetime

import pytest
from django.apps import apps
from django.db import IntegrityError, InternalError, connection, transaction
from django.db.utils import DatabaseError

from accounts.models import User
from tests.workflow.models import Paper, PaperEvent
from tests.workflow.test_services import take
from workflow import guard
from workflow.models import Anchor, AppendOnly

pytestmark = pytest.mark.django_db
REFUSALS = (IntegrityError, InternalError, DatabaseError)


@pytest.fixture
def event(paper: Paper, lisi: User) -> PaperEvent:
    return take(paper, "submit", lisi)


def run(statement: str, *values: object) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)


def test_the_orm_refuses_to_change_or_delete(event: PaperEvent) -> None:
    for forbidden in (
        event.save,
        event.delete,
        lambda: PaperEvent.objects.update(action="x"),
        lambda: PaperEvent.objects.all().delete(),
        lambda: PaperEvent.objects.bulk_update([event], ["action"]),
    ):
        with pytest.raises(AppendOnly):
            forbidden()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE workflow_tests_paperevent SET action = 'x'",
        "UPDATE workflow_tests_paperevent SET facts = facts",
        "DELETE FROM workflow_tests_paperevent",
    ],
)
def test_the_database_refuses_to_change_or_delete(event: PaperEvent, statement: str) -> None:
    with pytest.raises(REFUSALS, match="append-only"):
        run(statement)
    assert PaperEvent.objects.get() == event


def test_postgresql_refuses_to_truncate(event: PaperEvent) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("only PostgreSQL has TRUNCATE")
    run("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(REFUSALS, match="append-only"):
        run("TRUNCATE workflow_tests_paperevent")


def test_every_append_only_table_has_its_triggers_after_migrations() -> None:
    assert Anchor in guard.guarded_models()
    for model in guard.guarded_models():
        assert len(guard.installed(model)) == 2, model


def test_migrations_put_lost_triggers_back() -> None:
    guard.lift_until_migrated()
    assert guard.installed(Anchor) == []
    for app in apps.get_app_configs():
        guard.install_after_migrations(sender=app, using="default")
    assert all(len(guard.installed(model)) == 2 for model in guard.guarded_models())


def test_installing_twice_is_the_same_as_once() -> None:
    guard.install(Anchor)
    guard.install(Anchor)
    assert len(guard.installed(Anchor)) == 2


def test_the_escape_for_tests_lifts_the_guard_and_puts_it_back(event: PaperEvent) -> None:
    with guard.lifted(PaperEvent):
        run("DELETE FROM workflow_tests_paperevent")
    assert not PaperEvent.objects.exists()
    assert len(guard.installed(PaperEvent)) == 2


def test_one_number_of_a_chain_is_given_once(event: PaperEvent, lisi: User) -> None:
    twin = PaperEvent(
        subject_type=event.subject_type, subject_id=event.subject_id, number=1, action="x", actor=lisi,
        at=datetime(2026, 11, 22, tzinfo=UTC), on=date(2026, 11, 22), hash="0",
    )  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        twin.save()
