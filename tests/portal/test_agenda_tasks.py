"""Tasks of plans and problems in the calendar of due days and among what waits for somebody."""

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from accounts.models import User
from portal.agenda.items import Source, Window, few_items, problems, tasks
from portal.agenda.selectors import asker_of, entries_of, sheet_of
from portal.desk import desk_figures
from reports.models import Task
from reports.plans import rules
from reports.problems.rules import can_see_problem
from tests.reports.plans.planning import Planner, at, fresh
from tests.reports.problems.making import entered, reported
from tests.requests_app.casework import Office
from workdays.selectors import current_calendar

pytestmark = pytest.mark.django_db
SignedIn = Callable[[User], Client]
TODAY = date(2026, 6, 15)


@pytest.fixture
def planner(office: Office) -> Planner:
    """A task of the bureau with the commission, one of the commission alone, briefings, one done."""
    planner = Planner(office.cast)
    alone = planner.values(lead=office.cast.wjw, responsible=(), text="卫生健康委的任务", due_on=date(2026, 6, 12))
    plan = planner.issued(planner.values(), alone, planner.briefing(), planner.values(text="已报告"))
    planner.done(fresh(plan.tasks.get(text="已报告")))
    planner.add(planner.plan(title="拟定中的"))
    return planner


def test_open_tasks_stand_at_their_day_for_those_who_see_them(planner: Planner) -> None:
    for name, person in planner.cast.people.items():
        if isinstance(person, User):
            wanted = {
                row for row in rules.tasks_visible_to(person) if row.state == "open" and row.plan.state == "issued"
            }
            assert set(tasks(asker_of(person)[0])) == wanted, name
    found = few_items(asker_of(planner.cast.lisi)[0], TODAY, current_calendar())
    assert [(item.kind, item.about, item.on) for item in found] == [
        ("工作任务", "第 1 项", date(2026, 6, 30)),
        ("新闻发布", "第 3 项", date(2026, 12, 31)),
    ]
    assert found[0].url == f"/desk/reports/plans/tasks/{found[0].key[2]}/" and found[0].clock


def test_a_body_can_be_chosen_and_only_ones_own_be_shown(planner: Planner) -> None:
    cast = planner.cast
    chosen = tasks(asker_of(cast.qianqi, code="wjw")[0])
    assert {row.number for row in chosen} == {1, 2}
    assert not tasks(asker_of(cast.qianqi, is_mine=True)[0]).exists()
    assert {row.number for row in tasks(asker_of(cast.zhaoliu, is_mine=True)[0])} == {1, 2}


def test_the_page_and_the_file_count_them(planner: Planner, signed_in: SignedIn) -> None:
    client = signed_in(planner.cast.zhaoliu)
    page = client.get("/desk/calendar/2026/?day=2026-06-12")
    assert "卫生健康委的任务" in page.content.decode()
    entries = entries_of(asker_of(planner.cast.lisi)[0], today=TODAY, calendar=current_calendar())
    (task,) = [entry for entry in entries if "工作任务" in str(entry)]
    assert "第 1 项" in str(task) and "招生" not in str(task)


def test_items_of_one_day_stand_in_one_order(planner: Planner) -> None:
    Task.objects.update(due_on=date(2026, 6, 30))
    found = few_items(asker_of(planner.cast.qianqi)[0], TODAY, current_calendar())
    assert [item.key for item in found] == sorted(item.key for item in found)
    assert {item.key[1] for item in found} == {Source.TASK}
    assert Window(None, date(2026, 6, 29)).holds(found[0].key) is False


def test_the_entrance_counts_tasks_and_leads_to_them(planner: Planner, signed_in: SignedIn) -> None:
    def figures(person: User) -> dict[str, tuple[str, str]]:
        return {label: (number, url) for label, number, url in desk_figures(person, today=TODAY)}

    cast = planner.cast
    assert figures(cast.lisi)["推进中的任务"][0] == "2" and figures(cast.lisi)["任务超期"][0] == "0"
    number, url = figures(cast.zhaoliu)["任务超期"]
    assert number == "1" and signed_in(cast.zhaoliu).get(url).status_code == 200
    number, url = figures(cast.qianqi)["任务待确认办结"]
    assert number == "1" and len(signed_in(cast.qianqi).get(url).context["page"].rows) == 1
    assert "推进中的任务" not in figures(cast.qianqi)


def test_problems_to_put_right_stand_at_their_day_for_those_who_see_them(office: Office, signed_in: SignedIn) -> None:
    cast = office.cast
    row = entered(cast, due_on=date(2026, 6, 12), at=at(date(2026, 6, 1)))
    reported(cast, entered(cast, text="已报告的问题", at=at(date(2026, 6, 1))), at=at(date(2026, 6, 2)))
    for name, person in cast.people.items():
        if isinstance(person, User):
            wanted = {row} if can_see_problem(person, row) else set()
            assert set(problems(asker_of(person)[0])) == wanted, name
    assert not problems(asker_of(cast.qianqi, code="wjw")[0]).exists()
    assert not problems(asker_of(cast.qianqi, is_mine=True)[0]).exists()
    page = signed_in(cast.wangwu).get("/desk/calendar/2026/?day=2026-06-12").content.decode()
    assert "指南没有写明电子邮箱" in page and "已报告的问题" not in page
    assert f"/desk/reports/problems/{row.pk}/" in page
    sheet = sheet_of(asker_of(cast.wangwu)[0], 2026, [], today=TODAY, calendar=current_calendar())
    assert sheet.late == 1
    (entry,) = entries_of(asker_of(cast.lisi)[0], today=date(2026, 6, 2), calendar=current_calendar())[:1]
    assert f"整改（问题 {row.pk}）" in str(entry) and "邮箱" not in str(entry)
