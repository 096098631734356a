"""The pages of indicator sets: written in the browser, errors beside their fields, the second writer told, nothing for others."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from disclosure.services import system_actor
from reports.models import Indicator, IndicatorSet, Section
from reports.scorecards import shipped
from tests.cast import Cast
from tests.reports.scorecards.making import NOW, add_indicator, draft, edition

pytestmark = pytest.mark.usefixtures("reference")
SignedIn = Callable[[User], Client]
SETS = "/desk/reports/scorecards/sets/"


def typed(row: IndicatorSet, section: Section, **said: Any) -> dict[str, Any]:
    usual = {
        "edition": edition(row), "section": section.pk, "group": "答复", "name": "按期答复", "text": "在法定期限内答复。",
        "points": "100", "each": "10", "frequency": "monthly", "source": "computed", "measure": "late_answers",
    }  # fmt: skip
    return usual | said


def test_a_set_is_written_used_and_copied_in_the_browser(cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.qianqi)
    here = client.post(f"{SETS}new/", {"name": "2026年指标", "year": 2026, "note": ""}).headers["Location"]
    row = IndicatorSet.objects.get()
    assert "还没有板块，请先添加" in client.get(here).content.decode()
    client.post(f"{here}sections/new/", {"edition": 0, "name": "依申请公开", "points": "100"})
    section = Section.objects.get()
    client.post(f"{here}indicators/new/", typed(row, section, kinds=["department"], bodies=[cast.jyj.pk]))
    one = Indicator.objects.get()
    assert (one.number, one.measure, one.kinds, list(one.bodies.all())) == (
        "1.01",
        "late_answers",
        ["department"],
        [cast.jyj],
    )
    client.post(f"{here}indicators/{one.pk}/", typed(row, section, name="答复按期"))
    client.post(f"{here}edit/", {"edition": edition(row), "name": "2026年考核指标", "year": 2026, "note": "经会议通过"})
    client.post(f"{here}activate/")
    row.refresh_from_db()
    assert (row.state, row.name) == ("active", "2026年考核指标")
    copied = client.post(f"{SETS}new/?source={row.pk}", {"name": "2027年指标", "year": 2027}).headers["Location"]
    assert "答复按期" in client.get(copied).content.decode()
    client.post(f"{here}close/")
    row.refresh_from_db()
    assert row.state == "closed"


def test_each_mistake_stands_beside_its_field_and_nothing_typed_is_lost(cast: Cast, signed_in: SignedIn) -> None:
    row = draft(cast)
    client, section = signed_in(cast.qianqi), row.sections.get()
    here = f"{SETS}{row.pk}/indicators/new/"
    response = client.post(here, typed(row, section, each="", measure="column_filled", name="栏目"))
    assert set(response.context["form"].errors) == {"each", "columns"}
    assert 'value="栏目"' in response.content.decode()
    response = client.post(here, typed(row, section, points="x", measure="gone"))
    assert set(response.context["form"].errors) == {"points", "measure"}
    response = client.post(f"{SETS}{row.pk}/sections/new/", {"edition": 0, "name": "甲", "points": "0"})
    assert list(response.context["form"].errors) == ["points"]
    data = typed(row, section, measure="column_filled", columns=["fees"], days="90")
    assert client.post(here, data).status_code == 302
    assert Indicator.objects.get().parameters == {"columns": ["fees"], "days": 90}


def test_a_second_writer_is_told(cast: Cast, signed_in: SignedIn) -> None:
    row = draft(cast)
    client, section, seen = signed_in(cast.qianqi), row.sections.get(), edition(row)
    add_indicator(cast, row)
    for path, data in (
        ("edit/", {"edition": seen, "name": "甲", "year": 2026}),
        (f"sections/{section.pk}/", {"edition": seen, "name": "甲", "points": "1"}),
        ("indicators/new/", typed(row, section, edition=seen)),
    ):
        response = client.post(f"{SETS}{row.pk}/{path}", data)
        assert response.status_code == 409 and "钱七已于" in response.content.decode(), path
    one = Indicator.objects.get()
    text = client.post(f"{SETS}{row.pk}/indicators/{one.pk}/delete/", {"edition": seen}, follow=True).content.decode()
    assert "请刷新后再改" in text and Indicator.objects.exists()
    text = client.post(f"{SETS}{row.pk}/drop/", {"edition": seen}, follow=True).content.decode()
    assert "请刷新后再改" in text and IndicatorSet.objects.exists()


def test_order_deletion_and_dropping(cast: Cast, signed_in: SignedIn) -> None:
    row = draft(cast)
    client = signed_in(cast.qianqi)
    first, second = add_indicator(cast, row, name="甲"), add_indicator(cast, row, name="乙")
    client.post(f"{SETS}{row.pk}/indicators/{second.pk}/move/", {"to": "up"})
    assert list(Indicator.objects.values_list("name", flat=True)) == ["乙", "甲"]
    for one in (first, second):
        client.post(f"{SETS}{row.pk}/indicators/{one.pk}/delete/", {"edition": edition(row)})
    client.post(f"{SETS}{row.pk}/sections/{row.sections.get().pk}/delete/", {"edition": edition(row)})
    assert not Section.objects.exists()
    assert client.post(f"{SETS}{row.pk}/drop/", {"edition": edition(row)}).headers["Location"] == SETS
    assert not IndicatorSet.objects.exists()


def test_the_reference_set_is_read_and_copied_but_not_written(cast: Cast, signed_in: SignedIn) -> None:
    row = shipped.load(actor=system_actor(), at=NOW)
    assert row
    client, one = signed_in(cast.qianqi), Indicator.objects.order_by("pk")[0]
    page = client.get(f"{SETS}{row.pk}/").content.decode()
    assert "复制一份" in page and "添加指标" not in page and "系统计算：按期公开" in page
    response = client.post(f"{SETS}{row.pk}/indicators/{one.pk}/", typed(row, one.section))
    assert response.status_code == 409 and "可以复制后修改" in response.content.decode()
    assert page.count("<tr>") == 67 + 5


def test_auditors_read_and_nobody_else_finds_it(cast: Cast, signed_in: SignedIn) -> None:
    row = draft(cast)
    one = add_indicator(cast, row)
    reading = ["", f"{row.pk}/"]
    writing = [
        *("new/", f"{row.pk}/edit/", f"{row.pk}/sections/new/", f"{row.pk}/sections/{row.sections.get().pk}/"),
        *(f"{row.pk}/indicators/new/", f"{row.pk}/indicators/{one.pk}/"),
    ]
    pressing = [
        *(f"{row.pk}/activate/", f"{row.pk}/close/", f"{row.pk}/drop/", f"{row.pk}/indicators/{one.pk}/move/"),
        *(f"{row.pk}/indicators/{one.pk}/delete/", f"{row.pk}/sections/{row.sections.get().pk}/delete/"),
    ]
    for path in reading:
        assert signed_in(cast.fenger).get(SETS + path).status_code == 200
    for who, paths in ((cast.fenger, writing), (cast.wangwu, reading + writing), (cast.zhengyi, reading + writing)):
        for path in paths:
            assert signed_in(who).get(SETS + path).status_code == 404, (who, path)
    for who in (cast.fenger, cast.wangwu, cast.root):
        for path in pressing:
            assert signed_in(who).post(SETS + path).status_code == 404, (who, path)
    for path in pressing:
        assert signed_in(cast.qianqi).get(SETS + path).status_code == 405, path
