"""The ledger at the desk: filters, export, one button, steps with what was typed kept, nothing for others."""

import re
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook

from accounts.models import User
from disclosure.models import WatchFinding
from reports.models import Problem
from requests_app.handling import services as handling
from tests.cast import Cast
from tests.reports.problems.making import DUE, NOW, closed, entered, reported
from tests.reports.scans import assert_no_scan
from tests.reports.scorecards.making import announced, opened, result
from tests.requests_app.casework import Office

SignedIn = Callable[[User], Client]
DESK = "/desk/reports/problems/"
SOON = timezone.localdate() + timedelta(days=30)


@pytest.mark.law("条例§47")
def test_a_problem_from_entry_to_end_at_the_desk(cast: Cast, signed_in: SignedIn) -> None:
    boss, head = signed_in(cast.qianqi), signed_in(cast.wangwu)
    said = {"department": cast.jyj.pk, "text": "指南没有更新", "due_on": SOON.isoformat(), "link": "/guides/jyj/"}
    here = boss.post(f"{DESK}new/", said).headers["Location"]
    assert "报告整改情况" in head.get(here).content.decode()
    assert "销账" not in re.sub(r"<nav.*?</nav>", "", head.get(here).content.decode(), flags=re.S).replace("已销账", "")
    assert (
        head.post(f"{here}report/", {"edition": 0, "text": "已更新", "link": "/guides/jyj/"}).headers["Location"]
        == here
    )
    boss.post(f"{here}return/", {"edition": 1, "text": "还缺传真", "due_on": SOON.isoformat()})
    head.post(f"{here}report/", {"edition": 2, "text": "已补传真"})
    boss.post(f"{here}close/", {"edition": 3, "text": "已核实"})
    text = boss.get(here).content.decode()
    assert "已销账" in text and "还缺传真" in text and "办理记录（5 条）" in text


def test_what_was_typed_is_kept_beside_the_error(cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.qianqi)
    response = client.post(f"{DESK}new/", {"text": "写了很多", "due_on": "2020-01-01", "link": "//evil.example"})
    assert set(response.context["form"].errors) == {"department", "link"}
    assert "写了很多" in response.content.decode()
    said = {"department": cast.jyj.pk, "text": "写了很多", "due_on": "2020-01-01"}
    response = client.post(f"{DESK}new/", said)
    assert response.status_code == 409 and "今天以后" in response.content.decode()
    row = entered(cast)
    response = signed_in(cast.wangwu).post(f"{DESK}{row.pk}/report/", {"edition": 0, "text": "", "link": "x"})
    assert set(response.context["form"].errors) == {"text", "link"}


def test_a_second_writer_a_wrong_person_and_a_wrong_state_are_told(cast: Cast, signed_in: SignedIn) -> None:
    row = entered(cast)
    response = signed_in(cast.lisi).post(f"{DESK}{row.pk}/report/", {"edition": 0, "text": "已改"})
    assert response.status_code == 403 and "公开机构负责人" in response.content.decode()
    response = signed_in(cast.qianqi).post(f"{DESK}{row.pk}/close/", {"edition": 0, "text": "已核实"})
    assert response.status_code == 409 and "只有“已整改待核”时可以销账" in response.content.decode()
    reported(cast, row)
    response = signed_in(cast.wangwu).post(f"{DESK}{row.pk}/report/", {"edition": 0, "text": "再报"})
    assert response.status_code == 409 and "再报" in response.content.decode()


def test_a_step_that_cannot_be_taken_shows_the_reason_and_no_form(cast: Cast, signed_in: SignedIn) -> None:
    row, over = entered(cast), closed(cast)
    for who, one, word, status, reason in (
        (cast.fenger, row, "amend", 403, "主管部门"),
        (cast.qianqi, row, "report", 403, "公开机构负责人"),
        (cast.qianqi, row, "close", 409, "只有“已整改待核”时可以销账"),
        (cast.wangwu, over, "report", 409, "现在是“已销账”"),
    ):
        response = signed_in(who).get(f"{DESK}{one.pk}/{word}/")
        text = response.content.decode()
        assert response.status_code == status and reason in text and 'name="text"' not in text


@pytest.mark.usefixtures("reference")
def test_one_button_enters_a_result_a_finding_and_an_inquiry(office: Office, signed_in: SignedIn) -> None:
    cast, client = office.cast, signed_in(office.cast.qianqi)
    one = result(announced(cast), cast.jyj)
    assert "列入问题台账" in client.get(f"/desk/reports/scorecards/results/{one.pk}/").content.decode()
    first = client.post(f"{DESK}from-result/{one.pk}/")
    assert Problem.objects.get(result=one).pk == int(first.headers["Location"].split("/")[-2])
    assert "已经列入问题台账" in client.post(f"{DESK}from-result/{one.pk}/", follow=True).content.decode()
    finding = WatchFinding.objects.create(
        key="1", kind="stale", department=cast.jyj, detail="栏目没有更新", first_seen_at=NOW, last_seen_at=NOW
    )
    case = office.handling(NOW.date() - timedelta(days=20))
    inquiry = handling.inquire(actor=cast.qianqi, case=case, text="请说明", due_on=NOW.date(), at=NOW)
    page = client.get(f"{DESK}sources/").content.decode()
    assert "栏目没有更新" in page and case.number in page and case.matter not in page
    client.post(f"{DESK}from-finding/{finding.pk}/")
    client.post(f"{DESK}from-inquiry/{inquiry.pk}/")
    page = client.get(f"{DESK}sources/").content.decode()
    assert "没有等待建账的巡查问题" in page and "没有超期未回复的督办" in page
    assert set(Problem.objects.values_list("origin", flat=True)) == {"result", "finding", "inquiry"}


@pytest.mark.usefixtures("reference")
def test_a_body_follows_no_link_to_a_result_it_may_not_see_yet(cast: Cast, signed_in: SignedIn) -> None:
    row = opened(cast)
    one = result(row, cast.jyj)
    made = entered(cast)
    Problem.objects.filter(pk=made.pk).update(result=one, origin="result")
    here = f"{DESK}{made.pk}/"
    assert f"results/{one.pk}/" in signed_in(cast.qianqi).get(here).content.decode()
    assert f"results/{one.pk}/" not in signed_in(cast.wangwu).get(here).content.decode()


def test_filters_and_pages(cast: Cast, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch) -> None:
    entered(cast, text="未到期的", due_on=SOON, at=timezone.now())
    entered(cast, text="已超期的")
    reported(cast, entered(cast, text="待核的"))
    closed(cast)
    entered(cast, text="卫生的", department=cast.wjw)
    client = signed_in(cast.qianqi)

    def shown(**said: str) -> set[str]:
        return {row.problem.text for row in client.get(DESK, said).context["page"].rows}

    assert shown() == {"未到期的", "已超期的", "待核的", "卫生的"}
    assert shown(state="late") == {"已超期的", "卫生的"}
    assert shown(state="reported") == {"待核的"}
    assert shown(state="closed") == {"指南没有写明电子邮箱"}
    assert shown(department="wjw") == {"卫生的"}
    assert shown(state="nothing") == shown()
    counts = client.get(DESK).context["counts"]
    assert counts == {"in_hand": "4", "reported": "1", "late": "2"}
    assert {row.problem.text for row in signed_in(cast.zhaoliu).get(DESK).context["page"].rows} == {"卫生的"}
    monkeypatch.setattr("reports.problems.selectors.PAGE", 2)
    first = client.get(DESK)
    second = client.get(DESK, {"after": first.context["page"].after})
    rows = [row.problem.pk for page in (first, second) for row in page.context["page"].rows]
    assert len(rows) == len(set(rows)) == 4 and second.context["page"].after == ""
    assert client.get(DESK, {"after": "x.y"}).status_code == 200


def test_the_ledger_is_taken_away_as_it_is_filtered(cast: Cast, signed_in: SignedIn) -> None:
    reported(cast, entered(cast, text="=1+1"))
    entered(cast, department=cast.wjw)
    response = signed_in(cast.wangwu).get(f"{DESK}export/", {"format": "csv"})
    text = b"".join(response.streaming_content).decode()
    assert "'=1+1" in text and "已补充" in text and "卫生" not in text
    response = signed_in(cast.qianqi).get(f"{DESK}export/", {"format": "xlsx", "state": "reported"})
    sheet = load_workbook(BytesIO(response.content)).active
    assert sheet and sheet.max_row == 2 and sheet["D2"].value == "=1+1" and sheet["D2"].data_type == "s"
    assert signed_in(cast.qianqi).get(f"{DESK}export/").status_code == 404


def test_others_find_nothing(cast: Cast, signed_in: SignedIn) -> None:
    row = entered(cast)
    pages = ["", f"{row.pk}/", f"{row.pk}/report/", "export/?format=csv"]
    for who in (cast.zhangsan, cast.sunba, cast.wushi, cast.zhengyi, cast.root):
        for path in [*pages, "new/", "sources/"]:
            assert signed_in(who).get(DESK + path).status_code == 404, (who, path)
    for path in pages[1:3]:
        assert signed_in(cast.zhaoliu).get(DESK + path).status_code == 404
    for path in ("new/", "sources/"):
        assert signed_in(cast.wangwu).get(DESK + path).status_code == 404
        assert signed_in(cast.fenger).get(DESK + path).status_code == 404
    assert signed_in(cast.qianqi).get(f"{DESK}{row.pk}/nothing/").status_code == 404
    assert signed_in(cast.fenger).get(f"{DESK}{row.pk}/").status_code == 200
    for path in ("from-result/1/", "from-finding/1/", "from-inquiry/1/"):
        assert signed_in(cast.wangwu).post(DESK + path).status_code == 404
        assert signed_in(cast.qianqi).get(DESK + path).status_code == 405


def test_the_number_of_queries_does_not_grow_with_the_ledger(cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.qianqi)
    entered(cast)
    client.get(DESK)
    with CaptureQueriesContext(connection) as few:
        client.get(DESK)
    for number in range(30):
        entered(cast, text=f"第{number}个", department=(cast.jyj, cast.wjw)[number % 2])
    with CaptureQueriesContext(connection) as many:
        client.get(DESK)
    assert len(few) == len(many) < 25


def test_a_page_of_the_ledger_is_a_walk_of_an_index(cast: Cast, signed_in: SignedIn) -> None:
    Problem.objects.bulk_create(
        Problem(
            department=(cast.jyj, cast.wjw)[number % 2], origin="other", text="甲", due_on=DUE + timedelta(days=number % 90),
            opened_by=cast.qianqi, opened_at=NOW, **{"state": ("open", "closed", "reported")[number % 3]},
        )
        for number in range(3000)
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    for who in (cast.qianqi, cast.wangwu):
        with CaptureQueriesContext(connection) as captured:
            signed_in(who).get(DESK, {"state": "closed"})
        asked = [row["sql"] for row in captured.captured_queries if 'FROM "reports_problem"' in row["sql"]]
        assert asked
        assert_no_scan(asked, "reports_problem")
