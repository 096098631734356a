"""A person in front of the browser, and what is checked of every page."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import ConsoleMessage, Page, Request, Response

HEIGHT = 900
AXE = Path(__file__).parent / "vendor" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]

JUDGE = (Path(__file__).parent / "judge.js").read_text(encoding="utf-8")
# How far the page has moved under the reader's eyes since it was opened (cumulative layout shift).
SHIFTS = """() => {
  window.shifted = 0;
  const add = (list) => list.getEntries().forEach((entry) => { if (!entry.hadRecentInput) window.shifted += entry.value; });
  new PerformanceObserver(add).observe({ type: "layout-shift", buffered: true });
}"""

FOCUS = """async () => {
  await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));  // the scroll to it is over
  const element = document.activeElement, box = element.getClientRects()[0], style = getComputedStyle(element);
  const seen = Boolean(box) && box.width > 1 && style.clip === "auto" && [0.1, 0.5, 0.9].some((share) => {
    const hit = document.elementFromPoint(box.left + box.width * share, box.top + box.height / 2);
    return hit && (element.contains(hit) || hit.contains(element));  // not wholly hidden (WCAG 2.4.11)
  });
  return { text: element.textContent.trim(), seen, outline: style.outlineStyle !== "none" || style.boxShadow !== "none" };
}"""

RESTYLED = """async (theme) => {
  document.documentElement.dataset.theme = theme;
  document.activeElement.blur();
  scrollTo(0, 0);
  await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
}"""


@dataclass
class Visit:
    """One tab of one person."""

    page: Page
    base: str
    complaints: list[str] = field(default_factory=list)
    answered: list[Request] = field(default_factory=list)
    expected_status: int = 200
    headers: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Listen to the console, to every request and to what moves."""
        self.page.add_init_script(f"({SHIFTS})()")
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.complaints.append(f"script error: {error}"))
        self.page.on("request", self._request)
        self.page.on("requestfinished", self._finished)
        self.page.on("response", self._response)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and f"status of {self.expected_status}" not in message.text:
            self.complaints.append(f"{message.type} on the console of {self.page.url}: {message.text}")

    def _request(self, request: Request) -> None:
        if not request.url.startswith((self.base + "/", "data:", "blob:")):
            self.complaints.append(f"request to another host: {request.url}")

    def _finished(self, request: Request) -> None:
        self.answered.append(request)

    def _response(self, response: Response) -> None:
        if response.status >= 400 and response.status != self.expected_status:
            self.complaints.append(f"{response.status} for {response.url}")

    def open(self, path: str, *, status: int = 200) -> Page:
        """Open an address that answers with ``status``."""
        self.expected_status = status
        answer = self.page.goto(path)
        assert answer is not None
        assert answer.status == status, f"{path}: {answer.status}"
        self.headers = answer.headers
        return self.page

    def fetch(self, path: str, *, status: int = 200) -> str:
        """The HTML of an address as it is served to this person, without showing it."""
        answer = self.page.request.get(path, max_redirects=0)
        assert answer.status == status, f"{path}: {answer.status}"
        return answer.text()

    def becomes(self, *, width: int, theme: str) -> None:
        """The same person before another screen, or with another choice of how pages look."""
        self.page.set_viewport_size({"width": width, "height": HEIGHT})
        self.page.context.add_cookies([{"name": "theme", "value": theme, "url": self.base}])

    def sees_it_as(self, *, width: int, theme: str) -> None:
        """The page that is open, on another screen and in another theme: both are matters of CSS alone."""
        self.becomes(width=width, theme=theme)
        self.page.evaluate(RESTYLED, theme)

    def layout_faults(self) -> list[str]:
        """What is wrong with the page's boxes, headings and images."""
        found: list[str] = self.page.evaluate(JUDGE)
        return found

    def weight(self) -> dict[str, list[int]]:
        """Bytes of every answer since the tab was opened, as sent, by the kind of what was asked for."""
        sizes: dict[str, list[int]] = {}
        for request in self.answered:
            if not request.url.startswith("data:"):
                sent = request.sizes()
                sizes.setdefault(request.resource_type, []).append(
                    sent["responseBodySize"] + sent["responseHeadersSize"]
                )
        return sizes

    def shift(self) -> float:
        """How far the page has moved since it was opened."""
        return float(self.page.evaluate("window.shifted"))

    def brings_axe(self) -> None:
        """Every page opened from now on has axe-core in it: cheaper than bringing it to each."""
        self.page.add_init_script(path=AXE)

    def accessibility_faults(self) -> list[str]:
        """What axe-core finds against WCAG 2.2 AA."""
        if not self.page.evaluate("() => Boolean(window.axe)"):
            self.page.evaluate(AXE.read_text(encoding="utf-8"))
        options = {"runOnly": {"type": "tag", "values": RULES}, "resultTypes": ["violations"]}
        result: dict[str, Any] = self.page.evaluate("options => axe.run(document, options)", options)
        return [
            f"{rule['id']}: {node['target']} {node.get('failureSummary', '')}"
            for rule in result["violations"]
            for node in rule["nodes"][:3]
        ]

    def focus(self) -> dict[str, Any]:
        """The element that has the focus: its text, whether it is in sight and marked."""
        found: dict[str, Any] = self.page.evaluate(FOCUS)
        return found

    def tab_to(self, text: str, *, most: int = 80) -> int:
        """Press Tab until an element with this text or label has the focus; every stop must be in sight and marked.

        How often it was pressed.
        """
        for pressed in range(1, most + 1):
            self.page.keyboard.press("Tab")
            here = self.focus()
            assert here["seen"], f"the focus is out of sight: {here['text']}"
            assert here["outline"], f"the focus is not marked: {here['text']}"
            label: str = self.page.evaluate("() => document.activeElement.labels?.[0]?.textContent ?? ''")
            if text in here["text"] or text in label:
                return pressed
        raise AssertionError(f"Tab never reached {text}")
