"""Background work of the watch: the day's count."""

from datetime import date

from django.utils import timezone

from jobs.models import Job
from jobs.registry import Slice, handler
from reports.watch.services import COUNT, count_and_tell


@handler(COUNT)
def run_count(job: Job, work: Slice) -> None:
    """Counts the day it was put down for; one that comes a day late leaves that day a gap, because it is over."""
    on = date.fromisoformat(job.subject)
    if on == timezone.localdate():
        work.progress(count_and_tell(on=on, at=timezone.now()))
