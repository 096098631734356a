"""What applicants do with their case, and who hears of it."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from notices.models import Notice
from requests_app.cases.clock import events_of
from requests_app.following import services
from requests_app.handling import services as handling
from requests_app.handling import writing
from requests_app.letters import services as letters
from requests_app.models import InformationRequest, Rating, Said
from requests_app.states import CaseState
from tests.requests_app.casework import Office, at, fresh
from tests.requests_app.test_following import opened, page_of
from workflow.services import Refused

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 3)
TODAY = timezone.localdate()


def act(client: Client, case: InformationRequest, name: str, **said: object) -> str:
    response = client.post(reverse("requests_app:followed_act", args=[case.number, name]), said, follow=True)
    return response.content.decode()


def told(kind: str) -> list[str]:
    return sorted(Notice.objects.filter(kind=kind).values_list("recipient__username", flat=True))


# --- correcting -------------------------------------------------------------------------------------------------------


@pytest.mark.law("条例§30")
def test_a_correction_in_time_starts_the_count_anew(office: Office) -> None:
    case = office.corrected_asked(office.handling(TODAY), TODAY)
    client = opened(case)
    asked = client.get(reverse("requests_app:followed_act", args=[case.number, "correct"])).content.decode()
    assert "<li>（一）" in asked
    proof = SimpleUploadedFile("说明.txt", "补充的线索".encode())
    assert "补正已经提交" in act(client, case, "correct", text="2025年", attachments=[proof])
    case = fresh(case)
    assert (case.state, case.received_on) == (CaseState.HANDLING, TODAY)
    assert case.files.get().name == "说明.txt"
    assert told("request_mine") == ["lisi"]


@pytest.mark.law("条例§30")
def test_a_late_correction_without_excuse_moves_nothing(office: Office) -> None:
    case = office.corrected_asked(office.handling(DAY), date(2026, 3, 9))
    late = date(2026, 3, 24)
    services.correct(case=case, text="2025年，因病住院", at=at(late))
    case = fresh(case)
    assert (case.state, case.clock_state) == (CaseState.AWAITING_CORRECTION, "abandoned")
    assert events_of(case)[-1].facts["late"] is True
    assert told("request_mine") == ["lisi"]
    handling.receive_correction(
        actor=office.cast.lisi, case=case, text="住院证明属实", on=late, excused=True, at=at(date(2026, 3, 25))
    )
    assert (fresh(case).state, fresh(case).received_on) == (CaseState.HANDLING, late)


@pytest.mark.law("条例§30")
def test_the_applicant_is_told_that_a_late_correction_is_judged(office: Office) -> None:
    long_ago = TODAY - timedelta(days=60)
    case = office.corrected_asked(office.handling(long_ago), long_ago)
    client = opened(case)
    page = act(client, case, "correct", text="因病住院")
    assert "已逾期，将由承办人员审核是否有正当理由" in page
    assert fresh(case).state == CaseState.AWAITING_CORRECTION


def test_a_bad_file_is_refused_beside_its_field_and_the_words_stay(office: Office) -> None:
    case = office.corrected_asked(office.handling(TODAY), TODAY)
    page = act(
        opened(case), case, "correct", text="写了很久的话", attachments=[SimpleUploadedFile("a.exe", b"MZ\x90\x00")]
    )
    assert "写了很久的话" in page
    assert "error-summary" in page
    assert fresh(case).state == CaseState.AWAITING_CORRECTION
    assert not Said.objects.filter(kind="correction").exists()


def test_nothing_is_corrected_that_was_not_asked_for(office: Office) -> None:
    case = office.handling(TODAY)
    url = reverse("requests_app:followed_act", args=[case.number, "correct"])
    response = opened(case).post(url, {"text": "别丢了这段话"})
    assert response.status_code == 409
    page = response.content.decode()
    assert "现在没有需要补正的内容" in page
    assert "别丢了这段话" in page
    with pytest.raises(Refused, match="没有需要补正"):
        services.correct(case=case, text="x", at=at(TODAY))


# --- words ------------------------------------------------------------------------------------------------------------


@pytest.mark.law("条例§35")
def test_reasons_are_stated_when_asked_for(office: Office) -> None:
    case = office.handling(TODAY)
    client = opened(case)
    assert "机关没有要求您说明理由" in act(client, case, "reasons", text="研究需要")
    handling.flag_excessive(actor=office.cast.wangwu, case=case, is_excessive=True, at=at(TODAY))
    letter = writing.ask_reason(
        actor=office.cast.lisi, case=fresh(case), matter="一个月内 40 件", answer_by_on=TODAY, at=at(TODAY)
    )
    office.out(letter, TODAY, serve=False)
    assert "理由已经提交" in act(client, case, "reasons", text="研究需要")
    assert Said.objects.get(kind="reason").text == "研究需要"
    assert told("request_said") == ["lisi"]


def test_a_message_goes_to_who_handles_the_case(office: Office) -> None:
    case = office.handling(TODAY)
    client = opened(case)
    page = act(client, case, "message", text="我换了电话")
    assert "留言已经发送" in page
    assert "我换了电话" in page
    assert told("request_said") == ["lisi"]
    notice = Notice.objects.get(kind="request_said")
    assert "电话" not in notice.title + notice.text
    assert "请填写留言" in act(client, case, "message", text=" ")


def test_words_a_day_are_limited(office: Office, settings: object) -> None:
    settings.FOLLOW_WORDS_A_DAY = 1  # type: ignore[attr-defined]
    case = office.handling(TODAY)
    client = opened(case)
    act(client, case, "message", text="一")
    page = act(client, case, "complain", text="第二段话")
    assert "请稍后再提交" in page
    assert "第二段话" in page


@pytest.mark.law("条例§51")
def test_a_complaint_goes_to_the_head_and_is_shown_with_its_answer(office: Office) -> None:
    case = office.handling(TODAY)
    client = opened(case)
    assert "投诉已经提交" in act(client, case, "complain", text="一直没有人联系我")
    assert told("request_complained") == ["wangwu"]
    Said.objects.create(case=case, kind="complaint_answer", text="已督促办理", by=office.cast.wangwu, at=timezone.now())
    page = page_of(client, case)
    assert "机关对投诉的答复" in page
    assert "已督促办理" in page
    assert "王五" not in page


# --- ending, rating, suggesting ---------------------------------------------------------------------------------------


def test_withdrawing_wants_to_be_confirmed(office: Office) -> None:
    case = office.handling(TODAY)
    client = opened(case)
    assert "请先勾选确认" in act(client, case, "withdraw", reason="已经找到")
    assert fresh(case).state == CaseState.HANDLING
    assert "申请已经撤回" in act(client, case, "withdraw", reason="已经找到", agreed="on")
    assert fresh(case).state == CaseState.CLOSED
    assert told("request_mine") == ["lisi"]


def test_while_the_answer_is_made_withdrawing_is_explained_without_telling_how_far_it_is(office: Office) -> None:
    case = office.handling(TODAY)
    letter = office.decided(case, TODAY)
    client = opened(case)
    letters.submit(actor=office.cast.lisi, letter=letter, at=at(TODAY, 13))
    page = act(client, case, "withdraw", agreed="on")
    assert "答复正在制作" in page
    assert "签发" not in page
    assert fresh(case).state == CaseState.IN_APPROVAL


def test_an_answer_is_rated_once(office: Office) -> None:
    case = office.handling(TODAY)
    client = opened(case)
    assert "答复以后才能评价" in act(client, case, "rate", stars="5")
    office.answered(case, TODAY)
    assert "请选择满意程度" in act(client, case, "rate", text="很好")
    assert "评价已经提交" in act(client, case, "rate", stars="4", text="很好")
    assert Rating.objects.get().stars == 4
    assert "您已经评价过" in act(client, case, "rate", stars="1")


@pytest.mark.law("条例§44")
def test_publication_is_suggested_and_considered(office: Office) -> None:
    case = office.answered(office.handling(TODAY), TODAY)
    client = opened(case)
    assert "建议已经提交" in act(client, case, "suggest")
    assert fresh(case).suggests_publication
    assert Notice.objects.filter(recipient=office.cast.wangwu, title__startswith="可以考虑主动公开").exists()
    assert "您已经建议过" in act(client, case, "suggest")


def test_an_act_nobody_knows_is_not_found(office: Office) -> None:
    case = office.handling(TODAY)
    assert opened(case).get(reverse("requests_app:followed_act", args=[case.number, "bribe"])).status_code == 404
