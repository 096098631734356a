"""An annual report on its way: begun, written, checked, signed, published, corrected."""

import io
import json
import zipfile
from datetime import date

import openpyxl
import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from docx import Document as Docx

from accounts.models import Department, DepartmentKind
from accounts.rules import Person
from catalog.models import Document
from disclosure.drafts.rules import can_begin_version
from disclosure.services import take_down_document
from disclosure.versions.services import start_version
from reports.annual import rules, services
from reports.annual.building import (
    digest_of,
    figures_of,
    figures_of_report,
    live_figures,
    newest,
)
from reports.annual.collecting import Checked, collect
from reports.annual.facts import facts_of
from reports.annual.publishing import render
from reports.annual.reading import figures_from
from reports.annual.selectors import moved_since, published_report
from reports.annual.sheets import exchanged_from
from reports.annual.states import ReportState
from reports.annual.tables import TOTAL
from reports.models import AnnualReport, CollectedReport, ReportEvent, ReportFormat
from requests_app.models import CaseKind, InformationRequest, Inquiry
from tests.reports.annual.making import (
    SAID,
    YEAR,
    begun,
    checked,
    filled,
    made_public,
    moment,
    published,
    signed,
)
from tests.reports.annual.test_identities import sound
from tests.requests_app.casework import Office
from workflow.services import Incomplete, Lost, Refused, WrongPerson, WrongState

pytestmark = [pytest.mark.django_db, pytest.mark.law("条例§49", "条例§50")]
YEAR_END = date(YEAR, 12, 31)


# --- beginning and writing ---------------------------------------------------------------------------------------------


def test_the_office_begins_it_once_and_finds_the_texts_worded(worked: Office) -> None:
    report = begun(worked)
    assert report.state == ReportState.DRAFT
    assert "新收政府信息公开申请3件" in report.texts["applications"]
    with pytest.raises(services.AlreadyBegun, match="已经编制"):
        begun(worked)
    assert AnnualReport.objects.count() == 1


def test_nobody_else_begins_it(worked: Office) -> None:
    cast = worked.cast
    for person in (cast.zhaoliu, cast.qianqi, cast.sunba, cast.zhengyi):
        with pytest.raises(WrongPerson):
            begun(worked, actor=person)
    with pytest.raises(WrongPerson):
        begun(worked, cast.szf, is_consolidated=True)
    assert begun(worked, cast.szf, is_consolidated=True, actor=cast.qianqi).is_consolidated


@pytest.mark.law("条例§55")
def test_a_department_sums_up_nobody_and_a_public_enterprise_has_no_report(worked: Office) -> None:
    cast = worked.cast
    with pytest.raises(WrongState, match="不是人民政府，只编制本机关的年度报告"):
        begun(worked, cast.jyj, is_consolidated=True, actor=cast.qianqi)
    Department.objects.filter(pk=cast.wjw.pk).update(kind=DepartmentKind.PUBLIC_ENTERPRISE)
    enterprise = Department.objects.get(pk=cast.wjw.pk)
    with pytest.raises(WrongState, match="公共企事业单位不编制"):
        begun(worked, enterprise, actor=cast.zhaoliu)
    assert not AnnualReport.objects.exists()


def test_a_year_to_come_has_no_report(worked: Office) -> None:
    with pytest.raises(WrongState, match="还没有开始"):
        begun(worked, year=2027)


def test_the_second_of_two_writers_is_told(worked: Office) -> None:
    report = begun(worked)
    services.write(actor=worked.cast.lisi, report=report, saved=0, at=moment(), texts={"problems": "甲"})
    with pytest.raises(Lost, match="没有保存"):
        services.write(actor=worked.cast.wangwu, report=report, saved=0, at=moment(), texts={"problems": "乙"})
    report.refresh_from_db()
    assert report.texts == {"problems": "甲"}
    with pytest.raises(PermissionDenied):
        services.write(actor=worked.cast.zhaoliu, report=report, saved=1, at=moment(), texts={})


def test_what_the_body_states_stands_beside_what_is_counted(worked: Office) -> None:
    report = filled(worked)
    figures = live_figures(report)
    assert figures.table2["permits"] == 12 and str(figures.table2["fees_wan"]) == "8.5"
    assert figures.table3["new_received"] == {
        **dict.fromkeys(("research", "public_welfare", "legal_service", "other_org"), 0),
        "natural_person": 2, "commercial": 1, TOTAL: 3,
    }  # fmt: skip
    report.stated = SAID | {"reg_docs": {"made": 4, "repealed": 1, "valid": 7}}
    assert live_figures(report).table2["reg_docs"] == {"made": 4, "repealed": 1, "valid": 7}


# --- checking ----------------------------------------------------------------------------------------------------------


def test_it_is_not_checked_off_while_something_is_missing(worked: Office) -> None:
    report = begun(worked)
    with pytest.raises(Incomplete, match=r"五、存在的主要问题及改进情况.*行政许可"):
        services.check(actor=worked.cast.lisi, report=report, at=moment())
    report = filled(worked, report)
    with pytest.raises(Incomplete, match="年度结束后才能核对定稿"):
        services.check(actor=worked.cast.lisi, report=report, at=moment(date(2025, 12, 31)))
    assert services.check(actor=worked.cast.lisi, report=report, at=moment()).state == ReportState.CHECKED


def test_a_broken_tie_with_last_year_s_report_holds_it_up_until_it_is_explained(worked: Office) -> None:
    before = sound() | {"agency": "市教育局", "year": YEAR - 1}
    collect(actor=worked.cast.qianqi, found=[Checked("上年.json", figures_from(before))], belongs_to=None, at=moment())
    report = filled(worked)
    findings = services.examine(report, live_figures(report), at=moment())
    assert [(each.rule, each.column) for each in findings.hard] == [("R5", "自然人"), ("R5", "总计")]
    with pytest.raises(Incomplete, match="上年结转"):
        services.check(actor=worked.cast.lisi, report=report, at=moment())
    report = services.write(
        actor=worked.cast.lisi, report=report, saved=report.saved, at=moment(), tie_reason="上年报告多计1件，已经更正。"
    )
    frozen = services.check(actor=worked.cast.lisi, report=report, at=moment()).frozen
    assert frozen["notes"]["tie_reason"].startswith("上年报告多计")


def test_what_a_colleague_wrote_meanwhile_is_not_lost_from_the_frozen_report(worked: Office) -> None:
    report = filled(worked)
    mine = AnnualReport.objects.select_related("department").get(pk=report.pk)
    services.write(actor=worked.cast.wangwu, report=report, saved=report.saved, at=moment(), stated=SAID | {"permits": 99})  # fmt: skip
    with pytest.raises(Lost, match=r"王五已于.*办理“填写”"):
        services.check(actor=worked.cast.lisi, report=mine, at=moment())
    mine.refresh_from_db()
    assert services.check(actor=worked.cast.lisi, report=mine, at=moment()).frozen["table2"]["permits"] == 99


def test_what_is_checked_off_is_what_was_seen(worked: Office) -> None:
    report = filled(worked)
    seen = report.saved
    report = services.write(actor=worked.cast.wangwu, report=report, saved=seen, at=moment(), texts=report.texts)
    with pytest.raises(Lost, match="请看过现在的内容"):
        services.check(actor=worked.cast.lisi, report=report, at=moment(), saved=seen)
    services.check(actor=worked.cast.lisi, report=report, at=moment(), saved=report.saved)


def test_files_are_those_of_the_report_that_was_signed_last(worked: Office) -> None:
    cast = worked.cast
    report = signed(worked)
    mine = AnnualReport.objects.select_related("department", "document").get(pk=report.pk)
    services.send_back(actor=cast.wangwu, report=report, reason="许可数有误", at=moment())
    services.write(actor=cast.lisi, report=report, saved=report.saved, at=moment(), stated=SAID | {"permits": 99})
    services.check(actor=cast.lisi, report=report, at=moment())
    services.sign(actor=cast.wangwu, report=report, digest=report.digest, at=moment())
    for digest in (mine.digest, report.digest):
        stale = AnnualReport.objects.select_related("department", "document").get(pk=report.pk)
        stale.digest, stale.frozen, stale.saved = mine.digest, mine.frozen, mine.saved  # as it was loaded before
        with pytest.raises(Lost):
            services.publish(actor=cast.wangwu, report=stale, digest=digest, at=moment())
    services.publish(actor=cast.wangwu, report=report, digest=report.digest, at=moment())
    with report.files.get(format="xlsx").file.content.open("rb") as file:
        assert figures_from(exchanged_from(io.BytesIO(file.read()))).table2["permits"] == 99


def test_an_explained_break_stays_among_the_warnings_with_its_reason(worked: Office) -> None:
    before = sound() | {"agency": "市教育局", "year": YEAR - 1}
    collect(actor=worked.cast.qianqi, found=[Checked("上年.json", figures_from(before))], belongs_to=None, at=moment())
    report = filled(worked)
    services.write(actor=worked.cast.lisi, report=report, saved=report.saved, at=moment(), tie_reason="上年多计1件。")
    findings = services.examine(report, live_figures(report), at=moment())
    assert findings.hard == [] and [each.column for each in findings.explained] == ["自然人", "总计"]
    assert findings.explained[0].sentence == (
        "表三，二、上年结转政府信息公开申请数量，自然人：本年报告为0，而2024年报告结转1。已说明：上年多计1件。"
    )
    assert set(findings.explained) <= set(findings.warnings)


def test_what_is_checked_off_stays_as_it_is_whatever_the_register_says_later(worked: Office) -> None:
    report = checked(worked)
    frozen = json.dumps(report.frozen, sort_keys=True)
    late = InformationRequest.objects.get(first_received_on=date(2025, 12, 29))
    worked.answered(late, date(2025, 12, 31))
    report.refresh_from_db()
    assert json.dumps(report.frozen, sort_keys=True) == frozen and digest_of(report.frozen) == report.digest
    assert figures_of_report(report).table3["carried_forward"][TOTAL] == 1
    moved = {place.split("，")[0]: (old, new) for place, old, new in moved_since(report, live_figures(report))}
    assert moved["四、结转下年度继续办理"] == (1, 0) and moved["（一）予以公开"] == (1, 2)


def test_taken_back_it_is_counted_anew(worked: Office) -> None:
    report = checked(worked)
    services.reopen(actor=worked.cast.lisi, report=report, at=moment())
    report.refresh_from_db()
    assert (report.state, report.frozen, report.digest) == ("draft", None, "")


# --- signing and publishing --------------------------------------------------------------------------------------------


def test_the_head_signs_and_publishes_and_nobody_else(worked: Office) -> None:
    report = checked(worked)
    for person in (worked.cast.lisi, worked.cast.zhaoliu, worked.cast.qianqi):
        with pytest.raises(WrongPerson):
            services.sign(actor=person, report=report, digest=report.digest, at=moment())
    with pytest.raises(WrongState):
        services.publish(actor=worked.cast.wangwu, report=report, digest=report.digest, at=moment())
    services.sign(actor=worked.cast.wangwu, report=report, digest=report.digest, at=moment())
    with pytest.raises(WrongPerson):
        services.publish(actor=worked.cast.lisi, report=report, digest=report.digest, at=moment())
    services.publish(actor=worked.cast.wangwu, report=report, digest=report.digest, at=moment())
    actions = ReportEvent.objects.filter(subject_id=report.pk).order_by("number").values_list("action", flat=True)
    assert list(actions) == ["start", "write", "check", "sign", "publish"]


def test_sent_back_it_says_why(worked: Office) -> None:
    report = signed(worked)
    with pytest.raises(Incomplete):
        services.send_back(actor=worked.cast.wangwu, report=report, reason=" ", at=moment())
    services.send_back(actor=worked.cast.wangwu, report=report, reason="第五部分太笼统", at=moment())
    report.refresh_from_db()
    assert (report.state, report.returned) == ("draft", "第五部分太笼统")
    event = ReportEvent.objects.filter(action="send_back").get()
    assert "笼统" not in json.dumps(event.facts, ensure_ascii=False)


def test_published_it_is_a_document_with_files(worked: Office) -> None:
    report = published(worked)
    document = Document.objects.get(pk=report.document_id)
    assert (document.state, document.title, document.column.slug) == ("published", report.title, "annual")
    assert document.index_number and document.listed_at == moment() and document.formed_on == moment().date()
    assert "<table" in document.body.html and "新收政府信息公开申请3件" in document.body.text
    assert document.body.text.count("二、主动公开政府信息情况") == 1
    assert [each.title for each in document.attachments.all()] == [f"{report.title}（DOCX）", f"{report.title}（XLSX）"]
    assert set(report.files.values_list("format", flat=True)) == {"docx", "xlsx", "html"}


def test_what_was_published_comes_out_the_same_to_the_last_byte(worked: Office) -> None:
    report = published(worked)
    again = AnnualReport.objects.select_related("department").get(pk=report.pk)
    for stored in report.files.select_related("file"):
        with stored.file.content.open() as file:
            assert render(again, stored.format, on=date(2026, 1, 15)) == file.read(), stored.format
    content = json.loads(render(again, ReportFormat.JSON, on=date(2026, 1, 15)))
    assert digest_of(content) == report.digest
    assert render(again, "json", on=date(2026, 1, 15)) == render(again, "json", on=date(2027, 1, 1))


def test_the_files_say_what_the_report_says(worked: Office) -> None:
    report = published(worked)
    book = openpyxl.load_workbook(io.BytesIO(render(report, "xlsx", on=date(2026, 1, 15))))
    assert book.sheetnames == ["封面", "正文", "表二", "表三", "表四"]
    paper = Docx(io.BytesIO(render(report, "docx", on=date(2026, 1, 15))))
    rows = [[cell.text for cell in row.cells] for row in paper.tables[1].rows]
    assert len(rows) == 28 and rows[3][3:] == ["2", "1", "0", "0", "0", "0", "3"]
    assert rows[5][0].startswith("三、本年度办理结果") and rows[26][1].startswith("（七）总计")
    assert [paragraph.text for paragraph in paper.paragraphs[:2]] == ["市教育局", "2025年政府信息公开工作年度报告"]
    assert zipfile.ZipFile(io.BytesIO(render(report, "docx", on=date(2026, 1, 15)))).testzip() is None


def test_a_correction_is_published_under_the_same_address_with_its_reason(worked: Office) -> None:
    first = published(worked)
    with pytest.raises(Incomplete, match="原因"):
        services.start_correction(actor=worked.cast.lisi, report=first, reason=" ", at=moment())
    with pytest.raises(WrongPerson):
        services.start_correction(actor=worked.cast.zhaoliu, report=first, reason="漏计", at=moment())
    second = services.start_correction(actor=worked.cast.lisi, report=first, reason="表二许可数漏计2件", at=moment())
    services.write(actor=worked.cast.lisi, report=second, saved=0, at=moment(), stated=SAID | {"permits": 14})
    made_public(second, writer=worked.cast.lisi, signer=worked.cast.wangwu, at=moment(date(2026, 2, 10)))
    assert second.document_id == first.document_id
    document = Document.objects.get(pk=second.document_id)
    change = document.changes.get()
    assert change.is_erratum and "漏计2件" in change.note and document.formed_on == moment().date()
    newest_one = published_report(YEAR, "jyj", is_consolidated=False, at=moment(date(2026, 2, 11)))
    assert newest_one and newest_one.number == 2
    old = published_report(YEAR, "jyj", is_consolidated=False, at=moment(date(2026, 2, 11)), number=1)
    assert old and old.frozen["table2"]["permits"] == 12


def test_what_is_taken_down_is_gone_from_the_reports_too(worked: Office) -> None:

    report = published(worked)
    assert published_report(YEAR, "jyj", is_consolidated=False, at=moment()) is not None
    take_down_document(actor=worked.cast.wangwu, document=report.document, at=moment())
    assert published_report(YEAR, "jyj", is_consolidated=False, at=moment()) is None


def test_a_clerk_does_not_revise_the_document_of_a_published_report(worked: Office) -> None:
    document, clerk = Document.objects.get(pk=published(worked).document_id), worked.cast.lisi
    assert not can_begin_version(clerk, document)
    with pytest.raises(WrongState, match="更正后重新公布"):
        start_version(actor=clerk, document=document, at=moment(date(2026, 2, 1)))


def test_two_reports_cannot_be_under_way_and_a_dropped_one_makes_room(worked: Office) -> None:
    report = begun(worked)
    with pytest.raises(Incomplete):
        services.drop(actor=worked.cast.lisi, report=report, reason="", at=moment())
    services.drop(actor=worked.cast.lisi, report=report, reason="误建", at=moment())
    assert newest(worked.cast.jyj, YEAR) is None
    assert begun(worked).pk != report.pk


def test_an_inquiry_is_called_answered_when_it_was_and_accountability_is_for_people_to_state(worked: Office) -> None:
    case, by = InformationRequest.objects.all()[0], worked.cast.qianqi
    asked = Inquiry.objects.create(case=case, text="为什么超期", by=by, at=moment(date(2025, 6, 1)), due_on=YEAR_END)
    report = AnnualReport(department=worked.cast.jyj, year=YEAR)
    assert services.suggested(report)["supervision"] == "主管部门就申请办理督办1次，1次尚未回复。"
    Inquiry.objects.filter(pk=asked.pk).update(answered_at=moment())
    assert services.suggested(report)["supervision"] == "主管部门就申请办理督办1次，均已回复。"


def test_doors_are_those_of_the_applications_that_the_table_counts(worked: Office) -> None:
    case = InformationRequest.objects.filter(stopped_on__isnull=False)[0]
    InformationRequest.objects.filter(pk=case.pk).update(kind=CaseKind.RECTIFICATION)
    facts = facts_of([worked.cast.jyj.pk], YEAR)
    assert (sum(facts.channels.values()), facts.answered, facts.ended) == (2, 1, 1)


def test_many_bodies_cost_as_many_questions_as_few(worked: Office) -> None:
    counts = []
    for government in (worked.cast.szf, worked.cast.qxq):  # six bodies, two bodies
        with CaptureQueriesContext(connection) as captured:
            figures_of(government, YEAR, is_consolidated=True)
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 14


# --- rules and their twins ---------------------------------------------------------------------------------------------


def test_every_sentence_agrees_with_its_queryset(worked: Office) -> None:
    cast = worked.cast
    rows = [begun(worked), begun(worked, cast.szf, is_consolidated=True, actor=cast.qianqi), begun(worked, cast.wjw, actor=cast.zhaoliu)]  # fmt: skip
    twins = (
        (rules.can_see, rules.reports_visible_to),
        (rules.can_write, rules.reports_written_by),
        (rules.can_sign, rules.reports_signed_by),
    )
    for name, person in cast.people.items():
        for sentence, query in twins:
            found = set(query(person))
            for row in rows:
                assert sentence(person, row) == (row in found), (name, sentence.__name__, row)


def test_collecting_is_for_the_department_in_charge(worked: Office) -> None:
    found = [Checked("x.json", figures_from(sound()))]
    people: list[Person] = [worked.cast.lisi, worked.cast.wangwu, worked.cast.fenger, worked.cast.zhengyi]
    for person in people:
        with pytest.raises(PermissionDenied):
            collect(actor=person, found=found, belongs_to=None, at=moment())  # type: ignore[arg-type]
    assert not CollectedReport.objects.exists()


def test_refusals_change_nothing(worked: Office) -> None:
    report = begun(worked)
    with pytest.raises(Refused):
        services.reopen(actor=worked.cast.wangwu, report=report, at=moment())
    with pytest.raises(Refused):
        services.sign(actor=worked.cast.wangwu, report=report, digest="", at=moment())
    report.refresh_from_db()
    assert report.state == ReportState.DRAFT
