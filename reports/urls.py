"""Citizens' addresses of what is accounted for."""

from django.urls import include, path

app_name = "reports"
urlpatterns = [
    path("", include("reports.plans.urls_public")),
]
