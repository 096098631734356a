"""Small files of every kind, made in memory."""

import io
import struct
import zipfile

import docx
import openpyxl
import pptx
from pptx.util import Cm

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
JPG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01"
GIF = b"GIF89a\x01\x00\x01\x00\x00\x00\x00;"
WEBP = b"RIFF\x1a\x00\x00\x00WEBPVP8L\x0d\x00\x00\x00"
MP4 = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00isommp42"
MP3 = b"ID3\x03\x00\x00\x00\x00\x00\x00"
EXE = b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff\x00\x00"
HTML = "<!DOCTYPE html><html><body><p>关于公开工作的通知</p></body></html>".encode()
LAUGHS = (
    '<!DOCTYPE l [<!ENTITY a "哈哈哈哈哈哈哈哈哈哈">'
    + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefghi", "bcdefghij", strict=True))
    + "]>"
)


def zipped(members: dict[str, str | bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A ZIP package with these members."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", compression) as package:
        for name, data in members.items():
            package.writestr(name, data)
    return stream.getvalue()


def replaced(package: bytes, changes: dict[str, str | bytes]) -> bytes:
    """A package with some members changed or added."""
    with zipfile.ZipFile(io.BytesIO(package)) as old:
        members: dict[str, str | bytes] = {name: old.read(name) for name in old.namelist()}
    return zipped(members | changes)


def make_docx() -> bytes:
    """Paragraph, table with a merged cell, header and a content control."""
    document = docx.Document()
    document.add_paragraph("关于做好春季义务教育招生工作的通知")
    table = document.add_table(rows=2, cols=2)
    table.cell(0, 0).merge(table.cell(0, 1)).text = "招生计划表"
    table.cell(1, 0).text, table.cell(1, 1).text = "青溪区", "1200 人"
    document.sections[0].header.paragraphs[0].text = "云岚市教育局文件"
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def make_xlsx() -> bytes:
    """Two sheets with text, a whole float and a number."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "收支总表"
    sheet.append(["项目", "金额（万元）"])
    sheet.append(["一般公共预算拨款", 1280.0])
    book.create_sheet("三公经费").append(["公务接待费", 3.5])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def make_pptx() -> bytes:
    """Two slides: a table and notes."""
    show = pptx.Presentation()
    first = show.slides.add_slide(show.slide_layouts[6])
    first.shapes.add_textbox(Cm(1), Cm(1), Cm(9), Cm(2)).text_frame.text = "政务公开培训"
    second = show.slides.add_slide(show.slide_layouts[6])
    second.shapes.add_table(1, 2, Cm(1), Cm(1), Cm(9), Cm(2)).table.cell(0, 1).text = "依申请公开流程"
    assert second.notes_slide.notes_text_frame is not None
    second.notes_slide.notes_text_frame.text = "讲解二十个工作日"
    stream = io.BytesIO()
    show.save(stream)
    return stream.getvalue()


_OFD = 'xmlns:ofd="http://www.ofdspec.org/2016"'


def ofd_page(*runs: tuple[str, str], template: str = "") -> str:
    """A page with text objects (boundary, text)."""
    objects = "".join(
        f'<ofd:TextObject ID="{number}" Boundary="{box}" Font="1" Size="5"><ofd:TextCode X="0" Y="4">{text}'
        "</ofd:TextCode></ofd:TextObject>"
        for number, (box, text) in enumerate(runs, 10)
    )
    use = f'<ofd:Template TemplateID="{template}" ZOrder="Background"/>' if template else ""
    return f'<ofd:Page {_OFD}>{use}<ofd:Content><ofd:Layer ID="2">{objects}</ofd:Layer></ofd:Content></ofd:Page>'


def ofd_members() -> dict[str, str | bytes]:
    """Two pages that share a template."""
    document = (
        f'<ofd:Document {_OFD}><ofd:CommonData><ofd:TemplatePage ID="9" BaseLoc="Tpls/T.xml"/></ofd:CommonData>'
        '<ofd:Pages><ofd:Page ID="1" BaseLoc="Pages/Page_0/Content.xml"/>'
        '<ofd:Page ID="2" BaseLoc="/Doc_0/pages/page_1/content.xml"/></ofd:Pages></ofd:Document>'
    )
    first = ofd_page(
        ("20 20 5 5", "公"), ("25 20 5 5", "告"), ("60 20 20 5", "第1号"), ("20 30 60 5", "临河县供水"), template="9"
    )
    return {
        "OFD.xml": "<OFD><DocBody><DocRoot>Doc_0/Document.xml</DocRoot></DocBody></OFD>",
        "Doc_0/Document.xml": document,
        "Doc_0/Tpls/T.xml": ofd_page(("20 5 60 5", "云岚市水务简报")),
        "Doc_0/Pages/Page_0/Content.xml": first,
        "Doc_0/Pages/Page_1/Content.xml": ofd_page(("20 20 60 5", "停水时间另行通知"), template="9"),
    }


def make_ofd(**changes: str | bytes) -> bytes:
    """A valid OFD; ``changes`` replace members by the last part of their path (``Document="…"``)."""
    members = ofd_members()
    for name in members:
        stem = name.removesuffix(".xml").rpartition("/")[2]
        members[name] = changes.get(stem, members[name])
    return zipped(members)


def make_ole(*streams: str) -> bytes:
    """A compound file whose directory lists ``streams``: header, one FAT sector, one directory sector."""
    fat = struct.pack("<2I", 0xFFFFFFFD, 0xFFFFFFFE).ljust(512, b"\xff")
    directory = b"".join(
        name.encode("utf-16-le").ljust(64, b"\0") + struct.pack("<H", 2 * len(name) + 2) + bytes(62)
        for name in ("Root Entry", *streams)
    )
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<5H", 0x3E, 3, 0xFFFE, 9, 6)
    header = header.ljust(44, b"\0") + struct.pack("<2I", 1, 1)
    header = header.ljust(68, b"\0") + struct.pack("<2I", 0xFFFFFFFE, 0)
    return header + struct.pack("<I", 0) + b"\xff" * (512 - 80) + fat + directory.ljust(512, b"\0")


def make_pdf(text: str | None) -> bytes:
    """A one-page PDF that draws ``text`` (any BMP characters); without text it looks like a scan."""
    drawn = "" if text is None else f"BT /F1 12 Tf 50 700 Td <{text.encode('utf-16-be').hex()}> Tj ET"
    cmap = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /U def /CMapType 2 def "
        "1 begincodespacerange <0000> <FFFF> endcodespacerange 1 beginbfrange <0000> <FFFF> <0000> endbfrange "
        "endcmap end end"
    )
    bodies = [
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        f"<</Length {len(drawn)}>>stream\n{drawn}\nendstream",
        "<</Type/Font/Subtype/Type0/BaseFont/S/Encoding/Identity-H/DescendantFonts[6 0 R]/ToUnicode 7 0 R>>",
        (
            "<</Type/Font/Subtype/CIDFontType2/BaseFont/S/DW 1000/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)"
            "/Supplement 0>>>>"
        ),
        f"<</Length {len(cmap)}>>stream\n{cmap}\nendstream",
    ]
    # No cross-reference table: readers rebuild it, as they do for many real files.
    objects = "\n".join(f"{number} 0 obj\n{body}\nendobj" for number, body in enumerate(bodies, 1))
    return f"%PDF-1.7\n{objects}\ntrailer<</Root 1 0 R>>\n%%EOF".encode("latin-1")
