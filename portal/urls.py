"""The map of the site."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.contrib.auth.models import Group
from django.urls import include, path

from accounts.rules import is_system_admin
from portal import health, views
from portal.agenda import views as agenda
from workdays.urls import desk_urls as workdays_desk_urls

# Accounts are looked after at the people's desk; the library's own tables are nobody's reference data.
for model in (Group, EmailAddress, Authenticator):
    admin.site.unregister(model)

urlpatterns = [
    # citizens
    path("", views.home, name="home"),
    path("", include("catalog.urls")),
    path("", include("disclosure.urls_public")),
    path("", include("reports.urls")),
    path("apply/", include("requests_app.urls")),
    path("theme/", views.theme, name="theme"),
    path("favicon.ico", views.favicon, name="favicon"),
    path("sitemap/", views.sitemap_page, name="sitemap_page"),
    path("accessibility/", views.accessibility, name="accessibility"),
    # staff
    path("accounts/", include("accounts.urls")),
    path("desk/", views.desk, name="desk"),
    path("desk/calendar/", agenda.agenda, name="agenda"),
    path("desk/calendar/<int:year>/", agenda.agenda, name="agenda_year"),
    path("desk/calendar/dates.ics", agenda.dates, name="agenda_dates"),
    path("desk/people/", include("accounts.desk_urls")),
    path("desk/documents/", include("disclosure.urls")),
    path("desk/requests/", include("requests_app.desk_urls")),
    path("desk/reports/", include("reports.desk_urls")),
    path("desk/notices/", include("notices.urls")),
    path("desk/workdays/", include(workdays_desk_urls(is_system_admin))),
    path("admin/", admin.site.urls),
    # machines
    path("api/v1/", include("catalog.api_urls")),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("styleguide/", views.styleguide, name="styleguide"),
]
handler400 = "portal.views.bad_request"
handler403 = "portal.views.forbidden"
handler404 = "portal.views.not_found"
handler500 = "portal.views.server_error"
