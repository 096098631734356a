"""Questionnaires are written by the department in charge, open on their days, and end by themselves."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from reports.evaluation import rules
from reports.evaluation import services as evaluation
from reports.models import Question, Questionnaire, ReportEvent
from search.services import stamp
from tests.cast import Cast
from tests.reports.evaluation.making import NOW, TODAY, add, compose, opened
from workflow.services import Incomplete, Lost, WrongPerson, WrongState


@pytest.mark.law("条例§46")
def test_a_questionnaire_goes_from_draft_to_its_published_result(cast: Cast) -> None:
    row = opened(cast)
    assert row.state == "open"
    evaluation.close(actor=cast.qianqi, row=row, at=NOW)
    before = stamp()
    evaluation.publish(actor=cast.qianqi, row=row, at=NOW)
    assert (row.state, row.published_at) == ("published", NOW) and stamp() > before
    actions = list(ReportEvent.objects.order_by("number").values_list("action", flat=True))
    assert actions == [f"{verb}_questionnaire" for verb in ("compose", "edit", "open", "close", "publish")]


def test_only_the_department_in_charge_writes_and_opens(cast: Cast) -> None:
    row = compose(cast)
    for who in (cast.wangwu, cast.fenger, cast.root):
        with pytest.raises(WrongPerson):
            evaluation.open_to_public(actor=who, row=row, at=NOW)
        with pytest.raises(PermissionDenied):
            evaluation.delete_question(actor=who, question=Question(questionnaire=row), edition=0, at=NOW)
    assert {n for n, who in cast.people.items() if rules.can_read_questionnaires(who)} == {"qianqi", "fenger"}


def test_it_is_not_opened_without_stars_or_after_its_day(cast: Cast) -> None:
    row = compose(cast)
    add(cast, row, "text")
    with pytest.raises(Incomplete, match="五级评价"):
        evaluation.open_to_public(actor=cast.qianqi, row=row, at=NOW)
    add(cast, row)
    with pytest.raises(Incomplete, match="截止日期已经过去"):
        evaluation.open_to_public(actor=cast.qianqi, row=row, at=NOW + timedelta(days=11))
    with pytest.raises(Incomplete, match="不能早于"):
        compose(cast, closes_on=TODAY - timedelta(days=1))


def test_a_choice_has_at_least_two_options_and_other_questions_none(cast: Cast) -> None:
    row = compose(cast)
    with pytest.raises(Incomplete, match="两个选项"):
        add(cast, row, "choice", options=["甲"])
    assert add(cast, row, options=["甲", "乙"]).options == []


def test_what_is_open_is_not_changed_and_the_second_writer_is_told(cast: Cast) -> None:
    row = compose(cast)
    seen = row.edition
    one = add(cast, row)
    with pytest.raises(Lost, match="请刷新后再改"):
        evaluation.delete_question(actor=cast.qianqi, question=one, edition=seen, at=NOW)
    evaluation.delete_question(actor=cast.qianqi, question=one, edition=seen + 1, at=NOW)
    add(cast, row)
    evaluation.open_to_public(actor=cast.qianqi, row=row, at=NOW)
    with pytest.raises(WrongState, match="评议中"):
        add(cast, row)


def test_it_ends_by_itself_after_its_last_day(cast: Cast) -> None:
    row, longer = opened(cast), opened(cast, closes_on=TODAY + timedelta(days=40))
    assert evaluation.close_due(at=NOW + timedelta(days=10)) == 0
    assert evaluation.close_due(at=NOW + timedelta(days=11)) == 1
    assert evaluation.close_due(at=NOW + timedelta(days=11)) == 0
    row.refresh_from_db()
    longer.refresh_from_db()
    assert (row.state, longer.state) == ("closed", "open")
    assert ReportEvent.objects.get(action="close_questionnaire").actor.username != "qianqi"


def test_what_may_be_answered_agrees_with_its_queryset(cast: Cast) -> None:
    compose(cast)
    opened(cast)
    opened(cast, opens_on=TODAY + timedelta(days=3))
    over = opened(cast)
    evaluation.close(actor=cast.qianqi, row=over, at=NOW)
    for days in range(-2, 15):
        on = TODAY + timedelta(days=days)
        found = set(rules.answerable(on))
        for row in Questionnaire.objects.all():
            assert rules.is_answerable(row, on) == (row in found)


def test_it_is_about_the_bodies_named_or_about_all(cast: Cast) -> None:
    every, some = opened(cast), opened(cast, bodies=[cast.jyj])
    assert set(rules.bodies_asked_about(some)) == {cast.jyj}
    assert {cast.szf, cast.wjw, cast.qxq_jyj} <= set(rules.bodies_asked_about(every))
    assert cast.jyj_bgs not in set(rules.bodies_asked_about(every))
