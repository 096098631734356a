"""A document on its way to the public: four people, four desks, one page at the end."""

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from playwright.sync_api import Page

from tests.browser.test_desk import sign_in, sound
from tests.browser.visit import Visit

TITLE = "云岚市教育局关于开放学校操场的通知"
DESK = "/desk/documents/"
TODAY = datetime.now(ZoneInfo("Asia/Shanghai")).date().isoformat()


def waiting(person: Visit, name: str) -> Page:
    """Somebody else's desk with the text that waits there."""
    page = sign_in(person, name)
    person.open(f"{DESK}review/")
    sound(person)
    page.get_by_role("link", name=TITLE).first.click()
    page.wait_for_url("**/review/*/")
    sound(person)
    return page


def step(page: Page, heading: str, button: str) -> None:
    """Press the button of one step."""
    section = page.locator("section.review__step", has=page.get_by_role("heading", name=heading, exact=True))
    with page.expect_navigation():
        section.get_by_role("button", name=button).click()


def test_four_people_bring_a_text_to_the_public(visit: Callable[..., Visit]) -> None:
    clerk = visit()
    page = sign_in(clerk, "lisi")
    clerk.open(f"{DESK}drafts/new/")
    sound(clerk)
    with page.expect_navigation():
        page.get_by_role("button", name="开始起草").click()
    page.get_by_label("标题", exact=False).first.fill(TITLE)
    page.locator("[contenteditable=true]").first.click()
    page.keyboard.type("自12月起，义务教育学校操场在周末向居民开放。")
    page.get_by_label("公开属性").first.select_option(label="主动公开")
    clerk.expected_status = 409  # what is missing is said in place of going on
    with page.expect_navigation():
        page.get_by_role("button", name="送审", exact=True).click()
    assert "没有选择公开属性的依据" in page.locator("main").inner_text()  # refused, everything typed kept
    assert page.get_by_label("标题", exact=False).first.input_value() == TITLE
    page.get_by_label("认定依据").first.select_option(value="20_11")
    page.get_by_label("信息形成或者变更日期").fill(TODAY)
    sound(clerk)
    with page.expect_navigation():
        page.get_by_role("button", name="送审", exact=True).click()
    assert "不能送审" not in page.locator("main").inner_text()
    page = waiting(visit(), "sunba")
    step(page, "审核通过", "审核通过")
    page = waiting(visit(), "zhoujiu")
    page.get_by_label("审查结论").select_option(label="可以公开")
    page.get_by_label("密级").select_option(label="不涉密")
    page.get_by_label("审查表编号").fill("云教密审〔2026〕77号")
    page.get_by_label("审查日期").fill(TODAY)
    page.get_by_label("审查意见").fill("不涉及国家秘密、工作秘密。")
    step(page, "保密审查", "登记审查，转签发")
    page = waiting(visit(width=390), "wangwu")
    page.get_by_label("签发后立即发布").check()
    step(page, "签发并发布", "签发")
    reader = visit(width=390)
    found = reader.open("/documents/")
    found.get_by_role("link", name=TITLE).first.click()
    assert found.get_by_role("heading", name=TITLE).is_visible()
    sound(reader)
