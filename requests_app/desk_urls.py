"""Addresses of the desks of applications, below /desk/requests/."""

from requests_app.handling import urls as handling
from requests_app.intake import urls as intake
from requests_app.ledger import urls as ledger
from requests_app.letters import urls as letters
from requests_app.watch import urls as watch

app_name = "requests_desk"
urlpatterns = [
    *ledger.urlpatterns,
    *intake.urlpatterns,
    *handling.urlpatterns,
    *letters.urlpatterns,
    *watch.urlpatterns,
]
