"""Background work of the chamber: the day's reminders."""

from functools import partial

from django.utils import timezone

from jobs.models import Job
from jobs.registry import Slice, handler
from reports.plans.telling import remind
from reports.reminders import begin_reminders
from requests_app.watch.services import is_waking

REMIND = "plan_reminders"
begin = partial(begin_reminders, REMIND)


@handler(REMIND)
def run_reminders(job: Job, work: Slice) -> None:
    """Looks at the day it runs on; after hours it leaves the rest to the next working day."""
    if is_waking(timezone.now()):
        work.progress(remind(at=timezone.now()))
