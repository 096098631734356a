"""Addresses of the dashboard."""

from django.urls import path

from reports.figures.views import desk

urlpatterns = [
    path("", desk.dashboard, name="figures"),
    path("cases/", desk.cases, name="figures_cases"),
    path("searches.csv", desk.searches, name="figures_searches"),
]
