"""Citizens' addresses of what is accounted for."""

from django.urls import include, path

app_name = "reports"
urlpatterns = [
    path("annual-reports/", include("reports.annual.urls_public")),
    path("", include("reports.figures.urls_public")),
    path("", include("reports.quarterly.urls_public")),
    path("", include("reports.plans.urls_public")),
    path("", include("reports.scorecards.urls_public")),
    path("", include("reports.evaluation.urls_public")),
]
