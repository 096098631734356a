"""A paper as DOCX in the layout of official papers (GB/T 9704-2012), with the same bytes for the same paper."""

import io
import re
import unicodedata
import zipfile
from datetime import datetime
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from requests_app.letters.paper import Paper

BODY_FONT, TITLE_FONT, PAGE_FONT = "仿宋_GB2312", "方正小标宋简体", "宋体"
# What a machine without these fonts shows instead.
INSTEAD = {BODY_FONT: "仿宋", TITLE_FONT: "宋体"}
# 三号, 二号, 四号, and the red head at its biggest and smallest, in points.
BODY, TITLE, SMALL, HEAD, LEAST_HEAD = 16, 22, 14, 60, 22
LINE = Pt(28)
CENTRE, JUSTIFY, RIGHT = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.JUSTIFY, WD_ALIGN_PARAGRAPH.RIGHT
RED = RGBColor(0xFF, 0, 0)
# 版心 156 mm × 225 mm: 22 lines of 28 characters. Pitch in twentieths of a point, characters in 4096ths of one.
LINE_PITCH, CHAR_SPACE = 579, -849
LONGEST_HEAD_MM = 150
# What may follow borders among the properties of a paragraph; Word refuses another order.
AFTER_BORDERS = ("w:shd", "w:tabs", "w:snapToGrid", "w:spacing", "w:ind", "w:jc", "w:rPr")
EPOCH = (1980, 1, 1, 0, 0, 0)
# XML 1.0 knows no control characters but tab and line ends.
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def to_docx(paper: Paper) -> bytes:
    """The paper as a Word file. Its bytes depend on the paper alone, so that a digest says what was sent."""
    document = Document()
    _set_page(document)
    _set_default_font(document)
    _write_head(document, paper)
    _write_body(document, paper)
    _write_signature(document, paper)
    _write_page_numbers(document)
    _set_properties(document, paper)
    raw = io.BytesIO()
    document.save(raw)
    return _same_bytes(raw.getvalue())


# --- page and fonts -----------------------------------------------------------------------------------------------------


def _set_page(document: Any) -> None:
    """GB/T 9704-2012 §5.2: A4, 天头 37 mm, 订口 28 mm, 版心 156 mm × 225 mm, 22 lines of 28 characters."""
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.footer_distance = Mm(24)
    for old in section._sectPr.findall(qn("w:docGrid")):
        section._sectPr.remove(old)
    section._sectPr.append(_element("w:docGrid", type="linesAndChars", linePitch=LINE_PITCH, charSpace=CHAR_SPACE))


def _set_default_font(document: Any) -> None:
    """三号仿宋 everywhere unless said otherwise; the theme's fonts would win over ours and go."""
    for fonts in document.styles.element.iter(qn("w:rFonts")):
        for name in [each for each in fonts.attrib if each.endswith("Theme")]:
            del fonts.attrib[name]
    style = document.styles["Normal"]
    style.font.size = Pt(BODY)
    _name_fonts(style.element.get_or_add_rPr(), BODY_FONT)
    style.paragraph_format.space_before = style.paragraph_format.space_after = Pt(0)


def _name_fonts(properties: Any, name: str) -> None:
    fonts = properties.get_or_add_rFonts()
    for script in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{script}"), name)


def _element(tag: str, **attributes: object) -> Any:
    element = OxmlElement(tag)
    for name, value in attributes.items():
        element.set(qn(f"w:{name}"), str(value))
    return element


def _paragraph(document: Any, text: str, *, font: str = BODY_FONT, size: int = BODY, align: Any = None) -> Any:
    """A paragraph with a fixed line of 28 pt and one run in the given font."""
    paragraph = document.add_paragraph()
    form = paragraph.paragraph_format
    form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, LINE
    paragraph.alignment = align
    run = paragraph.add_run(UNWRITABLE.sub("", text))
    run.font.size = Pt(size)
    _name_fonts(run._r.get_or_add_rPr(), font)
    return paragraph


# --- head ---------------------------------------------------------------------------------------------------------------


def _write_head(document: Any, paper: Paper) -> None:
    """发文机关标志, 发文字号, red line, title (GB/T 9704-2012 §7.2, §7.3.1)."""
    head = _paragraph(document, paper.issuer, font=TITLE_FONT, size=head_size(paper.issuer), align=CENTRE)
    head.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
    head.runs[0].font.color.rgb = RED
    # 发文字号 stands two lines below; the red line 4 mm below that.
    number = _paragraph(document, paper.number, align=CENTRE)
    number.paragraph_format.space_before = LINE
    number._p.get_or_add_pPr().insert_element_before(_red_line(), *AFTER_BORDERS)
    title = _paragraph(document, paper.title, font=TITLE_FONT, size=TITLE, align=CENTRE)
    title.paragraph_format.space_before = LINE * 2
    title.paragraph_format.line_spacing = Pt(32)
    title.paragraph_format.space_after = LINE


def head_size(issuer: str) -> int:
    """Points of the red head: as big as a line of the 版心 allows, at most 60."""
    fitting = int(LONGEST_HEAD_MM / 25.4 * 72 / max(len(issuer), 1))
    return max(LEAST_HEAD, min(HEAD, fitting))


def _red_line() -> Any:
    borders = OxmlElement("w:pBdr")
    borders.append(_element("w:bottom", val="single", sz=12, space=11, color=str(RED)))
    return borders


# --- body ---------------------------------------------------------------------------------------------------------------


def _write_body(document: Any, paper: Paper) -> None:
    """主送 at the margin, paragraphs indented by two characters, 附件说明 a line below (§7.3.2 to §7.3.4)."""
    _paragraph(document, paper.salutation, align=JUSTIFY)
    for text in paper.paragraphs:
        _indent(_paragraph(document, text, align=JUSTIFY), first=2)
    for n, line in enumerate(paper.attachment_lines):
        attachment = _paragraph(document, f"附件：{line}" if n == 0 else line, align=JUSTIFY)
        _indent(attachment, left=5 if n else 2)
        if n == 0:
            attachment.paragraph_format.space_before = LINE
    # A signature never stands on a page without a line of the body (§7.3.5.5).
    document.paragraphs[-1].paragraph_format.keep_with_next = True
    document.paragraphs[-1].paragraph_format.keep_together = True


def _indent(paragraph: Any, *, first: float = 0, left: float = 0, right: float = 0) -> None:
    """Indents in characters, with the same in twips for readers that know no characters."""
    indent = paragraph._p.get_or_add_pPr().get_or_add_ind()
    for name, characters in (("firstLine", first), ("left", left), ("right", right)):
        if characters:
            indent.set(qn(f"w:{name}Chars"), str(round(characters * 100)))
            indent.set(qn(f"w:{name}"), str(round(characters * BODY * 20)))


def _write_signature(document: Any, paper: Paper) -> None:
    """加盖印章的公文 (§7.3.5.1): date four characters from the right, name centred above it, room for the seal."""
    name_right, date_right = signature_indents(paper.signature, paper.date_line)
    name = _paragraph(document, paper.signature, align=RIGHT)
    name.paragraph_format.space_before = LINE * 2
    name.paragraph_format.keep_with_next = True
    _indent(name, right=name_right)
    _indent(_paragraph(document, paper.date_line, align=RIGHT), right=date_right)
    if paper.note:
        _indent(_paragraph(document, f"（{paper.note}）"), left=2)


def signature_indents(name: str, day: str) -> tuple[float, float]:
    """Characters left free on the right of name and date, so that one stands centred above the other."""
    wider = (_width(name) - _width(day)) / 2
    return (0.0, wider) if wider > 4 else (4 - wider, 4.0)


def _width(text: str) -> float:
    """Width in characters: digits are half as wide."""
    return sum(1.0 if unicodedata.east_asian_width(each) in "WFA" else 0.5 for each in text)


# --- page numbers, properties, bytes --------------------------------------------------------------------------------------


def _write_page_numbers(document: Any) -> None:
    """“— 1 —” at the outside, one character from the edge (§7.5): odd pages right, even ones left."""
    document.settings.odd_and_even_pages_header_footer = True
    section = document.sections[0]
    for footer, align, side in ((section.footer, RIGHT, "right"), (section.even_page_footer, None, "left")):
        footer.is_linked_to_previous = False
        paragraph = footer.paragraphs[0]
        paragraph.alignment = align
        paragraph.style = document.styles["Normal"]
        _indent(paragraph, **{side: 1.0})
        for kind, text in (("text", "— "), ("begin", ""), ("code", "PAGE"), ("end", ""), ("text", " —")):
            _add_field_run(paragraph, kind, text)


def _add_field_run(paragraph: Any, kind: str, text: str) -> None:
    run = paragraph.add_run(text if kind == "text" else "")
    run.font.size = Pt(SMALL)
    _name_fonts(run._r.get_or_add_rPr(), PAGE_FONT)
    if kind == "code":
        code = OxmlElement("w:instrText")
        code.text = text
        run._r.append(code)
    elif kind != "text":
        run._r.append(_element("w:fldChar", fldCharType=kind))


def _set_properties(document: Any, paper: Paper) -> None:
    properties = document.core_properties
    day = datetime(paper.issued_on.year, paper.issued_on.month, paper.issued_on.day)
    properties.created = properties.modified = day
    properties.author = properties.last_modified_by = UNWRITABLE.sub("", paper.issuer)[:255]
    properties.title = UNWRITABLE.sub("", paper.title)[:255]
    properties.comments, properties.revision, properties.language = "", 1, "zh-CN"


def _same_bytes(raw: bytes) -> bytes:
    """The archive written again with one date for all its members; fonts that may be absent name their stand-in."""
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as source, zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as target:
        for name in sorted(source.namelist(), key=lambda each: (each != "[Content_Types].xml", each)):
            content = source.read(name)
            if name == "word/fontTable.xml":
                content = content.replace(b"</w:fonts>", _stand_ins() + b"</w:fonts>")
            member = zipfile.ZipInfo(name, EPOCH)
            member.compress_type, member.create_system, member.external_attr = zipfile.ZIP_DEFLATED, 3, 0o600 << 16
            target.writestr(member, content)
    return written.getvalue()


def _stand_ins() -> bytes:
    fonts = "".join(f'<w:font w:name="{ours}"><w:altName w:val="{other}"/></w:font>' for ours, other in INSTEAD.items())
    return fonts.encode()
