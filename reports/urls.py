"""Citizens' addresses of what is accounted for."""

from reports.annual import urls_public as annual

app_name = "reports"
urlpatterns = [*annual.urlpatterns]
