"""A citizen evaluates a body, with scripts and without; the judging desk works without scripts, too."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Address
from tests.browser.desk_pages import DESK
from tests.browser.visit import Visit


def first_of_each(page: Page) -> None:
    for group in page.locator("main fieldset").all():
        group.locator("input[type=radio]").first.check()


@pytest.mark.parametrize("scripts", [True, False])
def test_a_ballot_is_handed_in(visit: Callable[..., Visit], scripts: bool) -> None:
    page = visit(width=390, java_script_enabled=scripts).open("/evaluation/?department=wjw")
    page.locator("main h3 a").first.click()
    assert page.locator("select[name=department]").input_value() == "wjw"
    first_of_each(page)
    with page.expect_navigation(url="**/thanks/"):
        page.get_by_role("button", name="提交评议").click()
    assert page.locator("h1").inner_text() == "评议已收到，谢谢您"


def test_an_error_leads_to_its_question_and_keeps_the_rest(visit: Callable[..., Visit]) -> None:
    page = visit(width=390).open("/evaluation/?department=wjw")
    page.locator("main h3 a").first.click()
    page.locator("main form").evaluate("form => { form.noValidate = true }")
    page.locator("main textarea").fill("希望多一些图。")
    with page.expect_navigation():
        page.get_by_role("button", name="提交评议").click()
    page.locator(".error-summary a").first.click()
    assert page.evaluate("document.activeElement.tagName") == "FIELDSET"
    assert page.locator("main textarea").input_value() == "希望多一些图。"


def test_an_indicator_is_judged_without_scripts(visit: Callable[..., Visit], address: Address) -> None:
    page = visit(who="qianqi", java_script_enabled=False).open(address(DESK["judge an indicator"]))
    heading = page.locator("h1").inner_text()
    page.locator("input[name^=findings_]").first.fill("2")
    page.get_by_role("button", name="保存，返回指标列表").click()
    assert "请写明依据" in page.locator(".error-summary").inner_text()
    assert page.locator("input[name^=findings_]").first.input_value() == "2"
    page.locator("textarea[name^=evidence_]").first.fill("抽查两件，都没有写明。")
    page.get_by_role("button", name="保存，返回指标列表").click()
    assert "已保存" in page.locator("body").inner_text() and page.locator("h1").inner_text() != heading
