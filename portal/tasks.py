"""What has to happen again and again, whoever asks: thin calls into the rooms."""

from collections.abc import Callable
from datetime import datetime

import structlog
from celery import shared_task
from django.utils import timezone

from catalog.services import update_validities
from disclosure.versions import timed
from disclosure.watch.services import watch
from files.services import catch_up
from notices import delivery
from reports.annual import telling as annual_reports
from reports.evaluation.services import close_due
from reports.figures import services as figures
from reports.plans import jobs as plans
from reports.problems.jobs import begin
from reports.watch import services as counts
from requests_app.watch import services as applications

PARTS: dict[str, Callable[[datetime], object]] = {
    "publications": lambda at: timed.publish_due(at=at),
    "due days": lambda at: timed.recount(at=at),
    "validities": lambda at: update_validities(at=at),
    "watch": watch,
    "reminders": lambda at: timed.begin_reminders(at=at),
    "applications": lambda at: applications.begin(at=at),
    "annual reports": lambda at: annual_reports.begin(at=at),
    "plans": lambda at: plans.begin(at=at),
    "figures": lambda at: figures.begin(at=at),
    "counts of the watch": lambda at: counts.begin(at=at),
    "problems": lambda at: begin(at=at),
    "evaluations": lambda at: close_due(at=at),
    "messages": lambda at: delivery.catch_up(at=at),
    "files": lambda _: catch_up(limit=50),
}
logger = structlog.get_logger(__name__)


@shared_task(name="portal.tasks.every_minute")
def every_minute() -> None:
    """Publications whose hour has come, due days after a new calendar, validity that follows from dates, the daily watch
    and reminders, the clocks of applications, tasks of plans and problems, questionnaires past their last day, figures and counts,
    messages and files left behind.

    Each part runs whatever becomes of the others; then the task fails with all that went wrong (ExceptionGroup).
    """
    now, faults = timezone.now(), []
    for name, part in PARTS.items():
        try:
            part(now)
        except Exception as fault:
            logger.exception("minute_part_failed", part=name)
            faults.append(fault)
    if faults:
        raise ExceptionGroup("every_minute", faults)
