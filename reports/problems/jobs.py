"""The day's reminders of problems, once a working day, in slices."""

from functools import partial

from django.utils import timezone

from jobs.models import Job
from jobs.registry import Continue, Slice, handler
from reports.problems.telling import remind
from reports.reminders import begin_reminders
from requests_app.watch.services import is_waking

REMIND = "problem_reminders"
begin = partial(begin_reminders, REMIND)


@handler(REMIND)
def run_reminders(job: Job, work: Slice) -> None:
    """Looks at the day it runs on, so a late one tells only what fits now; after hours it leaves the rest to the next one."""
    after: int | None = int(job.payload.get("after", 0))
    while after is not None and is_waking(timezone.now()):
        after = remind(at=timezone.now(), after=after)
        work.progress(after or 0)
        if after is not None and work.out_of_time():
            raise Continue({"after": after})
