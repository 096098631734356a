"""A paper as DOCX in the layout of official papers (GB/T 9704-2012), with the same bytes for the same paper."""

import unicodedata
from typing import Any

from docx.enum.text import WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.shared import Pt, RGBColor

from requests_app.letters.layout import (
    CENTRE,
    JUSTIFY,
    LINE,
    RIGHT,
    TITLE,
    TITLE_FONT,
    element,
    finished,
    indent,
    new_paper,
    paragraph,
)
from requests_app.letters.paper import Paper

# The red head at its biggest and smallest, in points.
HEAD, LEAST_HEAD = 60, 22
RED = RGBColor(0xFF, 0, 0)
LONGEST_HEAD_MM = 150
# What may follow borders among the properties of a paragraph; Word refuses another order.
AFTER_BORDERS = ("w:shd", "w:tabs", "w:snapToGrid", "w:spacing", "w:ind", "w:jc", "w:rPr")


def to_docx(paper: Paper) -> bytes:
    """The paper as a Word file. Its bytes depend on the paper alone, so that a digest says what was sent."""
    document = new_paper()
    _write_head(document, paper)
    _write_body(document, paper)
    _write_signature(document, paper)
    return finished(document, title=paper.title, author=paper.issuer, on=paper.issued_on)


# --- head ---------------------------------------------------------------------------------------------------------------


def _write_head(document: Any, paper: Paper) -> None:
    """发文机关标志, 发文字号, red line, title (GB/T 9704-2012 §7.2, §7.3.1)."""
    head = paragraph(document, paper.issuer, font=TITLE_FONT, size=head_size(paper.issuer), align=CENTRE)
    head.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
    head.runs[0].font.color.rgb = RED
    # 发文字号 stands two lines below; the red line 4 mm below that.
    number = paragraph(document, paper.number, align=CENTRE)
    number.paragraph_format.space_before = LINE
    number._p.get_or_add_pPr().insert_element_before(_red_line(), *AFTER_BORDERS)
    title = paragraph(document, paper.title, font=TITLE_FONT, size=TITLE, align=CENTRE)
    title.paragraph_format.space_before = LINE * 2
    title.paragraph_format.line_spacing = Pt(32)
    title.paragraph_format.space_after = LINE


def head_size(issuer: str) -> int:
    """Points of the red head: as big as a line of the 版心 allows, at most 60."""
    fitting = int(LONGEST_HEAD_MM / 25.4 * 72 / max(len(issuer), 1))
    return max(LEAST_HEAD, min(HEAD, fitting))


def _red_line() -> Any:
    borders = OxmlElement("w:pBdr")
    borders.append(element("w:bottom", val="single", sz=12, space=11, color=str(RED)))
    return borders


# --- body ---------------------------------------------------------------------------------------------------------------


def _write_body(document: Any, paper: Paper) -> None:
    """主送 at the margin, paragraphs indented by two characters, 附件说明 a line below (§7.3.2 to §7.3.4)."""
    paragraph(document, paper.salutation, align=JUSTIFY)
    for text in paper.paragraphs:
        indent(paragraph(document, text, align=JUSTIFY), first=2)
    for n, line in enumerate(paper.attachment_lines):
        attachment = paragraph(document, f"附件：{line}" if n == 0 else line, align=JUSTIFY)
        indent(attachment, left=5 if n else 2)
        if n == 0:
            attachment.paragraph_format.space_before = LINE
    # A signature never stands on a page without a line of the body (§7.3.5.5).
    document.paragraphs[-1].paragraph_format.keep_with_next = True
    document.paragraphs[-1].paragraph_format.keep_together = True


def _write_signature(document: Any, paper: Paper) -> None:
    """加盖印章的公文 (§7.3.5.1): date four characters from the right, name centred above it, room for the seal."""
    name_right, date_right = signature_indents(paper.signature, paper.date_line)
    name = paragraph(document, paper.signature, align=RIGHT)
    name.paragraph_format.space_before = LINE * 2
    name.paragraph_format.keep_with_next = True
    indent(name, right=name_right)
    indent(paragraph(document, paper.date_line, align=RIGHT), right=date_right)
    if paper.note:
        indent(paragraph(document, f"（{paper.note}）"), left=2)


def signature_indents(name: str, day: str) -> tuple[float, float]:
    """Characters left free on the right of name and date, so that one stands centred above the other."""
    wider = (_width(name) - _width(day)) / 2
    return (0.0, wider) if wider > 4 else (4 - wider, 4.0)


def _width(text: str) -> float:
    """Width in characters: digits are half as wide."""
    return sum(1.0 if unicodedata.east_asian_width(each) in "WFA" else 0.5 for each in text)
