"""Text of DOCX files: body with tables and text boxes, headers, footers, notes."""

from collections.abc import Iterator
from pathlib import Path

import docx
from lxml import etree

from files.readers.flow import text_of

_STORIES = ("header", "footer", "footnotes", "endnotes")
"""Not the comments: they are remarks of the drafters, not part of what is published."""


def read(path: Path) -> Iterator[str]:
    """The body, then every distinct header, footer and note part."""
    document = docx.Document(str(path))
    yield text_of(document.element.body)
    seen: set[str] = set()
    for relation in document.part.rels.values():
        kind = relation.reltype.rpartition("/")[2]
        if relation.is_external or kind not in _STORIES:
            continue
        part = relation.target_part
        if str(part.partname) not in seen:
            seen.add(str(part.partname))
            yield text_of(etree.fromstring(part.blob, _parser()))


def _parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
