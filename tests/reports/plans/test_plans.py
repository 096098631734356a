"""Plans on paper and issued: who draws them up, what may be changed when, who hears of it."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from notices.models import Notice
from reports.models import ReportEvent, Task, WorkPlan
from reports.plans import services
from reports.plans.states import PlanState, TaskState
from search.services import stamp
from tests.reports.plans.planning import ISSUED_ON, Planner, at, fresh
from workflow.services import Incomplete, Lost, WrongPerson, WrongState

pytestmark = pytest.mark.django_db


def test_a_plan_goes_from_paper_to_its_end(planner: Planner) -> None:
    plan = planner.issued()
    assert (plan.state, plan.issued_on) == (PlanState.ISSUED, ISSUED_ON)
    planner.confirmed(fresh(plan.tasks.get()))
    services.close(actor=planner.cast.qianqi, plan=plan, at=at())
    assert WorkPlan.objects.get().state == PlanState.CLOSED
    actions = list(ReportEvent.objects.filter(subject_type="reports.workplan").values_list("action", flat=True))
    assert actions == ["draft_plan", "issue_plan", "close_plan"]


@pytest.mark.law("条例§3")
def test_only_the_department_in_charge_draws_up_and_issues(planner: Planner) -> None:
    plan, cast = planner.plan(), planner.cast
    planner.add(plan)
    for person in (cast.wangwu, cast.lisi, cast.zhengyi, cast.fenger, cast.zhangsan):
        with pytest.raises(WrongPerson):
            services.issue(actor=person, plan=plan, at=at())
        with pytest.raises(WrongPerson):
            services.add_task(actor=person, plan=plan, values=planner.values(), at=at())
    assert WorkPlan.objects.get().state == PlanState.DRAFT


def test_an_empty_plan_is_not_issued_and_an_unfinished_one_not_closed(planner: Planner) -> None:
    plan = planner.plan()
    with pytest.raises(Incomplete, match="还没有任务"):
        services.issue(actor=planner.cast.qianqi, plan=plan, at=at())
    plan = planner.issued()
    with pytest.raises(Incomplete, match="还有 1 项任务没有办结"):
        services.close(actor=planner.cast.qianqi, plan=plan, at=at())


@pytest.mark.law("条例§3")
def test_issuing_tells_heads_and_officers_of_the_bodies_once(planner: Planner) -> None:
    plan = planner.issued()
    told = Notice.objects.filter(kind="plan_issued")
    assert set(told.values_list("recipient__username", flat=True)) == {"wangwu", "lisi", "zhaoliu"}
    assert {row.url for row in told} == {f"/desk/reports/plans/{plan.pk}/"}


def test_what_is_issued_is_no_more_rewritten(planner: Planner) -> None:
    plan = planner.issued()
    task, qianqi = fresh(plan.tasks.get()), planner.cast.qianqi
    with pytest.raises(WrongState, match="已印发"):
        services.save_task(actor=qianqi, task=task, values=planner.values(), edition=1, at=at())
    with pytest.raises(WrongState):
        services.remove_task(actor=qianqi, task=task, at=at())
    with pytest.raises(WrongState):
        services.add_task(actor=qianqi, plan=plan, values=planner.values(), at=at())
    with pytest.raises(WrongState, match="现在是“已印发”"):
        services.drop(actor=qianqi, plan=plan, at=at())


def test_the_second_of_two_writers_hears_who_was_first(planner: Planner) -> None:
    plan, qianqi = planner.plan(), planner.cast.qianqi
    task = planner.add(plan)
    services.save_task(actor=qianqi, task=fresh(task), values=planner.values(text="一"), edition=1, at=at())
    with pytest.raises(Lost, match="钱七已于"):
        services.save_task(actor=qianqi, task=fresh(task), values=planner.values(text="二"), edition=1, at=at())
    values = services.PlanValues("新名称", 2026, planner.cast.szf)
    services.save_plan(actor=qianqi, plan=plan, values=values, edition=1, at=at())
    with pytest.raises(Lost, match="修改计划"):
        services.save_plan(actor=qianqi, plan=plan, values=values, edition=1, at=at())
    stale = WorkPlan.objects.get(pk=plan.pk)
    services.issue(actor=qianqi, plan=plan, at=at())
    with pytest.raises(Lost, match="印发计划"):
        services.issue(actor=qianqi, plan=stale, at=at())


def test_numbers_are_given_in_order_and_stand_once(planner: Planner) -> None:
    plan = planner.plan()
    assert [planner.add(plan).number, planner.add(plan).number] == [1, 2]
    assert planner.add(plan, planner.values(number=9)).number == 9
    assert planner.add(plan).number == 10
    with pytest.raises(Incomplete, match="序号 9"):
        planner.add(plan, planner.values(number=9))
    task = plan.tasks.get(number=1)
    with pytest.raises(Incomplete, match="序号 2"):
        services.save_task(
            actor=planner.cast.qianqi, task=fresh(task), values=planner.values(number=2), edition=1, at=at()
        )


def test_a_task_says_what_it_needs(planner: Planner) -> None:
    plan = planner.plan()
    with pytest.raises(Incomplete, match="任务内容"):
        planner.add(plan, planner.values(text=" "))
    with pytest.raises(Incomplete, match="2026年至2027年"):
        planner.add(plan, planner.values(due_on=date(2025, 12, 31)))
    with pytest.raises(Incomplete, match="至少一场"):
        planner.add(plan, planner.briefing(quotas=(0, 0, 0, 0)))
    with pytest.raises(Incomplete, match="只有新闻发布"):
        planner.add(plan, planner.values(quotas=(1, 0, 0, 0)))
    assert not plan.tasks.exists()


def test_the_body_that_leads_does_not_take_part_beside_itself(planner: Planner) -> None:
    cast = planner.cast
    task = planner.add(planner.plan(), planner.values(responsible=(cast.jyj, cast.wjw, cast.wjw)))
    assert list(task.responsible.all()) == [cast.wjw]


def test_a_task_taken_out_stands_in_the_record_of_the_plan(planner: Planner) -> None:
    plan = planner.plan()
    task = planner.add(plan)
    services.remove_task(actor=planner.cast.qianqi, task=fresh(task), at=at())
    assert not Task.objects.exists()
    event = ReportEvent.objects.filter(subject_type="reports.workplan").latest("number")
    assert (event.action, event.facts["number"]) == ("remove_task", 1)
    with pytest.raises(Lost):
        services.remove_task(actor=planner.cast.qianqi, task=task, at=at())


def test_a_dropped_plan_stays_dropped(planner: Planner) -> None:
    plan = planner.plan()
    services.drop(actor=planner.cast.qianqi, plan=plan, at=at())
    with pytest.raises(WrongState, match="已作废"):
        planner.add(plan)


def test_progress_is_shown_by_a_decision_of_its_own(planner: Planner) -> None:
    plan, qianqi = planner.plan(), planner.cast.qianqi
    with pytest.raises(WrongState, match="印发以后"):
        services.show_progress(actor=qianqi, plan=plan, shows=True, at=at())
    plan, before = planner.issued(), stamp()
    services.show_progress(actor=qianqi, plan=plan, shows=True, at=at())
    assert WorkPlan.objects.get(pk=plan.pk).shows_progress and stamp() > before
    with pytest.raises(Lost):
        services.show_progress(actor=qianqi, plan=plan, shows=True, at=at())
    with pytest.raises(WrongPerson):
        services.show_progress(actor=planner.cast.wangwu, plan=plan, shows=False, at=at())


def test_many_tasks_come_in_at_once_in_a_fixed_number_of_questions(planner: Planner) -> None:
    plan, qianqi = planner.plan(), planner.cast.qianqi
    rows = [planner.values(text=f"任务{number}") for number in range(30)]
    with CaptureQueriesContext(connection) as asked:
        assert services.import_tasks(actor=qianqi, plan=plan, rows=rows, at=at()) == 30
    assert len(asked) < 20
    assert [task.number for task in plan.tasks.order_by("number")] == list(range(1, 31))
    assert all(list(task.responsible.all()) == [planner.cast.wjw] for task in plan.tasks.all())
    assert set(plan.tasks.values_list("state", flat=True)) == {TaskState.OPEN}
    with pytest.raises(Incomplete, match="最多 500 项"):
        services.import_tasks(actor=qianqi, plan=plan, rows=rows * 16, at=at())
    with pytest.raises(Incomplete, match="序号 30"):
        services.import_tasks(actor=qianqi, plan=plan, rows=[planner.values(), planner.values(number=30)], at=at())
    assert plan.tasks.count() == 30
