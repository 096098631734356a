"""The day's reminders of a chamber: one job a day, put down in the hours in which people are reminded."""

from datetime import datetime

from django.utils import timezone

from jobs.models import Job
from jobs.services import enqueue
from requests_app.watch.services import is_waking


def begin_reminders(kind: str, *, at: datetime) -> None:
    """Put the day's job of ``kind`` down once; every minute one look at an index."""
    day = timezone.localdate(at).isoformat()
    if is_waking(at) and not Job.objects.filter(kind=kind, subject=day).exists():
        enqueue(kind=kind, subject=day, dedupe=f"{kind}:{day}")
