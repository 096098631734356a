"""What watchers read."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.test import Client
from django.utils import timezone
from kombu.exceptions import OperationalError

from jobs.models import Heartbeat
from jobs.services import beat, enqueue
from search.models import Change
from tests.conftest import PrivateIndex


def ready() -> tuple[int, dict[str, Any]]:
    response = Client().get("/readyz")
    assert response["Content-Type"] == "application/json"
    assert "no-store" in response["Cache-Control"]
    return response.status_code, response.json()


@pytest.fixture
def healthy(search_index: PrivateIndex) -> PrivateIndex:
    """Everything beats."""
    for name in ("worker", "scheduler"):
        beat(name, at=timezone.now())
    return search_index


def test_healthz_only_says_that_the_process_answers() -> None:
    response = Client().get("/healthz")  # without a database, which this test does not have
    assert response.json()["status"] == "ok"
    assert "no-store" in response["Cache-Control"]


def test_readyz_is_200_when_everything_is_there(healthy: PrivateIndex) -> None:
    status, said = ready()
    assert (status, said["status"]) == (200, "ok"), said
    assert set(said["parts"]) == {"database", "broker", "worker", "search", "jobs"}
    assert said["parts"]["database"]["vendor"] == connection.vendor


@pytest.mark.parametrize("name", ["worker", "scheduler"])
def test_readyz_is_503_without_a_recent_sign_of_life(healthy: PrivateIndex, name: str) -> None:
    beat(name, at=timezone.now() - timedelta(seconds=61))
    status, said = ready()
    assert status == 503
    assert said["status"] == "degraded"
    assert not said["parts"]["worker"]["ok"]
    Heartbeat.objects.all().delete()
    assert ready()[1]["parts"]["worker"]["seconds_since_beat"][name] is None


def test_readyz_is_503_when_search_lags(healthy: PrivateIndex) -> None:
    Change.objects.create(key=1)
    assert ready()[1]["parts"]["search"] | {"lag_seconds": 0} == {
        "ok": True,
        "engine": "whoosh",
        "pending": 1,
        "lag_seconds": 0,
    }
    Change.objects.update(created_at=timezone.now() - timedelta(seconds=31))
    status, said = ready()
    assert (status, said["parts"]["search"]["ok"]) == (503, False)


def test_readyz_is_503_when_no_index_can_be_served(healthy: PrivateIndex) -> None:
    healthy.vanish()
    status, said = ready()
    assert status == 503
    assert "索引" in said["parts"]["search"]["error"]


def test_readyz_is_503_when_a_job_waits_too_long(healthy: PrivateIndex) -> None:
    job = enqueue(kind="nothing")
    assert ready()[0] == 200
    type(job).objects.update(not_before=timezone.now() - timedelta(seconds=301))
    status, said = ready()
    assert (status, said["parts"]["jobs"]["ok"]) == (503, False)
    assert said["parts"]["jobs"]["oldest_waiting_seconds"] > 300


def test_readyz_is_503_when_the_broker_is_away(healthy: PrivateIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*args: Any, **kwargs: Any) -> None:
        raise OperationalError("away")

    monkeypatch.setattr("kombu.Connection.ensure_connection", away)
    status, said = ready()
    assert (status, said["parts"]["broker"]["ok"]) == (503, False)


def test_readyz_is_503_and_says_no_more_when_the_database_is_away(
    healthy: PrivateIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*args: Any, **kwargs: Any) -> None:
        raise DatabaseError("password=geheim")

    with monkeypatch.context() as patch:
        patch.setattr(connection, "cursor", away)
        response = Client().get("/readyz")
    assert response.status_code == 503
    assert set(response.json()["parts"]) == {"database"}
    assert "geheim" not in response.content.decode()


def test_readyz_does_not_break_before_the_tables_are_there(
    healthy: PrivateIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(*args: Any, **kwargs: Any) -> None:
        raise DatabaseError("no such table")

    monkeypatch.setattr(Heartbeat.objects, "filter", missing)
    status, said = ready()
    assert (status, said["parts"]["worker"]) == (503, {"ok": False, "error": "DatabaseError"})
