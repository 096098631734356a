"""Addresses of the ledger, below /desk/requests/."""

from django.urls import URLPattern, path

from requests_app.ledger import views

urlpatterns: list[URLPattern] = [
    path("", views.ledger, name="ledger"),
    path("find/", views.find, name="ledger_find"),
    path("views/", views.save_view, name="ledger_view_save"),
    path("views/<int:pk>/drop/", views.drop_view, name="ledger_view_drop"),
    path("assign/", views.assign, name="ledger_assign"),
    path("export/", views.take_away, name="ledger_export"),
    path("overview/", views.overview, name="overview"),
]
