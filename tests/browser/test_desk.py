"""People at their desks: signing in and out, the lock, the documents' desk, an import from the page."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Manage
from tests.browser.visit import Visit

PASSWORD = "Yunlan-2026!"
CSV = """标题,发文字号,成文日期,发布日期,正文
云岚市教育局关于浏览器导入测试的通知,云教发〔2026〕901号,2026-10-08,2026-10-09,这是从网页上传的第一份文件。
云岚市教育局关于另一件事的公告,,2026-10-10,2026-10-11,这是第二份文件。
,云教发〔2026〕902号,2026-10-10,2026-10-11,没有标题的一行。
"""
# What waits in the city for other reasons would be done first.
THE_IMPORT = """
from jobs.models import Job
from jobs.services import run_waiting
imports = Job.objects.unfinished().filter(kind="import_documents")
for _ in range(50):
    if imports.update(not_before="2020-01-01T00:00Z"):
        run_waiting(most=1)
assert not imports
"""


def sign_in(person: Visit, name: str, password: str = PASSWORD) -> Page:
    """Through the page, with the keyboard."""
    page = person.open("/accounts/login/")
    page.locator("input[name=login]").fill(name)
    page.locator("input[name=password]").fill(password)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    return page


def sound(person: Visit) -> None:
    """What is asked of every page of citizens is asked of desks too."""
    assert person.layout_faults() == [], person.page.url
    assert person.accessibility_faults() == [], person.page.url


@pytest.mark.parametrize("width", [390, 1440])
def test_an_administrator_works_at_the_desk_and_signs_out(visit: Callable[..., Visit], width: int) -> None:
    person = visit(width=width)
    page = sign_in(person, "wushi")
    assert page.url.endswith("/desk/")
    sound(person)
    person.open("/desk/documents/?q=食堂")
    page.locator("tbody a").first.click()
    page.wait_for_url("**/desk/documents/*/")
    sound(person)
    if width < 896:  # on a phone the menu is a sheet
        page.get_by_role("link", name="菜单").click()
    with page.expect_navigation():
        page.get_by_role("button", name="退出登录").click()
    page.goto("/desk/")
    assert "/accounts/login/" in page.url


def test_a_file_is_imported_from_the_page_and_its_documents_are_found(
    visit: Callable[..., Visit], manage: Manage
) -> None:
    person = visit()
    page = sign_in(person, "wushi")
    person.open("/desk/documents/imports/")
    upload = {"name": "信息.csv", "mimeType": "text/csv", "buffer": CSV.encode()}
    page.get_by_label("文件", exact=True).set_input_files([upload])
    page.get_by_label("公开依据").fill("原网站已公开的信息")
    page.get_by_label("批准人").select_option(label="王五（云岚市教育局）")
    page.get_by_role("button", name="开始导入").click()
    page.wait_for_url("**/imports/*/")
    assert page.get_by_role("progressbar", name="导入进度").is_visible()
    sound(person)
    manage("shell", "--no-imports", "-c", THE_IMPORT)
    page.locator("[data-progress]").wait_for(state="detached")  # the page loads itself again once the work is over
    figures = page.locator(".figures").inner_text().split()
    assert figures[figures.index("新导入") + 1 if figures[0] == "新导入" else figures.index("新导入") - 1] == "2"
    assert page.get_by_text("标题").first.is_visible()
    sound(person)
    manage("search_index", "update")
    person.open("/documents/?q=云教发〔2026〕901号")
    assert page.get_by_role("link", name="浏览器导入测试").is_visible()


def test_wrong_passwords_lock_and_the_page_says_for_how_long(visit: Callable[..., Visit]) -> None:
    person = visit()
    for _ in range(5):
        page = sign_in(person, "fenger", "wrong-Password-1")
    sound(person)
    page = sign_in(person, "fenger")
    assert "锁定" in page.locator("main").inner_text()
    assert "分钟" in page.locator("main").inner_text()
    assert "/accounts/login/" in page.url
