"""The content decides what a file is; every refusal says why, in Chinese."""

import io
import zipfile

import pytest

from files.errors import FileRefused
from files.sniff import extension_of, identify
from files.zips import MAX_MEMBERS, MAX_TOTAL_BYTES, bomb_reason
from tests.files import samples
from tests.shared import shared_path

GBK = "关于印发工作方案的通知，请认真贯彻执行。".encode("gb18030")
OOXML = {"[Content_Types].xml": "<Types/>", "a.xml": "<a/>"}


def refusal(data: bytes, name: str) -> str:
    with pytest.raises(FileRefused) as refused:
        identify(io.BytesIO(data), len(data), name)
    return str(refused.value)


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("通知.pdf", samples.make_pdf("公开"), "pdf"),
        ("通知.PDF", b"\n\n" + samples.make_pdf("公开"), "pdf"),
        ("通知.docx", samples.make_docx(), "docx"),
        ("表.xlsx", samples.make_xlsx(), "xlsx"),
        ("课件.pptx", samples.make_pptx(), "pptx"),
        ("公告.ofd", samples.make_ofd(), "ofd"),
        ("旧文.doc", samples.make_ole("WordDocument"), "doc"),
        ("旧文.wps", samples.make_ole("WordDocument"), "doc"),
        ("旧表.xls", samples.make_ole("Workbook"), "xls"),
        ("旧片.ppt", samples.make_ole("PowerPoint Document"), "ppt"),
        ("网页.html", samples.HTML, "html"),
        ("片段.htm", "通知正文 <p>第一条</p>".encode(), "html"),
        ("说明.txt", GBK, "txt"),
        ("说明.txt", "第一行\n第二行".encode("utf-16-le"), "txt"),
        ("开头.txt", "MZ 是一种代号".encode(), "txt"),
        ("目录.csv", "标题,文号\n通知,1号\n".encode(), "csv"),
        ("图.png", samples.PNG, "png"),
        ("图.jpeg", samples.JPG, "jpg"),
        ("图.gif", samples.GIF, "gif"),
        ("图.webp", samples.WEBP, "webp"),
        ("附件.zip", samples.zipped({"说明.txt": "内容"}), "zip"),
        ("会议.mp4", samples.MP4, "mp4"),
        ("录音.mp3", samples.MP3, "mp3"),
        ("录音.mp3", b"\xff\xfb\x90\x00" + bytes(64), "mp3"),
    ],
)
def test_it_tells_the_kind_from_the_content(name: str, data: bytes, kind: str) -> None:
    assert identify(io.BytesIO(data), len(data), name).name == kind


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("空.pdf", b"", "文件是空的（0 字节）"),
        ("公告.pdf", samples.EXE, "内容实际是可执行程序"),
        ("公告.exe", samples.EXE, "不接受程序或脚本文件（.exe）"),
        ("公告.pdf", b"\x7fELF\x02\x01\x01" + bytes(40), "内容实际是可执行程序"),
        ("run.sh", b"echo", "不接受程序或脚本文件（.sh）"),
        ("说明.txt", b"#!/bin/sh\nrm -rf /\n", "内容实际是脚本程序"),
        ("说明.txt", b"<?php system($_GET['c']);", "内容实际是脚本程序"),
        ("图.png", samples.HTML, "文件扩展名是 .png，但内容实际是网页（HTML）"),
        ("图.png", b"<!-- x --><script>alert(1)</script>", "但内容实际是网页（HTML）"),
        ("说明.txt", samples.HTML, "文件扩展名是 .txt，但内容实际是网页（HTML）"),
        ("图.png", b"<svg onload='x'/>", "不接受 SVG 图片（可以夹带脚本）"),
        ("图.svg", b"<?xml version='1.0'?><!-- a --><svg xmlns='x'></svg>", "不接受 SVG 图片"),
        ("数据.txt", b"<?xml version='1.0'?><data/>", "内容实际是 XML 数据"),
        ("通知.docx", samples.make_pdf("公开"), "文件扩展名是 .docx，但内容实际是PDF 文档。请改为正确的扩展名（.pdf）"),
        ("通知.pdf", samples.make_docx(), "但内容实际是Word 文档（DOCX）"),
        (
            "表.xlsx",
            samples.make_ole("Workbook"),
            "但内容实际是Excel 97–2003 或 WPS 表格。请改为正确的扩展名（.xls、.et）",
        ),
        ("通知", samples.make_pdf("公开"), "文件名没有扩展名。内容实际是PDF 文档，请补上扩展名（.pdf）"),
        ("说明.md", "标题".encode(), "不接受 .md 文件。内容实际是纯文本"),
        ("表.xlsm", samples.make_xlsx(), "文件带有宏（可执行代码）"),
        ("表.xlsx", samples.replaced(samples.make_xlsx(), {"xl/vbaProject.bin": b"x"}), "文件带有宏"),
        ("文.doc", samples.make_ole("WordDocument", "Macros"), "文件带有宏"),
        ("文.docx", samples.make_ole("EncryptedPackage"), "文件设有打开密码"),
        ("文.doc", samples.make_ole("Unknown"), "无法识别的旧版 Office 文件"),
        ("文.doc", samples.make_ole("WordDocument")[:300], "无法识别的旧版 Office 文件"),
        ("文.docx", samples.make_docx()[:-200], "文件不完整或已损坏（压缩结构无法读取）"),
        ("文.docx", samples.zipped({**OOXML}), "不接受此类 Office 文件"),
        ("文.zip", samples.zipped({"META-INF/MANIFEST.MF": "x", "A.class": "y"}), "内容实际是可执行程序"),
        ("文.odt", samples.zipped({"mimetype": "x", "META-INF/manifest.xml": "y"}), "不接受 OpenDocument 文件"),
        ("包.zip", samples.zipped({"a": bytes(30 * 1024 * 1024)}), "疑似压缩炸弹"),
        ("包.rar", b"Rar!\x1a\x07\x01\x00", "内容实际是RAR 压缩包"),
        ("文.doc", b"{\\rtf1\\ansi}", "内容实际是RTF 文档"),
        ("视频.mp4", b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00", "请转换为 MP4 后再上传"),
        ("乱.txt", bytes(range(256)) * 8, "无法识别的文件类型，或文件已损坏"),
    ],
)
def test_it_refuses_and_says_why(name: str, data: bytes, words: str) -> None:
    assert words in refusal(data, name)


def test_a_pdf_behind_markup_is_not_a_pdf() -> None:
    assert "网页（HTML）" in refusal(samples.HTML + b"%PDF-1.7", "通知.pdf")


def test_it_refuses_packages_whose_declared_sizes_are_absurd() -> None:
    package = zipfile.ZipFile(io.BytesIO(samples.zipped({"a": b"x"})))
    package.filelist[0].file_size = MAX_TOTAL_BYTES + 1
    assert "展开后异常庞大" in bomb_reason(package, 10**9)
    package.filelist *= MAX_MEMBERS + 1
    assert "文件过多" in bomb_reason(package, 10**9)


def test_circular_sector_chains_in_old_office_files_end() -> None:
    data = bytearray(samples.make_ole("WordDocument"))
    data[512 + 4 : 512 + 8] = (1).to_bytes(4, "little")
    assert identify(io.BytesIO(bytes(data)), len(data), "旧文.doc").name == "doc"


def test_the_extension_is_what_follows_the_last_dot() -> None:
    assert extension_of("报告.v2.PDF") == "pdf"
    assert extension_of("无扩展名") == ""
    assert extension_of(".pdf") == ""


def test_all_real_samples_are_what_they_say() -> None:
    folder = shared_path("attachments/ofd").parent
    for path in [*folder.glob("pdf/*"), *folder.glob("docx/*"), *folder.glob("ofd/*")]:
        with path.open("rb") as file:
            kind = identify(file, path.stat().st_size, path.name)
        assert kind.name == path.suffix[1:], path.name
