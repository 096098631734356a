"""No address of the map is forgotten: each is in a table of pages, or stands here with the reason why it is no page."""

from urllib.parse import unquote

import pytest
from django.urls import get_resolver, resolve

from tests.browser.citizens_pages import OWN, PUBLIC, STYLEGUIDE
from tests.browser.desk_pages import DESK
from tests.browser.every_page import EVERY
from tests.browser.places import Place, linked
from tests.test_pages import ROWS, addresses
from tests.url_rows import REFUSED

PLACES = list(EVERY.values())
NOT_PAGES = {
    "a file to keep": "catalog:qr catalog:attachment disclosure_public:cleanup_table disclosure_public:directory_sheet "
    "disclosure_public:gazette_file requests_app:followed_ics mfa_download_recovery_codes disclosure:import_report "
    "disclosure:revision_file disclosure:record disclosure:register_directory_sheet disclosure:register_exempt_sheet "
    "reports:figures_book reports:figures_table reports_desk:figures_searches "
    "reports:quarterly_book reports_desk:quarterly_book reports:annual_file reports:annual_consolidated_file "
    "reports:annual_figures reports_desk:annual_file reports:plan_table reports_desk:plan_template "
    "reports_desk:plan_file reports_desk:trainings_file reports_desk:watch_history "
    "requests_desk:ledger_export requests_desk:file requests_desk:letter_docx agenda_dates "
    "reports_desk:assessment_sheet reports_desk:problems_export reports_desk:proof",
    "read by machines": "catalog:dcat catalog:feed catalog:feed_rss catalog:sitemap_index catalog:sitemap catalog:robots "
    "catalog_api:documents catalog_api:document catalog_api:schema healthz readyz",
    "an answer to a script of a page": "catalog:suggest requests_app:apply_already disclosure:draft_find "
    "disclosure:import_progress reports_desk:assessment_progress",
    "leads elsewhere": "favicon workdays:this_year",
}
NO_PAGE = {name: reason for reason, names in NOT_PAGES.items() for name in names.split()}


def shown(places: list[Place]) -> set[str]:
    """Names of the addresses that the tables lead to; a link's, by its pattern."""
    paths = [place.sample for place in places]
    paths += [place.link.replace('[^"]*', "1") for place in places if place.link]
    return {resolve(unquote(path)).view_name for path in paths if not path.startswith("/nowhere/")}


def forgotten(names: set[str], places: list[Place]) -> list[str]:
    """A sentence for every address that no table shows and nothing excuses."""
    read = {row.name for row in ROWS if row.get is not REFUSED}
    wanted = {name for name in names if name in read and not name.startswith("admin:")}  # the library's own pages
    return [
        f"“{name}” is shown by no table of pages: add it to citizens_pages or desk_pages, or say here why it is no page"
        for name in sorted(wanted - shown(places) - NO_PAGE.keys())
    ]


def test_every_page_of_the_map_is_looked_at() -> None:
    assert forgotten(set(addresses(get_resolver())), PLACES) == []


def test_what_is_excused_is_on_the_map_and_in_no_table() -> None:
    assert NO_PAGE.keys() <= set(addresses(get_resolver()))
    assert NO_PAGE.keys() & shown(PLACES) == set()


def test_no_two_pages_have_one_name() -> None:
    assert len(EVERY) == len(PUBLIC) + len(OWN) + len(STYLEGUIDE) + len(DESK)


def test_a_forgotten_page_is_named() -> None:
    without = [place for place in PLACES if place.path != "/desk/people/record/"]
    (sentence,) = forgotten(set(addresses(get_resolver())), without)
    assert "accounts:record" in sentence


def test_a_link_that_is_not_there_is_named() -> None:
    assert linked('<a href="/a/1/?x=1&amp;y=2">', '/a/[^"]*') == "/a/1/?x=1&y=2"
    with pytest.raises(AssertionError, match="/b/"):
        linked('<a href="/a/">', "/b/")
