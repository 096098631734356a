"""Dates as they occur in exports (rulings 21). Pure."""

import re
import unicodedata
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from disclosure.importing.faults import RowFault

_EMPTY = frozenset({"", "-", "--", "—", "/", "无", "none", "null"})
_CLOCK = r"(?:[T ]\s*(?P<hour>\d{1,2})[:时](?P<minute>\d{1,2})(?:[:分](?P<second>\d{1,2})(?:[.,]\d{1,9})?)?[分秒]?)?"
_ZONE = r"\s*(?P<zone>Z|[+-]\d{2}:?\d{2})?"
_DATES = (
    r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})",
    r"(?P<year>\d{4})/(?P<month>\d{1,2})/(?P<day>\d{1,2})",
    r"(?P<year>\d{4})\.(?P<month>\d{1,2})\.(?P<day>\d{1,2})",
    r"(?P<year>\d{4})\s*年\s*(?P<month>\d{1,2})\s*月\s*(?P<day>\d{1,2})\s*日",
    r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})",
)
_WRITTEN = tuple(re.compile(pattern + _CLOCK + _ZONE, re.ASCII) for pattern in _DATES)
_NUMBER = re.compile(r"\d+(?:\.\d+)?", re.ASCII)
_EXCEL_EPOCH = datetime(1899, 12, 30)
_EXCEL_DAYS = range(15_000, 80_000)
_SECONDS = range(100_000_000, 10_000_000_000)
_MILLISECONDS = range(100_000_000_000, 10_000_000_000_000)
_PARTS = ("year", "month", "day", "hour", "minute", "second")
_FIRST_YEAR, _LAST_YEAR = 1900, 2100


def read_moment(value: object, zone: tzinfo) -> datetime | None:
    """The moment ``value`` means, aware; None for nothing. A day is its midnight in ``zone``.

    Accepted: ISO with or without time and zone, 2014年7月23日, 2014-7-23, 2014/7/23, 2014.7.23, 20140723, Unix time in
    seconds or milliseconds, Excel serials. `RowFault` for anything else, and for days that do not exist.
    """
    if isinstance(value, datetime):
        return _checked(value if value.tzinfo else value.replace(tzinfo=zone), zone)
    if isinstance(value, date):
        return _checked(datetime.combine(value, time(), zone), zone)
    text = unicodedata.normalize("NFKC", "" if value is None else str(value)).strip()
    if text.lower() in _EMPTY:
        return None
    for pattern in _WRITTEN:
        if found := pattern.fullmatch(text):
            return _checked(_written(found, zone, text), zone)
    if _NUMBER.fullmatch(text) and not isinstance(value, bool):
        return _checked(_counted(text, zone), zone)
    raise RowFault(f"日期“{text[:40]}”无法识别")


def read_day(value: object, zone: tzinfo) -> date | None:
    """The day ``value`` means in ``zone``; see `read_moment`."""
    moment = read_moment(value, zone)
    return moment.astimezone(zone).date() if moment else None


def _written(found: re.Match[str], zone: tzinfo, text: str) -> datetime:
    year, month, day, hour, minute, second = (int(found[name] or 0) for name in _PARTS)
    try:
        moment = datetime(year, month, day, hour, minute, second)
    except ValueError as error:
        raise RowFault(f"日期“{text[:40]}”不存在") from error
    offset = found["zone"]
    if not offset:
        return moment.replace(tzinfo=zone)
    if offset == "Z":
        return moment.replace(tzinfo=UTC)
    try:
        return datetime.strptime(f"{moment:%Y-%m-%d %H:%M:%S} {offset}", "%Y-%m-%d %H:%M:%S %z")
    except ValueError as error:
        raise RowFault(f"日期“{text[:40]}”的时区无效") from error


def _counted(text: str, zone: tzinfo) -> datetime:
    number = float(text)
    if int(number) in _EXCEL_DAYS:
        return (_EXCEL_EPOCH + timedelta(seconds=round(number * 86_400))).replace(tzinfo=zone)
    if int(number) in _SECONDS:
        return datetime.fromtimestamp(number, zone)
    if int(number) in _MILLISECONDS:
        return datetime.fromtimestamp(number / 1000, zone)
    raise RowFault(f"日期“{text[:40]}”无法识别")


def _checked(moment: datetime, zone: tzinfo) -> datetime:
    if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
        raise RowFault(f"日期“{moment:%Y-%m-%d}”不在合理的年份范围内")
    return moment
