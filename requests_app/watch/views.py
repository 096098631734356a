"""Desk pages of the watch: reminders planned, given and not delivered; days that a new calendar moved."""

import re
from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.desks import key_of, staff
from requests_app.watch import selectors
from requests_app.watch.selectors import Sight
from workdays.selectors import current_calendar

TABS = {"planned": "计划提醒", "sent": "已提醒", "failed": "没有送达"}
_KEY = re.compile(r"(\d{4}-\d{2}-\d{2})-(\d{1,18})", re.ASCII)


@require_safe
@login_required
@never_cache
def reminders(request: HttpRequest) -> HttpResponse:
    """Reminders about the cases the reader sees."""
    reader = _reader(request)
    show = request.GET.get("show", "")
    show = show if show in TABS else "planned"
    context = {
        "show": show,
        "tabs": _tabs(show, selectors.undelivered_count(reader)),
        **_page_of(reader, show, request),
    }
    return render(request, "desk/requests/reminders.html", {"heading": "期限提醒", **context})


def _page_of(reader: Sight, show: str, request: HttpRequest) -> dict[str, Any]:
    """The rows of one tab."""
    before = key_of(request.GET.get("before"))
    if show == "sent":
        return {"page": selectors.sent_page(reader, before=before)}
    if show == "failed":
        outside = selectors.undelivered_outside_rows(reader) if before is None else []
        return {"page": selectors.undelivered_page(reader, before=before), "outside": outside}
    today, after = timezone.localdate(), _key(request.GET.get("after"))
    page = selectors.planned_page(reader, after=after, today=today, calendar=current_calendar())
    return {"page": page, "today": today}


@require_safe
@login_required
@never_cache
def recounts(request: HttpRequest) -> HttpResponse:
    """Open cases whose due day moved when the working-day calendar changed."""
    page = selectors.recounts_page(_reader(request), before=key_of(request.GET.get("before")))
    return render(request, "desk/requests/recounts.html", {"heading": "日历变动引起的期限变化", "page": page})


def _tabs(show: str, failed: str) -> list[dict[str, Any]]:
    return [
        {
            "label": f"{label}（{failed}）" if name == "failed" else label,
            "url": f"?show={name}",
            "current": name == show,
        }
        for name, label in TABS.items()
    ]


def _reader(request: HttpRequest) -> Sight:
    """What the person at this desk sees; Http404 for who has no business with applications."""
    sight = selectors.sight_of(staff(request))
    if sight is None:
        raise Http404
    return sight


def _key(text: str | None) -> tuple[date, int] | None:
    """Where a page starts; from the beginning for anything that cannot be a key."""
    found = _KEY.fullmatch(text or "")
    try:
        return (date.fromisoformat(found.group(1)), int(found.group(2))) if found else None
    except ValueError:
        return None
