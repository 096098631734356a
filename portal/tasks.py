"""What has to happen again and again, whoever asks: thin calls into the rooms."""

from celery import shared_task
from django.utils import timezone

from catalog.services import update_validities
from files.services import catch_up


@shared_task(name="portal.tasks.every_minute")
def every_minute() -> None:
    """Files whose extraction was lost, validity that follows from dates."""
    catch_up(limit=50)
    update_validities(at=timezone.now())
