"""The pages of the watch: what stands on them for whom, ways that open, notes, jobs, files; and what they cost."""

import csv
import io
from collections.abc import Callable
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Department, DepartmentKind, User
from jobs import registry
from jobs.models import Job
from reports.models import Task, WatchNote
from reports.plans.selectors import in_tab
from reports.watch.doors import doors_of
from reports.watch.history import count_day
from reports.watch.kinds import GROUPS, JOBS, OF_BODIES, SHORT, WatchKind, job_label
from reports.watch.looking import look, whole
from reports.watch.selectors import watched
from tests.reports.watch.conftest import NOW, TODAY, Troubled

pytestmark = pytest.mark.django_db
SignedIn = Callable[[User], Client]
PAGE = "/desk/reports/watch/"


@pytest.fixture(autouse=True)
def _that_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pages are asked for on the day the city is in trouble."""
    clock = SimpleNamespace(now=lambda: NOW, localdate=lambda *_: TODAY)
    monkeypatch.setattr("reports.watch.views.timezone", clock)


def shown(client: Client, path: str = PAGE) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return str(answer.content.decode())


def lines(user: User) -> dict[str, Any]:
    page = watched(user, today=TODAY, at=NOW)
    return {line.kind.value: line for _, rows in page.groups for line in rows}


# --- the page ----------------------------------------------------------------------------------------------------------


@pytest.mark.law("条例§47")
def test_everything_stands_on_one_page_with_its_owners(troubled: Troubled, signed_in: SignedIn) -> None:
    Department.objects.filter(pk=troubled.cast.jyj.pk).update(phone="0700-58400031")
    page = shown(signed_in(troubled.cast.qianqi))
    for kind in WatchKind:
        assert kind.label in page
    assert "负责人王五；承办人李四" in page and "tel:0700-58400031" in page
    found = lines(troubled.cast.qianqi)
    assert (found["dead_link"].now.count, found["dead_link"].bodies, found["dead_link"].silent) == (2, 2, 2)
    assert found["silent_process"].now.count == 3


def test_a_body_sees_its_own_page(troubled: Troubled, signed_in: SignedIn) -> None:
    page = shown(signed_in(troubled.cast.wangwu))
    assert "本机关现在" in page and "后台任务失败" not in page and "市卫生健康委员会" not in page
    assert lines(troubled.cast.wangwu)["dead_link"].now.count == 1


def test_the_worst_body_stands_first_and_the_rest_is_told(troubled: Troubled, monkeypatch: pytest.MonkeyPatch) -> None:
    page = watched(troubled.cast.qianqi, today=TODAY, at=NOW)
    names = ["市教育局", "市卫生健康委员会", "云岚市人民政府", "青溪区人民政府", "青溪区教育局", "全市"]
    assert sorted(body.name for body in page.bodies) == sorted(names) and page.bodies[0].name == "市教育局"
    assert page.heads == [SHORT[kind] for kind in OF_BODIES]
    monkeypatch.setattr("reports.watch.selectors.MOST_BODIES", 1)
    page = watched(troubled.cast.qianqi, today=TODAY, at=NOW)
    assert ([body.name for body in page.bodies], page.rest) == (["市教育局"], 5)


def test_without_any_trouble_the_page_teaches(
    troubled: Troubled, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reports.watch.selectors.look", lambda *_, **__: {})
    assert "没有待处理的问题" in shown(signed_in(troubled.cast.qianqi))


def test_the_trend_is_told_in_words(troubled: Troubled) -> None:
    count_day(on=TODAY - timedelta(days=7), at=NOW)
    found = lines(troubled.cast.qianqi)
    assert (found["late_task"].change, found["dead_link"].change) == ("增加 1", "持平")


def test_every_way_opens_for_who_is_shown_it(troubled: Troubled, signed_in: SignedIn) -> None:
    cast = troubled.cast
    for person in (cast.qianqi, cast.fenger, cast.zhengyi, cast.wangwu, cast.wushi):
        doors, client = doors_of(person, today=TODAY), signed_in(person)
        for kind in WatchKind:
            for body in (None, cast.jyj):
                if url := doors.to(kind, body):
                    assert client.get(url).status_code == 200, f"{person} {url}"
    assert not doors_of(cast.zhengyi, today=TODAY).to(WatchKind.LATE_REPLY)
    assert not doors_of(cast.wushi, today=TODAY).to(WatchKind.LATE_TASK, cast.jyj)
    assert not doors_of(cast.qianqi, today=TODAY).to(WatchKind.UNDELIVERED)


def test_a_number_leads_to_as_many_rows(troubled: Troubled, signed_in: SignedIn) -> None:
    client, jyj = signed_in(troubled.cast.qianqi), troubled.cast.jyj
    doors = doors_of(troubled.cast.qianqi, today=TODAY)
    findings = client.get(doors.to(WatchKind.DEAD_LINK, jyj)).context["findings"]
    assert [row.department for row in findings] == [jyj]
    drafts = client.get(doors.to(WatchKind.LATE_DRAFT, jyj)).context["overview"].page.rows
    assert len(drafts) == 1
    late = look(whole(), today=TODAY, at=NOW)
    behind = in_tab(Task.objects.all(), parse_qs(urlsplit(doors.to(WatchKind.SHORT_QUOTA)).query)["tab"][0], TODAY)
    assert behind.count() == sum(seen.count for (kind, _), seen in late.items() if kind == WatchKind.SHORT_QUOTA) > 0
    none = client.get(doors.to(WatchKind.LATE_DRAFT, troubled.cast.wjw)).context["overview"].page.rows
    assert none == []


# --- one kind and its notes --------------------------------------------------------------------------------------------


def test_a_kind_shows_bodies_owners_notes_and_ninety_days(troubled: Troubled, signed_in: SignedIn) -> None:
    for ago in (3, 1, 0):
        count_day(on=TODAY - timedelta(days=ago), at=NOW)
    page = shown(signed_in(troubled.cast.qianqi), f"{PAGE}kinds/late_task/")
    assert "有 1 天没有记录，不补" in page and "未知悉" in page and "登记知悉" not in page
    assert '<td class="num">—</td>' in page
    page = shown(signed_in(troubled.cast.wangwu), f"{PAGE}kinds/late_task/?department=jyj")
    assert "kinds/late_task/acknowledge/?department=jyj" in page
    assert signed_in(troubled.cast.wangwu).get(f"{PAGE}kinds/late_task/?department=wjw").status_code == 404


def test_what_was_published_late_is_listed_one_by_one(troubled: Troubled, signed_in: SignedIn) -> None:
    assert "关于做好校园食品安全工作的通知" in shown(signed_in(troubled.cast.wangwu), f"{PAGE}kinds/published_late/")


def test_an_owner_acknowledges_at_the_desk(troubled: Troubled, signed_in: SignedIn) -> None:
    cast, path = troubled.cast, f"{PAGE}kinds/late_task/acknowledge/?department=jyj"
    client = signed_in(cast.wangwu)
    assert "现在 1 件" in shown(client, path)
    answer = client.post(path, {"seen": 0, "text": "", "until": "2026-06-01"})
    assert answer.status_code == 200 and set(answer.context["form"].errors) == {"text", "until"}
    said = {"seen": 0, "text": "月底前完成汇总", "until": "2026-06-30"}
    assert client.post(path, said).status_code == 302
    late = signed_in(cast.wushi).post(path, said)
    assert late.status_code == 409 and "王五已登记" in late.content.decode()
    page = shown(signed_in(cast.qianqi), f"{PAGE}kinds/late_task/")
    assert "月底前完成汇总" in page and "2026-06-30前处理" in page
    assert lines(cast.qianqi)["late_task"].silent == 0
    assert WatchNote.objects.count() == 1


def test_others_do_not(troubled: Troubled, signed_in: SignedIn) -> None:
    path = f"{PAGE}kinds/late_task/acknowledge/?department=jyj"
    for person, status in ((troubled.cast.qianqi, 403), (troubled.cast.zhaoliu, 404), (troubled.cast.lisi, 404)):
        for method in ("get", "post"):
            assert getattr(signed_in(person), method)(path).status_code == status
    gone = signed_in(troubled.cast.wangwu).post(
        f"{PAGE}kinds/empty/acknowledge/?department=jyj", {"seen": 0, "text": "甲", "until": "2026-06-30"}
    )
    assert gone.status_code == 409 and "现在没有“空白栏目”" in gone.content.decode()


# --- jobs and files ----------------------------------------------------------------------------------------------------


def test_what_a_job_was_about_is_for_system_administrators(troubled: Troubled, signed_in: SignedIn) -> None:
    page = shown(signed_in(troubled.cast.qianqi), f"{PAGE}jobs/")
    assert "提取附件文字" in page and "文件已损坏" not in page and "重新排队" not in page
    admin = signed_in(troubled.cast.zhengyi)
    assert "文件已损坏" in shown(admin, f"{PAGE}jobs/")
    pk = Job.objects.failed().get().pk
    assert admin.get(f"{PAGE}jobs/{pk}/retry/").status_code == 405
    assert admin.post(f"{PAGE}jobs/{pk}/retry/").status_code == 302
    again = admin.post(f"{PAGE}jobs/{pk}/drop/")
    assert again.status_code == 409 and "已经由他人处理" in again.content.decode()
    page = shown(admin, f"{PAGE}jobs/")
    assert "没有失败的任务" in page and "重新排队　郑一" in page


def test_every_kind_of_job_has_a_name_and_a_new_one_a_common_one() -> None:
    assert registry._handlers.keys() - {"task"} == JOBS.keys()  # "task" is the tests' own
    assert job_label("something_new") == "其他后台任务"
    assert {kind for _, kinds in GROUPS for kind in kinds} == set(WatchKind)


def test_the_history_as_a_file_is_what_one_watches(troubled: Troubled, signed_in: SignedIn) -> None:
    count_day(on=TODAY, at=NOW)

    def rows(person: User, query: str = "") -> list[list[str]]:
        answer = signed_in(person).get(f"{PAGE}history.csv?{query}")
        data = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
        return list(csv.reader(io.StringIO(data)))

    own = rows(troubled.cast.wangwu)
    assert own[0] == ["日期", "问题", "机关", "件数", "其中最早"]
    assert {row[2] for row in own[1:]} == {"市教育局"}
    assert ["2026-06-15", "任务超期", "市教育局", "1", "2026-06-12"] in own
    everything = rows(troubled.cast.qianqi, "kind=dead_link")
    assert [row[2:4] for row in everything[1:]] == [
        ["合计", "2"],
        ["市教育局", "1"],
        ["市卫生健康委员会", "1"],
    ] or sorted(row[3] for row in everything[1:]) == ["1", "1", "2"]


# --- what it costs -----------------------------------------------------------------------------------------------------


def test_thirty_bodies_cost_as_many_queries_as_one(troubled: Troubled, signed_in: SignedIn) -> None:
    def asked(client: Client, path: str) -> int:
        client.get(path)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(path).status_code == 200
        return len(captured)

    places = [(troubled.cast.qianqi, PAGE), (troubled.cast.wangwu, PAGE), (troubled.cast.qianqi, f"{PAGE}kinds/late_task/"),
              (troubled.cast.qianqi, f"{PAGE}jobs/"), (troubled.cast.zhengyi, f"{PAGE}jobs/")]  # fmt: skip
    before = [asked(signed_in(person), path) for person, path in places]
    bodies = [_body(troubled.cast.szf, number) for number in range(30)]
    values = [troubled.values(lead=body, responsible=(), due_on=date(2026, 6, 1)) for body in bodies]
    troubled.issued(*values, title="大家的计划")
    now = NOW
    Job.objects.bulk_create(
        Job(kind="extract_text", state="failed", not_before=now, created_at=now, finished_at=now) for _ in range(29)
    )
    assert len(watched(troubled.cast.qianqi, today=TODAY, at=now).bodies) == 36
    assert [asked(signed_in(person), path) for person, path in places] == before
    assert max(before) <= 32


def _body(root: Department, number: int) -> Department:
    row = Department(code=f"body-{number}", name=f"第{number}局", kind=DepartmentKind.DEPARTMENT)
    Department.objects.add_child(Department.objects.get(pk=root.pk), instance=row)
    return Department.objects.get(code=row.code)


def test_the_silent_process_is_named_and_its_owner_too(troubled: Troubled, signed_in: SignedIn) -> None:
    page = shown(signed_in(troubled.cast.fenger), f"{PAGE}kinds/silent_process/")
    assert "后台任务：<b>没有响应</b>，最近一次响应 2026-06-05" in page and "检索更新：<b>没有响应</b>" in page
    assert "系统管理员" in page and "本平台" in page


def test_today_is_no_gap_before_it_was_counted(troubled: Troubled, signed_in: SignedIn) -> None:
    for ago in (2, 1):
        count_day(on=TODAY - timedelta(days=ago), at=NOW)
    page = shown(signed_in(troubled.cast.qianqi), f"{PAGE}kinds/late_task/")
    assert "没有记录" not in page and "06-14" in page and "06-15</th>" not in page
