"""Every page of the map, each width once and each theme once a run (rulings 37); BROWSER_FULL=1 runs the full product.

In a run a page is opened once and then restyled, because widths and themes are matters of CSS; in the full product it is
opened for each look. Every page of a citizen is somebody's first; at the desk one goes from page to page.
BROWSER_PICTURES=folder keeps a picture of each, to be looked at.
"""

import os
from collections.abc import Callable
from itertools import product

import pytest

from tests.browser.budget import KEPT_NOWHERE, overspent
from tests.browser.citizens_pages import OWN
from tests.browser.conftest import Address, Begin
from tests.browser.desk_pages import DESK
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
    "style guide": "信息名称：请填写此项。",
}
NARROW = ("home", "search", "document")


def looks(page: str) -> list[tuple[int, str]]:
    """Widths and themes of a page: each once, paired differently from page to page."""
    if IN_FULL:
        return list(product(WIDTHS, THEMES))
    turn = list(EVERY).index(page)
    return [(width, THEMES[(number + turn) % len(THEMES)]) for number, width in enumerate(WIDTHS)]


@pytest.mark.parametrize("page", EVERY)
def test_every_page_is_sound_in_every_width_and_theme(
    visit: Begin, at_work: Callable[[str], Visit], address: Address, page: str
) -> None:
    place = EVERY[page]
    person = visit(who=place.who, reduced_motion="reduce") if page in CITIZENS else at_work(place.who)
    path = address(place)
    if place.link:
        path = linked(person.fetch(path), place.link)
    try:
        found = {look: faults(person, page, path, *look, is_first=not at) for at, look in enumerate(looks(page))}
    finally:  # the next page in this tab is not to blame
        said, person.complaints = person.complaints, []
    assert (said, {look: sentences for look, sentences in found.items() if sentences}) == ([], {})


def faults(person: Visit, page: str, path: str, width: int, theme: str, *, is_first: bool) -> list[str]:
    """What is wrong with the page in one look. ``is_first``: nothing of it has been seen yet."""
    is_opened, sentences = is_first or IN_FULL, []
    if is_opened:
        person.becomes(width=width, theme=theme)
        person.open(path, status=EVERY[page].status)
        sentences += faults_on_arrival(person, page, is_first=is_first)
    else:
        person.sees_it_as(width=width, theme=theme)
    if PICTURES:
        person.page.screenshot(path=f"{PICTURES}/{page} {width} {theme}.png", full_page=True)
    if person.page.locator("html").get_attribute("data-theme") != theme:
        sentences.append("another theme")
    sentences += [*person.layout_faults(), *person.accessibility_faults()]
    if page == "style guide":
        sentences = [sentence for sentence in sentences if not sentence.endswith(" h1")]  # headings are samples there
    if is_opened:
        person.page.keyboard.press("Tab")
        here = person.focus()
        if here != {"text": FIRST.get(page, "跳到正文"), "seen": True, "outline": True}:
            sentences.append(f"Tab leads first to {here}")
    return sentences


def faults_on_arrival(person: Visit, page: str, *, is_first: bool) -> list[str]:
    """What it costs and who may keep it: the first visit of a citizen; another host is complained of by the visit."""
    sentences, kept = [], person.headers.get("cache-control", "")
    if (page in OWN and KEPT_NOWHERE not in kept) or (page in DESK and "private" not in kept):
        sentences.append(f"what is somebody's own may be kept: {kept}")
    if page in CITIZENS:
        person.page.wait_for_load_state("networkidle")
        if person.shift() > MOST_SHIFT:
            sentences.append(f"moves by {person.shift():.3f} while it is opened")
        if is_first:
            sentences += overspent(person.weight(), is_home=page == "home")
    return sentences


@pytest.mark.parametrize("page", NARROW)
def test_the_narrowest_screen_needs_no_sideways_scrolling(visit: Begin, address: Address, page: str) -> None:
    person = visit(width=320)
    person.open(address(EVERY[page]))
    assert person.layout_faults() == []
