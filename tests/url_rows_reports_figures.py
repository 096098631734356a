"""Rows of the figures and the quarterly analyses: citizens' pages, desks, the cases behind a number."""

from datetime import date

from django.utils import timezone

from reports.quarterly import services
from tests.cast import Cast
from tests.requests_app.casework import at
from tests.url_rows import PUBLIC, UNKNOWN, Row, reading, staff, who

F, D = "reports:", "reports_desk:"
# Offices see their own figures, the city-wide roles all; cases are for who may see them (no system administrator).
MEASURES = staff(404, lisi=200, wangwu=200, zhaoliu=200, city=200)

FIGURE_ROWS = [
    *reading(f"{F}figures {F}figures_book", PUBLIC),
    *reading(f"{F}figures_table", PUBLIC, "received"),
    *reading(f"{F}figures_table", UNKNOWN, "nothing"),
    *reading(f"{D}figures", MEASURES),
    *reading(f"{D}figures_cases", staff(404)),  # without a number
    *reading(f"{D}figures_searches", staff(404, qianqi=200)),
]

# The education bureau's: its office writes, its head signs, the city-wide roles look; the whole city's: the supervisor.
OWN = staff(404, lisi=200, wangwu=200, city=200)
WHOLE = staff(404, city=200)
WRITES = staff(404, lisi=200, wangwu=200, city=403)
ACTS = staff(404, lisi=302, wangwu=302, city=403)
SIGNS = staff(404, lisi=403, wangwu=200, city=403)
QUARTERLY_ROWS = [
    *reading(f"{F}quarterlies", PUBLIC),
    *reading(f"{F}quarterly {F}quarterly_book", PUBLIC, "published analysis"),
    *[
        row
        for name in ("analysis", "city analysis")
        for row in reading(f"{F}quarterly {F}quarterly_book", UNKNOWN, name)
    ],
    *reading(f"{D}quarterlies", MEASURES),
    Row(
        f"{D}quarterly_begin",
        get=staff(404, lisi=200, wangwu=200, zhaoliu=200, qianqi=200),
        post=staff(404, lisi=200, wangwu=200, zhaoliu=200, qianqi=200),  # nothing chosen: the form again
    ),
    *[
        row
        for name in ("analysis", "published analysis")
        for row in reading(f"{D}quarterly {D}quarterly_book", OWN, name)
    ],
    *reading(f"{D}quarterly {D}quarterly_book", WHOLE, "city analysis"),
    Row(f"{D}quarterly_write", ("analysis",), get=WRITES, post=WRITES),
    Row(
        f"{D}quarterly_write",
        ("city analysis",),
        get=staff(404, city=403, qianqi=200),
        post=staff(404, city=403, qianqi=200),
    ),
    *[Row(f"{D}quarterly_{name}", ("analysis",), post=ACTS) for name in ("recount", "hand_in")],
    Row(f"{D}quarterly_publish", ("analysis",), get=SIGNS, post=SIGNS),
    Row(f"{D}quarterly_revise", ("published analysis",), get=SIGNS, post=SIGNS),
    Row(
        f"{D}quarterly_revise",
        ("city analysis",),
        get=staff(404, city=403, qianqi=200),
        post=who(404, visitor=302, city=403, qianqi=200),
    ),
]

FIGURES = [*FIGURE_ROWS, *QUARTERLY_ROWS]


def figures_objects(cast: Cast) -> dict[str, int]:
    """Analyses of the education bureau, one of them published, and one of the whole city."""
    now = timezone.now()
    said = {"year": 2026, "is_consolidated": False, "department": cast.jyj, "at": now}
    draft = services.begin(actor=cast.lisi, quarter=1, **said)
    done = services.begin(actor=cast.lisi, **(said | {"quarter": 4, "year": 2025}))
    services.publish(actor=cast.wangwu, analysis=done, edition=done.edition, at=at(date(2026, 3, 30)))
    city = said | {"department": cast.szf, "is_consolidated": True}
    whole = services.begin(actor=cast.qianqi, quarter=1, **city)
    return {"analysis": draft.pk, "published analysis": done.pk, "city analysis": whole.pk}
