"""The DOCX of a letter has the layout of GB/T 9704-2012 and the same bytes for the same paper; the page shows the same."""

import hashlib
import io
import zipfile
from dataclasses import replace
from datetime import date

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template.loader import render_to_string
from django.test import RequestFactory
from docx import Document
from docx.document import Document as WordDocument
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph

from requests_app.letters.docx import head_size, signature_indents, to_docx
from requests_app.letters.paper import Paper, paper_of
from requests_app.letters.texts import draft
from tests.requests_app.letter_facts import facts_for

PAPER = paper_of(
    draft("reply_partial", facts_for("partial")),
    issuer="云岚市教育局",
    number="云教公开复〔2026〕12号",
    issued_on=date(2026, 4, 7),
    attachments=("专项督导报告（可以公开的内容）", "答复依据"),
    note="联系电话：0000-1234567",
)


def opened(paper: Paper = PAPER) -> WordDocument:
    return Document(io.BytesIO(to_docx(paper)))


def line(document: WordDocument, text: str) -> Paragraph:
    return next(each for each in document.paragraphs if each.text == text)


def fonts(paragraph: Paragraph) -> set[str]:
    found = paragraph.runs[0]._r.rPr.rFonts
    return {found.get(qn(f"w:{script}")) for script in ("ascii", "hAnsi", "eastAsia")}


def test_the_page_is_that_of_official_papers() -> None:
    section = opened().sections[0]
    for value, millimetres in (
        (section.page_width, 210), (section.page_height, 297), (section.top_margin, 37), (section.bottom_margin, 35),
        (section.left_margin, 28), (section.right_margin, 26),
    ):  # fmt: skip
        assert value is not None and abs(value - Mm(millimetres)) < Mm(0.1)
    grid = section._sectPr.find(qn("w:docGrid"))
    assert grid.get(qn("w:type")) == "linesAndChars"
    assert abs(int(grid.get(qn("w:linePitch"))) * 22 / 20 / 72 * 25.4 - 225) < 1


def test_head_title_and_body_have_their_fonts_and_sizes() -> None:
    document = opened()
    head, title = line(document, "云岚市教育局"), line(document, "政府信息部分公开答复书")
    assert (fonts(head), str(head.runs[0].font.color.rgb)) == ({"方正小标宋简体"}, "FF0000")
    assert (fonts(title), title.runs[0].font.size) == ({"方正小标宋简体"}, Pt(22))
    body = line(document, PAPER.paragraphs[0])
    assert (fonts(body), body.runs[0].font.size) == ({"仿宋_GB2312"}, Pt(16))
    assert body.paragraph_format.line_spacing == Pt(28)
    assert body._p.pPr.ind.get(qn("w:firstLineChars")) == "200"
    assert document.styles["Normal"].element.rPr.rFonts.get(qn("w:eastAsia")) == "仿宋_GB2312"


def test_fonts_that_are_absent_name_their_stand_in() -> None:
    table = zipfile.ZipFile(io.BytesIO(to_docx(PAPER))).read("word/fontTable.xml").decode()
    assert '<w:font w:name="方正小标宋简体"><w:altName w:val="宋体"/></w:font>' in table


def test_the_number_stands_above_a_red_line() -> None:
    number = line(opened(), "云教公开复〔2026〕12号")
    border = number._p.pPr.find(qn("w:pBdr")).find(qn("w:bottom"))
    assert border.get(qn("w:color")) == "FF0000"
    order = [child.tag for child in number._p.pPr]
    assert order.index(qn("w:pBdr")) < order.index(qn("w:spacing")) < order.index(qn("w:jc"))


def test_everything_is_said_in_its_order() -> None:
    texts = [each.text for each in opened().paragraphs]
    assert texts == [
        "云岚市教育局", "云教公开复〔2026〕12号", "政府信息部分公开答复书", "张三：", *PAPER.paragraphs,
        "附件：1. 专项督导报告（可以公开的内容）", "2. 答复依据", "云岚市教育局", "2026年4月7日",
        "（联系电话：0000-1234567）",
    ]  # fmt: skip
    assert PAPER.paragraphs[-1] == "特此答复。"


def test_the_name_stands_centred_above_the_date_which_is_four_characters_from_the_edge() -> None:
    name, day = signature_indents("云岚市教育局", "2026年4月7日")
    assert day == 4.0 and name + 6 / 2 == day + 6 / 2
    long = "云岚市人力资源和社会保障局政府信息公开办公室"
    name, day = signature_indents(long, "2026年4月7日")
    assert name == 0 and len(long) / 2 == day + 6 / 2
    assert line(opened(), "2026年4月7日")._p.pPr.ind.get(qn("w:rightChars")) == "400"


def test_a_signature_is_never_alone_on_its_page() -> None:
    document = opened()
    assert line(document, "2. 答复依据").paragraph_format.keep_with_next
    bare = opened(replace(PAPER, attachments=(), note=""))
    assert line(bare, "特此答复。").paragraph_format.keep_with_next


def test_pages_are_numbered_at_the_outside() -> None:
    document = opened()
    section = document.sections[0]
    assert document.settings.odd_and_even_pages_header_footer
    for footer, side in ((section.footer, "rightChars"), (section.even_page_footer, "leftChars")):
        paragraph = footer.paragraphs[0]
        assert paragraph.text == "—  —"
        assert paragraph._p.xpath(".//w:instrText")[0].text == "PAGE"
        assert paragraph.runs[0].font.size == Pt(14)
        assert paragraph._p.pPr.ind.get(qn(f"w:{side}")) == "100"


def test_the_same_paper_gives_the_same_bytes_and_another_does_not() -> None:
    once, again = to_docx(PAPER), to_docx(PAPER)
    assert hashlib.sha256(once).digest() == hashlib.sha256(again).digest()
    assert once != to_docx(replace(PAPER, number="云教公开复〔2026〕13号"))
    archive = zipfile.ZipFile(io.BytesIO(once))
    assert archive.testzip() is None and {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert Document(io.BytesIO(once)).core_properties.created.date() == date(2026, 4, 7)


@pytest.mark.parametrize("odd", ["\x00\x0b", "\ud800", "<b>&amp;</b>", "𠮷"])
def test_no_character_makes_it_fail(odd: str) -> None:
    document = opened(replace(PAPER, salutation=f"张三{odd}：", issuer=f"云岚市{odd}教育局", signature=""))
    assert any(each.text.startswith("张三") for each in document.paragraphs)


def test_a_long_name_still_fits_on_the_line_of_the_head() -> None:
    assert head_size("云岚市教育局") == 60
    assert head_size("云岚市人力资源和社会保障局") * 13 / 72 * 25.4 <= 150


def test_the_page_shows_what_the_file_holds() -> None:
    page = render_to_string("letters/_paper.html", {"paper": PAPER})
    for text in (
        *PAPER.paragraphs,
        PAPER.number,
        PAPER.title,
        PAPER.salutation,
        "2026年4月7日",
        "附件：1. 专项督导报告",
    ):
        assert text in page
    assert 'datetime="2026-04-07"' in page
    assert "&lt;b&gt;" in render_to_string("letters/_paper.html", {"paper": replace(PAPER, title="<b>")})


@pytest.mark.django_db
def test_the_page_stands_in_the_frame_of_the_site(rf: RequestFactory) -> None:
    request = rf.get("/")
    request.user = AnonymousUser()
    page = render_to_string("letters/paper.html", {"paper": PAPER}, request)
    assert "<title>政府信息部分公开答复书 - " in page and page.count('class="paper"') == 1
