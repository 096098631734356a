"""Addresses of the desk of annual reports, below /desk/reports/."""

from django.urls import path

from catalog import converters  # noqa: F401  registers "key"
from reports.annual.views import collected, desk

urlpatterns = [
    path("annual/", desk.reports, name="annual"),
    path("annual/start/", desk.start, name="annual_start"),
    path("annual/collected/", collected.collected, name="collected"),
    path("annual/collected/<key:pk>/", collected.collected_one, name="collected_one"),
    path("annual/collected/<key:pk>/discard/", collected.collected_discard, name="collected_discard"),
    path("annual/<key:pk>/", desk.one, name="annual_one"),
    path("annual/<key:pk>/texts/", desk.texts, name="annual_texts"),
    path("annual/<key:pk>/figures/", desk.figures, name="annual_figures"),
    path("annual/<key:pk>/cell/", desk.cell, name="annual_cell"),
    path("annual/<key:pk>/report.<slug:form>", desk.file, name="annual_file"),
    path("annual/<key:pk>/<slug:action>/", desk.step, name="annual_step"),
]
