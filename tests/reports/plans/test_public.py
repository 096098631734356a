"""What citizens read of plans: what was issued, how far it is where that is public, and never what was not released."""

import csv
import io
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from catalog.models import Document
from disclosure.services import take_down_document
from reports.plans import progress, services
from reports.plans.charts import sections_chart
from reports.plans.selectors import public_tasks
from tests.make import make_document
from tests.reports.plans.planning import Planner, at, fresh

pytestmark = pytest.mark.django_db


def read(path: str) -> str:
    answer = Client().get(path)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_only_what_was_issued_is_listed(planner: Planner) -> None:
    planner.plan(title="还在拟定的")
    plan = planner.issued()
    services.drop(actor=planner.cast.qianqi, plan=planner.plan(title="作废的"), at=at())
    page = read("/plans/")
    assert plan.title in page and "还在拟定的" not in page and "作废的" not in page
    assert plan.title in read("/plans/2026/")
    assert Client().get("/plans/2025/").status_code == 404


def test_without_any_plan_the_page_teaches() -> None:
    assert "还没有印发计划" in read("/plans/")


def test_progress_shows_where_the_department_in_charge_decided_so(planner: Planner) -> None:
    task = planner.task(planner.briefing())
    planner.held(task, date(2026, 2, 20), is_public=True)
    path = f"/plans/2026/{task.plan_id}/"
    page = read(path)
    assert "第1季度计划 1 场" in page and "已举办" not in page and "完成 " not in page and "春季招生" not in page
    services.show_progress(actor=planner.cast.qianqi, plan=task.plan, shows=True, at=at())
    page = read(path)
    assert "第1季度计划 1 场，已举办 1 场" in page and "春季招生" in page and "完成 20%" in page


def test_only_released_words_are_read_and_nobodys_name(planner: Planner) -> None:
    task = planner.task(shows=True)
    planner.reported(task, text="公开的进展", is_public=True)
    planner.reported(task, text="内部的进展", share=60)
    wrong = planner.reported(task, text="写错的进展", is_public=True)
    entry = planner.entry(text="更正后的进展", is_public=True, share=70)
    progress.correct(actor=planner.cast.lisi, progress=wrong, entry=entry, at=at())
    page = read(f"/plans/2026/{task.plan_id}/")
    assert "公开的进展" in page and "更正后的进展" in page
    assert "内部的进展" not in page and "写错的进展" not in page and "李四" not in page
    lines = list(
        csv.reader(io.StringIO(Client().get(f"/plans/2026/{task.plan_id}/plan.csv").content.decode("utf-8-sig")))
    )
    assert lines[1][-3:] == ["推进中", "70", "2026-06-15：更正后的进展"]


def test_a_cancelled_task_is_no_more_read_and_an_overdue_one_says_so(planner: Planner) -> None:
    plan = planner.issued(
        planner.values(text="取消的任务"), planner.values(text="过期的任务", due_on=date(2026, 1, 31)), shows=True
    )
    progress.cancel(actor=planner.cast.qianqi, task=fresh(plan.tasks.get(number=1)), text="并入", at=at())
    page = read(f"/plans/2026/{plan.pk}/")
    assert (
        "取消的任务" not in page
        and "过期的任务" in page
        and "已过期限" in page
        and "共 1 项任务，另有 1 项已取消（第 1 项）" in page
    )


def test_a_document_taken_down_is_no_more_named(planner: Planner) -> None:
    cast, task = planner.cast, planner.task(shows=True)
    row = make_document(cast.jyj, title="招生工作通知", published_at=timezone.now() - timedelta(days=1))
    planner.reported(task, document=row, is_public=True)
    path = f"/plans/2026/{task.plan_id}/"
    assert row.url in read(path)
    take_down_document(actor=cast.wangwu, document=Document.objects.get(pk=row.pk), at=timezone.now())
    assert "招生工作通知" not in read(path) and row.url not in read(path)


def test_a_kept_page_ends_with_what_it_says(planner: Planner, settings: Settings) -> None:
    settings.KEEP_PAGES_SECONDS = 30
    task = planner.task(shows=True)
    path = f"/plans/2026/{task.plan_id}/"
    read(path)
    with CaptureQueriesContext(connection) as captured:
        read(path)
    assert len(captured) == 1
    row = planner.reported(task, text="新的进展")
    assert "完成 40%" in read(path)
    progress.release(actor=planner.cast.lisi, progress=row, is_public=True, at=at())
    assert "新的进展" in read(path)
    progress.release(actor=planner.cast.lisi, progress=row, is_public=False, at=at())
    assert "新的进展" not in read(path)


def test_the_chart_says_how_far_each_part_is(planner: Planner) -> None:
    plan = planner.issued(
        planner.values(section="甲"), planner.values(section="甲"), planner.values(section=""), shows=True
    )
    planner.confirmed(fresh(plan.tasks.get(number=1)))
    chart = sections_chart(public_tasks(plan, timezone.now()))
    assert chart.title == "3 项任务已办结 1 项"
    assert [(row.label, row.cells) for row in chart.rows] == [("甲", ("1 / 2", "50%")), ("其他任务", ("0 / 1", "0%"))]
    assert [(bar.text, bar.width) for bar in chart.bars] == [("50%", "50.00%"), ("0%", "0.00%")]


def test_thirty_tasks_cost_as_many_queries_as_one(planner: Planner) -> None:
    def asked(path: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            read(path)
        return len(captured)

    small = planner.issued(planner.briefing(), shows=True)
    planner.held(fresh(small.tasks.get()), date(2026, 2, 20), is_public=True)
    values = [planner.briefing(text=f"第{number}项") for number in range(30)]
    large = planner.issued(*values, shows=True, title="大的")
    for task in large.tasks.all():
        planner.held(task, date(2026, 2, 20), is_public=True)
    assert asked(f"/plans/2026/{small.pk}/") == asked(f"/plans/2026/{large.pk}/") <= 7
