"""Background work of the chamber: the day's reminders."""

from datetime import datetime

from django.utils import timezone

from jobs.models import Job
from jobs.registry import Slice, handler
from jobs.services import enqueue
from reports.plans.telling import remind
from requests_app.watch.services import is_waking

REMIND = "plan_reminders"


def begin(*, at: datetime) -> None:
    """Put down the day's reminders once, in the hours of a working day; every minute one look at an index."""
    day = timezone.localdate(at).isoformat()
    if is_waking(at) and not Job.objects.filter(kind=REMIND, subject=day).exists():
        enqueue(kind=REMIND, subject=day, dedupe=f"{REMIND}:{day}")


@handler(REMIND)
def run_reminders(job: Job, work: Slice) -> None:
    """Looks at the day it runs on; after hours it leaves the rest to the next working day."""
    if is_waking(timezone.now()):
        work.progress(remind(at=timezone.now()))
