"""`manage.py explain_deadline`: cases as JSON Lines on standard input, their deadlines explained on standard output."""

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from requests_app.deadlines import Impossible
from requests_app.explaining import explain
from workdays.arithmetic import Calendar
from workdays.published import published_calendar
from workdays.selectors import current_calendar

IMPOSSIBLE = 2


class Command(BaseCommand):
    """Answers every line in its order; the exit code is 2 when one of them could not be answered."""

    help = "逐行读入案件（JSON），逐行给出期限和推算过程"

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, answer, count."""
        calendar, refused = _calendar(), 0
        for line in sys.stdin:
            if line.strip():
                answer = _answer(line, calendar)
                refused += "error" in answer
                self.stdout.write(json.dumps(answer, ensure_ascii=False))
        if refused:
            raise CommandError(f"{refused} 行不能计算", returncode=IMPOSSIBLE)


def _calendar() -> Calendar:
    """The calendar as loaded; the shipped one on a machine where nothing is set up yet."""
    try:
        loaded = current_calendar()
    except DatabaseError:
        loaded = Calendar.of((), ())
    return loaded if loaded.published else published_calendar()


def _answer(line: str, calendar: Calendar) -> dict[str, Any]:
    try:
        return explain(json.loads(line), calendar)
    except (json.JSONDecodeError, RecursionError):
        return {"error": "不是有效的 JSON。"}
    except Impossible as reason:
        return {"error": str(reason)}
