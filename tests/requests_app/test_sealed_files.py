"""Files of applicants: checked like all others, unreadable in the storage, erased for good, never shown in a browser."""

import hashlib
import io
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from django.core.files.storage import storages
from pytest_django import Settings

from files.errors import FileRefused
from requests_app import sealed_files, sealing

OLD, NEW = (Fernet.generate_key().decode() for _ in range(2))
PDF = b"%PDF-1.4\nproof of identity\n%%EOF"


@pytest.fixture(autouse=True)
def folder(settings: Settings, tmp_path: Path) -> Path:
    """A private storage and a key."""
    place = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = settings.STORAGES | {"uploads": place}
    settings.APPLICANT_KEYS = [OLD]
    return tmp_path


def keep(data: bytes = PDF, name: str = "身份证.pdf") -> sealed_files.Kept:
    return sealed_files.keep(io.BytesIO(data), name)


def objects(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_a_file_is_kept_unreadable_and_comes_back_whole(folder: Path) -> None:
    kept = keep(name="C:\\我的\\身份证.pdf")
    assert (kept.name, kept.size, kept.kind, kept.media_type) == ("身份证.pdf", len(PDF), "pdf", "application/pdf")
    assert kept.sha256 == hashlib.sha256(PDF).hexdigest()
    [stored] = objects(folder)
    assert stored == folder / kept.key
    assert b"PDF" not in stored.read_bytes()
    assert "身份证" not in kept.key
    assert sealed_files.content(kept.key) == PDF


def test_the_same_file_twice_is_two_objects(folder: Path) -> None:
    assert keep().key != keep().key
    assert len(objects(folder)) == 2


@pytest.mark.parametrize(
    ("data", "name", "said"),
    [
        (b"", "a.pdf", "空的"),
        (b"MZ\x90\x00\x03\x00\x00\x00\xff\xff\x00", "a.pdf", "可执行程序"),
        (PDF, "a.exe", "程序或脚本"),
        (PDF, "a.docx", "内容实际是PDF"),
        (b"<html><body>x</body></html>", "a.html", "不接受网页文件"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "a.png", "SVG"),
    ],
)
def test_what_may_not_be_kept_is_refused_and_leaves_nothing(folder: Path, data: bytes, name: str, said: str) -> None:
    with pytest.raises(FileRefused, match=said):
        keep(data, name)
    assert objects(folder) == []


def test_a_file_that_is_too_large_is_refused_without_reading_it_all(folder: Path, settings: Settings) -> None:
    settings.APPLICANT_FILE_MAX_BYTES = 2 * 1024 * 1024
    endless = io.BytesIO(PDF + b"\0" * (8 * 1024 * 1024))
    with pytest.raises(FileRefused, match="2 MB"):
        sealed_files.keep(endless, "a.pdf")
    assert endless.tell() <= 3 * 1024 * 1024
    settings.APPLICANT_FILE_MAX_BYTES = len(PDF)
    assert keep().size == len(PDF)


def test_erasing_is_for_good_and_may_be_repeated(folder: Path) -> None:
    kept = keep()
    sealed_files.erase(kept.key)
    sealed_files.erase(kept.key)
    assert objects(folder) == []
    with pytest.raises(FileNotFoundError):
        sealed_files.content(kept.key)


def test_a_change_of_keys_makes_a_new_object_and_leaves_the_old_one_to_the_caller(settings: Settings) -> None:
    kept = keep()
    assert sealed_files.rotate(kept.key) == kept.key
    settings.APPLICANT_KEYS = [NEW, OLD]
    fresh = sealed_files.rotate(kept.key)
    assert fresh != kept.key
    assert sealed_files.content(kept.key) == sealed_files.content(fresh) == PDF
    settings.APPLICANT_KEYS = [NEW]
    assert sealed_files.content(fresh) == PDF
    with pytest.raises(sealing.Unreadable):
        sealed_files.content(kept.key)


@pytest.mark.parametrize("key", ["", "ab/cd/abcd", "sealed/../secret_key", "../secret_key", "sealed/aa/x/../../../b"])
def test_other_objects_are_out_of_reach(folder: Path, key: str) -> None:
    (folder / "secret_key").write_text("x", encoding="ascii")
    for use in (sealed_files.content, sealed_files.erase, sealed_files.rotate):
        with pytest.raises(ValueError, match="not the key of a sealed file"):
            use(key)
    assert storages["uploads"].exists("secret_key")


def test_a_download_is_saved_never_shown_and_never_cached() -> None:
    response = sealed_files.attachment_response(PDF, "身份证\r\nX: 1.pdf", "application/pdf")
    assert response.content == PDF
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''%E8%BA%AB%E4%BB%BD%E8%AF%81")
    assert "\n" not in response["Content-Disposition"]
    assert response["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert response["Cache-Control"] == "private, no-store"
    assert response["X-Content-Type-Options"] == "nosniff"
