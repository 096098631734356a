"""Addresses of handling, below /desk/requests/."""

from django.urls import URLPattern, path

from requests_app.handling.views import case as views
from requests_app.handling.views import decide as views_decide

urlpatterns: list[URLPattern] = [
    path("<int:pk>/", views.case, name="case"),
    path("<int:pk>/unmask/", views.unmask, name="unmask"),
    path("<int:pk>/decide/", views_decide.decide, name="decide"),
    path("<int:pk>/files/<int:file>/", views.file, name="file"),
    path("<int:pk>/files/<int:file>/remove/", views.remove_file, name="remove_file"),
    path("<int:pk>/<slug:act>/", views.act, name="act"),
]
