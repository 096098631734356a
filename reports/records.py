"""The record of one thing as its page shows it: what was done, by whom, when."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Model

from reports.models import ReportEvent
from workflow.transitions import TransitionTable

MOST = 200


@dataclass(frozen=True)
class Told:
    """A line of the record. ``text`` is what there is to say besides."""

    label: str
    actor: str
    at: datetime
    text: str


def record_of(subject: Model, table: TransitionTable, words: Callable[[ReportEvent], str] = lambda _: "") -> list[Told]:
    """The newest 200 lines of the record, newest first."""
    events = ReportEvent.objects.filter(subject_type=subject._meta.label_lower, subject_id=subject.pk)
    rows = events.select_related("actor").order_by("-number")[:MOST]
    return [Told(table.actions.get(row.action, row.action), str(row.actor), row.at, words(row)) for row in rows]
