"""Take the pictures of docs/screens anew from a running demo city: screens.py [ADDRESS]; Chromium as in tests/browser.

Small on purpose: half size, 64 colours.
"""

import io
import os
import shutil
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "screens"
ADDRESS = (sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000").rstrip("/")
PASSWORD = "Yunlan-2026!"  # of the demo city, printed by `make run`
DESKTOP, PHONE, COLOURS = (1440, 900), (390, 844), 64

# name → who looks, what is opened (an address, then links to follow by their words), on a phone, theme
SCREENS: dict[str, tuple[str, list[str], bool, str]] = {
    "01-首页": ("", ["/"], False, "standard"),
    "02-首页-手机": ("", ["/"], True, "standard"),
    "03-首页-长者模式": ("", ["/"], True, "large"),
    "04-检索": ("", ["/documents/?q=补贴"], False, "standard"),
    "05-检索-高对比": ("", ["/documents/?q=补贴"], True, "contrast"),
    "06-文件": ("", ["/documents/?q=供暖补贴办法", "关于印发《云岚市城市居民冬季供暖补贴办法》的通知"], False, "standard"),
    "07-文件-手机": ("", ["/documents/?q=供暖补贴办法", "关于印发《云岚市城市居民冬季供暖补贴办法》的通知"], True, "standard"),
    "08-文件与解读对照": ("", ["/documents/?q=政府信息公开工作规定", "关于印发云岚市政府信息公开工作规定的通知", "与原文对照"], False, "standard"),
    "09-公开目录": ("", ["/columns/"], False, "standard"),
    "10-数据": ("", ["/data/"], False, "standard"),
    "11-依申请公开": ("", ["/apply/"], False, "standard"),
    "12-网上申请-手机": ("", ["/apply/online/who/?body=jyj"], True, "standard"),
    "13-期限怎么算": ("", ["/apply/deadline/?channel=in_person&on=2026-09-14"], False, "standard"),
    "14-工作台": ("wangwu", ["/desk/"], False, "standard"),
    "15-申请台账": ("lisi", ["/desk/requests/?tab=all"], False, "standard"),
    "16-申请台账-手机": ("lisi", ["/desk/requests/?tab=all"], True, "standard"),
    "17-一件申请": ("lisi", ["/desk/requests/?tab=all", "JYJ-2026-00007"], False, "standard"),
    "18-拟稿": ("lisi", ["/desk/documents/drafts/new/"], False, "standard"),
    "19-审签": ("wangwu", ["/desk/documents/review/", "经济困难学生资助实施办法"], False, "standard"),
    "20-申请概览": ("qianqi", ["/desk/requests/overview/"], False, "standard"),
    "21-年度报告": ("", ["/annual-reports/", "云岚市住房和城乡建设局"], False, "standard"),
    "22-公开数据": ("", ["/data/figures/"], False, "standard"),
    "23-编制年度报告": ("lisi", ["/desk/reports/annual/"], False, "standard"),
    "24-考核成绩": ("qianqi", ["/desk/reports/scorecards/", "第三季度政务公开考核"], False, "standard"),
    "25-任务台账": ("qianqi", ["/desk/reports/plans/"], False, "standard"),
    "26-运行监测": ("qianqi", ["/desk/reports/watch/"], False, "standard"),
}  # fmt: skip


def opened(browser: Browser, who: str, *, on_phone: bool, theme: str) -> Page:
    """A page of this person's, signed in."""
    width, height = PHONE if on_phone else DESKTOP
    context = browser.new_context(base_url=ADDRESS, viewport={"width": width, "height": height}, locale="zh-CN")
    context.add_cookies([{"name": "theme", "value": theme, "url": ADDRESS}])
    page = context.new_page()
    if who:
        page.goto("/accounts/login/")
        page.fill("input[name=login]", who)
        page.fill("input[name=password]", PASSWORD)
        with page.expect_navigation():
            page.keyboard.press("Enter")
    return page


def taken(page: Page, way: list[str]) -> bytes:
    """The first screen at the end of the way."""
    address, *links = way
    page.goto(address)
    for words in links:
        page.get_by_role("link", name=words).first.click()
        page.wait_for_load_state("networkidle")
    page.wait_for_load_state("networkidle")
    page.mouse.move(0, 0)
    return page.screenshot()


def keep(name: str, picture: bytes) -> None:
    """Half its size, few colours."""
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    half = image.resize((image.width // 2, image.height // 2), Image.Resampling.LANCZOS)
    half.quantize(COLOURS, dither=Image.Dither.NONE).save(FOLDER / f"{name}.png", optimize=True)


def main() -> None:
    """Every screen of the table; pictures of earlier names go."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    pictures: dict[str, bytes] = {}
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for name, (who, way, on_phone, theme) in SCREENS.items():
            page = opened(browser, who, on_phone=on_phone, theme=theme)
            pictures[name] = taken(page, way)
            page.context.close()
            print(name, flush=True)
    for old in FOLDER.glob("*.png"):  # only now: a run that fails leaves what is there
        old.unlink()
    for name, picture in pictures.items():
        keep(name, picture)


if __name__ == "__main__":
    main()
