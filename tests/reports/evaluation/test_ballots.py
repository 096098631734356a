"""Ballots: counted at once and once, of whoever casts them nothing is kept; too few are not shown."""

from datetime import timedelta
from decimal import Decimal
from threading import Thread

import pytest
from django.core import signing
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Department
from reports.evaluation import selectors
from reports.evaluation import services as evaluation
from reports.evaluation.services import Twice, is_ticket, ticket
from reports.models import Ballot, Questionnaire, Tally
from tests.cast import Cast, make_cast
from tests.reports.evaluation.making import NOW, TODAY, add, compose, opened, vote
from workflow.services import Incomplete, WrongState


@pytest.mark.law("条例§46")
def test_a_ballot_is_counted_and_says_nothing_of_who_cast_it(cast: Cast) -> None:
    row = opened(cast, kinds=("stars", "choice", "text"))
    ballot = vote(row, cast.jyj, 4, 1, "希望更快")
    kept = {field.name for field in Ballot._meta.concrete_fields}
    assert kept == {"id", "questionnaire", "department", "answers", "has_text", "on", "once"}
    assert ballot.on == TODAY and sorted(map(str, ballot.answers.values())) == ["1", "4", "希望更快"]
    counts = set(Tally.objects.values_list("question__kind", "value", "count"))
    assert counts == {(None, 0, 1), ("stars", 4, 1), ("choice", 1, 1)}


def test_one_form_counts_once(cast: Cast) -> None:
    row = opened(cast)
    said = {"row": row, "department": cast.jyj, "answers": {row.questions.get().pk: 5}, "at": NOW}
    once = ticket(row)
    evaluation.cast(ticket=once, **said)
    with pytest.raises(Twice):
        evaluation.cast(ticket=once, **said)
    assert Ballot.objects.count() == 1
    assert set(Tally.objects.values_list("count", flat=True)) == {1}


def test_counts_agree_with_the_ballots(cast: Cast) -> None:
    row = opened(cast, kinds=("stars", "choice"))
    for number in range(12):
        vote(row, (cast.jyj, cast.wjw)[number % 2], number % 5 + 1, number % 2)
    for kept in Tally.objects.select_related("question"):
        own = list(Ballot.objects.filter(department=kept.department_id))
        if kept.question_id is None:
            assert kept.count == len(own)
        else:
            assert kept.count == sum(b.answers.get(str(kept.question_id)) == kept.value for b in own)


def test_answers_that_fit_no_question_are_refused(cast: Cast) -> None:
    row = opened(cast, kinds=("stars", "choice", "text"))
    for answers in ((0,), (6,), ("五",), (5, 2), (5, -1), (5, 0, 3), (5, 0, " "), (5, 0, "长" * 501)):
        with pytest.raises(Incomplete, match="不符"):
            vote(row, cast.jyj, *answers)
    with pytest.raises(Incomplete, match="还没有回答：容易找到"):
        vote(row, cast.jyj)
    with pytest.raises(Incomplete):
        evaluation.cast(row=row, department=cast.jyj, answers={999_999: 5}, ticket="x", at=NOW)
    assert not Ballot.objects.exists() and not Tally.objects.exists()


def test_ballots_are_cast_on_their_days_about_bodies_that_are_asked_about(cast: Cast) -> None:
    row = opened(cast, bodies=[cast.jyj])
    vote(row, cast.jyj, 5, at=NOW + timedelta(days=10))
    with pytest.raises(WrongState):
        vote(row, cast.jyj, 5, at=NOW + timedelta(days=11))
    with pytest.raises(Incomplete, match="不包括"):
        vote(row, cast.wjw, 5)
    with pytest.raises(Incomplete, match="不包括"):
        vote(opened(cast), cast.jyj_bgs, 5)


def test_a_ticket_is_ours_for_this_questionnaire_and_not_forever(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    row, other = opened(cast), opened(cast)
    mine = ticket(row)
    assert is_ticket(mine, row) and not is_ticket(mine, other)
    assert not is_ticket("", row) and not is_ticket(mine[:-1] + "x", row)
    assert not is_ticket(signing.dumps(row.pk, salt="reports.evaluation.ticket"), row)
    monkeypatch.setattr("reports.evaluation.services.TICKET_SECONDS", -1)
    assert not is_ticket(mine, row)


def test_bodies_with_fewer_than_five_ballots_are_not_shown(cast: Cast) -> None:
    row = opened(cast, kinds=("stars", "choice"))
    for stars in (5, 5, 4, 4, 3):
        vote(row, cast.jyj, stars, 0)
    vote(row, cast.wjw, 1, 1)
    found = selectors.results(row)
    assert [(one.department, one.ballots) for one in found.shown] == [(cast.jyj, 5)]
    assert found.ballots == 6
    stars, choice = selectors.charts(found)
    assert "平均 4.20 分" in stars.title and [line.label for line in stars.rows] == ["市教育局"]
    assert [line.cells for line in choice.rows] == [("5", "100.0%"), ("0", "0.0%")], (
        "nor do the few choose with the rest"
    )
    assert found.shown[0].known[row.questions.get(kind="stars").pk] == (Decimal("4.20"), 5)


def test_the_sentence_over_the_choices_names_all_that_were_chosen_most(cast: Cast) -> None:
    row = opened(cast, kinds=("stars", "choice"))
    for choice in (0, 0, 0, 1, 1):
        vote(row, cast.jyj, 5, choice)
    assert selectors.charts(selectors.results(row))[1].title.endswith("选“甲”的最多（3 个回答）")
    vote(row, cast.jyj, 5, 1)
    assert selectors.charts(selectors.results(row))[1].title.endswith("选“甲”“乙”的最多（各 3 个回答）")


def test_a_question_that_fewer_than_five_answered_has_no_mean(cast: Cast) -> None:
    row = compose(cast)
    add(cast, row, text="容易找到")
    add(cast, row, is_required=False, text="无障碍好用")
    add(cast, row, "choice", is_required=False)
    row.refresh_from_db()
    evaluation.open_to_public(actor=cast.qianqi, row=row, at=NOW)
    for answers in ((5,), (5,), (5,), (5,), (5,), (4, 1, 1)):
        vote(row, cast.jyj, *answers)
    found = selectors.results(row)
    (standing,) = found.shown
    assert list(standing.means.values()) == [(Decimal("4.83"), 6), None]
    assert [chart.title for chart in selectors.charts(found)] == ["容易找到：平均 4.83 分（满分 5 分）"]


def test_what_is_over_stays_as_it_was_whatever_becomes_of_the_bodies(cast: Cast) -> None:
    row = opened(cast)
    for _ in range(5):
        vote(row, cast.jyj, 5)
        vote(row, cast.wjw, 3)
    evaluation.close(actor=cast.qianqi, row=row, at=NOW)
    before = selectors.results(row).standings
    Department.objects.filter(pk=cast.wjw.pk).update(is_active=False)
    assert selectors.results(row).standings == before and len(before) == 2


def test_nothing_is_drawn_while_everybody_is_few(cast: Cast) -> None:
    row = opened(cast, kinds=("stars", "choice", "text"))
    vote(row, cast.jyj, 5, 0, "好")
    assert selectors.charts(selectors.results(row)) == []


def test_results_cost_the_same_for_many_ballots(cast: Cast) -> None:
    row = opened(cast, kinds=("stars", "choice"))
    vote(row, cast.jyj, 5, 0)
    with CaptureQueriesContext(connection) as few:
        selectors.results(row)
    for number in range(30):
        vote(row, (cast.jyj, cast.wjw, cast.qxq)[number % 3], number % 5 + 1, number % 2)
    with CaptureQueriesContext(connection) as many:
        selectors.results(row)
    assert len(few) == len(many) <= 4


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite in memory has one connection")
@pytest.mark.usefixtures("committed")
def test_many_who_vote_together_are_all_counted() -> None:
    cast = make_cast()
    row = opened(cast)
    key = row.questions.get().pk

    def one() -> None:
        try:
            again = Questionnaire.objects.get(pk=row.pk)
            said = {"row": again, "department": cast.jyj, "answers": {key: 5}, "at": NOW}
            evaluation.cast(ticket=ticket(again), **said)
        finally:
            connection.close()

    threads = [Thread(target=one) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Ballot.objects.count() == 8
    assert set(Tally.objects.values_list("count", flat=True)) == {8}
