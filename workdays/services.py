"""Every write to the calendar."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import uuid4

import structlog
from django.db import transaction

from workdays.formats import FileFaults, YearDraft
from workdays.models import CalendarVersion, CalendarYear, Day
from workdays.selectors import calendar_version

logger = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class YearChange:
    """What an import changes in one year; `lines` are sentences for people, empty when nothing changes."""

    year: int
    is_new: bool
    lines: tuple[str, ...]


def preview_year(draft: YearDraft) -> YearChange:
    """What `import_year` would change. Raises `FileFaults` when another year's notice already names a day."""
    present = CalendarYear.objects.filter(year=draft.year).first()
    old = {day.date: day for day in Day.objects.filter(year_id=draft.year)}
    new = {day.on: day for day in draft.days}
    _refuse_days_of_other_years(draft)
    lines: list[str] = []
    if present is None or not present.is_published:
        lines.append(f"新增 {draft.year} 年：{draft.notice}")
    elif present.notice != draft.notice:
        lines.append(f"通知由“{present.notice}”改为“{draft.notice}”")
    if present is not None and (present.url, present.published_on) != (
        draft.url,
        draft.published_on,
    ):
        lines.append("通知的网址或印发日期有变化")
    for on in sorted(old.keys() | new.keys()):
        before = f"{old[on].name}{_word(old[on].is_workday)}" if on in old else ""
        after = f"{new[on].name}{_word(new[on].is_workday)}" if on in new else ""
        if before != after:
            lines.append(f"{on}：{before or '（无）'} → {after or '（删去）'}")
    return YearChange(draft.year, present is None, tuple(lines))


@transaction.atomic
def import_years(*, drafts: Iterable[YearDraft]) -> list[YearChange]:
    """Every year of a file or none; see `import_year`."""
    changes = [import_year(draft=draft) for draft in drafts]
    changed = [change.year for change in changes if change.lines]
    logger.info("calendar_imported", years=changed, version=calendar_version())
    return changes


@transaction.atomic
def import_year(*, draft: YearDraft) -> YearChange:
    """Make the calendar of a year what its notice says. Importing the same again changes nothing.

    The version moves on in the same transaction, so deadlines are recounted (rulings 10).
    """
    version = _locked_version()
    change = preview_year(draft)
    if not change.lines:
        return change
    CalendarYear.objects.update_or_create(
        year=draft.year,
        defaults={
            "notice": draft.notice, "url": draft.url, "published_on": draft.published_on, "is_published": True,
        },
    )  # fmt: skip
    Day.objects.filter(year_id=draft.year).delete()
    Day.objects.bulk_create(
        Day(date=day.on, is_workday=day.is_workday, name=day.name, year_id=draft.year) for day in draft.days
    )
    version.number += 1
    version.stamp = uuid4().hex
    version.save()
    return change


def _locked_version() -> CalendarVersion:
    """The version row, held until the transaction ends: imports follow one another."""
    CalendarVersion.objects.get_or_create(pk=1, defaults={"number": 0, "stamp": uuid4().hex})
    return CalendarVersion.objects.select_for_update().get(pk=1)


def _refuse_days_of_other_years(draft: YearDraft) -> None:
    taken = Day.objects.filter(date__in=[day.on for day in draft.days]).exclude(year_id=draft.year)
    faults = [f"{day.date} 已由 {day.year_id} 年的通知规定" for day in taken]
    if faults:
        raise FileFaults(faults)


def _word(is_workday: bool) -> str:
    return "上班" if is_workday else "放假"
