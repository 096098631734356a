"""What bodies report of their tasks, and what the department in charge makes of it."""

from datetime import date

import pytest

from notices.models import Notice
from reports.models import Progress, Remark, ReportEvent, Task
from reports.plans import progress, services
from reports.plans.briefings import behind, quarters_of
from reports.plans.states import TaskState
from search.services import stamp
from tests.reports.plans.planning import ISSUED_ON, TODAY, Planner, at, fresh
from workflow.services import Incomplete, Lost, WrongPerson, WrongState

pytestmark = pytest.mark.django_db


def actions(task: Task) -> list[str]:
    return list(
        ReportEvent.objects.filter(subject_type="reports.task", subject_id=task.pk).values_list("action", flat=True)
    )


# --- what bodies do ----------------------------------------------------------------------------------------------------


def test_bodies_report_and_the_share_is_that_of_the_body_that_leads(planner: Planner) -> None:
    task, cast = planner.task(), planner.cast
    planner.reported(task, share=40)
    planner.reported(task, actor=cast.zhaoliu, department=cast.wjw, share=90)
    assert fresh(task).share == 40
    planner.reported(task, day=date(2026, 6, 20), share=70)
    planner.reported(task, day=date(2026, 6, 1), share=20)  # written later about an earlier day
    assert fresh(task).share == 70
    assert actions(task) == ["add_task"] + ["report_progress"] * 4


def test_only_those_who_write_for_a_body_of_the_task_report_for_it(planner: Planner) -> None:
    task, cast = planner.task(planner.values(responsible=())), planner.cast
    for person, department in ((cast.zhaoliu, cast.wjw), (cast.zhaoliu, cast.jyj), (cast.qianqi, cast.jyj),
                               (cast.sunba, cast.jyj)):  # fmt: skip
        with pytest.raises(WrongPerson):
            planner.reported(task, actor=person, department=department)
    assert not Progress.objects.exists()


def test_an_entry_says_what_it_needs(planner: Planner) -> None:
    task = planner.task()
    for words, said in {
        "请写明进展": {"text": ""},
        "不能晚于今天": {"on": date(2026, 6, 16)},
        "0 至 100": {"share": 101},
        "只有新闻发布": {"held_on": TODAY, "topic": "招生"},
    }.items():
        with pytest.raises(Incomplete, match=words):
            planner.reported(task, **said)
    briefing = planner.task(planner.briefing(), title="新闻发布计划")
    with pytest.raises(Incomplete, match="日期和主题都要填写"):
        planner.held(briefing, TODAY, topic="")
    with pytest.raises(Incomplete, match="2026年内"):
        planner.held(briefing, TODAY, held_on=date(2025, 12, 1))


@pytest.mark.law("条例§47")
def test_done_is_reported_by_the_body_that_leads_and_confirmed(planner: Planner) -> None:
    task, cast = planner.task(), planner.cast
    with pytest.raises(Incomplete, match="牵头机关报告"):
        entry = planner.entry(department=cast.wjw)
        progress.report_done(actor=cast.zhaoliu, task=fresh(task), entry=entry, at=at())
    task = planner.done(task)
    assert (task.state, task.share, task.reported_on) == (TaskState.REPORTED, 100, TODAY)
    assert Notice.objects.get(kind="task_reported").recipient == cast.qianqi
    with pytest.raises(WrongPerson):
        progress.confirm(actor=cast.wangwu, task=task, text="", at=at())
    progress.confirm(actor=cast.qianqi, task=task, text="材料齐全", at=at())
    assert (fresh(task).state, fresh(task).settled_on) == (TaskState.CONFIRMED, TODAY)
    assert Remark.objects.get().text == "材料齐全"
    told = Notice.objects.filter(kind="task_confirmed").values_list("recipient__username", flat=True)
    assert set(told) == {"wangwu", "lisi", "zhaoliu"}


@pytest.mark.law("条例§47")
def test_what_is_not_done_is_sent_back_with_the_reason(planner: Planner) -> None:
    task, cast = planner.done(planner.task()), planner.cast
    with pytest.raises(Incomplete, match="写明原因"):
        progress.send_back(actor=cast.qianqi, task=task, text=" ", at=at())
    progress.send_back(actor=cast.qianqi, task=task, text="缺少招生计划", at=at())
    task = fresh(task)
    assert (task.state, task.reported_on, task.due_on) == (TaskState.OPEN, None, date(2026, 6, 30))
    assert "缺少招生计划" in Notice.objects.filter(kind="task_returned")[0].text
    planner.confirmed(task)


@pytest.mark.law("条例§47")
def test_a_confirmation_is_taken_back_with_the_reason(planner: Planner) -> None:
    task, cast = planner.task(), planner.cast
    planner.reported(task, share=60)
    task = planner.confirmed(task)
    with pytest.raises(WrongPerson):
        progress.reopen(actor=cast.wangwu, task=task, text="看错了", at=at())
    with pytest.raises(Incomplete, match="写明原因"):
        progress.reopen(actor=cast.qianqi, task=task, text=" ", at=at())
    progress.reopen(actor=cast.qianqi, task=task, text="复查发现两所学校没有公布", at=at())
    task = fresh(task)
    assert (task.state, task.reported_on, task.settled_on) == (TaskState.OPEN, None, None)
    assert task.share == 60, "what the lead body reported last"
    told = Notice.objects.filter(kind="task_returned")
    assert "两所学校" in told[0].text and {row.recipient.username for row in told} == {"wangwu", "lisi", "zhaoliu"}
    with pytest.raises(WrongState, match="只有“已办结”时可以撤销办结确认"):
        progress.reopen(actor=cast.qianqi, task=task, text="再撤", at=at())
    planner.confirmed(task)
    services.close(actor=cast.qianqi, plan=task.plan, at=at())
    with pytest.raises(WrongState, match="已结束"):
        progress.reopen(actor=cast.qianqi, task=fresh(task), text="太晚", at=at())


def test_what_is_confirmed_stays_whole_whatever_is_corrected_later(planner: Planner) -> None:
    task, said = planner.confirmed(planner.task()), {"actor": planner.cast.lisi, "at": at()}
    progress.correct(progress=task.progress.get(), entry=planner.entry(text="更正错字", share=60), **said)
    assert fresh(task).share == 100
    briefing = planner.task(planner.briefing(), title="新闻发布计划")
    held = planner.held(briefing, date(2026, 3, 3))
    planner.confirmed(briefing)
    about = {"share": None, "held_on": date(2026, 3, 3), "topic": "招生"}
    progress.correct(progress=held, entry=planner.entry(text="更正错字", **about), **said)
    assert fresh(briefing).share == 100


def test_done_is_the_whole_until_it_is_sent_back(planner: Planner) -> None:
    task, cast = planner.task(), planner.cast
    planner.reported(task, share=60)
    entry = planner.entry(text="已完成", share=None)
    progress.report_done(actor=cast.lisi, task=fresh(task), entry=entry, at=at())
    assert (fresh(task).state, fresh(task).share) == (TaskState.REPORTED, 100)
    progress.send_back(actor=cast.qianqi, task=fresh(task), text="缺少招生计划", at=at())
    assert fresh(task).share == 60


def test_the_wrong_state_is_refused_with_the_reason(planner: Planner) -> None:
    task, cast = planner.task(), planner.cast
    with pytest.raises(WrongState, match="现在是“推进中”，只有“待确认”时可以确认办结"):
        progress.confirm(actor=cast.qianqi, task=task, text="", at=at())
    task = planner.confirmed(task)
    with pytest.raises(WrongState, match="只有“推进中”时可以报告进展"):
        planner.reported(task)
    with pytest.raises(WrongState, match="只有“推进中”时可以报告办结"):
        planner.done(task)
    with pytest.raises(WrongState, match="只有“推进中”时可以调整期限"):
        progress.move_deadline(
            actor=cast.qianqi, task=task, due_on=date(2026, 7, 1), text="因", seen=task.due_on, at=at()
        )


def test_the_second_of_two_hears_who_was_first(planner: Planner) -> None:
    cast, stale = planner.cast, planner.task()
    planner.done(stale)
    with pytest.raises(Lost, match="李四已于2026年6月15日 10:00办理“报告办结”"):
        progress.report_done(actor=cast.wangwu, task=stale, entry=planner.entry(share=100), at=at())
    assert Progress.objects.count() == 1
    stale = fresh(stale)
    progress.confirm(actor=cast.qianqi, task=fresh(stale), text="", at=at())
    with pytest.raises(Lost, match="确认办结"):
        progress.send_back(actor=cast.qianqi, task=stale, text="不齐", at=at())


def test_moving_a_day_is_an_event_with_its_reason(planner: Planner) -> None:
    task, cast, day = planner.task(), planner.cast, date(2026, 9, 30)
    said = {"task": task, "text": "省里推迟部署", "at": at()}
    with pytest.raises(WrongPerson):
        progress.move_deadline(actor=cast.wangwu, due_on=day, seen=task.due_on, **said)
    with pytest.raises(Incomplete, match="相同"):
        progress.move_deadline(actor=cast.qianqi, due_on=task.due_on, seen=task.due_on, **said)
    with pytest.raises(Incomplete, match="不能早于今天"):
        progress.move_deadline(actor=cast.qianqi, due_on=date(2026, 6, 14), seen=task.due_on, **said)
    progress.move_deadline(actor=cast.qianqi, due_on=day, seen=date(2026, 6, 30), **said)
    assert fresh(task).due_on == day
    event = ReportEvent.objects.filter(action="move_deadline").get()
    assert (event.facts["from"], event.facts["to"]) == ("2026-06-30", "2026-09-30")
    assert Remark.objects.get(pk=event.facts["remark"]).text == "省里推迟部署"
    with pytest.raises(Lost, match="现在的期限"):
        progress.move_deadline(actor=cast.qianqi, due_on=date(2026, 8, 1), seen=date(2026, 6, 30), **said)


def test_a_cancelled_task_stays_listed_with_its_reason(planner: Planner) -> None:
    task, cast = planner.task(), planner.cast
    progress.cancel(actor=cast.qianqi, task=task, text="并入另一项", at=at())
    assert fresh(task).state == TaskState.CANCELLED
    assert "并入另一项" in Notice.objects.filter(kind="task_changed")[0].text


def test_late_is_derived_and_no_state(planner: Planner) -> None:
    task = planner.task()
    late = Task.objects.late(date(2026, 7, 1))
    assert list(late) == [task] and not Task.objects.late(date(2026, 6, 30)).exists()
    planner.done(task)
    assert not late.all().exists()
    assert "late" not in TaskState.values


# --- correcting and releasing ------------------------------------------------------------------------------------------


def test_an_entry_is_corrected_by_a_further_one_and_stays(planner: Planner) -> None:
    task, cast = planner.task(), planner.cast
    first = planner.reported(task, share=80)
    second = progress.correct(actor=cast.wangwu, progress=first, entry=planner.entry(share=50), at=at())
    assert Progress.objects.get(pk=first.pk).share == 80 and list(Progress.objects.standing()) == [second]
    assert fresh(task).share == 50
    with pytest.raises(Lost, match="已经由另一条更正"):
        progress.correct(actor=cast.lisi, progress=first, entry=planner.entry(share=60), at=at())
    with pytest.raises(WrongPerson):
        progress.correct(actor=cast.zhaoliu, progress=second, entry=planner.entry(), at=at())
    with pytest.raises(Incomplete, match="原报告机关"):
        progress.correct(actor=cast.lisi, progress=second, entry=planner.entry(department=cast.wjw), at=at())


def test_an_entry_is_public_only_where_it_was_released_and_the_plan_shows_it(planner: Planner) -> None:
    task, cast = planner.task(shows=True), planner.cast
    row, before = planner.reported(task), stamp()
    assert not Progress.objects.public().exists()
    progress.release(actor=cast.lisi, progress=row, is_public=True, at=at())
    assert list(Progress.objects.public()) == [row] and stamp() > before
    with pytest.raises(Lost):
        progress.release(actor=cast.qianqi, progress=row, is_public=True, at=at())
    with pytest.raises(WrongPerson):
        progress.release(actor=cast.zhaoliu, progress=row, is_public=False, at=at())
    progress.correct(actor=cast.lisi, progress=row, entry=planner.entry(text="更正"), at=at())
    assert not Progress.objects.public().exists()  # what was wrong is gone, what is right was not released
    with pytest.raises(Lost):
        progress.release(actor=cast.lisi, progress=row, is_public=False, at=at())


def test_what_is_released_at_once_is_public_and_hidden_again_by_the_department_in_charge(planner: Planner) -> None:
    task = planner.task()
    row = planner.reported(task, is_public=True)
    assert row.published_by == planner.cast.lisi and not Progress.objects.public().exists()
    progress.release(actor=planner.cast.qianqi, progress=row, is_public=False, at=at())
    assert actions(task)[-1] == "unpublish_progress"


# --- briefings ---------------------------------------------------------------------------------------------------------


def test_briefings_are_counted_by_quarter(planner: Planner) -> None:
    task = planner.task(planner.briefing())
    planner.held(task, date(2026, 2, 20))
    wrong = planner.held(task, date(2026, 5, 20))
    first, second, *_ = quarters_of([fresh(task)])[task.pk]
    assert [(each.quota, each.held, each.missing) for each in (first, second)] == [(1, 1, 0), (2, 1, 1)]
    assert (fresh(task).share, second.ends_on) == (40, date(2026, 6, 30))
    entry = planner.entry(share=None, text="当天改为座谈会", on=TODAY)
    progress.correct(actor=planner.cast.lisi, progress=wrong, entry=entry, at=at())
    assert fresh(task).share == 20


def test_a_briefing_task_is_behind_from_the_end_of_the_quarter_and_makes_up(planner: Planner) -> None:
    task = planner.task(planner.briefing())
    assert behind(date(2026, 3, 31)) == []
    (found,) = behind(date(2026, 4, 1))
    assert (found.task, found.planned - found.held, found.since) == (task, 1, date(2026, 3, 31))
    planner.held(task, date(2026, 4, 10))
    assert behind(date(2026, 6, 30)) == []
    (found,) = behind(date(2026, 7, 1))
    assert (found.planned - found.held, found.since) == (2, date(2026, 6, 30))


def test_a_task_of_a_closed_or_drafted_plan_is_not_worked_on(planner: Planner) -> None:
    plan = planner.plan()
    task = planner.add(plan)
    with pytest.raises(WrongState, match="拟定中"):
        planner.reported(task)
    assert ISSUED_ON < TODAY
