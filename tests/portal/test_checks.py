"""Every check of our own can fire, has a hint, and is silent when all is well."""

import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.core.checks import CheckMessage, run_checks
from django.core.management import call_command
from django.db import DatabaseError
from django.utils import timezone
from pytest_django import Settings

from portal import checks
from workdays.models import CalendarYear

ROOT = Path(__file__).resolve().parents[2]
GOOD_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def ids(messages: list[CheckMessage]) -> set[str | None]:
    assert all(message.hint for message in messages)
    return {message.id for message in messages}


@pytest.fixture
def production(settings: Settings) -> Settings:
    """Production as it should be."""
    settings.PRODUCTION, settings.DEBUG, settings.SESSION_COOKIE_SECURE = True, False, True
    settings.ALLOWED_HOSTS, settings.REDIS_URL, settings.SECRET_KEY = (
        ["www.example.gov.cn"],
        "redis://127.0.0.1/0",
        GOOD_KEY,
    )
    return settings


@pytest.mark.parametrize("key", ["short", "a" * 60, "ab" * 30])
def test_e001_a_missing_or_weak_secret_key(settings: Settings, key: str) -> None:
    settings.SECRET_KEY = key
    assert ids(checks.secret_key(None)) == {"portal.E001"}
    settings.SECRET_KEY = GOOD_KEY
    assert checks.secret_key(None) == []


def test_e001_also_speaks_when_production_starts_without_any_key(tmp_path: Path) -> None:
    environment = {"DATA_DIR": str(tmp_path), "PRODUCTION": "1", "PATH": "/usr/bin:/bin"}
    environment |= {"ALLOWED_HOSTS": "www.example.gov.cn", "SITE_URL": "https://www.example.gov.cn"}
    environment |= {"APPLICANT_KEYS": Fernet.generate_key().decode(), "APPLICANT_HASH_KEY": GOOD_KEY}
    command = [sys.executable, "manage.py", "check"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "portal.E001" in done.stderr
    assert "SECRET_KEY_FILE" in done.stderr


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("DEBUG", True, "portal.E002"),
        ("ALLOWED_HOSTS", ["*"], "portal.E003"),
        ("SESSION_COOKIE_SECURE", False, "portal.E004"),
        ("REDIS_URL", "", "portal.W001"),
    ],
)
def test_e002_to_e004_and_w001_what_must_not_be_in_production(
    production: Settings, name: str, value: Any, expected: str
) -> None:
    assert checks.production_flags(None) == []
    setattr(production, name, value)
    assert ids(checks.production_flags(None)) == {expected}
    production.PRODUCTION = False
    assert checks.production_flags(None) == []


@pytest.mark.parametrize("engine", ["whoosh", "tantivy"])
def test_e005_an_engine_whose_library_is_missing(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, engine: str
) -> None:
    settings.SEARCH_ENGINE = engine
    assert checks.search_engine(None) == []
    monkeypatch.setitem(sys.modules, f"search.{engine}_engine", None)
    assert ids(checks.search_engine(None)) == {"portal.E005"}


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("APPLICANT_KEYS", [], "APPLICANT_KEYS is empty"),
        ("APPLICANT_KEYS", [Fernet.generate_key().decode(), "geheim"], "number 2"),
        ("APPLICANT_HASH_KEY", "geheim", "at least 32 characters"),
    ],
)
def test_e006_keys_of_applicants_that_cannot_be_used(settings: Settings, name: str, value: Any, said: str) -> None:
    assert checks.applicant_keys(None) == []
    setattr(settings, name, value)
    found = checks.applicant_keys(None)
    assert ids(found) == {"portal.E006"}
    assert said in found[0].msg
    assert "geheim" not in repr(found)


@pytest.mark.parametrize("name", ["applicant_keys", "applicant_hash_key"])
def test_w004_keys_of_applicants_beside_their_data(production: Settings, tmp_path: Path, name: str) -> None:
    old, new = (Fernet.generate_key().decode() for _ in range(2))
    production.DATA_DIR, production.APPLICANT_KEYS, production.APPLICANT_HASH_KEY = tmp_path, [new, old], GOOD_KEY
    assert checks.applicant_keys(None) == []
    (tmp_path / name).write_text(f"{GOOD_KEY if 'hash' in name else old}\n", encoding="ascii")
    assert ids(checks.applicant_keys(None)) == {"portal.W004"}
    production.PRODUCTION = False
    assert checks.applicant_keys(None) == []


def at(monkeypatch: pytest.MonkeyPatch, *day: int) -> None:
    moment = timezone.make_aware(datetime(*day, 12))  # type: ignore[misc,arg-type]
    monkeypatch.setattr(timezone, "now", lambda: moment)


@pytest.mark.django_db
def test_w002_a_year_without_a_calendar(monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, 2026, 6, 1)
    assert ids(checks.calendar_years(None, ["default"])) == {"portal.W002"}
    call_command("load_calendar", verbosity=0)
    assert checks.calendar_years(None, ["default"]) == []
    last = CalendarYear.objects.order_by("-year").values_list("year", flat=True).first() or 0
    at(monkeypatch, last, 11, 30)
    assert checks.calendar_years(None, ["default"]) == []
    at(monkeypatch, last, 12, 1)  # from December on the next year is needed
    found = checks.calendar_years(None, ["default"])
    assert ids(found) == {"portal.W002"}
    assert str(last + 1) in found[0].msg


def test_the_calendar_is_not_asked_for_when_no_database_is_checked() -> None:
    assert checks.calendar_years(None, None) == []
    assert checks.calendar_years(None, ["other"]) == []


@pytest.mark.django_db
def test_w003_a_calendar_that_cannot_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: Any, **kwargs: Any) -> None:
        raise DatabaseError("no such column")

    monkeypatch.setattr(CalendarYear.objects, "filter", broken)
    assert ids(checks.calendar_years(None, ["default"])) == {"portal.W003"}


@pytest.mark.django_db
def test_all_of_them_are_registered_and_nothing_else_complains(settings: Settings) -> None:
    settings.SECRET_KEY = "weak"
    settings.PRODUCTION, settings.DEBUG, settings.REDIS_URL = True, True, ""
    settings.ALLOWED_HOSTS, settings.SESSION_COOKIE_SECURE = ["*"], False
    found = {message.id for message in run_checks(include_deployment_checks=False, databases=["default"])}
    assert {"portal.E001", "portal.E002", "portal.E003", "portal.E004"} <= found
    assert {"portal.W001", "portal.W002", "portal.W004"} <= found
    assert {name for name in found if not str(name).startswith("portal.")} == set()
