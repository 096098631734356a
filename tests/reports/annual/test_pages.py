"""Pages of annual reports: the desk's way from draft to public, what is behind every cell, what citizens read."""

import json
from datetime import date, datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from lxml import html

from disclosure.services import take_down_document
from reports.annual import services
from reports.annual.collecting import Checked, collect
from reports.annual.reading import figures_from
from reports.models import AnnualReport
from requests_app.models import InformationRequest
from tests.make import make_document
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
from tests.requests_app.test_ledger import SignedIn

pytestmark = [pytest.mark.django_db, pytest.mark.law("条例§49", "条例§50")]


@pytest.fixture
def lisi(worked: Office, signed_in: SignedIn) -> Client:
    return signed_in(worked.cast.lisi)


@pytest.fixture
def wangwu(worked: Office, signed_in: SignedIn) -> Client:
    return signed_in(worked.cast.wangwu)


def step(report: AnnualReport, action: str) -> str:
    return reverse("reports_desk:annual_step", args=[report.pk, action])


def read(reader: Client, report: AnnualReport) -> str:
    """The digest in the form of the next step on the report's page."""
    page = html.fromstring(text(reader.get(reverse("reports_desk:annual_one", args=[report.pk]))))
    return str(page.xpath("//form/input[@name='digest']/@value")[0])


def text(answer: object) -> str:
    return answer.content.decode()  # type: ignore[attr-defined, no-any-return]


# --- the desk ----------------------------------------------------------------------------------------------------------


def test_from_the_list_to_the_public_by_two_people(worked: Office, lisi: Client, wangwu: Client) -> None:
    begun_at = lisi.post(reverse("reports_desk:annual_start"), {"department": "jyj", "year": YEAR}, follow=True)
    report = AnnualReport.objects.get()
    assert "正文按现在的数字拟好了初稿" in text(begun_at)
    said = {f"reg_docs__{kind}": 0 for kind in ("made", "repealed", "valid")} | {"saved": 0, "permits": "３", "penalties": 0, "coercion": 0, "fees_wan": "１．２５"}  # fmt: skip
    lisi.post(reverse("reports_desk:annual_figures", args=[report.pk]), said)
    lisi.post(reverse("reports_desk:annual_texts", args=[report.pk]), {**report.texts, "saved": 1, "problems": "更新不够及时。", "supervision": "甲"})  # fmt: skip
    lisi.post(step(report, "check"))
    wangwu.post(step(report, "sign"), {"digest": read(wangwu, report)})
    answer = wangwu.post(step(report, "publish"), {"digest": read(wangwu, report)}, follow=True)
    report.refresh_from_db()
    assert (report.state, report.frozen["table2"]["fees_wan"]) == ("published", 1.25)
    assert "已公布" in text(answer)
    told = html.fromstring(text(answer)).xpath("//ol[@class='timeline']/li/text()[1]")
    assert [line.split() for line in told] == [
        ["公布", "王五"], ["签发", "王五"], ["核对定稿", "李四"], ["填写", "李四"], ["填写", "李四"], ["编制", "李四"]]  # fmt: skip


def test_begun_already_it_is_said(worked: Office, lisi: Client) -> None:
    begun(worked)
    answer = lisi.post(reverse("reports_desk:annual_start"), {"department": "jyj", "year": YEAR}, follow=True)
    assert "已经编制" in text(answer)


def test_what_keeps_it_from_being_checked_off_stands_on_the_page(worked: Office, lisi: Client) -> None:
    report = begun(worked)
    answer = lisi.post(step(report, "check"))
    assert answer.status_code == 409
    assert "还不能核对定稿" in text(answer) and "表二“行政许可”还没有填报" in text(answer)
    assert lisi.get(step(report, "check")).status_code == 404


def test_texts_stand_beside_last_year_s_and_the_wording_of_this(worked: Office, lisi: Client) -> None:
    report = begun(worked)
    page = text(lisi.get(reverse("reports_desk:annual_texts", args=[report.pk])))
    assert "新收政府信息公开申请3件" in page and "没有上年的文字" in page


def test_two_writers_at_once_the_second_is_told_and_keeps_what_was_typed(
    worked: Office, lisi: Client, wangwu: Client
) -> None:
    report = begun(worked)
    where = reverse("reports_desk:annual_texts", args=[report.pk])
    said = {**report.texts, "saved": 0}
    assert lisi.post(where, {**said, "problems": "甲"}).status_code == 302
    answer = wangwu.post(where, {**said, "problems": "我写的很长的一段"})
    assert answer.status_code == 409 and "没有保存" in text(answer) and "我写的很长的一段" in text(answer)


def test_figures_are_refused_beside_their_field_and_stay_typed(worked: Office, lisi: Client) -> None:
    report = begun(worked)
    where = reverse("reports_desk:annual_figures", args=[report.pk])
    answer = lisi.post(where, {"saved": 0, "permits": "十二", "fees_wan": "1.23456", "reg_docs__made": 9})
    page = html.fromstring(text(answer))
    assert page.xpath("//div[@id='id_permits_error']//p/text()") == ["请填写不小于 0 的整数。"]
    assert page.xpath("//input[@name='permits']/@value") == ["十二"]
    assert "最多四位小数" in "".join(page.xpath("//div[@id='id_fees_wan_error']//text()"))
    assert "与公开目录不同，请写明原因" in "".join(page.xpath("//div[@id='id_stated_reason_error']//text()"))
    assert AnnualReport.objects.get().stated == {}


def test_the_department_in_charge_explains_what_a_consolidated_report_carries_over(
    worked: Office, signed_in: SignedIn
) -> None:
    cast, client = worked.cast, signed_in(worked.cast.qianqi)
    checked(worked)
    before = sound() | {"agency": cast.szf.name, "year": YEAR - 1}
    collect(actor=cast.qianqi, found=[Checked("上年.json", figures_from(before))], belongs_to=None, at=moment())
    report = begun(worked, cast.szf, is_consolidated=True, actor=cast.qianqi)
    written = {name: words or "已经写明。" for name, words in report.texts.items()} | {"problems": "更新不够及时。"}
    services.write(actor=cast.qianqi, report=report, saved=0, at=moment(), texts=written)
    assert "上年结转" in text(client.post(step(report, "check")))
    where = reverse("reports_desk:annual_figures", args=[report.pk])
    assert where in text(client.get(reverse("reports_desk:annual_one", args=[report.pk])))
    assert 'name="permits"' not in text(client.get(where))
    client.post(where, {"saved": 1, "tie_reason": "上年报告多计1件。"})
    assert client.post(step(report, "check")).status_code == 302
    assert AnnualReport.objects.get(pk=report.pk).frozen["notes"]["tie_reason"] == "上年报告多计1件。"


def test_documents_repealed_since_nobody_knows_when_are_named_beside_the_field(worked: Office, lisi: Client) -> None:
    report = begun(worked)
    where = reverse("reports_desk:annual_figures", args=[report.pk])
    assert "没有废止日期" not in text(lisi.get(where))
    make_document(worked.cast.jyj, column="normative", formed_on=date(2020, 1, 1), validity="repealed")
    assert "另有 1 件已废止但没有废止日期，未计入" in text(lisi.get(where))


def test_a_reason_is_asked_for_before_it_is_sent_back(worked: Office, wangwu: Client) -> None:
    report = signed(worked)
    assert "请写明原因" in text(wangwu.post(step(report, "send_back"), {"reason": ""}))
    wangwu.post(step(report, "send_back"), {"reason": "数字有误"})
    page = text(wangwu.get(reverse("reports_desk:annual_one", args=[report.pk])))
    assert "数字有误" in page


def test_steps_by_the_wrong_person_are_refused_with_the_reason(worked: Office, lisi: Client) -> None:
    report = checked(worked)
    answer = lisi.post(step(report, "sign"))
    assert answer.status_code == 409 and "公开机构负责人" in text(answer)


@pytest.mark.parametrize("action", ["sign", "publish"])
def test_nobody_signs_or_publishes_another_report_than_was_read(worked: Office, wangwu: Client, action: str) -> None:
    report = checked(worked) if action == "sign" else signed(worked)
    digest = read(wangwu, report)
    cast = worked.cast
    services.send_back(actor=cast.wangwu, report=report, reason="许可数有误", at=moment())
    services.write(actor=cast.lisi, report=report, saved=report.saved, at=moment(), stated=SAID | {"permits": 99})
    services.check(actor=cast.lisi, report=report, at=moment())
    if action == "publish":
        services.sign(actor=cast.wangwu, report=report, digest=report.digest, at=moment())
    for said in ({"digest": digest}, {}):
        answer = wangwu.post(step(report, action), said)
        assert answer.status_code == 409 and "请看过现在的内容再办" in text(answer)
    state = report.state
    report.refresh_from_db()
    assert report.state == state
    wangwu.post(step(report, action), {"digest": read(wangwu, report)})
    report.refresh_from_db()
    assert report.state != state


def test_what_was_checked_off_cannot_be_written(worked: Office, lisi: Client) -> None:
    report = checked(worked)
    answer = lisi.post(reverse("reports_desk:annual_texts", args=[report.pk]), {**report.texts, "saved": report.saved})
    assert answer.status_code == 409 and "取回修改后才能填写" in text(answer)


def test_a_broken_identity_is_marked_in_its_cell(worked: Office, lisi: Client) -> None:
    report = checked(worked)
    frozen = json.loads(json.dumps(report.frozen))
    frozen["table3"]["granted"]["total"] = 9
    AnnualReport.objects.filter(pk=report.pk).update(frozen=frozen)
    page = html.fromstring(text(lisi.get(reverse("reports_desk:annual_one", args=[report.pk]))))
    wrong = ["".join(cell.itertext()).split("（")[0] for cell in page.xpath("//td[contains(@class, 'is-wrong')]")]
    assert wrong == ["9", "2"]  # （一）予以公开 across (R3), （七）总计 down (R2)
    assert "各行合计为10，而总计为2" in "".join(page.itertext())


def test_the_page_does_not_say_that_everything_agrees_when_a_break_is_explained(worked: Office, lisi: Client) -> None:
    before = sound() | {"agency": "市教育局", "year": YEAR - 1}
    collect(actor=worked.cast.qianqi, found=[Checked("上年.json", figures_from(before))], belongs_to=None, at=moment())
    report = filled(worked)
    services.write(actor=worked.cast.lisi, report=report, saved=report.saved, at=moment(), tie_reason="上年多计1件。")
    page = text(lisi.get(reverse("reports_desk:annual_one", args=[report.pk])))
    assert "勾稽关系全部成立" not in page and "已说明：上年多计1件。" in page


def test_the_list_shows_a_late_report_and_offers_to_begin_it(worked: Office, lisi: Client) -> None:
    page = text(lisi.get(f"{reverse('reports_desk:annual')}?year={YEAR}"))
    assert "已超过期限" in page and "编制报告" in page
    published(worked)
    page = text(lisi.get(f"{reverse('reports_desk:annual')}?year={YEAR}"))
    assert "2026-01-15" in page and "编制报告" not in page


def test_the_list_judges_a_report_by_the_local_day_on_which_it_was_first_public(worked: Office, lisi: Client) -> None:
    report, at = signed(worked), timezone.make_aware(datetime(2026, 2, 1, 7))
    services.publish(actor=worked.cast.wangwu, report=report, digest=report.digest, at=at)
    page = text(lisi.get(f"{reverse('reports_desk:annual')}?year={YEAR}"))
    assert "2026-02-01" in page and "逾期公布" in page  # 31 January in UTC
    assert lisi.get(f"{reverse('reports_desk:annual')}?year={YEAR}&late=1").context["rows"] == []  # not owed any more
    AnnualReport.objects.filter(pk=report.pk).update(published_at=moment())
    services.start_correction(actor=worked.cast.lisi, report=report, reason="漏计", at=moment(date(2026, 6, 1)))
    page = text(lisi.get(f"{reverse('reports_desk:annual')}?year={YEAR}"))
    assert "2026-01-15" in page and "已公布，更正稿：起草" in page and '<span class="late">' not in page


def test_the_list_shows_the_late_ones_of_a_body_when_asked(worked: Office, signed_in: SignedIn) -> None:
    client, where = signed_in(worked.cast.qianqi), f"{reverse('reports_desk:annual')}?year={YEAR}"
    published(worked)
    rows = client.get(f"{where}&department=szf&late=1").context["rows"]
    assert [(row.department.code, row.is_consolidated) for row in rows] == [("szf", True), ("szf", False)]
    answer = client.get(f"{where}&department=jyj&late=1")
    assert answer.context["rows"] == [] and "没有符合条件的报告" in text(answer)
    assert "查看全部机关的报告" in text(answer)


def test_the_list_costs_the_same_whatever_it_shows(worked: Office, signed_in: SignedIn) -> None:
    client, counts = signed_in(worked.cast.qianqi), []
    client.get(reverse("reports_desk:annual"))
    for _ in range(2):
        with CaptureQueriesContext(connection) as captured:
            client.get(f"{reverse('reports_desk:annual')}?year={YEAR}")
        counts.append(len(captured))
        if len(counts) == 1:
            begun(worked)
            begun(worked, worked.cast.wjw, actor=worked.cast.zhaoliu)
    assert counts[0] == counts[1]


def test_the_desk_gives_out_the_bytes_that_were_published(worked: Office, lisi: Client, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    report = published(worked)
    monkeypatch.setattr("reports.annual.publishing.to_docx", lambda *_, **__: b"what a later version would write")
    with report.files.get(format="docx").file.content.open("rb") as file:
        assert lisi.get(reverse("reports_desk:annual_file", args=[report.pk, "docx"])).getvalue() == file.read()


# --- behind a cell -----------------------------------------------------------------------------------------------------


def test_every_figure_leads_to_as_many_cases_as_it_says(worked: Office, lisi: Client) -> None:
    report = published(worked)
    page = html.fromstring(text(lisi.get(reverse("reports_desk:annual_one", args=[report.pk]))))
    links = page.xpath("//table[contains(@class, 'national--table3')]//td/a")
    assert len(links) == 12
    for link in links:
        behind = html.fromstring(text(lisi.get(link.get("href"))))
        cases = behind.xpath("//tbody//th/a/@href")
        assert len(cases) == int(link.text), link.get("href")
        assert lisi.get(cases[0]).status_code == 200


def test_a_figure_is_followed_from_the_public_page_to_the_case_by_who_may(
    worked: Office, lisi: Client, signed_in: SignedIn
) -> None:
    report = published(worked)
    address = reverse("reports:annual_report", args=[YEAR, "jyj"])
    public = html.fromstring(text(lisi.get(address)))
    figure = public.xpath("//td/a[text()='3']/@href")[0]
    case = html.fromstring(text(lisi.get(figure))).xpath("//tbody//th/a/@href")[0]
    assert lisi.get(case).status_code == 200
    stranger, visitor = signed_in(worked.cast.zhaoliu), Client()
    for client in (stranger, visitor):
        page = html.fromstring(text(client.get(address)))
        assert page.xpath("//td/a") == [] and page.xpath("//td[text()='3']")
    assert [stranger.get(where).status_code for where in (figure, case)] == [404, 404]
    assert [visitor.get(where).status_code for where in (figure, case)] == [302, 302]
    assert report.state == "published"


def test_a_cell_of_a_draft_is_counted_alone_and_a_stated_one_shows_what_was_stated(
    worked: Office, lisi: Client
) -> None:
    report = begun(worked)
    AnnualReport.objects.filter(pk=report.pk).update(stated={"reg_docs": {"made": 4, "repealed": 0, "valid": 4}})
    where = reverse("reports_desk:annual_cell", args=[report.pk])
    with CaptureQueriesContext(connection) as captured:
        page = text(lisi.get(f"{where}?table=table3&row=new_received&column=total"))
    assert '共 <strong class="num">3</strong> 件' in page
    assert not [row for row in captured.captured_queries if "requests_app_remedy" in row["sql"]]
    page = text(lisi.get(f"{where}?table=table2&row=reg_docs&column=made"))
    assert '报告中的数字为 <strong class="num">4</strong>' in page


def test_a_cell_nobody_knows_is_no_page(worked: Office, lisi: Client) -> None:
    report = begun(worked)
    where = reverse("reports_desk:annual_cell", args=[report.pk])
    for asked in ("", "?table=table3&row=granted&column=x", "?table=table9&row=granted&column=total", "?table=table2&row=permits&column=total"):  # fmt: skip
        assert lisi.get(where + asked).status_code == 404


def test_a_co_worker_without_cases_sees_the_report_and_no_case(worked: Office, signed_in: SignedIn) -> None:
    report = begun(worked)
    client = signed_in(worked.cast.sunba)
    where = f"{reverse('reports_desk:annual_cell', args=[report.pk])}?table=table3&row=new_received&column=total"
    page = text(client.get(where))
    assert "您无权查看" in page and not any(
        number in page for number in InformationRequest.objects.values_list("number", flat=True)
    )


def test_cells_are_paged_by_key(worked: Office, lisi: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reports.annual.selectors.PAGE", 2)
    report = begun(worked)
    where = f"{reverse('reports_desk:annual_cell', args=[report.pk])}?table=table3&row=new_received&column=total"
    first = html.fromstring(text(lisi.get(where)))
    following = first.xpath("//a[@rel='next']/@href")[0]
    second = html.fromstring(text(lisi.get(where.partition("?")[0] + following)))
    rows = [page.xpath("//tbody//th/a/text()") for page in (first, second)]
    assert [len(row) for row in rows] == [2, 1] and not set(rows[0]) & set(rows[1])


# --- citizens ----------------------------------------------------------------------------------------------------------


def test_citizens_read_it_in_the_national_form_and_take_it_in_every_form(worked: Office) -> None:
    published(worked)
    visitor, address = Client(), reverse("reports:annual_report", args=[YEAR, "jyj"])
    page = text(visitor.get(address))
    assert "三、收到和处理政府信息公开申请情况" in page and "（本列数据的勾稽关系为" in page
    for form in ("docx", "xlsx", "json", "html"):
        answer = visitor.get(f"{address}report.{form}")
        assert answer.status_code == 200 and "attachment" in answer["Content-Disposition"], form
        assert answer.getvalue()
    assert visitor.get(f"{address}report.exe").status_code == 404
    data = json.loads(visitor.get(reverse("reports:annual_figures", args=[YEAR])).content)
    assert [report["agency"] for report in data["reports"]] == ["市教育局"]
    assert text(visitor.get(reverse("reports:annual_reports"))).count(address) == 1


def test_what_is_not_public_yet_is_no_page(worked: Office) -> None:
    signed(worked)
    visitor = Client()
    for name, args in (("annual_report", [YEAR, "jyj"]), ("annual_file", [YEAR, "jyj", "json"]), ("annual_consolidated", [YEAR, "jyj"]), ("annual_figures", [YEAR])):  # fmt: skip
        assert visitor.get(reverse(f"reports:{name}", args=args)).status_code == 404
    assert visitor.get(reverse("reports:annual_report", args=[10**17, "jyj"])).status_code == 404


def test_a_report_taken_down_is_gone_from_every_address_of_it(worked: Office) -> None:
    report, visitor = published(worked), Client()
    take_down_document(actor=worked.cast.wangwu, document=report.document, at=moment())
    address = reverse("reports:annual_report", args=[YEAR, "jyj"])
    for where in (report.document.url, address, f"{address}?number=1", f"{address}report.docx"):
        answer = visitor.get(where)
        assert (answer.status_code, report.title in text(answer)) == (410, False), where
    assert visitor.get(reverse("reports:annual_report", args=[YEAR, "wjw"])).status_code == 404


def test_a_corrected_report_says_so_and_keeps_the_first(worked: Office) -> None:
    first = published(worked)
    second = services.start_correction(actor=worked.cast.lisi, report=first, reason="漏计2件许可", at=moment())
    made_public(second, writer=worked.cast.lisi, signer=worked.cast.wangwu, at=moment(date(2026, 2, 10)))
    visitor, address = Client(), reverse("reports:annual_report", args=[YEAR, "jyj"])
    page = text(visitor.get(address))
    assert "更正后第 2 次公布" in page and "漏计2件许可" in page
    old = text(visitor.get(f"{address}?number=1"))
    assert "已经更正后重新公布" in old and "漏计2件许可" not in old
    assert text(visitor.get(reverse("reports:annual_reports"))).count(address) == 1


def test_the_catalogue_s_document_leads_to_the_figures(worked: Office) -> None:
    report = published(worked)
    page = text(Client().get(report.document.url))
    assert reverse("reports:annual_report", args=[YEAR, "jyj"]) in page and "（七）总计" in page


def test_filled_reports_are_no_different_for_the_auditor(worked: Office, signed_in: SignedIn) -> None:
    report = filled(worked)
    client = signed_in(worked.cast.fenger)
    page = text(client.get(reverse("reports_desk:annual_one", args=[report.pk])))
    assert "修改正文" not in page and "核对定稿</button>" not in page
    assert client.post(step(report, "check")).status_code == 409
    assert client.get(reverse("reports_desk:annual_texts", args=[report.pk])).status_code == 403
