"""Every citizens' page, each width once and each theme once a run (rulings 37); BROWSER_FULL=1 runs the full product.

BROWSER_PICTURES=folder keeps a picture of each, to be looked at.
"""

import os
from collections.abc import Callable
from itertools import product

import pytest

from tests.browser.conftest import Query
from tests.browser.visit import Visit

WIDTHS = (390, 768, 1440)
THEMES = ("standard", "large", "contrast")
A_DOCUMENT = "SELECT d.id FROM catalog_document d WHERE d.state = 'published' AND d.listed_at IS NOT NULL AND "
EXPLAINED = "SELECT r.target_id FROM catalog_documentrelation r WHERE r.kind = 'interprets' AND r.target_id = d.id"
ATTACHED = "SELECT a.document_id FROM catalog_attachment a WHERE a.document_id = d.id"

# Page → address; {} is filled with the number the query finds.
PAGES: dict[str, tuple[str, str]] = {
    "home": ("/", ""),
    "list": ("/documents/", ""),
    "search": ("/documents/?q=补贴", ""),
    "filtered search": ("/documents/?q=补贴&validity=valid", ""),
    "nothing found": ("/documents/?q=火星移民&validity=repealed", ""),
    "document": ("/documents/{}/", f"{A_DOCUMENT} EXISTS ({EXPLAINED}) AND EXISTS ({ATTACHED}) ORDER BY d.id"),
    "longest document": (
        "/documents/{}/",
        f"{A_DOCUMENT} 1 ORDER BY (SELECT -length(b.text) FROM catalog_documentbody b WHERE b.document_id = d.id)",
    ),
    "table document": (
        "/documents/{}/",
        f"{A_DOCUMENT} d.id IN (SELECT document_id FROM catalog_documentbody WHERE html LIKE '%<table%') ORDER BY d.id",
    ),
    "repealed document": ("/documents/{}/", f"{A_DOCUMENT} d.validity = 'repealed' ORDER BY d.id"),
    "amended document": ("/documents/{}/", f"{A_DOCUMENT} d.validity = 'amended' ORDER BY d.id"),
    "interpretation": ("/documents/{}/", f"{A_DOCUMENT} d.interpretation_kind != '' ORDER BY d.id"),
    "withdrawn document": ("/documents/{}/", "SELECT id FROM catalog_document WHERE state = 'withdrawn' ORDER BY id"),
    "beside": ("/beside/{}", "SELECT id FROM catalog_documentrelation WHERE kind = 'interprets' ORDER BY id"),
    "columns": ("/columns/", ""),
    "column": ("/columns/normative/", ""),
    "key area": ("/areas/elderly/", ""),
    "departments": ("/departments/", ""),
    "department": ("/departments/jyj/", ""),
    "enterprise": ("/departments/gsgs/", ""),
    "interpretations": ("/interpretations/", ""),
    "guide": ("/guide/", ""),
    "annual reports": ("/annual-reports/", ""),
    "data": ("/data/", ""),
    "apply": ("/apply/", ""),
    "deadline": (
        "/apply/deadline/?channel=in_person&on=2026-09-14&who_1=third_party&sent_1=2026-09-16&returned_1=2026-09-22",
        "",
    ),
    "deadline refused": ("/apply/deadline/?channel=in_person&on=1999-01-01", ""),
    "apply online": ("/apply/online/who/", ""),
    "follow": ("/apply/follow/", ""),
    "open an account": ("/accounts/new/", ""),
    "site map": ("/sitemap/", ""),
    "accessibility": ("/accessibility/", ""),
    "sign-in": ("/accounts/login/", ""),
    "not found": ("/nowhere/", ""),
}
PICTURES = os.environ.get("BROWSER_PICTURES")
FIRST_FAULT = "提交日、签收日或者到达日：日期应在2008年5月1日《政府信息公开条例》施行以后。"
NARROW = ("home", "search", "document")


def looks(page: str) -> list[tuple[int, str]]:
    """Widths and themes of a page: each once, paired differently from page to page."""
    if os.environ.get("BROWSER_FULL"):
        return list(product(WIDTHS, THEMES))
    turn = list(PAGES).index(page)
    return [(width, THEMES[(number + turn) % len(THEMES)]) for number, width in enumerate(WIDTHS)]


@pytest.fixture(scope="session")
def address(query: Query) -> Callable[[str], str]:
    """Address of a page of the table."""

    def find(page: str) -> str:
        path, sql = PAGES[page]
        number = query(sql) if sql else 0
        if page == "beside":
            policy = query(f"SELECT target_id FROM catalog_documentrelation WHERE id = {number}")
            interpretation = query(f"SELECT source_id FROM catalog_documentrelation WHERE id = {number}")
            return f"/documents/{policy}/beside/{interpretation}/"
        return path.format(number)

    return find


@pytest.mark.parametrize("page", PAGES)
def test_every_page_is_sound_in_every_width_and_theme(
    visit: Callable[..., Visit], address: Callable[[str], str], page: str
) -> None:
    person, found = visit(), {}
    for width, theme in looks(page):
        person.becomes(width=width, theme=theme)
        person.open(address(page), status=404 if page == "not found" else 200)
        if PICTURES:
            person.page.screenshot(path=f"{PICTURES}/{page} {width} {theme}.png", full_page=True)
        assert person.page.locator("html").get_attribute("data-theme") == theme
        found[width, theme] = [*person.layout_faults(), *person.accessibility_faults()]
        first = FIRST_FAULT if page == "deadline refused" else "跳到正文"  # what is wrong is read before anything else
        person.page.keyboard.press("Tab")
        assert person.focus() == {"text": first, "seen": True, "outline": True}
    assert {look: faults for look, faults in found.items() if faults} == {}


@pytest.mark.parametrize("page", NARROW)
def test_the_narrowest_screen_needs_no_sideways_scrolling(
    visit: Callable[..., Visit], address: Callable[[str], str], page: str
) -> None:
    person = visit(width=320)
    person.open(address(page))
    assert person.layout_faults() == []
