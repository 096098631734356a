"""Reads shaped for the calendar of due days: the sheet of a year, a page of the list, what is next for somebody."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.urls import reverse

from accounts.models import Department, User
from accounts.rules import departments_visible_to
from disclosure.deadlines import FixedDay, annual_report_days
from portal.agenda.items import (
    Asker,
    Item,
    Key,
    Source,
    Window,
    case_days,
    case_items,
    counts_by_day,
    draft_days,
    draft_items,
    few_items,
    law_items,
    problem_days,
    problem_items,
)
from requests_app.following.ics import Entry
from requests_app.ledger.queues import reader_of
from workdays.arithmetic import Calendar
from workdays.selectors import Cell, current_calendar, months_of

PAGE = 30
MOST_EXPORTED = 500
HORIZON = timedelta(days=92)  # of what is called next: three months


# --- who looks ---------------------------------------------------------------------------------------------------------


def asker_of(user: User, *, code: str = "", is_mine: bool = False) -> tuple[Asker, list[Department]]:
    """Who looks, and the bodies to choose from. An unknown ``code``, or one that is none of theirs, chooses nothing."""
    seen = list(departments_visible_to(user).active())
    bodies = [row for row in seen if not row.is_internal]
    body = next((row for row in bodies if row.code == code), None) if code else None
    return Asker(user, reader_of(user), _with_offices(body, seen) if body else None, is_mine), bodies


def _with_offices(body: Department, seen: Iterable[Department]) -> tuple[int, ...]:
    """A body and the offices inside it: rights of the body reach them (rulings 20)."""
    inside = [row.pk for row in seen if row.is_internal and row.path.startswith(body.path)]
    return (body.pk, *inside)


# --- the sheet of a year -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the sheet: how much is due, how much of it late, and what the law names."""

    cell: Cell
    count: int
    late: int
    fixed: tuple[FixedDay, ...]
    is_today: bool

    @property
    def total(self) -> int:
        """With the days of the law."""
        return self.count + len(self.fixed)


@dataclass(frozen=True, slots=True)
class Month:
    """A month of the sheet; weeks as in the calendar of working days."""

    number: int
    total: int
    weeks: tuple[tuple[Day | None, ...], ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """Twelve months. ``late`` counts what is over and still open; in the current year of earlier years, too."""

    year: int
    is_published: bool
    months: tuple[Month, ...]
    fixed: tuple[FixedDay, ...]
    late: int


def sheet_of(asker: Asker, year: int, few: Iterable[Item], *, today: date, calendar: Calendar) -> Sheet:
    """How much is due on each day of ``year``: one grouped question a source, whatever lies behind the numbers."""
    window = Window(None if year == today.year else date(year, 1, 1), date(year, 12, 31))
    mine = ((item.on, 1, int(item.on < today)) for item in few if window.holds(item.key))
    read = (days(asker, window, today) for days in (case_days, draft_days, problem_days))
    counts = counts_by_day(*read, mine)
    fixed = annual_report_days(year, calendar)
    months = tuple(_month(month.number, month.weeks, counts, fixed, today) for month in months_of(year, calendar))
    return Sheet(year, calendar.is_published(year), months, fixed, sum(late for _, late in counts.values()))


def _month(
    number: int,
    weeks: Iterable[Iterable[Cell | None]],
    counts: Mapping[date, tuple[int, int]],
    fixed: tuple[FixedDay, ...],
    today: date,
) -> Month:
    made = tuple(tuple(_day(cell, counts, fixed, today) if cell else None for cell in week) for week in weeks)
    return Month(number, sum(day.total for week in made for day in week if day), made)


def _day(cell: Cell, counts: Mapping[date, tuple[int, int]], fixed: tuple[FixedDay, ...], today: date) -> Day:
    count, late = counts.get(cell.day, (0, 0))
    return Day(cell, count, late, tuple(day for day in fixed if day.on == cell.day), cell.day == today)


# --- the list ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Page:
    """Items, soonest first, and the key after which the next page starts; empty on the last."""

    items: list[Item]
    after: str


def page_of(
    asker: Asker,
    window: Window,
    few: Iterable[Item],
    *,
    today: date,
    calendar: Calendar,
    years: range,
    most: int = PAGE,
) -> Page:
    """The first ``most`` items of all sources in ``window``; ``years``: those of the law's own days."""
    found = [
        *case_items(asker, window, most + 1, today, calendar),
        *draft_items(asker, window, most + 1, today, calendar),
        *problem_items(asker, window, most + 1, today, calendar),
        *(item for item in few if window.holds(item.key)),
        *law_items(window, years, today, calendar),
    ]
    found.sort(key=lambda item: item.key)
    return Page(found[:most], written_key(found[most - 1].key) if len(found) > most else "")


def written_key(key: Key) -> str:
    """A place in the list for an address."""
    return f"{key[0].isoformat()}.{int(key[1])}.{key[2]}"


def read_key(text: str) -> Key | None:
    """The place an address names; the beginning for anything that is none."""
    day, _, rest = text.partition(".")
    source, _, pk = rest.partition(".")
    if not (source.isascii() and source.isdigit() and pk.isascii() and pk.isdigit() and len(rest) <= 20):
        return None
    try:
        return date.fromisoformat(day), int(source), int(pk)
    except ValueError:
        return None


def upcoming(user: User, today: date, limit: int) -> list[Item]:
    """The next ``limit`` due items of what somebody sees, today's first, none further away than three months."""
    asker, calendar, last = Asker(user, reader_of(user)), current_calendar(), today + HORIZON
    window, years = Window(today, last), range(today.year, last.year + 1)
    few = few_items(asker, today, calendar)
    return page_of(asker, window, few, today=today, calendar=calendar, years=years, most=limit).items


# --- for other calendars -----------------------------------------------------------------------------------------------


def entries_of(asker: Asker, *, today: date, calendar: Calendar) -> list[Entry]:
    """The next 500 items as days of an iCalendar file: numbers and kinds, no matter, no title, nobody's name."""
    window, years = Window(today, None), range(today.year, today.year + 2)
    few = few_items(asker, today, calendar)
    page = page_of(asker, window, few, today=today, calendar=calendar, years=years, most=MOST_EXPORTED)
    return [_entry(item) for item in page.items]


def _entry(item: Item) -> Entry:
    on, source, pk = item.key
    name = {Source.DRAFT: f"拟稿{pk}", Source.ROUND: f"第{pk}号"}.get(Source(source), item.about)
    place = f"fixed-{on:%Y%m%d}" if source == Source.LAW else f"{Source(source).name.lower()}-{pk}"
    url = settings.SITE_URL + (item.url or reverse("agenda"))
    note = f"{item.clock.note}\n" if item.clock and item.clock.note else ""
    return Entry(f"due-{place}@{settings.SITE['domain']}", on, f"{item.kind}（{name}）", note + url)
