"""Safe download of stored files. Who may download is decided by the caller."""

import re
from typing import IO

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header

from files.kinds import KIND_OF_NAME
from files.models import StoredFile
from files.names import with_extension

_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")
# Nothing in a stored file may run or load anything. PDF viewers of browsers do not start inside a sandbox; script in
# a PDF cannot leave the document.
_POLICY = "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'"
_SANDBOX = f"sandbox; {_POLICY}"


class _Part:
    """A stretch of an open file, for a 206 answer."""

    def __init__(self, file: IO[bytes], start: int, length: int) -> None:
        file.seek(start)
        self._file, self._left = file, length

    def read(self, size: int = -1) -> bytes:
        """The next bytes of the stretch."""
        wanted = self._left if size < 0 else min(size, self._left)
        data = self._file.read(wanted)
        self._left -= len(data)
        return data

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def download_response(
    stored: StoredFile,
    *,
    name: str,
    inline: bool = False,
    request: HttpRequest | None = None,
) -> HttpResponseBase:
    """The file under a safe ``name`` (RFC 6266); with ``request`` also 304, 412, 206 and 416 (RFC 9110 §13, §14).

    ``inline`` shows PDF, images, audio and video in the browser; other kinds are always downloaded. Caches must ask
    again each time, so that a takedown works at once. Raises FileNotFoundError when the storage lost the content.
    """
    headers = _headers(stored, name, inline)
    stretch = _stretch(request, stored) if request else None
    if request and (early := get_conditional_response(request, etag=headers["ETag"])):
        for key in ("ETag", "Cache-Control"):
            early[key] = headers[key]
        return early
    if stretch == (0, 0):
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{stored.size}"})
    file: IO[bytes] = stored.content.storage.open(str(stored.content.name))
    if stretch is None:
        return _answer(FileResponse(file), headers)
    start, length = stretch
    headers["Content-Range"] = f"bytes {start}-{start + length - 1}/{stored.size}"
    headers["Content-Length"] = str(length)
    return _answer(FileResponse(_Part(file, start, length), status=206), headers)


def _answer(response: FileResponse, headers: dict[str, str]) -> FileResponse:
    """With our headers in place of those Django guesses from the name in the storage."""
    for key, value in headers.items():
        response[key] = value
    return response


def _headers(stored: StoredFile, name: str, inline: bool) -> dict[str, str]:
    kind = KIND_OF_NAME[stored.kind]
    shown = inline and kind.inline
    disposition = content_disposition_header(not shown, with_extension(name, stored.extension))
    return {
        "Content-Type": stored.media_type,
        "Content-Length": str(stored.size),
        "Content-Disposition": disposition or "attachment",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": _POLICY if shown and kind.name == "pdf" else _SANDBOX,
        "ETag": f'"{stored.sha256}"',
        "Accept-Ranges": "bytes",
        "Cache-Control": "private, no-cache",
    }


def _stretch(request: HttpRequest, stored: StoredFile) -> tuple[int, int] | None:
    """Start and length in bytes of the one range asked for; None for the whole file, (0, 0) when it lies outside.

    Several ranges at once are answered with the whole file, as RFC 9110 §14.2 allows.
    """
    match = _RANGE.fullmatch(request.headers.get("Range", "").replace(" ", ""))
    if match is None or match[0] == "bytes=-" or request.method != "GET":
        return None
    if request.headers.get("If-Range", f'"{stored.sha256}"') != f'"{stored.sha256}"':
        return None
    first, last = match[1], match[2]
    if not first:
        start = max(0, stored.size - int(last))
        return (start, stored.size - start) if int(last) else (0, 0)
    end = min(int(last), stored.size - 1) if last else stored.size - 1
    if last and int(last) < int(first):
        return None
    return (int(first), end - int(first) + 1) if int(first) < stored.size else (0, 0)
