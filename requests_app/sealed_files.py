"""Files that applicants hand in (proof of identity, attachments): checked, encrypted, never shared, never indexed.

They lie beside other uploads under a random name. Who may read or erase one is decided by the caller; so is its row: an
object whose row was rolled back is unreadable without the keys and harmless.
"""

import hashlib
import io
import re
import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import Storage, storages
from django.http import HttpResponse
from django.utils.http import content_disposition_header

from files.errors import FileRefused
from files.names import safe_name
from files.services import Readable
from files.sniff import identify
from requests_app import sealing

FOLDERS = 256
_CHUNK_BYTES = 1024 * 1024
_KEY = re.compile(r"sealed/[0-9a-f]{2}/[0-9a-f-]{36}(?:_\w+)?")
_POLICY = "sandbox; default-src 'none'; frame-ancestors 'none'"


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that was kept. ``size`` in bytes and ``sha256`` are those of the content before encryption.

    The name often tells who the applicant is: keep it sealed.
    """

    key: str
    name: str
    size: int
    media_type: str
    kind: str
    sha256: str

    @property
    def columns(self) -> dict[str, Any]:
        """What a row of a file keeps of it."""
        return {
            "key": self.key,
            "name": self.name,
            "size": self.size,
            "media_type": self.media_type,
            "digest": self.sha256,
        }


def keep(upload: Readable, name: str) -> Kept:
    """Check, encrypt and keep an upload. `FileRefused` (Chinese) when it may not be kept."""
    name = safe_name(name)
    data = _read(upload)
    kind = identify(io.BytesIO(data), len(data), name)
    if kind.name == "html":
        raise FileRefused("不接受网页文件。请将网页打印成 PDF，或截图后再上传")
    key = _save(sealing.seal_bytes(data))
    return Kept(key, name, len(data), kind.media_type, kind.name, hashlib.sha256(data).hexdigest())


def content(key: str) -> bytes:
    """The content. FileNotFoundError when the storage lost it, `sealing.Unreadable` when no key opens it."""
    return sealing.open_bytes(_sealed(key))


def erase(key: str) -> None:
    """Remove the content for good; nothing happens when it is gone already. Call it after the commit of its row."""
    _storage().delete(_checked(key))


def rotate(key: str) -> str:
    """Seal the content anew with the newest key; the new key of the content, or ``key`` when that is not needed.

    The old object stays: save the new key first, and `erase` the old one after the commit.
    """
    sealed = _sealed(key)
    return key if sealing.is_current_bytes(sealed) else _save(sealing.reseal_bytes(sealed))


def keys_below(folder: int) -> list[str]:
    """Keys of what the storage holds in one of its `FOLDERS` folders, whether a row knows of it or not."""
    place = f"sealed/{folder:02x}"
    try:
        _, names = _storage().listdir(place)
    except FileNotFoundError:
        return []
    return [key for name in names if _KEY.fullmatch(key := f"{place}/{name}")]


def kept_at(key: str) -> datetime:
    """When the content was stored."""
    return _storage().get_modified_time(_checked(key))


def attachment_response(data: bytes, name: str, media_type: str) -> HttpResponse:
    """A download that is never shown in the browser, kept by no cache, and can load and run nothing."""
    headers = {
        "Content-Disposition": content_disposition_header(True, safe_name(name)) or "attachment",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": _POLICY,
        "Cache-Control": "private, no-store",
        "Referrer-Policy": "no-referrer",
    }
    return HttpResponse(data, content_type=media_type, headers=headers)


def _storage() -> Storage:
    return storages["uploads"]


def _checked(key: str) -> str:
    """Only what lies under `sealed/` is ours; ValueError for anything else."""
    if not _KEY.fullmatch(key):
        raise ValueError("not the key of a sealed file")
    return key


def _sealed(key: str) -> bytes:
    with _storage().open(_checked(key)) as file:
        sealed: bytes = file.read()
    return sealed


def _save(sealed: bytes) -> str:
    name = str(uuid.uuid4())
    saved: str = _storage().save(f"sealed/{name[:2]}/{name}", ContentFile(sealed))
    return saved


def _read(upload: Readable) -> bytes:
    """The whole upload, read no further than the limit."""
    most, data = settings.APPLICANT_FILE_MAX_BYTES, bytearray()
    while chunk := upload.read(_CHUNK_BYTES):
        data += chunk
        if len(data) > most:
            raise FileRefused(f"文件超过大小上限（{_shown_size(most)}），请压缩或拆分后再上传")
    return bytes(data)


def _shown_size(size: int) -> str:
    return f"{size // 1024 // 1024} MB" if size >= 1024 * 1024 else f"{size} 字节"
