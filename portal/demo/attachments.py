"""Files of the demo city, made when it is loaded: the same bytes every time."""

import csv
import html
import io
import zipfile
from collections.abc import Callable
from datetime import datetime

from docx import Document as WordDocument
from openpyxl import Workbook
from pptx import Presentation

from portal.demo.markup import table as html_table

MADE = datetime(2026, 1, 1)
LINES_A_PAGE = 34
CHARS_A_LINE = 38
Rows = list[list[str]]


def make(kind: str, title: str, paragraphs: list[str], table: Rows) -> bytes:
    """A file of ``kind`` (docx, xlsx, pptx, pdf, ofd, txt, html, csv) with these words."""
    return MAKERS[kind](title, paragraphs, table)


def _still(data: bytes) -> bytes:
    """The same archive with every member dated alike."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.infolist():
            new.writestr(zipfile.ZipInfo(member.filename, MADE.timetuple()[:6]), old.read(member), zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _docx(title: str, paragraphs: list[str], table: Rows) -> bytes:
    word = WordDocument()
    word.core_properties.created = word.core_properties.modified = MADE
    word.add_heading(title, 1)
    for words in paragraphs:
        word.add_paragraph(words)
    if table:
        grid = word.add_table(rows=0, cols=max(map(len, table)))
        for row in table:
            for cell, words in zip(grid.add_row().cells, row, strict=False):
                cell.text = words
    out = io.BytesIO()
    word.save(out)
    return _still(out.getvalue())


def _xlsx(title: str, paragraphs: list[str], table: Rows) -> bytes:
    book = Workbook()
    book.properties.created = book.properties.modified = MADE
    sheet = book.active or book.create_sheet()
    sheet.title = "表1"
    for row in [[title], *([words] for words in paragraphs), *table]:
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return _still(out.getvalue())


def _pptx(title: str, paragraphs: list[str], table: Rows) -> bytes:
    show = Presentation()
    show.core_properties.created = show.core_properties.modified = MADE
    words = [*paragraphs, *("　".join(row) for row in table)]
    for start in range(0, max(1, len(words)), 6):
        slide = show.slides.add_slide(show.slide_layouts[1])
        slide.shapes.title.text = title
        slide.placeholders[1].text = "\n".join(words[start : start + 6])
    out = io.BytesIO()
    show.save(out)
    return _still(out.getvalue())


def _lines(title: str, paragraphs: list[str], table: Rows) -> list[str]:
    lines = [title, ""]
    for words in [*paragraphs, *("　".join(row) for row in table)]:
        lines += [words[at : at + CHARS_A_LINE] for at in range(0, len(words), CHARS_A_LINE)] or [""]
    return lines


def _pdf(title: str, paragraphs: list[str], table: Rows) -> bytes:
    """A plain PDF in the reader's own song face (STSong-Light, Adobe-GB1), nothing embedded."""
    lines = _lines(title, paragraphs, table)
    pages = [lines[at : at + LINES_A_PAGE] for at in range(0, len(lines), LINES_A_PAGE)]
    font = (
        b"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts [ << /Type /Font"
        b" /Subtype /CIDFontType0 /BaseFont /STSong-Light /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >>"
        b" /FontDescriptor << /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [-25 -254 1000 880]"
        b" /ItalicAngle 0 /Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >> /DW 1000 >> ] >>"
    )
    kids = " ".join(f"{4 + 2 * n} 0 R" for n in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        font,
    ]
    for number, page in enumerate(pages):
        said = "BT /F1 13 Tf 60 780 Td 21 TL\n"
        said += "\n".join(f"<{line.encode('utf-16-be').hex()}> Tj T*" for line in page) + "\nET"
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >>"
            f" /Contents {5 + 2 * number} 0 R >>".encode()
        )
        objects.append(f"<< /Length {len(said)} >>\nstream\n{said}\nendstream".encode())
    return _assemble(objects)


def _assemble(objects: list[bytes]) -> bytes:
    out, places = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    tail = f"xref\n0 {len(places) + 1}\n0000000000 65535 f \n{table}trailer << /Size {len(places) + 1} /Root 1 0 R >>\n"
    return out + f"{tail}startxref\n{len(out)}\n%%EOF\n".encode()


OFD = "http://www.ofdspec.org/2016"


def _ofd(title: str, paragraphs: list[str], table: Rows) -> bytes:
    """A small OFD after GB/T 33190-2016: one page, one text object a line."""
    objects = "".join(
        f'<ofd:TextObject ID="{100 + n}" Boundary="20 {20 + 8 * n} 170 8" Font="2" Size="5">'
        f'<ofd:TextCode X="0" Y="5">{html.escape(line)}</ofd:TextCode></ofd:TextObject>'
        for n, line in enumerate(_lines(title, paragraphs, table))
    )
    head = '<?xml version="1.0" encoding="UTF-8"?>\n'
    members = {
        "OFD.xml": f'<ofd:OFD xmlns:ofd="{OFD}" Version="1.0" DocType="OFD"><ofd:DocBody><ofd:DocInfo>'
        f"<ofd:DocID>{'0' * 32}</ofd:DocID><ofd:Title>{html.escape(title)}</ofd:Title></ofd:DocInfo>"
        "<ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
        "Doc_0/Document.xml": f'<ofd:Document xmlns:ofd="{OFD}"><ofd:CommonData><ofd:MaxUnitID>999</ofd:MaxUnitID><ofd:PageArea>'
        "<ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:PageArea><ofd:PublicRes>PublicRes.xml</ofd:PublicRes>"
        '</ofd:CommonData><ofd:Pages><ofd:Page ID="1" BaseLoc="Pages/Page_0/Content.xml"/></ofd:Pages></ofd:Document>',
        "Doc_0/PublicRes.xml": f'<ofd:Res xmlns:ofd="{OFD}" BaseLoc="Res"><ofd:Fonts><ofd:Font ID="2" FontName="宋体"/>'
        "</ofd:Fonts></ofd:Res>",
        "Doc_0/Pages/Page_0/Content.xml": f'<ofd:Page xmlns:ofd="{OFD}"><ofd:Content><ofd:Layer ID="10">{objects}</ofd:Layer>'
        "</ofd:Content></ofd:Page>",
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, text in members.items():
            archive.writestr(zipfile.ZipInfo(name, MADE.timetuple()[:6]), head + text, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _html(title: str, paragraphs: list[str], table: Rows) -> bytes:
    words = "".join(f"<p>{html.escape(line)}</p>" for line in paragraphs)
    grid = html_table(table) if table else ""
    page = f'<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>{html.escape(title)}</title></head>'
    return f"{page}<body><h1>{html.escape(title)}</h1>{words}{grid}</body></html>".encode()


def _txt(title: str, paragraphs: list[str], table: Rows) -> bytes:
    return "\r\n".join([title, *paragraphs, *("\t".join(row) for row in table)]).encode()


def _csv(title: str, paragraphs: list[str], table: Rows) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out).writerows(table or [[words] for words in [title, *paragraphs]])
    return out.getvalue().encode("utf-8-sig")


MAKERS: dict[str, Callable[[str, list[str], Rows], bytes]] = {
    "docx": _docx,
    "xlsx": _xlsx,
    "pptx": _pptx,
    "pdf": _pdf,
    "ofd": _ofd,
    "html": _html,
    "txt": _txt,
    "csv": _csv,
}
