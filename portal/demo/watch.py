"""The watch of the demo city: thirty days written down by the service as if on each of them, and one failed job."""

from datetime import datetime, time, timedelta

from django.db import transaction
from django.utils import timezone

from files.models import StoredFile
from jobs.models import Job, JobState
from jobs.services import FAILED_OFTEN, MOST_ATTEMPTS
from reports.models import WatchCount
from reports.watch.history import count_day
from reports.watch.kinds import WatchKind

DAYS, GAP = 30, 11
# Nothing runs while the city is being prepared.
KINDS = tuple(kind for kind in WatchKind if kind not in (WatchKind.SILENT_PROCESS, WatchKind.SEARCH_LAG))
FAILED = "demo:failed"


@transaction.atomic
def load(at: datetime) -> int:
    """Once; how many days were written down. One of them is left out, as after a standstill."""
    _failed_job(at)
    if WatchCount.objects.exists():
        return 0
    today = timezone.localdate(at)
    days = [today - timedelta(days=ago) for ago in range(DAYS, 0, -1) if ago != GAP]
    return sum(count_day(on=day, at=timezone.make_aware(datetime.combine(day, time(7))), kinds=KINDS) for day in days)


def _failed_job(at: datetime) -> None:
    """The text of an attachment that could not be read at the time; tried again it succeeds."""
    stored = StoredFile.objects.order_by("pk").first()
    if stored is None or Job.objects.filter(dedupe=FAILED).exists():
        return
    begun = at - timedelta(days=2)
    Job.objects.create(
        kind="extract_text",
        subject=f"files.storedfile:{stored.pk}",
        payload={"file_id": stored.pk},
        state=JobState.FAILED,
        dedupe=FAILED,
        attempts=MOST_ATTEMPTS,
        not_before=begun,
        created_at=begun,
        finished_at=begun + timedelta(minutes=3),
        message=FAILED_OFTEN,
    )
