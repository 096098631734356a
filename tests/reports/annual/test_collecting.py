"""Reports made elsewhere: read, checked, kept; and the page on which the department in charge does it."""

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import Department
from reports.annual.building import exchanged, live_figures, sources_of
from reports.annual.collecting import MOST_REPORTS, checked, collect, discard, examined
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


def totals_only() -> dict[str, Any]:
    """A report of which only the totals of two rows could be read."""
    return {"agency": "云岚市气象局", "year": YEAR, "totals_only": {"new_received": 7, "granted": "/"}}


def test_a_kept_report_of_which_only_totals_are_known_is_read_again_and_holds_up_nobody(supervisor: Client) -> None:
    szf = Department.objects.get(code="szf")
    for year in (YEAR, YEAR + 1):
        supervisor.post(reverse("reports_desk:collected"), {"reports": as_file(totals_only() | {"year": year}), "keep": "yes", "belongs_to": szf.pk})  # fmt: skip
    for kept in CollectedReport.objects.all():
        page = supervisor.get(reverse("reports_desk:collected_one", args=[kept.pk])).content.decode()
        assert "只有以下各行的总计：一、本年新收政府信息公开申请数量 7" in page
    assert [source.agency for source in sources_of(szf, YEAR) if source.kind == "collected"] == ["云岚市气象局"]


def test_a_kept_report_has_every_error_it_came_with(office: Office) -> None:
    data = sound() | {"totals_only": {"granted": "若干"}}
    data["table2"] |= {"coercion": "若干", "reg_docs": {"made": "/", "repealed": 1, "valid": 1}}
    data["table3"]["granted"]["research"] = "/"
    data["table4"]["reconsideration"] = {"maintained": "无"}
    (row,) = checked("x.json", json.dumps(data).encode(), alone)
    (kept,) = collect(actor=office.cast.qianqi, found=[row], belongs_to=None, at=moment())
    kept.refresh_from_db()
    assert [each.rule for each in row.breaches] == ["R8", "R12", "R8", "R12", "R12"]
    assert sorted(map(repr, examined(kept).breaches)) == sorted(map(repr, row.breaches))
    assert examined(kept).remarks == row.remarks and row.figures
    assert exchanged(figures_from(kept.content)) == exchanged(row.figures)


@pytest.mark.parametrize(
    ("odd", "words"),
    [
        ({"agency": "某" * 121}, "机关名称"), ({"agency": " \x00 "}, "机关名称"),
        ({"year": -5}, "年度（year）应当在"), ({"year": 99999}, "年度（year）应当在"), ({"year": 10**20}, "年度（year）应当在"),
        ({"table3": {}, "table2": {}, "table4": {}, "unparsed_rows": ["甲"]}, "没有表二、表三、表四"),
    ],
)  # fmt: skip
def test_what_cannot_be_kept_is_refused_with_the_reason(supervisor: Client, odd: dict[str, Any], words: str) -> None:
    answer = supervisor.post(reverse("reports_desk:collected"), {"reports": as_file(sound() | odd), "keep": "yes"})
    assert answer.status_code == 200 and words in answer.content.decode()
    assert not CollectedReport.objects.exists()


def test_characters_nobody_can_print_are_left_out_of_what_is_kept() -> None:
    data = sound() | {"agency": "甲\x00局\n", "level": "县\x00区", "texts": {"problems": "更新\x00不够。\n第二段"}}
    data["table3"]["granted"]["research"] = "若\x00干"
    (row,) = checked("x.json", json.dumps(data).encode(), alone)
    assert row.figures and row.figures.agency == "甲局" and row.figures.texts["problems"] == "更新不够。\n第二段"
    assert "\\u0000" not in json.dumps(exchanged(row.figures))


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


def test_a_page_lists_a_hundred_breaches_of_a_report_errors_first_and_says_how_many_there_are(
    supervisor: Client,
) -> None:
    slips = "".join(f"新收申请{number}件。" for number in range(1000, 1300))
    data = sound() | {"texts": {"applications": slips, "problems": "不够及时。", "others": "无其他事项。"}}
    data["table4"]["reconsideration"]["maintained"] = 10
    text = supervisor.post(reverse("reports_desk:collected"), {"reports": as_file(data), "keep": "no"}).content.decode()
    assert "共 301 处，只列出前 100 处" in text and text.count('data-label="级别"') == 100
    assert text.index("R4") < text.index("R7")


def test_several_files_are_checked_at_once(supervisor: Client) -> None:
    files = [as_file(sound(), "a.json"), as_file(b"no", "b.json"), as_file(workbook(figures_from(sound())), "c.xlsx")]
    text = supervisor.post(reverse("reports_desk:collected"), {"reports": files, "keep": "no"}).content.decode()
    assert text.count("勾稽关系全部成立") == 2 and "不是有效的 JSON" in text
    files = [as_file({**sound(), "table2": None}, "part.json"), as_file({"a": 1}, "other.json")]
    text = supervisor.post(reverse("reports_desk:collected"), {"reports": files, "keep": "no"}).content.decode()
    assert "能核对的勾稽关系成立" in text and "全部成立" not in text and "缺少机关名称（agency）" in text


def test_what_was_kept_is_not_kept_again_by_reloading_and_its_page_says_what_is_wrong(supervisor: Client) -> None:
    data = sound()
    data["table4"]["reconsideration"]["maintained"] = 10
    answer = supervisor.post(reverse("reports_desk:collected"), {"reports": as_file(data), "keep": "yes"}, follow=True)
    kept = CollectedReport.objects.get()
    assert answer.redirect_chain == [(reverse("reports_desk:collected_one", args=[kept.pk]), 302)]
    assert "已收存 1 份" in answer.content.decode() and "勾稽关系有 1 处不成立" in answer.content.decode()


def test_of_several_kept_the_list_says_which_are_wrong_and_which_were_not_kept(supervisor: Client) -> None:
    data = sound() | {"agency": "云岚市气象局"}
    data["table4"]["reconsideration"]["maintained"] = 10
    files = [as_file(sound(), "a.json"), as_file(b"no", "b.json"), as_file(data, "c.json")]
    where = reverse("reports_desk:collected")
    answer = supervisor.post(where, {"reports": files, "keep": "yes"}, follow=True)
    text = answer.content.decode()
    assert answer.redirect_chain == [(where, 302)] and "已收存 2 份" in text
    assert "勾稽关系不成立的有 1 份：云岚市气象局2026年。" in text
    assert "没有收存的有 1 份：b.json：不是有效的 JSON" in text


def test_without_a_file_the_form_says_so(supervisor: Client) -> None:
    answer = supervisor.post(reverse("reports_desk:collected"), {"keep": "yes"})
    assert answer.status_code == 200 and "请选择文件。" in answer.content.decode()


def test_every_real_report_goes_through_the_page(supervisor: Client) -> None:
    data = shared_path(REPORTS).read_bytes()
    text = supervisor.post(reverse("reports_desk:collected"), {"reports": as_file(data), "keep": "no"}).content.decode()
    assert text.count("处不成立") == 2  # 河北省科学技术厅 2022 and 洪泽区 2023
    assert text.count('<span class="late">错误</span>') == 5
