"""Dates as an iCalendar file (RFC 5545): all-day events, folded and escaped lines. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

LINE_OCTETS = 75
_ESCAPED = {"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One day. ``uid`` stays the same when the day moves, so that a calendar moves it, too."""

    uid: str
    on: date
    title: str
    text: str = ""


def calendar_file(entries: Iterable[Entry], *, name: str, producer: str, at: datetime) -> bytes:
    """RFC 5545 §3.4, §3.6.1: the whole file as UTF-8; ``at`` (aware) says how new the entries are."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:-//{escaped(producer)}//ZH", "CALSCALE:GREGORIAN"]
    lines += ["METHOD:PUBLISH", f"X-WR-CALNAME:{escaped(name)}"]
    for entry in entries:
        lines += _event(entry, at)
    return "".join(folded(line) for line in [*lines, "END:VCALENDAR"]).encode()


def _event(entry: Entry, at: datetime) -> list[str]:
    lines = ["BEGIN:VEVENT", f"UID:{escaped(entry.uid)}", f"DTSTAMP:{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"]
    lines += [f"DTSTART;VALUE=DATE:{entry.on:%Y%m%d}", f"DTEND;VALUE=DATE:{entry.on + timedelta(days=1):%Y%m%d}"]
    lines += [f"SUMMARY:{escaped(entry.title)}", "TRANSP:TRANSPARENT"]
    return [*lines, *([f"DESCRIPTION:{escaped(entry.text)}"] if entry.text else []), "END:VEVENT"]


def escaped(text: str) -> str:
    """RFC 5545 §3.3.11: backslash, semicolon, comma and line break."""
    return "".join(_ESCAPED.get(sign, sign) for sign in text.replace("\r\n", "\n").replace("\r", "\n"))


def folded(line: str) -> str:
    """RFC 5545 §3.1: at most 75 octets a line, never cut inside a character; the next begins with a space."""
    parts, room = [""], LINE_OCTETS
    for sign in line:
        octets = len(sign.encode())
        if octets > room:
            parts.append("")
            room = LINE_OCTETS - 1
        parts[-1] += sign
        room -= octets
    return "\r\n ".join(parts) + "\r\n"
