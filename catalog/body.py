"""Bodies of documents: cleaning of HTML from anywhere, plain text to HTML, contents of long texts. Pure."""

import html as escaping
import re
from collections.abc import Iterator
from dataclasses import dataclass

import lxml.html
import nh3
from lxml.etree import ParserError

TAGS = {
    *("p", "br", "h2", "h3", "h4", "strong", "em", "b", "i", "u", "s", "sub", "sup", "blockquote", "hr"),
    *("ul", "ol", "li", "dl", "dt", "dd", "a", "span", "div", "section", "figure", "figcaption"),
    *("table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td", "colgroup", "col"),
}
CLASSES = {"p": {"signature", "center", "no-indent"}, "div": {"table-scroll"}, "td": {"number"}}
ATTRIBUTES = {
    "a": {"href", "title"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "col": {"span"},
    "ol": {"start"},
}
GONE_WITH_CONTENT = {"script", "style", "template", "iframe", "object", "embed", "noscript", "title", "head"}
LONG_TEXT_HEADINGS = 4

_UNUSABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")  # no database or feed carries these
_FIRST_HEADING = re.compile(r"(</?)h1\b", re.I)
_HEADING = re.compile(r"<(h[23])(?:\s[^>]*)?>(.*?)</\1>", re.S)
_TAG = re.compile(r"<[^>]+>")
_BLOCK_END = re.compile(r"<br\s*/?>|</(?:p|h[1-6]|li|tr|div|table|blockquote|dd|dt|figcaption|caption)>", re.I)
_CELL_END = re.compile(r"</t[dh]>", re.I)
_LOOKS_LIKE_HTML = re.compile(r"<(?:p|div|table|br|span|h[1-6]|ul|ol|section)\b", re.I)
_MARKDOWN_HEADING = re.compile(r"^#{1,6}\s*(.+)$")
_CHAPTER = re.compile(r"^第[一二三四五六七八九十百零〇\d]+[编章节][\s\u3000].{0,40}$")
_FIRST_LEVEL = re.compile(r"^[一二三四五六七八九十]{1,3}、.{1,30}[^。；，：]$")


@dataclass(frozen=True)
class Heading:
    """An entry of the contents: level 2 or 3, its anchor, its words."""

    level: int
    anchor: str
    text: str


def clean(source: str) -> str:
    """HTML from anywhere → safe HTML of our own small vocabulary, headings with anchors, tables that scroll.

    Scripts, styles, handlers, images of other hosts and unknown classes go; their text stays.
    """
    lowered = _FIRST_HEADING.sub(r"\1h2", _UNUSABLE.sub("", source))
    safe = nh3.clean(
        lowered,
        tags=TAGS,
        clean_content_tags=GONE_WITH_CONTENT,
        attributes=ATTRIBUTES,
        allowed_classes=CLASSES,
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel="noopener noreferrer",
    )
    return _wrap_tables(_number_headings(safe))


def from_plain(text: str) -> tuple[str, str]:
    """Plain text → (paragraphs, words); chapter lines, 一、 lines and Markdown headings become headings."""
    lines, parts, headings = [], [], 0
    for words in _lines(_UNUSABLE.sub("", text)):
        # Most lines cannot be headings by their first character; asking that first halves the time of an import.
        may_be = words[0] in "#第一二三四五六七八九十"
        marked = _MARKDOWN_HEADING.match(words) if may_be else None
        line = marked[1] if marked else words
        lines.append(line)
        if marked or (may_be and (_CHAPTER.match(words) or _FIRST_LEVEL.match(words))):
            headings += 1
            parts.append(f'<h2 id="s{headings}">{escaping.escape(line, quote=False)}</h2>')
        else:
            parts.append(f"<p>{escaping.escape(line, quote=False)}</p>")
    return "\n".join(parts), "\n".join(lines)


def from_any(source: str) -> tuple[str, str]:
    """HTML or plain text, whichever it is → (safe HTML, its words as `to_text` would give them)."""
    if _LOOKS_LIKE_HTML.search(source):
        html = clean(source)
        return html, to_text(html)
    return from_plain(escaping.unescape(source))


def to_text(html: str) -> str:
    """Words of cleaned HTML, a line a block, for search, snippets and feeds."""
    lines = _CELL_END.sub(" ", _BLOCK_END.sub("\n", html))
    return "\n".join(_lines(escaping.unescape(_TAG.sub("", lines))))


def _lines(text: str) -> Iterator[str]:
    """Lines with words in them, spaces of every kind collapsed; much faster than expressions would be."""
    for line in text.replace("\u200b", " ").replace("\ufeff", " ").splitlines():
        if words := " ".join(line.split()):
            yield words


def contents(html: str) -> list[Heading]:
    """Table of contents of a long text; empty for one with fewer than four headings."""
    found = [
        Heading(int(tag[1]), anchor, escaping.unescape(_TAG.sub("", words)).strip())
        for tag, anchor, words in re.findall(r'<(h[23]) id="([^"]+)">(.*?)</\1>', html, re.S)
    ]
    return found if len(found) >= LONG_TEXT_HEADINGS else []


def is_well_formed(html: str) -> bool:
    """True when a parser finds at least one element; used by tests and by the importer's report."""
    try:
        return lxml.html.fragment_fromstring(html, create_parent="div") is not None
    except ParserError:
        return False


def _number_headings(html: str) -> str:
    count = 0

    def anchor(match: re.Match[str]) -> str:
        nonlocal count
        count += 1
        return f'<{match[1]} id="s{count}">{match[2]}</{match[1]}>'

    return _HEADING.sub(anchor, html)


def _wrap_tables(html: str) -> str:
    opened = html.replace('<div class="table-scroll">', "<div>")
    wrapped = opened.replace(
        "<table>", '<div class="table-scroll" role="group" aria-label="表格，可左右滚动" tabindex="0"><table>'
    )
    return wrapped.replace("</table>", "</table></div>")
