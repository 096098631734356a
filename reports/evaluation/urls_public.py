"""Citizens' addresses of the evaluation."""

from django.urls import path

from catalog import converters  # noqa: F401  registers "key"
from reports.evaluation.views import public

urlpatterns = [
    path("evaluation/", public.index, name="evaluations"),
    path("evaluation/<key:pk>/", public.evaluate, name="evaluate"),
    path("evaluation/<key:pk>/thanks/", public.thanks, name="evaluation_thanks"),
    path("evaluation/<key:pk>/results/", public.results, name="evaluation_results"),
]
