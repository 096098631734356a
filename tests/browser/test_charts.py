"""Charts in a real browser: drawn from their table in every theme under the strict policy; without scripts the table."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.test_desk import sign_in, sound
from tests.browser.visit import Visit

FIGURES = "/desk/reports/figures/"
APPLICATIONS, PUBLISHING = "/desk/requests/overview/", "/desk/documents/overview/"
FILLS = "[...document.querySelectorAll('.plot__area svg path')].map((path) => getComputedStyle(path).fill)"
TOKEN = """() => {
  const colour = getComputedStyle(document.documentElement).getPropertyValue("--primary").trim();
  return `rgb(${colour.slice(1).match(/../g).map((pair) => parseInt(pair, 16)).join(", ")})`;
}"""


def drawn(page: Page) -> int:
    """How many charts are drawn, once all of them are."""
    wanted = page.locator("[data-chart]").count()
    page.wait_for_function("n => document.querySelectorAll('.plot__area svg').length === n", arg=wanted)
    return wanted


@pytest.mark.parametrize(("theme", "width"), [("standard", 1440), ("large", 768), ("contrast", 390)])
def test_charts_are_drawn_from_their_tables_in_each_theme(visit: Callable[..., Visit], theme: str, width: int) -> None:
    person = visit(width=width, theme=theme)
    page = sign_in(person, "qianqi")
    person.open(APPLICATIONS)
    assert drawn(page) >= 3
    assert page.evaluate(TOKEN) in page.evaluate(FILLS)
    sound(person)
    person.open(PUBLISHING)
    assert drawn(page) >= 1
    sound(person)
    # The drawing says what the table says, and nothing to a screen reader.
    figure = page.locator("figure.plot").first
    assert figure.locator(".plot__area").get_attribute("aria-hidden") == "true"
    most = max(int(cell.replace(",", "")) for cell in figure.locator("td").all_inner_texts())
    assert str(most) in figure.locator("svg text").all_text_contents()


def test_the_place_is_kept_and_the_drawing_follows_page_and_theme(visit: Callable[..., Visit]) -> None:
    person = visit()
    page = sign_in(person, "qianqi")
    person.open(APPLICATIONS)
    drawn(page)
    before = page.evaluate("document.querySelector('.plot__area').offsetHeight")
    page.set_viewport_size({"width": 390, "height": 900})
    page.wait_for_function(
        "() => [...document.querySelectorAll('.plot__area')].every((area) => area.firstElementChild.offsetWidth <= area.offsetWidth)"
    )
    assert page.evaluate("document.querySelector('.plot__area').offsetHeight") == before
    page.evaluate("document.documentElement.dataset.theme = 'contrast'")
    page.wait_for_function(f"() => {FILLS}.includes('rgb(142, 197, 255)')")
    page.locator(".plot__area").last.hover()
    assert person.layout_faults() == []


def test_without_scripts_the_tables_stand_alone(visit: Callable[..., Visit]) -> None:
    person = visit(java_script_enabled=False)
    page = sign_in(person, "qianqi")
    page.goto(APPLICATIONS)
    assert page.locator("figure.plot table").count() == 2
    assert page.locator(".plot__area").first.is_hidden()


@pytest.mark.parametrize("theme", ["standard", "large", "contrast"])
def test_citizens_see_bars_without_a_script(visit: Callable[..., Visit], theme: str) -> None:
    person = visit(width=390, theme=theme, java_script_enabled=False)
    page = person.open("/data/")
    assert page.get_by_role("img", name="近十二个月").is_visible()
    assert page.get_by_role("img", name="累计公开").locator("rect").count() == 10
    assert page.locator("#chart-months ~ * table").is_visible()


def test_the_page_of_data_is_sound(visit: Callable[..., Visit]) -> None:
    person = visit(width=390)
    person.open("/data/")
    sound(person)


def test_the_dashboard_of_figures_is_drawn_and_its_distribution_has_a_line(visit: Callable[..., Visit]) -> None:
    person = visit(width=1440)
    page = sign_in(person, "qianqi")
    person.open(FIGURES)
    assert drawn(page) >= 9
    days = page.locator("[data-chart=days]")
    assert days.locator("svg path[stroke-dasharray]").count() == 1
    # Only what stands in one column is drawn: no shares, and no line that is part of the one above.
    outcomes = page.locator("figure.plot", has_text="办结")
    assert outcomes.locator("tr[data-part]").count() > 0
    page.locator("figure.plot summary").first.click()
    sound(person)


def test_citizens_see_the_line_of_the_period_on_a_phone(visit: Callable[..., Visit]) -> None:
    person = visit(width=390, java_script_enabled=False)
    page = person.open("/data/figures/")
    figure = page.locator("figure.bars", has=page.locator("#chart-workdays"))
    assert figure.locator(".bars__mark").count() == 1
    assert figure.get_by_text("20 个工作日").is_visible()
