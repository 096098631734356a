"""The HTML of every page is valid: the Nu checker reads all of them, as served, in one go.

The checker is Java from the npm registry (`tests/browser/nu`); `scripts/test.py` installs it.
"""

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from tests.browser.conftest import Address
from tests.browser.every_page import EVERY
from tests.browser.places import linked
from tests.browser.visit import Visit

CHECKER = Path(__file__).parent / "nu" / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
Message = dict[str, Any]


def checked(folder: Path) -> list[Message]:
    """What the checker says of the pages in a folder."""
    if not shutil.which("java") or not CHECKER.exists():
        pytest.skip("没有安装 HTML 检查器：需要 java 和 npm（Debian：apt-get install default-jre-headless npm）")
    command = [
        "java",
        "-XX:TieredStopAtLevel=1",
        "-XX:+UseSerialGC",
        "-Xss4m",
        "-jar",
        str(CHECKER),
        "--format",
        "json",
        "--exit-zero-always",
        "--skip-non-html",
    ]
    said = subprocess.run([*command, str(folder)], capture_output=True, text=True, check=True)
    messages: list[Message] = json.loads(said.stderr or said.stdout)["messages"]
    return messages


def faults(messages: list[Message]) -> list[str]:
    """Errors and warnings, each as a line."""
    lines = []
    for said in messages:
        page, is_warning = unquote(Path(said.get("url", "")).stem), said["type"] == "info"
        if is_warning and page == "style guide":
            continue  # warnings are about headings, and those of the style guide are samples of parts of other pages
        lines.append(f"{page}: {said['message']} … {said.get('extract', '').strip()}")
    return sorted(lines)


def fetched(visit: Callable[..., Visit], address: Address, folder: Path) -> int:
    """Every page of the tables as a file; the number of them."""
    visits: dict[str, Visit] = {}
    for name, place in EVERY.items():
        person = visits.get(place.who) or visits.setdefault(place.who, visit(who=place.who))
        markup = person.fetch(address(place), status=place.status)
        if place.link:
            markup = person.fetch(linked(markup, place.link))
        (folder / f"{name.replace(':', '')}.html").write_text(markup, encoding="utf-8")
    return len(EVERY)


def test_the_markup_of_every_page_is_valid(visit: Callable[..., Visit], address: Address, tmp_path: Path) -> None:
    assert fetched(visit, address, tmp_path) == len(list(tmp_path.iterdir()))
    assert faults(checked(tmp_path)) == []


def test_the_checker_finds_what_is_wrong(tmp_path: Path) -> None:
    head = '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>页</title></head>'
    (tmp_path / "good.html").write_text(f"{head}<body><p>好</p></body></html>", encoding="utf-8")
    (tmp_path / "bad.html").write_text(f"{head}<body><ul><p>坏</p></ul></body></html>", encoding="utf-8")
    (fault,) = faults(checked(tmp_path))
    assert fault.startswith("bad: ")
