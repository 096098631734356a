"""A visitor with a keyboard and a phone-wide window finds a document and its interpretation."""

from collections.abc import Callable

from tests.browser.visit import Visit

TITLE = "关于印发《云岚市城市居民冬季供暖补贴办法》的通知"
INTERPRETATION = "《云岚市城市居民冬季供暖补贴办法》政策问答"


def test_a_keyboard_alone_finds_a_document_its_interpretation_and_its_attachment(visit: Callable[..., Visit]) -> None:
    person = visit(width=390)
    page = person.open("/")
    person.tab_to("搜索政策、文件、文号")
    page.keyboard.type("供暖补贴")
    page.keyboard.press("Enter")
    page.wait_for_url("**/documents/?q=*")
    person.tab_to(TITLE)
    page.keyboard.press("Enter")
    page.wait_for_url("**/documents/*/")
    document = page.url
    assert TITLE in page.locator("h1").inner_text()
    person.tab_to(INTERPRETATION)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: url != document)
    assert INTERPRETATION in page.locator("h1").inner_text()
    person.tab_to(TITLE)
    page.keyboard.press("Enter")
    page.wait_for_url(document)
    person.page.evaluate("document.querySelector('#files').scrollIntoView()")
    person.tab_to(page.locator(".files a").first.inner_text())
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    assert download.value.path().stat().st_size > 1000
    assert download.value.suggested_filename.rpartition(".")[2] in {"pdf", "docx", "xlsx", "ofd", "txt", "pptx"}


def test_the_skip_link_leads_to_the_text(visit: Callable[..., Visit]) -> None:
    person = visit(width=390)
    page = person.open("/guide/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_suggestions_are_chosen_with_the_arrow_keys(visit: Callable[..., Visit]) -> None:
    person = visit()
    page = person.open("/")
    page.locator("#home-q").press_sequentially("供暖补贴")
    page.locator("[role=option]").first.wait_for()
    page.keyboard.press("ArrowDown")
    chosen = page.locator("[role=option][aria-selected=true]")
    assert chosen.get_attribute("id") == page.locator("#home-q").get_attribute("aria-activedescendant")
    page.keyboard.press("Enter")
    page.wait_for_url("**/documents/**")


def test_the_filters_of_a_phone_open_and_close_with_the_keyboard(visit: Callable[..., Visit]) -> None:
    person = visit(width=390)
    page = person.open("/documents/?q=补贴")
    sheet = page.locator("#facets")
    assert not sheet.is_visible()
    person.tab_to("筛选")
    page.keyboard.press("Enter")
    sheet.wait_for(state="visible")
    assert person.accessibility_faults() == []
    page.keyboard.press("Escape")
    sheet.wait_for(state="hidden")
    assert "筛选" in person.focus()["text"]


def test_the_theme_changes_in_place_and_is_remembered(visit: Callable[..., Visit]) -> None:
    person = visit()
    page = person.open("/documents/?q=补贴")
    with page.expect_response("**/theme/"):
        page.get_by_role("button", name="长者模式").click()
    assert page.locator("html").get_attribute("data-theme") == "large"
    person.open("/guide/")
    assert page.locator("html").get_attribute("data-theme") == "large"


def test_the_text_of_a_document_grows_and_its_citation_is_copied(visit: Callable[..., Visit]) -> None:
    person = visit()
    page = person.open("/documents/?q=供暖补贴")
    page.get_by_role("link", name=TITLE).click()
    body = page.locator("[data-reading]")
    before = body.evaluate("element => parseFloat(getComputedStyle(element).fontSize)")
    page.get_by_role("button", name="大字").click()
    assert body.evaluate("element => parseFloat(getComputedStyle(element).fontSize)") > before
    page.locator("button[data-copy]").last.click()
    page.get_by_role("status").get_by_text("已复制").wait_for(state="attached")
