"""Text of flowing office markup (WordprocessingML, DrawingML): the same few local names in both."""

from collections.abc import Iterator

from lxml import etree

_SKIPPED = {"Fallback", "instrText", "delText"}
_BREAKS = {"p": "\n", "br": "\n", "cr": "\n", "tab": "\t", "tc": "\t"}


def local_name(element: etree._Element) -> str:
    """Tag without its namespace; empty for comments and processing instructions."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def text_of(root: etree._Element) -> str:
    """All text runs below ``root`` in document order: tables, text boxes and content controls included."""
    return "".join(_pieces(root))


def _pieces(root: etree._Element) -> Iterator[str]:
    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        name = local_name(element)
        if event == "start":
            if name in _SKIPPED:
                walk.skip_subtree()
            elif name == "t" and element.text:
                yield element.text
        elif name in _BREAKS:
            yield _BREAKS[name]
