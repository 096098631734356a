"""Index numbers, counts, relations and validity: what follows from every write."""

import threading
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from accounts.models import Department
from catalog import services
from catalog.content import number_columns
from catalog.models import Column, Document, DocumentRelation, FacetCount, IndexNumberCounter
from catalog.states import RelationKind, Validity
from files.models import StoredFile
from search.models import Change
from tests.catalog.make import Press

NOW = timezone.make_aware(datetime(2026, 11, 22, 10, 0))


def counts() -> dict[tuple[str, int], int]:
    return {(row.dimension, row.value): row.count for row in FacetCount.objects.all() if row.count}


def assert_counts_are_right() -> None:
    kept = counts()
    services.recount()
    assert kept == counts()


# --- index numbers ----------------------------------------------------------------------------------------------------


def unsaved(count: int, *, department: Department, year: int = 2024) -> list[Document]:
    return [Document(department=department, formed_on=date(year, 5, 1), created_at=NOW) for _ in range(count)]


def test_index_numbers_run_through_by_body_and_year(press: Press) -> None:
    Department.objects.filter(code="wjw").update(credit_code="11990000MB1763499T")
    jyj, wjw = Department.objects.get(code="jyj"), Department.objects.get(code="wjw")
    rows = [*unsaved(2, department=jyj), *unsaved(1, department=jyj, year=2025), *unsaved(1, department=wjw)]
    services.allot_index_numbers(rows)
    assert [row.index_number for row in rows] == [
        "JYJ/2024-00001",
        "JYJ/2024-00002",
        "JYJ/2025-00001",
        "11990000MB1763499T/2024-00001",
    ]


def test_a_document_without_a_date_counts_in_the_year_it_was_published(press: Press) -> None:
    new_year_in_shanghai = datetime.fromisoformat("2024-12-31T16:30:00+00:00")
    row = Document(department=press.cast.jyj, published_at=new_year_in_shanghai, created_at=NOW)
    services.allot_index_numbers([row])
    assert row.index_number == "JYJ/2025-00001"


def test_an_index_number_once_given_never_changes_and_is_never_given_again(press: Press) -> None:
    first = press.document()
    number = first.index_number
    press.withdraw(first)
    services.revise([(first, press.content(index_number="OTHER/2024-00009"))], at=NOW)
    first.refresh_from_db()
    assert first.index_number == number
    assert press.document().index_number != number
    Document.objects.all().delete()
    assert press.document().index_number not in {number, "JYJ/2024-00002"}


def test_a_number_that_an_imported_document_bears_is_passed_over(press: Press) -> None:
    press.document(index_number="JYJ/2024-00001")
    batch = [*unsaved(2, department=press.cast.jyj)]
    batch.insert(1, Document(department=press.cast.jyj, index_number="JYJ/2024-00003", created_at=NOW))
    services.allot_index_numbers(batch)
    assert [row.index_number for row in batch] == ["JYJ/2024-00002", "JYJ/2024-00003", "JYJ/2024-00004"]
    assert IndexNumberCounter.objects.get().last == 4


def test_two_documents_never_share_an_index_number(press: Press) -> None:
    first, second = press.many(2)
    with pytest.raises(IntegrityError), transaction.atomic():
        Document.objects.filter(pk=second.pk).update(index_number=first.index_number)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite in memory has one connection")
def test_threads_that_draw_at_once_get_different_numbers(committed: None, press: Press) -> None:
    drawn: list[str] = []

    def draw() -> None:
        try:
            for _ in range(20):
                with transaction.atomic():
                    rows = unsaved(3, department=press.cast.jyj)
                    services.allot_index_numbers(rows)
                    drawn.extend(row.index_number for row in rows)
        finally:
            connection.close()

    threads = [threading.Thread(target=draw) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(drawn) == len(set(drawn)) == 240
    assert max(drawn) == "JYJ/2024-00240"


# --- counts -----------------------------------------------------------------------------------------------------------

STEPS = st.lists(
    st.tuples(
        st.sampled_from(["publish", "draft", "revise", "validity", "withdraw", "take_down", "dates"]), st.integers(0, 9)
    ),
    min_size=1,
    max_size=12,
)


@given(steps=STEPS)
@hypothesis_settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_counts_always_equal_a_recount(press: Press, steps: list[tuple[str, int]]) -> None:
    with transaction.atomic():
        stale = {row.pk: row for row in press.many(3, topic="综合政务", genre="通知", key_area="义务教育")}
        for step, number in steps:
            take_step(press, step, number, stale)
        assert_counts_are_right()
        transaction.set_rollback(True)


def take_step(press: Press, step: str, number: int, stale: dict[int, Document]) -> None:
    """One of the things that happen; `revise` and `validity` use copies that others may have changed meanwhile."""
    listed = list(Document.objects.filter(listed_at__isnull=False).order_by("pk"))
    column = ["normative", "policy", "plan"][number % 3]
    when = timezone.make_aware(datetime(2008 + number, 1, 1))
    said = {"column": column, "topic": ["综合政务", None][number % 2], "published_at": when}
    if step == "publish":
        made = press.document(**said, validity=list(Validity)[number % 6])
        stale[made.pk] = made
    elif step == "draft":
        press.document(**said, disclosure_attribute="on_request", attribute_reason="内部管理信息")
    elif step == "dates":
        services.update_validities(at=when)
    elif listed and step == "revise":
        row = listed[number % len(listed)]
        services.revise([(stale[row.pk], press.content(**said, validity=list(Validity)[number % 6]))], at=NOW)
    elif listed and step == "validity":
        services.set_validity([stale[listed[number % len(listed)].pk]], list(Validity)[number % 6])
    elif listed and step == "withdraw":
        press.withdraw(listed[number % len(listed)])
    elif listed and step == "take_down":
        press.take_down(listed[number % len(listed)])


def test_what_is_not_public_is_counted_nowhere(press: Press) -> None:
    press.document(disclosure_attribute="on_request", attribute_reason="内部管理信息")
    press.document(disclosure_attribute="withheld", attribute_reason="国家秘密")
    assert counts() == {}
    press.document(topic="综合政务/政务公开")
    assert counts()["all", 0] == 1
    assert sum(value for (dimension, _), value in counts().items() if dimension == "topic") == 1


# --- revising ---------------------------------------------------------------------------------------------------------


def test_revising_writes_the_next_version_and_asks_for_indexing(press: Press) -> None:
    row = press.document(words="旧的正文")
    Change.objects.all().delete()
    services.revise(
        [(row, press.content(title="新的标题", words="新的正文", document_number="云教发〔2024〕6号"))], at=NOW
    )
    row.refresh_from_db()
    assert (row.title, row.version, row.updated_at, row.body.text) == ("新的标题", 2, NOW, "新的正文")
    assert row.number_tail == "|2024|6"
    assert list(Change.objects.values_list("key", flat=True)) == [row.pk]


def test_a_copy_in_memory_that_is_out_of_date_does_not_turn_the_version_back(press: Press) -> None:
    old = press.document()
    services.touch([old.pk], at=NOW)
    services.revise([(old, press.content())], at=NOW)
    old.refresh_from_db()
    assert old.version == 3


def test_a_revision_that_says_nothing_of_validity_leaves_what_a_relation_made_of_it(press: Press) -> None:
    old, new = press.many(2)
    services.relate(source=new, target=old, kind=RelationKind.REPEALS, at=NOW)
    services.revise([(old, press.content())], at=NOW)
    old.refresh_from_db()
    assert old.validity == Validity.REPEALED
    services.revise([(old, press.content(validity=Validity.VALID))], at=NOW)
    old.refresh_from_db()
    assert old.validity == Validity.VALID


def test_the_issuing_bodies_of_a_joint_document_keep_their_order(press: Press) -> None:
    ids = (press.cast.wjw.pk, press.cast.jyj.pk)
    row = press.document(issuer_ids=ids, issuers_text="市卫生健康委员会 市教育局")
    assert tuple(row.issuers.values_list("department_id", flat=True)) == ids
    services.revise([(row, press.content(issuer_ids=ids[::-1]))], at=NOW)
    assert tuple(row.issuers.values_list("department_id", flat=True)) == ids[::-1]


# --- relations and validity -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "before", "after"),
    [
        (RelationKind.AMENDS, Validity.VALID, Validity.AMENDED),
        (RelationKind.REPEALS, Validity.VALID, Validity.REPEALED),
        (RelationKind.REPEALS, Validity.AMENDED, Validity.REPEALED),
        (RelationKind.AMENDS, Validity.REPEALED, Validity.REPEALED),
        (RelationKind.INTERPRETS, Validity.VALID, Validity.VALID),
        (RelationKind.RELATED, Validity.UNSTATED, Validity.UNSTATED),
    ],
)
def test_amending_and_repealing_change_the_others_validity(
    press: Press, kind: RelationKind, before: Validity, after: Validity
) -> None:
    target, source = press.document(validity=before), press.document()
    services.relate(source=source, target=target, kind=kind, at=NOW)
    services.relate(source=source, target=target, kind=kind, at=NOW)
    target.refresh_from_db()
    source.refresh_from_db()
    assert target.validity == after
    assert (target.updated_at, source.updated_at) == (NOW, NOW)
    assert DocumentRelation.objects.count() == 1
    assert_counts_are_right()


def test_a_document_is_not_related_to_itself(press: Press) -> None:
    row = press.document()
    with pytest.raises(IntegrityError), transaction.atomic():
        services.relate(source=row, target=row, kind=RelationKind.RELATED, at=NOW)


def test_dates_make_documents_expire_and_begin(press: Press) -> None:
    today = timezone.localdate(NOW)
    yesterday, tomorrow = today - timedelta(days=1), today + timedelta(days=1)
    expected = {
        press.document(validity="valid", expires_on=yesterday): "expired",
        press.document(validity="amended", expires_on=yesterday): "expired",
        press.document(validity="valid", expires_on=today): "valid",
        press.document(validity="repealed", expires_on=yesterday): "repealed",
        press.document(validity="unstated", expires_on=yesterday): "unstated",
        press.document(validity="pending", effective_on=today): "valid",
        press.document(validity="pending", effective_on=tomorrow): "pending",
    }
    assert services.update_validities(at=NOW) == 3
    assert {row.pk: Document.objects.get(pk=row.pk).validity for row in expected} == {
        row.pk: validity for row, validity in expected.items()
    }
    assert_counts_are_right()
    assert services.update_validities(at=NOW) == 0


def test_what_is_not_published_does_not_change_with_time(press: Press) -> None:
    row = press.document(validity="valid", expires_on=date(2020, 1, 1))
    press.withdraw(row)
    assert services.update_validities(at=NOW) == 0


# --- the rest ---------------------------------------------------------------------------------------------------------


def test_new_words_of_an_attachment_have_its_documents_indexed_again(press: Press) -> None:
    row = press.document()
    attachment = press.attach(row, words="甲")
    Change.objects.all().delete()
    services.attachment_text_ready(attachment.file_id)
    assert list(Change.objects.values_list("key", flat=True)) == [row.pk]
    assert StoredFile.objects.get().text.text == "甲"


def test_the_database_refuses_to_list_what_is_not_public(press: Press) -> None:
    hidden = press.document(disclosure_attribute="on_request", attribute_reason="内部管理信息")
    with pytest.raises(IntegrityError), transaction.atomic():
        Document.objects.filter(pk=hidden.pk).update(listed_at=NOW)
    shown = press.document()
    with pytest.raises(IntegrityError), transaction.atomic():
        Document.objects.filter(pk=shown.pk).update(disclosure_attribute="withheld")


@pytest.mark.parametrize(
    ("said", "key", "tail"),
    [
        ("云政发〔2024〕6号", "云政发|2024|6", "|2024|6"),
        ("云岚市人民政府令第208号", "云岚市人民政府令||208", "令||208"),
        ("", "", ""),
        ("没有文号", "", ""),
        ("甲" * 99, "", ""),
    ],
)
def test_document_numbers_are_kept_as_keys(said: str, key: str, tail: str) -> None:
    assert number_columns(said) == (key, tail)


def test_a_document_of_every_column_can_be_made_and_counted(press: Press) -> None:
    slugs = list(Column.objects.values_list("slug", flat=True))
    press.publish(*(replace(press.content(column=slug), title=slug) for slug in slugs))
    assert counts()["all", 0] == len(slugs)
    assert_counts_are_right()
