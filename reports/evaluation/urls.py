"""Addresses of the questionnaires' desk, below /desk/reports/evaluation/."""

from django.urls import path

from catalog import converters  # noqa: F401  registers "key"
from reports.evaluation.views import desk

urlpatterns = [
    path("", desk.index, name="questionnaires"),
    path("new/", desk.new, name="questionnaire_new"),
    path("<key:pk>/", desk.detail, name="questionnaire"),
    path("<key:pk>/edit/", desk.edit, name="questionnaire_edit"),
    path("<key:pk>/drop/", desk.drop, name="questionnaire_drop"),
    path("<key:pk>/words/", desk.words, name="questionnaire_words"),
    path("<key:pk>/questions/new/", desk.question, name="question_new"),
    path("<key:pk>/questions/<key:question_pk>/", desk.question, name="question"),
    path("<key:pk>/questions/<key:question_pk>/delete/", desk.delete_question, name="question_delete"),
    path("<key:pk>/open/", desk.open_, name="questionnaire_open"),
    path("<key:pk>/close/", desk.close, name="questionnaire_close"),
    path("<key:pk>/publish/", desk.publish, name="questionnaire_publish"),
]
