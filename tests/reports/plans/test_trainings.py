"""Trainings: who records them, what a record must say, and the numbers of a year."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from reports.models import ReportEvent, Training
from reports.plans import trainings
from reports.plans.trainings import TrainingValues, trainings_in, trainings_of
from tests.cast import Cast
from tests.reports.plans.planning import TODAY, at
from workflow.services import Incomplete, Lost, WrongPerson, WrongState

pytestmark = [pytest.mark.django_db, pytest.mark.law("条例§48")]


def values(cast: Cast, **said: Any) -> TrainingValues:
    wanted = {"department": cast.jyj, "on": date(2026, 3, 20), "topic": "依申请公开办理", "method": "lecture",
              "people": 40, "hours": Decimal("3.5")}  # fmt: skip
    return TrainingValues(**(wanted | said))


def recorded(cast: Cast, actor: User | None = None, **said: Any) -> Training:
    return trainings.record_training(actor=actor or cast.lisi, values=values(cast, **said), at=at())


def test_officers_and_heads_record_for_their_body_and_the_supervisor_for_the_own(cast: Cast) -> None:
    recorded(cast)
    recorded(cast, cast.wangwu)
    recorded(cast, cast.qianqi, department=cast.szf)
    for person, department in (
        (cast.qianqi, cast.jyj),
        (cast.zhaoliu, cast.jyj),
        (cast.sunba, cast.jyj),
        (cast.fenger, cast.szf),
    ):
        with pytest.raises(WrongPerson):
            recorded(cast, person, department=department)
    assert Training.objects.count() == 3


def test_a_record_says_what_it_needs(cast: Cast) -> None:
    for words, said in {
        "不能晚于今天": {"on": date(2026, 6, 16)},
        "至少为 1": {"people": 0},
        "半个学时": {"hours": Decimal("0.3")},
    }.items():
        with pytest.raises(Incomplete, match=words):
            recorded(cast, **said)


def test_a_record_is_put_right_and_every_change_stands_in_its_chain(cast: Cast) -> None:
    row = recorded(cast)
    said: dict[str, Any] = {"training": row, "edition": 1, "at": at()}
    trainings.edit_training(actor=cast.wangwu, values=values(cast, people=45), **said)
    assert Training.objects.get().people == 45
    with pytest.raises(Lost, match="王五已办理“修改登记”"):
        trainings.edit_training(actor=cast.lisi, values=values(cast, people=50), **said)
    with pytest.raises(WrongPerson):
        trainings.edit_training(actor=cast.zhaoliu, values=values(cast, department=cast.wjw), **said)
    events = ReportEvent.objects.filter(subject_type="reports.training")
    assert [event.facts["people"] for event in events] == [40, 45]


def test_a_voided_record_stays_and_is_not_counted(cast: Cast) -> None:
    row = recorded(cast)
    with pytest.raises(Incomplete):
        trainings.void_training(actor=cast.lisi, training=row, reason=" ", at=at())
    trainings.void_training(actor=cast.lisi, training=row, reason="重复登记", at=at())
    assert Training.objects.get().voided_reason == "重复登记"
    assert trainings_of([cast.jyj], 2026).whole.trainings == 0
    with pytest.raises(WrongState, match="已经作废"):
        trainings.void_training(actor=cast.wangwu, training=row, reason="再来", at=at())


def test_the_numbers_of_a_year_are_those_of_the_bodies_asked_for(cast: Cast) -> None:
    recorded(cast)
    recorded(cast, people=10, hours=Decimal(2), on=date(2026, 1, 1))
    recorded(cast, on=date(2025, 12, 31))
    recorded(cast, cast.zhaoliu, department=cast.wjw, people=7)
    with CaptureQueriesContext(connection) as asked:
        found = trainings_of([cast.jyj, cast.qxq.pk], 2026)
    assert len(asked) == 1
    assert (found.whole.trainings, found.whole.people, found.whole.hours) == (2, 50, Decimal("5.5"))
    assert found.by_body == {cast.jyj.pk: found.whole}
    assert trainings_of([cast.jyj, cast.wjw], 2026).whole.people == 57
    assert trainings_of([], 2026).whole.people == 0
    assert trainings_in(cast.qianqi, 2026).whole.people == 57
    assert trainings_in(cast.lisi, 2026).whole.people == 50
    assert trainings_in(cast.zhangsan, 2026).by_body == {}


def test_a_page_of_the_register_goes_on_where_the_last_one_ended(cast: Cast) -> None:
    for day in range(1, 21):
        recorded(cast, on=date(2026, 3, day))
        recorded(cast, on=date(2026, 3, day), topic="同一天的另一次")
    first = trainings.training_page(cast.qianqi, year=2026, code="", before=None)
    assert len(first.rows) == 30 and first.after
    day, _, pk = first.after.partition(".")
    rest = trainings.training_page(cast.qianqi, year=2026, code="jyj", before=(date.fromisoformat(day), int(pk)))
    assert len(rest.rows) == 10 and not rest.after
    assert len({row.pk for row in [*first.rows, *rest.rows]}) == 40
    assert TODAY.year == 2026
