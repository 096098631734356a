"""Lists cost the same for one row and for thirty, little, and by the indexes made for them."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.db.models import QuerySet
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalog import paging, selectors, services
from catalog.browse import numbered
from catalog.models import Document
from search.text import parse
from tests.catalog.make import LONG_AGO, Press
from tests.conftest import PrivateIndex

MOST_QUERIES = {
    "/": 10,
    "/documents/": 10,
    "/documents/?page=1&q=招生": 16,
    "/documents/?column=notices": 14,
    "/documents/?q=2024-6": 13,
    "/columns/notices/": 10,
    "/areas/compulsory/": 10,
    "/departments/jyj/": 5,
    "/interpretations/": 4,
    "/annual-reports/": 3,
    "/columns/": 6,
    "/data/": 5,
    "/sitemap-0.xml": 2,
    "/feed/": 4,
    "/feed/rss/?q=招生": 6,
    "/api/v1/documents/": 4,
    "/api/v1/documents/?q=招生": 6,
}


def queries(address: str) -> list[str]:
    client = Client()
    client.get(address)  # caches of the process fill at the first visit
    with CaptureQueriesContext(
        connection,
    ) as captured:
        response = client.get(address)
    assert response.status_code == 200, address
    return [row["sql"] for row in captured.captured_queries]


def shelve(press: Press, count: int) -> None:
    """As many documents of every kind that a list can show, each with an attachment and an interpretation."""
    said = {
        "words": "关于招生",
        "topic": "综合政务/政务公开",
        "genre": "通知",
        "key_area": "义务教育",
        "issuers_text": "",
    }
    for number in range(count):
        row = press.document(column="notices", document_number=f"云教发{'甲乙丙丁'[number % 4]}〔2024〕6号", **said)
        press.attach(row, words="附件", name="附件.txt")
        press.interpretation(row, **said)
        press.document(column="annual", title=f"{2000 + number}年年度报告", **said)


def test_every_list_asks_as_often_for_one_row_as_for_thirty(press: Press, search_index: PrivateIndex) -> None:
    area = f"/areas/{press_area()}/"
    addresses = {address.replace("/areas/compulsory/", area): most for address, most in MOST_QUERIES.items()}
    shelve(press, 1)
    search_index.index_now()
    few = {address: queries(address) for address in addresses}
    shelve(press, 30)
    search_index.index_now()
    for address, most in addresses.items():
        many = queries(address)
        assert len(many) == len(few[address]), f"{address}\n" + "\n".join(many)
        assert len(many) <= most, f"{address}: {len(many)} > {most}\n" + "\n".join(many)


def press_area() -> str:
    """Address of the key area 义务教育."""
    return str(selectors.KeyArea.objects.get(name="义务教育").slug)


def test_a_document_page_asks_the_same_for_few_and_many_relations(press: Press) -> None:
    def visit(count: int) -> int:
        row = press.document(topic="综合政务/政务公开", issuers_text="")
        for _ in range(count):
            press.attach(row, words="附件", name="附件.txt")
            services.relate(
                source=press.document(topic="综合政务/政务公开"), target=row, kind="related", at=timezone.now()
            )
            press.interpretation(row)
        return len(queries(f"/documents/{row.pk}/"))

    assert visit(12) <= visit(1) <= 6


def test_lists_never_load_bodies(press: Press, search_index: PrivateIndex) -> None:
    shelve(press, 3)
    for address in (
        "/",
        "/documents/",
        "/columns/notices/",
        "/departments/jyj/",
        "/feed/",
        "/api/v1/documents/",
        "/sitemap-0.xml",
    ):
        assert not [sql for sql in queries(address) if "catalog_documentbody" in sql], address


def test_a_reader_leaves_no_session_and_writes_nothing(press: Press, search_index: PrivateIndex) -> None:
    row = press.document(words="关于招生")  # words that find nothing are noted, see test_not_found
    search_index.index_now()
    cache.clear()
    for address in ("/", "/documents/?q=招生", f"/documents/{row.pk}/", "/feed/", "/api/v1/documents/"):
        assert not [sql for sql in queries(address) if re.match("INSERT|UPDATE|DELETE", sql)], address
        assert "sessionid" not in Client().get(address).cookies


# --- the plans of the databases ---------------------------------------------------------------------------------------


@pytest.fixture
def six_thousand(press: Press) -> Iterator[Press]:
    """Enough rows that a planner would rather use an index, with fresh statistics."""
    template = press.document(topic="综合政务/政务公开", genre="通知", key_area="义务教育")
    others = [Document.objects.values(*COLUMNS).get(pk=template.pk)]
    wjw = press.document(department="wjw", column="plan", validity="valid", interpretation_kind="qa")
    others += [Document.objects.values(*COLUMNS).get(pk=wjw.pk)] if wjw else []
    rows = []
    for number in range(6000):
        said = others[number % 40 == 0]
        when = LONG_AGO + timedelta(minutes=number)
        rows.append(
            Document(**said | {"published_at": when, "listed_at": when, "title": f"第{number}件", "version": 1, "indexed_version": 1,
                     "index_number": f"XYZ/2024-{number:06d}", "number_key": f"云政发|2024|{number}", "number_tail": f"|2024|{number}"})
        )  # fmt: skip
    Document.objects.bulk_create(rows, batch_size=1000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    yield press


COLUMNS = ("department_id", "column_id", "topic_id", "genre_id", "key_area_id", "interpretation_kind", "disclosure_attribute",
           "state", "validity", "created_at", "updated_at", "published_at", "listed_at")  # fmt: skip


def plan(queryset: QuerySet[Document]) -> str:
    """How the database means to answer, in one text."""
    return str(queryset.explain())


def assert_walks(queryset: QuerySet[Document], *indexes: str) -> None:
    """The rows come out of one of these indexes in order: no scan of the table, no sorting of everything."""
    said = plan(queryset)
    assert any(index in said for index in indexes), said
    assert "Seq Scan on catalog_document" not in said, said
    assert not re.search(r"SCAN catalog_document\b(?! USING)", said), said
    assert "TEMP B-TREE FOR ORDER BY" not in said, said
    assert not re.search(r"\bSort\b", said), said


def lists(press: Press) -> dict[str, QuerySet[Document]]:
    """The list queries of the pages, by the index they should walk."""
    rows = Document.objects.for_lists()
    first = Document.objects.get(title="第0件")
    return {
        "catalog_listed": rows,
        "catalog_listed_department": rows.filter(department=press.cast.wjw.pk),
        "catalog_listed_column": rows.filter(
            column=Document.objects.filter(department=press.cast.wjw).first().column_id
        ),
        "catalog_listed_topic": rows.filter(
            topic=first.topic_id or Document.objects.exclude(topic=None).first().topic_id
        ),
        "catalog_listed_explaining": selectors.interpretations(),
    }


def test_every_list_walks_its_index_on_the_first_page_and_deep_inside(six_thousand: Press) -> None:
    middle = Document.objects.get(title="第3000件")
    for index, queryset in lists(six_thousand).items():
        assert_walks(queryset.public(timezone.now()).newest_first()[:21], index, "catalog_listed ")
        for back in (False, True):
            asked: list[QuerySet[Document]] = []
            capture(queryset, paging.encode(middle, back=back), asked.append)
            assert_walks(asked[0], index, "catalog_listed ")


def capture(queryset: QuerySet[Document], cursor: str, take: Callable[[QuerySet[Document]], None]) -> None:
    """The query that `paging.page` makes of this cursor."""

    class Spy(type(queryset)):  # type: ignore[misc]
        def __getitem__(self, place: object) -> object:
            found = super().__getitem__(place)
            if isinstance(place, slice) and self._result_cache is None:
                take(found)
            return found

    spy = queryset._chain()
    spy.__class__ = Spy
    paging.page(spy, at=timezone.now(), cursor=cursor, size=20)


@pytest.mark.parametrize("typed", ["云政发〔2024〕3000号", "〔2024〕3000号", "XYZ/2024-003000"])
def test_numbers_are_looked_up_never_searched_for(six_thousand: Press, typed: str) -> None:
    with CaptureQueriesContext(connection) as captured:
        found = numbered(parse(typed), Document.objects.public(timezone.now()))
    assert [row.title for row in found] == ["第3000件"]
    for query in captured.captured_queries[:-1]:
        said = explained(query["sql"])
        assert re.search("catalog_number_key|catalog_number_tail|catalog_index_number_unique", said), said
    assert "Seq Scan" not in explained(captured.captured_queries[-1]["sql"])


def test_the_indexer_the_clock_and_the_allotment_find_their_few_rows_by_index(six_thousand: Press) -> None:
    assert "catalog_stale_in_index" in plan(Document.objects.stale_in_index().order_by("pk")[:200])
    assert "catalog_index_number_unique" in plan(services.bearing(["XYZ/2024-000001", "XYZ/2024-000002"]))
    today = timezone.localdate()
    published = Document.objects.filter(state="published")
    assert "catalog_expiring" in plan(published.filter(expires_on__lt=today, validity__in=["valid", "amended"])[:200])
    assert "catalog_pending" in plan(published.filter(effective_on__lte=today, validity="pending")[:200])


def explained(sql: str) -> str:
    """The plan of a query as it was sent."""
    word = "EXPLAIN QUERY PLAN" if connection.vendor == "sqlite" else "EXPLAIN"
    with connection.cursor() as cursor:
        cursor.execute(f"{word} {sql}")
        return str(cursor.fetchall())
