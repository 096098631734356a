"""Map of the room's desk pages."""

from functools import partial

from django.urls import URLPattern, path

from workdays.views import desk
from workdays.views.desk import MayImport


def desk_urls(may_import: MayImport) -> tuple[list[URLPattern], str]:
    """For `include()`: the pages with the right to import decided by ``may_import(user)``."""
    return [
        path("", desk.this_year, name="this_year"),
        path("<int:year>/", partial(desk.year, may_import=may_import), name="year"),
        path(
            "import/",
            partial(desk.import_calendar, may_import=may_import),
            name="import",
        ),
    ], "workdays"
