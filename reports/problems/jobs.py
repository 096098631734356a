"""The day's reminders of problems, once a working day, in slices."""

from datetime import datetime

from django.utils import timezone

from jobs.models import Job
from jobs.registry import Continue, Slice, handler
from jobs.services import enqueue
from reports.problems.telling import remind
from requests_app.watch.services import is_waking

REMIND = "problem_reminders"


def begin(*, at: datetime) -> None:
    """Put the day's reminders down once, in the hours in which people are reminded."""
    day = timezone.localdate(at).isoformat()
    if not Job.objects.filter(kind=REMIND, subject=day).exists() and is_waking(at):
        enqueue(kind=REMIND, subject=day, dedupe=f"{REMIND}:{day}")


@handler(REMIND)
def run_reminders(job: Job, work: Slice) -> None:
    """Looks at the day it runs on, so a late one tells only what fits now."""
    after: int | None = int(job.payload.get("after", 0))
    while after is not None:
        after = remind(at=timezone.now(), after=after)
        work.progress(after or 0)
        if after is not None and work.out_of_time():
            raise Continue({"after": after})
