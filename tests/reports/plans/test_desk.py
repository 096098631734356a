"""The desk of plans and trainings: the whole way in the browser's words, errors beside their fields, files, and costs."""

import csv
import io
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook

from accounts.models import User
from reports.models import Progress, Task, Training, WorkPlan
from reports.plans import trainings
from reports.plans.rows import HEADS
from reports.plans.trainings import TrainingValues
from tests.make import make_document
from tests.reports.plans.planning import Planner, fresh
from tests.reports.plans.test_rows import FULL

pytestmark = pytest.mark.django_db
SignedIn = Callable[[User], Client]
DESK = "/desk/reports/plans/"
TRAININGS = "/desk/reports/trainings/"


def words(answer: Any) -> str:
    return str(answer.content.decode())


def table(*lines: list[str]) -> SimpleUploadedFile:
    out = io.StringIO()
    csv.writer(out).writerows([HEADS, *lines])
    return SimpleUploadedFile("tasks.csv", out.getvalue().encode(), "text/csv")


# --- the department in charge ------------------------------------------------------------------------------------------


def test_a_plan_from_paper_to_issue_at_the_desk(planner: Planner, signed_in: SignedIn) -> None:
    cast, client = planner.cast, signed_in(planner.cast.qianqi)
    year = timezone.localdate().year
    said = {"title": "工作要点任务分解", "year": year, "issued_by": cast.szf.pk, "basis": "省里部署", "document": ""}
    page = client.post(f"{DESK}new/", said).headers["Location"]
    plan = WorkPlan.objects.get()
    answer = client.post(f"{page}step/issuance/")
    assert answer.status_code == 409 and "计划里还没有任务" in words(answer)
    task = {
        "kind": "task",
        "text": "公布招生政策",
        "lead": cast.jyj.pk,
        "responsible": [cast.wjw.pk],
        "due_on": f"{year}-12-01",
    }
    assert client.post(f"{page}tasks/new/", task | {"another": "1"}).headers["Location"] == f"{page}tasks/new/"
    assert "公布招生政策" in words(client.get(page))
    assert client.post(f"{page}step/issuance/").status_code == 302
    assert client.post(f"{page}publicity/", {"shows": "yes"}).status_code == 302
    plan.refresh_from_db()
    assert (plan.state, plan.shows_progress) == ("issued", True)
    assert f"/plans/{year}/{plan.pk}/" in words(client.get(page))
    assert "已印发" in words(client.post(f"{DESK}tasks/{plan.tasks.get().pk}/remove/"))


def test_what_was_typed_stays_beside_the_error(planner: Planner, signed_in: SignedIn) -> None:
    plan, client = planner.plan(), signed_in(planner.cast.qianqi)
    said = {"kind": "briefing", "text": "发布会", "lead": "", "due_on": "六月", "quota_1": "0", "section": "新闻发布"}
    answer = client.post(f"{DESK}{plan.pk}/tasks/new/", said)
    assert set(answer.context["form"].errors) == {"lead", "due_on", "quota_1"}
    assert "请选择牵头机关。" in words(answer) and 'value="新闻发布"' in words(answer)
    answer = client.post(f"{DESK}{plan.pk}/tasks/new/", said | {"kind": "task", "quota_1": "2"})
    assert "类别应为“新闻发布”" in words(answer)
    answer = client.post(
        f"{DESK}new/", {"title": "甲", "year": 1999, "issued_by": planner.cast.szf.pk, "document": "没有的文件"}
    )
    assert set(answer.context["form"].errors) == {"year", "document"}


def test_a_form_that_is_out_of_date_says_who_was_first(planner: Planner, signed_in: SignedIn) -> None:
    plan, client = planner.plan(), signed_in(planner.cast.qianqi)
    task = planner.add(plan)
    said = {"kind": "task", "text": "甲", "lead": planner.cast.jyj.pk, "due_on": "2026-06-30", "edition": 1}
    assert client.post(f"{DESK}tasks/{task.pk}/edit/", said).status_code == 302
    answer = client.post(f"{DESK}tasks/{task.pk}/edit/", said)
    assert answer.status_code == 409 and "钱七已于" in words(answer)
    head = {"title": "乙", "year": 2026, "issued_by": planner.cast.szf.pk, "edition": 1}
    assert client.post(f"{DESK}{plan.pk}/head/", head).status_code == 302
    assert client.post(f"{DESK}{plan.pk}/head/", head).status_code == 409


def test_a_file_comes_in_whole_or_not_at_all(planner: Planner, signed_in: SignedIn) -> None:
    plan, client = planner.plan(), signed_in(planner.cast.qianqi)
    wrong = ["" if head == "任务内容" else cell for head, cell in zip(HEADS, FULL, strict=True)]
    answer = client.post(f"{DESK}{plan.pk}/import/", {"file": table(FULL, wrong)})
    assert answer.status_code == 200 and "第 3 行：没有填写任务内容。" in words(answer)
    assert not plan.tasks.exists()
    assert client.post(f"{DESK}{plan.pk}/import/", {"file": table(FULL)}).status_code == 302
    assert plan.tasks.get().number == 3
    answer = client.post(f"{DESK}{plan.pk}/import/", {"file": table(FULL)})
    assert answer.status_code == 409 and "序号 3 已经用于" in words(answer)
    assert "请选择要导入的文件" in words(client.post(f"{DESK}{plan.pk}/import/", {}))
    big = SimpleUploadedFile("big.csv", b"x" * (2 * 1024 * 1024 + 1))
    assert "文件超过 2 MB" in words(client.post(f"{DESK}{plan.pk}/import/", {"file": big}))


def test_the_tasks_go_out_in_the_columns_they_came_in(planner: Planner, signed_in: SignedIn) -> None:
    task = planner.task()
    planner.reported(task, text="=1+1")
    for person in (planner.cast.qianqi, planner.cast.lisi):
        client = signed_in(person)
        lines = list(csv.reader(io.StringIO(client.get(f"{DESK}{task.plan_id}/tasks.csv").content.decode("utf-8-sig"))))
        assert tuple(lines[0][: len(HEADS)]) == HEADS and lines[1][3] == task.text
        assert lines[1][-1] == "2026-06-15：=1+1" and lines[1][-4:-2] == ["推进中", "40"]
        page = load_workbook(io.BytesIO(client.get(f"{DESK}{task.plan_id}/tasks.xlsx").content)).active
        assert page is not None and page["D2"].value == task.text


# --- bodies ------------------------------------------------------------------------------------------------------------


def test_a_body_reports_corrects_releases_and_is_confirmed(planner: Planner, signed_in: SignedIn) -> None:
    task, cast = planner.task(shows=True), planner.cast
    client, page = signed_in(cast.lisi), f"{DESK}tasks/{task.pk}/"
    document = make_document(cast.jyj, title="招生工作通知", published_at=timezone.now() - timedelta(days=1))
    entry = {"department": cast.jyj.pk, "on": "2026-06-15", "text": "已起草", "share": "40", "document": document.url,
             "is_public": "on", "state": "open"}  # fmt: skip
    answer = client.post(f"{page}act/report/", entry | {"share": "", "on": "2099-01-01"})
    assert answer.status_code == 422 and set(answer.context["form"].errors) == {"share", "on"}
    assert client.post(f"{page}act/report/", entry).status_code == 302
    row = Progress.objects.get()
    assert (row.document, row.share, row.published_by) == (document, 40, cast.lisi)
    fixed = entry | {"text": "已印发", "share": "90"}
    assert client.post(f"{DESK}progress/{row.pk}/correct/", fixed).status_code == 302
    assert client.post(f"{DESK}progress/{row.pk}/correct/", fixed).status_code == 409
    shown = words(client.get(page))
    assert "已由后一条更正，不再计算" in shown and "90%" in shown
    second = Progress.objects.standing().get()
    assert client.post(f"{DESK}progress/{second.pk}/release/", {"public": "no"}).status_code == 302
    assert client.post(f"{page}act/done/", entry | {"text": "全部完成"}).status_code == 302
    assert signed_in(cast.qianqi).post(f"{page}act/confirm/", {"text": "同意"}).status_code == 302
    assert fresh(task).state == "confirmed" and "同意" in words(client.get(page))


def test_the_second_at_a_step_hears_who_was_first(planner: Planner, signed_in: SignedIn) -> None:
    task, client = planner.task(), signed_in(planner.cast.wangwu)
    planner.done(task)
    entry = {"department": planner.cast.jyj.pk, "on": "2026-06-15", "text": "完成", "state": "open"}
    answer = client.post(f"{DESK}tasks/{task.pk}/act/done/", entry)
    assert answer.status_code == 409 and "李四已于" in words(answer)
    answer = client.post(f"{DESK}tasks/{task.pk}/act/done/", entry | {"state": ""})
    assert answer.status_code == 409 and "现在是“待确认”" in words(answer)


def test_a_deadline_typed_over_an_old_one_is_refused(planner: Planner, signed_in: SignedIn) -> None:
    year, client = timezone.localdate().year, signed_in(planner.cast.qianqi)
    task = planner.task(planner.values(due_on=date(year, 12, 31)), year=year)
    said = {"seen": f"{year}-12-31", "due_on": f"{year + 1}-09-30", "text": "省里推迟"}
    path = f"{DESK}tasks/{task.pk}/act/deadline/"
    wrong = client.post(path, said | {"due_on": f"{year + 5}-01-01", "text": ""})
    assert set(wrong.context["form"].errors) == {"due_on", "text"}
    assert client.post(path, said).status_code == 302
    assert client.post(path, said | {"due_on": f"{year + 1}-10-30"}).status_code == 409
    assert fresh(task).due_on == date(year + 1, 9, 30)


def test_a_deadline_in_the_past_is_refused_beside_its_field(planner: Planner, signed_in: SignedIn) -> None:
    today, client = timezone.localdate(), signed_in(planner.cast.qianqi)
    year = (today - timedelta(days=1)).year
    task = planner.task(planner.values(due_on=date(year + 1, 12, 31)), year=year)
    said = {"seen": f"{year + 1}-12-31", "due_on": (today - timedelta(days=1)).isoformat(), "text": "省里提前"}
    answer = client.post(f"{DESK}tasks/{task.pk}/act/deadline/", said)
    assert answer.status_code == 422
    assert answer.context["form"].errors == {"due_on": ["新的期限不能早于今天。"]}


def test_a_briefing_is_reported_with_its_day_and_topic(planner: Planner, signed_in: SignedIn) -> None:
    task, client = planner.task(planner.briefing()), signed_in(planner.cast.lisi)
    path = f"{DESK}tasks/{task.pk}/act/report/"
    entry = {
        "department": planner.cast.jyj.pk,
        "on": "2026-06-15",
        "text": "已举办",
        "held_on": "2026-06-10",
        "topic": "",
    }
    assert "请填写发布会主题" in words(client.post(path, entry))
    assert "请填写发布会日期" in words(client.post(path, entry | {"held_on": "", "topic": "招生"}))
    assert client.post(path, entry | {"topic": "招生"}).status_code == 302
    assert "2季度 1/2 场" in words(client.get(DESK))


def test_the_ledger_shows_what_is_asked_for(planner: Planner, signed_in: SignedIn) -> None:
    cast, today = planner.cast, timezone.localdate()
    far, near = today + timedelta(days=20), max(today - timedelta(days=3), date(today.year, 1, 1))
    values = [planner.values(text="远的", due_on=far), planner.values(text="近的", due_on=near), planner.briefing(due_on=far),
              planner.values(text="别人的", lead=cast.qxq, responsible=(), due_on=far)]  # fmt: skip
    planner.issued(*values, year=today.year)
    supervisor, body = signed_in(cast.qianqi), signed_in(cast.zhaoliu)

    def texts(client: Client, query: str = "") -> list[str]:
        return [row.task.text for row in client.get(f"{DESK}?{query}").context["page"].rows]

    assert texts(supervisor)[0] == "近的" and len(texts(supervisor)) == 4
    assert texts(body) == ["近的", "远的"]
    assert texts(supervisor, "tab=open&kind=briefing") == ["教育民生新闻发布"]
    assert texts(supervisor, "tab=open&department=qxq") == ["别人的"]
    assert texts(supervisor, "tab=late") == (["近的"] if near < today else [])
    assert texts(supervisor, "tab=done") == [] and texts(supervisor, "tab=nonsense&year=x") == texts(supervisor)
    assert "没有等待确认的任务" in words(supervisor.get(f"{DESK}?tab=reported"))


def test_a_page_of_the_ledger_goes_on_where_the_last_one_ended(planner: Planner, signed_in: SignedIn) -> None:
    planner.issued(
        *[planner.values(text=f"第{number}件", due_on=date(2026, 6, 1 + number // 8)) for number in range(40)]
    )
    client = signed_in(planner.cast.qianqi)
    for tab in ("open", "all"):
        first = client.get(f"{DESK}?tab={tab}").context["page"]
        rest = client.get(f"{DESK}?tab={tab}&after={first.after}").context["page"]
        assert (len(first.rows), len(rest.rows), rest.after) == (30, 10, "")
        assert len({row.task.pk for row in [*first.rows, *rest.rows]}) == 40


def test_a_plan_is_filtered_and_compared_by_body(planner: Planner, signed_in: SignedIn) -> None:
    plan = planner.issued(planner.values(), planner.values(lead=planner.cast.wjw, responsible=()), planner.briefing())
    client = signed_in(planner.cast.qianqi)
    page = client.get(f"{DESK}{plan.pk}/")
    assert [(row.department.code, row.total) for row in page.context["standings"]] == [("jyj", 2), ("wjw", 1)]
    assert page.context["plot"].columns == "1 2 3"
    assert [
        row.task.lead.code for row in client.get(f"{DESK}{plan.pk}/?department=wjw&state=open").context["page"].rows
    ] == ["jyj", "wjw"]
    assert (
        len(client.get(f"{DESK}{plan.pk}/?late=on").context["page"].rows)
        == Task.objects.late(timezone.localdate()).count()
    )
    alone = signed_in(planner.cast.zhaoliu).get(f"{DESK}{plan.pk}/")
    assert [row.task.number for row in alone.context["page"].rows] == [1, 2]


# --- trainings ---------------------------------------------------------------------------------------------------------


@pytest.mark.law("条例§48")
def test_a_training_is_recorded_changed_and_voided_at_the_desk(planner: Planner, signed_in: SignedIn) -> None:
    cast, client, today = planner.cast, signed_in(planner.cast.lisi), timezone.localdate()
    said = {
        "department": cast.jyj.pk,
        "on": today.isoformat(),
        "topic": "保密审查",
        "method": "lecture",
        "people": "30",
        "hours": "2.3",
    }
    answer = client.post(f"{TRAININGS}new/", said | {"on": "2099-01-01"})
    assert set(answer.context["form"].errors) == {"hours", "on"} and "以半个学时为单位" in words(answer)
    assert client.post(f"{TRAININGS}new/", said | {"hours": "2.5"}).status_code == 302
    row = Training.objects.get()
    assert "保密审查" in words(client.get(TRAININGS)) and "2.5" in words(client.get(TRAININGS))
    changed = said | {"hours": "3", "edition": 1}
    assert client.post(f"{TRAININGS}{row.pk}/", changed).status_code == 302
    assert client.post(f"{TRAININGS}{row.pk}/", changed).status_code == 409
    assert signed_in(cast.qianqi).post(f"{TRAININGS}{row.pk}/", changed).status_code == 403
    assert client.post(f"{TRAININGS}{row.pk}/void/", {"reason": ""}).status_code == 422
    assert client.post(f"{TRAININGS}{row.pk}/void/", {"reason": "重复"}).status_code == 302
    assert client.post(f"{TRAININGS}{row.pk}/void/", {"reason": "再来"}).status_code == 409
    assert "已作废，不计入统计：重复" in words(client.get(TRAININGS))
    lines = client.get(f"{TRAININGS}trainings.csv").content.decode("utf-8-sig").splitlines()
    assert len(lines) == 1
    assert load_workbook(io.BytesIO(client.get(f"{TRAININGS}trainings.xlsx").content))


def test_only_who_trains_finds_the_form(planner: Planner, signed_in: SignedIn) -> None:
    assert signed_in(planner.cast.fenger).get(f"{TRAININGS}new/").status_code == 403
    choices = signed_in(planner.cast.qianqi).get(f"{TRAININGS}new/").context["form"].fields["department"].queryset
    assert list(choices) == [planner.cast.szf]


# --- what it costs -----------------------------------------------------------------------------------------------------


def test_thirty_cost_as_many_queries_as_one(planner: Planner, signed_in: SignedIn) -> None:
    cast, year = planner.cast, timezone.localdate().year
    plan = planner.issued(planner.values(), planner.briefing())
    task, briefing = plan.tasks.order_by("number")
    values = TrainingValues(cast.jyj, date(year, 1, 1), "培训", "lecture", 3, Decimal(1))
    places = [f"{DESK}?tab=all", f"{DESK}{plan.pk}/", f"{DESK}tasks/{task.pk}/", f"{DESK}tasks/{briefing.pk}/", TRAININGS,
              f"{DESK}{plan.pk}/tasks.csv"]  # fmt: skip
    fill = [lambda: planner.reported(task), lambda: planner.held(briefing, date(2026, 6, 1)),
            lambda: trainings.record_training(actor=cast.lisi, values=values, at=timezone.now())]  # fmt: skip
    for each in fill:
        each()

    def asked(person: User) -> list[int]:
        client, found = signed_in(person), []
        for path in places:
            client.get(path)
            with CaptureQueriesContext(connection) as captured:
                assert client.get(path).status_code == 200
            found.append(len(captured))
        return found

    before = [asked(person) for person in (cast.qianqi, cast.lisi)]
    for each in fill:
        for _ in range(29):
            each()
    for number in range(29):
        planner.issued(
            *[planner.values(text=f"{number}-{each}") for each in range(2)], planner.briefing(), title=f"计划{number}"
        )
    for number, row in enumerate(Task.objects.exclude(plan=plan)[:29]):
        Task.objects.filter(pk=row.pk).update(plan=plan, number=100 + number)
    assert [asked(person) for person in (cast.qianqi, cast.lisi)] == before
    assert max(max(counts) for counts in before) <= 24
