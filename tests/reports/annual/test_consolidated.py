"""A government's report: the sum of its bodies, with what it leaves out told, of one reading."""

from datetime import date
from typing import Any

import pytest

from reports.annual import services
from reports.annual.building import (
    Source,
    figures_of,
    left_out,
    live_figures,
    newest,
    sources_moved,
    sources_of,
)
from reports.annual.collecting import Checked, collect, discard
from reports.annual.publishing import render
from reports.annual.reading import figures_from
from reports.annual.selectors import published_report
from reports.annual.tables import TOTAL, Figures
from reports.models import AnnualReport
from tests.reports.annual.making import (
    YEAR,
    begun,
    checked,
    filled,
    made_public,
    moment,
    published,
)
from tests.reports.annual.test_identities import sound
from tests.requests_app.casework import Office
from workflow.services import Incomplete

pytestmark = [pytest.mark.django_db, pytest.mark.law("条例§49", "条例§50")]
YEAR_END = date(YEAR, 12, 31)


def test_a_government_s_report_is_the_sum_of_its_bodies(worked: Office) -> None:
    cast = worked.cast
    outside = sound() | {"agency": "云岚市气象局", "year": YEAR}
    outside["table3"] = {**outside["table3"]}
    single = {name: outside["table3"][name] for name in ("other_no_correction", "other_no_fee", "other_other")}
    outside["table3"]["other_single"] = single["other_other"]
    for name in single:
        del outside["table3"][name]
    collect(actor=cast.qianqi, found=[Checked("气象局.json", figures_from(outside))], belongs_to=cast.szf, at=moment())
    published(worked)
    sources = sources_of(cast.szf, YEAR)
    assert [(source.kind, source.agency) for source in sources] == [
        ("report", "市教育局"), ("register", "4 个尚未定稿的机关"), ("collected", "云岚市气象局"),
    ]  # fmt: skip
    whole = figures_of(cast.szf, YEAR, is_consolidated=True)
    assert whole.table3["new_received"][TOTAL] == 3 + 4
    assert whole.table2["permits"] == 12 + 10
    assert "other_single" not in whole.table3 and whole.table3["other_other"][TOTAL] == 0
    report = begun(worked, cast.szf, is_consolidated=True, actor=cast.qianqi)
    report = services.write(
        actor=cast.qianqi, report=report, saved=0, at=moment(), texts=dict.fromkeys(report.texts, "已经写明。")
    )
    made_public(report, writer=cast.qianqi, signer=cast.qianqi, at=moment(date(2026, 3, 20)))
    assert [source["kind"] for source in report.frozen["sources"]] == ["report", "register", "collected"]
    assert published_report(YEAR, "szf", is_consolidated=True, at=moment(date(2026, 3, 21))) == report
    assert sources_moved(report) == []
    second = services.start_correction(
        actor=cast.lisi, report=newest(cast.jyj, YEAR), reason="漏计", at=moment(date(2026, 4, 1))
    )
    corrected = services.check(actor=cast.lisi, report=second, at=moment(date(2026, 4, 1)))
    assert corrected.number == 2 and sources_moved(report) == ["市教育局"]


def whole(worked: Office) -> AnnualReport:
    """The city's report, its texts written."""
    report = begun(worked, worked.cast.szf, is_consolidated=True, actor=worked.cast.qianqi)
    texts = dict.fromkeys(report.texts, "已经写明。")
    return services.write(actor=worked.cast.qianqi, report=report, saved=0, at=moment(), texts=texts)


def test_a_sum_is_not_checked_off_while_nobody_gives_an_item_of_it(worked: Office) -> None:
    report = whole(worked)
    with pytest.raises(Incomplete, match=r"“行政许可”没有一个机关的报告写明.*“行政事业性收费（万元）”没有一个机关"):
        services.check(actor=worked.cast.qianqi, report=report, at=moment())
    checked(worked)
    frozen = services.check(actor=worked.cast.qianqi, report=report, at=moment()).frozen
    assert (frozen["table2"]["permits"], frozen["table2"]["coercion"]) == (12, 0)


def test_a_sum_says_whom_it_leaves_out_before_and_after_it_is_published(worked: Office) -> None:
    cast = worked.cast
    outside = sound() | {"agency": "云岚市气象局", "year": YEAR, "table2": {"permits": 1}, "table4": {}}
    collect(actor=cast.qianqi, found=[Checked("x", figures_from(outside))], belongs_to=cast.szf, at=moment())
    checked(worked)
    report = whole(worked)
    sources = sources_of(cast.szf, YEAR)
    warned = [each.sentence for each in services.examine(report, live_figures(report, sources), sources, at=moment()).warnings]  # fmt: skip
    unfinished = "、".join(next(source for source in sources if source.kind == "register").bodies)
    told = f"行政处罚、行政强制、行政事业性收费（万元）：合计不含{unfinished}、云岚市气象局，共5个机关。"
    assert told in warned and f"行政许可：合计不含{unfinished}，共4个机关。" in warned
    assert "规章、行政规范性文件、表四：合计不含云岚市气象局，共1个机关。" in warned
    made_public(report, writer=cast.qianqi, signer=cast.qianqi, at=moment(date(2026, 3, 20)))
    page = render(report, "html", on=date(2026, 3, 20)).decode()
    assert f"汇总说明：行政许可的合计不含{unfinished}，共4个机关；" in page


def test_of_many_left_out_twenty_are_named_and_all_counted() -> None:
    names = tuple(f"{number}局" for number in range(1, 31))
    permits = left_out([Source("30 个尚未定稿的机关", "register", Figures("", YEAR), bodies=names)])[0]
    assert permits.bodies.endswith("、20局等") and permits.number == 30


def test_sources_and_sums_are_of_one_reading(worked: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    cast = worked.cast
    outside = sound() | {"agency": "云岚市气象局", "year": YEAR}
    collect(actor=cast.qianqi, found=[Checked("x", figures_from(outside))], belongs_to=cast.szf, at=moment())
    late, report, freeze = filled(worked), whole(worked), services.frozen_of

    def after_another_was_checked_off(frozen: AnnualReport, *args: Any) -> Any:
        if frozen.is_consolidated:
            services.check(actor=cast.lisi, report=late, at=moment())
        return freeze(frozen, *args)

    monkeypatch.setattr(services, "frozen_of", after_another_was_checked_off)
    frozen = services.check(actor=cast.qianqi, report=report, at=moment()).frozen
    assert [source["kind"] for source in frozen["sources"]] == ["register", "collected"]
    assert frozen["table2"]["permits"] == 10 and sources_moved(report) == ["市教育局"]


def test_a_collected_report_that_was_replaced_or_discarded_after_the_sum_is_told(worked: Office) -> None:
    cast = worked.cast
    outside = sound() | {"agency": "云岚市气象局", "year": YEAR}
    collect(actor=cast.qianqi, found=[Checked("x", figures_from(outside))], belongs_to=cast.szf, at=moment())
    report = services.check(actor=cast.qianqi, report=whole(worked), at=moment())
    assert sources_moved(report) == []
    outside["table2"] = outside["table2"] | {"permits": 11}
    (kept,) = collect(actor=cast.qianqi, found=[Checked("x", figures_from(outside))], belongs_to=cast.szf, at=moment())
    assert sources_moved(report) == ["云岚市气象局"]
    discard(actor=cast.qianqi, collected=kept, at=moment())
    assert sources_moved(report) == ["云岚市气象局"]


def test_the_wording_of_a_whole_government_speaks_of_all_its_bodies_and_of_nothing_it_did_not_count(
    worked: Office,
) -> None:
    cast = worked.cast
    outside = sound() | {"agency": "云岚市气象局", "year": YEAR, "fees": {"count": 2, "yuan": 60}}
    collect(actor=cast.qianqi, found=[Checked("气象局.json", figures_from(outside))], belongs_to=cast.szf, at=moment())
    texts = begun(worked, cast.szf, is_consolidated=True, actor=cast.qianqi).texts
    assert "2025年，全市各级行政机关通过" in texts["publishing"]
    assert "新收政府信息公开申请7件" in texts["applications"] and "网上提交" not in texts["applications"]
    assert "按时答复率" not in texts["applications"]
    assert "信息处理费2件，共计60元" in texts["others"]
