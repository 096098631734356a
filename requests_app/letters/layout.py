"""The layout of official papers (GB/T 9704-2012) as DOCX: page, fonts, paragraphs, page numbers, bytes.

Sizes in points (三号 16, 二号 22, 四号 14), indents in characters. The same content gives the same bytes.
"""

import io
import re
from datetime import date, datetime
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from files.archives import same_bytes

BODY_FONT, TITLE_FONT, PAGE_FONT = "仿宋_GB2312", "方正小标宋简体", "宋体"
HEADING_FONT, SUBHEADING_FONT = "黑体", "楷体_GB2312"
# What a machine without these fonts shows instead.
INSTEAD = {BODY_FONT: "仿宋", TITLE_FONT: "宋体", SUBHEADING_FONT: "楷体"}
BODY, TITLE, SMALL = 16, 22, 14
LINE = Pt(28)
CENTRE, JUSTIFY, RIGHT = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.JUSTIFY, WD_ALIGN_PARAGRAPH.RIGHT
# 版心 156 mm × 225 mm: 22 lines of 28 characters. Pitch in twentieths of a point, characters in 4096ths of one.
LINE_PITCH, CHAR_SPACE = 579, -849
# XML 1.0 knows no control characters but tab and line ends.
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def new_paper(*, grid: str = "linesAndChars") -> Any:
    """An empty document with the page and the fonts of official papers; ``grid`` "lines" for papers with dense tables,
    whose small letters would be set at the pitch of large ones."""
    document = Document()
    _set_page(document, grid)
    _set_default_font(document)
    return document


def finished(document: Any, *, title: str, author: str, on: date) -> bytes:
    """Page numbers and properties written; the file. Its bytes depend on the content alone, so that a digest says what
    was sent."""
    _write_page_numbers(document)
    _set_properties(document, title, author, on)
    raw = io.BytesIO()
    document.save(raw)
    return same_bytes(raw.getvalue(), {"word/fontTable.xml": _with_stand_ins})


def _set_page(document: Any, grid: str) -> None:
    """GB/T 9704-2012 §5.2: A4, 天头 37 mm, 订口 28 mm, 版心 156 mm × 225 mm, 22 lines of 28 characters."""
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.footer_distance = Mm(24)
    for old in section._sectPr.findall(qn("w:docGrid")):
        section._sectPr.remove(old)
    section._sectPr.append(element("w:docGrid", type=grid, linePitch=LINE_PITCH, charSpace=CHAR_SPACE))


def _set_default_font(document: Any) -> None:
    """三号仿宋 everywhere unless said otherwise; the theme's fonts would win over ours and go."""
    for fonts in document.styles.element.iter(qn("w:rFonts")):
        for name in [each for each in fonts.attrib if each.endswith("Theme")]:
            del fonts.attrib[name]
    style = document.styles["Normal"]
    style.font.size = Pt(BODY)
    name_fonts(style.element.get_or_add_rPr(), BODY_FONT)
    style.paragraph_format.space_before = style.paragraph_format.space_after = Pt(0)


def name_fonts(properties: Any, name: str) -> None:
    """One font for every script of a run or a style."""
    fonts = properties.get_or_add_rFonts()
    for script in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{script}"), name)


def element(tag: str, **attributes: object) -> Any:
    """An element with attributes of the namespace of Word."""
    made = OxmlElement(tag)
    for name, value in attributes.items():
        made.set(qn(f"w:{name}"), str(value))
    return made


def paragraph(document: Any, text: str, *, font: str = BODY_FONT, size: int = BODY, align: Any = None) -> Any:
    """A paragraph with a fixed line of 28 pt and one run in the given font."""
    made = document.add_paragraph()
    form = made.paragraph_format
    form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, LINE
    made.alignment = align
    run = made.add_run(UNWRITABLE.sub("", text))
    run.font.size = Pt(size)
    name_fonts(run._r.get_or_add_rPr(), font)
    return made


def indent(whose: Any, *, first: float = 0, left: float = 0, right: float = 0) -> None:
    """Indents in characters, with the same in twips for readers that know no characters."""
    indents = whose._p.get_or_add_pPr().get_or_add_ind()
    for name, characters in (("firstLine", first), ("left", left), ("right", right)):
        if characters:
            indents.set(qn(f"w:{name}Chars"), str(round(characters * 100)))
            indents.set(qn(f"w:{name}"), str(round(characters * BODY * 20)))


def _write_page_numbers(document: Any) -> None:
    """“— 1 —” at the outside, one character from the edge (§7.5): odd pages right, even ones left."""
    document.settings.odd_and_even_pages_header_footer = True
    section = document.sections[0]
    for footer, align, side in ((section.footer, RIGHT, "right"), (section.even_page_footer, None, "left")):
        footer.is_linked_to_previous = False
        line = footer.paragraphs[0]
        line.alignment = align
        line.style = document.styles["Normal"]
        indent(line, **{side: 1.0})
        for kind, text in (("text", "— "), ("begin", ""), ("code", "PAGE"), ("end", ""), ("text", " —")):
            _add_field_run(line, kind, text)


def _add_field_run(line: Any, kind: str, text: str) -> None:
    run = line.add_run(text if kind == "text" else "")
    run.font.size = Pt(SMALL)
    name_fonts(run._r.get_or_add_rPr(), PAGE_FONT)
    if kind == "code":
        code = OxmlElement("w:instrText")
        code.text = text
        run._r.append(code)
    elif kind != "text":
        run._r.append(element("w:fldChar", fldCharType=kind))


def _with_stand_ins(table: bytes) -> bytes:
    """Fonts that may be absent name their stand-in."""
    fonts = "".join(f'<w:font w:name="{ours}"><w:altName w:val="{other}"/></w:font>' for ours, other in INSTEAD.items())
    return table.replace(b"</w:fonts>", fonts.encode() + b"</w:fonts>")


def _set_properties(document: Any, title: str, author: str, on: date) -> None:
    properties = document.core_properties
    properties.created = properties.modified = datetime(on.year, on.month, on.day)
    properties.author = properties.last_modified_by = UNWRITABLE.sub("", author)[:255]
    properties.title = UNWRITABLE.sub("", title)[:255]
    properties.comments, properties.revision, properties.language = "", 1, "zh-CN"
