"""Deciding at the desk, and letters from their draft to their service; the head's queue."""

import io
import zipfile
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from requests_app import sealed_files
from requests_app.handling import enclosing
from requests_app.handling import services as handling
from requests_app.handling.selectors import seen_mark as case_mark
from requests_app.letters import services as letters
from requests_app.letters.selectors import seen_mark
from requests_app.models import CaseFile, InformationRequest, Letter
from requests_app.outcomes import OUTCOMES
from tests.requests_app.casework import Office, fresh

pytestmark = pytest.mark.django_db
SignedIn = Callable[[User], Client]
QUEUE = "/desk/requests/letters/to-sign/"


def recently(days: int = 6) -> date:
    return timezone.localdate() - timedelta(days=days)


def decide_url(case: InformationRequest) -> str:
    return reverse("requests_desk:decide", args=[case.pk])


def page(letter: Letter) -> str:
    return reverse("requests_desk:letter", args=[letter.pk])


def decided(client: Client, case: InformationRequest, outcome: str, **said: Any) -> Any:
    return client.post(decide_url(case), {"outcome": outcome, "seen": case_mark(fresh(case)), **said})


def post(client: Client, letter: Letter, action: str, **said: Any) -> Any:
    letter.refresh_from_db()
    fields = {f"{action}-{name}": value for name, value in said.items()}
    return client.post(page(letter), {"action": action, "seen": seen_mark(letter), **fields})


@pytest.fixture
def draft(office: Office) -> Letter:
    """An answer not yet handed in."""
    return office.decided(office.handling(recently()), recently(4))


# --- deciding ------------------------------------------------------------------------------------------------------------


@pytest.mark.law("条例§36")
def test_every_decision_is_offered_or_says_why_not(office: Office, signed_in: SignedIn) -> None:
    case = office.handling(recently())
    answer = signed_in(office.cast.lisi).get(decide_url(case))
    offered = {choice.outcome.code: choice.reason for _, rows in answer.context["families"] for choice in rows}
    assert set(offered) == set(OUTCOMES)
    assert offered["grant_provide"] == ""
    assert "补正" in offered["unable_unclear"]
    assert "第四十一条" in offered["rectify_done"]


@pytest.mark.parametrize("code", sorted(OUTCOMES))
def test_the_fields_of_every_decision_are_shown(office: Office, signed_in: SignedIn, code: str) -> None:
    case = office.handling(recently())
    answer = signed_in(office.cast.lisi).get(decide_url(case), {"outcome": code})
    assert answer.status_code == 200
    assert answer.context["outcome"].code == code
    refused = decided(signed_in(office.cast.lisi), case, code)
    assert refused.status_code in (409, 422)
    assert not Letter.objects.exists()


@pytest.mark.law("条例§36")
def test_a_grant_is_drafted(office: Office, signed_in: SignedIn) -> None:
    case, client = office.handling(recently()), signed_in(office.cast.lisi)
    answer = decided(client, case, "grant_provide", granted_text="电子文件1份")
    letter = Letter.objects.get()
    assert answer.url == page(letter)
    assert (letter.outcome, case.decision.facts["granted_text"]) == ("grant_provide", "电子文件1份")


@pytest.mark.law("条例§36")
def test_a_letter_states_no_day_to_come_and_no_search_before_the_receipt(office: Office, signed_in: SignedIn) -> None:
    case, client = office.handling(recently()), signed_in(office.cast.lisi)
    said = {"search_where": "档案室", "search_words": "学位"}
    for day, told in ((recently(-3), "日期还没有到"), (recently(30), "早于收到申请之日")):
        refused = decided(client, case, "unable_not_exist", search_on=day.isoformat(), **said)
        assert (refused.status_code, told in refused.content.decode()) == (422, True)
    assert decided(client, case, "unable_not_exist", search_on=recently(1).isoformat(), **said).status_code == 302


def test_who_decides_second_is_told_that_somebody_was_first(office: Office, signed_in: SignedIn) -> None:
    case, client = office.handling(recently()), signed_in(office.cast.lisi)
    seen = case_mark(fresh(case))
    said = {"outcome": "grant_provide", "granted_text": "电子文件1份", "seen": seen}
    assert client.post(decide_url(case), said).status_code == 302
    again = signed_in(office.cast.wangwu).post(decide_url(case), said)
    assert again.status_code == 409
    assert Letter.objects.filter(state="discarded").count() == 0


def test_who_signs_sees_what_leaves_with_the_answer(draft: Letter, office: Office, signed_in: SignedIn) -> None:
    file = sealed_files.keep(SimpleUploadedFile("名单.pdf", b"%PDF-1.4\n%%EOF\n"), "名单.pdf")
    enclosing.add_file(actor=office.cast.lisi, case=draft.case, role="released", kept=file, at=timezone.now())
    letters.submit(actor=office.cast.lisi, letter=draft, at=timezone.now())
    text = signed_in(office.cast.wangwu).get(page(draft)).content.decode()
    assert "随答复提供的文件" in text
    assert "名单.pdf" in text
    assert "名单.pdf" not in signed_in(office.cast.qianqi).get(page(draft)).content.decode()


def test_what_was_merged_is_answered_by_name(office: Office) -> None:
    into, gone = office.handling(recently()), office.handling(recently(), title="学校食堂招标评分表")
    handling.merge(actor=office.cast.lisi, case=gone, into=into, reason="一并答复", at=timezone.now())
    text = "".join(office.decided(into, recently(0)).paragraphs)
    assert "学校食堂招标评分表" in text
    assert gone.number in text


@pytest.mark.law("条例§37")
def test_a_partial_disclosure_lists_what_is_withheld(office: Office, signed_in: SignedIn) -> None:
    case, client = office.handling(recently()), signed_in(office.cast.lisi)
    rows = {"part-TOTAL_FORMS": 3, "part-INITIAL_FORMS": 0, "granted_text": "名单"}
    part = {"part-0-what": "第二页学生姓名", "part-0-ground_code": "deny_third_party", "part-0-reason": "个人隐私"}
    without = decided(client, case, "partial", **rows)
    assert without.status_code == 422
    assert any("至少写明一处" in text for text in without.context["form"].non_field_errors())
    half = decided(client, case, "partial", **{**rows, **part, "part-0-reason": ""})
    assert any("没有填写完整" in text for text in half.context["form"].non_field_errors())
    more = decided(client, case, "partial", **rows, **part, more="1")
    assert more.status_code == 200
    assert more.context["parts"].total_form_count() == 4
    assert "第二页学生姓名" in more.content.decode()
    assert decided(client, case, "partial", **rows, **part).status_code == 302
    assert case.decision.parts == [{"what": "第二页学生姓名", "ground_code": "deny_third_party", "reason": "个人隐私"}]


@pytest.mark.law("条例§36")
def test_nothing_found_rests_on_a_search_and_a_withdrawal_on_a_day(office: Office, signed_in: SignedIn) -> None:
    case, client = office.handling(recently()), signed_in(office.cast.lisi)
    said = {"search_on": recently(1).isoformat(), "search_where": "公文系统", "search_words": "学位"}
    assert decided(client, case, "unable_not_exist", **said).status_code == 302
    assert "检索了公文系统" in Letter.objects.get(state="draft").paragraphs[1]
    assert decided(client, case, "other_withdrawn", withdrawn_on=recently(1).isoformat()).status_code == 302
    assert [row.outcome for row in Letter.objects.filter(state="draft")] == ["other_withdrawn"]


def test_a_repeat_rests_on_an_answered_application_of_the_same_person(office: Office, signed_in: SignedIn) -> None:
    client = signed_in(office.cast.lisi)
    first = office.answered(office.handling(recently(10)), recently(8))
    other = office.answered(office.handling(recently(10), id_number="110105194912310038"), recently(8))
    case = office.handling(recently())
    assert decided(client, case, "reject_repeat", prior=other.pk).status_code == 422
    assert decided(client, case, "reject_repeat", prior=first.pk).status_code == 302
    assert any(first.letters.get().number in text for text in Letter.objects.get(case=case).paragraphs)


@pytest.mark.parametrize(("who", "status"), [("zhaoliu", 404), ("qianqi", 403), ("fenger", 403), ("sunba", 404)])
def test_others_decide_nothing(office: Office, signed_in: SignedIn, who: str, status: int) -> None:
    case, client = office.handling(recently()), signed_in(getattr(office.cast, who))
    assert client.get(decide_url(case)).status_code == status
    assert decided(client, case, "grant_provide", granted_text="名单").status_code == status
    assert not Letter.objects.exists()


def test_a_decision_at_the_wrong_time_or_by_the_second_is_refused(office: Office, signed_in: SignedIn) -> None:
    client = signed_in(office.cast.lisi)
    early = office.confirmed(recently())
    assert client.get(decide_url(early)).status_code == 409
    case = office.handling(recently())
    stale = case_mark(case)
    office.answered(case, recently(3))
    said = {"outcome": "grant_provide", "granted_text": "另一份名单", "seen": stale}
    answer = client.post(decide_url(case), said)
    assert answer.status_code == 409
    assert "已于" in answer.content.decode()
    assert "另一份名单" in answer.content.decode()


# --- the letter ----------------------------------------------------------------------------------------------------------


def test_words_are_edited_previewed_and_kept_from_being_overwritten(
    draft: Letter, office: Office, signed_in: SignedIn
) -> None:
    client = signed_in(office.cast.lisi)
    words = {"action": "edit", "title": draft.title, "salutation": draft.salutation, "edition": draft.edition}
    body = "第一段\r\n续行\r\n\r\n第二段"
    shown = client.post(page(draft), {**words, "body": body, "preview": "1"})
    assert shown.context["paper"].paragraphs == ("第一段续行", "第二段")
    draft.refresh_from_db()
    assert draft.edition == 1
    assert client.post(page(draft), {**words, "body": body}).status_code == 302
    draft.refresh_from_db()
    assert draft.paragraphs == ["第一段续行", "第二段"]
    second = client.post(page(draft), {**words, "body": "我的改法"})
    assert second.status_code == 409
    text = second.content.decode()
    assert "刚刚被修改过" in text
    assert "我的改法" in text
    assert "第一段续行" in text


def test_a_letter_goes_to_the_head_back_and_out(draft: Letter, office: Office, signed_in: SignedIn) -> None:
    client, head = signed_in(office.cast.lisi), signed_in(office.cast.wangwu)
    assert post(client, draft, "submit_letter").status_code == 302
    assert post(client, draft, "issue").status_code == 403
    shown = head.get(page(draft))
    assert "〔" in shown.context["effects"].number
    assert post(head, draft, "return_letter").status_code == 422
    assert post(head, draft, "return_letter", reason="请写清楚份数").status_code == 302
    assert "请写清楚份数" in client.get(page(draft)).content.decode()
    post(client, draft, "submit_letter")
    assert post(head, draft, "issue", opinion="同意").status_code == 302
    draft.refresh_from_db()
    assert draft.number
    if draft.state == "issued":
        assert post(client, draft, "send_letter", delivery="post", on=recently(0).isoformat()).status_code == 302
    proof = {"on": recently(0).isoformat(), "proof": "本人签收"}
    assert post(client, draft, "serve_letter", **proof).status_code == 302
    assert fresh(draft.case).state == "delivered"
    text = client.get(page(draft)).content.decode()
    assert draft.docx_digest in text
    assert "本人签收" in text


def test_what_is_sent_by_post_may_come_back(office: Office, signed_in: SignedIn) -> None:
    case, client = office.handling(recently(), wanted_delivery="post"), signed_in(office.cast.lisi)
    answer = client.post(
        reverse("requests_desk:act", args=[case.pk, "correction"]), {"points": "请写明年份", "workdays": 10}
    )
    letter = Letter.objects.get()
    assert answer["Location"] == page(letter)
    office.out(letter, recently(0), serve=False)
    assert post(client, letter, "bounce", reason="查无此人").status_code == 302
    letter.refresh_from_db()
    assert (letter.state, letter.sent_on) == ("issued", None)


def test_a_draft_is_dropped_and_an_issued_one_is_not(draft: Letter, office: Office, signed_in: SignedIn) -> None:
    client = signed_in(office.cast.lisi)
    assert post(client, draft, "discard").status_code == 302
    answer = post(client, draft, "discard")
    assert answer.status_code == 409
    assert "只有" in answer.content.decode()


def test_an_answer_names_what_leaves_with_it(draft: Letter, office: Office, signed_in: SignedIn) -> None:
    client, where = signed_in(office.cast.lisi), reverse("requests_desk:letter_paper", args=[draft.pk])
    assert "附件：" not in client.get(where).content.decode()
    for name in ("学位预警名单.pdf", "测算说明.pdf"):
        file = sealed_files.keep(SimpleUploadedFile(name, b"%PDF-1.4\n%%EOF\n"), name)
        enclosing.add_file(actor=office.cast.lisi, case=draft.case, role="released", kept=file, at=timezone.now())
    office.out(draft, recently(0))
    CaseFile.objects.update(name="后来改名.pdf")  # what was signed stays as it was signed
    page = client.get(where).content.decode()
    assert "附件：1. 学位预警名单" in page
    assert "2. 测算说明" in page
    docx = client.get(reverse("requests_desk:letter_docx", args=[draft.pk]))
    data = b"".join(docx.streaming_content) if docx.streaming else docx.content
    written = zipfile.ZipFile(io.BytesIO(data)).read("word/document.xml").decode()
    assert "附件：1. 学位预警名单" in written


def test_the_frozen_docx_is_what_is_downloaded(draft: Letter, office: Office, signed_in: SignedIn) -> None:
    client, where = signed_in(office.cast.lisi), reverse("requests_desk:letter_docx", args=[draft.pk])
    assert client.get(where).content[:2] == b"PK"
    office.out(draft, recently(3))
    one, two = client.get(where), client.get(where)
    assert one.content == two.content
    assert "no-store" in one["Cache-Control"]
    assert client.get(reverse("requests_desk:letter_paper", args=[draft.pk])).status_code == 200


@pytest.mark.parametrize(("who", "status"), [("zhaoliu", 404), ("sunba", 404), ("zhengyi", 404), ("zhangsan", 404)])
def test_outsiders_find_no_letter(draft: Letter, office: Office, signed_in: SignedIn, who: str, status: int) -> None:
    client = signed_in(getattr(office.cast, who))
    for name in ("letter", "letter_paper", "letter_docx"):
        assert client.get(reverse(f"requests_desk:{name}", args=[draft.pk])).status_code == status
    assert post(client, draft, "submit_letter").status_code == status


def test_a_supervisor_takes_no_step(draft: Letter, office: Office, signed_in: SignedIn) -> None:
    client = signed_in(office.cast.qianqi)
    assert post(client, draft, "submit_letter").status_code == 403
    words = {"title": "x", "salutation": "y", "body": "z", "edition": 1}
    assert client.post(page(draft), {"action": "edit", **words}).status_code == 403
    draft.refresh_from_db()
    assert (draft.state, draft.edition) == ("draft", 1)


def test_who_comes_second_is_refused(draft: Letter, office: Office, signed_in: SignedIn) -> None:
    client, stale = signed_in(office.cast.lisi), seen_mark(draft)
    letters.edit(
        actor=office.cast.wangwu,
        letter=draft,
        title="改过",
        salutation="张三：",
        paragraphs=draft.paragraphs,
        edition=1,
    )
    answer = client.post(page(draft), {"action": "submit_letter", "seen": stale})
    assert answer.status_code == 409
    assert "被修改过" in answer.content.decode()
    post(client, draft, "submit_letter")
    answer = client.post(page(draft), {"action": "submit_letter", "seen": stale})
    assert "李四已于" in answer.content.decode()


def test_an_unfinished_letter_is_not_handed_in(draft: Letter, office: Office, signed_in: SignedIn) -> None:
    letters.edit(
        actor=office.cast.lisi, letter=draft, title=draft.title, salutation="张三：", paragraphs=["××年"], edition=1
    )
    answer = post(signed_in(office.cast.lisi), draft, "submit_letter")
    assert answer.status_code == 409
    assert "没有填写的地方" in answer.content.decode()


# --- the head's queue ----------------------------------------------------------------------------------------------------


def test_the_heads_queue_shows_soonest_due_first_and_costs_the_same(office: Office, signed_in: SignedIn) -> None:
    head = signed_in(office.cast.wangwu)

    def add(day: date) -> Letter:
        letter = office.decided(office.handling(day), timezone.localdate())
        letters.submit(actor=office.cast.lisi, letter=letter, at=timezone.now())
        return letter

    late = add(recently(2))
    head.get(QUEUE)
    with CaptureQueriesContext(connection) as one:
        head.get(QUEUE)
    soon = add(recently(9))
    for _ in range(3):
        add(recently(2))
    with CaptureQueriesContext(connection) as more:
        answer = head.get(QUEUE)
    assert [row.pk for row, _ in answer.context["rows"]][:2] == [soon.pk, late.pk]
    assert len(one) == len(more)


@pytest.mark.parametrize("who", ["lisi", "zhaoliu", "qianqi", "sunba", "zhengyi", "zhangsan"])
def test_only_heads_have_a_queue(office: Office, signed_in: SignedIn, who: str) -> None:
    assert signed_in(getattr(office.cast, who)).get(QUEUE).status_code == 404
