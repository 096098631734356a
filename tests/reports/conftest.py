"""Reports are written about the work of `tests.requests_app`."""

from tests.catalog.conftest import press as press
from tests.requests_app.conftest import office as office
