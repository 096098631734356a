"""What the desk of scorecards refuses, with the reason on the page and everything typed kept."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from jobs.services import run_waiting
from reports.models import Assessment, Indicator, Objection, Result
from reports.scorecards import sets
from reports.scorecards.periods import PeriodKind, period_of
from tests.cast import Cast
from tests.reports.scorecards.making import (
    NOW,
    add_indicator,
    announced,
    draft,
    judge,
    objected,
    opened,
    result,
    small_set,
)

pytestmark = pytest.mark.usefixtures("reference")
SignedIn = Callable[[User], Client]
DESK = "/desk/reports/scorecards/"


def in_time(row: Assessment) -> Assessment:
    """Objections are asked for today, too."""
    Assessment.objects.filter(pk=row.pk).update(objections_until=timezone.localdate() + timedelta(days=3))
    row.refresh_from_db()
    return row


def answered(client: Client, objection: Objection, **said: Any) -> Any:
    return client.post(f"{DESK}objections/{objection.pk}/", {"answer": "核实情况", **said})


def test_a_period_is_opened_once(cast: Cast, signed_in: SignedIn) -> None:
    row = opened(cast)
    today = timezone.localdate()
    said = {"indicators": row.set_id, "period": f"month-{today.year}-{today.month}", "bodies": [cast.jyj.pk]}
    client = signed_in(cast.qianqi)
    assert client.post(f"{DESK}open/", said).status_code == 302
    response = client.post(f"{DESK}open/", said | {"title": "再考核一次"})
    assert response.status_code == 409
    assert "已经按该指标体系开展考核" in response.content.decode() and "再考核一次" in response.content.decode()


def test_what_the_bodies_have_seen_is_not_judged_any_more(cast: Cast, signed_in: SignedIn) -> None:
    row = announced(cast)
    one, indicator = result(row, cast.jyj), Indicator.objects.get(name="文书规范")
    typed = {f"edition_{one.pk}": one.edition, f"findings_{one.pk}": 3, f"evidence_{one.pk}": "另有一份"}
    typed |= {f"edition_{other.pk}": other.edition for other in [result(row, cast.wjw)]}
    response = signed_in(cast.qianqi).post(f"{DESK}{row.pk}/indicators/{indicator.pk}/", typed)
    assert response.status_code == 409 and "结果只能在处理异议时改变" in response.content.decode()
    one.refresh_from_db()
    assert one.findings == 2


def test_an_indicator_of_another_length_of_time_has_no_page(cast: Cast, signed_in: SignedIn) -> None:
    row = opened(cast, period=period_of(PeriodKind.MONTH, 2026, 9))
    quarterly = Indicator.objects.get(name="机构职能")
    assert signed_in(cast.qianqi).get(f"{DESK}{row.pk}/indicators/{quarterly.pk}/").status_code == 404


def test_from_the_last_indicator_one_comes_back_to_the_first_that_waits(cast: Cast, signed_in: SignedIn) -> None:
    made = draft(cast)
    first = add_indicator(cast, made, name="渠道畅通", points=Decimal(40))
    last = add_indicator(cast, made, name="文书规范", points=Decimal(60))
    made.refresh_from_db()
    sets.activate(actor=cast.qianqi, row=made, at=NOW)
    row = opened(cast)
    client = signed_in(cast.qianqi)
    for indicator, there in ((last, f"{DESK}{row.pk}/indicators/{first.pk}/"), (first, f"{DESK}{row.pk}/indicators/")):
        found = Result.objects.filter(indicator=indicator)
        data: dict[str, Any] = {"do": "next"}
        for one in found:
            data |= {f"edition_{one.pk}": one.edition, f"findings_{one.pk}": 0}
        response = client.post(f"{DESK}{row.pk}/indicators/{indicator.pk}/", data)
        assert response.headers["Location"] == there


def test_a_head_objects_once(cast: Cast, signed_in: SignedIn) -> None:
    row = in_time(announced(cast))
    objected(cast, row)
    one = result(row, cast.jyj)
    response = signed_in(cast.wangwu).post(f"{DESK}results/{one.pk}/object/", {"text": "再说一次"})
    assert response.status_code == 409 and "再说一次" in response.content.decode()
    assert Objection.objects.count() == 1


def test_each_mistake_of_an_answer_stands_beside_its_field(cast: Cast, signed_in: SignedIn) -> None:
    objection, client = objected(cast, announced(cast)), signed_in(cast.qianqi)
    for said, field, words in (
        ({}, "decision", "请选择处理结果"),
        ({"decision": "change"}, "findings", "请填写改变后的问题数"),
        ({"decision": "change", "findings": 2}, "findings", "请选择“维持原结果”"),
        ({"decision": "change", "findings": 1, "evidence": " "}, "evidence", "请写明依据"),
        ({"decision": "uphold", "answer": ""}, "answer", "请写明处理意见"),
    ):
        response = answered(client, objection, **said)
        assert list(response.context["form"].errors) == [field]
        assert words in response.content.decode()
    objection.refresh_from_db()
    assert objection.state == "filed"


def test_an_answer_may_take_the_indicator_off_a_body(cast: Cast, signed_in: SignedIn) -> None:
    row = announced(cast)
    objection = objected(cast, row)
    before = result(row, cast.jyj).card
    answered(signed_in(cast.qianqi), objection, decision="skip")
    one = result(row, cast.jyj)
    assert (one.applies, one.deducted, one.card.full) == (False, 0, before.full - one.indicator.points)


def test_the_second_answer_is_told_the_first(cast: Cast, signed_in: SignedIn) -> None:
    objection, client = objected(cast, announced(cast)), signed_in(cast.qianqi)
    answered(client, objection, decision="uphold")
    response = answered(client, objection, decision="skip", answer="我的意见")
    assert response.status_code == 409 and "我的意见" in response.content.decode()
    assert "提交处理意见" not in client.get(f"{DESK}objections/{objection.pk}/").content.decode()


def test_a_long_computation_goes_on_where_it_stopped(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    small_set(cast)
    row = opened(cast)
    monkeypatch.setattr("jobs.services.RunningSlice.out_of_time", lambda _: True)
    assert run_waiting(most=9) == 2  # an indicator a slice
    row.refresh_from_db()
    assert row.computed_at is not None
    assert not Result.objects.filter(indicator__source="computed", computed_at=None).exists()


def test_what_was_judged_stays_when_a_computation_comes_late(cast: Cast) -> None:
    row = opened(cast)
    judge(cast, row, cast.jyj, 1, "目录缺一项", name="机构职能")
    run_waiting(most=5)
    assert result(row, cast.jyj, "机构职能").evidence == "目录缺一项"
