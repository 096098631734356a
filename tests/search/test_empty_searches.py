"""What visitors did not find is noted by its words alone, never at the cost of their page."""

from datetime import date, timedelta

import pytest
from django.db import OperationalError, connection
from pytest_django import Settings

from search import services
from search.models import EmptySearch

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 22)


def noted() -> dict[str, int]:
    return dict(EmptySearch.objects.values_list("term", "count"))


def test_the_same_words_count_on_however_they_are_typed() -> None:
    for typed in ("火星移民", " 火星　移民", "火星移民", "ＷＩＦＩ 补贴", "wifi  补贴"):
        services.note_empty_search(typed, on=DAY)
    assert noted() == {"火星移民": 2, "火星 移民": 1, "wifi 补贴": 2}
    services.note_empty_search("火星移民", on=DAY + timedelta(days=1))
    assert EmptySearch.objects.count() == 4


@pytest.mark.parametrize(
    "typed",
    ["13800001234", "138 0000 1234", "11010519491231002X", "１１０１０５１９４９１２３１００２Ｘ", "张三 0700-52124400",
     "zhang@example.cn", "长" * 41, "  ", ""],
)  # fmt: skip
def test_what_may_be_a_persons_number_and_what_is_long_is_not_noted(typed: str) -> None:
    services.note_empty_search(typed, on=DAY)
    assert noted() == {}


def test_numbers_of_documents_and_years_are_noted() -> None:
    for typed in ("云教发〔2026〕318号", "2026年规划"):
        services.note_empty_search(typed, on=DAY)
    assert noted() == {"云教发[2026]318号": 1, "2026年规划": 1}


def test_a_day_holds_only_so_many_different_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "MOST_EMPTY_A_DAY", 2)
    for typed in ("甲乙", "丙丁", "戊己", "甲乙"):
        services.note_empty_search(typed, on=DAY)
    assert noted() == {"甲乙": 2, "丙丁": 1}


def test_a_failure_to_write_is_only_logged(monkeypatch: pytest.MonkeyPatch) -> None:
    def locked(*_: object, **__: object) -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr("search.models.EmptySearch.objects.filter", locked)
    services.note_empty_search("甲乙", on=DAY)
    assert EmptySearch.objects.count() == 0


def test_a_reader_waits_a_moment_only(settings: Settings) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("only SQLite has one writer")

    def patience() -> int:
        with connection.cursor() as cursor:
            return int(cursor.execute("PRAGMA busy_timeout").fetchone()[0])

    before = patience()
    with services._in_a_moment():
        assert patience() == services.READER_WAITS_MS < before
    assert patience() == before


def test_they_are_forgotten_after_a_year() -> None:
    for days in (0, 365, 366):
        services.note_empty_search("甲乙", on=DAY - timedelta(days=days))
    assert services.forget_empty_searches(today=DAY) == 1
    assert EmptySearch.objects.count() == 2
