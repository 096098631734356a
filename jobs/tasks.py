"""Celery tasks: thin calls of the services."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from jobs import services


@shared_task(name="jobs.tasks.run_waiting")
def run_waiting() -> int:
    """Run what waits."""
    return services.run_waiting()


@shared_task(name="jobs.tasks.tick")
def tick() -> int:
    """Every ten seconds: sign of life of the scheduler, catch up on rows whose message was lost, tidy up."""
    now = timezone.now()
    services.beat("scheduler", at=now)
    services.clear_finished(before=now - timedelta(days=14))
    return services.run_waiting()
