"""Addresses of the desk of annual reports, below /desk/reports/annual/."""

from django.urls import path

from catalog import converters  # noqa: F401  registers "key"
from reports.annual.views import collected, desk

urlpatterns = [
    path("", desk.reports, name="annual"),
    path("start/", desk.start, name="annual_start"),
    path("collected/", collected.collected, name="collected"),
    path("collected/<key:pk>/", collected.collected_one, name="collected_one"),
    path("collected/<key:pk>/discard/", collected.collected_discard, name="collected_discard"),
    path("<key:pk>/", desk.one, name="annual_one"),
    path("<key:pk>/texts/", desk.texts, name="annual_texts"),
    path("<key:pk>/figures/", desk.figures, name="annual_figures"),
    path("<key:pk>/cell/", desk.cell, name="annual_cell"),
    path("<key:pk>/report.<slug:form>", desk.file, name="annual_file"),
    path("<key:pk>/<slug:action>/", desk.step, name="annual_step"),
]
