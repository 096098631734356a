"""Background work of the figures, in slices of a month; a month may be counted again at any time."""

from django.utils import timezone

from jobs.models import Job
from jobs.registry import Continue, Slice, handler
from reports.figures.measures import MONTHS_KEPT_CURRENT
from reports.figures.services import KIND, count_month
from search.services import forget_empty_searches


@handler(KIND)
def run_count(job: Job, work: Slice) -> None:
    """The months of the job; with the nightly ones, searches without results that are a year old go."""
    months: list[int] = list(job.payload.get("months", []))
    if len(months) == MONTHS_KEPT_CURRENT:
        forget_empty_searches(today=timezone.localdate())
    while months:
        count_month(month=months[0], at=timezone.now())
        months = months[1:]
        work.progress(len(months))
        if months and work.out_of_time():
            raise Continue({"months": months})
