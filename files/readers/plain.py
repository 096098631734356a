"""Text of TXT and CSV files."""

from collections.abc import Iterator
from pathlib import Path

from files.charset import decode

READ_BYTES = 16 * 1024 * 1024
"""More than the most characters kept take up in any encoding."""


def read(path: Path) -> Iterator[str]:
    """The whole file, decoded by what its bytes are."""
    with path.open("rb") as file:
        yield decode(file.read(READ_BYTES))
