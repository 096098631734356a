"""Background work of the watch, in slices; the place is kept on the run, so a killed worker's job goes on there."""

from collections.abc import Callable

from django.utils import timezone

from disclosure.models import WatchRun
from disclosure.watch import services
from jobs.models import Job
from jobs.registry import Continue, Slice, handler
from notices.kinds import register

register(services.NOTICE, "栏目和链接巡查", is_optional=True)


@handler(services.JOB)
def watch_links(job: Job, work: Slice) -> None:
    """Links inside the site, then outside ones, then the end of the look."""
    run = WatchRun.objects.get(pk=job.payload["run"])
    if run.finished_at is not None:
        return

    def tick() -> None:
        work.progress(run.documents + run.external_links, message=f"已检查 {run.documents} 件文件")

    while not run.is_inside_done and services.check_inside(run=run, at=timezone.now()):
        _pause(job, work, tick)
    while services.check_outside(run=run, at=timezone.now(), tick=tick):
        _pause(job, work, tick)
    services.finish(run=run, at=timezone.now())


def _pause(job: Job, work: Slice, tick: Callable[[], None]) -> None:
    """Give way when the slice is used up."""
    tick()
    if work.out_of_time():
        raise Continue(job.payload)
