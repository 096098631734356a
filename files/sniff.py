"""What a file really is, by its content; never by its name or by what the browser claims. Pure."""

import re
from typing import BinaryIO
from zipfile import ZipFile

from files import ole, zips
from files.charset import text_of_sample
from files.errors import FileRefused
from files.kinds import EXTENSIONS, KIND_OF_EXTENSION, KIND_OF_NAME, Kind

SAMPLE_BYTES = 64 * 1024
_PROGRAM = "可执行程序"
_SCRIPT = "脚本程序"
_MACRO = "文件带有宏（可执行代码）。请另存为不含宏的格式（如 docx、xlsx、pptx）后再上传"

# Told apart only to be named in the refusal.
_REFUSED_STARTS = (
    (b"MZ", _PROGRAM),
    (b"\x7fELF", _PROGRAM),
    (b"\xca\xfe\xba\xbe", _PROGRAM),
    (b"\xfe\xed\xfa", _PROGRAM),
    (b"\xce\xfa\xed\xfe", _PROGRAM),
    (b"\xcf\xfa\xed\xfe", _PROGRAM),
    (b"\x00asm", _PROGRAM),
    (b"dex\n", _PROGRAM),
    (b"L\x00\x00\x00\x01\x14\x02\x00", "快捷方式（可执行）"),
    (b"MSCF", "CAB 安装包"),
    (b"Rar!\x1a\x07", "RAR 压缩包"),
    (b"7z\xbc\xaf\x27\x1c", "7z 压缩包"),
    (b"\x1f\x8b", "GZIP 压缩包"),
    (b"BZh", "BZIP2 压缩包"),
    (b"\xfd7zXZ\x00", "XZ 压缩包"),
    (b"{\\rtf", "RTF 文档"),
    (b"II*\x00", "TIFF 图片"),
    (b"MM\x00*", "TIFF 图片"),
    (b"BM", "BMP 图片"),
    (b"%!PS", "PostScript 文件"),
)
_STARTS = (
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpg"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
)
_MP4_BRANDS = (
    b"isom",
    b"iso2",
    b"iso4",
    b"iso5",
    b"iso6",
    b"mp41",
    b"mp42",
    b"avc1",
    b"M4V ",
    b"M4VP",
    b"dash",
    b"MSNV",
)
# fmt: off
_SCRIPT_EXTENSIONS = frozenset({
    "bat", "cmd", "com", "exe", "dll", "scr", "msi", "ps1", "psm1", "vbs", "vbe", "js", "mjs", "jse", "wsf", "wsh",
    "hta", "sh", "bash", "py", "pyw", "rb", "pl", "php", "php5", "phtml", "phar", "asp", "aspx", "jsp", "jspx", "cgi",
    "jar", "apk", "lnk", "reg", "inf", "cpl", "chm",
})
_MACRO_EXTENSIONS = frozenset({
    "docm", "dotm", "xlsm", "xltm", "xlsb", "xlam", "pptm", "potm", "ppsm", "ppam",
})
# fmt: on
_SCRIPT_START = re.compile(r"#!|<\?php|<\?=|<%@|@echo\s+off|#\s*!/")
_SVG = re.compile(r"<svg[\s>]", re.IGNORECASE)
_MARKUP_HEAD = re.compile(r"(?:\s|<\?xml.*?\?>|<!--.*?-->|<!doctype\s+svg[^>]*>)*", re.IGNORECASE | re.DOTALL)
_HTML_START = re.compile(
    r"<(?:!doctype\s+html|html|head|body|title|meta|link|script|style|iframe|h[1-6]|div|p|table|font|br|b|a)\b",
    re.IGNORECASE,
)
_HTML_ANYWHERE = re.compile(r"<(?:html|head|body|script|div|table|p|span)\b[^>]*>", re.IGNORECASE)


def extension_of(name: str) -> str:
    """Lower-case extension without the dot; empty when there is none."""
    stem, dot, extension = name.rpartition(".")
    return extension.strip().lower() if dot and stem else ""


def identify(file: BinaryIO, size: int, name: str) -> Kind:
    """The kind of ``file`` (seekable, ``size`` bytes), whose name must agree with it; else `FileRefused`."""
    extension = extension_of(name)
    if size == 0:
        raise FileRefused("文件是空的（0 字节），请检查后重新上传")
    if extension in _MACRO_EXTENSIONS:
        raise FileRefused(_MACRO)
    if extension in _SCRIPT_EXTENSIONS:
        raise FileRefused(f"不接受程序或脚本文件（.{extension}）")
    kind = KIND_OF_NAME[_name_of_content(file, size, extension)]
    _refuse_lie(kind, extension)
    return kind


def _refuse_lie(kind: Kind, extension: str) -> None:
    right = "、".join(f".{each}" for each in kind.extensions)
    if extension in kind.extensions:
        return
    if not extension:
        raise FileRefused(f"文件名没有扩展名。内容实际是{kind.label}，请补上扩展名（{right}）后再上传")
    if extension not in KIND_OF_EXTENSION:
        raise FileRefused(f"不接受 .{extension} 文件。内容实际是{kind.label}，如确需上传请使用正确的扩展名（{right}）")
    raise FileRefused(f"文件扩展名是 .{extension}，但内容实际是{kind.label}。请改为正确的扩展名（{right}）后再上传")


def _name_of_content(file: BinaryIO, size: int, extension: str) -> str:
    file.seek(0)
    head = file.read(SAMPLE_BYTES)
    for start, label in _REFUSED_STARTS:
        # Two letters could begin a text as well.
        if head.startswith(start) and (len(start) > 2 or text_of_sample(head) is None):
            raise FileRefused(f"不接受此类文件：内容实际是{label}")
    for start, name in _STARTS:
        if head.startswith(start):
            return name
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _name_of_package(file, size)
    if head.startswith(ole.MAGIC):
        return _name_of_compound(file)
    return _name_of_media(head) or _name_of_text(head, extension)


def _name_of_media(head: bytes) -> str:
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "webp"
    if head[4:8] == b"ftyp":
        if head[8:12] in _MP4_BRANDS:
            return "mp4"
        raise FileRefused("不接受此类文件：内容是 MP4 以外的视频或图片容器，请转换为 MP4 后再上传")
    if head[:3] == b"ID3" or (len(head) > 3 and head[0] == 0xFF and head[1] & 0xE6 == 0xE2):
        return "mp3"
    # Readers accept some bytes before the header; a page of markup there makes it another file.
    start = head[:1024].find(b"%PDF-")
    return "pdf" if start == 0 or (start > 0 and b"<" not in head[:start]) else ""


def _name_of_text(head: bytes, extension: str) -> str:
    text = text_of_sample(head)
    if text is None:
        kinds = "、".join(EXTENSIONS)
        raise FileRefused(f"无法识别的文件类型，或文件已损坏。可上传的类型：{kinds}")
    start = _MARKUP_HEAD.sub("", text, count=1)
    if _SCRIPT_START.match(start) or _SCRIPT_START.match(text.lstrip()):
        raise FileRefused(f"不接受此类文件：内容实际是{_SCRIPT}")
    if _SVG.match(start):
        raise FileRefused("不接受 SVG 图片（可以夹带脚本），请转换为 PNG 后再上传")
    if _HTML_START.match(start) or (extension in ("html", "htm") and _HTML_ANYWHERE.search(text)):
        return "html"
    if text.lstrip().startswith("<?xml"):
        raise FileRefused("不接受此类文件：内容实际是 XML 数据")
    return "csv" if extension == "csv" else "txt"


def _name_of_compound(file: BinaryIO) -> str:
    names = ole.stream_names(file)
    if "EncryptedPackage" in names:
        raise FileRefused("文件设有打开密码。请取消密码后再上传")
    if names & {"Macros", "_VBA_PROJECT", "_VBA_PROJECT_CUR", "VBA"}:
        raise FileRefused(_MACRO)
    for stream, name in (
        ("WordDocument", "doc"),
        ("Workbook", "xls"),
        ("Book", "xls"),
        ("PowerPoint Document", "ppt"),
    ):
        if stream in names:
            return name
    raise FileRefused("无法识别的旧版 Office 文件，或文件已损坏")


def _name_of_package(file: BinaryIO, size: int) -> str:
    try:
        file.seek(0)
        with ZipFile(file) as package:
            if reason := zips.bomb_reason(package, size):
                raise FileRefused(f"不接受此文件：{reason}")
            return _name_of_members(package)
    except FileRefused:
        raise
    except zips.ERRORS as error:
        raise FileRefused("文件不完整或已损坏（压缩结构无法读取），请重新导出后再上传") from error


def _name_of_members(package: ZipFile) -> str:
    names = {name.replace("\\", "/").lstrip("/").lower() for name in package.namelist()}
    if "[content_types].xml" in names:
        return _name_of_office(package, names)
    if "ofd.xml" in names:
        return "ofd"
    if {"androidmanifest.xml", "meta-inf/manifest.mf"} & names:
        raise FileRefused(f"不接受此类文件：内容实际是{_PROGRAM}")
    if "mimetype" in names and "meta-inf/manifest.xml" in names:
        raise FileRefused("不接受 OpenDocument 文件（odt、ods、odp），请另存为 docx、xlsx 或 PDF 后再上传")
    return "zip"


def _name_of_office(package: ZipFile, names: set[str]) -> str:
    member = next(name for name in package.namelist() if name.lstrip("/").lower() == "[content_types].xml")
    types = zips.read_member(package, member, 4 * 1024 * 1024)
    if b"macroEnabled" in types or any(name.endswith("vbaproject.bin") for name in names):
        raise FileRefused(_MACRO)
    for mark, name in (
        (b"wordprocessingml.document.main+xml", "docx"),
        (b"spreadsheetml.sheet.main+xml", "xlsx"),
        (b"presentationml.presentation.main+xml", "pptx"),
    ):
        if mark in types:
            return name
    raise FileRefused("不接受此类 Office 文件（如模板、放映文件），请另存为 docx、xlsx 或 pptx 后再上传")
