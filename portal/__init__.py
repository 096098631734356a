"""The frame: settings, root urls, Celery, health, error pages, system checks."""

from portal.celery import app as celery_app

__all__ = ["celery_app"]
