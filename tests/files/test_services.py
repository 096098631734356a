"""Storing uploads, and the text that follows in the background."""

import hashlib
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.files import File
from django.core.files.storage import FileSystemStorage, Storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings

from files.models import FileText, StoredFile, TextState
from files.selectors import pending_extraction, text_of, texts_of
from files.services import FileRefused, catch_up, extract_text, storage_key, store
from jobs.models import Job, JobState
from jobs.services import run_waiting
from tests.files import samples

pytestmark = pytest.mark.django_db
told: list[tuple[int, str]] = []


def text_ready(file_id: int) -> None:
    """Stands for the catalogue: what it would index at that moment."""
    told.append((file_id, text_of(file_id)))


def text_unwelcome(file_id: int) -> None:
    """A receiver that fails."""
    raise RuntimeError("index outbox unavailable")


@pytest.fixture(autouse=True)
def uploads(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    told.clear()
    settings.FILES_TEXT_READY = [f"{__name__}.text_ready"]
    settings.FILES_MAX_BYTES = 10 * 1024 * 1024
    monkeypatch.setattr(StoredFile.content.field, "storage", FileSystemStorage(tmp_path))
    yield tmp_path


def upload(data: bytes, name: str = "通知.pdf") -> StoredFile:
    return store(upload=SimpleUploadedFile(name, data, "application/x-lie"), name=name)


def blobs(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_it_stores_under_the_checksum_and_asks_for_the_text(uploads: Path) -> None:
    data = samples.make_pdf("公开")
    stored = upload(data, "C:\\桌面\\公开\u202e指南.pdf")
    assert stored.sha256 == hashlib.sha256(data).hexdigest()
    assert (stored.size, stored.kind, stored.media_type, stored.extension) == (
        len(data),
        "pdf",
        "application/pdf",
        "pdf",
    )
    assert stored.original_name == "公开指南.pdf"
    assert (uploads / storage_key(stored.sha256)).read_bytes() == data
    job = Job.objects.get(kind="extract_text")
    assert (job.subject, job.payload) == (f"files.storedfile:{stored.pk}", {"file_id": stored.pk})
    assert stored.text_state == TextState.PENDING


def test_the_same_content_is_kept_once_under_two_names(uploads: Path) -> None:
    data = samples.make_pdf("公开")
    first, second = upload(data, "甲.pdf"), upload(data, "乙.pdf")
    assert first.pk != second.pk
    assert first.content.name == second.content.name
    assert len(blobs(uploads)) == 1


def test_a_lost_content_is_written_again(uploads: Path) -> None:
    data = samples.make_pdf("公开")
    first = upload(data)
    Path(first.content.path).unlink()
    assert Path(upload(data).content.path).read_bytes() == data


def test_a_half_written_content_without_a_row_is_never_trusted(uploads: Path) -> None:
    data = samples.make_pdf("公开")
    leftover = uploads / storage_key(hashlib.sha256(data).hexdigest())
    leftover.parent.mkdir(parents=True)
    leftover.write_bytes(data[:10])
    assert Path(upload(data).content.path).read_bytes() == data


def test_a_refused_upload_leaves_nothing_behind(uploads: Path) -> None:
    with pytest.raises(FileRefused, match="内容实际是可执行程序"):
        upload(samples.EXE)
    assert not StoredFile.objects.exists() and not Job.objects.exists() and not blobs(uploads)


def test_an_upload_over_the_limit_is_refused_before_all_of_it_is_read(uploads: Path) -> None:
    class Endless(io.RawIOBase):
        served = 0

        def read(self, size: int = -1, /) -> bytes:
            self.served += size
            return b"x" * size

    endless = Endless()
    with pytest.raises(FileRefused, match="文件超过大小上限（10 MB）"):
        store(upload=endless, name="大.txt")
    assert endless.served <= 11 * 1024 * 1024
    assert not blobs(uploads)


def test_files_without_text_are_not_queued() -> None:
    stored = upload(samples.PNG, "图.png")
    assert (stored.text_state, stored.text_note) == (TextState.UNSUPPORTED, "图片、音频、视频和压缩包不提取文字")
    assert not Job.objects.exists()


def test_row_and_job_stand_or_fall_together() -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        upload(samples.make_pdf("公开"))
        raise ZeroDivisionError
    assert not StoredFile.objects.exists() and not Job.objects.exists()


def test_the_job_extracts_the_text_and_tells_who_waits() -> None:
    stored = upload(samples.make_docx(), "通知.docx")
    run_waiting()
    stored.refresh_from_db()
    assert (stored.text_state, stored.text_note) == (TextState.DONE, "")
    assert "义务教育招生工作" in text_of(stored.pk)
    assert told == [(stored.pk, text_of(stored.pk))]
    assert Job.objects.get().state == JobState.DONE


def test_extracting_twice_changes_and_tells_nothing() -> None:
    stored = upload("公开".encode(), "说明.txt")
    extract_text(file_id=stored.pk)
    extract_text(file_id=stored.pk)
    assert len(told) == 1
    extract_text(file_id=stored.pk + 999)


def test_a_broken_file_ends_as_failed_and_the_job_as_done() -> None:
    stored = upload(b"%PDF-1.7\n" + b"garbage " * 50)
    run_waiting()
    stored.refresh_from_db()
    assert (stored.text_state, stored.text_note) == (TextState.FAILED, "PDF 文件已损坏，无法打开")
    assert Job.objects.get().state == JobState.DONE
    assert told == [(stored.pk, "")]


def test_a_content_lost_in_the_storage_is_said() -> None:
    stored = upload("公开".encode(), "说明.txt")
    Path(stored.content.path).unlink()
    extract_text(file_id=stored.pk)
    stored.refresh_from_db()
    assert (stored.text_state, stored.text_note) == (TextState.FAILED, "存储中找不到文件内容，请联系系统管理员")


class ObjectStorage(Storage):
    """Stands for S3: contents, but no paths on this machine."""

    def __init__(self) -> None:
        self.contents: dict[str, bytes] = {}

    def exists(self, name: str) -> bool:
        return name in self.contents

    def _save(self, name: str, content: File) -> str:
        self.contents[name] = content.read()
        return name

    def _open(self, name: str, mode: str = "rb") -> File:
        return File(io.BytesIO(self.contents[name]))


def test_text_from_a_storage_without_paths(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(StoredFile.content.field, "storage", ObjectStorage())
    stored = upload("对象存储中的公开指南".encode(), "说明.txt")
    extract_text(file_id=stored.pk)
    stored.refresh_from_db()
    assert (stored.text_state, stored.text_note) == (TextState.DONE, "")
    assert text_of(stored.pk) == "对象存储中的公开指南"


def test_when_a_receiver_fails_nothing_is_written_and_the_job_comes_back(settings: Settings) -> None:
    settings.FILES_TEXT_READY = [f"{__name__}.text_unwelcome"]
    stored = upload("公开".encode(), "说明.txt")
    run_waiting()
    stored.refresh_from_db()
    assert stored.text_state == TextState.PENDING
    assert not FileText.objects.exists()
    assert Job.objects.get().state == JobState.WAITING


def test_pending_files_whose_job_was_lost_are_caught_up_once() -> None:
    first, second = upload("甲".encode(), "甲.txt"), upload("乙".encode(), "乙.txt")
    Job.objects.all().delete()
    assert [stored.pk for stored in pending_extraction(10)] == [first.pk, second.pk]
    assert [stored.pk for stored in pending_extraction(1)] == [first.pk]
    assert catch_up() == catch_up() == 2
    assert Job.objects.count() == 2
    run_waiting()
    assert texts_of([first.pk, second.pk]) == {first.pk: "甲", second.pk: "乙"}
    assert catch_up() == 0


def test_lists_do_not_load_the_text() -> None:
    stored = upload("公开".encode(), "说明.txt")
    extract_text(file_id=stored.pk)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert str(StoredFile.objects.get(pk=stored.pk)) == "说明.txt"
    assert "filetext" not in queries[0]["sql"]
