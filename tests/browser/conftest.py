"""A real browser in front of the real server over the demo city."""

import json
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

from tests.browser.places import Place, Row
from tests.browser.visit import HEIGHT, Visit

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium")
QUIET = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")
QUIET += ("--disable-sync", "--no-first-run", "--disable-dev-shm-usage")
PRODUCT = {"DJANGO_SETTINGS_MODULE": "portal.settings", "LOG_LEVEL": "ERROR", "PYTHONWARNINGS": "ignore"}
NOT_OURS = {"DATABASE_URL", "REDIS_URL", "SEARCH_DIR", "STATIC_ROOT", "SITE_URL", "SEARCH_ENGINE"}

Manage = Callable[..., str]
Query = Callable[[str], int]
Address = Callable[[Place], str]
Furnished = dict[str, dict[str, Any]]
BUILD = "from tests.browser.furnish import build; build()"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder drives a browser; the first test also waits for the city to be built."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.timeout(600))
            if not CHROMIUM:
                item.add_marker(pytest.mark.skip(reason="chromium is not installed (Debian: apt-get install chromium)"))


def pytest_collection_finish(session: pytest.Session) -> None:
    """The city takes a minute to build: it is begun at once, while other tests run, by the first process of the run."""
    wanted = CHROMIUM and any(item.get_closest_marker("browser") for item in session.items)
    if not wanted or session.config.option.collectonly or os.environ.get("PYTEST_XDIST_WORKER", "gw0") != "gw0":
        return
    _begin(_city(session.config._tmp_path_factory))  # type: ignore[attr-defined]


def _begin(city: Path) -> None:
    command = f"{sys.executable} manage.py shell --no-imports -c '{BUILD}' >{city}/furnished.json 2>{city}/city.log"
    command = f"{command} && touch {city}/city.ready"
    subprocess.run(["sh", "-c", f"({command} || touch {city}/city.failed) &"], cwd=ROOT, env=_ours(city), check=True)


def _city(factory: pytest.TempPathFactory) -> Path:
    """The folder all processes of the run share."""
    own = factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


def _ours(city: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in NOT_OURS}
    return kept | PRODUCT | {"DATA_DIR": str(city / "city")}


@pytest.fixture(scope="session")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Environment of the product over the demo city, built once a run."""
    city = _city(tmp_path_factory)
    while not (city / "city.ready").exists():
        assert not (city / "city.failed").exists(), (city / "city.log").read_text()
        time.sleep(0.2)
    return _ours(city)


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
def row(environment: dict[str, str]) -> Callable[[str], Row]:
    """The first row of an answer of the city's database."""

    def run(sql: str) -> Row:
        with closing(sqlite3.connect(f"file:{environment['DATA_DIR']}/portal.sqlite3?mode=ro", uri=True)) as database:
            found = database.execute(sql).fetchone()
        assert found, f"the demo city has nothing for: {sql}"
        return tuple(found)

    return run


@pytest.fixture(scope="session")
def query(row: Callable[[str], Row]) -> Query:
    """One number read from the city's database."""
    return lambda sql: int(row(sql)[0])


@pytest.fixture(scope="session")
def furnished(environment: dict[str, str]) -> Furnished:
    """What `furnish` made: objects by name, cookies by person."""
    made: Furnished = json.loads((Path(environment["DATA_DIR"]).parent / "furnished.json").read_text(encoding="utf-8"))
    return made


@pytest.fixture(scope="session")
def address(row: Callable[[str], Row], furnished: Furnished) -> Address:
    """Where a page of the tables is in this city."""
    return lambda place: place.address(row, furnished["objects"])


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


Begin = Callable[..., Visit]


@contextmanager
def visiting(browser: Browser, server: str, furnished: Furnished) -> Iterator[Begin]:
    """Opens the city as somebody would: signed in as ``who``, width, theme, with or without JavaScript; fails on what the
    browser complains of."""
    contexts, visits = [], []

    def begin(
        *, who: str = "", width: int = 1440, theme: str = "standard", base: str = server, **options: Any
    ) -> Visit:
        context = browser.new_context(
            base_url=base, viewport={"width": width, "height": HEIGHT}, locale="zh-CN", accept_downloads=True, **options
        )
        contexts.append(context)
        kept = furnished["cookies"][who] if who else {}
        context.add_cookies([{"name": name, "value": value, "url": base} for name, value in kept.items()])
        if theme != "standard":
            context.add_cookies([{"name": "theme", "value": theme, "url": base}])
        page: Page = context.new_page()
        page.set_default_timeout(60_000)  # a slow machine is no fault of a page
        visits.append(Visit(page, base))
        return visits[-1]

    yield begin
    for context in contexts:
        context.close()
    assert not [line for each in visits for line in each.complaints]


@pytest.fixture
def visit(browser: Browser, server: str, furnished: Furnished) -> Iterator[Begin]:
    """Somebody new before the browser."""
    with visiting(browser, server, furnished) as begin:
        yield begin


@pytest.fixture(scope="module")
def at_work(browser: Browser, server: str, furnished: Furnished) -> Iterator[Callable[[str], Visit]]:
    """The tab in which a person of the desk goes from page to page."""
    tabs: dict[str, Visit] = {}

    with visiting(browser, server, furnished) as begin:

        def tab(who: str) -> Visit:
            if who not in tabs:
                tabs[who] = begin(who=who, reduced_motion="reduce")
                tabs[who].brings_axe()
            return tabs[who]

        yield tab
