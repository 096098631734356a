"""Zip archives whose bytes depend on what they hold alone, so that a digest says what was sent. Pure."""

import io
import zipfile
from collections.abc import Callable, Mapping

EPOCH = (1980, 1, 1, 0, 0, 0)
FIRST = "[Content_Types].xml"  # of an Office file
Edit = Callable[[bytes], bytes]


def same_bytes(raw: bytes, edits: Mapping[str, Edit] | None = None) -> bytes:
    """The archive written again with one date and one order for all its members; ``edits`` change members by name."""
    written, changed = io.BytesIO(), edits or {}
    with zipfile.ZipFile(io.BytesIO(raw)) as source, zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as target:
        for name in sorted(source.namelist(), key=lambda each: (each != FIRST, each)):
            content = source.read(name)
            member = zipfile.ZipInfo(name, EPOCH)
            member.compress_type, member.create_system, member.external_attr = zipfile.ZIP_DEFLATED, 3, 0o600 << 16
            target.writestr(member, changed[name](content) if name in changed else content)
    return written.getvalue()
