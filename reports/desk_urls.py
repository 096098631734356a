"""Addresses of the desks that account for the work, below /desk/reports/."""

from django.urls import include, path

app_name = "reports_desk"
urlpatterns = [
    path("annual/", include("reports.annual.urls")),
    path("figures/", include("reports.figures.urls")),
    path("quarterly/", include("reports.quarterly.urls")),
    path("", include("reports.plans.urls")),
    path("watch/", include("reports.watch.urls")),
    path("scorecards/", include("reports.scorecards.urls")),
    path("problems/", include("reports.problems.urls")),
    path("proofs/", include("reports.proofs.urls")),
    path("evaluation/", include("reports.evaluation.urls")),
]
