"""Every page of the map by its name."""

from tests.browser.citizens_pages import OWN, PUBLIC, STYLEGUIDE
from tests.browser.desk_pages import DESK

CITIZENS = {**PUBLIC, **OWN}
EVERY = {**CITIZENS, **STYLEGUIDE, **DESK}
