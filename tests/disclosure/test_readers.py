"""Files as they come: formats, encodings, damage, hostility."""

import gzip
import io
import json
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook

from disclosure.importing import readers
from disclosure.importing.faults import FileFault
from disclosure.importing.mapping import list_in
from disclosure.importing.readers import Record, Source

ROWS = [
    {"标题": "关于甲的通知", "文号": "云教发〔2024〕1号"},
    {"标题": "关于乙的通知，含逗号", "文号": "云教发〔2024〕2号"},
]


def read(path: Path, data: bytes, after: int = 0) -> list[Record]:
    path.write_bytes(data)
    source = Source(path)
    try:
        return list(source.records(after, list_in))
    finally:
        source.close()


def as_jsonl() -> bytes:
    return "\n".join(json.dumps(row, ensure_ascii=False) for row in ROWS).encode()


def as_csv() -> bytes:
    return '标题,文号\r\n关于甲的通知,云教发〔2024〕1号\r\n"关于乙的通知，含逗号",云教发〔2024〕2号\r\n'.encode()


def as_xlsx() -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["标题", "文号"])
    for row in ROWS:
        sheet.append(list(row.values()))
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.jsonl", as_jsonl()),
        ("a.jsonl.gz", gzip.compress(as_jsonl())),
        ("a.json", json.dumps(ROWS).encode()),
        ("a.json.gz", gzip.compress(json.dumps(ROWS, indent=1).encode())),
        ("a.csv", as_csv()),
        ("a.csv.gz", gzip.compress(as_csv())),
        ("a.xlsx", as_xlsx()),
        ("a.xlsx.gz", gzip.compress(as_xlsx())),
        ("bom.csv", b"\xef\xbb\xbf" + as_csv()),
        ("bom.jsonl", b"\xef\xbb\xbf" + as_jsonl()),
        ("gbk.csv", as_csv().decode().encode("gb18030")),
        ("gbk.jsonl", as_jsonl().decode().encode("gb18030")),
        ("excel-unicode.csv", as_csv().decode().encode("utf-16")),
        ("no-suffix", as_jsonl()),
        ("wrong-suffix.csv.xlsx", as_xlsx()),
    ],
)
def test_the_same_rows_come_out_of_every_format_and_encoding(tmp_path: Path, name: str, data: bytes) -> None:
    found = read(tmp_path / name, data)
    assert [record.value for record in found] == ROWS
    assert not any(record.fault for record in found)


@pytest.mark.parametrize("data", [as_jsonl(), as_csv(), as_xlsx(), json.dumps(ROWS).encode()])
def test_it_goes_on_after_a_line(tmp_path: Path, data: bytes) -> None:
    first, second = read(tmp_path / "a", data)
    assert [record.value for record in read(tmp_path / "a", data, after=first.line)] == [second.value]


def test_a_broken_line_is_told_by_its_number_and_the_rest_is_read(tmp_path: Path) -> None:
    good = as_jsonl().split(b"\n")
    data = b"\n".join([good[0], b"{broken", "标题".encode()[:4] + b"\xff\xff", b"", good[1]])
    found = read(tmp_path / "a.jsonl", data)
    assert [record.line for record in found] == [1, 2, 3, 5]
    assert [bool(record.fault) for record in found] == [False, True, True, False]


def test_a_damaged_character_is_a_refused_line_not_a_silent_replacement(tmp_path: Path) -> None:
    line = '{"标题": "关于教育经费投入保障机制的通知关于教育经费投入保障机制的通知"}'.encode()
    found = read(tmp_path / "a.jsonl", line[:30] + b"\xe6" + line[30:])
    assert "编码" in found[0].fault


def test_quoted_line_ends_in_csv_keep_one_record(tmp_path: Path) -> None:
    found = read(tmp_path / "a.csv", '标题,正文\n甲,"一\n二"\n乙,三\n'.encode())
    assert [record.value["正文"] for record in found] == ["一\n二", "三"]


def test_a_row_with_more_cells_than_names_is_refused(tmp_path: Path) -> None:
    found = read(tmp_path / "a.csv", "标题,正文\n甲,一,二,三\n".encode())
    assert "4 列" in found[0].fault


@pytest.mark.parametrize(
    "line",
    [b"[" * 100_000, b'{"a": ' + b"9" * 5000 + b"}", b'{"a": 1} x', b"\x00\x01"],
    ids=["deep", "huge", "tail", "nul"],
)
def test_hostile_json_is_a_refused_line(tmp_path: Path, line: bytes) -> None:
    found = read(tmp_path / "a.jsonl", b'{"title": 1}\n' + line + b"\n" if b"\0" not in line else b'{"title": 1}\n"\n')
    assert found[1].fault


def test_a_line_that_never_ends_is_refused_and_the_next_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readers, "MOST_BYTES_OF_A_LINE", 1000)
    found = read(tmp_path / "a.jsonl", b'{"a": 1}\n{"a": "' + b"x" * 5000 + b'"}\n{"a": 2}\n')
    assert [record.value for record in found if not record.fault] == [{"a": 1}, {"a": 2}]
    assert "超过" in found[1].fault


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "空的"),
        (b" \n ", "空的"),
        (b"\xd0\xcf\x11\xe0" + b"x" * 600, "旧版 Excel"),
        (b"\x89PNG\r\n\x1a\n\0\0\0", "不是"),
        (b"PK\x03\x04garbage", "损坏"),
        (gzip.compress(as_jsonl())[:-9], "损坏"),
        (b"\x1f\x8bgarbage", "损坏"),
        (b'{"a": [', "JSON"),
    ],
)
def test_a_file_that_is_none_is_refused_in_words(tmp_path: Path, data: bytes, said: str) -> None:
    with pytest.raises(FileFault, match=said):
        found = read(tmp_path / "a", data)
        raise FileFault(found[0].fault)


def test_a_gzip_bomb_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readers, "RATIO_COUNTS_FROM", 1_000_000)
    with pytest.raises(FileFault, match="过大"):
        read(tmp_path / "a.jsonl.gz", gzip.compress(b'{"a": 1}\n' + b" " * 30_000_000))


def test_an_xlsx_bomb_and_a_plain_zip_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readers, "RATIO_COUNTS_FROM", 1_000_000)
    for member, said in (("xl/worksheets/sheet1.xml", "过大"), ("a.txt", "不是 XLSX")):
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
            packed.writestr(member, b" " * 5_000_000)
        with pytest.raises(FileFault, match=said):
            read(tmp_path / "a.xlsx", target.getvalue())


def test_progress_runs_to_the_end(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'{"a": 1}\n' * 1000)
    source = Source(path)
    list(source.records())
    assert source.percent == 100
    source.close()
