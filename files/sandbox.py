"""Extraction in a process of its own, so that a hostile file can hurt nothing but that process."""

import json
import os
import signal
import subprocess
import sys
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from files.extract import LEGACY, Extraction
from files.readers.legacy import office_program

_ROOT = Path(__file__).resolve().parent.parent
_GIB = 1024**3
_MAX_ANSWER_BYTES = 64 * 1024 * 1024
_CRASHED = "文件内容异常，解析程序中止，无法提取文字"
_TOO_SLOW = "提取文字超过 {seconds} 秒仍未完成，已停止；文件可能过于复杂或已损坏"


@dataclass(frozen=True, slots=True)
class Limits:
    """What one extraction may use."""

    seconds: int = 30
    memory_bytes: int = _GIB
    max_chars: int = 2_000_000


def extract_in_sandbox(path: Path, kind: str, limits: Limits) -> Extraction:
    """Text of ``path``, a file of ``kind``, by `files.extract_main`. Never raises on a bad file."""
    if kind in LEGACY and office_program() is None:
        return Extraction(
            "unsupported",
            note="服务器未安装 LibreOffice，旧版 Office 和 WPS 文件不提取文字",
        )
    with (
        tempfile.TemporaryDirectory(prefix="extract-") as folder,
        tempfile.TemporaryFile() as answer,
    ):
        process = subprocess.Popen(
            _command(path, kind, limits),
            cwd=_ROOT,
            env=_environment(folder),
            stdin=subprocess.DEVNULL,
            stdout=answer,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            status = process.wait(limits.seconds)
        except subprocess.TimeoutExpired:
            return Extraction("failed", note=_TOO_SLOW.format(seconds=limits.seconds))
        finally:
            _stop(process)
        if status == -signal.SIGXCPU:
            return Extraction("failed", note=_TOO_SLOW.format(seconds=limits.seconds))
        return _answer(answer, status)


def _command(path: Path, kind: str, limits: Limits) -> list[str]:
    # LibreOffice maps several GiB without using them.
    memory = limits.memory_bytes * (6 if kind in LEGACY else 1)
    numbers = [str(limits.max_chars), str(memory), str(limits.seconds)]
    return [
        sys.executable,
        "-m",
        "files.extract_main",
        kind,
        str(path.resolve()),
        *numbers,
    ]


def _environment(folder: str) -> dict[str, str]:
    """As little as possible: no database address, no keys; one thread (each reserves address space)."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "LANG": "C.UTF-8",
        "HOME": folder,
        "TMPDIR": folder,
        "PYTHONDONTWRITEBYTECODE": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
    }


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End the process and whatever it started (LibreOffice)."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _answer(stream: IO[bytes], status: int) -> Extraction:
    stream.seek(0)
    data = stream.read(_MAX_ANSWER_BYTES)
    if status != 0:
        return Extraction("failed", note=_CRASHED)
    try:
        return Extraction(**json.loads(data))
    except (ValueError, TypeError):
        return Extraction("failed", note=_CRASHED)
