"""Addresses of the desks that account for the work, below /desk/reports/."""

from django.urls import URLPattern

app_name = "reports_desk"
urlpatterns: list[URLPattern] = []
