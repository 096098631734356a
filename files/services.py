"""Verbs on files: store, extract the text, catch up. Who may do so is decided by the caller."""

import hashlib
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, BinaryIO, Protocol, cast

from django.conf import settings
from django.core.files import File
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from files.downloads import download_response
from files.errors import FileRefused
from files.extract import LEGACY, READERS, Extraction
from files.kinds import Kind
from files.models import FileText, StoredFile, TextState
from files.names import safe_name
from files.sandbox import Limits, extract_in_sandbox
from files.selectors import pending_extraction
from files.sniff import extension_of, identify
from jobs.services import enqueue

__all__ = [
    "FileRefused",
    "catch_up",
    "check",
    "download_response",
    "extract_text",
    "safe_name",
    "storage_key",
    "store",
]

_CHUNK_BYTES = 1024 * 1024
_NOT_EXTRACTED = "图片、音频、视频和压缩包不提取文字"


class Readable(Protocol):
    """An upload: Django's `UploadedFile`, an open binary file, a response of another site."""

    def read(self, size: int = ..., /) -> bytes:
        """The next bytes; empty at the end."""


def storage_key(sha256: str) -> str:
    """Name of a content in the storage: by checksum, never by what the uploader called it."""
    return f"{sha256[:2]}/{sha256[2:4]}/{sha256}"


def check(*, upload: UploadedFile, name: str) -> None:
    """Look at an upload that is not kept yet. `FileRefused` (Chinese) when it may not be kept."""
    size = upload.size or 0
    _check_size(size)
    identify(cast(BinaryIO, upload.file), size, safe_name(name))
    upload.seek(0)


def store(*, upload: Readable, name: str, by: object | None = None, reads_text: bool = True) -> StoredFile:
    """Check and keep an upload and, if ``reads_text``, ask for its text. `FileRefused` (Chinese) when it may not be kept.

    Reading and writing the content happen before the transaction of the row, so nothing is locked meanwhile; call it
    before other writes of the same request. A content left without a row (rolled back by the caller) is harmless.
    """
    name = safe_name(name)
    with tempfile.TemporaryFile() as copy:
        sha256, size = _copy(upload, copy)
        kind = identify(cast(BinaryIO, copy), size, name)
        key = _keep(copy, sha256)
    return _create(name=name, kind=kind, sha256=sha256, size=size, key=key, by=by, reads_text=reads_text)


def _copy(upload: Readable, copy: IO[bytes]) -> tuple[str, int]:
    """Stream the upload into ``copy``; its checksum and size in bytes."""
    digest, size = hashlib.sha256(), 0
    while chunk := upload.read(_CHUNK_BYTES):
        size += len(chunk)
        _check_size(size)
        digest.update(chunk)
        copy.write(chunk)
    return digest.hexdigest(), size


def _check_size(size: int) -> None:
    if size > (most := settings.FILES_MAX_BYTES):
        raise FileRefused(f"文件超过大小上限（{_shown_size(most)}），请压缩或拆分后再上传")


def _shown_size(size: int) -> str:
    return f"{size // 1024 // 1024} MB" if size >= 1024 * 1024 else f"{size} 字节"


def _keep(copy: IO[bytes], sha256: str) -> str:
    """Storage name of the content, written unless a committed row already has it.

    A content without a row may be half written by a killed process, so it is never trusted and never overwritten.
    """
    storage = StoredFile.content.field.storage
    for known in StoredFile.objects.filter(sha256=sha256).values_list("content", flat=True)[:1]:
        if storage.exists(known):
            return str(known)
    copy.seek(0)
    name: str = storage.save(storage_key(sha256), File(copy))
    return name


@transaction.atomic
def _create(
    *, name: str, kind: Kind, sha256: str, size: int, key: str, by: object | None, reads_text: bool
) -> StoredFile:
    stored = StoredFile(
        sha256=sha256,
        size=size,
        kind=kind.name,
        media_type=kind.media_type,
        extension=extension_of(name),
        original_name=name,
        content=key,
        uploaded_by_id=getattr(by, "pk", None),
        created_at=timezone.now(),
    )
    if not kind.has_text or not reads_text:
        stored.text_state, stored.text_note = TextState.UNSUPPORTED, "" if kind.has_text else _NOT_EXTRACTED
    stored.save()
    if stored.text_state == TextState.PENDING:
        _ask_for_text(stored)
    return stored


def _ask_for_text(stored: StoredFile) -> None:
    subject = f"files.storedfile:{stored.pk}"
    enqueue(
        kind="extract_text",
        subject=subject,
        payload={"file_id": stored.pk},
        dedupe=f"extract_text:{stored.pk}",
    )


def catch_up(*, limit: int = 1000) -> int:
    """Ask again for the text of files still pending, never twice for one file; how many are pending."""
    pending = pending_extraction(limit)
    for stored in pending:
        _ask_for_text(stored)
    return len(pending)


def extract_text(*, file_id: int) -> None:
    """Extract and keep the text of a file still pending. A bad file ends as failed with a note, never as an error."""
    stored = StoredFile.objects.filter(pk=file_id, text_state=TextState.PENDING).first()
    if stored is not None:
        _keep_text(file_id, _extraction_of(stored))


def _extraction_of(stored: StoredFile) -> Extraction:
    if stored.kind not in READERS and stored.kind not in LEGACY:
        return Extraction("unsupported", note=_NOT_EXTRACTED)
    limits = Limits(seconds=settings.FILES_EXTRACT_SECONDS, max_chars=settings.FILES_TEXT_MAX_CHARS)
    try:
        with _local_path(stored) as path:
            return extract_in_sandbox(path, stored.kind, limits)
    except FileNotFoundError:
        return Extraction("failed", note="存储中找不到文件内容，请联系系统管理员")


@contextmanager
def _local_path(stored: StoredFile) -> Iterator[Path]:
    """A path on this machine with the content; a copy when the storage is remote."""
    try:
        path = Path(stored.content.path)
    except NotImplementedError:
        with (
            tempfile.NamedTemporaryFile(prefix="content-") as copy,
            stored.content.open("rb") as content,
        ):
            shutil.copyfileobj(content, copy, _CHUNK_BYTES)
            copy.flush()
            yield Path(copy.name)
        return
    if not path.exists():
        raise FileNotFoundError(path)
    yield path


@transaction.atomic
def _keep_text(file_id: int, result: Extraction) -> None:
    """Write the result once and tell those who wait for it (`FILES_TEXT_READY`), in the same transaction."""
    waiting = StoredFile.objects.filter(pk=file_id, text_state=TextState.PENDING)
    if not waiting.update(text_state=TextState(result.state), text_note=result.note[:300]):
        return
    if result.text:
        FileText.objects.update_or_create(file_id=file_id, defaults={"text": result.text})
    for ready in settings.FILES_TEXT_READY:
        import_string(ready)(file_id)
