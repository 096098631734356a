"""What bodies keep up: institution, guide, directory, columns; judged as it stood at the end of the period."""

from datetime import timedelta
from typing import Any

import pytest

from accounts.models import Department, DepartmentKind
from catalog.models import Column
from disclosure.registers import services as registers
from tests.cast import Cast
from tests.catalog.make import Press
from tests.disclosure.test_registers import GUIDE, INSTITUTION, give_office
from tests.reports.scorecards.making import NOW, QUARTER, ask

pytestmark = pytest.mark.usefixtures("reference")
DURING = NOW - timedelta(days=30)  # in the quarter asked about
AFTER = NOW - timedelta(days=1)


def publish(cast: Cast, kind: registers.EditionKind, at: Any = DURING, **changes: str) -> None:
    give_office(cast.jyj)
    said = (GUIDE if kind is registers.GUIDE else INSTITUTION) | changes
    seen = registers.token(registers.working_copy(kind, cast.jyj))
    registers.save_edition(actor=cast.wangwu, kind=kind, department=cast.jyj, values=said, seen=seen, at=at)
    registers.publish_edition(actor=cast.wangwu, kind=kind, department=cast.jyj, at=at)


def entry(cast: Cast, body: Department, column: str, **said: Any) -> None:
    values = {
        "matter": said.pop("matter", "事项"), "sub_matter": "", "elements": "要素", "basis": "条例", "channels": ["website"],
        "column": Column.objects.get(slug=column), "limit_days": 20, "limit_start": "formed", **said,
    }  # fmt: skip
    registers.save_entry(actor=cast.qianqi, department=body, entry=None, values=values)


@pytest.mark.law("条例§20")
def test_an_institution_is_stated_or_each_missing_part_is_a_finding(cast: Cast) -> None:
    found = ask("institution_stated", cast.jyj, cast.wjw)
    assert found[cast.jyj.pk].findings == 6 and "没有发布机构职能" in found[cast.jyj.pk].evidence
    publish(cast, registers.INSTITUTION)
    found = ask("institution_stated", cast.jyj, cast.wjw)
    assert (found[cast.jyj.pk].findings, found[cast.wjw.pk].findings) == (0, 6)
    assert found[cast.jyj.pk].links == (("机构职能页面", "/institutions/jyj/"),)
    assert "要素齐全" in found[cast.jyj.pk].evidence


@pytest.mark.law("条例§12")
def test_a_guide_is_complete_and_current(cast: Cast) -> None:
    assert ask("guide_complete", cast.jyj)[cast.jyj.pk].findings == 12
    assert ask("guide_current", cast.jyj)[cast.jyj.pk].findings == 1
    publish(cast, registers.GUIDE)
    assert ask("guide_complete", cast.jyj)[cast.jyj.pk].findings == 0
    assert ask("guide_current", cast.jyj)[cast.jyj.pk].findings == 0
    old = ask("guide_current", cast.jyj, days=10)[cast.jyj.pk]
    assert old.findings == 1 and "已超过 10 天" in old.evidence


def test_what_was_published_after_the_period_does_not_count_for_it(cast: Cast) -> None:
    publish(cast, registers.GUIDE, at=AFTER)
    assert ask("guide_complete", cast.jyj)[cast.jyj.pk].findings == 12


def test_the_doors_are_stated_and_public_enterprises_have_none(cast: Cast) -> None:
    Department.objects.filter(pk=cast.wjw.pk).update(kind=DepartmentKind.PUBLIC_ENTERPRISE)
    cast.wjw.refresh_from_db()
    publish(cast, registers.GUIDE, online="")
    found = ask("guide_channels", cast.jyj, cast.wjw, cast.qxq)
    assert (found[cast.jyj.pk].findings, found[cast.jyj.pk].evidence) == (1, "公开指南没有写明在线申请的办法")
    assert not found[cast.wjw.pk].applies
    assert found[cast.qxq.pk].findings == 3


def test_a_directory_is_published_and_kept_up(cast: Cast) -> None:
    entry(cast, cast.jyj, "policy")
    assert ask("directory_published", cast.jyj)[cast.jyj.pk].findings == 1
    registers.publish_directory(actor=cast.wangwu, department=cast.jyj, at=DURING)
    assert ask("directory_published", cast.jyj)[cast.jyj.pk].findings == 0
    assert ask("directory_published", cast.jyj, days=5)[cast.jyj.pk].findings == 1
    assert ask("directory_published", cast.jyj, days=365)[cast.jyj.pk].findings == 0


@pytest.mark.law("条例§26")
def test_entries_without_anything_or_late_are_findings_by_name(cast: Cast) -> None:
    entry(cast, cast.jyj, "policy", matter="政策")
    entry(cast, cast.jyj, "fees", matter="收费")
    Press(cast).document(column="policy", formed_on=(DURING - timedelta(days=90)).date(), published_at=DURING)
    empty, late = (ask(f"directory_{word}", cast.jyj)[cast.jyj.pk] for word in ("filled", "timely"))
    assert (empty.findings, late.findings) == (1, 1)
    assert "“收费”" in empty.evidence and "“政策”" in late.evidence


def test_having_no_directory_does_not_pay(cast: Cast) -> None:
    for code in ("directory_filled", "directory_timely"):
        found = ask(code, cast.wjw)[cast.wjw.pk]
        assert found.applies and found.share == 0 and "不得分" in found.evidence


def test_columns_named_by_the_directory_have_something_in_the_time(cast: Cast) -> None:
    press = Press(cast)
    entry(cast, cast.jyj, "fees")
    entry(cast, cast.jyj, "budget")
    press.document(column="fees", published_at=DURING)
    press.document(column="budget", published_at=NOW - timedelta(days=300))
    press.document(column="fees", department="wjw", published_at=DURING)
    found = ask("column_filled", cast.jyj, cast.wjw, columns=["fees", "budget"])
    assert found[cast.jyj.pk].findings == 1 and "“财政预算决算”" in found[cast.jyj.pk].evidence
    assert found[cast.jyj.pk].links[0][1] == "/documents/?department=jyj&column=budget"
    assert not found[cast.wjw.pk].applies, "no directory names the column there"
    assert ask("column_filled", cast.jyj, columns=["fees", "budget"], days=365)[cast.jyj.pk].findings == 0


def test_some_columns_every_body_must_have(cast: Cast) -> None:
    Press(cast).document(column="rules", published_at=NOW - timedelta(days=900))
    found = ask("column_published", cast.jyj, cast.wjw, columns=["rules"])
    assert (found[cast.jyj.pk].findings, found[cast.wjw.pk].findings) == (0, 1)
    assert found[cast.wjw.pk].evidence.startswith("至今没有")


def test_a_body_that_published_nothing_is_told_so(cast: Cast) -> None:
    Press(cast).document(published_at=DURING)
    found = ask("anything_published", cast.jyj, cast.wjw)
    assert (found[cast.jyj.pk].findings, found[cast.wjw.pk].findings) == (0, 1)
    assert QUARTER.label == "2026年第三季度"
