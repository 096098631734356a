"""Citizens' addresses of annual reports, below /annual-reports/."""

from django.urls import path

from catalog import converters  # noqa: F401  registers "key"
from reports.annual.views import public

ONE, WHOLE = "<key:year>/<slug:code>/", "<key:year>/<slug:code>/all/"
urlpatterns = [
    path("", public.reports, name="annual_reports"),
    path("<key:year>/reports.json", public.figures, name="annual_figures"),
    path(ONE, public.report, name="annual_report"),
    path(f"{ONE}report.<slug:form>", public.file, name="annual_file"),
    path(WHOLE, public.report, {"is_consolidated": True}, name="annual_consolidated"),
    path(f"{WHOLE}report.<slug:form>", public.file, {"is_consolidated": True}, name="annual_consolidated_file"),
]
