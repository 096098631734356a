"""Readers of the environment: typed, also from files, loud when wrong."""

import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured

from portal import env

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("X", "X_FILE"):
        monkeypatch.delenv(name, raising=False)


def test_a_value_may_stand_in_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = tmp_path / "secret"
    secret.write_text("秘密\n", encoding="utf-8")
    monkeypatch.setenv("X_FILE", str(secret))
    assert env.text("X") == "秘密"
    monkeypatch.setenv("X", "直接")
    assert env.text("X") == "直接"


@pytest.mark.parametrize("content", [None, b"\xff\xfe\xff"])
def test_a_file_that_cannot_be_read_stops_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes | None
) -> None:
    path = tmp_path / "secret"
    if content is not None:
        path.write_bytes(content)
    monkeypatch.setenv("X_FILE", str(path))
    with pytest.raises(ImproperlyConfigured, match="X_FILE"):
        env.text("X", "default")


def test_numbers_flags_words_and_choices_also_come_from_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "value"
    monkeypatch.setenv("X_FILE", str(path))
    path.write_text("17\n")
    assert env.number("X", 1) == 17
    path.write_text("on\n")
    assert env.flag("X") is True
    path.write_text("a, b,,c \n")
    assert env.words("X") == ["a", "b", "c"]
    path.write_text("b\n")
    assert env.choice("X", "a", ("a", "b")) == "b"
    path.write_text("sqlite:////srv/a.db\n")
    assert env.database("X", "")["NAME"] == "/srv/a.db"


@pytest.mark.parametrize(
    ("said", "meant"), [("1", True), ("TRUE", True), (" Yes ", True), ("off", False), ("", False), ("0", False)]
)
def test_flags_know_the_usual_words(monkeypatch: pytest.MonkeyPatch, said: str, meant: bool) -> None:
    monkeypatch.setenv("X", said)
    assert env.flag("X", not meant) is meant


@pytest.mark.parametrize("said", ["ja", "2", "真"])
def test_an_unclear_flag_is_refused_by_name(monkeypatch: pytest.MonkeyPatch, said: str) -> None:
    monkeypatch.setenv("X", said)
    with pytest.raises(ImproperlyConfigured, match=r"^X must be"):
        env.flag("X")


@pytest.mark.parametrize("said", ["", "1.5", "zehn", "0", "-3"])
def test_a_number_must_be_whole_and_not_too_small(monkeypatch: pytest.MonkeyPatch, said: str) -> None:
    monkeypatch.setenv("X", said)
    with pytest.raises(ImproperlyConfigured, match=r"^X must be"):
        env.number("X", 5, least=1)


def test_a_choice_outside_the_list_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("X", "solr")
    with pytest.raises(ImproperlyConfigured, match="whoosh, tantivy"):
        env.choice("X", "whoosh", ("whoosh", "tantivy"))


@pytest.mark.parametrize(
    ("url", "name"),
    [("sqlite:////srv/%E6%95%B0/a.db", "/srv/数/a.db"), ("sqlite:///a.db", "a.db"), ("sqlite:////a b.db", "/a b.db")],
)
def test_sqlite_addresses(url: str, name: str) -> None:
    found = env.database("X", url)
    assert (found["ENGINE"], found["NAME"]) == ("django.db.backends.sqlite3", name)
    assert found["OPTIONS"]["transaction_mode"] == "IMMEDIATE"


def test_postgresql_addresses() -> None:
    found = env.database("X", "postgres://u%40x:p%2Fw@db.example:5433/portal?sslmode=require")
    assert {key: found[key] for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT")} == {
        "NAME": "portal", "USER": "u@x", "PASSWORD": "p/w", "HOST": "db.example", "PORT": "5433",
    }  # fmt: skip
    assert found["OPTIONS"] == {"sslmode": "require"}
    socket = env.database("X", "postgresql:///portal?host=/run/postgresql")
    assert (socket["HOST"], socket["PORT"], socket["OPTIONS"]) == ("/run/postgresql", "", {})


@pytest.mark.parametrize(
    "url", ["mysql://x/y", "portal", "", "postgres://u:geheim@h:port/x", "postgres://u:geheim@[::1/x"]
)
def test_other_addresses_are_refused_without_repeating_a_password(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"^X ") as refused:
        env.database("X", url)
    assert "geheim" not in str(refused.value)


@pytest.mark.parametrize(
    ("name", "value"), [("DEBUG", "maybe"), ("PORT", "http"), ("SEARCH_ENGINE", "solr"), ("DATABASE_URL", "oracle://x")]
)
def test_a_wrong_setting_stops_the_start_with_a_sentence_that_names_it(tmp_path: Path, name: str, value: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import portal.settings"], cwd=ROOT, capture_output=True, text=True, check=False,
        env={"DATA_DIR": str(tmp_path), "PATH": "/usr/bin:/bin", name: value},
    )  # fmt: skip
    assert done.returncode != 0
    last = done.stderr.strip().splitlines()[-1]
    assert "ImproperlyConfigured" in last
    assert name in last


def test_the_secret_key_is_made_once_and_kept_private(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "import portal.settings; print(portal.settings.SECRET_KEY)"]
    environment = {"DATA_DIR": str(tmp_path / "var"), "PATH": "/usr/bin:/bin"}
    first, second = (
        subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, env=environment).stdout
        for _ in range(2)
    )
    assert first == second
    assert len(first.strip()) >= 50
    assert (tmp_path / "var" / "secret_key").stat().st_mode & 0o077 == 0
    environment |= {"PRODUCTION": "1", "ALLOWED_HOSTS": "www.example.gov.cn", "SITE_URL": "https://www.example.gov.cn"}
    environment |= {"APPLICANT_KEYS": Fernet.generate_key().decode(), "APPLICANT_HASH_KEY": "h" * 40}
    production = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, env=environment)
    assert production.stdout.strip() == ""  # E001 speaks


@pytest.mark.parametrize("missing", ["ALLOWED_HOSTS", "SITE_URL"])
def test_production_does_not_start_without_its_own_name(tmp_path: Path, missing: str) -> None:
    environment = {"DATA_DIR": str(tmp_path), "PATH": "/usr/bin:/bin", "PRODUCTION": "1"}
    environment |= {"ALLOWED_HOSTS": "www.example.gov.cn", "SITE_URL": "https://www.example.gov.cn"}
    del environment[missing]
    command = [sys.executable, "-c", "import portal.settings"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, env=environment)
    assert missing in done.stderr.strip().splitlines()[-1]
