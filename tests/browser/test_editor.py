"""The clerk's editor with scripts: it saves itself, loses nothing, and knows one window from another."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Query
from tests.browser.test_desk import sign_in, sound
from tests.browser.visit import Visit

DRAFTS = "/desk/documents/drafts/"
NUMBERED = "SELECT id FROM catalog_document WHERE state = 'published' AND document_number != '' ORDER BY id LIMIT 1"


def begun(person: Visit, title: str) -> Page:
    """A draft of 李四 in the editor."""
    page = sign_in(person, "lisi")
    person.open(f"{DRAFTS}new/")
    page.get_by_label("标题").fill(title)
    with page.expect_navigation():
        page.get_by_role("button", name="开始起草").click()
    return page


def save_now(page: Page) -> None:
    """Leave the field; the editor has saved when this returns."""
    with page.expect_response("**/autosave/") as answer:
        page.locator("#id_keywords").focus()
        page.locator("#id_summary").focus()
    assert answer.value.status == 200
    expect(page.locator("[data-saved]")).to_contain_text("已保存")


def press_save(page: Page) -> None:
    """The button 保存."""
    with page.expect_navigation():
        page.locator("aside").get_by_role("button", name="保存", exact=True).click()


def number_of(page: Page, query: Query) -> str:
    """Number of a public document, as a clerk would type it: its page says it."""
    page.goto(f"/documents/{query(NUMBERED)}/")
    found = re.search(r"\S{1,8}〔20\d\d〕\d+号", page.locator("main").inner_text())
    assert found
    return found[0]


def window(person: Visit, url: str) -> Page:
    """A second window of the same person on ``url``."""
    page = person.page.context.new_page()
    page.goto(url)
    return page


def test_an_interpretation_is_written_and_saves_itself(visit: Callable[..., Visit], query: Query) -> None:
    person = visit()
    page = sign_in(person, "lisi")
    person.open(f"{DRAFTS}new/?interprets={query(NUMBERED)}")
    with page.expect_navigation():
        page.get_by_role("button", name="开始起草").click()
    page.get_by_label("标题").first.fill("一图读懂")
    page.get_by_label("解读形式").select_option(index=1)
    page.locator("input[name=elements]").first.check()
    save_now(page)
    page.locator("[contenteditable=true]").click()
    page.keyboard.type("本办法自下月起施行。")
    sound(person)
    person.expected_status = 409  # what is missing is said
    with page.expect_navigation():
        page.get_by_role("button", name="送审", exact=True).click()
    assert "不能送审" in page.locator("main").inner_text()
    assert page.locator("input[name=elements]").first.is_checked()
    assert "本办法自下月起施行。" in page.locator("[contenteditable=true]").inner_text()
    assert page.get_by_text("在新窗口查看已保存的内容").count() == 0, "everything was saved"


@pytest.mark.parametrize("reopens", ["重新打开本页", "address"])
def test_what_a_conflict_refused_is_offered_again(visit: Callable[..., Visit], reopens: str) -> None:
    person = visit()
    first = begun(person, "两个窗口")
    second = window(person, first.url)
    first.get_by_label("标题").first.fill("第一个窗口的标题")
    save_now(first)
    second.get_by_label("标题").first.fill("第二个窗口的标题")
    second.locator("#id_keywords").focus()
    expect(second.locator("[data-saved]")).to_contain_text("没有保存：这份拟稿在另一个窗口")
    press_save(second)
    assert second.get_by_label("标题").first.input_value() == "第二个窗口的标题"
    expect(second.locator("[data-kept]")).to_contain_text("再选择“恢复”")
    first.get_by_label("标题").first.fill("第一个窗口又改了")
    save_now(first)  # another window's success does not throw the refused text away
    if reopens == "address":
        second.goto(first.url)
    else:
        with second.expect_navigation():
            second.get_by_role("link", name=reopens).click()
    expect(second.locator("[data-restore]")).to_contain_text("此后这份拟稿又保存过")
    assert second.get_by_label("标题").first.input_value() == "第一个窗口又改了", "nothing is replaced unasked"
    second.get_by_role("button", name="恢复", exact=True).click()
    expect(second.locator("[data-saved]")).to_contain_text("已保存")
    second.reload()
    assert second.get_by_label("标题").first.input_value() == "第二个窗口的标题"
    expect(second.locator("[data-restore]")).to_be_hidden()


@pytest.mark.parametrize("pause", [0, 1500])
def test_a_reload_in_the_middle_of_typing_is_no_conflict(visit: Callable[..., Visit], pause: int) -> None:
    person = visit()
    page = begun(person, "刷新")
    for words in ("第一次", "第二次"):
        page.get_by_label("标题").first.fill(words)
        page.locator("[contenteditable=true]").click()
        page.keyboard.press("Control+End")
        page.keyboard.type(words)
        page.wait_for_timeout(pause)
        page.reload()
        expect(page.get_by_label("标题").first).to_have_value(words)
        expect(page.locator("[contenteditable=true]")).to_contain_text(words)
        expect(page.locator("[data-restore]")).to_be_hidden()
    page.get_by_label("标题").first.fill("刷新之后")
    save_now(page)
    press_save(page)
    assert page.get_by_label("标题").first.input_value() == "刷新之后"
    assert "第一次第二次" in page.locator("[contenteditable=true]").inner_text()


def test_a_page_older_than_the_last_save_of_its_tab_is_asked_for_again(visit: Callable[..., Visit]) -> None:
    person = visit()
    page = begun(person, "旧页面")
    old = page.request.get(page.url).text()
    page.get_by_label("标题").first.fill("已经保存的标题")
    save_now(page)
    page.route(page.url, lambda route: route.fulfill(body=old, content_type="text/html; charset=utf-8"), times=1)
    page.reload()
    expect(page.get_by_label("标题").first).to_have_value("已经保存的标题")
    page.get_by_label("标题").first.fill("接着写")
    save_now(page)


def test_after_a_clean_save_nothing_is_said_to_be_unsaved(visit: Callable[..., Visit], query: Query) -> None:
    person = visit()
    page = begun(person, "正常保存")
    editor, number = page.url, number_of(page, query)
    page.goto(editor)
    page.get_by_label("修改的文件").fill(number)
    page.wait_for_timeout(1500)
    press_save(page)
    assert "（编号" in page.get_by_label("修改的文件").input_value(), "the server writes the title"
    page.wait_for_timeout(1500)
    expect(page.locator("[data-restore]")).to_be_hidden()
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('draft-'))") == []
    again = window(person, editor)
    again.wait_for_load_state("networkidle")
    expect(again.locator("[data-restore]")).to_be_hidden()


def test_documents_are_offered_for_each_line(visit: Callable[..., Visit], query: Query) -> None:
    person = visit()
    page = begun(person, "废止")
    editor, number = page.url, number_of(page, query)
    page.goto(editor)
    field = page.get_by_label("废止的文件")
    field.fill("第一行\n")
    page.keyboard.type(number)
    choice = page.locator("[data-find-lines] button").first
    choice.wait_for()
    sound(person)
    choice.click()
    first, second = field.input_value().split("\n")
    assert first == "第一行" and second.endswith(f"（编号{query(NUMBERED)}）")
    expect(page.locator("[data-find-lines] button")).to_have_count(0)


def test_a_double_click_begins_one_draft(visit: Callable[..., Visit], query: Query) -> None:
    person = visit()
    page = sign_in(person, "lisi")
    person.open(f"{DRAFTS}new/")
    page.get_by_label("标题").fill("双击")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    with page.expect_navigation(url="**/drafts/*/"):
        page.get_by_role("button", name="开始起草").dblclick()
    assert len(sent) == 1
    assert query("SELECT count(*) FROM disclosure_revision WHERE title = '双击'") == 1


def test_the_queue_is_walked_with_keys_that_can_be_switched_off(visit: Callable[..., Visit]) -> None:
    person = visit()
    page = sign_in(person, "sunba")
    person.open("/desk/documents/review/")
    rows = page.locator("[data-rows] tbody tr")
    expect(page.get_by_role("button", name="快捷键")).to_be_visible()
    last = rows.count() - 1
    for _ in range(last + 2):
        page.keyboard.press("j")
    expect(rows.nth(last).locator("a").first).to_be_focused()
    for _ in range(last + 1):
        page.keyboard.press("k")
    expect(rows.first.locator("a").first).to_be_focused()
    page.keyboard.press("x")
    expect(rows.first.locator("input")).to_be_checked()
    page.keyboard.press("Control+x")
    expect(rows.first.locator("input")).to_be_checked()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    sound(person)
    page.get_by_label("使用快捷键").uncheck()
    page.keyboard.press("Escape")
    page.reload()
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.closest('[data-rows]')") is None
    page.get_by_role("button", name="快捷键").click()
    page.get_by_label("使用快捷键").check()
    page.get_by_role("button", name="关闭").click()
    page.keyboard.press("j")
    address = rows.first.locator("a").first.get_attribute("href")
    with page.expect_navigation():
        page.keyboard.press("o")
    assert page.url.endswith(str(address))
