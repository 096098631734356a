"""Each sentence about people and each of its querysets say the same, for everybody and everything."""

import pytest

from accounts.models import Department
from reports.models import Task, Training, WorkPlan
from reports.owners import owners_of
from reports.plans import progress, rules, trainings
from requests_app.rules import heads_of, officers_of
from tests.reports.plans.planning import Planner, at, fresh
from tests.reports.plans.test_trainings import values

pytestmark = pytest.mark.django_db


@pytest.fixture
def city(planner: Planner) -> Planner:
    """Plans on paper, issued and closed, with tasks of one body, of two, of none of the cast's; trainings."""
    cast = planner.cast
    planner.add(planner.plan(title="拟定中的"))
    planner.issued(
        planner.values(),
        planner.values(responsible=()),
        planner.values(lead=cast.wjw, responsible=(cast.qxq,)),
        title="甲",
    )
    planner.issued(planner.values(lead=cast.qxq, responsible=()), title="乙")
    over = planner.issued(planner.values(lead=cast.wjw, responsible=(cast.jyj,)), title="丙")
    progress.cancel(actor=cast.qianqi, task=fresh(over.tasks.get()), text="不办了", at=at())
    for actor, department in ((cast.lisi, cast.jyj), (cast.zhaoliu, cast.wjw), (cast.qianqi, cast.szf)):
        trainings.record_training(actor=actor, values=values(cast, department=department), at=at())
    return planner


def test_plans_tasks_and_trainings_are_seen_as_the_sentences_say(city: Planner) -> None:
    plans, tasks = WorkPlan.objects.all(), Task.objects.select_related("plan", "lead")
    for name, person in city.cast.people.items():
        assert set(rules.plans_visible_to(person)) == {row for row in plans if rules.can_see_plan(person, row)}, name
        assert set(rules.tasks_visible_to(person)) == {row for row in tasks if rules.can_see_task(person, row)}, name
        seen = {row for row in Training.objects.all() if rules.can_see_training(person, row)}
        assert set(rules.trainings_visible_to(person)) == seen, name


def test_a_body_sees_what_it_leads_or_takes_part_in_and_nothing_on_paper(city: Planner) -> None:
    def texts(person: object) -> set[str]:
        return set(rules.plans_visible_to(person).values_list("title", flat=True))  # type: ignore[arg-type]

    cast = city.cast
    assert texts(cast.lisi) == texts(cast.zhaoliu) == {"甲", "丙"}
    assert texts(cast.qianqi) == texts(cast.fenger) == {"拟定中的", "甲", "乙", "丙"}
    assert texts(cast.sunba) == texts(cast.zhangsan) == texts(cast.visitor) == set()


def test_trainings_are_recorded_as_the_sentence_says(city: Planner) -> None:
    for name, person in city.cast.people.items():
        may = {row for row in Department.objects.all() if rules.can_record_training_of(person, row)}
        assert set(rules.bodies_trained_by(person)) == may, name


def test_who_may_report_is_who_writes_for_a_body_of_the_task(city: Planner) -> None:
    task = Task.objects.select_related("plan", "lead").filter(plan__title="甲", lead=city.cast.jyj)[0]
    assert [body.code for body in rules.bodies_reporting(city.cast.wangwu, task)] == ["jyj"]
    assert rules.bodies_reporting(city.cast.zhaoliu, task) == [city.cast.wjw]
    assert not rules.can_report(city.cast.qianqi, task)


def test_the_owners_of_bodies_are_who_holds_the_roles_there(city: Planner) -> None:
    bodies = list(Department.objects.bodies())
    found = owners_of(bodies)
    for body in bodies:
        assert set(found[body.pk].heads) == set(heads_of(body)), body
        assert set(found[body.pk].everybody) == set(officers_of(body)), body
    assert found[city.cast.jyj.pk].words == "负责人王五；承办人李四"
