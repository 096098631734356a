"""Desk pages of the calendar of due days."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.desks import staff
from portal.agenda.items import Window, few_items
from portal.agenda.selectors import MOST_EXPORTED, asker_of, entries_of, page_of, read_key, sheet_of
from requests_app.following.ics import calendar_file
from workdays.due import written
from workdays.formats import FIRST_YEAR, LAST_YEAR
from workdays.selectors import current_calendar

LATE = "late"


@dataclass(frozen=True, slots=True)
class Shown:
    """What of a year the list shows, and what it is called. ``name``: late, next, day or year."""

    name: str
    title: str
    window: Window
    empty: str

    def years(self, year: int) -> range:
        """Whose fixed days are listed: of what is over none, because nobody reports here that they were kept."""
        return range(0) if self.name == LATE else range(year, year + 1)


@require_safe
@login_required
@never_cache
def agenda(request: HttpRequest, year: int | None = None) -> HttpResponse:
    """期限日历 of a year: what is due on which day, what the law itself names, and the list of it."""
    user, today = staff(request), timezone.localdate()
    year = today.year if year is None else year
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Http404
    asker, bodies = asker_of(user, code=request.GET.get("department", ""), is_mine="mine" in request.GET)
    calendar, shown = current_calendar(), _shown(request, year, today)
    few = few_items(asker, today, calendar)
    sheet = sheet_of(asker, year, few, today=today, calendar=calendar)
    page = page_of(asker, shown.window, few, today=today, calendar=calendar, years=shown.years(year))
    context: dict[str, Any] = {
        "heading": f"{year}年期限日历",
        "sheet": sheet,
        "shown": shown,
        "page": page,
        "bodies": bodies,
        "is_mine": asker.is_mine,
        "chosen": request.GET.get("department", "") if asker.chosen else "",
        "years": [other for other in (year - 1, year, year + 1) if FIRST_YEAR <= other <= LAST_YEAR],
        "this_year": today.year,
        "kept": _kept(request, is_chosen=asker.chosen is not None),
        "most": MOST_EXPORTED,
    }
    return render(request, "desk/agenda/year.html", context)


@require_safe
@login_required
@never_cache
def dates(request: HttpRequest) -> HttpResponse:
    """What is due from today on, as iCalendar; with the same choice of body and person as the page."""
    user, today = staff(request), timezone.localdate()
    asker, _ = asker_of(user, code=request.GET.get("department", ""), is_mine="mine" in request.GET)
    entries = entries_of(asker, today=today, calendar=current_calendar())
    producer = settings.SITE["name"]
    data = calendar_file(entries, name="政府信息公开期限", producer=producer, at=timezone.now())
    response = HttpResponse(data, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{today:%Y%m%d}.ics"'
    return response


def _shown(request: HttpRequest, year: int, today: date) -> Shown:
    """One day, what is over, or what comes; in another year than this one everything of that year."""
    after = read_key(request.GET.get("after", ""))
    first, last = date(year, 1, 1), date(year, 12, 31)
    day = _day_of(request.GET.get("day", ""), year)
    if day:
        return Shown("day", written(day), Window(day, day, after), "这一天没有到期的事项。")
    if year != today.year:
        said = f"{year}年到期、尚未办结的事项" if year < today.year else f"{year}年到期的事项"
        return Shown("year", said, Window(first, last, after), f"没有{said}。")
    if request.GET.get("show") == LATE:
        yesterday = date.fromordinal(today.toordinal() - 1)
        return Shown(
            LATE,
            "已过期限、尚未办结的事项",
            Window(None, yesterday, after, is_late=True),
            "没有已过期限、尚未办结的事项。",
        )
    return Shown("next", "接下来到期的事项", Window(today, last, after), "今年没有其他要到期的事项。")


def _day_of(text: str, year: int) -> date | None:
    """The day of the address, if it is one of this year."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.year == year else None


def _kept(request: HttpRequest, *, is_chosen: bool) -> str:
    """What of the address every link keeps: the body chosen and 只看我承办的."""
    kept = {"department": request.GET.get("department", "")} if is_chosen else {}
    kept |= {"mine": "on"} if "mine" in request.GET else {}
    return urlencode(kept)
