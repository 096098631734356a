"""Keyset pages: every document exactly once, forward and back."""

import base64
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalog import paging
from catalog.models import Document
from tests.catalog.make import LONG_AGO, Press


def fill(press: Press) -> list[int]:
    """57 documents of which many share a time; their keys in the order of the lists."""
    contents = [press.content(published_at=LONG_AGO + timedelta(hours=number // 9)) for number in range(57)]
    press.publish(*contents)
    return list(Document.objects.newest_first().values_list("pk", flat=True))


def walk(size: int) -> list[paging.KeysetPage]:
    pages = [paging.page(Document.objects.all(), at=timezone.now(), size=size)]
    while pages[-1].next_cursor:
        pages.append(paging.page(Document.objects.all(), at=timezone.now(), cursor=pages[-1].next_cursor, size=size))
    return pages


def keys(page: paging.KeysetPage) -> list[int]:
    return [row.pk for row in page.rows]


@pytest.mark.parametrize("size", [1, 10, 19, 56, 57, 58])
def test_walking_forward_and_back_shows_every_document_once(press: Press, size: int) -> None:
    expected = fill(press)
    assert len(expected) == 57
    pages = walk(size)
    assert [key for page in pages for key in keys(page)] == expected
    assert pages[0].previous_cursor is None
    back = [pages[-1]]
    while cursor := back[-1].previous_cursor:
        back.append(paging.page(Document.objects.all(), at=timezone.now(), cursor=cursor, size=size))
    assert [keys(page) for page in reversed(back)] == [keys(page) for page in pages]
    assert back[-1].previous_cursor is None


def test_a_document_published_meanwhile_neither_doubles_nor_drops_a_row(press: Press) -> None:
    expected = fill(press)
    first = paging.page(Document.objects.all(), at=timezone.now(), size=20)
    press.document(published_at=LONG_AGO + timedelta(days=99))
    assert first.next_cursor
    second = paging.page(Document.objects.all(), at=timezone.now(), cursor=first.next_cursor, size=20)
    assert keys(first) + keys(second) == expected[:40]
    assert second.previous_cursor


def test_the_pages_of_nothing(press: Press) -> None:
    page = paging.page(Document.objects.all(), at=timezone.now(), size=20)
    assert (page.rows, page.next_cursor, page.previous_cursor) == ([], None, None)


def made_of(said: str) -> str:
    return base64.urlsafe_b64encode(said.encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "cursor",
    [
        *("x", "====", "中文", "\x00", "a" * 200, made_of("f|2024-01-01T00:00:00+00:00"), made_of("f||1")),
        *(made_of(f"f|2024-01-01T00:00:00+00:00|{pk}") for pk in ("0", "-1", "x", 2**63, "9" * 100)),
        *(made_of(f"{way}|2024-01-01T00:00:00+00:00|1") for way in ("", "x", "fb")),
        *(made_of(f"f|{at}|1") for at in ("2024-01-01", "2024-01-01T00:00:00", "0001-01-01T00:00:00+08:00")),
        made_of("b|9999-12-31T23:59:59-12:00|1"),
        base64.urlsafe_b64encode(b"\xff\xfe|\xff").decode(),
    ],
)
@pytest.mark.django_db
def test_a_cursor_that_was_not_made_here_is_refused(cursor: str) -> None:
    with pytest.raises(paging.BadCursor, match="翻页位置无效"):
        paging.page(Document.objects.all(), at=timezone.now(), cursor=cursor)


def test_control_characters_are_left_out() -> None:
    assert paging.control_free("甲\x00\x0b乙\n\t丙") == "甲乙\n\t丙"


@pytest.mark.parametrize("asked", ["", "year=2024", "until=2024-06-30", "year=2024&until=2025-01-31"])
def test_a_page_far_down_has_one_upper_bound_so_that_no_index_is_walked_from_the_top(press: Press, asked: str) -> None:
    for _ in range(25):
        press.document()
    cursor = paging.page(Document.objects.all(), at=timezone.now(), size=20).next_cursor
    for place in ("", f"&cursor={cursor}"):
        with CaptureQueriesContext(connection) as said:
            assert Client().get(f"/api/v1/documents/?{asked}{place}").status_code == 200
        lists = [row["sql"] for row in said if "ORDER BY" in row["sql"] and "listed_at" in row["sql"]]
        assert [sql.split("WHERE", 1)[1].count('"listed_at" <=') for sql in lists] == [1]
