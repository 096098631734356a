"""The arrangements of 2004 to 2026 as the `chinesecalendar` package carries them."""

from collections import defaultdict
from datetime import date

from chinese_calendar.constants import Holiday, holidays, workdays

from workdays.arithmetic import Calendar
from workdays.formats import DraftDay, YearDraft, default_notice
from workdays.notices import NOTICES

_NAMES = {"清明": "清明节", "端午": "端午节", "中秋": "中秋节"}


def published_drafts() -> list[YearDraft]:
    """Every year of the package, oldest first."""
    days: dict[int, list[DraftDay]] = defaultdict(list)
    for source, is_workday in ((holidays, False), (workdays, True)):
        for on, holiday in source.items():
            # Days of December are moved by next year's notice, for New Year.
            days[on.year + (on.month == 12)].append(DraftDay(on, is_workday, _name(holiday)))
    return [_draft(year, days[year]) for year in sorted(days)]


def _name(holiday: str) -> str:
    chinese = str(Holiday(holiday).chinese)
    return _NAMES.get(chinese, chinese)


def _draft(year: int, days: list[DraftDay]) -> YearDraft:
    number, issued_on = NOTICES.get(year, ("", None))
    notice = default_notice(year) + (f"（{number}）" if number else "")
    return YearDraft(year, notice, tuple(sorted(days, key=_on)), published_on=issued_on)


def _on(day: DraftDay) -> date:
    return day.on


def published_calendar() -> Calendar:
    """The shipped years as a calendar, without a database."""
    drafts = published_drafts()
    days = ((day.on, day.is_workday) for draft in drafts for day in draft.days)
    return Calendar.of(days, [draft.year for draft in drafts])
