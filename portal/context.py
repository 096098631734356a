"""What every page's template sees."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from notices.selectors import unread_label
from portal.desk import desk_navigation

THEME_COOKIE = "theme"


def site(request: HttpRequest) -> dict[str, Any]:
    """Names of the site, the chosen theme and, on desk pages only, the desk's navigation."""
    theme = request.COOKIES.get(THEME_COOKIE, "standard")
    return {
        "site": settings.SITE,
        "theme": theme if theme in settings.THEMES else "standard",
        "unread_notices": SimpleLazyObject(lambda: unread_label(request.user)),
        "desk_navigation": SimpleLazyObject(lambda: desk_navigation(request)),
    }
