"""On paper, and when the search index is away."""

from collections.abc import Callable

from tests.browser.conftest import Query
from tests.browser.visit import Visit

NUMBERED = "SELECT id FROM catalog_document WHERE listed_at IS NOT NULL AND document_number = '云政发〔2026〕17号'"


def test_a_printed_document_is_the_paper_alone(visit: Callable[..., Visit], query: Query) -> None:
    page = visit().open(f"/documents/{query(NUMBERED)}/")
    page.emulate_media(media="print")
    for part in (
        "header.masthead",
        "nav.nav",
        "nav.crumbs",
        "footer.footer",
        "nav.bottombar",
        "[data-tools]",
        ".reading__side",
    ):
        assert not page.locator(part).is_visible(), part
    for part in ("h1", ".paper__body", ".meta", "p.print-only"):
        assert page.locator(part).is_visible(), part
    ink, paper = page.locator(".paper__body").evaluate(
        "element => [getComputedStyle(element).color, getComputedStyle(document.body).backgroundColor]"
    )
    assert ink.startswith("rgb(0, 0, 0") or ink.startswith("rgb(17"), ink
    assert paper in {"rgb(255, 255, 255)", "rgba(0, 0, 0, 0)"}, paper
    assert page.pdf()[:4] == b"%PDF"


def test_high_contrast_is_not_printed(visit: Callable[..., Visit], query: Query) -> None:
    page = visit(theme="contrast").open(f"/documents/{query(NUMBERED)}/")
    page.emulate_media(media="print")
    background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert background in {"rgb(255, 255, 255)", "rgba(0, 0, 0, 0)"}


def test_without_its_index_search_says_so_and_still_finds_numbers_and_titles(
    visit: Callable[..., Visit], server_without_index: str
) -> None:
    person = visit(base=server_without_index)
    page = person.open("/documents/?q=供暖补贴")
    assert page.get_by_text("全文检索暂时不可用").is_visible()
    assert "供暖补贴" in page.locator(".results h2 a").first.inner_text()
    assert not page.locator("#facets").is_visible()
    assert person.layout_faults() == []
    assert person.accessibility_faults() == []
    person.open("/documents/?q=云政发[2026]17号")
    assert "供暖补贴办法" in page.locator(".results h2 a").first.inner_text()
