"""Background work of annual reports."""

from django.utils import timezone

from jobs.models import Job
from jobs.registry import Slice, handler
from reports.annual import telling


@handler(telling.JOB)
def remind_of_annual_reports(job: Job, work: Slice) -> None:
    """Looks at the day it runs on; may be repeated."""
    work.progress(telling.remind(at=timezone.now()))
