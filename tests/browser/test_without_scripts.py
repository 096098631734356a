"""Everything works without JavaScript."""

from collections.abc import Callable

from tests.browser.visit import Visit


def test_searching_filtering_and_paging_work(visit: Callable[..., Visit]) -> None:
    page = visit(java_script_enabled=False).open("/")
    page.locator("#home-q").fill("通知")
    page.get_by_role("button", name="搜索").first.click()
    assert "检索：通知" in page.locator("h1").inner_text()
    everything = page.locator("[role=status]").inner_text()
    first = page.locator(".results h2 a").first.inner_text()
    page.get_by_role("link", name="下一页").click()
    assert page.locator(".results h2 a").first.inner_text() != first
    page.locator("#facets li a").first.click()
    assert page.locator(".chip").count() == 1
    assert page.locator("[role=status]").inner_text() != everything
    page.locator(".chip").click()
    assert page.locator("[role=status]").inner_text() == everything


def test_the_filters_of_a_phone_open_and_close(visit: Callable[..., Visit]) -> None:
    page = visit(width=390, java_script_enabled=False).open("/documents/?q=补贴")
    page.locator("a[href='#facets']").click()
    assert page.locator("#facets").is_visible()
    page.locator("#facets a[href='#results']").click()
    assert not page.locator("#facets").is_visible()


def test_the_theme_switch_keeps_the_page(visit: Callable[..., Visit]) -> None:
    page = visit(java_script_enabled=False).open("/documents/?q=补贴")
    for name, theme in (("长者模式", "large"), ("高对比", "contrast"), ("高对比", "standard")):
        page.get_by_role("button", name=name).click()
        assert page.locator("html").get_attribute("data-theme") == theme
        assert "检索：补贴" in page.locator("h1").inner_text()


def test_all_metadata_of_a_document_can_be_unfolded_on_a_phone(visit: Callable[..., Visit]) -> None:
    page = visit(width=390, java_script_enabled=False).open("/documents/?q=供暖补贴")
    page.locator(".results h2 a").first.click()
    validity = page.locator(".meta dt", has_text="有效性")
    assert not validity.is_visible()
    page.get_by_label("显示全部").check()
    assert validity.is_visible()
