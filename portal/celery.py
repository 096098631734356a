"""The Celery application."""

import os

from celery import Celery

from portal import embedded  # noqa: F401  makes the scheme of the embedded broker known

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
app = Celery("portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
