"""Pages kept for visitors: fast again and again, never older than the last public change."""

from collections.abc import Iterator

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from catalog.models import Document
from disclosure.services import take_down_document
from tests.cast import Cast
from tests.catalog.make import Press
from tests.conftest import PrivateIndex


@pytest.fixture(autouse=True)
def _keep(settings: Settings, _nothing_kept: None) -> Iterator[None]:
    settings.KEEP_PAGES_SECONDS = 30
    caches["pages"].clear()
    yield
    caches["pages"].clear()


def queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return len(asked)


@pytest.fixture
def row(press: Press) -> Document:
    return press.document(title="关于供热采暖的通知", department="jyj", column="normative")


def test_a_page_asked_for_again_costs_one_query(row: Document) -> None:
    for address in ("/", "/documents/", row.url, "/columns/normative/", "/departments/jyj/", "/departments/"):
        visitor = Client()
        assert queries(visitor, address) > 1, address
        first = visitor.get(address)
        assert queries(visitor, address) == 1, address
        assert visitor.get(address).content == first.content
        assert visitor.get(address).headers["Content-Type"] == first.headers["Content-Type"]


def test_what_is_taken_down_is_gone_from_pages_that_were_kept(cast: Cast, row: Document) -> None:
    visitor = Client()
    places = ["/", "/documents/", "/columns/normative/", "/departments/jyj/"]
    assert all(row.title in visitor.get(place).content.decode() for place in places)
    assert visitor.get(row.url).status_code == 200
    take_down_document(actor=cast.wangwu, document=row, at=timezone.now())
    assert not any(row.title in visitor.get(place).content.decode() for place in places)
    assert visitor.get(row.url).status_code == 410


def test_what_is_published_shows_at_once(press: Press, row: Document) -> None:
    visitor = Client()
    visitor.get("/documents/")
    press.document(title="关于延长供热的公告")
    assert "关于延长供热的公告" in visitor.get("/documents/").content.decode()


def test_each_way_of_looking_has_a_page_of_its_own(row: Document) -> None:
    visitor = Client()
    assert 'data-theme="standard"' in visitor.get(row.url).content.decode()
    visitor.cookies["theme"] = "large"
    assert 'data-theme="large"' in visitor.get(row.url).content.decode()


def test_people_who_signed_in_and_messages_are_never_kept(cast: Cast, row: Document) -> None:
    Client().get(row.url)
    person = Client()
    person.force_login(cast.zhangsan, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert "工作台" in person.get(row.url).content.decode()
    assert "工作台" not in Client().get(row.url).content.decode()
    waiting = Client()
    waiting.cookies["messages"] = "x"
    assert queries(waiting, row.url) > 1


def test_a_search_is_never_kept(row: Document, search_index: PrivateIndex) -> None:
    visitor = Client()
    assert queries(visitor, "/documents/?q=供热") > 1
    assert queries(visitor, "/documents/?q=供热") > 1


def test_a_missing_page_is_not_kept(row: Document) -> None:
    visitor = Client()
    assert visitor.get("/documents/999999/").status_code == 404
    assert visitor.get("/documents/999999/").status_code == 404
