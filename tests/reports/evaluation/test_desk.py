"""The questionnaires' desk: written in the browser, errors beside their fields, read by auditors, hidden from the rest."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from reports.models import Question, Questionnaire, ReportEvent
from tests.cast import Cast
from tests.reports.evaluation.making import add, compose, opened, vote

SignedIn = Callable[[User], Client]
DESK = "/desk/reports/evaluation/"
NOW = timezone.now()
TODAY = timezone.localdate(NOW)


def span(days: int = 10) -> dict[str, str]:
    return {"opens_on": TODAY.isoformat(), "closes_on": (TODAY + timedelta(days=days)).isoformat()}


@pytest.mark.law("条例§46")
def test_a_questionnaire_is_written_opened_closed_and_published(cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.qianqi)
    here = client.post(f"{DESK}new/", {"title": "年度评议", "intro": "", **span(), "bodies": [cast.jyj.pk]}).headers[
        "Location"
    ]
    row = Questionnaire.objects.get()
    assert "至少添加一个五级评价的问题" in client.post(f"{here}open/", follow=True).content.decode()
    client.post(f"{here}questions/new/", {"edition": 0, "text": "容易找到", "kind": "stars", "is_required": "on"})
    client.post(
        f"{here}questions/new/", {"edition": 1, "text": "从哪里", "kind": "choice", "options": "网站\n大厅\n\n网站"}
    )
    assert Question.objects.get(kind="choice").options == ["网站", "大厅"]
    one = Question.objects.get(kind="stars")
    client.post(
        f"{here}questions/{one.pk}/", {"edition": 2, "text": "很容易找到", "kind": "stars", "is_required": "on"}
    )
    client.post(f"{here}edit/", {"edition": 3, "title": "2026年度评议", "intro": "请评议", **span()})
    client.post(f"{here}questions/{Question.objects.get(kind='choice').pk}/delete/", {"edition": 4})
    assert "已开始评议" in client.post(f"{here}open/", follow=True).content.decode()
    row.refresh_from_db()
    assert (row.state, row.title, row.bodies.count(), row.questions.get().text) == (
        "open",
        "2026年度评议",
        0,
        "很容易找到",
    )
    client.post(f"{here}close/")
    client.post(f"{here}publish/")
    assert Client().get(f"/evaluation/{row.pk}/results/").status_code == 200


def test_each_mistake_stands_beside_its_field(cast: Cast, signed_in: SignedIn) -> None:
    client, row = signed_in(cast.qianqi), compose(cast)
    response = client.post(f"{DESK}new/", {"title": "很好的题目", **span(-1)})
    assert list(response.context["form"].errors) == ["closes_on"] and "很好的题目" in response.content.decode()
    here = f"{DESK}{row.pk}/questions/new/"
    for said, field in (
        ({"kind": "choice", "options": "只有一个"}, "options"),
        ({"kind": "choice", "options": "长" * 41 + "\n乙"}, "options"),
        ({"kind": "nothing"}, "kind"),
    ):
        response = client.post(here, {"edition": 0, "text": "问", **said})
        assert list(response.context["form"].errors) == [field]


def test_a_second_writer_and_a_wrong_state_are_told(cast: Cast, signed_in: SignedIn) -> None:
    client, row = signed_in(cast.qianqi), compose(cast)
    add(cast, row)
    said: dict[str, Any] = {"edition": 0, "title": "甲", **span()}
    response = client.post(f"{DESK}{row.pk}/edit/", said)
    assert response.status_code == 409 and "请刷新后再改" in response.content.decode()
    asked = opened(cast)
    response = client.post(f"{DESK}{asked.pk}/edit/", {**said, "edition": asked.edition})
    assert response.status_code == 409 and "不能修改" in response.content.decode()
    assert "现在是“评议中”" in client.post(f"{DESK}{asked.pk}/publish/", follow=True).content.decode()


def test_a_draft_is_dropped_by_whom_saw_its_last_edition(cast: Cast, signed_in: SignedIn) -> None:
    client, row, asked = signed_in(cast.qianqi), compose(cast), opened(cast)
    add(cast, row)
    assert "请刷新后再改" in client.post(f"{DESK}{row.pk}/drop/", {"edition": 0}, follow=True).content.decode()
    assert "不能修改" in client.post(f"{DESK}{asked.pk}/drop/", {"edition": 1}, follow=True).content.decode()
    assert "已删除" in client.post(f"{DESK}{row.pk}/drop/", {"edition": 1}, follow=True).content.decode()
    assert [one.pk for one in Questionnaire.objects.all()] == [asked.pk]
    assert ReportEvent.objects.filter(action="drop_questionnaire").count() == 1


def test_what_people_wrote_is_read_by_who_oversees(
    cast: Cast, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = opened(cast, kinds=("stars", "text"))
    for number in range(3):
        vote(row, cast.jyj, 5, f"第{number}条意见")
    vote(row, cast.wjw, 4)
    client = signed_in(cast.fenger)
    text = client.get(f"{DESK}{row.pk}/words/").content.decode()
    assert text.index("第2条意见") < text.index("第0条意见")
    monkeypatch.setattr("reports.evaluation.selectors.PAGE", 2)
    first = client.get(f"{DESK}{row.pk}/words/").context["page"]
    assert [one.said[0][1] for one in first.rows] == ["第2条意见", "第1条意见"]
    rest = client.get(f"{DESK}{row.pk}/words/", {"before": first.after}).context["page"]
    assert [one.said[0][1] for one in rest.rows] == ["第0条意见"]
    page = client.get(f"{DESK}{row.pk}/").content.decode()
    assert "不足 5 个回答" in page and "添加问题" not in page


def test_others_find_nothing(cast: Cast, signed_in: SignedIn) -> None:
    row = opened(cast, kinds=("stars", "text"))
    reading = ["", f"{row.pk}/", f"{row.pk}/words/"]
    writing = [
        "new/",
        f"{row.pk}/edit/",
        f"{row.pk}/questions/new/",
        f"{row.pk}/questions/{row.questions.all()[0].pk}/",
    ]
    for path in reading:
        assert signed_in(cast.fenger).get(DESK + path).status_code == 200
    for who, paths in ((cast.fenger, writing), (cast.wangwu, reading + writing), (cast.zhengyi, reading + writing)):
        for path in paths:
            assert signed_in(who).get(DESK + path).status_code == 404, (who, path)
    for verb in ("drop", "open", "close", "publish"):
        assert signed_in(cast.wangwu).post(f"{DESK}{row.pk}/{verb}/").status_code == 404
        assert signed_in(cast.qianqi).get(f"{DESK}{row.pk}/{verb}/").status_code == 405
