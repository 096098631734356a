"""Reports made elsewhere: read, checked, kept; and the page on which the department in charge does it."""

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from reports.annual.building import live_figures
from reports.annual.collecting import MOST_REPORTS, checked, collect, discard
from reports.annual.reading import figures_from
from reports.annual.services import examine
from reports.annual.sheets import workbook
from reports.models import CollectedReport
from tests.reports.annual.making import YEAR, filled, moment, year_of_work
from tests.reports.annual.test_identities import REPORTS, sound
from tests.requests_app.casework import Office
from tests.requests_app.test_ledger import SignedIn
from tests.shared import shared_path

pytestmark = [pytest.mark.django_db, pytest.mark.law("条例§47", "条例§49")]


def as_file(data: Any, name: str = "report.json") -> SimpleUploadedFile:
    content = data if isinstance(data, bytes) else json.dumps(data).encode()
    return SimpleUploadedFile(name, content)


def alone(_figures: Any) -> None:
    """No report of the year before."""


def test_a_file_holds_one_report_or_a_list() -> None:
    one = checked("x.json", json.dumps(sound()).encode(), alone)
    many = checked("x.json", json.dumps({"reports": [sound(), sound() | {"year": 2027}]}).encode(), alone)
    sheet = checked("x.xlsx", workbook(figures_from(sound())), alone)
    assert [len(found) for found in (one, many, sheet)] == [1, 2, 1]
    assert [row.hard for row in many] == [0, 2]  # the second year does not take up what the first carries forward
    assert sheet[0].figures == one[0].figures


@pytest.mark.parametrize(
    "data", [b"", b"\xff\xfe", b"[]", b'{"reports": []}', json.dumps([1] * (MOST_REPORTS + 1)).encode()]
)
def test_what_is_no_report_is_said(data: bytes) -> None:
    (row,) = checked("x.json", data, alone)
    assert row.fault and row.figures is None


def test_one_bad_report_does_not_hide_the_others() -> None:
    found = checked("x.json", json.dumps([{"agency": "甲"}, sound()]).encode(), alone)
    assert [bool(row.fault) for row in found] == [True, False]


def test_a_report_of_a_body_here_is_what_the_next_year_is_tied_to(office: Office, reference: None) -> None:
    year_of_work(office)
    before = sound() | {"agency": "市教育局", "year": YEAR - 1, "texts": {"problems": "上年的问题。"}}
    (kept,) = collect(actor=office.cast.qianqi, found=checked("x.json", json.dumps(before).encode(), alone), belongs_to=office.cast.szf, at=moment())  # fmt: skip
    assert (kept.department, kept.belongs_to) == (office.cast.jyj, None)
    report = filled(office)
    assert {each.rule for each in examine(report, live_figures(report), at=moment()).hard} == {"R5"}
    discard(actor=office.cast.qianqi, collected=kept, at=moment())
    assert examine(report, live_figures(report), at=moment()).hard == []


def test_one_of_the_same_body_and_year_is_replaced_and_stays_on_record(office: Office) -> None:
    for _ in range(2):
        collect(actor=office.cast.qianqi, found=checked("x.json", json.dumps(sound()).encode(), alone), belongs_to=None, at=moment())  # fmt: skip
    assert CollectedReport.objects.count() == 2
    assert CollectedReport.objects.filter(replaced_at=None).count() == 1


# --- the page ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def supervisor(office: Office, signed_in: SignedIn) -> Client:
    return signed_in(office.cast.qianqi)


def test_the_page_says_each_breach_and_keeps_nothing_unless_asked(supervisor: Client) -> None:
    data = sound()
    data["table4"]["reconsideration"]["maintained"] = 10
    answer = supervisor.post(reverse("reports_desk:collected"), {"reports": as_file(data), "keep": "no"})
    text = answer.content.decode()
    assert "勾稽关系有 1 处不成立" in text and "R4" in text and "行政复议" in text
    assert not CollectedReport.objects.exists()
    supervisor.post(reverse("reports_desk:collected"), {"reports": as_file(data), "keep": "yes"})
    row = CollectedReport.objects.get()
    assert "R4" in supervisor.get(reverse("reports_desk:collected_one", args=[row.pk])).content.decode()
    supervisor.post(reverse("reports_desk:collected_discard", args=[row.pk]))
    assert not CollectedReport.objects.filter(replaced_at=None).exists()


def test_several_files_are_checked_at_once(supervisor: Client) -> None:
    files = [as_file(sound(), "a.json"), as_file(b"no", "b.json"), as_file(workbook(figures_from(sound())), "c.xlsx")]
    text = supervisor.post(reverse("reports_desk:collected"), {"reports": files, "keep": "no"}).content.decode()
    assert text.count("勾稽关系全部成立") == 2 and "不是有效的 JSON" in text


def test_without_a_file_the_form_says_so(supervisor: Client) -> None:
    answer = supervisor.post(reverse("reports_desk:collected"), {"keep": "yes"})
    assert answer.status_code == 200 and "请选择文件。" in answer.content.decode()


def test_every_real_report_goes_through_the_page(supervisor: Client) -> None:
    data = shared_path(REPORTS).read_bytes()
    text = supervisor.post(reverse("reports_desk:collected"), {"reports": as_file(data), "keep": "no"}).content.decode()
    assert text.count("处不成立") == 2  # 河北省科学技术厅 2022 and 洪泽区 2023
    assert text.count('<span class="late">错误</span>') == 5
