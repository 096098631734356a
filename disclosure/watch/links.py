"""Addresses in bodies. Pure."""

import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import urlsplit

_HREF = re.compile(r'href="([^"]+)"')
_OURS = re.compile(r"/(documents|files)/(\d{1,18})(?:/|$)", re.ASCII)
MOST_IN_A_BODY = 200
MOST_CHARACTERS = 600


def addresses(html: str) -> Iterator[str]:
    """Different addresses a cleaned body links to, `MOST_IN_A_BODY` at most; anchors of the page itself are none."""
    found = dict.fromkeys(unescape(address).strip() for address in _HREF.findall(html))
    for address in list(found)[:MOST_IN_A_BODY]:
        if address and not address.startswith(("#", "mailto:", "tel:")):
            yield address[:MOST_CHARACTERS]


def inside(address: str, site_url: str) -> tuple[str, int] | None:
    """(`documents` or `files`, key) behind an address of this site; None for other pages and other sites."""
    path = address.removeprefix(site_url.rstrip("/"))
    if not path.startswith("/") or path.startswith("//"):
        return None
    match = _OURS.match(path)
    return (match[1], int(match[2])) if match else None


def is_outside(address: str, site_url: str) -> bool:
    """True for an address of another site that can be asked."""
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(host) and host != urlsplit(site_url).hostname
