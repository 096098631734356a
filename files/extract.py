"""Text of a file, whatever its kind. Runs inside the extraction process: no Django here."""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Literal
from zipfile import ZipFile

from files import zips
from files.errors import Unreadable
from files.fold import fold

State = Literal["done", "none", "failed", "unsupported"]
READERS = {
    "pdf": "files.readers.pdf",
    "docx": "files.readers.word",
    "xlsx": "files.readers.excel",
    "pptx": "files.readers.slides",
    "ofd": "files.readers.ofd",
    "html": "files.readers.web",
    "txt": "files.readers.plain",
    "csv": "files.readers.plain",
}
"""Named, not imported: each extraction process loads only the library it needs."""
LEGACY = ("doc", "xls", "ppt")
_PACKAGES = ("docx", "xlsx", "pptx", "ofd")
_NO_TEXT = "没有可提取的文字"
_NO_TEXT_PDF = "没有可提取的文字，可能是扫描件"


@dataclass(frozen=True, slots=True)
class Extraction:
    """How an extraction ended; ``note`` is Chinese and meant for the office."""

    state: State
    text: str = ""
    note: str = ""


def extract(path: Path, kind: str, *, max_chars: int) -> Extraction:
    """Folded text of ``path``, cut at ``max_chars``. Never raises on a bad file."""
    try:
        _check_package(path, kind)
        text, cut = _collect(_pieces(path, kind), max_chars)
    except Unreadable as reason:
        return Extraction("failed", note=str(reason))
    except MemoryError:
        return Extraction("failed", note="提取文字时超出内存限制，文件内容异常")
    except Exception as error:  # parsers raise whatever they like on hostile input
        return Extraction(
            "failed",
            note=f"文件已损坏或格式不规范，无法提取文字（{type(error).__name__}）",
        )
    if not text:
        return Extraction("none", note=_NO_TEXT_PDF if kind == "pdf" else _NO_TEXT)
    return Extraction("done", text, f"文字过长，只收录前 {max_chars} 字" if cut else "")


def _pieces(path: Path, kind: str) -> Iterator[str]:
    pieces: Iterator[str]
    if kind in LEGACY:
        pieces = import_module("files.readers.legacy").read_as(path, kind)
    else:
        pieces = import_module(READERS[kind]).read(path)
    return pieces


def _check_package(path: Path, kind: str) -> None:
    if kind not in _PACKAGES:
        return
    try:
        with ZipFile(path) as package:
            reason = zips.bomb_reason(package, path.stat().st_size)
    except zips.ERRORS as error:
        raise Unreadable("文件不是完整的压缩包，已损坏") from error
    if reason:
        raise Unreadable(reason)


def _collect(pieces: Iterator[str], max_chars: int) -> tuple[str, bool]:
    """Folded text of the pieces and whether some was cut off."""
    kept: list[str] = []
    left = max_chars
    for piece in pieces:
        # Folding shortens; the raw piece is cut first so that one endless piece costs little.
        folded = fold(piece[: left * 4])
        if len(folded) > left:
            kept.append(folded[:left])
            return "\n".join(kept), True
        if folded:
            kept.append(folded)
            left -= len(folded) + 1
        if left <= 0:
            return "\n".join(kept), True
    return "\n".join(kept), False
