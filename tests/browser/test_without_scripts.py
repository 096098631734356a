"""Everything works without JavaScript."""

import re
from collections.abc import Callable

from playwright.sync_api import Page

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
    for name, theme in (
        ("长者模式", "large"),
        ("高对比", "large-contrast"),
        ("长者模式", "contrast"),
        ("高对比", "standard"),
    ):
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


def onward(page: Page, name: str = "保存，下一步") -> str:
    """Press the button that leads on; the last part of the address it leads to."""
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=True).click()
    return page.url.rstrip("/").rpartition("/")[2]


def test_an_application_is_handed_in_and_followed(visit: Callable[..., Visit]) -> None:
    page = visit(width=390, java_script_enabled=False).open("/")
    page.get_by_role("link", name="依申请公开").first.click()
    page.get_by_role("link", name="在网上提出申请").click()
    page.get_by_label("公民").check()
    page.get_by_label("姓名", exact=True).fill("李小暖")
    page.get_by_label("证件号码").fill("11010519491231002X")
    assert onward(page) == "reach"
    page.get_by_label("电话").fill("13800001234")
    assert onward(page) == "body"
    page.get_by_label("按名称、职能查找机关").fill("教育局")
    onward(page, "查找机关")
    page.get_by_label("云岚市教育局", exact=True).check()
    assert onward(page) == "what"
    page.get_by_label("信息名称").fill("2026年秋季学期校历")
    assert onward(page) == "way"
    page.get_by_label("电子文件").check()
    page.get_by_label("在本平台查看、下载").check()
    assert onward(page) == "files"
    assert onward(page, "核对申请") == "check"
    page.get_by_label("我已阅读").check()
    assert onward(page, "提交申请") == "receipt"
    words = page.locator("main").inner_text()
    number, code = re.search(r"JYJ-\d{4}-\d{5}", words), re.search(r"\b[A-Z0-9]{5}-[A-Z0-9]{5}\b", words)
    assert number and code
    page.goto("/apply/follow/")
    page.locator("input[name=number]").fill(number[0])
    page.locator("input[name=code]").fill(code[0])
    assert onward(page, "查询进展") == number[0]
    assert "确认" in page.locator("main").inner_text()
