"""Rows of the figures: citizens' pages, the dashboard, the cases behind a number."""

from tests.url_rows import PUBLIC, UNKNOWN, reading, staff

F, D = "reports:", "reports_desk:"
# Offices see their own figures, the city-wide roles all; cases are for who may see them (no system administrator).
MEASURES = staff(404, lisi=200, wangwu=200, zhaoliu=200, city=200)

FIGURES = [
    *reading(f"{F}figures {F}figures_book", PUBLIC),
    *reading(f"{F}figures_table", PUBLIC, "received"),
    *reading(f"{F}figures_table", UNKNOWN, "nothing"),
    *reading(f"{D}figures", MEASURES),
    *reading(f"{D}figures_cases", staff(404)),  # without a number
    *reading(f"{D}figures_searches", staff(404, qianqi=200)),
]
