"""Addresses of watch, below /desk/requests/."""

from django.urls import URLPattern, path

from requests_app.watch import views

urlpatterns: list[URLPattern] = [
    path("reminders/", views.reminders, name="reminders"),
    path("recounts/", views.recounts, name="recounts"),
]
