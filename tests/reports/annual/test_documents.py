"""Table two out of the catalogue: what was made, what ended, what is in force."""

from datetime import date, datetime

import pytest
from django.utils import timezone

from catalog.models import Document
from catalog.services import relate
from catalog.states import RelationKind
from disclosure.rounds import services as rounds
from reports.annual.documents import counted_documents, documents_behind, undated_count
from reports.annual.facts import facts_of
from tests.cast import Cast
from tests.make import make_document

pytestmark = [pytest.mark.django_db, pytest.mark.law("条例§50", "条例§20")]


def normative(cast: Cast, day: date, **said: object) -> Document:
    """A normative document of the education bureau, public since the day it was formed."""
    moment = timezone.make_aware(datetime(day.year, day.month, day.day, 9))
    wanted = {"column": "normative", "formed_on": day, "published_at": moment, "validity": "valid"} | said
    return make_document(cast.jyj, **wanted)


def of_year(cast: Cast, year: int) -> tuple[int, int, int]:
    row = counted_documents([cast.jyj.pk], year)["reg_docs"]
    return row["made"], row["repealed"], row["valid"]


def test_a_document_is_made_once_and_in_force_until_it_ends(cast: Cast, reference: None) -> None:
    old = normative(cast, date(2023, 5, 1))
    new = normative(cast, date(2025, 6, 1), effective_on=date(2025, 7, 1))
    assert [of_year(cast, year) for year in (2022, 2023, 2024, 2025)] == [(0, 0, 0), (1, 0, 1), (0, 0, 1), (1, 0, 2)]
    relate(source=new, target=old, kind=RelationKind.REPEALS, at=timezone.now())
    assert [of_year(cast, year) for year in (2024, 2025, 2026)] == [(0, 0, 1), (1, 1, 1), (0, 0, 1)]


def test_what_runs_out_is_in_force_on_its_last_day(cast: Cast, reference: None) -> None:
    normative(cast, date(2023, 1, 1), expires_on=date(2024, 12, 31))
    normative(cast, date(2023, 1, 1), expires_on=date(2024, 12, 30))
    assert [of_year(cast, year) for year in (2023, 2024, 2025)] == [(2, 0, 2), (0, 1, 1), (0, 1, 0)]


def test_a_clean_up_ends_a_document_on_the_day_of_its_conclusion(cast: Cast, reference: None) -> None:
    normative(cast, date(2023, 1, 1))
    when = timezone.make_aware(datetime(2025, 9, 1, 10))
    row = rounds.open_cleanup(actor=cast.wangwu, department=cast.jyj, year=2025, basis="测试", at=when)
    rounds.conclude(actor=cast.wangwu, item=row.items.get(), conclusion="invalid", reason="任务已经完成", at=when)
    assert [of_year(cast, year) for year in (2024, 2025)] == [(0, 0, 1), (0, 1, 0)]


def test_what_is_over_since_nobody_knows_when_is_neither_and_is_said(cast: Cast, reference: None) -> None:
    normative(cast, date(2020, 1, 1), validity="repealed")
    assert of_year(cast, 2025) == (0, 0, 0)
    assert undated_count([cast.jyj.pk], "reg_docs") == 1


def test_only_the_body_s_own_public_originals_count(cast: Cast, reference: None) -> None:
    normative(cast, date(2025, 2, 1))
    normative(cast, date(2025, 2, 1), disclosure_attribute="withheld", attribute_reason="内部")
    normative(cast, date(2025, 2, 1), interpretation_kind="qa")
    make_document(cast.jyj, column="policy", formed_on=date(2025, 2, 1))
    make_document(cast.wjw, column="normative", formed_on=date(2025, 2, 1))
    assert of_year(cast, 2025) == (1, 0, 1)


def test_behind_every_cell_stand_as_many_documents_as_it_says(cast: Cast, reference: None) -> None:
    first = normative(cast, date(2023, 5, 1))
    second = normative(cast, date(2025, 6, 1))
    normative(cast, date(2024, 6, 1), expires_on=date(2025, 3, 1))
    relate(source=second, target=first, kind=RelationKind.REPEALS, at=timezone.now())
    bodies = [cast.jyj.pk]
    for year in range(2023, 2027):
        for kind, number in counted_documents(bodies, year)["reg_docs"].items():
            assert documents_behind(bodies, year, "reg_docs", kind).count() == number, (year, kind)
    # What is in force now: what was a year ago, and made, less ended (R6).
    for year in range(2024, 2027):
        made, ended, valid = of_year(cast, year)
        assert valid == of_year(cast, year - 1)[2] + made - ended


def test_documents_of_an_internal_office_count_with_their_body(cast: Cast, reference: None) -> None:
    own = normative(cast, date(2025, 2, 1))
    office = make_document(cast.jyj_bgs, column="normative", formed_on=date(2025, 4, 1), published_at=own.published_at)
    assert of_year(cast, 2025) == (2, 0, 2) and facts_of([cast.jyj.pk], 2025).published == 2
    assert office in documents_behind([cast.jyj.pk], 2025, "reg_docs", "made")


def test_a_repeal_without_a_day_does_not_hide_one_that_has_it(cast: Cast, reference: None) -> None:
    old, undated, dated = (normative(cast, date(year, 6, 1), validity="repealed") for year in (2020, 2021, 2025))
    Document.objects.filter(pk=undated.pk).update(formed_on=None)
    for source in (undated, dated):
        relate(source=source, target=old, kind=RelationKind.REPEALS, at=timezone.now())
    assert old in documents_behind([cast.jyj.pk], 2025, "reg_docs", "repealed")
