"""Names of the streams in an OLE2 compound file (DOC, XLS, PPT, WPS; [MS-CFB]). Pure."""

import struct
from typing import BinaryIO

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_END = 0xFFFFFFFA
"""Sector numbers from here on are marks (end of chain, free, FAT), not sectors."""
_MOST_SECTORS = 2_000
"""Directory sectors followed at most: 8,000 entries, far beyond real documents; stops circular chains."""


def _sector(file: BinaryIO, number: int, size: int) -> bytes:
    file.seek((number + 1) * size)
    return file.read(size).ljust(size, b"\xff")


def _words(data: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(data) // 4}I", data)


def _fat_sectors(file: BinaryIO, header: bytes, size: int) -> list[int]:
    """Sector numbers of the allocation table: 109 in the header, the rest in a chain."""
    numbers = list(_words(header[76:512]))
    following = _words(header[68:72])[0]
    for _ in range(_MOST_SECTORS):
        if following >= _END:
            break
        words = _words(_sector(file, following, size))
        numbers += words[:-1]
        following = words[-1]
    return [number for number in numbers if number < _END]


def stream_names(file: BinaryIO) -> set[str]:
    """Names in the directory; an empty set when the file is damaged or no compound file."""
    file.seek(0)
    header = file.read(512)
    if len(header) < 512 or not header.startswith(MAGIC) or header[30] not in (9, 12):
        return set()
    size = 1 << header[30]
    table = _fat_sectors(file, header, size)
    names: set[str] = set()
    sector = _words(header[48:52])[0]
    for _ in range(_MOST_SECTORS):
        if sector >= _END:
            break
        data = _sector(file, sector, size)
        for start in range(0, size, 128):
            length = struct.unpack("<H", data[start + 64 : start + 66])[0]
            if 2 <= length <= 64:
                names.add(data[start : start + length - 2].decode("utf-16-le", "replace"))
        per_sector = size // 4
        if sector // per_sector >= len(table):
            break
        sector = _words(_sector(file, table[sector // per_sector], size))[sector % per_sector]
    return names
