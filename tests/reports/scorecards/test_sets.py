"""Writing an indicator set: who may, what is refused and why, and that the second of two writers is told."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from reports.models import Indicator, IndicatorSet, ReportEvent
from reports.scorecards import sets
from reports.scorecards.checking import faults, faults_of_indicator
from tests.cast import Cast
from tests.reports.scorecards.making import NOW, add_indicator, draft, edition, small_set, values
from workflow.services import Incomplete, Lost, WrongPerson, WrongState

pytestmark = pytest.mark.usefixtures("reference")


@pytest.mark.law("条例§46")
def test_a_set_is_written_and_used(cast: Cast) -> None:
    row = small_set(cast)
    assert row.state == "active"
    numbers = list(Indicator.objects.filter(section__set=row).values_list("number", "name"))
    assert numbers == [("1.01", "机构职能"), ("1.02", "文书规范"), ("1.03", "公众评议")]
    actions = list(ReportEvent.objects.filter(subject_id=row.pk).order_by("number").values_list("action", flat=True))
    assert actions == ["compose_set", *["edit_set"] * 4, "activate_set"]


def test_only_the_department_in_charge_writes(cast: Cast) -> None:
    row = draft(cast)
    for who in (cast.wangwu, cast.fenger, cast.zhengyi, cast.root):
        with pytest.raises(WrongPerson):
            sets.compose(actor=who, name="甲", year=2026, note="", at=NOW)
        with pytest.raises(PermissionDenied):
            sets.describe(actor=who, row=row, edition=row.edition, name="甲", year=2026, note="", at=NOW)
        with pytest.raises(WrongPerson):
            sets.activate(actor=who, row=row, at=NOW)


def test_the_second_writer_is_told(cast: Cast) -> None:
    row = draft(cast)
    seen = row.edition
    add_indicator(cast, row)
    with pytest.raises(Lost, match="钱七已于"):
        sets.describe(actor=cast.qianqi, row=row, edition=seen, name="甲", year=2026, note="", at=NOW)


def test_a_set_in_use_is_not_changed_but_copied(cast: Cast) -> None:
    row = small_set(cast)
    with pytest.raises(WrongState, match="使用中"):
        add_indicator(cast, row)
    with pytest.raises(WrongState):
        sets.drop(actor=cast.qianqi, row=row, edition=edition(row), at=NOW)
    made = sets.copy(actor=cast.qianqi, source=row, name="2027年考核指标", year=2027, note="", at=NOW)
    assert Indicator.objects.filter(section__set=made).count() == 3
    sets.close(actor=cast.qianqi, row=row, at=NOW)
    with pytest.raises(WrongState):
        sets.activate(actor=cast.qianqi, row=row, at=NOW)


def test_sums_that_do_not_come_out_keep_it_from_being_used(cast: Cast) -> None:
    row = sets.compose(actor=cast.qianqi, name="2026年考核指标", year=2026, note="", at=NOW)
    assert faults(row) == ["还没有板块，请先添加。"]
    sets.save_section(actor=cast.qianqi, row=row, edition=0, section=None, name="甲", points=Decimal(60), at=NOW)
    row.refresh_from_db()
    assert faults(row) == ["各板块分值合计 60 分，应为 100 分。", "板块“甲”还没有指标。"]
    add_indicator(cast, row, points=Decimal("59.5"))
    with pytest.raises(Incomplete, match=r"板块“甲”各项指标合计 59.5 分，应为 60 分。"):
        sets.activate(actor=cast.qianqi, row=row, at=NOW)


@pytest.mark.parametrize(
    ("said", "field", "words"),
    [
        ({"points": Decimal(0), "each": Decimal(0)}, "points", "大于 0"),
        ({"each": Decimal(0)}, "each", "每处扣分"),
        ({"each": Decimal(31)}, "each", "不能超过分值 30 分"),
        ({"source": "computed"}, "measure", "请选择计算方法"),
        ({"source": "computed", "measure": "nothing"}, "measure", "没有这种计算方法"),
        ({"source": "computed", "measure": "ballots"}, "measure", "应为“公众评价”"),
        ({"source": "ratings", "measure": "late_answers"}, "measure", "应为“系统计算”"),
        ({"source": "judged", "measure": "late_answers"}, "measure", "人工评定的指标不填"),
        ({"source": "computed", "measure": "column_filled"}, "columns", "请选择要检查的栏目"),
        (
            {"source": "computed", "measure": "column_filled", "parameters": {"columns": ["fees", "gone"]}},
            "columns",
            "gone",
        ),
    ],
)
def test_each_mistake_is_said_beside_its_field(said: dict[str, Any], field: str, words: str) -> None:
    found = faults_of_indicator(values(**said), ["fees", "budget"])
    assert words in found[field]


def test_a_faulty_indicator_is_not_stored(cast: Cast) -> None:
    with pytest.raises(Incomplete, match="请选择计算方法"):
        add_indicator(cast, draft(cast), source="computed")
    assert not Indicator.objects.exists()


def test_indicators_change_places_and_are_numbered_anew(cast: Cast) -> None:
    row = draft(cast)
    first, second = add_indicator(cast, row, name="甲"), add_indicator(cast, row, name="乙")
    sets.move_indicator(actor=cast.qianqi, indicator=second, is_up=True, at=NOW)
    sets.move_indicator(actor=cast.qianqi, indicator=second, is_up=True, at=NOW)  # already first
    assert list(Indicator.objects.values_list("number", "name")) == [("1.01", "乙"), ("1.02", "甲")]
    sets.move_indicator(actor=cast.qianqi, indicator=first, is_up=False, at=NOW)  # already last
    sets.delete_indicator(actor=cast.qianqi, indicator=second, edition=edition(row), at=NOW)
    assert list(Indicator.objects.values_list("number", "name")) == [("1.01", "甲")]


def test_an_indicator_moves_to_the_end_of_another_section(cast: Cast) -> None:
    row = draft(cast)
    one = add_indicator(cast, row)
    other = sets.save_section(
        actor=cast.qianqi, row=row, edition=edition(row), section=None, name="乙", points=Decimal(1), at=NOW
    )
    sets.save_indicator(
        actor=cast.qianqi,
        section=other,
        edition=edition(row),
        indicator=one,
        values=values(),
        bodies=[cast.jyj],
        at=NOW,
    )
    one.refresh_from_db()
    assert (one.number, list(one.bodies.all())) == ("2.01", [cast.jyj])
    with pytest.raises(WrongState, match="还有指标"):
        sets.delete_section(actor=cast.qianqi, section=other, edition=edition(row), at=NOW)


def test_an_empty_section_and_a_draft_can_be_given_up(cast: Cast) -> None:
    row = draft(cast)
    section = row.sections.get()
    sets.delete_section(actor=cast.qianqi, section=section, edition=edition(row), at=NOW)
    sets.drop(actor=cast.qianqi, row=row, edition=edition(row), at=NOW + timedelta(days=1))
    assert not IndicatorSet.objects.exists()
    assert ReportEvent.objects.filter(action="drop_set").count() == 1


def test_a_set_written_by_one_is_dropped_by_nobody_else_unseen(cast: Cast) -> None:
    row = draft(cast)
    with pytest.raises(Lost):
        sets.drop(actor=cast.qianqi, row=row, edition=0, at=NOW)
