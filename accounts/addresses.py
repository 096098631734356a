"""Where a request came from."""

from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str | None:
    """Address of the client, None when the server does not know it.

    ``X-Forwarded-For`` is believed only behind ``TRUSTED_PROXIES`` proxies of our own: each appends the address it saw,
    so the client's own claim can only stand further left than the entry read here.
    """
    seen = [str(request.META.get("REMOTE_ADDR") or "")]
    forwarded = request.headers.get("X-Forwarded-For", "").split(",")
    if 0 < settings.TRUSTED_PROXIES <= len(forwarded):
        seen.insert(0, forwarded[-settings.TRUSTED_PROXIES])
    return next((valid for text in seen if (valid := _valid(text.strip()))), None)


def _valid(text: str) -> str | None:
    try:
        return str(ip_address(text))
    except ValueError:
        return None
