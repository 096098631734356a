"""Budgets can be overspent (`test_pages` keeps to them), and what somebody has already is not sent again."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page

from tests.browser.budget import KEPT_NOWHERE, overspent
from tests.browser.citizens_pages import PUBLIC
from tests.browser.conftest import Address, Query
from tests.browser.places import linked
from tests.browser.visit import Visit

FOR_EVER = "max-age=315360000, public, immutable"


def test_a_budget_can_be_overspent() -> None:
    assert overspent({"document": [50_000], "script": [9_000], "image": [900_000]}) == []
    assert len(overspent({"document": [50_000], "script": [11_000]})) == 1
    assert len(overspent({"document": [50_000], "image": [51_000]}, is_home=True)) == 1
    assert len(overspent({"image": [1] * 17})) == 1


# --- caching --------------------------------------------------------------------------------------------------------------


def test_static_files_are_kept_for_ever_and_sent_small(visit: Callable[..., Visit]) -> None:
    page = visit().open("/")
    paths: list[str] = page.eval_on_selector_all(
        "link[rel=stylesheet], script[src], img", "them => them.map((it) => it.href || it.src)"
    )
    assert len(paths) > 5
    for path in paths:
        answer = page.request.get(path, headers={"Accept-Encoding": "gzip"})
        assert answer.headers["cache-control"] == FOR_EVER, path
        assert answer.headers.get("content-encoding") == "gzip", path


def asked_again(page: Page, path: str) -> tuple[int, dict[str, Any]]:
    """Status and headers of a second question by who has kept the first answer."""
    for _ in range(2):  # other tests work in the same city: what changed in between is asked for once more
        first = page.request.get(path)
        mark = first.headers.get("etag")
        assert mark or KEPT_NOWHERE in first.headers.get("cache-control", ""), f"{path} has no ETag"
        again = page.request.get(path, headers={"If-None-Match": mark} if mark else {}, fail_on_status_code=False)
        if again.headers.get("etag") == mark:
            break
    return again.status, first.headers


def test_a_page_that_has_not_changed_is_not_sent_again(visit: Callable[..., Visit], address: Address) -> None:
    page = visit().page
    for name, place in PUBLIC.items():
        if place.status != 200:
            continue
        status, headers = asked_again(page, address(place))
        assert headers.get("content-encoding") == "gzip", name
        if KEPT_NOWHERE not in headers["cache-control"]:
            assert status == 304, name
            assert headers["cache-control"] == "no-cache", f"{name}: a takedown works at once"


def test_an_attachment_that_has_not_changed_is_not_sent_again(visit: Callable[..., Visit], query: Query) -> None:
    page = visit().page
    document = query("SELECT min(document_id) FROM catalog_attachment")
    path = linked(page.request.get(f"/documents/{document}/").text(), '/files/[^"]*')
    status, headers = asked_again(page, path)
    assert (status, headers.get("content-encoding")) == (304, None)
    assert int(headers["content-length"]) > 1000
