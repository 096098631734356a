"""Addresses of letters, below /desk/requests/."""

from django.urls import URLPattern, path

from requests_app.letters import views

urlpatterns: list[URLPattern] = [
    path("letters/to-sign/", views.to_sign, name="to_sign"),
    path("letters/<int:pk>/", views.letter, name="letter"),
    path("letters/<int:pk>/paper/", views.paper, name="letter_paper"),
    path("letters/<int:pk>/docx/", views.docx, name="letter_docx"),
]
