"""What visitors looked for and did not find is noted, for the office to name things as people do (条例§24)."""

import pytest
from django.db import OperationalError
from django.test import Client

from search.models import EmptySearch
from tests.catalog.make import Press
from tests.conftest import PrivateIndex

pytestmark = pytest.mark.law("条例§24")


def noted() -> dict[str, int]:
    return dict(EmptySearch.objects.values_list("term", "count"))


@pytest.fixture
def library(press: Press, search_index: PrivateIndex) -> PrivateIndex:
    press.document(title="关于供热采暖的通知", column="notices")
    search_index.index_now()
    return search_index


def test_words_that_find_nothing_are_noted_and_the_page_stays_a_visitors(library: PrivateIndex) -> None:
    for _ in range(2):
        answer = Client().get("/documents/", {"q": "火星移民"})
        assert answer.status_code == 200 and not answer.cookies
    assert noted() == {"火星移民": 2}


def test_what_is_found_and_what_other_things_may_have_hidden_is_not_noted(library: PrivateIndex) -> None:
    client = Client()
    for query in ("q=供热", "q=火星移民&column=notices", "q=火星移民&year=x", "q=火星移民&page=2", "q=", "q=，。"):
        client.get(f"/documents/?{query}")
    client.head("/documents/?q=火星移民")
    assert noted() == {}
    library.vanish()
    client.get("/documents/?q=火星移民")  # only titles were looked at
    assert noted() == {}


def test_a_page_is_not_lost_because_nothing_can_be_written(
    library: PrivateIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(*_: object, **__: object) -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr("search.models.EmptySearch.objects.filter", locked)
    assert "没有找到" in Client().get("/documents/?q=火星移民").content.decode()
