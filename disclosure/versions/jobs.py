"""Background work of the day: reminders of due days, in slices; every slice may be repeated."""

from django.utils import timezone

from disclosure.rounds import telling as rounds
from disclosure.versions import timed
from jobs.models import Job
from jobs.registry import Continue, Slice, handler


@handler(timed.REMIND)
def remind_of_due_days(job: Job, work: Slice) -> None:
    """Versions first, then rounds. Looks at the day it runs on, so a late one sends only what fits now."""
    after: int | None = job.payload.get("after", 0)
    while after is not None:
        after = timed.remind(after=after, at=timezone.now())
        work.progress(after or 0)
        if after is not None and work.out_of_time():
            raise Continue({"after": after})
    rounds.remind(at=timezone.now())
