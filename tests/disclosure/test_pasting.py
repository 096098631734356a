"""Markup of Word, WPS and browsers becomes the small vocabulary of our documents; what is unseen never becomes public."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from disclosure.drafts.pasting import body_of, has_pictures, typed_body

WORD = """<html xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"
xmlns:w="urn:schemas-microsoft-com:office:word"><head><meta name=Generator content="Microsoft Word 15">
<!--[if gte mso 9]><xml><w:WordDocument><w:View>Normal</w:View></w:WordDocument></xml><![endif]-->
<style><!-- p.MsoNormal {mso-style-parent:""; font-family:"仿宋_GB2312";} --></style></head>
<body lang=ZH-CN style='tab-interval:21.0pt'><!--StartFragment-->
<p class=MsoTitle align=center style='text-align:center'><b><span style='font-family:黑体;mso-bidi-font-size:22.0pt'>关于印发实施办法的通知<span lang=EN-US><o:p></o:p></span></span></b></p>
<p class=MsoNormal style='mso-outline-level:1'><span style='font-family:"Times New Roman"'>　　一、总体要求</span></p>
<p class=MsoListParagraph style='margin-left:18.0pt;text-indent:-18.0pt;mso-list:l0 level1 lfo1'><![if !supportLists]><span
lang=EN-US style='mso-fareast-font-family:等线'><span style='mso-list:Ignore'>1.<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp; </span></span></span><![endif]><span>核实学生情况。</span></p>
<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><![if !supportLists]><span lang=EN-US><span style='mso-list:Ignore'>2.<span>&nbsp;</span></span></span><![endif]><span>按月发放补助。</span></p>
<p class=MsoNormal style='mso-list:l1 level1 lfo2'><span style='mso-list:Ignore'>（一）<span>&nbsp;</span></span>汉字序号是正文的一部分。</p>
<p class=MsoNormal>补助标准为每人每年<del cite="mailto:a" datetime="2026-03-02">800元</del><ins cite="mailto:a">1000元</ins><a class=msocomanchor href="#_msocom_1">[批注1]</a><span style='display:none;mso-hide:all'>内部掌握</span>。</p>
<p class=MsoNormal><span lang=EN-US><o:p>&nbsp;</o:p></span></p>
<table class=MsoTableGrid border=1 cellspacing=0 style='border-collapse:collapse'><tr style='mso-yfti-irow:0'>
<td width=288 colspan=2 valign=top style='width:216pt;border:solid windowtext 1.0pt'><p class=MsoNormal>资助档次<o:p></o:p></p></td></tr>
<tr><td><p class=MsoNormal><font face=仿宋>一档</font></p></td><td><p class=MsoNormal>1000元</p></td></tr></table>
<p class=MsoNormal align=right style='text-align:right'>云岚市教育局</p>
<p class=MsoNormal><img width=100 src="file:///C:/Users/li/AppData/Local/Temp/clip_image001.png"></p>
<div style='mso-element:comment-list'><div><p class=MsoCommentText>批注：此处请领导定</p></div></div>
<!--EndFragment--></body></html>"""

CLEANED = """<p class="center"><b>关于印发实施办法的通知</b></p>
<h2 id="s1">一、总体要求</h2>
<ol><li>核实学生情况。</li><li>按月发放补助。</li></ol>
<p>（一）汉字序号是正文的一部分。</p>
<p>补助标准为每人每年1000元。</p>
<div class="table-scroll" role="group" aria-label="表格，可左右滚动" tabindex="0"><table><tbody><tr>
<td colspan="2"><p>资助档次</p></td></tr>
<tr><td><p>一档</p></td><td><p>1000元</p></td></tr></tbody></table></div>
<p class="signature">云岚市教育局</p>"""


def test_word_keeps_headings_lists_and_tables_and_nothing_of_its_own() -> None:
    html, text = body_of(WORD)
    assert html == CLEANED
    assert not [
        word for word in ("800元", "内部掌握", "批注", "Mso", "mso", "o:p", "style=", "file:") if word in html + text
    ]
    assert has_pictures(WORD) and not has_pictures(CLEANED)


def test_wps_bold_and_headings_survive() -> None:
    html, _ = body_of(
        '<p class="MsoNormal"><span style="mso-spacerun:\'yes\';font-weight:bold;font-size:16pt">要点</span></p>'
        "<h1>第一章 总则</h1><h5>细目</h5>"
    )
    assert html == '<p><strong>要点</strong></p>\n<h2 id="s1">第一章 总则</h2>\n<h4>细目</h4>'


@pytest.mark.parametrize(
    ("typed", "html"),
    [
        ("第一段\n第二段", "<p>第一段</p>\n<p>第二段</p>"),
        ("3 < 5 而 7 > 6", "<p>3 &lt; 5 而 7 &gt; 6</p>"),
        ("<div>一行</div><div>另一行</div>", "<p>一行</p>\n<p>另一行</p>"),
        ("散字<br>换行<b>粗</b>", "<p>散字</p>\n<p>换行<b>粗</b></p>"),
        ("<ul><li>甲<li>乙</ul>", "<ul><li>甲</li><li>乙</li></ul>"),
        ("<p>甲</p><script>alert(1)</script><p onclick=x>乙</p>", "<p>甲</p>\n<p>乙</p>"),
        ("<p>a</p><!-- 未完", "<p>a</p>"),
        ("", ""),
        ("<p> </p><p><br></p>", ""),
    ],
)
def test_what_browsers_and_people_write(typed: str, html: str) -> None:
    assert body_of(typed)[0] == html


def test_saving_again_changes_nothing() -> None:
    html, text = body_of(WORD)
    for _ in range(3):
        assert body_of(html) == (html, text)


@given(st.text(alphabet="<>/pbdivtalerh3 =\"'!-[]甲&;\n", max_size=60))
def test_any_text_is_taken_and_stays_as_it_is(typed: str) -> None:
    html, text = body_of(typed)
    assert body_of(html) == (html, text) or not html.startswith("<")
    assert "<script" not in html


def test_plain_lines_are_shown_as_plain_lines() -> None:
    assert typed_body(*body_of("甲\n乙")) == "甲\n乙"
    html, text = body_of("<p>甲</p><table><tr><td>乙</td></tr></table>")
    assert typed_body(html, text) == html
