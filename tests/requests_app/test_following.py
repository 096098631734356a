"""The applicant's pages: opened by number and code, what they show and what they keep to themselves."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.models import User
from requests_app import sealed_files
from requests_app.cases.numbering import renumber
from requests_app.following import selectors
from requests_app.following.views import OPENED, WRONG_PAIR
from requests_app.handling import consulting, writing
from requests_app.handling import services as handling
from requests_app.models import Access, CaseFile, FileRole, InformationRequest, Letter
from requests_app.sealing import open_sealed
from requests_app.states import CaseState
from tests.requests_app.casework import Office, at, fresh

pytestmark = pytest.mark.django_db
SignedIn = Callable[[User], Client]
TODAY = timezone.localdate()


def code_of(case: InformationRequest) -> str:
    return open_sealed(case.applicant.code_sealed)


def opened(case: InformationRequest, client: Client | None = None) -> Client:
    """A browser in which the case was opened."""
    client = client or Client()
    response = client.post(reverse("requests_app:follow"), {"number": case.number, "code": code_of(case)})
    assert response.status_code == 302
    return client


def page_of(client: Client, case: InformationRequest) -> str:
    response = client.get(reverse("requests_app:followed", args=[case.number]))
    assert response.status_code == 200
    return response.content.decode()


# --- opening ----------------------------------------------------------------------------------------------------------


def test_number_and_code_open_a_case_however_they_are_typed(office: Office) -> None:
    case = office.submitted(TODAY)
    code = code_of(case)
    fullwidth = "".join(chr(ord(sign) + 0xFEE0) for sign in code.lower())
    for number, typed in (
        (case.number.lower(), f"{code[:5]}-{code[5:]}".lower()),
        (case.number.replace("-", ""), fullwidth),
    ):
        client = Client()
        response = client.post(reverse("requests_app:follow"), {"number": number, "code": typed})
        assert response["Location"] == reverse("requests_app:followed", args=[case.number])
        assert case.matter in page_of(client, case)


def test_a_number_of_before_leads_to_the_case(office: Office) -> None:
    case = office.submitted(TODAY)
    old = case.number
    renumber(case, department=office.cast.jyj, year=TODAY.year + 1, reason="收到之日在次年", at=at(TODAY))
    client = Client()
    client.post(reverse("requests_app:follow"), {"number": old, "code": code_of(case)})
    response = client.get(reverse("requests_app:followed", args=[old]))
    assert response["Location"] == reverse("requests_app:followed", args=[fresh(case).number])
    response = client.get(reverse("requests_app:followed_act", args=[old, "message"]))
    assert response["Location"] == reverse("requests_app:followed_act", args=[fresh(case).number, "message"])


def test_a_wrong_pair_is_refused_without_saying_which_was_wrong(office: Office) -> None:
    case = office.submitted(TODAY)
    for number, code in ((case.number, "ABCDE-23456"), ("JYJ-2026-99999", code_of(case)), ("x", "y")):
        response = Client().post(reverse("requests_app:follow"), {"number": number, "code": code})
        page = response.content.decode()
        assert response.status_code == 200
        assert WRONG_PAIR in page
        assert f'value="{number}"' in page


@pytest.mark.parametrize("setting", ["FOLLOW_TRIES_PER_NUMBER", "FOLLOW_TRIES_PER_ADDRESS"])
def test_wrong_pairs_are_limited_and_the_page_says_until_when(office: Office, settings: Settings, setting: str) -> None:
    setattr(settings, setting, 3)
    case = office.submitted(TODAY)
    wrong = {"number": case.number, "code": "ABCDE-23456"}
    for _ in range(3):
        assert Client().post(reverse("requests_app:follow"), wrong).status_code == 200
    response = Client().post(reverse("requests_app:follow"), {**wrong, "code": code_of(case)})
    assert response.status_code == 429
    assert "以后再试" in response.content.decode()


def test_nobody_else_finds_the_page(office: Office, signed_in: SignedIn) -> None:
    case = office.handling(TODAY)
    for client in (Client(), signed_in(office.cast.lisi), signed_in(office.cast.zhangsan)):
        for name, args in (
            ("followed", [case.number]),
            ("followed_ics", [case.number]),
            ("followed_act", [case.number, "withdraw"]),
            ("followed_take", [case.number, "x"]),
        ):
            nobodys = reverse(f"requests_app:{name}", args=["JYJ-2019-09999", *args[1:]])
            for number, url in ((case.number, reverse(f"requests_app:{name}", args=args)), ("JYJ-2019-09999", nobodys)):
                assert client.get(url)["Location"] == f"{reverse('requests_app:follow')}?number={number}"
                assert client.post(url).status_code in (404, 405)


def test_the_address_of_a_case_asks_for_its_code(office: Office) -> None:
    case = office.submitted(TODAY)
    page = Client().get(reverse("requests_app:followed", args=[case.number]), follow=True).content.decode()
    assert f'value="{case.number}"' in page
    assert "查询码" in page
    assert case.matter not in page


def test_a_case_left_alone_has_to_be_opened_again(office: Office) -> None:
    case = office.submitted(TODAY)
    client = opened(case)
    session = client.session
    session[OPENED] = {pk: until - 31 for pk, until in session[OPENED].items()}
    session.save()
    response = client.get(reverse("requests_app:followed", args=[case.number]), follow=True)
    assert "需要重新输入编号和查询码" in response.content.decode()


def test_the_search_can_be_ended(office: Office) -> None:
    case = office.submitted(TODAY)
    client = opened(case)
    client.post(reverse("requests_app:followed_close", args=[case.number]))
    asked = client.get(reverse("requests_app:followed", args=[case.number]))
    assert asked["Location"].startswith(reverse("requests_app:follow"))


# --- an account -------------------------------------------------------------------------------------------------------


def test_an_account_gathers_cases_and_sees_them_without_the_code(office: Office, signed_in: SignedIn) -> None:
    case = office.submitted(TODAY)
    client = opened(case, signed_in(office.cast.zhangsan))
    assert "加入我的申请" in page_of(client, case)
    client.post(reverse("requests_app:followed_gather", args=[case.number]))
    again = signed_in(office.cast.zhangsan)
    assert case.matter in again.get(reverse("requests_app:mine")).content.decode()
    assert case.matter in page_of(again, case)
    other = opened(case, signed_in(office.cast.zhaoliu))
    response = other.post(reverse("requests_app:followed_gather", args=[case.number]), follow=True)
    assert "已经加入另一个账号" in response.content.decode()


def test_a_case_is_added_on_the_page_of_the_account(office: Office, signed_in: SignedIn) -> None:
    case, client = office.submitted(TODAY), signed_in(office.cast.zhangsan)
    response = client.post(reverse("requests_app:mine"), {"number": case.number, "code": code_of(case)}, follow=True)
    assert case.matter in response.content.decode()


def test_thirty_cases_cost_no_more_queries_than_one(
    office: Office, signed_in: SignedIn, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    office.submitted(TODAY, account=office.cast.zhangsan)
    client = signed_in(office.cast.zhangsan)
    client.get(reverse("requests_app:mine"))
    with CaptureQueriesContext(connection) as one:
        client.get(reverse("requests_app:mine"))
    before = len(one)
    for _ in range(30):
        office.submitted(TODAY, account=office.cast.zhangsan)
    with django_assert_num_queries(before):
        page = client.get(reverse("requests_app:mine")).content.decode()
    assert page.count("result__title") == selectors.MINE_A_PAGE
    assert "before=" in page


# --- the page ---------------------------------------------------------------------------------------------------------


def test_the_first_sentence_says_where_it_stands(office: Office) -> None:
    case = office.submitted(TODAY)
    assert "与您确认收到申请" in page_of(opened(case), case)
    case = office.handling(TODAY)
    page = page_of(opened(case), case)
    assert "正在办理，最迟" in page
    assert "这一天是怎么算出来的" in page
    case = office.corrected_asked(office.handling(TODAY), TODAY)
    page = page_of(opened(case), case)
    assert "等待您补正，请在" in page
    assert reverse("requests_app:followed_act", args=[case.number, "correct"]) in page


@pytest.mark.law("条例§32")
def test_a_pause_is_told_without_naming_who_was_asked(office: Office) -> None:
    case = office.handling(TODAY)
    asked = consulting.begin(
        actor=office.cast.lisi, case=case, kind="third_party", name="云岚建工公司", at=at(TODAY, 13)
    )
    letter = writing.write_consultation(actor=office.cast.lisi, consultation=asked, matter="商业秘密", at=at(TODAY, 14))
    office.out(letter, TODAY)
    page = page_of(opened(case), case)
    assert "正在征求第三方意见，期间不计入期限" in page
    for hidden in ("云岚建工公司", "第三方（", "征求意见书</a>"):
        assert hidden not in page


def test_nothing_internal_is_shown(office: Office) -> None:
    case = office.handling(TODAY)
    handling.add_note(actor=office.cast.lisi, case=case, text="内部备注甲", at=at(TODAY))
    letter = office.decided(case, TODAY)
    client = opened(case)
    assert "政府信息公开答复书" not in page_of(client, case)
    from_desk = fresh(case)
    page = page_of(client, from_desk)
    for hidden in ("内部备注甲", "李四", "王五", "13800001234", "书院路", "110105"):
        assert hidden not in page
    url = reverse("requests_app:followed_take", args=[case.number, selectors.token_of(case, "letter", letter.pk)])
    assert client.get(url).status_code == 404


@pytest.mark.law("条例§51")
def test_the_answer_brings_the_remedies_with_their_last_days(office: Office) -> None:
    case = office.answered(office.handling(TODAY), TODAY)
    page = page_of(opened(case), case)
    assert "答复：予以公开" in page
    assert "申请行政复议" in page
    assert "提起行政诉讼" in page
    assert "评价办理情况" in page


def test_a_merged_or_withdrawn_case_says_so(office: Office) -> None:
    first, second = office.handling(TODAY), office.handling(TODAY)
    client = opened(second)
    handling.merge(actor=office.cast.lisi, case=second, into=first, reason="重复提交", at=at(TODAY))
    assert f"已并入 {first.number}" in page_of(client, second)


def test_the_calendar_holds_number_and_dates_and_nobody(office: Office) -> None:
    case = office.handling(TODAY)
    response = opened(case).get(reverse("requests_app:followed_ics", args=[case.number]))
    text = response.content.decode().replace("\r\n ", "")
    assert response["Content-Type"].startswith("text/calendar")
    assert case.due_on
    assert f"DTSTART;VALUE=DATE:{case.due_on:%Y%m%d}" in text
    assert f"UID:request-{case.pk}-reply@" in text
    assert "张三" not in text


# --- what came --------------------------------------------------------------------------------------------------------


def sent(office: Office) -> Letter:
    """An answer sent through the portal, not opened yet."""
    return office.out(office.decided(office.handling(TODAY), TODAY), TODAY, serve=False)


@pytest.mark.law("条例§36")
def test_opening_an_electronic_answer_is_its_service(office: Office) -> None:
    letter = sent(office)
    case = fresh(letter.case)
    client = opened(case)
    assert "已经送出，请打开阅读" in page_of(client, case)
    url = reverse("requests_app:followed_take", args=[case.number, selectors.token_of(case, "letter", letter.pk)])
    page = client.get(url).content.decode()
    assert letter.paragraphs[0] in page
    letter.refresh_from_db()
    assert (letter.state, letter.served_on, fresh(case).state) == ("served", TODAY, CaseState.DELIVERED)
    assert "在本平台打开" in letter.proof
    docx = client.get(
        reverse("requests_app:followed_take", args=[case.number, selectors.token_of(case, "docx", letter.pk)])
    )
    assert docx.content.startswith(b"PK")
    assert list(Access.objects.order_by("pk").values_list("what", "ref")) == [
        ("letter", letter.pk),
        ("docx", letter.pk),
    ]


@pytest.mark.law("条例§30")
def test_opening_a_correction_notice_stops_the_case(office: Office) -> None:
    case = office.handling(TODAY)
    letter = writing.ask_correction(actor=office.cast.lisi, case=case, points=["年份"], workdays=10, at=at(TODAY, 13))
    office.out(letter, TODAY, serve=False)
    opened(case).get(
        reverse("requests_app:followed_take", args=[case.number, selectors.token_of(case, "letter", letter.pk)])
    )
    assert fresh(case).state == CaseState.AWAITING_CORRECTION


def test_a_letter_of_a_withdrawn_case_is_still_read(office: Office) -> None:
    case = office.handling(TODAY)
    letter = writing.ask_correction(actor=office.cast.lisi, case=case, points=["年份"], workdays=10, at=at(TODAY, 13))
    office.out(letter, TODAY, serve=False)
    client = opened(case)
    client.post(reverse("requests_app:followed_act", args=[case.number, "withdraw"]), {"agreed": "on"})
    url = reverse("requests_app:followed_take", args=[case.number, selectors.token_of(case, "letter", letter.pk)])
    assert client.get(url).status_code == 200
    assert fresh(case).state == CaseState.CLOSED


def test_a_link_expires_and_belongs_to_one_case(office: Office, settings: Settings) -> None:
    letter = sent(office)
    case, other = fresh(letter.case), office.handling(TODAY)
    client = opened(other, opened(case))
    foreign = selectors.token_of(other, "letter", letter.pk)
    fitting = selectors.token_of(case, "letter", letter.pk)
    for number, token in ((case.number, foreign), (other.number, fitting), (case.number, "nothing:at:all")):
        response = client.get(reverse("requests_app:followed_take", args=[number, token]))
        assert response["Location"] == reverse("requests_app:followed", args=[number])
    own = reverse("requests_app:followed_take", args=[other.number, foreign])
    assert client.get(own).status_code == 404
    settings.FOLLOW_LINK_MINUTES = -1
    assert client.get(reverse("requests_app:followed_take", args=[case.number, fitting])).status_code == 302
    assert not Access.objects.exists()


def test_released_files_are_taken_after_the_answer_only(office: Office) -> None:
    case = office.handling(TODAY)
    kept = sealed_files.keep(ContentFile(b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"), "名单.pdf")
    file = CaseFile.objects.create(
        case=case, role=FileRole.RELEASED, name=kept.name, key=kept.key, media_type=kept.media_type, size=kept.size,
        digest=kept.sha256, at=at(TODAY),
    )  # fmt: skip
    client = opened(case)
    url = reverse("requests_app:followed_take", args=[case.number, selectors.token_of(case, "file", file.pk)])
    assert client.get(url).status_code == 404
    office.answered(case, TODAY)
    assert "名单.pdf" in page_of(client, case)
    assert client.get(url).content.startswith(b"%PDF")
    assert Access.objects.get().what == "file"
    sealed_files.erase(kept.key)
    assert "暂时无法下载" in client.get(url, follow=True).content.decode()


def test_a_long_case_costs_no_more_queries_than_a_short_one(
    office: Office, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    case = office.handling(TODAY)
    client = opened(case)
    page_of(client, case)
    with CaptureQueriesContext(connection) as short:
        page_of(client, case)
    before = len(short)
    for _ in range(30):
        handling.add_note(actor=office.cast.lisi, case=case, text="备注", at=at(TODAY))
        client.post(reverse("requests_app:followed_act", args=[case.number, "complain"]), {"text": "太慢"})
    with django_assert_num_queries(before):
        page_of(client, case)


def test_a_day_in_the_past_is_said_to_be_over(office: Office) -> None:
    case = office.handling(TODAY - timedelta(days=90))
    page = page_of(opened(case), case)
    assert "已过，机关还没有答复" in page


def test_an_overdue_correction_is_told_as_such(office: Office) -> None:
    long_ago: date = TODAY - timedelta(days=60)
    case = office.corrected_asked(office.handling(long_ago), long_ago)
    assert "补正期限已过" in page_of(opened(case), case)
