"""Citizens' addresses of the figures."""

from django.urls import path

from reports.figures.views import public

urlpatterns = [
    path("data/figures/", public.figures, name="figures"),
    path("data/figures/figures.xlsx", public.workbook, name="figures_book"),
    path("data/figures/<slug:section>.csv", public.table, name="figures_table"),
]
