"""What a page of the tables is: an address, who looks at it, and what it is about."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Row = tuple[Any, ...]


@dataclass(frozen=True)
class Place:
    """An address of the map.

    ``path`` is filled with the columns of the first row that ``find`` (SQL) gives, and with objects of `furnish` by
    name; with ``link``, a pattern, the page is the one that the first such link on it leads to. ``who`` signs in, or
    holds a cookie of `furnish`; nobody does without.
    """

    path: str
    find: str = ""
    who: str = ""
    status: int = 200
    link: str = ""

    def address(self, row: Callable[[str], Row], objects: Mapping[str, str]) -> str:
        """The address in this city; with ``link``, that of the page where the link stands."""
        return self.path.format(*(row(self.find) if self.find else ()), **objects)

    @property
    def sample(self) -> str:
        """An address of the same kind, to ask the map of the site which it is."""
        return re.sub(r"\{[^}]*\}", "1", self.path).partition("?")[0]


def linked(markup: str, pattern: str) -> str:
    """The first link of a page that fits."""
    found = re.search(rf'href="({pattern})"', markup)
    assert found, f"no link on the page fits {pattern}"
    return found[1].replace("&amp;", "&")
