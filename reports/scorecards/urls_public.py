"""Citizens' addresses of published results."""

from django.urls import path

from catalog import converters  # noqa: F401  registers "key"
from reports.scorecards.views import public

urlpatterns = [
    path("data/assessments/", public.assessments, name="assessments"),
    path("data/assessments/<key:pk>/", public.assessment, name="assessment"),
]
