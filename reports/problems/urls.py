"""Addresses of the ledger of problems, below /desk/reports/problems/."""

from django.urls import path

from catalog import converters  # noqa: F401  registers "key"
from reports.problems.views import desk

urlpatterns = [
    path("", desk.ledger, name="problems"),
    path("export/", desk.take_away, name="problems_export"),
    path("new/", desk.new, name="problem_new"),
    path("sources/", desk.sources, name="problem_sources"),
    path("from-result/<key:pk>/", desk.from_result, name="problem_from_result"),
    path("from-finding/<key:pk>/", desk.from_finding, name="problem_from_finding"),
    path("from-inquiry/<key:pk>/", desk.from_inquiry, name="problem_from_inquiry"),
    path("<key:pk>/", desk.problem, name="problem"),
    path("<key:pk>/<slug:word>/", desk.step, name="problem_step"),
]
