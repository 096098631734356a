"""Applicants' data at rest: what is stored tells nothing, keys can be changed, and no key is ever said."""

import os
import stat
import subprocess
import sys
import traceback
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from requests_app import sealing
from requests_app.sealing import Unreadable

ROOT = Path(__file__).resolve().parents[2]
OLD, NEW, FOREIGN = (Fernet.generate_key().decode() for _ in range(3))
NUMBER = "11010519491231002X"


@pytest.fixture(autouse=True)
def _keys(settings: Settings) -> None:
    settings.APPLICANT_KEYS, settings.APPLICANT_HASH_KEY = [OLD], "a key of hashes that is long enough"


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_what_is_sealed_opens_again(text: str) -> None:
    assert sealing.open_sealed(sealing.seal(text)) == text


def test_the_same_text_is_never_sealed_alike_and_nothing_stays_nothing() -> None:
    one, other = sealing.seal(NUMBER), sealing.seal(NUMBER)
    assert one != other
    assert NUMBER not in one
    assert (sealing.seal(""), sealing.open_sealed(""), sealing.reseal(""), sealing.is_current("")) == ("", "", "", True)


def test_keys_are_changed_without_a_day_on_which_nothing_opens(settings: Settings) -> None:
    sealed, file = sealing.seal(NUMBER), sealing.seal_bytes(b"%PDF-")
    settings.APPLICANT_KEYS = [NEW, OLD]
    assert sealing.open_sealed(sealed) == NUMBER
    assert not sealing.is_current(sealed)
    assert not sealing.is_current_bytes(file)
    sealed, file = sealing.reseal(sealed), sealing.reseal_bytes(file)
    assert sealing.is_current(sealed)
    settings.APPLICANT_KEYS = [NEW]
    assert sealing.open_sealed(sealed) == NUMBER
    assert sealing.open_bytes(file) == b"%PDF-"


@pytest.mark.parametrize(
    "spoil", [lambda s: s[:-5] + "AAAA=", lambda _: "不是密文", lambda s: s[:40], lambda _: "plain"]
)
def test_what_was_changed_is_unreadable_and_never_a_wrong_text(spoil: object) -> None:
    sealed = spoil(sealing.seal(NUMBER))  # type: ignore[operator]
    for use in (sealing.open_sealed, sealing.reseal):
        with pytest.raises(Unreadable, match="请联系系统管理员"):
            use(sealed)
    assert not sealing.is_current(sealed)


def test_without_the_right_key_nothing_opens_and_no_key_is_said(settings: Settings) -> None:
    sealed = sealing.seal(NUMBER)
    settings.APPLICANT_KEYS = [FOREIGN]
    with pytest.raises(Unreadable) as refused:
        sealing.open_sealed(sealed)
    said = "".join(traceback.format_exception(refused.value))
    assert not any(secret in said for secret in (OLD, FOREIGN, NUMBER, sealed))


@pytest.mark.parametrize("bad", ["geheim", "geheim" * 10, "密钥", "Z2VoZWlt"])
def test_a_key_that_is_none_is_refused_without_being_shown(settings: Settings, bad: str) -> None:
    settings.APPLICANT_KEYS = [NEW, bad]
    with pytest.raises(ImproperlyConfigured, match="number 2") as refused:
        sealing.seal(NUMBER)
    assert bad not in "".join(traceback.format_exception(refused.value))


def test_without_keys_nothing_is_kept(settings: Settings) -> None:
    settings.APPLICANT_KEYS = []
    with pytest.raises(ImproperlyConfigured, match="APPLICANT_KEYS is empty"):
        sealing.seal(NUMBER)
    settings.APPLICANT_KEYS, settings.APPLICANT_HASH_KEY = [NEW], "short"
    with pytest.raises(ImproperlyConfigured, match="APPLICANT_HASH_KEY"):
        sealing.check_keys()


def test_a_hash_finds_the_same_text_and_depends_on_its_key(settings: Settings) -> None:
    found = sealing.keyed_hash(NUMBER)
    assert found == sealing.keyed_hash(NUMBER)
    assert len(found) == 64
    assert found != sealing.keyed_hash(NUMBER[:-1] + "1")
    settings.APPLICANT_HASH_KEY = "another key of hashes that is long enough"
    assert sealing.keyed_hash(NUMBER) != found
    assert sealing.keyed_hash("") == ""


def test_query_codes_are_random_and_read_however_they_are_typed() -> None:
    codes = {sealing.new_query_code() for _ in range(200)}
    assert len(codes) == 200
    assert not set("".join(codes)) & set("0O1IL")
    for code in codes:
        assert sealing.read_code(sealing.show_code(code).lower()) == code
    assert sealing.show_code("ABCDE23456") == "ABCDE-23456"
    assert sealing.read_code(" ａｂｃｄｅ－２３４ 56\n") == "ABCDE23456"


@pytest.mark.parametrize(
    "typed", ["", "ABCDE-2345", "ABCDE-234567", "ABCDE-2345O", "ABCDE-234５６７", "甲乙丙丁戊己庚辛壬癸"]
)
def test_what_cannot_be_a_code_is_no_code(typed: str) -> None:
    assert sealing.read_code(typed) == ""


def test_the_hash_of_a_code_is_of_its_own_kind_and_never_empty() -> None:
    assert sealing.hash_code("ABCDE23456") not in {"", sealing.keyed_hash("ABCDE23456")}
    assert sealing.hash_code("") != ""


def start(folder: Path, **environment: str) -> subprocess.Popen[str]:
    said = "print(s.APPLICANT_KEYS, s.APPLICANT_HASH_KEY, s.SECRET_KEY)"
    command = [sys.executable, "-c", f"import portal.settings as s; {said}"]
    environment = {"DATA_DIR": str(folder), "PATH": os.environ["PATH"]} | environment
    return subprocess.Popen(
        command, cwd=ROOT, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


def test_processes_that_start_together_for_the_first_time_agree_on_private_keys(tmp_path: Path) -> None:
    answers = [process.communicate() for process in [start(tmp_path) for _ in range(3)]]
    assert len({said for said, _ in answers}) == 1, answers
    assert answers[0][0].strip()
    for name in ("applicant_keys", "applicant_hash_key", "secret_key"):
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600
    assert not list(tmp_path.glob("*key*.*"))


def test_production_does_not_make_keys_for_itself(tmp_path: Path) -> None:
    site = {"PRODUCTION": "1", "ALLOWED_HOSTS": "www.example.gov.cn", "SITE_URL": "https://www.example.gov.cn"}
    said, failed = start(tmp_path, APPLICANT_KEYS=NEW, **site).communicate()
    assert said == ""
    assert "PRODUCTION=1 needs APPLICANT_KEYS and APPLICANT_HASH_KEY" in failed.strip().splitlines()[-1]
    assert NEW not in failed
    file = tmp_path / "keys"
    file.write_text(f"{NEW}\n{OLD}\n", encoding="ascii")
    said, _ = start(tmp_path, APPLICANT_KEYS_FILE=str(file), APPLICANT_HASH_KEY="h" * 40, **site).communicate()
    assert said.strip() == f"{[NEW, OLD]} {'h' * 40}"
