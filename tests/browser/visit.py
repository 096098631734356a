"""A person in front of the browser, and what is checked of every page."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import ConsoleMessage, Page, Request, Response

HEIGHT = 900
AXE = Path(__file__).parent / "vendor" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]

# Everything about the layout that a script can judge, as sentences; empty when all is well.
JUDGE = """() => {
  const found = [];
  const short = (element) => {
    const name = element.tagName.toLowerCase() + (element.className ? "." + String(element.className).split(" ")[0] : "");
    return name + " “" + element.textContent.trim().slice(0, 20) + "”";
  };
  const shown = (element) => {
    const box = element.getBoundingClientRect(), style = getComputedStyle(element);
    return box.width > 1 && box.height > 1 && style.visibility !== "hidden" && style.clip === "auto";
  };
  const root = document.documentElement;
  if (root.scrollWidth > root.clientWidth) {
    const scrolls = (element) => element && (getComputedStyle(element).overflowX !== "visible" || scrolls(element.parentElement));
    const wide = [...document.querySelectorAll("body *")].filter(
      (element) => element.getBoundingClientRect().right > root.clientWidth + 1 && !scrolls(element.parentElement));
    found.push(`scrolls sideways (${root.scrollWidth} > ${root.clientWidth}): ${wide.slice(0, 3).map(short).join(", ")}`);
  }
  const headings = [...document.querySelectorAll("h1,h2,h3,h4,h5,h6")];
  const firsts = headings.filter((heading) => heading.tagName === "H1");
  if (firsts.length !== 1) found.push(`${firsts.length} h1`);
  const levels = headings.slice(headings.indexOf(firsts[0])).map((heading) => Number(heading.tagName[1]));
  levels.forEach((level, at) => {
    if (at && level > levels[at - 1] + 1) found.push(`heading jumps from h${levels[at - 1]} to h${level}`);
  });
  for (const image of document.images) if (!image.hasAttribute("alt")) found.push(`image without alt: ${image.src}`);
  const lying = (element) => {
    const style = getComputedStyle(element);
    return ["static", "relative"].includes(style.position) && !style.display.startsWith("inline") && style.float === "none";
  };
  for (const parent of document.querySelectorAll("body, body *")) {
    if (parent.closest("svg")) continue;
    const blocks = [...parent.children].filter((child) => shown(child) && lying(child) && child.textContent.trim());
    blocks.forEach((one, at) => {
      const a = one.getBoundingClientRect();
      for (const other of blocks.slice(at + 1)) {
        const b = other.getBoundingClientRect();
        const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
        const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
        if (across > 2 && down > 2) found.push(`${short(one)} overlaps ${short(other)}`);
      }
    });
  }
  return found;
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


@dataclass
class Visit:
    """One tab of one person."""

    page: Page
    base: str
    complaints: list[str] = field(default_factory=list)
    expected_status: int = 200

    def __post_init__(self) -> None:
        """Listen to the console and to every request."""
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.complaints.append(f"script error: {error}"))
        self.page.on("request", self._request)
        self.page.on("response", self._response)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and f"status of {self.expected_status}" not in message.text:
            self.complaints.append(f"{message.type} on the console of {self.page.url}: {message.text}")

    def _request(self, request: Request) -> None:
        if not request.url.startswith((self.base + "/", "data:", "blob:")):
            self.complaints.append(f"request to another host: {request.url}")

    def _response(self, response: Response) -> None:
        if response.status >= 400 and response.status != self.expected_status:
            self.complaints.append(f"{response.status} for {response.url}")

    def open(self, path: str, *, status: int = 200) -> Page:
        """Open an address that answers with ``status``."""
        self.expected_status = status
        answer = self.page.goto(path)
        assert answer is not None
        assert answer.status == status, f"{path}: {answer.status}"
        return self.page

    def becomes(self, *, width: int, theme: str) -> None:
        """The same person before another screen, or with another choice of how pages look."""
        self.page.set_viewport_size({"width": width, "height": HEIGHT})
        self.page.context.add_cookies([{"name": "theme", "value": theme, "url": self.base}])

    def layout_faults(self) -> list[str]:
        """What is wrong with the page's boxes, headings and images."""
        found: list[str] = self.page.evaluate(JUDGE)
        return found

    def accessibility_faults(self) -> list[str]:
        """What axe-core finds against WCAG 2.2 AA."""
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

    def tab_to(self, text: str, *, most: int = 80) -> None:
        """Press Tab until an element with this text or label has the focus; every stop must be in sight and marked."""
        for _ in range(most):
            self.page.keyboard.press("Tab")
            here = self.focus()
            assert here["seen"], f"the focus is out of sight: {here['text']}"
            assert here["outline"], f"the focus is not marked: {here['text']}"
            label: str = self.page.evaluate("() => document.activeElement.labels?.[0]?.textContent ?? ''")
            if text in here["text"] or text in label:
                return
        raise AssertionError(f"Tab never reached {text}")
