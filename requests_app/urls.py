"""Addresses of applications for information."""

from django.urls import path

from requests_app.following import urls as following
from requests_app.intake import urls_public as wizard
from requests_app.views import deadline, public

app_name = "requests_app"
urlpatterns = [
    path("", public.apply, name="apply"),
    path("deadline/", deadline.deadline, name="deadline"),
    *wizard.urlpatterns,
    *following.urlpatterns,
]
