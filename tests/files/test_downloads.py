"""Answers with stored files: headers, conditions, ranges."""

from pathlib import Path
from urllib.parse import quote

import pytest
from django.core.files.storage import FileSystemStorage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import FileResponse, HttpRequest
from django.http.response import HttpResponseBase
from django.test import RequestFactory

from files.models import StoredFile
from files.services import download_response, store
from tests.files import samples

pytestmark = pytest.mark.django_db
PDF = samples.make_pdf("公开")


@pytest.fixture(autouse=True)
def _uploads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(StoredFile.content.field, "storage", FileSystemStorage(tmp_path))


@pytest.fixture
def pdf() -> StoredFile:
    return store(upload=SimpleUploadedFile("a.pdf", PDF), name="公开指南.pdf")


def get(**headers: str) -> HttpRequest:
    return RequestFactory().get("/f", headers=headers)


def body(response: HttpResponseBase) -> bytes:
    assert isinstance(response, FileResponse)
    data = b"".join(response)  # type: ignore[arg-type]
    response.close()
    return data


def test_a_download_has_a_safe_name_and_may_run_nothing(pdf: StoredFile) -> None:
    response = download_response(pdf, name="附件1：公开\r\n指南", request=get())
    assert body(response) == PDF
    assert response["Content-Disposition"] == f"attachment; filename*=utf-8''{quote('附件1：公开指南.pdf')}"
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Length"] == str(len(PDF))
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert response["ETag"] == f'"{pdf.sha256}"'
    assert response["Cache-Control"] == "private, no-cache"
    assert response["Accept-Ranges"] == "bytes"


def test_it_works_without_a_request(pdf: StoredFile) -> None:
    assert body(download_response(pdf, name="guide.pdf")) == PDF


def test_a_pdf_may_be_shown_in_the_browser(pdf: StoredFile) -> None:
    response = download_response(pdf, name="guide.pdf", inline=True)
    assert response["Content-Disposition"] == 'inline; filename="guide.pdf"'
    assert "sandbox" not in response["Content-Security-Policy"]
    response.close()


def test_an_uploaded_page_is_never_shown_in_the_browser() -> None:
    page = store(upload=SimpleUploadedFile("a.html", samples.HTML), name="网页.html")
    response = download_response(page, name="网页.html", inline=True)
    assert response["Content-Disposition"].startswith("attachment")
    assert response["Content-Security-Policy"].startswith("sandbox;")
    response.close()


def test_an_unchanged_file_is_not_sent_again(pdf: StoredFile) -> None:
    response = download_response(pdf, name="a.pdf", request=get(If_None_Match=f'"{pdf.sha256}"'))
    assert response.status_code == 304
    assert (response["ETag"], response["Cache-Control"]) == (f'"{pdf.sha256}"', "private, no-cache")
    assert download_response(pdf, name="a.pdf", request=get(If_Match='"other"')).status_code == 412


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [
        ("bytes=0-9", 0, 10),
        ("bytes=10-", 10, len(PDF)),
        ("bytes=-7", len(PDF) - 7, len(PDF)),
        ("bytes=5-999999999", 5, len(PDF)),
        ("bytes=-999999999", 0, len(PDF)),
    ],
)
def test_a_range_is_answered_with_that_part(pdf: StoredFile, asked: str, start: int, end: int) -> None:
    response = download_response(pdf, name="a.pdf", request=get(Range=asked))
    assert response.status_code == 206
    assert response["Content-Range"] == f"bytes {start}-{end - 1}/{len(PDF)}"
    assert response["Content-Length"] == str(end - start)
    assert body(response) == PDF[start:end]


@pytest.mark.parametrize("asked", ["bytes=999999999-", "bytes=-0"])
def test_a_range_outside_the_file_is_refused(pdf: StoredFile, asked: str) -> None:
    response = download_response(pdf, name="a.pdf", request=get(Range=asked))
    assert (response.status_code, response["Content-Range"]) == (416, f"bytes */{len(PDF)}")


@pytest.mark.parametrize(
    "asked", ["bytes=0-1,5-6", "bytes=9-2", "bytes=-", "lines=1-2", "bytes=a-b", "bytes=" + "9" * 5000 + "-"]
)
def test_ranges_that_make_no_sense_are_answered_with_the_whole_file(pdf: StoredFile, asked: str) -> None:
    response = download_response(pdf, name="a.pdf", request=get(Range=asked))
    assert (response.status_code, body(response)) == (200, PDF)


def test_a_range_of_an_older_version_is_answered_with_the_whole_file(pdf: StoredFile) -> None:
    old = download_response(pdf, name="a.pdf", request=get(Range="bytes=0-9", If_Range='"older"'))
    assert (old.status_code, body(old)) == (200, PDF)
    same = download_response(pdf, name="a.pdf", request=get(Range="bytes=0-9", If_Range=f'"{pdf.sha256}"'))
    assert (same.status_code, body(same)) == (206, PDF[:10])


def test_a_lost_content_is_an_error_the_caller_can_tell(pdf: StoredFile) -> None:
    Path(pdf.content.path).unlink()
    with pytest.raises(FileNotFoundError):
        download_response(pdf, name="a.pdf")
