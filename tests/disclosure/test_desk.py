"""The documents' desk: lists, withdrawing, emergency takedown, imports."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from catalog import services as catalog
from catalog.models import Document, FacetCount
from catalog.views.feeds import SITEMAP_SPAN
from disclosure import services
from disclosure.models import DocumentEvent, ImportRun
from files.services import store
from jobs.models import Job
from jobs.services import run_waiting
from search.models import Change
from tests.cast import Cast
from tests.make import make_document, make_run
from workflow.services import Lost, WrongState

SignedIn = Callable[[User], Client]
LIST, IMPORTS = "/desk/documents/", "/desk/documents/imports/"
AWAY = ["withdraw", "take-down"]


@pytest.fixture
def document(cast: Cast) -> Document:
    return make_document(cast.jyj, title="关于招生入学工作的通知", document_number="云教发〔2026〕8号")


def address(document: Document, action: str = "") -> str:
    return f"{LIST}{document.pk}/{action}/" if action else f"{LIST}{document.pk}/"


# --- lists -------------------------------------------------------------------------------------------------------------


def test_the_list_shows_drafts_of_ones_own_departments_only(cast: Cast, signed_in: SignedIn) -> None:
    make_document(cast.jyj, title="教育局的草稿", disclosure_attribute="withheld")
    make_document(cast.wjw, title="卫健委的文件")
    page = signed_in(cast.lisi).get(LIST).content.decode()
    assert "教育局的草稿" in page and "卫健委的文件" not in page


def test_the_attribute_facet_counts_only_what_the_reader_sees(cast: Cast, signed_in: SignedIn) -> None:
    for department in (cast.jyj, cast.wjw):
        make_document(department, disclosure_attribute="withheld")
    options = signed_in(cast.lisi).get(LIST).context["facet"]["options"]
    assert {option["label"]: option["count"] for option in options} == {
        "主动公开": "0",
        "依申请公开": "0",
        "不予公开": "1",
        "待认定": "0",
    }


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=招生", 1),
        ("q=云教发[2026]8号", 1),
        ("q=（2026）第8号", 1),
        ("q=没有的", 0),
        ("attribute=proactive", 1),
        ("attribute=withheld", 0),
        ("state=draft", 0),
        ("state=nonsense", 1),
        ("department=999999", 1),
        ("before=1", 0),
        ("before=999999999999999999999999", 1),
        ("q=%27%22%3C%25_%5C", 0),
        ("q=%00", 1),
    ],
)
def test_filters_and_nonsense_give_an_honest_page(
    cast: Cast, document: Document, signed_in: SignedIn, query: str, found: int
) -> None:
    response = signed_in(cast.lisi).get(f"{LIST}?{query}")
    assert response.status_code == 200
    assert len(response.context["page"].rows) == found


def test_pages_follow_one_another_by_key(cast: Cast, signed_in: SignedIn) -> None:
    for _ in range(35):
        make_document(cast.jyj)
    client = signed_in(cast.lisi)
    first = client.get(LIST).context["page"]
    second = client.get(f"{LIST}?before={first.after}").context["page"]
    assert (len(first.rows), len(second.rows), second.after) == (30, 5, None)


def test_the_list_asks_the_same_number_of_queries_for_1_and_30_rows(
    cast: Cast, signed_in: SignedIn, django_assert_num_queries: Any
) -> None:
    make_document(cast.jyj)
    client = signed_in(cast.lisi)
    client.get(LIST)
    with CaptureQueriesContext(connection) as captured:
        client.get(LIST)
    for_one_row = len(captured)
    for _ in range(29):
        make_document(cast.jyj)
    client.get(LIST)
    with django_assert_num_queries(for_one_row):
        client.get(LIST)


@pytest.mark.parametrize("path", [LIST, IMPORTS])
def test_visitors_sign_in_first_and_people_without_a_desk_find_nothing(
    cast: Cast, signed_in: SignedIn, path: str
) -> None:
    assert Client().get(path).status_code == 302
    assert signed_in(cast.zhangsan).get(path).status_code == 404


# --- withdrawing and taking down: the five of every write page -----------------------------------------------------------


@pytest.mark.parametrize(("action", "state"), [("withdraw", "withdrawn"), ("take-down", "taken_down")])
def test_it_works(cast: Cast, document: Document, signed_in: SignedIn, action: str, state: str) -> None:
    client = signed_in(cast.wangwu)
    assert client.get(address(document, action)).status_code == 200
    response = client.post(address(document, action), {"reason": "正文有误。"}, follow=True)
    document.refresh_from_db()
    assert (document.state, document.listed_at, document.withdrawn_reason) == (state, None, "正文有误。")
    assert "正文有误" in response.content.decode()
    event = DocumentEvent.objects.get(subject_type="catalog.document", subject_id=document.pk)
    assert (event.actor, event.target) == (cast.wangwu, state)
    assert FacetCount.objects.get(dimension="all").count == 0
    assert Change.objects.filter(key=document.pk).count() == 2 and document.version == 2


@pytest.mark.parametrize("action", AWAY)
def test_get_changes_nothing_and_put_is_refused(
    cast: Cast, document: Document, signed_in: SignedIn, action: str
) -> None:
    client = signed_in(cast.wangwu)
    client.get(address(document, action), {"reason": "x"})
    assert client.put(address(document, action)).status_code == 405
    assert Document.objects.get().state == "published"


@pytest.mark.parametrize("action", [*AWAY, "explain", ""])
def test_another_department_finds_nothing(cast: Cast, document: Document, signed_in: SignedIn, action: str) -> None:
    client = signed_in(cast.zhaoliu)
    assert client.get(address(document, action)).status_code == 404
    if action:
        assert client.post(address(document, action), {"reason": "x"}).status_code == 404


@pytest.mark.parametrize("action", AWAY)
def test_a_colleague_without_the_right_is_told_who_has_it(
    cast: Cast, document: Document, signed_in: SignedIn, action: str
) -> None:
    response = signed_in(cast.lisi).post(address(document, action), {"reason": "x"})
    assert response.status_code == 409 and "签发" in response.content.decode()
    assert Document.objects.get().state == "published"


@pytest.mark.parametrize("action", AWAY)
def test_the_wrong_state_is_refused_with_the_reason(
    cast: Cast, document: Document, signed_in: SignedIn, action: str
) -> None:
    services.take_down_document(actor=cast.wangwu, document=document, reason="先下架", at=timezone.now())
    response = signed_in(cast.wangwu).post(address(document, action), {"reason": "再撤"})
    assert response.status_code == 409 and "现在是“紧急下架”" in response.content.decode()


def test_a_withdrawn_document_can_still_be_taken_down(cast: Cast, document: Document) -> None:
    services.withdraw_document(actor=cast.wangwu, document=document, reason="先撤下", at=timezone.now())
    services.take_down_document(actor=cast.wangwu, document=document, at=timezone.now())
    assert Client().get(document.url).status_code == 410
    assert FacetCount.objects.get(dimension="all").count == 0


def test_the_second_writer_is_refused_and_told_who_was_first(cast: Cast, document: Document) -> None:
    same = Document.objects.get(pk=document.pk)
    services.withdraw_document(actor=cast.wangwu, document=document, reason="甲", at=timezone.now())
    with pytest.raises(Lost, match="王五"):
        services.take_down_document(actor=cast.wangwu, document=same, at=timezone.now())
    assert FacetCount.objects.get(dimension="all").count == 0


def test_a_withdrawal_needs_a_reason_and_keeps_what_was_typed(
    cast: Cast, document: Document, signed_in: SignedIn
) -> None:
    response = signed_in(cast.wangwu).post(address(document, "withdraw"), {"reason": "长" * 301})
    assert response.context["form"].errors["reason"] and "长" * 301 in response.content.decode()
    assert signed_in(cast.wangwu).post(address(document, "withdraw"), {"reason": " "}).context["form"].errors
    assert Document.objects.get().state == "published"


def test_a_takedown_is_explained_afterwards(cast: Cast, document: Document, signed_in: SignedIn) -> None:
    client = signed_in(cast.wangwu)
    client.post(address(document, "take-down"))
    assert client.post(address(document, "explain"), {"reason": ""}).context["form"].errors
    client.post(address(document, "explain"), {"reason": "含有个人信息"})
    document.refresh_from_db()
    assert document.withdrawn_reason == "含有个人信息"
    actions = DocumentEvent.objects.filter(subject_id=document.pk, subject_type="catalog.document")
    assert [event.action for event in actions] == ["take_down", "explain_take_down"]


def test_nothing_is_explained_that_was_not_taken_down(cast: Cast, document: Document) -> None:
    with pytest.raises(WrongState):
        services.explain_take_down(actor=cast.wangwu, document=document, reason="x", at=timezone.now())


def test_a_takedown_is_gone_everywhere_at_once(cast: Cast, document: Document, signed_in: SignedIn) -> None:
    file = store(upload=ContentFile("附件正文".encode()), name="附件.txt")
    attached = catalog.attach(document=document, file_id=file.pk, title="附件", at=timezone.now())
    sitemap = f"/sitemap-{document.pk // SITEMAP_SPAN}.xml"
    places = ["/", "/documents/", "/feed/", "/feed/rss/", sitemap, "/api/v1/documents/", "/departments/jyj/"]
    visitor = Client()
    sign = {place: f"/documents/{document.pk}/" if "sitemap" in place else "招生入学" for place in places}
    shown = {place for place in places if sign[place] in visitor.get(place).content.decode()}
    assert {"/documents/", "/feed/", sitemap, "/api/v1/documents/"} <= shown
    download = attached.get_absolute_url()
    before = visitor.get(download)
    assert before.status_code == 200
    assert b"".join(before.streaming_content)  # type: ignore[attr-defined]
    etag = visitor.get(document.url).headers.get("ETag", "")

    signed_in(cast.wangwu).post(address(document, "take-down"))

    gone = visitor.get(document.url, headers={"if-none-match": etag})
    assert gone.status_code == 410 and "招生入学" not in gone.content.decode()
    for place in places:
        assert sign[place] not in visitor.get(place).content.decode(), place
    assert visitor.get(download).status_code in (404, 410)
    assert visitor.get(f"/api/v1/documents/{document.pk}/").status_code in (404, 410)


def test_a_withdrawn_document_keeps_its_address_and_says_so(
    cast: Cast, document: Document, signed_in: SignedIn
) -> None:
    signed_in(cast.wangwu).post(address(document, "withdraw"), {"reason": "依据已经废止"})
    response = Client().get(document.url)
    assert "依据已经废止" in response.content.decode()
    assert "招生入学" not in Client().get("/documents/").content.decode()


# --- imports -----------------------------------------------------------------------------------------------------------


def form(cast: Cast, **said: Any) -> dict[str, Any]:
    rows = [{"标题": "关于甲的通知", "成文日期": "2024-03-05", "正文": "甲。"}, {"标题": "", "正文": "=乙"}]
    content = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows).encode()
    upload = SimpleUploadedFile("存量.jsonl", content)
    return {
        "file": upload,
        "department": cast.jyj.pk,
        "approver": cast.wangwu.pk,
        "ground": "迁移",
        "mapping": "",
        **said,
    }


def started(cast: Cast, signed_in: SignedIn, **said: Any) -> ImportRun:
    response = signed_in(cast.wushi).post(IMPORTS, form(cast, **said))
    assert response.status_code == 302, response.context["form"].errors
    return ImportRun.objects.latest("pk")


def test_an_upload_is_imported_by_the_worker(cast: Cast, signed_in: SignedIn) -> None:
    run = started(cast, signed_in)
    client, page = signed_in(cast.wushi), f"{IMPORTS}{run.pk}/"
    waiting = client.get(page).content.decode()
    assert "等待开始" in waiting and "refresh" in waiting and "<progress" in waiting
    assert client.get(f"{page}progress/").json()["is_over"] is False
    run_waiting()
    run.refresh_from_db()
    assert (run.stage, run.imported, run.rejected, run.mapping) == ("done", 1, 1, "table")
    document = Document.objects.get()
    assert (document.department, document.state) == (cast.jyj, "published")
    finished = client.get(page).content.decode()
    assert "没有标题" in finished and "refresh" not in finished
    assert client.get(f"{page}progress/").json()["percent"] == 100
    report = b"".join(client.get(f"{page}report.csv").streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    assert "没有标题,'=乙" in report


def test_a_trial_upload_writes_no_documents(cast: Cast, signed_in: SignedIn) -> None:
    run = started(cast, signed_in, dry_run="on")
    run_waiting()
    run.refresh_from_db()
    assert (run.stage, run.imported, run.rejected) == ("done", 1, 1)
    assert not Document.objects.exists()


def test_a_bad_file_fails_in_words_and_can_be_resumed(cast: Cast, signed_in: SignedIn) -> None:
    run = started(cast, signed_in, file=SimpleUploadedFile("a.xlsx", b"PK\x03\x04garbage"))
    run_waiting()
    client, page = signed_in(cast.wushi), f"{IMPORTS}{run.pk}/"
    shown = client.get(page).content.decode()
    assert "XLSX 文件已损坏" in shown and "继续导入" in shown
    client.post(page)
    run.refresh_from_db()
    assert run.stage == "waiting" and Job.objects.unfinished().filter(kind="import_documents").count() == 1


def test_a_finished_import_is_not_resumed(cast: Cast, signed_in: SignedIn) -> None:
    run = started(cast, signed_in)
    run_waiting()
    response = signed_in(cast.wushi).post(f"{IMPORTS}{run.pk}/", follow=True)
    assert "不需要继续" in response.content.decode()


def test_a_long_upload_is_continued_in_slices(cast: Cast, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = "\n".join(json.dumps({"标题": f"关于第{n}件事的通知"}, ensure_ascii=False) for n in range(350)).encode()
    run = started(cast, signed_in, file=SimpleUploadedFile("a.jsonl", rows))
    monkeypatch.setattr("disclosure.importing.run.SLICE_DOCUMENTS", 100)
    monkeypatch.setattr("jobs.services.SLICE_SECONDS", 0)
    monkeypatch.setattr("jobs.services.RunningSlice.out_of_time", lambda _: True)
    assert run_waiting() >= 4
    run.refresh_from_db()
    assert (run.stage, run.imported, Document.objects.count()) == ("done", 350, 350)


def test_rights_that_ended_stop_an_import(cast: Cast, signed_in: SignedIn) -> None:
    run = started(cast, signed_in)
    cast.wushi.is_active = False
    cast.wushi.save()
    run_waiting()
    run.refresh_from_db()
    assert run.stage == "failed" and "不能向该机构导入" in run.message
    assert not Document.objects.exists()


def test_get_starts_nothing(cast: Cast, signed_in: SignedIn) -> None:
    assert signed_in(cast.wushi).get(IMPORTS).status_code == 200
    assert not ImportRun.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    ["file", "department", "approver", "ground"],
    ids=["no file", "foreign department", "no signer", "no ground"],
)
def test_a_wrong_field_is_told_beside_it_and_the_rest_is_kept(cast: Cast, signed_in: SignedIn, wrong: str) -> None:
    values = {"file": "", "department": cast.wjw.pk, "approver": cast.lisi.pk, "ground": ""}
    response = signed_in(cast.wushi).post(IMPORTS, form(cast, **{wrong: values[wrong]}))
    assert response.status_code == 200 and list(response.context["form"].errors) == [wrong]
    if wrong != "ground":
        assert 'value="迁移"' in response.content.decode()
    assert not ImportRun.objects.exists()


def test_an_approver_of_another_department_is_refused(cast: Cast, signed_in: SignedIn) -> None:
    response = signed_in(cast.zhengyi).post(IMPORTS, form(cast, department=cast.wjw.pk))
    assert "批准人" in str(response.context["form"].errors["approver"])
    assert not ImportRun.objects.exists()


def test_people_without_the_right_neither_see_nor_start_imports(cast: Cast, signed_in: SignedIn) -> None:
    run = make_run(cast.jyj)
    for user in (cast.lisi, cast.zhaoliu, cast.wangwu):
        client = signed_in(user)
        assert client.get(IMPORTS).status_code == 404
        assert client.post(IMPORTS, form(cast)).status_code == 404
        for tail in ("", "progress/", "report.csv"):
            assert client.get(f"{IMPORTS}{run.pk}/{tail}").status_code == 404


def test_auditors_look_and_start_nothing(cast: Cast, signed_in: SignedIn) -> None:
    run = make_run(cast.jyj)
    client = signed_in(cast.fenger)
    assert client.get(f"{IMPORTS}{run.pk}/").status_code == 200
    assert client.get(IMPORTS).context["form"] is None
    assert client.post(IMPORTS, form(cast)).status_code == 403
