"""An application from the home page to the receipt by somebody who has a keyboard only."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page

from tests.browser.visit import Visit

SECONDS_A_PRESS = 0.5  # of an unhurried hand that looks at the screen
SIGNS_A_SECOND = 4  # of Chinese through an input method, digits by hand
MOST_SECONDS = 180


@dataclass
class Hands:
    """What a person does with the keyboard, counted."""

    person: Visit
    presses: int = 0
    typed: int = 0

    @property
    def page(self) -> Page:
        """What is before them."""
        return self.person.page

    @property
    def seconds(self) -> float:
        """How long that takes."""
        return self.presses * SECONDS_A_PRESS + self.typed / SIGNS_A_SECOND

    def to(self, text: str) -> None:
        """Tab to what bears this text or label."""
        self.presses += self.person.tab_to(text)

    def press(self, *keys: str) -> None:
        """Keys one after the other."""
        for key in keys:
            self.presses += 1
            self.page.keyboard.press(key)

    def type(self, words: str) -> None:
        """Words into the field that has the focus."""
        self.typed += len(words)
        self.page.keyboard.type(words)

    def go(self, key: str = "Enter", *, to: str = "") -> None:
        """Press the key that leads to the next page; there, past the navigation."""
        with self.page.expect_navigation(url=re.compile(to), timeout=60_000):
            self.press(key)
        if "#" not in self.page.url:  # the receipt is reached from a form below the mark, and keeps it
            self.press("Tab", "Enter")  # 跳到正文


def test_an_application_is_handed_in_by_keyboard_within_three_minutes(visit: Callable[..., Visit]) -> None:
    """Assumed: half a second for each key that moves or chooses, four signs a second while typing; reading comes on top,
    as it does for everybody. Every stop of the focus is in sight and marked (`tab_to`)."""
    hands = Hands(visit())
    hands.person.open("/")
    hands.to("依申请公开")
    hands.go(to="/apply/$")
    hands.to("在网上提出申请")
    hands.go(to="/who/")
    who_asks(hands)
    what_is_asked(hands)
    hands.to("核对申请")
    hands.go(to="/check/")
    hands.to("我已阅读")
    hands.press("Space")
    hands.to("提交申请")
    hands.go(to="/receipt/")
    words = hands.page.locator("main").inner_text()
    assert re.search(r"JYJ-\d{4}-\d{5}", words) and re.search(r"\b[A-Z0-9]{5}-[A-Z0-9]{5}\b", words)
    assert hands.seconds < MOST_SECONDS, f"{hands.presses} keys and {hands.typed} signs: {hands.seconds:.0f} seconds"


def who_asks(hands: Hands) -> None:
    """The first two steps."""
    hands.to("公民")
    hands.press("Space")
    hands.to("姓名")
    hands.type("李小暖")
    hands.to("证件号码")
    hands.type("11010519491231002X")
    hands.go(to="/reach/")
    hands.to("电话")
    hands.type("13800001234")
    hands.go(to="/body/")


def what_is_asked(hands: Hands) -> None:
    """The body, the matter, the way."""
    hands.to("按名称、职能查找机关")
    hands.type("市教育局")
    hands.to("云岚市教育局")
    hands.press("Space")
    hands.go(to="/what/")
    hands.to("信息名称")
    hands.type("2026年秋季学期校历")
    hands.go(to="/way/")
    hands.to("电子文件")  # chosen beforehand
    hands.press("ArrowUp", "ArrowDown")
    hands.to("保存，下一步")
    hands.go(to="/files/")
