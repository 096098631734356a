"""Addresses of the desk of quarterly analyses."""

from django.urls import path

from catalog import converters  # noqa: F401  registers "key"
from reports.quarterly.views import desk

urlpatterns = [
    path("", desk.analyses, name="quarterlies"),
    path("begin/", desk.begin, name="quarterly_begin"),
    path("<key:pk>/", desk.analysis, name="quarterly"),
    path("<key:pk>/write/", desk.write, name="quarterly_write"),
    path("<key:pk>/recount/", desk.recount, name="quarterly_recount"),
    path("<key:pk>/hand-in/", desk.hand_in, name="quarterly_hand_in"),
    path("<key:pk>/publish/", desk.publish, name="quarterly_publish"),
    path("<key:pk>/revise/", desk.revise, name="quarterly_revise"),
    path("<key:pk>/figures.xlsx", desk.workbook, name="quarterly_book"),
]
