"""Addresses of applications for information."""

from django.urls import path

from requests_app.views import public

app_name = "requests_app"
urlpatterns = [path("", public.apply, name="apply")]
