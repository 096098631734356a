"""Citizens' addresses of quarterly analyses."""

from django.urls import path

from catalog import converters  # noqa: F401  registers "key"
from reports.quarterly.views import public

urlpatterns = [
    path("data/quarterly/", public.analyses, name="quarterlies"),
    path("data/quarterly/<key:pk>/", public.analysis, name="quarterly"),
    path("data/quarterly/<key:pk>/figures.xlsx", public.workbook, name="quarterly_book"),
]
