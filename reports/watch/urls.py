"""Addresses of the watch, below /desk/reports/watch/."""

from django.urls import path

from catalog import converters  # noqa: F401  registers "key"
from reports.watch import views

urlpatterns = [
    path("", views.watch, name="watch"),
    path("history.csv", views.history_file, name="watch_history"),
    path("jobs/", views.jobs, name="watch_jobs"),
    path("jobs/<key:pk>/retry/", views.retry_job, name="watch_retry"),
    path("jobs/<key:pk>/drop/", views.drop_job, name="watch_drop"),
    path("kinds/<slug:kind>/", views.kind, name="watch_kind"),
    path("kinds/<slug:kind>/acknowledge/", views.acknowledge, name="watch_acknowledge"),
]
