"""The guided application: what is public already, files, proofs of work, limits."""

import base64
import json
import re
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings

from requests_app.models import CaseFile, DraftFile, InformationRequest
from tests.make import make_document, make_reference
from tests.requests_app.applying import CHECK, PDF, WHAT, WHO, at, filled, hand_in, post, solved, text
from tests.requests_app.casework import Office

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_slots(office: Office) -> None:
    make_reference()


# --- already public --------------------------------------------------------------------------------------------------------


@pytest.mark.law("条例§36")
def test_what_is_public_already_is_offered(office: Office, search_index: Any) -> None:
    document = make_document(office.cast.jyj, title="2025年义务教育阶段学校学位预警名单")
    search_index.index_now()
    client = Client()
    found = client.get("/apply/already/?" + urlencode({"q": "学位预警名单"})).content.decode()
    assert document.get_absolute_url() in found and "<html" not in found
    sentence = {"q": "我想了解2025年城区里哪些小学的学位比较紧张，请提供学校学位预警的名单"}
    other = make_document(office.cast.jyj, title="2025年财政收支情况")
    search_index.index_now()
    offered = client.get("/apply/already/?" + urlencode(sentence)).content.decode()
    assert document.get_absolute_url() in offered and other.get_absolute_url() not in offered
    filled(client)
    assert post(client, "what", WHAT, do="look").headers["Location"] == at("what") + "#already"
    for path in (at("what"), CHECK):
        assert document.get_absolute_url() in client.get(path).content.decode()
    gone = make_document(office.cast.jyj, title="学位预警名单", validity="repealed")
    search_index.index_now()
    offered = client.get("/apply/already/?" + urlencode({"q": "学位预警名单"})).content.decode()
    assert offered.index(document.get_absolute_url()) < offered.index(gone.get_absolute_url())
    assert "废止" in offered
    assert "没有找到" in text(client.get("/apply/already/?q=%00"))


def test_following_a_match_keeps_what_was_typed() -> None:
    client = Client()
    filled(client)
    assert post(client, "what", {"kind": "information", "title": "写了一半"}, do="keep").status_code == 204
    assert "写了一半" in client.get(at("what")).content.decode()


# --- files -----------------------------------------------------------------------------------------------------------------


def test_files_are_sealed_and_become_the_cases(office: Office) -> None:
    client = Client()
    filled(client)
    client.post(at("files"), {"role": "proof", "file": SimpleUploadedFile("身份证.pdf", PDF), "do": "upload"})
    client.post(at("files"), {"role": "attachment", "file": SimpleUploadedFile("说明.pdf", PDF), "do": "next"})
    assert "身份证.pdf" in text(client.get(CHECK))
    with storages["uploads"].open(DraftFile.objects.first().key) as kept:  # type: ignore[union-attr]
        assert PDF not in kept.read()
    hand_in(client)
    assert list(CaseFile.objects.order_by("pk").values_list("name", "role")) == [
        ("身份证.pdf", "proof"),
        ("说明.pdf", "attachment"),
    ]
    assert not DraftFile.objects.exists()


def test_a_file_is_removed_only_from_ones_own_draft() -> None:
    mine, others = Client(), Client()
    for client in (mine, others):
        filled(client)
        client.post(at("files"), {"role": "proof", "file": SimpleUploadedFile("a.pdf", PDF), "do": "upload"})
    first, second = DraftFile.objects.order_by("pk")
    mine.post(at("files"), {"remove": second.pk})
    mine.post(at("files"), {"remove": first.pk})
    assert list(DraftFile.objects.all()) == [second]


def test_what_may_not_be_kept_is_refused_beside_the_field(settings: Settings) -> None:
    client = Client()
    filled(client)
    send = {"role": "proof", "do": "upload"}
    assert "请先选择文件" in text(client.post(at("files"), send))
    page = client.post(at("files"), {**send, "file": SimpleUploadedFile("x.html", b"<html><script></script></html>")})
    assert "不接受网页文件" in text(page)
    settings.APPLICANT_FILES_MOST = 1
    for _ in range(2):
        page = client.post(at("files"), {**send, "file": SimpleUploadedFile("a.pdf", PDF)})
    assert "最多上传1个文件" in text(page) and DraftFile.objects.count() == 1


# --- people, machines, limits ----------------------------------------------------------------------------------------------


def test_consent_is_needed() -> None:
    client = Client()
    filled(client)
    assert "同意后才能提交" in text(client.post(CHECK, {}))
    assert not InformationRequest.objects.exists()


def test_a_proof_counts_once_and_a_forged_one_never(settings: Settings) -> None:
    settings.APPLY_PROOF_MOST, settings.APPLY_PER_HOUR_UNPROVEN = 50, 0
    client, second = Client(), Client()
    for each in (client, second):
        filled(each)
    proof = solved(client)
    assert hand_in(client, proof=proof).status_code == 302
    assert "用过了" in text(hand_in(second, proof=proof)), "a replay is refused"
    forged = json.loads(base64.b64decode(solved(second)))
    for change in ({"number": forged["number"] + 1}, {"signature": "0" * 64}, {"number": "1"}, {"salt": 5}):
        said = base64.b64encode(json.dumps({**forged, **change}).encode()).decode()
        assert "重新验证" in text(hand_in(second, proof=said))
    for rubbish in ("x", base64.b64encode(b"[]").decode(), "é"):
        assert "重新验证" in text(hand_in(second, proof=rubbish))
    assert InformationRequest.objects.count() == 1
    assert hand_in(second, proof=solved(second)).status_code == 302


def test_a_late_proof_is_refused(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    settings.APPLY_PROOF_MOST = 50
    client = Client()
    filled(client)
    monkeypatch.setattr("requests_app.intake.human.VALID", timedelta(seconds=-5))
    assert "过期" in text(hand_in(client, proof=solved(client)))


def test_the_limit_is_explained_and_stricter_without_a_proof(settings: Settings) -> None:
    settings.APPLY_PER_HOUR, settings.APPLY_PER_HOUR_UNPROVEN, settings.APPLY_PROOF_MOST = 3, 1, 50
    people = [Client() for _ in range(5)]
    for each in people:
        filled(each)
    assert hand_in(people[0]).status_code == 302
    refused = hand_in(people[1])
    assert refused.status_code == 429
    assert re.search(r"请在\d\d:\d\d以后再试，.*当面提交，或者邮寄、传真", text(refused))
    assert hand_in(people[1], proof=solved(people[1])).status_code == 302
    assert hand_in(people[2], proof=solved(people[2])).status_code == 302
    assert hand_in(people[3], proof=solved(people[3])).status_code == 429
    assert InformationRequest.objects.count() == 3
    elsewhere = people[3].post(CHECK, {"consent": "on"}, REMOTE_ADDR="2001:db8:1::5")
    assert elsewhere.status_code == 302
    same_household = people[4].post(CHECK, {"consent": "on"}, REMOTE_ADDR="2001:db8:1::6")
    assert same_household.status_code == 429


def test_what_was_not_handed_in_takes_no_place(settings: Settings, office: Office) -> None:
    settings.APPLY_PER_HOUR_UNPROVEN = 1
    client = Client()
    filled(client)
    post(client, "body", {})
    assert hand_in(client).status_code == 200
    post(client, "body", {"body": "jyj"})
    assert hand_in(client).status_code == 302


def test_drafts_and_uploads_are_limited_too(settings: Settings) -> None:
    settings.APPLY_DRAFTS_PER_HOUR = settings.APPLY_UPLOADS_PER_HOUR = 1
    client = Client()
    filled(client)
    for _ in range(2):
        page = client.post(at("files"), {"role": "proof", "file": SimpleUploadedFile("a.pdf", PDF), "do": "upload"})
    assert "次数已到上限" in text(page) and DraftFile.objects.count() == 1
    refused = post(Client(), "who", WHO)
    assert refused.status_code == 429 and 'value="张三"' in refused.content.decode()
