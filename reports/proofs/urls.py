"""Addresses of files that back something, below /desk/reports/proofs/."""

from django.urls import path

from catalog import converters  # noqa: F401  registers "key"
from reports.proofs import views

urlpatterns = [
    path("<key:pk>/", views.proof, name="proof"),
    path("<key:pk>/remove/", views.remove, name="proof_remove"),
]
