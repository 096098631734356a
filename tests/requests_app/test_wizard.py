"""The guided application over HTTP: page by page to the receipt, once; what is refused, kept, dropped, limited."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from accounts.models import Department, DepartmentKind, User
from requests_app.intake import drafts, wizard
from requests_app.models import ApplicationDraft, CaseKind, Channel, DraftFile, InformationRequest
from requests_app.sealing import hash_code, open_sealed, read_code
from tests.make import make_department, make_document, make_reference
from tests.requests_app.applying import (
    CHECK,
    DROP,
    PDF,
    REACH,
    RECEIPT,
    START,
    WAY,
    WHAT,
    WHO,
    at,
    filled,
    hand_in,
    post,
    text,
)
from tests.requests_app.casework import ID_NUMBER, Office

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_slots(office: Office) -> None:
    make_reference()


# --- the way ---------------------------------------------------------------------------------------------------------------


@pytest.mark.law("条例§29")
def test_an_application_goes_from_the_first_page_to_the_receipt(office: Office) -> None:
    client = Client()
    assert "第1步，共6步" in text(client.get(at("who")))
    steps = [("who", WHO, "reach"), ("reach", REACH, "body"), ("body", {"body": "jyj"}, "what")]
    for slug, said, after in [*steps, ("what", WHAT, "way"), ("way", {**WAY, "suggests_publication": "on"}, "files")]:
        assert post(client, slug, said).headers["Location"] == at(after)
    assert client.post(at("files"), {"do": "next"}).headers["Location"] == CHECK
    answers = text(client.get(CHECK))
    assert ID_NUMBER in answers and "学位预警名单" in answers and office.cast.jyj.name in answers
    assert hand_in(client).headers["Location"] == RECEIPT
    case = InformationRequest.objects.select_related("applicant", "wish", "department").get()
    assert (case.channel, case.department, case.account) == (Channel.ONLINE, office.cast.jyj, None)
    assert case.suggests_publication
    assert open_sealed(case.applicant.id_sealed) == ID_NUMBER
    shown = text(client.get(RECEIPT))
    assert case.number in shown and "接下来" in shown
    code = re.search(r"[A-Z2-9]{5}-[A-Z2-9]{5}", shown)
    assert code and hash_code(read_code(code[0])) == case.applicant.code_hash


def test_everything_works_for_an_organisation() -> None:
    client = Client()
    who = {
        "applicant_type": "legal_service",
        "org_name": "云岚市明理律师事务所",
        "credit_code": "９１１１０１０８ＭＡ０１ＡＢＣＤ",
        "contact": "孙律",
    }
    assert "统一社会信用代码" in text(post(client, "who", who))
    post(client, "who", {**who, "applicant_type": "other_org", "credit_code": ""})
    filled(client, who={**who, "applicant_type": "other_org", "credit_code": ""})
    hand_in(client)
    case = InformationRequest.objects.select_related("applicant").get()
    assert (case.applicant.name, open_sealed(case.applicant.contact_sealed)) == ("云岚市明理律师事务所", "孙律")
    assert case.applicant.id_kind == ""


def test_a_signed_in_person_finds_the_application_in_the_account(office: Office, signed_in: Any) -> None:
    client = signed_in(office.cast.zhangsan)
    filled(client)
    hand_in(client)
    assert InformationRequest.objects.get().account == office.cast.zhangsan


@pytest.mark.law("条例§41")
def test_a_record_of_ones_own_is_put_right_with_evidence() -> None:
    client = Client()
    wrong = {"kind": "rectification", "title": "本人社保缴费记录", "features": "2019年少记两个月"}
    filled(client, what=wrong)
    assert "请写明记录不准确的依据" in text(client.get(CHECK))
    hand_in(client)
    assert not InformationRequest.objects.exists()
    post(client, "what", {**wrong, "evidence": "缴费凭证两张"})
    hand_in(client)
    case = InformationRequest.objects.select_related("wish").get()
    assert case.kind == CaseKind.RECTIFICATION
    assert "缴费凭证两张" in case.wish.features


def test_a_corrected_answer_leads_back_to_the_check() -> None:
    client = Client()
    filled(client)
    assert "保存，回到核对" in text(client.get(at("reach") + "?back=check"))
    assert post(client, "reach", REACH, back="check").headers["Location"] == CHECK


# --- once ------------------------------------------------------------------------------------------------------------------


def test_a_draft_handed_in_twice_is_one_case_and_one_receipt() -> None:
    client = Client()
    filled(client)
    assert hand_in(client).headers["Location"] == hand_in(client).headers["Location"] == RECEIPT
    assert InformationRequest.objects.count() == 1
    assert client.get(at("what")).headers["Location"] == RECEIPT, "the back button leads to the receipt"
    assert ApplicationDraft.objects.get().sealed == "", "what was typed lives in the case alone"


def test_a_receipt_is_for_the_browser_that_handed_in_and_a_day() -> None:
    client = Client()
    filled(client)
    hand_in(client)
    assert Client().get(RECEIPT).status_code == 302
    assert client.get(RECEIPT).status_code == 200
    ApplicationDraft.objects.update(updated_at=timezone.now() - timedelta(hours=25))
    assert client.get(RECEIPT).status_code == 302
    assert client.get(at("who")).status_code == 200


def test_another_application_begins_with_empty_pages() -> None:
    client = Client()
    filled(client)
    hand_in(client)
    assert "查看刚才的回执" in text(client.get(START))
    assert client.post(DROP, {"do": "again"}).headers["Location"] == at("who")
    assert "张三" not in text(client.get(at("who")))
    assert InformationRequest.objects.count() == 1


def test_a_draft_handed_in_meanwhile_is_the_same_case() -> None:
    client = Client()
    filled(client)
    seen_earlier, now = ApplicationDraft.objects.get(), timezone.now()
    hand_in(client)
    case = wizard.hand_in(draft=seen_earlier, account=None, at=now, on=timezone.localdate(now))
    drafts.keep(seen_earlier, {"who": WHO}, at=now)
    drafts.drop(seen_earlier)
    assert case == InformationRequest.objects.get() == ApplicationDraft.objects.get().case


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite in memory is not shared by threads")
def test_two_windows_that_hand_in_at_once_make_one_case(committed: None, office: Office) -> None:
    client = Client()
    filled(client)
    draft, now = ApplicationDraft.objects.get(), timezone.now()

    def run(_: int) -> int:
        try:
            return wizard.hand_in(draft=draft, account=None, at=now, on=timezone.localdate(now)).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(run, range(4)))) == 1
    assert InformationRequest.objects.count() == 1


# --- drafts ----------------------------------------------------------------------------------------------------------------


def test_a_refused_page_leads_to_itself_so_that_going_back_sends_nothing_anew() -> None:
    client = Client()
    answer = client.post(at("who"), {**WHO, "id_number": "1", "back": "check"})
    assert answer.headers["Location"] == at("who") + "?check=1&back=check"
    assert "现在是1位" in text(client.get(answer.headers["Location"]))
    post(client, "who", WHO)
    assert "需要改正" not in text(client.get(at("who") + "?check=1"))


def test_what_was_typed_survives_errors_and_leaving_and_is_sealed() -> None:
    client = Client()
    refused = post(client, "who", {**WHO, "id_number": "1101051949123100"})
    assert "身份证号应为18位或15位，现在是16位" in text(refused)
    assert 'value="1101051949123100"' in client.get(at("who")).content.decode()
    row = ApplicationDraft.objects.get()
    assert "1101051949123100" not in row.sealed and client.cookies[drafts.COOKIE].value not in row.key
    cookie = client.cookies[drafts.COOKIE]
    assert cookie["httponly"] and cookie["path"] == START
    assert "继续填写申请" in text(client.get(START))


def test_a_page_without_a_draft_leads_to_the_first() -> None:
    for path in (at("what"), at("files"), CHECK):
        assert Client().get(path).headers["Location"] == at("who")
    assert Client().get(at("nothing")).status_code == 404


def test_giving_up_deletes_everything(django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks) -> None:
    client = Client()
    filled(client)
    client.post(at("files"), {"role": "proof", "file": SimpleUploadedFile("身份证.pdf", PDF), "do": "upload"})
    key = DraftFile.objects.get().key
    assert storages["uploads"].exists(key)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(DROP)
    assert not ApplicationDraft.objects.exists() and not storages["uploads"].exists(key)
    assert client.get(CHECK).status_code == 302


def test_a_draft_that_no_key_opens_is_begun_anew() -> None:
    client = Client()
    filled(client)
    ApplicationDraft.objects.update(sealed="gAAAAAinvalid")
    response = client.get(CHECK)
    assert response.headers["Location"] == START
    assert not response.cookies[drafts.COOKIE].value


# --- each sentence beside its field ----------------------------------------------------------------------------------------


@pytest.mark.law("条例§29")
@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"applicant_type": ""}, "请选择申请人类型"),
        ({"name": ""}, "请填写姓名或名称"),
        ({"id_kind": ""}, "请选择证件种类"),
        ({"id_number": ""}, "请填写证件号码"),
        ({"id_number": "110105194912310021"}, "校验位"),
        ({"id_number": "81000019900101001X"}, "港澳台居民居住证"),
        ({"id_kind": "hmt_residence"}, "以81、82或83开头"),
        ({"id_kind": "passport", "id_number": "护照"}, "护照号码应为5至12位"),
        ({"name": "张" * 51}, "姓名或名称最多50个字"),
        ({"name": "张" * 201}, "最多200个字"),
    ],
)
def test_a_wrong_identity_gets_its_sentence(said: dict[str, str], sentence: str) -> None:
    assert sentence in text(post(Client(), "who", {**WHO, **said}))


@pytest.mark.parametrize(
    ("name", "kind", "number"),
    [
        ("𠮷田", "resident_id", "１１０１０５１９４９１２３１００２ｘ"),
        ("買買提·吐爾遜", "resident_id", "130503670401001"),
        ("陳大文", "hmt_residence", "810000199408230021"),
        ("㛃婷", "passport", "E12345678"),
        ("李四", "hk_macao_permit", "H12345678"),
    ],
)
def test_every_kind_of_person_passes(name: str, kind: str, number: str) -> None:
    response = post(Client(), "who", {**WHO, "name": name, "id_kind": kind, "id_number": number})
    assert response.status_code == 302, text(response)


@pytest.mark.parametrize(
    ("slug", "said", "sentence"),
    [
        ("reach", {}, "至少填写一项"),
        ("reach", {"phone": "1380000123"}, "手机号码应为11位，现在是10位"),
        ("reach", {"email": "zhangsan.example.cn"}, "电子邮箱格式不正确"),
        ("reach", {"address": "书院路"}, "通信地址太短"),
        ("body", {}, "请选择机关"),
        ("body", {"body": "gsgs"}, "请重新选择机关"),
        ("what", {"kind": "information"}, "至少填写一项"),
        ("way", {"wanted_form": "paper", "wanted_delivery": "portal"}, "可以选的获取方式：邮寄、当面领取、传真"),
        ("way", {"wanted_form": "paper", "wanted_delivery": "post"}, "没有留下通信地址"),
        ("way", {}, "请选择提供形式"),
    ],
)
def test_what_is_missing_is_said(slug: str, said: dict[str, str], sentence: str) -> None:
    client = Client()
    filled(client, reach={"phone": "13800001234"})
    assert sentence in text(post(client, slug, said))


def test_the_check_names_what_a_later_change_broke() -> None:
    client = Client()
    filled(client, way={"wanted_form": "paper", "wanted_delivery": "post"})
    post(client, "reach", {"phone": "13800001234"})
    page = client.get(CHECK)
    assert "没有留下通信地址" in text(page) and b"data-proof=" not in page.content
    assert "没有填完" in text(hand_in(client))
    assert "没有留下通信地址" in text(client.get(at("way") + "?back=check&check=1"))


@pytest.mark.parametrize("slug", ["who", "reach", "body", "what", "way", "files"])
def test_odd_input_is_no_error_of_ours(slug: str) -> None:
    client = Client()
    filled(client)
    odd = dict.fromkeys(("name", "phone", "body", "title", "wanted_form", "role", "remove", "do"), "\x00\ufffe" * 4000)
    assert client.post(at(slug), odd).status_code in (200, 302)
    assert client.get(at(slug) + "?find=%00&about=x&back=y&check=1").status_code == 200


# --- bodies ----------------------------------------------------------------------------------------------------------------


@pytest.mark.law("条例§55")
def test_public_enterprises_are_listed_apart_and_cannot_be_chosen(office: Office) -> None:
    make_department("gsgs", "云岚市自来水有限责任公司", office.cast.szf)
    Department.objects.filter(code="gsgs").update(kind=DepartmentKind.PUBLIC_ENTERPRISE)
    client = Client()
    filled(client)
    assert "自来水" not in text(client.get(at("body")))
    assert "自来水" in text(client.get(START)) and "主管部门申诉" in text(client.get(START))


def test_bodies_are_found_by_words_and_chosen_beforehand(office: Office) -> None:
    client = Client()
    assert b'name="body" value="wjw"' in client.get(at("who") + "?body=wjw").content
    post(client, "who", WHO, body="wjw")
    page = client.get(at("body") + "?" + urlencode({"find": "教育"})).content.decode()
    assert 'value="jyj"' in page and 'value="szf"' not in page
    assert re.search(r'value="wjw"[^>]* checked', page), "the chosen one stays in the list"


def test_a_document_fills_in_body_and_features(office: Office) -> None:
    document = make_document(
        office.cast.jyj, title="关于做好义务教育招生工作的通知", document_number="云教发〔2025〕8号"
    )
    client = Client()
    post(client, "who", WHO, about=str(document.pk))
    assert re.search(r'value="jyj"[^>]* checked', client.get(at("body")).content.decode())
    assert "与已公开的《关于做好义务教育招生工作的通知》（云教发〔2025〕8号）有关" in text(client.get(at("what")))


@pytest.mark.parametrize("slug", ["body", "files"])
def test_a_page_costs_the_same_for_many_rows(office: Office, slug: str) -> None:
    client = Client()
    filled(client)
    draft = ApplicationDraft.objects.get()

    def cost() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(at(slug))
        return len(queries)

    before = cost()
    for number in range(29):
        make_department(f"d{number}", f"第{number}局", Department.objects.get(code="szf"))
        DraftFile.objects.create(draft=draft, name=f"{number}.pdf", key="k", media_type="x", size=1, digest="d")
    assert cost() == before


def test_personal_pages_are_kept_by_nobody(office: Office) -> None:
    client = Client()
    filled(client)
    for path in (at("who"), CHECK):
        assert "no-store" in client.get(path).headers["Cache-Control"]
    hand_in(client)
    assert "no-store" in client.get(RECEIPT).headers["Cache-Control"]


def test_the_receipt_says_by_when(office: Office) -> None:
    client = Client()
    filled(client)
    hand_in(client)
    case = InformationRequest.objects.get()
    due = case.dues.get()
    shown = text(client.get(RECEIPT))
    assert f"最迟{due.on.year}年{due.on.month}月{due.on.day}日" in shown and "双方确认之日" in shown
    assert ID_NUMBER not in shown and "13800001234" not in shown
    assert User.objects.filter(username="applicant", is_active=False).exists()
