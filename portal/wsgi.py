"""WSGI entry point."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
application = get_wsgi_application()

# What is loaded by now stays for good: the collector need not walk through it in the middle of somebody's request.
get_resolver().url_patterns  # noqa: B018 - imports the views, which is most of it
gc.collect()
gc.freeze()
