"""Moves: lawful ones are made and recorded in one, all others change nothing and say why."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from tests.workflow.models import TABLE, Batch, Paper, PaperEvent
from workflow.evidence import UnfitFacts
from workflow.services import Incomplete, Lost, WrongPerson, WrongState, move, move_many, place_many, record
from workflow.transitions import Transition

pytestmark = pytest.mark.django_db
AT, ON = datetime(2026, 11, 22, 1, 30, tzinfo=UTC), date(2026, 11, 20)
Allowed = Callable[[Transition], bool]


def take(paper: Paper, action: str, actor: User, allowed: Allowed = lambda row: True, **facts: Any) -> PaperEvent:
    return move(
        subject=paper, table=TABLE, action=action, actor=actor, event_model=PaperEvent, on=ON, at=AT,
        allowed=allowed, facts=facts,
    )  # fmt: skip


def place(batch: Batch, titles: list[str], actor: User, **facts: Any) -> PaperEvent:
    return place_many(
        rows=[Paper(title=title) for title in titles], table=TABLE, action="import_published", batch=batch,
        actor=actor, event_model=PaperEvent, on=ON, at=AT, allowed=lambda row: True, facts=facts,
    )  # fmt: skip


def test_a_lawful_move_changes_the_state_and_records_who_when_and_from_where(paper: Paper, lisi: User) -> None:
    event = take(paper, "submit", lisi, ground="ready")
    assert Paper.objects.get().state == paper.state == "review"
    stored = PaperEvent.objects.get(pk=event.pk)
    assert (stored.source, stored.target, stored.action) == ("draft", "review", "submit")
    assert (stored.actor, stored.at, stored.on, stored.facts) == (lisi, AT, ON, {"ground": "ready"})
    assert stored.hash == stored.computed_hash()


def test_events_of_one_record_are_chained_and_numbered(paper: Paper, lisi: User) -> None:
    first, second = take(paper, "submit", lisi), take(paper, "send_back", lisi, ground="wrong")
    assert (first.number, first.previous_hash) == (1, "")
    assert (second.number, second.previous_hash) == (2, first.hash)
    other = take(Paper.objects.create(title="另一件"), "submit", lisi)
    assert (other.number, other.previous_hash) == (1, "")


def test_a_wrong_state_is_refused_with_the_reason(paper: Paper, lisi: User) -> None:
    with pytest.raises(WrongState, match="文件现在是“起草”，只有“审核”时可以发布"):
        take(paper, "publish", lisi)
    assert not PaperEvent.objects.exists()


def test_a_wrong_person_is_refused_with_another_reason(paper: Paper, lisi: User) -> None:
    with pytest.raises(WrongPerson, match="提交由“采编”岗位办理"):
        take(paper, "submit", lisi, allowed=lambda row: row.role == "approver")
    assert Paper.objects.get().state == "draft"


def test_missing_facts_are_named(paper: Paper, lisi: User) -> None:
    take(paper, "submit", lisi)
    with pytest.raises(Incomplete, match="退回还缺少：理由"):
        take(paper, "send_back", lisi)
    assert Paper.objects.get().state == "review"


def test_the_second_of_two_writers_is_told_who_was_first_and_when(paper: Paper, lisi: User, wangwu: User) -> None:
    mine, theirs = Paper.objects.get(), Paper.objects.get()
    take(mine, "submit", lisi)
    with pytest.raises(Lost, match="李四已于2026年11月22日 09:30办理“提交”，请刷新后再办") as caught:
        take(theirs, "submit", wangwu)
    assert caught.value.event is not None
    assert PaperEvent.objects.count() == 1
    assert theirs.state == "draft"


def test_a_change_without_an_event_is_lost_in_words_too(paper: Paper, lisi: User) -> None:
    Paper.objects.filter(pk=paper.pk).update(title="改", state="review")
    with pytest.raises(Lost, match="状态已经改变"):
        take(paper, "submit", lisi)


def test_unfit_facts_undo_the_move(paper: Paper, lisi: User) -> None:
    with pytest.raises(UnfitFacts):
        take(paper, "submit", lisi, applicant="张三")
    assert Paper.objects.get().state == "draft"


def test_other_fields_change_in_the_same_statement(paper: Paper, lisi: User) -> None:
    move(
        subject=paper, table=TABLE, action="submit", actor=lisi, event_model=PaperEvent, on=ON, at=AT,
        allowed=lambda row: True, facts={}, changes={"note": "x"},
    )  # fmt: skip
    stored = Paper.objects.get()
    assert (stored.note, stored.state, paper.note) == ("x", "review", "x")


def test_an_event_without_a_change_of_state_joins_the_chain(paper: Paper, lisi: User) -> None:
    first = take(paper, "submit", lisi)
    event = record(
        subject=paper, action="assigned", actor=lisi, event_model=PaperEvent, on=ON, at=AT, facts={"to": lisi.pk}
    )
    assert (event.number, event.previous_hash, event.source, event.target) == (2, first.hash, "review", "review")


def test_an_import_places_rows_in_their_state_with_one_event_a_batch(lisi: User) -> None:
    batch = Batch.objects.create()
    first = place(batch, ["甲", "乙"], lisi, ground="source", approver=lisi.pk)
    again = place(batch, ["丙"], lisi, ground="source", approver=lisi.pk)
    assert first == again
    assert set(Paper.objects.values_list("title", "state")) == {(title, "published") for title in "甲乙丙"}
    assert PaperEvent.objects.get().subject_type == "workflow_tests.batch"
    assert place(batch, [], lisi, ground="other").number == 2


def test_an_import_without_its_ground_places_nothing(lisi: User) -> None:
    with pytest.raises(Incomplete, match="理由"):
        place(Batch.objects.create(), ["甲"], lisi)
    assert not Paper.objects.exists()


def test_placing_costs_the_same_queries_for_one_row_and_thirty(lisi: User) -> None:
    counts = []
    for titles in (["甲"], ["乙"] * 30):
        with CaptureQueriesContext(connection) as queries:
            place(Batch.objects.create(), titles, lisi, ground="source")
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_batch_moves_only_what_is_in_the_state_it_names(paper: Paper, lisi: User) -> None:
    Paper.objects.create(title="在审", state="review")
    moved, event = move_many(
        subjects=Paper.objects.all(), table=TABLE, action="import_published", source="draft",
        batch=Batch.objects.create(), actor=lisi, event_model=PaperEvent, on=ON, at=AT,
        allowed=lambda row: True, facts={},
    )  # fmt: skip
    assert (moved, event.source, event.target) == (1, "draft", "published")
    assert Paper.objects.get(title="在审").state == "review"
