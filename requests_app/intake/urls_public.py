"""Addresses of the guided application, below /apply/."""

from django.urls import path

from requests_app.views import wizard as views

urlpatterns = [
    path("online/<slug:slug>/", views.page, name="apply_page"),
    path("check/", views.check, name="apply_check"),
    path("drop/", views.drop, name="apply_drop"),
    path("already/", views.already, name="apply_already"),
    path("receipt/", views.receipt, name="receipt"),
]
