"""Text of files of every kind, in the extraction process, hostile ones included."""

import time
from pathlib import Path

import pytest

from files.extract import Extraction
from files.sandbox import Limits, extract_in_sandbox
from tests.files import samples
from tests.shared import shared_path

BOMB = bytes(30 * 1024 * 1024)


def extracted(folder: Path, kind: str, data: bytes, limits: Limits | None = None) -> Extraction:
    path = folder / "content"
    path.write_bytes(data)
    return extract_in_sandbox(path, kind, limits or Limits())


def test_a_browser_printed_pdf_is_found_by_the_characters_one_types(tmp_path: Path) -> None:
    result = extracted(tmp_path, "pdf", samples.make_pdf("⼯作⽬录"))
    assert (result.state, result.text) == ("done", "工作目录")


def test_a_scan_says_that_it_has_no_text(tmp_path: Path) -> None:
    result = extracted(tmp_path, "pdf", samples.make_pdf(None))
    assert (result.state, result.note) == ("none", "没有可提取的文字，可能是扫描件")


def test_docx_gives_paragraphs_tables_and_headers(tmp_path: Path) -> None:
    result = extracted(tmp_path, "docx", samples.make_docx())
    assert result.state == "done"
    assert result.text.count("招生计划表") == 1
    for words in ("关于做好春季义务教育招生工作的通知", "青溪区", "1200 人", "云岚市教育局文件"):
        assert words in result.text


def test_xlsx_gives_sheet_names_and_cells_of_a_row_together(tmp_path: Path) -> None:
    result = extracted(tmp_path, "xlsx", samples.make_xlsx())
    assert result.text.splitlines() == [
        "收支总表",
        "项目\t金额（万元）",
        "一般公共预算拨款\t1280",
        "三公经费",
        "公务接待费\t3.5",
    ]


def test_pptx_gives_text_boxes_tables_and_notes_in_order(tmp_path: Path) -> None:
    text = extracted(tmp_path, "pptx", samples.make_pptx()).text
    assert text.index("政务公开培训") < text.index("依申请公开流程") < text.index("讲解二十个工作日")


def test_ofd_joins_characters_by_position_and_takes_a_template_once(tmp_path: Path) -> None:
    result = extracted(tmp_path, "ofd", samples.make_ofd())
    assert result.text.splitlines() == ["云岚市水务简报", "公告 第1号", "临河县供水", "停水时间另行通知"]


def test_html_is_read_by_its_bytes_without_scripts_even_when_it_lies_about_its_encoding(tmp_path: Path) -> None:
    page = (
        '<?xml version="1.0" encoding="UTF-8"?><html><head><meta charset="utf-8"><title>标题</title>'
        "<style>p{}</style><script>秘密()</script></head><body><p>公<b>开</b>指南</p>"
        "尾<!-- 注 -->巴<td>格</td></body></html>"
    )
    text = extracted(tmp_path, "html", page.encode("gb18030")).text
    assert "公开指南" in text and "标题" in text and "尾巴" in text
    assert "秘密" not in text and "p{}" not in text and "注" not in text


def test_gbk_text_is_read(tmp_path: Path) -> None:
    assert extracted(tmp_path, "txt", "政府信息公开".encode("gbk")).text == "政府信息公开"


def test_text_is_cut_at_the_limit_and_says_so(tmp_path: Path) -> None:
    result = extracted(tmp_path, "txt", "公开".encode() * 500, Limits(max_chars=100))
    assert (result.state, len(result.text), result.note) == ("done", 100, "文字过长，只收录前 100 字")


def test_an_empty_docx_says_that_it_has_no_text(tmp_path: Path) -> None:
    data = samples.zipped(
        {
            "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Override PartName="/d.xml" '
            'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document'
            '.main+xml"/></Types>',
            "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            '<Relationship Id="r" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
            'officeDocument" Target="d.xml"/></Relationships>',
            "d.xml": '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body/></w:document>',
        }
    )
    assert extracted(tmp_path, "docx", data) == Extraction("none", note="没有可提取的文字")


@pytest.mark.parametrize(
    ("kind", "data", "words"),
    [
        ("pdf", b"%PDF-1.7\n" + b"garbage " * 50, "PDF 文件已损坏"),
        ("pdf", samples.make_pdf("公开")[:120], "PDF"),
        ("docx", samples.make_docx()[:-100], "文件不是完整的压缩包"),
        ("docx", samples.replaced(samples.make_docx(), {"word/document.xml": "<w:document"}), "格式不规范"),
        ("docx", samples.replaced(samples.make_docx(), {"bomb": BOMB}), "疑似压缩炸弹"),
        ("xlsx", samples.replaced(samples.make_xlsx(), {"xl/workbook.xml": "x"}), "格式不规范"),
        ("ofd", samples.make_ofd(OFD="<a/>"), "没有写明正文位置"),
        ("ofd", samples.make_ofd(Document="<ofd:Document"), "OFD 部件 Doc_0/Document.xml 已损坏"),
        ("ofd", samples.make_ofd(OFD=samples.LAUGHS + "<l>&j;</l>"), "OFD 部件 OFD.xml 已损坏"),
        ("ofd", samples.make_ofd(Content="<broken"), "Content.xml 已损坏"),
        ("ofd", samples.zipped({"OFD.xml": "<a><DocRoot>../../x</DocRoot></a>"}), "OFD 缺少部件 ../../x"),
        ("ofd", b"not a package", "文件不是完整的压缩包"),
    ],
)
def test_a_broken_file_ends_as_failed_with_a_reason(tmp_path: Path, kind: str, data: bytes, words: str) -> None:
    result = extracted(tmp_path, kind, data)
    assert result.state == "failed"
    assert words in result.note


@pytest.mark.parametrize("member", ["word/document.xml", "xl/sharedStrings.xml"])
def test_entity_bombs_in_office_files_do_not_explode(tmp_path: Path, member: str) -> None:
    whole = samples.make_docx() if member.startswith("word") else samples.make_xlsx()
    root = (
        '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>&j;'
        "</w:t></w:r></w:p></w:body></w:document>"
        if member.startswith("word")
        else '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>&j;</t></si></sst>'
    )
    began = time.monotonic()
    result = extracted(
        tmp_path,
        "docx" if member.startswith("word") else "xlsx",
        samples.replaced(whole, {member: samples.LAUGHS + root}),
    )
    assert time.monotonic() - began < 10
    assert "哈哈哈哈哈哈哈哈哈哈哈" not in result.text


def test_one_damaged_page_of_an_ofd_costs_only_that_page(tmp_path: Path) -> None:
    members = samples.ofd_members() | {"Doc_0/Pages/Page_0/Content.xml": "<broken"}
    assert "停水时间另行通知" in extracted(tmp_path, "ofd", samples.zipped(members)).text


def test_ofd_folder_names_stored_in_gbk_are_found(tmp_path: Path) -> None:
    members = {
        name.replace("Doc_0", "Doc_0".encode("gbk").decode("cp437")): data
        for name, data in samples.ofd_members().items()
    }
    chinese = "文档".encode("gbk").decode("cp437")
    members = {name.replace("Doc_0", chinese): data for name, data in members.items()}
    root = "<OFD><DocBody><DocRoot>文档/Document.xml</DocRoot></DocBody></OFD>"
    assert "临河县供水" in extracted(tmp_path, "ofd", samples.zipped(members | {"OFD.xml": root})).text


def test_too_little_memory_ends_as_failed_not_as_an_error(tmp_path: Path) -> None:
    result = extracted(tmp_path, "txt", b"abc", Limits(memory_bytes=8 * 1024 * 1024))
    assert result.state == "failed"
    assert result.note


def fake_office(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    program = folder / "bin" / "soffice"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")


def test_old_office_files_are_unsupported_without_libreoffice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    result = extracted(tmp_path, "doc", samples.make_ole("WordDocument"))
    assert result.state == "unsupported"
    assert "未安装 LibreOffice" in result.note


def test_old_office_files_are_converted_and_then_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "ready.docx").write_bytes(samples.make_docx())
    script = f'while [ "$1" != --outdir ]; do shift; done; mkdir "$2" && cp {tmp_path}/ready.docx "$2/source.docx"'
    fake_office(tmp_path, monkeypatch, script)
    assert "义务教育招生工作" in extracted(tmp_path, "doc", samples.make_ole("WordDocument")).text


def test_a_conversion_without_result_ends_as_failed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake_office(tmp_path, monkeypatch, "exit 1")
    result = extracted(tmp_path, "xls", samples.make_ole("Workbook"))
    assert (result.state, result.note) == ("failed", "旧版 Office 或 WPS 文件无法转换，可能已损坏或设有密码")


def test_a_hanging_conversion_is_stopped_with_everything_it_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_office(tmp_path, monkeypatch, f"echo $$ > {tmp_path}/pid; sleep 60; true")
    pid, content = tmp_path / "pid", samples.make_ole("WordDocument")
    for seconds in (2, 8, 30):  # a busy machine may need longer to start the conversion than it is given
        result = extracted(tmp_path, "doc", content, Limits(seconds=seconds))
        assert (result.state, f"超过 {seconds} 秒" in result.note) == ("failed", True)
        if pid.exists():
            break
    status = Path(f"/proc/{pid.read_text().strip()}/status")
    deadline = time.monotonic() + 5
    while status.exists() and "Z (zombie)" not in status.read_text() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not status.exists() or "Z (zombie)" in status.read_text()


REAL = [
    ("pdf/普陀区规划资源局2024部门决算.pdf", "上海市普陀区规划和自然资源局"),
    ("pdf/普陀区规划资源局2024部门决算.pdf", "工作"),
    ("pdf/洪泽区2024政府信息公开年报.pdf", "根据《中华人民共和国政府信息公开条例》"),
    ("pdf/淮安市2024政府信息公开年报.pdf", "政府信息公开工作年度报告"),
    ("pdf/GovDoc-CN_397_BIO.txt", "发文机关标志"),
    ("docx/政务公开年报模版.docx", "主动公开政府信息情况"),
    ("ofd/AddAttachment.ofd", "这是一个带有附件的OFD文件"),
    ("ofd/SplitParagraph.ofd", "“超长文档“裁切测试"),
    ("ofd/chineseDir.ofd", "OFD Reader&Writer！"),
    ("ofd/namespace_no_std.ofd", "OFD Reader&Writer！"),
    ("ofd/path_unstd.ofd", "立案决定书"),
    ("ofd/testImageNotFound.ofd", "矿产资源勘查许可证"),
    ("ofd/z.ofd", "字型变换"),
    ("ofd/发票示例.ofd", "重庆增值税电子普通发票"),
    ("ofd/透明度文字.ofd", "你好呀"),
]


@pytest.mark.parametrize(("name", "words"), REAL)
def test_real_files_are_found_by_words_a_reader_sees_in_them(name: str, words: str) -> None:
    path = shared_path(f"attachments/{name}")
    assert words in extract_in_sandbox(path, path.suffix[1:], Limits()).text


def test_a_real_scan_says_that_it_has_no_text() -> None:
    path = shared_path("attachments/pdf/烟草专卖_办理流程bllc.pdf")
    assert extract_in_sandbox(path, "pdf", Limits()).state == "none"
