"""Addresses of the API, version 1."""

from django.urls import path
from drf_spectacular.views import SpectacularAPIView

from catalog import api, converters  # noqa: F401  registers "key"

app_name = "catalog_api"
urlpatterns = [
    path("documents/", api.DocumentList.as_view(), name="documents"),
    path("documents/<key:pk>/", api.DocumentItem.as_view(), name="document"),
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
]
