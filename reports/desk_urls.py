"""Addresses of the desks that account for the work, below /desk/reports/."""

from reports.annual import urls as annual

app_name = "reports_desk"
urlpatterns = [*annual.urlpatterns]
