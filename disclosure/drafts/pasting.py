"""What comes out of Word and WPS, and out of an editor in the browser → the small vocabulary of our documents. Pure."""

import re
from collections.abc import Iterable
from itertools import groupby

import lxml.html
from lxml.etree import ParserError
from lxml.html import HtmlElement

from catalog import body

# Never pasted: what the writer does not see or has struck out. Deleted and hidden words must not become public.
_UNSEEN = "script style template xml meta link title head del".split()
_UNSEEN_STYLE = re.compile(r"display\s*:\s*none|mso-hide\s*:\s*all|mso-element\s*:\s*(?:comment|header|footer)", re.I)
_UNSEEN_CLASS = re.compile(r"\b(?:msodel|msocom\w*|MsoComment\w*)\b", re.I)
_MARKER_STYLE = re.compile(r"mso-list\s*:\s*ignore", re.I)
_LIST_STYLE = re.compile(r"mso-list\s*:\s*l\d", re.I)
_OUTLINE = re.compile(r"mso-outline-level\s*:\s*([1-6])", re.I)
_BOLD = re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)", re.I)
_ALIGN = re.compile(r"text-align\s*:\s*(center|right)", re.I)
_NUMBERED = re.compile(r"[(（]?\d{1,3}[.)、）．]?")
_BULLET = re.compile(r"[·•●○■□◆◇▪❖–—*lnuØüv§\-]|\uf0b7|\uf06c|\uf06e|\uf0d8|\uf0a7|\uf0fc")
_IS_HTML = re.compile(r"<(?:p|div|table|br|span|h[1-6]|ul|ol|li|section|b|strong|em|a)\b", re.I)
MOST_ROUNDS = 4
BLOCKS = frozenset("p div h1 h2 h3 h4 h5 h6 ul ol li table thead tbody tr td th blockquote dl dt dd hr section".split())
HEADINGS = {"h1": "h2", "h5": "h4", "h6": "h4"}
CLASS_OF = {"center": "center", "right": "signature"}
OURS = frozenset({"signature", "center", "no-indent", "number"})


def body_of(typed: str) -> tuple[str, str]:
    """(safe HTML, its words) of what stands in the editor: HTML, or plain text where there is no script."""
    if not _IS_HTML.search(typed):
        return body.from_plain(typed)
    html = body.clean(tidy(typed)).strip()
    for _ in range(MOST_ROUNDS):  # what cleaning takes out may leave blanks that only the next look sees
        before, html = html, body.clean(tidy(html)).strip()
        if html == before:
            break
    return html, body.to_text(html)


def typed_body(html: str, text: str) -> str:
    """What a text field shows for a stored body: plain lines as long as nothing would be lost by them."""
    return text if body.from_plain(text)[0] == html else html


def tidy(html: str) -> str:
    """Markup of Word, WPS and browsers → headings, paragraphs, lists, tables; fonts, hidden and deleted words go.

    The result still has to pass `catalog.body.clean`; doing both again changes nothing.
    """
    try:
        root = lxml.html.fragment_fromstring(body_part(html), create_parent="div")
    except ParserError:
        return ""
    _drop_unseen(root)
    _read_styles(root)
    _make_lists(root)
    _flatten(root)
    _wrap_loose(root)
    return (root.text or "") + "".join(lxml.html.tostring(child, encoding="unicode") for child in root)


def body_part(html: str) -> str:
    """What stands between the body tags of a whole page, without comments and directives (`<![if …]>`)."""
    inside = re.search(r"<body\b[^>]*>(.*?)(?:</body>|$)", html, re.S | re.I)
    words = inside[1] if inside else html
    words = re.sub(r"<!--.*?-->", "", words, flags=re.S)
    words = re.sub(r"<\?xml\b[^>]*>|<!\[[^>]*>", "", words, flags=re.I)
    return re.sub(
        r"<(/?)[a-z]+\d?:\w+\b", r"<\1span", "".join(c for c in words if c >= " " or c in "\t\n\r"), flags=re.I
    )


def has_pictures(html: str) -> bool:
    """True when a picture would be lost: pictures are attachments."""
    return re.search(r"<(?:img|v:imagedata|picture|svg)\b", html, re.I) is not None


def _drop_unseen(root: HtmlElement) -> None:
    for element in list(root.iter()):
        if not isinstance(element.tag, str):
            element.drop_tree()
            continue
        style, names = element.get("style", ""), element.get("class", "")
        if element is not root and (
            element.tag in _UNSEEN or _UNSEEN_STYLE.search(style) or _UNSEEN_CLASS.search(names)
        ):
            element.drop_tree()


def _read_styles(root: HtmlElement) -> None:
    """What a style means becomes a tag or a class of ours; the style itself is dropped by cleaning."""
    for element in list(root.iter()):
        style = element.get("style", "")
        outline = _OUTLINE.search(style)
        if element.tag in HEADINGS:
            element.tag = HEADINGS[element.tag]
        if element.tag == "p" and outline and not _LIST_STYLE.search(style):
            element.tag = f"h{min(int(outline[1]) + 1, 4)}"
        if element.tag in ("span", "font") and _BOLD.search(style):
            element.tag = "strong"
        if element.tag in ("p", "div"):
            kept = OURS.intersection(element.get("class", "").split())
            aligned = _ALIGN.search(style) or re.match(r"(center|right)$", element.get("align", ""), re.I)
            if aligned and not kept:
                kept = frozenset({CLASS_OF[aligned[1].lower()]})
            element.attrib.pop("class", None)
            if kept:
                element.set("class", " ".join(sorted(kept)))


def _make_lists(root: HtmlElement) -> None:
    """Word's list paragraphs (`mso-list`) → lists; 一、 and （一） stay words, for they are part of the document."""
    marked = [element for element in root.iter("p") if _LIST_STYLE.search(element.get("style", ""))]
    kinds = [(element, _kind_of(element)) for element in marked]
    for kind, run in groupby(_neighbours(kinds), key=lambda row: (row[1], row[2])):
        if kind[0]:
            _to_list(kind[0], [row[0] for row in run])


def _neighbours(kinds: list[tuple[HtmlElement, str]]) -> Iterable[tuple[HtmlElement, str, int]]:
    """Each with the number of its run: paragraphs that follow one another directly."""
    run, last = 0, None
    for element, kind in kinds:
        run += element.getprevious() is not last or last is None
        last = element
        yield element, kind, run


def _kind_of(element: HtmlElement) -> str:
    """`ul`, `ol` or empty for a paragraph whose marker is part of the text; markers of lists are taken out."""
    marker = next((span for span in element.iter("span") if _MARKER_STYLE.search(span.get("style", ""))), None)
    if marker is None:
        return "ul"
    words = "".join(marker.text_content().split())
    kind = "ul" if _BULLET.fullmatch(words) else "ol" if _NUMBERED.fullmatch(words) else ""
    if kind:
        marker.drop_tree()
    else:
        for child in list(marker):
            child.drop_tree()
        marker.text = words
    return kind


def _to_list(kind: str, paragraphs: list[HtmlElement]) -> None:
    made = lxml.html.Element(kind)
    paragraphs[0].addprevious(made)
    for paragraph in paragraphs:
        paragraph.tag, paragraph.tail = "li", None
        made.append(paragraph)


def _flatten(root: HtmlElement) -> None:
    """Spans, fonts and boxes without meaning go; a box that holds only words is a paragraph; empty ones go too."""
    for element in list(root.iterdescendants()):
        if element.tag in ("span", "font", "section", "center"):
            element.drop_tag()
        elif element.tag == "div":
            if any(child.tag in BLOCKS for child in element.iterdescendants()):
                element.drop_tag()
            else:
                element.tag = "p"
    for element in list(root.iter("p", "h2", "h3", "h4", "li", "strong", "b", "em", "i", "u")):
        is_empty = not element.text_content().strip() and not len(element)
        if is_empty and element.getparent() is not None:
            element.drop_tree() if element.tag in BLOCKS else element.drop_tag()
        elif element.tag in BLOCKS and element.text:
            element.text = element.text.lstrip(" \t\r\n\xa0\u3000")  # indents typed by hand; the page has its own


def _wrap_loose(root: HtmlElement) -> None:
    """Words outside any paragraph become paragraphs."""
    pieces: list[HtmlElement] = []
    loose = _paragraph(root.text)
    root.text = None
    for child in list(root):
        tail, child.tail = child.tail, None
        root.remove(child)
        if child.tag in BLOCKS:
            pieces += [loose, child]
            loose = _paragraph(tail)
        elif child.tag == "br":
            pieces.append(loose)
            loose = _paragraph(tail)
        else:
            child.tail = tail
            loose.append(child)
    pieces.append(loose)
    for piece in pieces:
        if piece.tag != "p" or piece.text_content().strip():
            piece.tail = "\n"
            root.append(piece)


def _paragraph(words: str | None) -> HtmlElement:
    made = lxml.html.Element("p")
    made.text = words
    return made
