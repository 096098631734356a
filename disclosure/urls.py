"""Addresses of the documents' desk."""

from django.urls import include, path

from disclosure.drafts.views import parts as draft_parts
from disclosure.views import desk

app_name = "disclosure"
urlpatterns = [
    path("", desk.documents, name="documents"),
    path("<int:pk>/", desk.document, name="document"),
    path("<int:pk>/withdraw/", desk.withdraw, name="withdraw"),
    path("<int:pk>/archive/", desk.archive, name="archive"),
    path("<int:pk>/take-down/", desk.take_down, name="take_down"),
    path("<int:pk>/explain/", desk.explain, name="explain"),
    path("imports/", desk.imports, name="imports"),
    path("imports/<int:pk>/", desk.import_run, name="import_run"),
    path("imports/<int:pk>/progress/", desk.import_progress, name="import_progress"),
    path("imports/<int:pk>/report.csv", desk.import_report, name="import_report"),
    path("drafts/", include("disclosure.drafts.urls")),
    path("rule/", draft_parts.rule, name="rule"),
    path("", include("disclosure.review.urls")),
    path("rounds/", include("disclosure.rounds.urls")),
    path("registers/", include("disclosure.registers.urls")),
]
