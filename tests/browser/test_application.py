"""An application in a real browser: handed in by a citizen, confirmed and taken up at the desk, followed by its code."""

import re
from collections.abc import Callable

from tests.browser.test_desk import sign_in, sound
from tests.browser.visit import Visit


def test_a_citizen_applies_and_follows_and_the_desk_takes_it_up(visit: Callable[..., Visit]) -> None:
    citizen = visit(width=390)
    page = citizen.open("/apply/online/who/?body=jyj")
    page.check("input[name=applicant_type][value=natural_person]")
    page.fill("input[name=name]", "㐂欢")
    page.select_option("select[name=id_kind]", "resident_id")
    page.fill("input[name=id_number]", "11010519491231002x")
    typed = {"reach": ("phone", "１３８００００１２３４"), "what": ("title", "2026年秋季学期校历")}
    for _ in range(7):
        with page.expect_navigation():
            page.locator("button[name=do][value=next]").click()
        sound(citizen)
        name, words = typed.pop(page.url.rstrip("/").rpartition("/")[2], ("", ""))
        if name:
            page.fill(f"[name={name}]", words)
        if page.url.endswith("/apply/check/"):
            break
    page.check("input[name=consent]")
    with page.expect_navigation(url=re.compile("/apply/receipt/"), timeout=60_000):
        page.get_by_role("button", name="提交申请").click()
    sound(citizen)
    words = page.locator("main").inner_text()
    number, code = re.search(r"JYJ-\d{4}-\d{5}", words), re.search(r"\b[A-Z0-9]{5}-[A-Z0-9]{5}\b", words)
    assert number
    assert code
    clerk = visit(width=1440)
    desk = sign_in(clerk, "lisi")
    clerk.open("/desk/requests/?tab=confirm")
    desk.get_by_role("link", name=number[0]).click()
    desk.wait_for_url("**/desk/requests/*/")
    sound(clerk)
    citizen.open("/apply/follow/")
    page.fill("input[name=number]", number[0].lower())
    page.fill("input[name=code]", code[0].lower().replace("-", " "))
    with page.expect_navigation():
        page.locator("main form button.button").first.click()
    sound(citizen)
    assert number[0] in page.locator("main").inner_text()


def test_the_statement_opens_beside_the_counters_form_which_stays_ready(visit: Callable[..., Visit]) -> None:
    person = visit()
    page = sign_in(person, "lisi")
    person.open("/desk/requests/counter/?channel=oral")
    with page.context.expect_page() as beside:
        page.get_by_role("button", name="打开代填表").click()
    beside.value.close()
    page.evaluate(
        "document.querySelector('form[data-once]').noValidate = true"
    )  # to the server, with nothing filled in
    with page.expect_navigation():
        page.get_by_role("button", name="登记申请").click()
    assert page.locator(".error-summary").count() == 1
    person.complaints.clear()  # the refusal was wanted
