"""Text of HTML files."""

from collections.abc import Iterator
from pathlib import Path

from lxml import etree, html

from files.charset import decode
from files.readers.plain import READ_BYTES

_SKIPPED = {"script", "style", "noscript", "template", "object", "svg"}
_INLINE = {
    "a",
    "abbr",
    "b",
    "em",
    "font",
    "i",
    "label",
    "mark",
    "o:p",
    "s",
    "small",
    "span",
    "strong",
    "sub",
    "sup",
    "u",
}


def read(path: Path) -> Iterator[str]:
    """The whole page; the bytes decide the encoding, not the declaration in the page."""
    with path.open("rb") as file:
        source = decode(file.read(READ_BYTES))
    # A declared encoding is wrong by now and makes lxml refuse text.
    root = html.document_fromstring(
        source.replace("<?xml", "<!--?xml", 1).replace("?>", "?-->", 1)
        if source.lstrip().startswith("<?xml")
        else source
    )
    yield "".join(_pieces(root))


def _pieces(root: etree._Element) -> Iterator[str]:
    walk = etree.iterwalk(root, events=("start", "end", "comment", "pi"))
    for event, element in walk:
        skipped = not isinstance(element.tag, str) or element.tag in _SKIPPED
        if event == "start":
            if skipped:
                walk.skip_subtree()
            elif element.text:
                yield element.text
            continue
        if not skipped and element.tag not in _INLINE:
            yield "\t" if element.tag in ("td", "th") else "\n"
        if element.tail and element is not root:
            yield element.tail
