"""Acts on an application through its pages: each works, shows, refuses strangers, wrong times and second comers."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from requests_app.following import services as following
from requests_app.handling.acts import ACTS
from requests_app.handling.selectors import seen_mark
from requests_app.handling.services import flag_excessive
from requests_app.letters import services as letters
from requests_app.models import CaseEvent, InformationRequest, Letter
from tests.requests_app.casework import Office, at, fresh
from tests.requests_app.test_following import opened

pytestmark = pytest.mark.django_db
SignedIn = Callable[[User], Client]


def recently(days: int = 6) -> date:
    return timezone.localdate() - timedelta(days=days)


def act_url(case: InformationRequest, slug: str) -> str:
    return reverse("requests_desk:act", args=[case.pk, slug])


def post(client: Client, case: InformationRequest, slug: str, **said: Any) -> Any:
    return client.post(act_url(case, slug), {"seen": seen_mark(fresh(case)), **said})


def consulted(office: Office, client: Client, case: InformationRequest) -> Letter:
    said = {"kind": "third_party", "name": "云岚建工公司", "matter": "所附合同是否涉及商业秘密", "contact": "0700-1"}
    assert post(client, case, "consult", **said).status_code == 302
    letter = Letter.objects.get(kind="third_party_consult")
    return office.out(letter, recently(0))


# --- works -----------------------------------------------------------------------------------------------------------------


@pytest.mark.law("条例§31")
def test_confirming_starts_the_clock(office: Office, signed_in: SignedIn) -> None:
    case, client = office.submitted(recently()), signed_in(office.cast.lisi)
    assert post(client, case, "confirm", on=recently(5).isoformat(), evidence="电话确认").status_code == 302
    assert (fresh(case).state, fresh(case).received_on) == ("registered", recently(5))


def test_claiming_is_one_click(office: Office, signed_in: SignedIn) -> None:
    case, client = office.confirmed(recently()), signed_in(office.cast.lisi)
    assert post(client, case, "claim").status_code == 302
    assert (fresh(case).state, fresh(case).officer) == ("handling", office.cast.lisi)


def test_people_and_words(office: Office, signed_in: SignedIn) -> None:
    case, client, cast = office.handling(recently()), signed_in(office.cast.lisi), office.cast
    assert post(client, case, "co-handle", person=cast.sunba.pk).status_code == 302
    assert post(client, case, "assign", officer=cast.wangwu.pk).status_code == 302
    assert fresh(case).officer == cast.wangwu
    assert post(client, case, "note", text="已查档").status_code == 302
    assert post(client, case, "contact", text="电话联系").status_code == 302
    assert list(case.said.values_list("kind", flat=True)) == ["contact", "note", "contact"]


@pytest.mark.law("条例§30")
def test_correction_asked_and_received(office: Office, signed_in: SignedIn) -> None:
    case, client = office.handling(recently()), signed_in(office.cast.lisi)
    answer = post(client, case, "correction", points="请写明年份\n\n请写明学校", workdays=10)
    letter = Letter.objects.get(kind="correction_notice")
    assert answer.url == reverse("requests_desk:letter", args=[letter.pk])
    assert any("（二）请写明学校" in text for text in letter.paragraphs)
    office.out(letter, recently(3))
    answer = post(client, case, "receive-correction", text="2025年", on=recently(1).isoformat())
    assert answer.status_code == 302
    assert fresh(case).received_on == recently(1)


@pytest.mark.law("条例§33")
def test_extension_and_delay_are_drafted(office: Office, signed_in: SignedIn) -> None:
    case, client = office.handling(recently()), signed_in(office.cast.lisi)
    assert post(client, case, "extension", workdays=10, reason="需要检索大量档案").status_code == 302
    refused = client.get(act_url(case, "delay"))
    assert refused.status_code == 409
    assert "第三十五条" in refused.content.decode()
    head = signed_in(office.cast.wangwu)
    assert post(head, case, "excessive", is_excessive="1").status_code == 302
    said = {"matter": "一年内提出 80 件", "answer_by_on": (timezone.localdate() + timedelta(days=14)).isoformat()}
    assert post(client, case, "reason-request", **said).status_code == 302
    due_on = fresh(case).due_on
    assert due_on is not None
    until = due_on + timedelta(days=10)
    assert post(client, case, "delay", until=until.isoformat(), matter="80 件", reason="需要时间").status_code == 302
    kinds = set(Letter.objects.values_list("kind", flat=True))
    assert kinds == {"extension_notice", "reason_request", "art35_delay_notice"}


@pytest.mark.law("条例§32")
def test_a_third_party_is_asked_refuses_and_is_overruled(office: Office, signed_in: SignedIn) -> None:
    case, client, head = office.handling(recently()), signed_in(office.cast.lisi), signed_in(office.cast.wangwu)
    consulted(office, client, case)
    assert fresh(case).clock_state == "paused"
    row = case.consultations.get()
    assert post(client, case, "tell-applicant", consultation=row.pk).status_code == 302
    said = {"consultation": row.pk, "opinion": "disagree", "on": recently(0).isoformat(), "reason": "商业秘密"}
    assert post(client, case, "opinion", **said).status_code == 302
    again = post(client, case, "opinion", **said)
    assert again.status_code == 409
    assert post(client, case, "tell-applicant", consultation=row.pk).status_code == 409  # nobody is asked any more
    assert post(client, case, "override", consultation=row.pk, reason="公共安全").status_code == 403
    assert post(head, case, "override", consultation=row.pk, reason="公共安全").status_code == 302
    assert post(client, case, "tell-third-party", consultation=row.pk, matter="检测报告").status_code == 302
    assert Letter.objects.filter(kind="third_party_result").exists()


@pytest.mark.law("条例§32")
def test_after_the_answer_nothing_is_overruled(office: Office, signed_in: SignedIn) -> None:
    case, client, head = office.handling(recently()), signed_in(office.cast.lisi), signed_in(office.cast.wangwu)
    consulted(office, client, case)
    row = case.consultations.get()
    said = {"consultation": row.pk, "opinion": "partial", "on": recently(0).isoformat(), "reason": "商业秘密"}
    assert post(client, case, "opinion", **said).status_code == 302
    office.answered(case, recently(0))
    refused = post(head, case, "override", consultation=row.pk, reason="公共安全")
    assert refused.status_code == 409
    assert "签发答复以前" in refused.content.decode()


def test_a_consultation_that_never_went_out_is_dropped_with_its_draft(office: Office, signed_in: SignedIn) -> None:
    case, client = office.handling(recently()), signed_in(office.cast.lisi)
    said = {"kind": "third_party", "name": "云岚建工", "contact": "13900001234", "matter": "合同价款"}
    assert post(client, case, "consult", **said).status_code == 302
    row, letter = case.consultations.get(), Letter.objects.get()
    assert post(client, case, "drop-consult", consultation=row.pk).status_code == 302
    row.refresh_from_db()
    letter.refresh_from_db()
    assert (row.sent_on, row.ended_on, letter.state) == (None, recently(0), "discarded")
    assert fresh(case).clock_state == "running"
    assert "撤销，没有发出" in client.get(reverse("requests_desk:case", args=[case.pk])).content.decode()
    for slug in ("drop-consult", "consult-again"):
        assert post(client, case, slug, consultation=row.pk, matter="合同价款").status_code == 409


def test_a_consultation_at_the_head_is_not_dropped(office: Office, signed_in: SignedIn) -> None:
    case, client = office.handling(recently()), signed_in(office.cast.lisi)
    post(client, case, "consult", kind="agency", name="市发改委", matter="立项批复")
    letters.submit(actor=office.cast.lisi, letter=Letter.objects.get(), at=timezone.now())
    refused = post(client, case, "drop-consult", consultation=case.consultations.get().pk)
    assert refused.status_code == 409
    assert "请先退回" in refused.content.decode()


@pytest.mark.law("条例§51")
def test_a_complaint_is_answered_by_the_head_once(office: Office, signed_in: SignedIn) -> None:
    case, client, head = office.handling(recently()), signed_in(office.cast.lisi), signed_in(office.cast.wangwu)
    following.complain(case=case, text="电话一直没人接", at=timezone.now())
    assert post(client, case, "answer-complaint", text="抱歉").status_code == 403
    assert "电话一直没人接" in head.get(act_url(case, "answer-complaint")).content.decode()
    assert post(head, case, "answer-complaint", text="已安排专人接听").status_code == 302
    assert post(head, case, "answer-complaint", text="再答").status_code == 409
    text = head.get(reverse("requests_desk:case", args=[case.pk])).content.decode()
    assert "申请人投诉" in text
    assert "答复投诉" in text


def test_the_day_everything_counts_from_is_not_struck(office: Office, signed_in: SignedIn) -> None:
    case, client = office.in_person(recently()), signed_in(office.cast.lisi)
    refused = post(client, case, "correct-date", event=1, is_struck="on", reason="录错")
    assert refused.status_code == 409
    assert "不能撤销" in refused.content.decode()
    assert fresh(case).received_on == recently()


def test_what_was_answered_on_the_spot_can_be_read_afterwards(office: Office, signed_in: SignedIn) -> None:
    case, client = office.handling(recently(0)), signed_in(office.cast.lisi)
    said = {"outcome": "grant_already_public", "granted": "云教发〔2026〕31号，复印件2页"}
    assert post(client, case, "spot", **said).status_code == 302
    assert "复印件2页" in client.get(reverse("requests_desk:case", args=[case.pk])).content.decode()
    page = opened(case).get(reverse("requests_app:followed", args=[case.number])).content.decode()
    assert "复印件2页" in page
    assert "已经主动公开" in page


@pytest.mark.law("条例§51")
def test_a_reconsideration_stands_once_and_after_the_receipt(office: Office, signed_in: SignedIn) -> None:
    case, client = office.answered(office.handling(recently()), recently(3)), signed_in(office.cast.lisi)
    said = {"kind": "reconsideration", "body": "云岚市人民政府", "number": "云政复〔2026〕1号"}
    early = post(client, case, "remedy", filed_on=recently(40).isoformat(), **said)
    assert (early.status_code, "收到申请之日以后" in early.content.decode()) == (409, True)
    assert post(client, case, "remedy", filed_on=recently(1).isoformat(), **said).status_code == 302
    twice = post(client, case, "remedy", filed_on=recently(1).isoformat(), **said)
    assert (twice.status_code, "已经登记过" in twice.content.decode()) == (409, True)


@pytest.mark.law("条例§42")
def test_a_fee_is_previewed_charged_and_paid(office: Office, signed_in: SignedIn) -> None:
    case, client = office.handling(recently()), signed_in(office.cast.lisi)
    shown = post(client, case, "fee", standard="page", quantity=57, preview="1")
    assert shown.status_code == 200
    assert "合计 270 元" in shown.content.decode()
    assert not Letter.objects.exists()
    free = post(client, case, "fee", standard="page", quantity=3)
    assert free.status_code == 409
    assert post(client, case, "fee", standard="page", quantity=57).status_code == 302
    office.out(Letter.objects.get(kind="fee_notice"), recently(1))
    assert post(client, case, "receive-payment", on=recently(0).isoformat(), voucher="票1").status_code == 302
    assert fresh(case).fee.voucher == "票1"


def test_a_fee_is_waived_by_the_head(office: Office, signed_in: SignedIn) -> None:
    case, client = office.handling(recently()), signed_in(office.cast.lisi)
    post(client, case, "fee", standard="page", quantity=57)
    office.out(Letter.objects.get(kind="fee_notice"), recently(1))
    assert post(client, case, "waive", reason="生活困难").status_code == 403
    assert post(signed_in(office.cast.wangwu), case, "waive", reason="生活困难").status_code == 302
    assert (fresh(case).state, fresh(case).clock_state) == ("handling", "running")


def test_cases_are_merged_split_transferred_withdrawn_and_voided(office: Office, signed_in: SignedIn) -> None:
    client, head = signed_in(office.cast.lisi), signed_in(office.cast.wangwu)
    first, second, third, fourth, fifth = (office.confirmed(recently()) for _ in range(5))
    assert post(client, second, "merge", into=first.pk, reason="同一事项").status_code == 302
    assert fresh(second).merged_into == first
    assert post(client, third, "split", matters="学位\n师资").status_code == 302
    assert third.parts.count() == 2
    assert post(client, first, "transfer", to=office.cast.jyj_bgs.pk, reason="由办公室办理").status_code == 302
    assert fresh(first).office == office.cast.jyj_bgs
    assert post(client, fourth, "withdraw", reason="电话撤回").status_code == 302
    assert fresh(fourth).state == "closed"
    assert post(head, fifth, "void", reason="重复录入").status_code == 302
    assert fresh(fifth).state == "voided"


@pytest.mark.law("条例§33")
def test_an_answer_on_the_spot(office: Office, signed_in: SignedIn) -> None:
    case, client = office.handling(recently()), signed_in(office.cast.lisi)
    assert post(client, case, "spot", outcome="grant_provide", granted="名单一份").status_code == 302
    assert fresh(case).state == "delivered"
    assert post(client, case, "archive", years=10).status_code == 302
    assert fresh(case).state == "archived"


@pytest.mark.law("条例§47")
def test_the_supervisor_inquires_and_is_answered(office: Office, signed_in: SignedIn) -> None:
    case, client = office.handling(recently()), signed_in(office.cast.lisi)
    due = timezone.localdate() + timedelta(days=7)
    asked = post(signed_in(office.cast.qianqi), case, "inquire", text="请说明进展", due_on=due.isoformat())
    assert asked.status_code == 302
    row = case.inquiries.get()
    assert post(client, case, "answer-inquiry", inquiry=row.pk, answer="正在检索").status_code == 302
    row.refresh_from_db()
    assert row.answer == "正在检索"


@pytest.mark.law("条例§51")
def test_a_reconsideration_is_recorded_with_its_result(office: Office, signed_in: SignedIn) -> None:
    case, client = office.answered(office.handling(recently()), recently(3)), signed_in(office.cast.lisi)
    said = {"kind": "reconsideration", "body": "云岚市人民政府", "filed_on": recently(1).isoformat()}
    assert post(client, case, "remedy", **said).status_code == 302
    row = case.remedies.get()
    result = {"remedy": row.pk, "result": "maintain", "concluded_on": recently(0).isoformat()}
    assert post(client, case, "conclude-remedy", **result).status_code == 302
    row.refresh_from_db()
    assert row.result == "maintain"


# --- shown, refused --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("slug", sorted(ACTS))
def test_every_act_has_a_page_that_shows_its_form_or_the_reason(office: Office, signed_in: SignedIn, slug: str) -> None:
    case = office.handling(recently())
    flag_excessive(actor=office.cast.wangwu, case=case, is_excessive=True, at=timezone.now())
    for who in (office.cast.lisi, office.cast.wangwu, office.cast.qianqi):
        answer = signed_in(who).get(act_url(case, slug))
        assert answer.status_code in (200, 403, 409)
        assert (answer.context["form"] is None) == (answer.status_code != 200)
        assert bool(answer.context["reason"]) == (answer.status_code != 200)


@pytest.mark.parametrize("slug", sorted(ACTS))
def test_nothing_typed_is_an_answer_and_no_error_of_ours(office: Office, signed_in: SignedIn, slug: str) -> None:
    case = office.handling(recently())
    before = CaseEvent.objects.count()
    if slug == "spot" or not ACTS[slug].form.base_fields:
        return
    answer = signed_in(office.cast.wangwu).post(act_url(case, slug), {})
    assert answer.status_code in (403, 409, 422)
    assert CaseEvent.objects.count() == before


@pytest.mark.parametrize("slug", sorted(ACTS))
def test_another_department_finds_no_act(office: Office, signed_in: SignedIn, slug: str) -> None:
    case, client = office.handling(recently()), signed_in(office.cast.zhaoliu)
    assert client.get(act_url(case, slug)).status_code == 404
    assert client.post(act_url(case, slug), {}).status_code == 404


@pytest.mark.parametrize("slug", ["confirm", "claim", "receive-payment", "waive", "archive", "receive-correction"])
def test_the_wrong_time_is_refused_with_the_reason_and_nothing_is_lost(
    office: Office, signed_in: SignedIn, slug: str
) -> None:
    case = office.handling(recently())
    said = {"evidence": "电话确认本人", "reason": "电话确认本人", "voucher": "电话确认本人", "text": "电话确认本人"}
    answer = post(signed_in(office.cast.wangwu), case, slug, on=recently(1).isoformat(), years=10, **said)
    assert answer.status_code == 409
    text = answer.content.decode()
    assert "只有" in text
    if slug not in ("claim", "archive"):
        assert "电话确认本人" in text


def test_who_comes_second_is_told_who_was_first(office: Office, signed_in: SignedIn) -> None:
    case = office.confirmed(recently())
    stale = seen_mark(case)
    post(signed_in(office.cast.wangwu), case, "claim")
    answer = signed_in(office.cast.lisi).post(
        act_url(case, "transfer"), {"seen": stale, "to": office.cast.jyj_bgs.pk, "reason": "由办公室办理"}
    )
    assert answer.status_code == 409
    assert "王五已于" in answer.content.decode()
    assert "由办公室办理" in answer.content.decode()
    assert fresh(case).officer == office.cast.wangwu


def test_an_auditor_and_the_bureaus_others_act_on_nothing(office: Office, signed_in: SignedIn) -> None:
    case = office.handling(recently())
    assert signed_in(office.cast.fenger).post(act_url(case, "note"), {"text": "看过"}).status_code == 403
    assert signed_in(office.cast.sunba).post(act_url(case, "note"), {"text": "看过"}).status_code == 404
    assert signed_in(office.cast.lisi).get(act_url(case, "no-such-act")).status_code == 404


def test_a_late_correction_is_still_taken_by_handlers_only(office: Office, signed_in: SignedIn) -> None:
    on = recently(25)
    case = office.corrected_asked(office.handling(on), recently(5))
    assert (case.state, case.warnings) == ("handling", ["late_correction"])
    refused = post(signed_in(office.cast.fenger), case, "receive-correction", text="2025年", on=recently(1).isoformat())
    assert refused.status_code == 403
    taken = post(signed_in(office.cast.lisi), case, "receive-correction", text="2025年", on=recently(1).isoformat())
    assert taken.status_code == 302
    assert at(on).date() == fresh(case).received_on
