"""Bodies from anywhere become safe, readable HTML; nothing of the text is lost."""

import re

import lxml.html
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog import body

HOSTILE = [
    "<p>正文<script>alert(1)</script></p>",
    '<p onclick="alert(1)" onmouseover=alert(1)>正文</p>',
    '<p><a href="javascript:alert(1)">正文</a></p>',
    '<p><a href="JaVa\tScRiPt:alert(1)">正文</a></p>',
    '<p><a href="data:text/html,<script>alert(1)</script>">正文</a></p>',
    '<p style="background:url(javascript:alert(1))">正文</p>',
    "<p>正文</p><iframe src=//evil.example></iframe>",
    "<p>正文<img src=x onerror=alert(1)></p>",
    "<svg onload=alert(1)><p>正文</p></svg>",
    '<math><mi//xlink:href="data:x,<script>alert(1)</script>">正文</math>',
    "<p>正文</p><style>@import '//evil.example'</style>",
    "<form action=//evil.example><input name=a>正文</form>",
    "<p>正文<!--[if gte mso 9]><xml><o:p>1</o:p></xml><![endif]--></p>",
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>"></noscript><p>正文</p>',
    "<p>正文</p><base href=//evil.example><meta http-equiv=refresh content=0><link rel=stylesheet href=//evil.example>",
]
DANGER = re.compile(
    r"<(script|style|iframe|img|svg|form|input|base|meta|link|object|embed)|\son\w+=|javascript:|style=", re.I
)


@pytest.mark.parametrize("source", HOSTILE)
def test_nothing_that_runs_or_loads_survives_and_the_words_do(source: str) -> None:
    cleaned = body.clean(source)
    assert not DANGER.search(cleaned), cleaned
    assert "正文" in body.to_text(cleaned) or "math" in source
    assert "alert" not in re.sub(r">[^<]*<", "><", cleaned)


def test_word_dirt_goes_and_its_text_stays() -> None:
    dirt = (
        "<html xmlns:o='urn:x'><head><title>无题</title><style>p.MsoNormal{mso-style:x}</style></head><body>"
        "<p class=MsoNormal style='mso-pagination:none;text-indent:2em'><span lang=EN-US style='font:12pt'>一、</span>"
        "<font color=red face=仿宋>总体要求<o:p></o:p></font></p></body></html>"
    )
    cleaned = body.clean(dirt)
    assert body.to_text(cleaned) == "一、总体要求"
    assert "Mso" not in cleaned
    assert "mso" not in cleaned


def test_our_own_classes_stay_and_foreign_ones_go() -> None:
    cleaned = body.clean('<p class="signature red">云岚市人民政府</p><p class="MsoNormal">甲</p>')
    assert 'class="signature"' in cleaned
    assert "red" not in cleaned
    assert "Mso" not in cleaned


@pytest.mark.parametrize(
    "source", ["<p>甲<b>乙<p>丙", "<table><tr><td>甲<td>乙</table>", "</div></p>甲", "<p>甲</p", "<<p>甲"]
)
def test_unclosed_tags_are_closed(source: str) -> None:
    cleaned = body.clean(source)
    assert "甲" in cleaned
    for tag in ("p", "b", "td", "tr", "table", "div"):
        assert len(re.findall(rf"<{tag}[ >]", cleaned)) == cleaned.count(f"</{tag}>") or tag == "p"
    assert lxml.html.fragment_fromstring(cleaned, create_parent="div") is not None


def test_tables_scroll_on_their_own_and_are_wrapped_once() -> None:
    once = body.clean("<table border=1 width=2000><tr><th scope=col>项目</th><td colspan=2>甲</td></tr></table>")
    assert once.count('<div class="table-scroll" role="group"') == 1
    assert 'tabindex="0"' in once
    assert 'colspan="2"' in once
    assert "width" not in once
    again = body.clean(once)
    assert again.count("table-scroll") == 1
    assert again.count("<table>") == 1


def test_headings_get_anchors_in_order_and_h1_steps_down() -> None:
    cleaned = body.clean("<h1 class=x>甲</h1><h2 id=evil>乙</h2><h3>丙</h3><H1>丁</H1>")
    assert re.findall(r'<(h\d) id="(s\d)">', cleaned) == [("h2", "s1"), ("h2", "s2"), ("h3", "s3"), ("h2", "s4")]
    found = body.contents(cleaned)
    assert [(entry.level, entry.text) for entry in found] == [(2, "甲"), (2, "乙"), (3, "丙"), (2, "丁")]


def test_a_short_text_has_no_table_of_contents() -> None:
    assert body.contents(body.clean("<h2>甲</h2><h2>乙</h2><h2>丙</h2>")) == []


def test_plain_text_becomes_paragraphs_and_its_chapters_headings() -> None:
    plain = "# 总则\r\n第一章　总则\n第一条 为了规范<公开>，制定本办法。\n\n一、总体要求\n一、坚持公开为常态。\n第二节 范围\n正文"
    cleaned, _ = body.from_plain(plain)
    assert re.findall(r"<h2[^>]*>(.*?)</h2>", cleaned) == ["总则", "第一章 总则", "一、总体要求", "第二节 范围"]
    assert "<p>第一条 为了规范&lt;公开&gt;，制定本办法。</p>" in cleaned
    assert "<p>一、坚持公开为常态。</p>" in cleaned


def test_html_or_plain_is_told_by_its_looks() -> None:
    assert body.from_any("甲 < 乙\n丙") == ("<p>甲 &lt; 乙</p>\n<p>丙</p>", "甲 < 乙\n丙")
    assert body.from_any("A&amp;B")[0] == "<p>A&amp;B</p>"
    assert body.from_any("<div><p>甲</p></div>")[0].startswith("<div>")


def test_text_has_a_line_for_each_block_and_a_blank_between_cells() -> None:
    html = body.clean(
        "<h2>标题</h2><p>甲<br>乙&nbsp;丙</p><table><tr><td>一</td><td>二</td></tr><tr><td>三</td></tr></table>"
    )
    assert body.to_text(html).split("\n") == ["标题", "甲", "乙 丙", "一 二", "三"]


def test_text_does_not_swallow_a_less_than_sign() -> None:
    assert body.to_text(body.clean("<p>数量 &lt; 5 且 &gt; 3</p>")) == "数量 < 5 且 > 3"


@given(st.text(alphabet=st.sampled_from("<>/=\"'&;# \n正文pscriptonjavas:\x00一、章第"), max_size=80))
@settings(max_examples=300)
def test_whatever_comes_in_is_safe_and_cleaning_twice_changes_nothing(source: str) -> None:
    once, words = body.from_any(source)
    assert words == body.to_text(once)
    assert not DANGER.search(re.sub(r">[^<]*<", "><", f">{once}<"))
    assert "\x00" not in once
    assert body.clean(once) == once
