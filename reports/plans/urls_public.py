"""Citizens' addresses of yearly plans."""

from django.urls import path

from catalog import converters  # noqa: F401  registers "key"
from reports.plans.views import public

urlpatterns = [
    path("plans/", public.plans, name="plans"),
    path("plans/<key:year>/", public.plans, name="plans_of_year"),
    path("plans/<key:year>/<key:pk>/", public.plan, name="plan"),
    path("plans/<key:year>/<key:pk>/plan.csv", public.plan_table, name="plan_table"),
]
