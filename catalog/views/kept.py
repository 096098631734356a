"""Pages kept ready for visitors: the same answer for everybody until something public changes."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse

from search.services import stamp

View = Callable[..., HttpResponse]
OK = 200
LONGEST_ADDRESS = 200


def kept(view: View) -> View:
    """Answer a visitor from this process's memory while the public catalogue has the same stamp.

    The stamp is read from the database on every request, so what is taken down is gone at once (rulings 16). What
    changes without it (names of bodies, the day's date) is at most `KEEP_PAGES_SECONDS` old. Not for search: the index
    follows the stamp seconds later.
    """

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not settings.KEEP_PAGES_SECONDS or not _for_everybody(request):
            return view(request, *args, **kwargs)
        pages, key = caches["pages"], f"{stamp()}|{_theme(request)}|{request.get_full_path()}"
        if (page := pages.get(key)) is not None:
            return HttpResponse(page, content_type="text/html; charset=utf-8")
        response = view(request, *args, **kwargs)
        if response.status_code == OK and not response.streaming and not response.cookies:
            pages.set(key, response.content, settings.KEEP_PAGES_SECONDS)
        return response

    return answer


def _theme(request: HttpRequest) -> str:
    theme = request.COOKIES.get("theme", "")
    return theme if theme in settings.THEMES else ""


def _for_everybody(request: HttpRequest) -> bool:
    """No session, no message waiting, nothing asked of the search."""
    personal = {settings.SESSION_COOKIE_NAME, "messages"} & request.COOKIES.keys()
    asked = request.GET.keys() - {"cursor"}
    return not personal and not asked and len(request.get_full_path()) <= LONGEST_ADDRESS
