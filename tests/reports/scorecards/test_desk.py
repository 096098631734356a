"""The desk of scorecards: the whole way, errors beside their fields, nothing for others, as many queries for thirty."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from lxml import html
from openpyxl import load_workbook

from accounts.models import Department, User
from accounts.services import create_department
from jobs.models import Job
from jobs.services import run_waiting
from reports.models import Assessment, Indicator, IndicatorSet, Objection, Result
from reports.scorecards import assessing
from reports.scorecards.measures.base import Answer, Asked, Found
from reports.scorecards.measures.registry import MEASURES
from reports.scorecards.periods import PeriodKind, last_over
from reports.scorecards.selectors import progress_of
from tests.cast import Cast
from tests.reports.scorecards.making import (
    NOW,
    QUARTER,
    announced,
    computed,
    judge,
    objected,
    opened,
    result,
    small_set,
)

pytestmark = pytest.mark.usefixtures("reference")
SignedIn = Callable[[User], Client]
DESK = "/desk/reports/scorecards/"


def page(client: Client, path: str, **said: Any) -> str:
    response = client.get(DESK + path, said)
    assert response.status_code == 200, path
    return response.content.decode()


def form_of(row: Assessment, **said: Any) -> dict[str, Any]:
    """What the judging page of 文书规范 holds, with changes by body."""
    data: dict[str, Any] = {}
    for body in Department.objects.filter(code__in=["jyj", "wjw"]):
        one = result(row, body)
        data |= {
            f"edition_{one.pk}": one.edition,
            f"findings_{one.pk}": 0,
            f"evidence_{one.pk}": "",
            f"link_{one.pk}": "",
        }
        for name, value in said.get(body.code, {}).items():
            data[f"{name}_{one.pk}"] = value
    return data | {"do": said.get("do", "list")}


@pytest.mark.law("条例§46")
def test_a_whole_assessment_at_the_desk(cast: Cast, signed_in: SignedIn) -> None:
    small_set(cast)
    client = signed_in(cast.qianqi)
    last = last_over(PeriodKind.QUARTER, timezone.localdate())
    said = {
        "indicators": IndicatorSet.objects.get().pk,
        "period": f"quarter-{last.first.year}-{last.first.month // 3 + 1}",
        "bodies": [cast.jyj.pk, cast.wjw.pk],
    }
    here = client.post(f"{DESK}open/", said).headers["Location"]
    row = Assessment.objects.get()
    assert "系统正在计算" in client.get(here).content.decode()
    assert client.get(f"{here}progress/").json() == {"percent": 0, "is_over": False}
    run_waiting(most=5)
    assert client.get(f"{here}progress/").json()["is_over"] is True
    indicator = Indicator.objects.get(name="文书规范")
    data = form_of(row, jyj={"findings": 1, "evidence": "缺少救济途径", "link": "/guides/jyj/"}, do="next")
    assert client.post(f"{here}indicators/{indicator.pk}/", data).headers["Location"] == f"{here}indicators/"
    assert result(row, cast.jyj).links == [["依据的页面", "/guides/jyj/"]]
    until = timezone.localdate() + timedelta(days=3)
    assert client.post(f"{here}announce/", {"until": until.isoformat()}).headers["Location"] == here
    card = signed_in(cast.wangwu).get(f"{here}cards/jyj/").content.decode()
    assert "缺少救济途径" in card and "提出异议" in card
    one = result(row, cast.jyj)
    objection = signed_in(cast.wangwu).post(f"{DESK}results/{one.pk}/object/", {"text": "已写明"}).headers["Location"]
    assert "文书规范" in page(client, "objections/", show="waiting")
    client.post(objection, {"decision": "change", "findings": 0, "answer": "属实"})
    assert Objection.objects.get().state == "changed"
    Assessment.objects.update(objections_until=timezone.localdate() - timedelta(days=1))
    client.post(f"{here}settle/")
    client.post(f"{here}publish/", {"notice": "总体较好。", "is_public": "yes"})
    assert "总体较好。" in signed_in(cast.lisi).get(here).content.decode()
    assert Client().get(f"/data/assessments/{row.pk}/").status_code == 200


def test_what_was_typed_is_kept_beside_the_error(cast: Cast, signed_in: SignedIn) -> None:
    row = opened(cast)
    client, here = signed_in(cast.qianqi), f"{DESK}{row.pk}/indicators/{Indicator.objects.get(name='文书规范').pk}/"
    response = client.post(here, form_of(row, jyj={"findings": 2}, wjw={"link": "javascript:x", "evidence": "说明"}))
    one, other = result(row, cast.jyj), result(row, cast.wjw)
    assert set(response.context["form"].errors) == {f"evidence_{one.pk}", f"link_{other.pk}"}
    text = response.content.decode()
    assert "请写明依据" in text and "说明" in text and 'value="2"' in text and "javascript:x" in text
    assert one.is_waiting and other.is_waiting


def test_a_second_writer_is_told_and_may_go_on(cast: Cast, signed_in: SignedIn) -> None:
    row = opened(cast)
    client, here = signed_in(cast.qianqi), f"{DESK}{row.pk}/indicators/{Indicator.objects.get(name='文书规范').pk}/"
    typed = form_of(row, jyj={"findings": 3, "evidence": "我的依据"})
    judge(cast, row, cast.jyj, 1, "别人的依据")
    response = client.post(here, typed)
    text = response.content.decode()
    assert response.status_code == 409 and "钱七已于" in text and "我的依据" in text and "别人的依据" in text
    again = {name: field.value() for name, field in ((n, response.context["form"][n]) for n in typed if n != "do")}
    assert client.post(here, again).status_code == 302
    assert result(row, cast.jyj).evidence == "我的依据"


def test_a_body_or_a_whole_indicator_is_left_out(cast: Cast, signed_in: SignedIn) -> None:
    row = opened(cast)
    client, here = signed_in(cast.qianqi), f"{DESK}{row.pk}/indicators/{Indicator.objects.get(name='文书规范').pk}/"
    client.post(here, form_of(row, jyj={"skip": "on"}))
    assert [result(row, body).applies for body in (cast.jyj, cast.wjw)] == [False, True]
    client.post(here, {**form_of(row, wjw={"findings": 3}), "skip": "on"})
    assert [result(row, body).applies for body in (cast.jyj, cast.wjw)] == [False, False]


def test_what_the_data_said_can_be_put_right_by_hand(cast: Cast, signed_in: SignedIn) -> None:
    row = computed(opened(cast))
    indicator = Indicator.objects.get(name="机构职能")
    one, other = result(row, cast.jyj, "机构职能"), result(row, cast.wjw, "机构职能")
    client, here = signed_in(cast.qianqi), f"{DESK}{row.pk}/indicators/{indicator.pk}/"
    assert "编辑机构职能" in client.get(here).content.decode()
    data: dict[str, Any] = {}
    for each in (one, other):
        data |= {
            f"edition_{each.pk}": each.edition,
            f"findings_{each.pk}": each.findings,
            f"evidence_{each.pk}": each.evidence,
        }
        data |= {f"initial-{name}": value for name, value in data.items()}
    client.post(here, data | {f"findings_{one.pk}": 1, f"evidence_{one.pk}": "改版期间"})
    one.refresh_from_db()
    other.refresh_from_db()
    assert (one.judged_by, other.judged_by) == (cast.qianqi, None)
    assert one.links, "what it rested on stays"


def shown(client: Client, here: str) -> dict[str, Any]:
    """What the judging page holds, as a browser sends it back."""
    form = html.fromstring(client.get(here).content).xpath("//form[@data-once]")[0]
    return dict(form.form_values())


def counts(findings: dict[int, int]) -> Callable[[Asked], Answer]:
    return lambda _: {body: Found(count, f"缺 {count} 项") for body, count in findings.items()}


def asked_anew(monkeypatch: pytest.MonkeyPatch, row: Assessment, findings: dict[int, int]) -> None:
    """The data say this of 机构职能 from now on, and are asked."""
    measure = replace(MEASURES["institution_stated"], find=counts(findings))
    monkeypatch.setitem(MEASURES, "institution_stated", measure)
    computed(row)


def test_bodies_nobody_touched_stay_as_the_data_say_now(
    cast: Cast, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    row, client = opened(cast), signed_in(cast.qianqi)
    one, other = (result(row, body, "机构职能") for body in (cast.jyj, cast.wjw))
    here = f"{DESK}{row.pk}/indicators/{one.indicator_id}/"
    before = shown(client, here)  # nothing is computed yet
    asked_anew(monkeypatch, row, {})
    early = shown(client, here)
    asked_anew(monkeypatch, row, {cast.wjw.pk: 3})
    for sent in (before, early):
        changed = {f"edition_{one.pk}": result(row, cast.jyj, "机构职能").edition, f"findings_{one.pk}": "1", f"evidence_{one.pk}": "电话打不通"}  # fmt: skip
        assert client.post(here, sent | changed).status_code == 302
        other.refresh_from_db()
        assert (other.findings, other.judged_by) == (3, None)
    touched = client.post(here, early | {f"findings_{other.pk}": "2", f"evidence_{other.pk}": "电话打不通"})
    assert touched.status_code == 409 and "缺 3 项" in touched.content.decode()


def test_other_words_take_no_other_points_and_many_findings_do_not_block_the_page(
    cast: Cast, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    row, client = opened(cast), signed_in(cast.qianqi)
    asked_anew(monkeypatch, row, {cast.wjw.pk: 12_000})
    one = result(row, cast.jyj, "机构职能")
    Result.objects.filter(pk=one.pk).update(findings=1, deducted=50, evidence="没有目录，本项不得分")
    here = f"{DESK}{row.pk}/indicators/{one.indicator_id}/"
    sent = shown(client, here) | {f"evidence_{one.pk}": "没有目录，本项不得分（已电话核实）"}
    assert client.post(here, sent).status_code == 302
    one.refresh_from_db()
    assert (one.deducted, one.judged_by) == (50, cast.qianqi)


def test_what_was_typed_stays_when_a_colleague_went_on(cast: Cast, signed_in: SignedIn) -> None:
    row = announced(cast)
    client, here = signed_in(cast.qianqi), f"{DESK}{row.pk}/indicators/{result(row, cast.jyj).indicator_id}/"
    response = client.post(here, form_of(row, jyj={"findings": 1, "evidence": "我写了半天的依据"}))
    assert response.status_code == 409 and "我写了半天的依据" in response.content.decode()


def test_a_rating_that_counts_again_is_asked_for_again(cast: Cast, signed_in: SignedIn) -> None:
    row = computed(opened(cast))
    Job.objects.all().delete()
    one, client = result(row, cast.jyj, "公众评议"), signed_in(cast.qianqi)
    here = f"{DESK}{row.pk}/indicators/{one.indicator_id}/"
    sent = shown(client, here)
    sent.pop(f"skip_{one.pk}")
    assert client.post(here, sent).status_code == 302
    assert result(row, cast.jyj, "公众评议").is_waiting
    run_waiting(most=5)
    row.refresh_from_db()
    assert row.computed_at and not result(row, cast.jyj, "公众评议").is_waiting


def test_after_an_indicator_comes_the_next_of_the_list(cast: Cast, signed_in: SignedIn) -> None:
    row, client = opened(cast), signed_in(cast.qianqi)
    order = [one.indicator.pk for one in progress_of(row)]
    Indicator.objects.filter(pk=order[0]).update(number="9.01")
    Indicator.objects.filter(pk=order[1]).update(number="10.01")
    answer = client.post(f"{DESK}{row.pk}/indicators/{order[0]}/", {**shown(client, f"{DESK}{row.pk}/indicators/{order[0]}/"), "do": "next"})  # fmt: skip
    assert answer.headers["Location"] == f"{DESK}{row.pk}/indicators/{order[1]}/"


def test_steps_that_may_not_be_taken_say_why(cast: Cast, signed_in: SignedIn) -> None:
    row = opened(cast)
    client, auditor = signed_in(cast.qianqi), signed_in(cast.fenger)
    for step in ("settle", "disclose"):
        text = client.post(f"{DESK}{row.pk}/{step}/", follow=True).content.decode()
        assert "现在是“评定中”" in text, step
    text = auditor.post(f"{DESK}{row.pk}/compute/", follow=True).content.decode()
    assert "考核由主管部门开展" in text
    until = timezone.localdate() + timedelta(days=5)
    response = client.post(f"{DESK}{row.pk}/announce/", {"until": until.isoformat()})
    assert response.status_code == 409 and "系统计算还没有完成" in response.content.decode()
    response = client.post(f"{DESK}{row.pk}/publish/", {"notice": "甲", "is_public": "no"})
    assert response.status_code == 409 and "只有“结果已定”时可以通报" in response.content.decode()


def test_others_find_nothing(cast: Cast, signed_in: SignedIn) -> None:
    hidden, shown = opened(cast), announced(cast, period=assessing_period())
    objection = objected(cast, shown)
    indicator = Indicator.objects.get(name="文书规范")
    mine, secret = result(shown, cast.jyj), result(hidden, cast.wjw)
    own = [f"{shown.pk}/", f"{shown.pk}/cards/jyj/", f"results/{mine.pk}/", f"objections/{objection.pk}/"]
    for tail in own:
        assert signed_in(cast.lisi).get(DESK + tail).status_code == 200, tail
    desk_of_all = [
        *(
            "open/",
            "sets/",
            f"{hidden.pk}/",
            f"{hidden.pk}/cards/wjw/",
            f"results/{secret.pk}/",
            f"{shown.pk}/results.xlsx",
        ),
        *(f"{shown.pk}/progress/", f"{shown.pk}/indicators/", f"{shown.pk}/indicators/{indicator.pk}/"),
        *(f"{shown.pk}/announce/", f"{shown.pk}/publish/"),
    ]
    for tail in desk_of_all:
        assert signed_in(cast.wangwu).get(DESK + tail).status_code == 404, tail
    for who in (cast.zhangsan, cast.sunba, cast.wushi, cast.zhengyi, cast.root):
        for tail in ("", "objections/", *own, *desk_of_all):
            assert signed_in(who).get(DESK + tail).status_code == 404, (who, tail)
    for tail in own[1:]:
        assert signed_in(cast.zhaoliu).get(DESK + tail).status_code == 404, tail
    for step in ("compute", "settle", "disclose", "cancel"):
        assert signed_in(cast.wangwu).post(f"{DESK}{shown.pk}/{step}/").status_code == 404


def assessing_period() -> Any:
    return assessing.Period(QUARTER.kind, QUARTER.first - timedelta(days=91), QUARTER.first - timedelta(days=1))


def test_a_body_sees_its_own_score_and_the_others_when_it_is_told(cast: Cast, signed_in: SignedIn) -> None:
    row = announced(cast)
    text = signed_in(cast.wangwu).get(f"{DESK}{row.pk}/").content.decode()
    assert "市教育局" in text and "市卫生健康委员会" not in text and "通报以后显示名次" in text
    Assessment.objects.update(objections_until=NOW.date() - timedelta(days=1))
    row.refresh_from_db()
    assessing.settle(actor=cast.qianqi, row=row, at=NOW)
    assessing.publish(actor=cast.qianqi, row=row, notice="", is_public=False, at=NOW)
    text = signed_in(cast.wangwu).get(f"{DESK}{row.pk}/").content.decode()
    assert "市卫生健康委员会" in text and f"{DESK}{row.pk}/cards/wjw/" not in text
    assert "37.50" in signed_in(cast.wangwu).get(DESK).content.decode()


def test_the_workbook_holds_the_scores_and_every_result(cast: Cast, signed_in: SignedIn) -> None:
    row = announced(cast)
    response = signed_in(cast.fenger).get(f"{DESK}{row.pk}/results.xlsx")
    book = load_workbook(BytesIO(response.content))
    scores, results = book["得分"], book["逐项结果"]
    assert [cell.value for cell in scores[2]][:3] == [1, "市卫生健康委员会", 62.5]
    assert results.max_row == 1 + Result.objects.filter(card__assessment=row).count()
    assert "抽查" in {cell.value for cell in results["K"]}


def test_the_number_of_queries_does_not_grow_with_the_bodies(cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.qianqi)
    row = computed(opened(cast))
    places = (
        f"{row.pk}/",
        f"{row.pk}/indicators/",
        f"{row.pk}/indicators/{Indicator.objects.get(name='文书规范').pk}/",
        "",
    )
    few = {place: asked(client, place) for place in places}
    bodies = []
    for number in range(30):
        bodies.append(
            create_department(actor=cast.root, parent=cast.szf, code=f"b{number}", name=f"第{number}局", at=NOW)
        )
        cast.szf.refresh_from_db()
    assessing.cancel(actor=cast.qianqi, row=row, at=NOW)
    many_row = computed(opened(cast, bodies=[cast.jyj, cast.wjw, *bodies]))
    many = {place: asked(client, place.replace(f"{row.pk}/", f"{many_row.pk}/", 1)) for place in places}
    assert few == many


def test_the_number_of_queries_of_a_card_does_not_grow_with_its_objections(cast: Cast, signed_in: SignedIn) -> None:
    row = announced(cast)
    client = signed_in(cast.wangwu)
    few = asked(client, f"{row.pk}/cards/jyj/")
    objected(cast, row)
    assert asked(client, f"{row.pk}/cards/jyj/") == few < 30


def asked(client: Client, place: str) -> int:
    client.get(DESK + place)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(DESK + place).status_code == 200, place
    return len(captured)


def test_the_next_bodies_are_on_the_next_page(cast: Cast, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reports.scorecards.selectors.BODIES_AT_ONCE", 1)
    row = opened(cast)
    here = f"{DESK}{row.pk}/indicators/{Indicator.objects.get(name='文书规范').pk}/"
    first = signed_in(cast.qianqi).get(here)
    assert [one.card.department for one in first.context["form"].results] == [cast.jyj]
    data = {
        name: value for name, value in form_of(row).items() if name.endswith((f"_{result(row, cast.jyj).pk}", "do"))
    }
    onward = signed_in(cast.qianqi).post(here, data).headers["Location"]
    assert onward == f"{here}?after={cast.jyj.path}"
    assert [one.card.department for one in signed_in(cast.qianqi).get(onward).context["form"].results] == [cast.wjw]
    assert signed_in(cast.qianqi).get(f"{here}?after=%00x").status_code == 200


def test_an_empty_desk_teaches(cast: Cast, signed_in: SignedIn) -> None:
    assert "先复制参考指标体系" in signed_in(cast.qianqi).get(DESK).content.decode()
    assert "征求异议时，本机构的考核结果会出现在这里" in signed_in(cast.lisi).get(DESK).content.decode()
    assert "没有使用中的指标体系" in signed_in(cast.qianqi).get(f"{DESK}open/").content.decode()
