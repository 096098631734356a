"""Reading files of any size record by record: JSONL, JSON, CSV and XLSX, each also gzipped, in bounded memory."""

import csv
import gzip
import io
import json
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, BinaryIO

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from disclosure.importing.faults import FileFault
from files.charset import encoding_of

MEGABYTE = 1024 * 1024
MOST_BYTES_OF_A_LINE = 20 * MEGABYTE
MOST_BYTES_OF_JSON = 64 * MEGABYTE
MOST_BYTES_UNPACKED = 64 * 1024 * MEGABYTE
MOST_RATIO = 100
RATIO_COUNTS_FROM = 64 * MEGABYTE
MOST_BYTES_OF_SHARED_STRINGS = 256 * MEGABYTE
_LINE = f"一条记录超过 {MOST_BYTES_OF_A_LINE // MEGABYTE} MB"
_BROKEN = "含有损坏的文字（编码既不是 UTF-8，也不是 GB18030）"


@dataclass(frozen=True)
class Record:
    """One record: its line (row) number and what stands there, or why it cannot be read."""

    line: int
    value: Any = None
    fault: str = ""
    excerpt: str = ""


class Unpacked(io.RawIOBase):
    """Bytes of a file, unpacked if gzipped, refusing bombs; `percent` says how far the file itself was read."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._file: BinaryIO = path.open("rb")
        self._size = max(1, path.stat().st_size)
        packed = self._file.read(2) == b"\x1f\x8b"
        self._file.seek(0)
        self._source: Any = gzip.GzipFile(fileobj=self._file) if packed else self._file
        self.is_packed, self._count = packed, 0

    def readable(self) -> bool:
        """Yes."""
        return True

    def readinto(self, buffer: Any) -> int:
        """The next bytes; FileFault for damaged or hostile packing."""
        try:
            data = self._source.read(len(buffer))
        except (OSError, EOFError, zlib.error) as error:
            raise FileFault("压缩文件已损坏或不完整") from error
        self._count += len(data)
        if self.is_packed and self._is_hostile():
            raise FileFault("压缩文件展开后过大，可能是恶意文件，已停止读取")
        buffer[: len(data)] = data
        return len(data)

    def _is_hostile(self) -> bool:
        ratio = self._count / max(1, self._file.tell())
        return self._count > MOST_BYTES_UNPACKED or (self._count > RATIO_COUNTS_FROM and ratio > MOST_RATIO)

    @property
    def percent(self) -> int:
        """How much of the file was read, 0 to 100."""
        return 100 if self._file.closed else min(100, self._file.tell() * 100 // self._size)

    def close(self) -> None:
        """Close the file."""
        self._file.close()
        super().close()


class Source:
    """An open file of records. Use `records(after=…)` once; `percent` tells how far it got."""

    def __init__(self, path: Path, name: str = "") -> None:
        self._name = (name or path.name).lower().removesuffix(".gz")
        try:
            self._raw = Unpacked(path)
        except OSError as error:
            raise FileFault("无法打开文件") from error
        self._bytes = io.BufferedReader(self._raw, MEGABYTE)
        self._path = path
        self._book: IO[bytes] | None = None
        self._total_rows, self._row = 0, 0
        try:
            self.kind = self._recognised()
        except FileFault:
            self.close()
            raise

    @property
    def percent(self) -> int:
        """How much was read, 0 to 100."""
        if self.kind == "xlsx":
            return min(100, self._row * 100 // max(1, self._total_rows))
        return self._raw.percent

    def close(self) -> None:
        """Close the file."""
        self._bytes.close()
        if self._book is not None:
            self._book.close()

    def records(self, after: int = 0, record_list: Callable[[Any], list[Any] | None] | None = None) -> Iterator[Record]:
        """Records beyond line ``after``. ``record_list`` finds the list inside a JSON answer."""
        if self.kind == "jsonl":
            return self._json_lines(after)
        if self.kind == "json":
            return self._json_list(after, record_list)
        if self.kind == "xlsx":
            return self._sheet_rows(after)
        return self._csv_rows(after)

    def _recognised(self) -> str:
        head = self._bytes.peek(64 * 1024)[: 64 * 1024]
        if not head.strip():
            raise FileFault("文件是空的")
        if head.startswith(b"PK\x03\x04"):
            return "xlsx"
        if head.startswith(b"\xd0\xcf\x11\xe0"):
            raise FileFault("这是旧版 Excel 文件（XLS），请另存为 XLSX 再导入")
        if b"\0" in head and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
            raise FileFault("不是 JSONL、JSON、CSV 或 XLSX 文件")
        start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
        if self._name.endswith(".csv") or start not in (b"{", b"["):
            return "csv"
        if self._name.endswith((".jsonl", ".ndjson")) and start == b"{":
            return "jsonl"
        return "jsonl" if start == b"{" and _is_whole(head.split(b"\n", 1)) else "json"

    def _lines(self) -> Iterator[bytes]:
        while line := self._bytes.readline(MOST_BYTES_OF_A_LINE + 1):
            if len(line) <= MOST_BYTES_OF_A_LINE:
                yield line
                continue
            while line and not line.endswith(b"\n"):
                line = self._bytes.readline(MEGABYTE)
            yield b"\0"

    def _json_lines(self, after: int) -> Iterator[Record]:
        for number, line in enumerate(self._lines(), 1):
            if number > after and line.strip():
                yield _json_record(number, line)

    def _json_list(self, after: int, record_list: Callable[[Any], list[Any] | None] | None) -> Iterator[Record]:
        data = self._bytes.read(MOST_BYTES_OF_JSON + 1)
        if len(data) > MOST_BYTES_OF_JSON:
            raise FileFault(f"JSON 文件超过 {MOST_BYTES_OF_JSON // MEGABYTE} MB，请改为每行一条记录的 JSONL 文件")
        whole = _json_record(0, data)
        if whole.fault:
            raise FileFault(f"JSON 文件{whole.fault}")
        found = record_list(whole.value) if record_list else whole.value
        if not isinstance(found, list):
            raise FileFault("没有在 JSON 文件中找到记录列表，请指定字段对应（映射）文件")
        for number, value in enumerate(found, 1):
            if number > after:
                yield Record(number, value)

    def _csv_rows(self, after: int) -> Iterator[Record]:
        damaged: list[int] = []
        csv.field_size_limit(MOST_BYTES_OF_A_LINE)
        rows = csv.reader(self._text_lines(damaged))
        names: list[str] | None = None
        while True:
            damaged.clear()
            try:
                row = next(rows)
            except StopIteration:
                return
            except csv.Error:
                yield Record(rows.line_num, fault="CSV 格式有误（引号不配对或者单元格过大）")
                continue
            if not any(cell.strip() for cell in row):
                continue
            if names is None:
                names = [cell.strip() for cell in row]
            elif rows.line_num > after:
                yield _table_record(rows.line_num, names, row, bool(damaged))

    def _text_lines(self, damaged: list[int]) -> Iterator[str]:
        """Lines as text, for csv; the numbers of those with damaged places are put into ``damaged``."""
        head = self._bytes.peek(4)[:2]
        if head in (b"\xff\xfe", b"\xfe\xff"):
            yield from io.TextIOWrapper(self._bytes, "utf-16", errors="replace", newline="")
            return
        for number, line in enumerate(self._lines(), 1):
            text, is_whole = _decoded(line)
            if not is_whole:
                damaged.append(number)
            yield text.removeprefix("\ufeff") if number == 1 else text

    def _workbook(self) -> IO[bytes]:
        """The workbook as a file that can be read at any place; unpacked first if it was gzipped."""
        if self._raw.is_packed:
            self._book = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the source
            shutil.copyfileobj(self._bytes, self._book, MEGABYTE)
        else:
            self._book = self._path.open("rb")
        return self._book

    def _sheet_rows(self, after: int) -> Iterator[Record]:
        file = self._workbook()
        _refuse_hostile_workbook(file)
        try:
            book = load_workbook(file, read_only=True, data_only=True)
            sheet = book.worksheets[0]
        except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, OSError, IndexError) as error:
            raise FileFault("XLSX 文件已损坏或者设有密码，无法打开") from error
        self._total_rows = sheet.max_row or 0
        names: list[str] | None = None
        for number, cells in enumerate(_whole_rows(sheet), 1):
            self._row = number
            row = ["" if cell is None else cell for cell in cells]
            if not any(str(cell).strip() for cell in row):
                continue
            if names is None:
                names = [str(cell).strip() for cell in row]
            elif number > after:
                yield _table_record(number, names, row, False)


def _whole_rows(sheet: Any) -> Iterator[tuple[Any, ...]]:
    """Rows of a sheet; a sheet that turns out damaged in the middle is a fault of the file."""
    try:
        yield from sheet.iter_rows(values_only=True)
    except (zipfile.BadZipFile, zlib.error, SyntaxError, ValueError, KeyError, EOFError) as error:
        raise FileFault("XLSX 文件已损坏，读到中途无法继续") from error


def _is_whole(lines: list[bytes]) -> bool:
    """True if the first line is a JSON object of its own."""
    with suppress(ValueError, RecursionError):
        return isinstance(json.loads(_decoded(lines[0])[0]), dict)
    # A first record longer than the sample: JSON that is laid out over several lines ends its first line early.
    return len(lines) == 1


def _decoded(line: bytes) -> tuple[str, bool]:
    """Text of ``line`` and whether it is undamaged. The bytes decide: GBK declared as UTF-8 is read as GB18030."""
    try:
        return line.decode("utf-8"), True
    except UnicodeDecodeError:
        text = line.decode(encoding_of(line), "replace")
        return text, "\ufffd" not in text


def _json_record(number: int, line: bytes) -> Record:
    if line == b"\0":
        return Record(number, fault=_LINE)
    text, is_whole = _decoded(line)
    text = text.removeprefix("\ufeff").strip()
    if not is_whole:
        return Record(number, fault=_BROKEN, excerpt=text[:200])
    try:
        return Record(number, json.loads(text))
    except (ValueError, RecursionError):
        return Record(number, fault="不是有效的 JSON", excerpt=text[:200])


def _table_record(number: int, names: list[str], row: list[Any], is_damaged: bool) -> Record:
    excerpt = "，".join(str(cell) for cell in row if str(cell).strip())[:200]
    if is_damaged:
        return Record(number, fault=_BROKEN, excerpt=excerpt)
    if len(row) > len(names) and any(str(cell).strip() for cell in row[len(names) :]):
        return Record(number, fault=f"有 {len(row)} 列，而表头只有 {len(names)} 列", excerpt=excerpt)
    return Record(number, {name: cell for name, cell in zip(names, row, strict=False) if name})


def _refuse_hostile_workbook(file: IO[bytes]) -> None:
    try:
        with zipfile.ZipFile(file) as packed:
            members = packed.infolist()
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise FileFault("XLSX 文件已损坏，无法打开") from error
    total = sum(member.file_size for member in members)
    strings = sum(member.file_size for member in members if member.filename.endswith("sharedStrings.xml"))
    ratio = total / max(1, file.seek(0, io.SEEK_END))
    if not any(member.filename.startswith("xl/") for member in members):
        raise FileFault("这是压缩包，不是 XLSX 表格；请解压后导入其中的文件")
    if strings > MOST_BYTES_OF_SHARED_STRINGS or (total > RATIO_COUNTS_FROM and ratio > MOST_RATIO):
        raise FileFault("XLSX 文件展开后过大，可能是恶意文件，已停止读取")
