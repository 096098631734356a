"""Careful reading of ZIP packages (OOXML and OFD are ZIP packages too). Pure."""

import zipfile
from zipfile import ZipFile, ZipInfo

MAX_TOTAL_BYTES = 500 * 1024 * 1024
MAX_RATIO = 200
RATIO_COUNTS_FROM_BYTES = 20 * 1024 * 1024
MAX_MEMBERS = 20_000
MAX_MEMBER_BYTES = 64 * 1024 * 1024
ERRORS = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    NotImplementedError,
    EOFError,
    OSError,
    RuntimeError,
    ValueError,
)
"""Everything `zipfile` is known to raise on damaged, encrypted or unusual packages."""


def bomb_reason(package: ZipFile, packed_bytes: int) -> str:
    """Why the package must not be unpacked, in Chinese; empty when it may.

    Declared sizes suffice: `zipfile` never hands out more bytes of a member than declared. Overlapping members
    (the quine bombs) show in the sum.
    """
    members = package.infolist()
    total = sum(member.file_size for member in members)
    if len(members) > MAX_MEMBERS:
        return f"压缩包内文件过多（{len(members)} 个），疑似恶意文件"
    if total > MAX_TOTAL_BYTES or (total > RATIO_COUNTS_FROM_BYTES and total > packed_bytes * MAX_RATIO):
        return f"压缩内容展开后异常庞大（约 {total // 1024 // 1024} MB），疑似压缩炸弹"
    return ""


def read_member(package: ZipFile, member: str | ZipInfo, limit: int = MAX_MEMBER_BYTES) -> bytes:
    """At most ``limit`` bytes of a member; a longer one raises ValueError."""
    with package.open(member) as stream:
        data = stream.read(limit + 1)
    if len(data) > limit:
        raise ValueError("package member too large")
    return data
