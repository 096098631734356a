"""The counter: each door with its day of receipt, what is looked for before registering, the receipt, the spot answer."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.conf import settings as project
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from accounts.services import grant_role
from requests_app import sealed_files, sealing
from requests_app.cases.alike import earlier, volume
from requests_app.intake.counter import DOORS
from requests_app.models import CaseDue, CaseFile, InformationRequest, Said
from requests_app.states import CaseState
from tests.requests_app.casework import ID_NUMBER, Office, fresh

pytestmark = pytest.mark.django_db
SignedIn = Callable[[User], Client]
COUNTER = "/desk/requests/counter/"
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


@pytest.fixture
def today() -> date:
    return timezone.localdate()


def said(place: Office, channel: str = "in_person", **more: Any) -> dict[str, Any]:
    """What a clerk writes down."""
    today = timezone.localdate()
    days = {
        "submitted_on": today, "signed_on": today, "arrived_on": today,
    }  # fmt: skip
    wanted = {
        "channel": channel, "token": "0" * 32, "do": "register", "department": place.cast.jyj.pk,
        "applicant_type": "natural_person", "name": "张三", "id_kind": "resident_id", "id_number": ID_NUMBER,
        "phone": "138 0000 1234", "kind": "information", "title": "2025年义务教育阶段学校学位预警名单",
        "wanted_form": "paper", "wanted_delivery": "pick_up", "read_back": "已宣读并签名",
        **{name: day.isoformat() for name, day in days.items() if name in DOORS[channel].days},
    }  # fmt: skip
    return wanted | more


def only() -> InformationRequest:
    return fresh(InformationRequest.objects.get())


# --- who, and which door -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "status"),
    [("lisi", 200), ("wangwu", 200), ("zhaoliu", 200), ("sunba", 404), ("qianqi", 404), ("fenger", 404),
     ("zhengyi", 404), ("root", 404), ("zhangsan", 404)],
)  # fmt: skip
def test_the_counter_is_for_who_takes_in(office: Office, signed_in: SignedIn, who: str, status: int) -> None:
    client = signed_in(getattr(office.cast, who))
    assert client.get(COUNTER).status_code == status
    assert client.get(f"{COUNTER}?channel=oral").status_code == status
    assert client.post(COUNTER, {"channel": "oral"}).status_code == (422 if status == 200 else 404)
    assert not InformationRequest.objects.exists()


@pytest.mark.law("条例§31")
@pytest.mark.parametrize("channel", sorted(DOORS))
def test_a_door_shows_its_rule_and_asks_for_its_days_only(office: Office, signed_in: SignedIn, channel: str) -> None:
    answer = signed_in(office.cast.lisi).get(f"{COUNTER}?channel={channel}")
    page, door = answer.content.decode(), DOORS[channel]
    assert door.rule in page
    assert door.rule.startswith("条例第")
    asked = {name for name in answer.context["form"].fields if name.endswith("_on")}
    assert asked == set(door.days)
    assert ("登记并当场答复" in page) == (channel in ("in_person", "oral"))


@pytest.mark.parametrize("channel", ["online", "", "x"])
def test_what_is_no_door_of_the_counter_leads_back_to_the_choice(
    office: Office, signed_in: SignedIn, channel: str
) -> None:
    answer = signed_in(office.cast.lisi).post(COUNTER, said(office) | {"channel": channel})
    assert "先选申请是怎么来的" in answer.content.decode()
    assert not InformationRequest.objects.exists()


# --- the day of receipt ------------------------------------------------------------------------------------------------


@pytest.mark.law("条例§31")
@pytest.mark.parametrize(
    ("channel", "days", "state", "received"),
    [
        ("in_person", {"submitted_on": 3}, CaseState.REGISTERED, 3),
        ("oral", {"submitted_on": 0}, CaseState.REGISTERED, 0),
        ("mail_signed", {"posted_on": 9, "signed_on": 5}, CaseState.REGISTERED, 5),
        ("mail_ordinary", {"posted_on": 9, "arrived_on": 5}, CaseState.SUBMITTED, None),
        ("mail_ordinary", {"arrived_on": 5, "confirmed_on": 4}, CaseState.REGISTERED, 4),
        ("fax", {"arrived_on": 5, "confirmed_on": 5}, CaseState.REGISTERED, 5),
        ("email", {"arrived_on": 5}, CaseState.SUBMITTED, None),
    ],
)
def test_the_door_decides_the_day_of_receipt_not_the_day_of_entry(
    office: Office, signed_in: SignedIn, channel: str, days: dict[str, int], state: str, received: int | None
) -> None:
    today = timezone.localdate()
    typed = {name: (today - timedelta(days=back)).isoformat() for name, back in days.items()}
    answer = signed_in(office.cast.lisi).post(COUNTER, said(office, channel, evidence="凭证一", **typed))
    assert answer.status_code == 302, answer.context["form"].errors
    case = only()
    assert (case.state, case.channel) == (state, channel)
    assert case.first_received_on == (None if received is None else today - timedelta(days=received))
    assert timezone.localdate(case.created_at) == today
    assert Said.objects.filter(case=case, text="凭证一").exists()
    assert CaseDue.objects.get(case=case).kind == ("reply" if received is not None else "confirm")


@pytest.mark.parametrize(
    ("channel", "wrong", "field", "words"),
    [
        ("in_person", {"submitted_on": ""}, "submitted_on", "请填写提交之日"),
        ("in_person", {"submitted_on": "2099-01-01"}, "submitted_on", "还没有到"),
        ("mail_signed", {"signed_on": "2026-02-30"}, "signed_on", "日期应形如"),
        ("mail_signed", {"posted_on": timezone.localdate().isoformat(), "signed_on": "2026-03-02"}, "__all__", "不能早于交邮"),
        ("fax", {"arrived_on": timezone.localdate().isoformat(), "confirmed_on": "2026-03-02"}, "__all__", "确认不能早于到达"),
        ("in_person", {"id_number": "110105194912310021"}, "id_number", "校验位"),
        ("in_person", {"id_number": "1234567890123456"}, "id_number", "现在是 16 位"),
        ("in_person", {"name": ""}, "name", "请填写姓名或者名称"),
        ("in_person", {"phone": "12345"}, "phone", "手机号码应为 11 位"),
        ("in_person", {"email": "不是邮箱"}, "email", "电子邮箱"),
        ("in_person", {"title": ""}, "title", "至少填一项"),
        ("in_person", {"wanted_delivery": "post"}, "address", "邮寄"),
        ("in_person", {"applicant_type": "commercial", "credit_code": "1"}, "credit_code", "18"),
        ("in_person", {"department": "0"}, "department", "请重新选择机关"),
        ("oral", {"read_back": ""}, "read_back", "请填写宣读和签名情况"),
    ],
)  # fmt: skip
def test_what_is_wrong_stands_beside_its_field_and_everything_typed_stays(
    office: Office, signed_in: SignedIn, channel: str, wrong: dict[str, str], field: str, words: str
) -> None:
    answer = signed_in(office.cast.lisi).post(COUNTER, said(office, channel, purpose="写论文", **wrong))
    assert answer.status_code in (409, 422)
    assert words in "".join(answer.context["form"].errors[field])
    assert "写论文" in answer.content.decode()
    assert not InformationRequest.objects.exists()


def test_incomplete_papers_are_registered_all_the_same(office: Office, signed_in: SignedIn) -> None:
    few = {"id_number": "", "phone": "", "title": "", "features": "想要学位方面的材料"}
    assert signed_in(office.cast.lisi).post(COUNTER, said(office, **few)).status_code == 302
    assert (only().matter, only().applicant.id_hash, only().applicant.id_kind) == ("想要学位方面的材料", "", "")


def test_an_organisation_is_registered_with_its_code(office: Office, signed_in: SignedIn) -> None:
    told = {
        "applicant_type": "research",
        "name": "云岚教育研究院",
        "credit_code": "91110000600037341l",
        "contact": "王明",
    }
    assert signed_in(office.cast.lisi).post(COUNTER, said(office, **told)).status_code == 302
    applicant = only().applicant
    assert (applicant.credit_code, applicant.id_sealed, applicant.id_kind) == ("91110000600037341L", "", "")
    assert sealing.open_sealed(applicant.contact_sealed) == "王明"


@pytest.mark.law("条例§43")
def test_help_that_is_needed_is_kept(office: Office, signed_in: SignedIn) -> None:
    signed_in(office.cast.lisi).post(COUNTER, said(office, assistance="reading_aloud"))
    assert only().assistance == "reading_aloud"


# --- papers ------------------------------------------------------------------------------------------------------------


def upload(name: str = "申请书.pdf", data: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def test_papers_are_sealed_and_survive_a_wrong_form(office: Office, signed_in: SignedIn) -> None:
    client = signed_in(office.cast.lisi)
    wrong = client.post(COUNTER, said(office, name="", scan=upload(), proof=upload("身份证.pdf")))
    assert "已收到：申请书.pdf" in wrong.content.decode()
    kept = wrong.context["kept"]
    assert "申请书" not in kept
    assert client.post(COUNTER, said(office, kept=kept)).status_code == 302
    files = {file.name: file for file in CaseFile.objects.all()}
    assert {name: file.role for name, file in files.items()} == {"申请书.pdf": "incoming", "身份证.pdf": "proof"}
    assert sealed_files.content(files["申请书.pdf"].key) == PDF
    assert files["申请书.pdf"].added_by == office.cast.lisi


def test_a_colleagues_papers_are_not_carried_over(office: Office, signed_in: SignedIn) -> None:
    kept = signed_in(office.cast.lisi).post(COUNTER, said(office, name="", scan=upload())).context["kept"]
    assert signed_in(office.cast.wangwu).post(COUNTER, said(office, kept=kept)).status_code == 302
    assert not CaseFile.objects.exists()


@pytest.mark.parametrize("kept", ["x", "张", "gAAAAA=="])
def test_what_is_no_carried_file_is_ignored(office: Office, signed_in: SignedIn, kept: str) -> None:
    assert signed_in(office.cast.lisi).post(COUNTER, said(office, kept=kept)).status_code == 302


def test_a_file_that_may_not_be_kept_is_told_beside_its_field(office: Office, signed_in: SignedIn) -> None:
    answer = signed_in(office.cast.lisi).post(COUNTER, said(office, scan=upload("x.exe", b"MZ\x90\x00" * 20)))
    assert answer.status_code == 422
    assert answer.context["form"].errors["scan"]


# --- asked before, too often -------------------------------------------------------------------------------------------


@pytest.mark.law("条例§36")
def test_the_same_asked_before_is_shown_and_only_suggested(office: Office, signed_in: SignedIn) -> None:
    before = office.answered(office.handling(timezone.localdate()), timezone.localdate())
    client = signed_in(office.cast.lisi)
    asked = said(office, title="2025 年義務教育階段學校學位預警名單。")
    shown = client.post(COUNTER, asked)
    assert shown.status_code == 200
    assert before.number in shown.content.decode()
    assert InformationRequest.objects.count() == 1
    sure = client.post(COUNTER, asked | {"considered": shown.context["found"].mark})
    assert sure.status_code == 302
    assert InformationRequest.objects.count() == 2


def test_other_people_other_matters_and_no_identity_are_not_alike(office: Office) -> None:
    today = timezone.localdate()
    case = office.in_person(today)
    id_hash, jyj = case.applicant.id_hash, office.cast.jyj
    assert [one.case for one in earlier(id_hash, case.matter, jyj, today=today)] == [case]
    assert earlier(id_hash, case.matter, jyj, today=today)[0].percent == 100
    assert earlier(case, case.matter, jyj, today=today) == []
    assert earlier("", case.matter, jyj, today=today) == []
    assert earlier(id_hash, case.matter, office.cast.wjw, today=today) == []
    assert earlier(id_hash, "校车采购合同全文", jyj, today=today) == []
    assert earlier(id_hash, case.matter, jyj, today=today + timedelta(days=800)) == []


@pytest.mark.law("条例§35")
def test_many_applications_are_pointed_out_not_refused(
    office: Office, signed_in: SignedIn, settings: Any, today: date
) -> None:
    settings.VOLUME_WATCH_YEAR = 3
    for number in range(3):
        office.in_person(today, title=f"第{number}号校园的{'食堂操场校服'[number * 2 : number * 2 + 2]}台账")
    id_hash = InformationRequest.objects.first().applicant.id_hash
    assert volume(id_hash, today, office.cast.jyj) == volume(id_hash, today)
    assert (volume(id_hash, today).this_year, volume(id_hash, today).is_much) == (3, True)
    assert volume(id_hash, today + timedelta(days=400)).this_year == 0
    assert volume("", today).is_much is False
    client = signed_in(office.cast.lisi)
    shown = client.post(COUNTER, said(office))
    assert "近 12 个月向本机关提出 3 件" in shown.content.decode()
    assert client.post(COUNTER, said(office, considered="much")).status_code == 302


def test_the_search_for_earlier_ones_is_bounded(office: Office, today: date, django_assert_num_queries: Any) -> None:
    for _ in range(5):
        case = office.in_person(today)
    with django_assert_num_queries(1):
        assert len(earlier(case.applicant.id_hash, case.matter, office.cast.jyj, today=today)) == 5
    with django_assert_num_queries(1):
        volume(case.applicant.id_hash, today)


# --- once --------------------------------------------------------------------------------------------------------------


def test_a_form_sent_twice_makes_one_case(office: Office, signed_in: SignedIn) -> None:
    client = signed_in(office.cast.lisi)
    first = client.post(COUNTER, said(office))
    again = client.post(COUNTER, said(office, considered=str(only().pk)))
    assert first["Location"] == again["Location"]
    assert InformationRequest.objects.count() == 1
    assert client.post(COUNTER, said(office, token="1" * 32, considered=str(only().pk))).status_code == 302
    assert InformationRequest.objects.count() == 2


# --- on the spot, passed on --------------------------------------------------------------------------------------------


@pytest.mark.law("条例§33")
def test_an_answer_on_the_spot_registers_and_ends_the_case(office: Office, signed_in: SignedIn) -> None:
    told = {"do": "answer", "spot_outcome": "grant_provide", "spot_text": "当场提供复印件 2 页"}
    answer = signed_in(office.cast.lisi).post(COUNTER, said(office, **told))
    assert answer.status_code == 302, answer.context["form"].errors
    case = only()
    assert (case.state, case.outcome, case.officer) == (CaseState.DELIVERED, "grant_provide", office.cast.lisi)
    assert (case.on_time, case.used_workdays) == (True, 0)
    assert case.decision.facts["granted_text"] == "当场提供复印件 2 页"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"spot_text": ""}, "spot_text"),
        ({"spot_outcome": ""}, "spot_outcome"),
        ({"submitted_on": "2026-03-02"}, "submitted_on"),
    ],
)
def test_an_answer_on_the_spot_is_whole_and_of_today(
    office: Office, signed_in: SignedIn, wrong: dict[str, str], field: str
) -> None:
    told = {"do": "answer", "spot_outcome": "grant_provide", "spot_text": "提供 2 页"} | wrong
    answer = signed_in(office.cast.lisi).post(COUNTER, said(office, **told))
    assert field in answer.context["form"].errors
    assert not InformationRequest.objects.exists()


def test_a_case_is_passed_on_to_an_office_of_the_body(office: Office, signed_in: SignedIn) -> None:
    cast = office.cast
    assert signed_in(cast.lisi).post(COUNTER, said(office, office=cast.jyj_bgs.pk)).status_code == 302
    assert (only().office, only().department, only().state) == (cast.jyj_bgs, cast.jyj, CaseState.REGISTERED)
    late = signed_in(cast.lisi).post(
        COUNTER, said(office, "fax", token="2" * 32, office=cast.jyj_bgs.pk, name="李一", id_number="")
    )
    assert "双方确认以后" in "".join(late.context["form"].errors["office"])


@pytest.mark.parametrize("who", ["lisi", "zhaoliu"])
def test_nobody_registers_for_another_body(office: Office, signed_in: SignedIn, who: str) -> None:
    other = office.cast.wjw if who == "lisi" else office.cast.jyj
    answer = signed_in(getattr(office.cast, who)).post(COUNTER, said(office, department=other.pk))
    assert "请重新选择机关" in "".join(answer.context["form"].errors["department"])
    assert not InformationRequest.objects.exists()


@pytest.fixture
def clerk(office: Office) -> User:
    """李四 at the shared counter of the city."""
    cast = office.cast
    assert cast.szf.code in project.SHARED_COUNTERS
    cast.sunba.department = cast.szf
    cast.sunba.save()
    grant_role(actor=cast.root, user=cast.sunba, role=Role.REQUEST_OFFICER, department=cast.szf, at=timezone.now())
    return cast.sunba


def test_a_shared_counter_registers_for_the_body_named(office: Office, signed_in: SignedIn, clerk: User) -> None:
    client = signed_in(clerk)
    answer = client.post(COUNTER, said(office))
    case = only()
    assert (case.department, case.number) == (office.cast.jyj, f"JYJ-{timezone.localdate().year}-00001")
    page = client.get(answer["Location"]).content.decode()
    assert "已转到市教育局的登记簿" in page
    assert "打开案件" not in page
    assert signed_in(office.cast.lisi).get("/desk/requests/?tab=accept").context["page"].rows[0].case == case


def test_a_shared_counter_neither_answers_nor_confirms_for_others_nor_sees_their_cases(
    office: Office, signed_in: SignedIn, clerk: User, today: date
) -> None:
    before = office.in_person(today)
    client = signed_in(clerk)
    told = {"do": "answer", "spot_outcome": "grant_provide", "spot_text": "提供 2 页"}
    refused = client.post(COUNTER, said(office, **told))
    assert "由该机关答复" in "".join(refused.context["form"].errors["spot_text"])
    confirmed = client.post(COUNTER, said(office, "fax", confirmed_on=today.isoformat()))
    assert "由该机关与申请人确认" in "".join(confirmed.context["form"].errors["confirmed_on"])
    passed = client.post(COUNTER, said(office))
    assert passed.status_code == 302
    assert before.number not in client.get(passed["Location"]).content.decode()


# --- the receipt, the statement ----------------------------------------------------------------------------------------


def test_the_receipt_is_handed_over_by_who_registered(office: Office, signed_in: SignedIn) -> None:
    client = signed_in(office.cast.lisi)
    address = client.post(COUNTER, said(office))["Location"]
    answer = client.get(address)
    page, case = answer.content.decode(), only()
    code = re.search(r"[2-9A-Z]{5}-[2-9A-Z]{5}", page)
    assert code
    assert case.applicant.code_hash == sealing.hash_code(code.group().replace("-", ""))
    assert case.number in page
    assert reverse("requests_app:follow") in page
    assert "最迟" in page
    assert "已经超过答复期限" not in page
    assert ID_NUMBER not in page
    assert "no-store" in answer["Cache-Control"]
    for other in ("wangwu", "zhaoliu", "qianqi", "fenger", "root"):
        assert signed_in(getattr(office.cast, other)).get(address).status_code == 404, other
    assert Client().get(address).status_code == 302
    assert client.post(address).status_code == 405


def test_who_registers_what_is_overdue_is_told(office: Office, signed_in: SignedIn, today: date) -> None:
    client = signed_in(office.cast.lisi)
    long_ago = (today - timedelta(days=60)).isoformat()
    answer = client.post(COUNTER, said(office, "mail_signed", signed_on=long_ago))
    assert answer.status_code == 302, answer.content.decode()
    assert "已经超过答复期限" in client.get(answer["Location"]).content.decode()


def test_the_receipt_is_gone_after_a_day(office: Office, signed_in: SignedIn, today: date) -> None:
    case = office.in_person(today - timedelta(days=3))
    address = reverse("requests_desk:counter_receipt", args=[case.pk])
    assert signed_in(office.cast.lisi).get(address).status_code == 404


def test_an_unconfirmed_receipt_says_by_when_the_body_confirms(office: Office, signed_in: SignedIn) -> None:
    client = signed_in(office.cast.lisi)
    page = client.get(client.post(COUNTER, said(office, "fax"))["Location"]).content.decode()
    assert "以双方确认之日为准" in page
    assert "与申请人确认" in page


@pytest.mark.law("条例§29")
def test_an_oral_application_is_read_back_and_signed(office: Office, signed_in: SignedIn) -> None:
    client = signed_in(office.cast.lisi)
    answer = client.post(f"{COUNTER}statement/", said(office, "oral"))
    page = answer.content.decode()
    for words in ("张三", ID_NUMBER, "市教育局", "居民身份证", "2025年义务教育阶段学校学位预警名单", "代填人：李四"):
        assert words in page, words
    assert not InformationRequest.objects.exists()
    assert client.get(f"{COUNTER}statement/").status_code == 405
    assert signed_in(office.cast.qianqi).post(f"{COUNTER}statement/", said(office, "oral")).status_code == 404
    client.post(COUNTER, said(office, "oral"))
    assert only().wish.read_back == "已宣读并签名"


def test_nothing_typed_at_the_counter_is_logged(
    office: Office, signed_in: SignedIn, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    client = signed_in(office.cast.lisi)
    client.post(COUNTER, said(office, id_number="110105194912310021"))
    client.post(COUNTER, said(office))
    logged = caplog.text + "".join(capfd.readouterr())
    for words in (ID_NUMBER, "110105194912310021", "13800001234", "张三"):
        assert words not in logged
