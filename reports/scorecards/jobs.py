"""Computing an assessment in the background, an indicator at a time; a killed worker's job goes on where it was."""

from django.utils import timezone

from jobs.models import Job
from jobs.registry import Continue, GiveUp, Slice, handler
from reports.models import Assessment
from reports.scorecards import assessing, computing
from reports.scorecards.measures.registry import MEASURES
from reports.scorecards.states import AssessmentState


@handler(assessing.JOB)
def compute_results(job: Job, work: Slice) -> None:
    """Every computed indicator in order; what comes after the last one done. May be repeated at any place."""
    row = Assessment.objects.select_related("set").get(pk=job.payload["assessment"])
    if row.state != AssessmentState.OPEN:
        return  # it went on, or was given up
    assessing.take_up(row)
    indicators = [one for one in assessing.covered(row) if computing.is_computed(one)]
    bodies, done = computing.bodies_of(row), int(job.payload.get("done", 0))
    for number, indicator in enumerate(indicators[done:], done + 1):
        if indicator.measure not in MEASURES:
            raise GiveUp(f"指标 {indicator} 的计算方法已经停用，请改为人工评定。")
        computing.compute(row, indicator, bodies, at=timezone.now())
        work.progress(number, len(indicators), f"已计算 {number} 项，共 {len(indicators)} 项")
        if work.out_of_time() and number < len(indicators):
            raise Continue({**job.payload, "done": number})
    if computing.waits(row):  # something came to be asked meanwhile
        raise Continue({**job.payload, "done": 0})
    computing.finish(row, at=timezone.now())
