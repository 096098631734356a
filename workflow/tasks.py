"""Celery tasks: thin calls of the services."""

from celery import shared_task
from django.utils import timezone

from workflow.anchoring import anchor_heads


@shared_task(name="workflow.tasks.anchor")
def anchor() -> int:
    """Every hour: sign all heads. Gives the number of the anchor."""
    return anchor_heads(at=timezone.now()).number
