"""Addresses of the desk of scorecards, below /desk/reports/scorecards/."""

from django.urls import path

from catalog import converters  # noqa: F401  registers "key"
from reports.scorecards.views import desk, judging, sets

urlpatterns = [
    path("", desk.index, name="scorecards"),
    path("open/", desk.open_, name="assessment_open"),
    path("sets/", sets.index, name="sets"),
    path("sets/new/", sets.new, name="set_new"),
    path("sets/<key:pk>/", sets.detail, name="set"),
    path("sets/<key:pk>/edit/", sets.edit, name="set_edit"),
    path("sets/<key:pk>/activate/", sets.activate, name="set_activate"),
    path("sets/<key:pk>/close/", sets.close, name="set_close"),
    path("sets/<key:pk>/drop/", sets.drop, name="set_drop"),
    path("sets/<key:pk>/sections/new/", sets.section, name="section_new"),
    path("sets/<key:pk>/sections/<key:section_pk>/", sets.section, name="section"),
    path("sets/<key:pk>/sections/<key:section_pk>/delete/", sets.delete_section, name="section_delete"),
    path("sets/<key:pk>/indicators/new/", sets.indicator, name="indicator_new"),
    path("sets/<key:pk>/indicators/<key:indicator_pk>/", sets.indicator, name="indicator"),
    path("sets/<key:pk>/indicators/<key:indicator_pk>/move/", sets.move, name="indicator_move"),
    path("sets/<key:pk>/indicators/<key:indicator_pk>/delete/", sets.delete_indicator, name="indicator_delete"),
    path("objections/", judging.objections, name="objections"),
    path("objections/<key:pk>/", judging.objection, name="objection"),
    path("results/<key:pk>/", judging.result, name="result"),
    path("results/<key:pk>/prove/", judging.prove, name="prove"),
    path("results/<key:pk>/object/", judging.object_to, name="object"),
    path("<key:pk>/", desk.assessment, name="assessment"),
    path("<key:pk>/progress/", desk.progress, name="assessment_progress"),
    path("<key:pk>/results.xlsx", desk.sheet, name="assessment_sheet"),
    path("<key:pk>/compute/", desk.compute, name="assessment_compute"),
    path("<key:pk>/announce/", desk.announce, name="assessment_announce"),
    path("<key:pk>/settle/", desk.settle, name="assessment_settle"),
    path("<key:pk>/publish/", desk.publish, name="assessment_publish"),
    path("<key:pk>/disclose/", desk.disclose, name="assessment_disclose"),
    path("<key:pk>/cancel/", desk.cancel, name="assessment_cancel"),
    path("<key:pk>/indicators/", judging.indicators, name="indicators"),
    path("<key:pk>/indicators/<key:indicator_pk>/", judging.judge, name="judge"),
    path("<key:pk>/cards/<slug:code>/", desk.card, name="card"),
]
