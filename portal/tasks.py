"""What has to happen again and again, whoever asks: thin calls into the rooms."""

from celery import shared_task
from django.utils import timezone

from catalog.services import update_validities
from disclosure.versions import timed
from disclosure.watch.services import watch
from files.services import catch_up
from notices import delivery


@shared_task(name="portal.tasks.every_minute")
def every_minute() -> None:
    """Publications whose hour has come, due days after a new calendar, validity that follows from dates, lost files."""
    now = timezone.now()
    timed.publish_due(at=now)
    timed.recount(at=now)
    update_validities(at=now)
    watch(now)
    delivery.catch_up(at=now)
    catch_up(limit=50)
