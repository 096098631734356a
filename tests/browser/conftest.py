"""A real browser in front of the real server over the demo city."""

import fcntl
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.visit import HEIGHT, Visit

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium")
QUIET = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")
QUIET += ("--disable-sync", "--no-first-run", "--disable-dev-shm-usage")
PRODUCT = {"DJANGO_SETTINGS_MODULE": "portal.settings", "LOG_LEVEL": "ERROR", "PYTHONWARNINGS": "ignore"}
NOT_OURS = {"DATABASE_URL", "REDIS_URL", "SEARCH_DIR", "STATIC_ROOT", "SITE_URL", "SEARCH_ENGINE"}

Manage = Callable[..., str]
Query = Callable[[str], int]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder drives a browser; the first test also waits for the city to be built."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.timeout(400))
            if not CHROMIUM:
                item.add_marker(pytest.mark.skip(reason="chromium is not installed (Debian: apt-get install chromium)"))


@pytest.fixture(scope="session")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Environment of the product over the demo city, built once a run, whichever process of the run comes first."""
    shared = tmp_path_factory.getbasetemp()
    shared = shared.parent if "PYTEST_XDIST_WORKER" in os.environ else shared
    kept = {name: value for name, value in os.environ.items() if name not in NOT_OURS}
    ours = kept | PRODUCT | {"DATA_DIR": str(shared / "city")}
    with (shared / "city.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (shared / "city.ready").exists():
            _run(ours, "prepare", "--demo")
            (shared / "city.ready").touch()
    return ours


def _run(environment: dict[str, str], *arguments: str) -> str:
    command = [sys.executable, "manage.py", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="session")
def manage(environment: dict[str, str]) -> Manage:
    """Run a management command on the city of the browser."""
    return lambda *arguments: _run(environment, *arguments)


@pytest.fixture(scope="session")
def query(environment: dict[str, str]) -> Query:
    """One number read from the city's database."""

    def run(sql: str) -> int:
        with closing(sqlite3.connect(f"file:{environment['DATA_DIR']}/portal.sqlite3?mode=ro", uri=True)) as database:
            row = database.execute(sql).fetchone()
        assert row, f"the demo city has nothing for: {sql}"
        return int(row[0])

    return run


@contextmanager
def serving(environment: dict[str, str]) -> Iterator[str]:
    """The product behind gunicorn on a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{probe.getsockname()[1]}"
    command = [sys.executable, "-m", "gunicorn", "portal.wsgi", "--bind", address]
    command += ["--workers", "1", "--threads", "4", "--worker-class", "gthread", "--log-level", "warning"]
    process = subprocess.Popen(command, cwd=ROOT, env=environment | {"SITE_URL": f"http://{address}"})
    try:
        _wait(process, f"http://{address}/healthz")
        yield f"http://{address}"
    finally:
        process.terminate()
        process.wait(20)


def _wait(process: subprocess.Popen[bytes], url: str) -> None:
    for _ in range(300):
        assert process.poll() is None, "gunicorn ended before it answered"
        try:
            with urlopen(url, timeout=2):
                return
        except OSError:
            time.sleep(0.2)
    raise AssertionError("gunicorn did not answer")


@pytest.fixture(scope="session")
def server(environment: dict[str, str]) -> Iterator[str]:
    """Address of the city."""
    with serving(environment) as url:
        yield url


@pytest.fixture(scope="session")
def server_without_index(environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of the same city where the search index is away."""
    with serving(environment | {"SEARCH_DIR": str(tmp_path_factory.mktemp("no-index"))}) as url:
        yield url


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Chromium. Closed with this package: while it runs, Django would take the thread for an asynchronous one."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield chromium
        chromium.close()


@pytest.fixture
def visit(browser: Browser, server: str) -> Iterator[Callable[..., Visit]]:
    """Opens the city as somebody would: width, theme, with or without JavaScript; fails on what the browser complains of."""
    contexts, visits = [], []

    def begin(*, width: int = 1440, theme: str = "standard", base: str = server, **options: Any) -> Visit:
        context = browser.new_context(
            base_url=base, viewport={"width": width, "height": HEIGHT}, locale="zh-CN", accept_downloads=True, **options
        )
        contexts.append(context)
        if theme != "standard":
            context.add_cookies([{"name": "theme", "value": theme, "url": base}])
        page: Page = context.new_page()
        page.set_default_timeout(15_000)
        visits.append(Visit(page, base))
        return visits[-1]

    yield begin
    for context in contexts:
        context.close()
    assert not [line for each in visits for line in each.complaints]
