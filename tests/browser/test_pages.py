"""Every page of the map, each width once and each theme once a run (rulings 37); BROWSER_FULL=1 runs the full product.

In a run a page is opened once and then restyled, because widths and themes are matters of CSS; in the full product it is
opened for each look. BROWSER_PICTURES=folder keeps a picture of each, to be looked at.
"""

import os
from collections.abc import Callable
from itertools import product

import pytest

from tests.browser.budget import overspent
from tests.browser.conftest import Address
from tests.browser.every_page import CITIZENS, EVERY
from tests.browser.places import linked
from tests.browser.visit import Visit

WIDTHS = (390, 768, 1440)
THEMES = ("standard", "large", "contrast")
MOST_SHIFT = 0.02  # a tenth of what is called good elsewhere
IN_FULL = bool(os.environ.get("BROWSER_FULL"))
PICTURES = os.environ.get("BROWSER_PICTURES")
# Where something is wrong, that is read before anything else.
FIRST = {
    "deadline refused": "提交日、签收日或者到达日：日期应在2008年5月1日《政府信息公开条例》施行以后。",
    "style guide": "信息名称：该字段是必填项。",
}
NARROW = ("home", "search", "document")


def looks(page: str) -> list[tuple[int, str]]:
    """Widths and themes of a page: each once, paired differently from page to page."""
    if IN_FULL:
        return list(product(WIDTHS, THEMES))
    turn = list(EVERY).index(page)
    return [(width, THEMES[(number + turn) % len(THEMES)]) for number, width in enumerate(WIDTHS)]


@pytest.mark.parametrize("page", EVERY)
def test_every_page_is_sound_in_every_width_and_theme(visit: Callable[..., Visit], address: Address, page: str) -> None:
    place, found = EVERY[page], {}
    person, path = visit(who=place.who, reduced_motion="reduce"), address(EVERY[page])
    if place.link:
        path = linked(person.fetch(path), place.link)
    for width, theme in looks(page):
        if found and not IN_FULL:
            person.sees_it_as(width=width, theme=theme)
        else:
            person.becomes(width=width, theme=theme)
            person.open(path, status=place.status)
        if page in CITIZENS and not found:  # the first visit; another host is complained of by `visit`
            person.page.wait_for_load_state("networkidle")
            assert overspent(person.weight(), is_home=page == "home") == []
        if PICTURES:
            person.page.screenshot(path=f"{PICTURES}/{page} {width} {theme}.png", full_page=True)
        assert person.page.locator("html").get_attribute("data-theme") == theme
        is_fresh = not found or IN_FULL
        found[width, theme] = faults(person, page, is_fresh=is_fresh)
        if is_fresh:
            person.page.keyboard.press("Tab")
            assert person.focus() == {"text": FIRST.get(page, "跳到正文"), "seen": True, "outline": True}
    assert {look: sentences for look, sentences in found.items() if sentences} == {}


def faults(person: Visit, page: str, *, is_fresh: bool) -> list[str]:
    """What is wrong with the page as it stands before the person. ``is_fresh``: it was opened for this look."""
    sentences = [*person.layout_faults(), *person.accessibility_faults()]
    if page == "style guide":
        sentences = [sentence for sentence in sentences if not sentence.endswith(" h1")]  # headings are samples there
    if is_fresh and page in CITIZENS and person.shift() > MOST_SHIFT:
        sentences.append(f"moves by {person.shift():.3f} while it is opened")
    return sentences


@pytest.mark.parametrize("page", NARROW)
def test_the_narrowest_screen_needs_no_sideways_scrolling(
    visit: Callable[..., Visit], address: Address, page: str
) -> None:
    person = visit(width=320)
    person.open(address(EVERY[page]))
    assert person.layout_faults() == []
