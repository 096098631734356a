"""Background work of the room."""

from django.utils import timezone

from jobs.models import Job
from jobs.registry import Continue, Slice, handler
from notices import delivery, outside
from notices.services import DELIVER


@handler(DELIVER)
def run_deliver(job: Job, work: Slice) -> None:
    """Hand over everything that is due, to accounts and outside.

    Which job does it does not matter: the rows say what is to be done.
    """
    done = 0
    while delivery.deliver_next(at=timezone.now()) or outside.deliver_next(at=timezone.now()):
        done += 1
        work.progress(done)
        if work.out_of_time():
            raise Continue(job.payload)
