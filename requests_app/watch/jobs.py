"""Background work of the watch, in slices; every slice may be repeated."""

from collections.abc import Callable
from datetime import datetime

from django.utils import timezone

from jobs.models import Job
from jobs.registry import Continue, Slice, handler
from requests_app.watch import retention, services


@handler(services.REMIND)
def run_reminders(job: Job, work: Slice) -> None:
    """Looks at the day it runs on, so a late one tells only what fits now; after hours it leaves the rest to tomorrow."""
    done = int(job.payload.get("done", 0))
    if not services.is_waking(timezone.now()):
        return
    for told in services.remind(at=timezone.now()):
        done += told
        work.progress(done)
        if work.out_of_time():
            raise Continue({"done": done})


@handler(services.REFRESH)
def run_refresh(job: Job, work: Slice) -> None:
    """Clocks that move with the day."""
    _run(job, work, lambda after, at: services.refresh(after=after, at=at))


@handler(services.RECOUNT)
def run_recount(job: Job, work: Slice) -> None:
    """Open cases after a new calendar."""
    _run(job, work, lambda after, at: services.recount_older(after=after, at=at))


@handler(services.CLEAN)
def run_clean(job: Job, work: Slice) -> None:
    """Drafts nobody came back to, and files without a row."""
    while retention.erase_old_drafts(at=timezone.now()):
        work.progress(0)
        if work.out_of_time():
            raise Continue(job.payload)
    _run(job, work, lambda after, at: retention.sweep(after=after, at=at))


def _run(job: Job, work: Slice, step: Callable[[int, datetime], int | None]) -> None:
    after: int | None = job.payload.get("after", 0)
    while after is not None:
        after = step(after, timezone.now())
        work.progress(after or 0)
        if after is not None and work.out_of_time():
            raise Continue({"after": after})
