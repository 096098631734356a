"""The clerk's desk over HTTP: begin, write, save, attach, preview, submit, take back, give up; the department's rules."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from catalog.models import Column, Document
from disclosure.models import Revision
from disclosure.versions import services as revising
from tests.cast import Cast
from tests.disclosure.drafting import Way, fresh
from tests.disclosure.test_pasting import WORD
from tests.make import make_document

SignedIn = Callable[[User], Client]
LIST, RULE = "/desk/documents/drafts/", "/desk/documents/rule/"


@pytest.fixture
def way(cast: Cast) -> Way:
    return Way(cast)


def page(revision: Revision, part: str = "") -> str:
    return f"{LIST}{revision.pk}/{part}"


def typed(revision: Revision, **said: Any) -> dict[str, Any]:
    """What the browser posts for a complete draft."""
    return {
        "edition": revision.edition,
        "title": "关于做好校园食品安全工作的通知",
        "body": "一、总体要求\n各校要落实主体责任。",
        "column": Column.objects.get(slug="notices").pk,
        "attribute": "proactive",
        "ground": "20_11",
        "formed_or_changed_on": "2026-03-02",
        "document_number": "云教发〔2026〕8号",
        **said,
    }


def text(response: Any) -> str:
    return str(response.content.decode())


# --- the way -----------------------------------------------------------------------------------------------------------


def test_four_people_bring_a_clerk_s_document_to_the_public(cast: Cast, way: Way, signed_in: SignedIn) -> None:
    client = signed_in(cast.lisi)
    started = client.post(f"{LIST}new/", {"department": cast.jyj.pk, "kind": "document", "title": "食品安全"})
    revision = Revision.objects.get()
    assert started.headers["Location"] == page(revision)
    shown = text(client.get(page(revision)))
    assert "没有认定公开属性" in shown and "送审" in shown
    files = [SimpleUploadedFile("任务分工.txt", "分工".encode())]
    client.post(page(revision), {**typed(revision), "do": "upload", "files": files})
    done = client.post(page(revision), {**typed(fresh(revision)), "do": "submit"}, follow=True)
    assert "已送审" in text(done) and fresh(revision).state == "in_review"
    assert "取回修改" in text(client.get(page(revision)))
    way.sign(way.cleared(way.reviewed(fresh(revision))))
    public = Document.objects.get()
    assert public.document_number == "云教发〔2026〕8号" and public.attachments.get().title == "任务分工.txt"
    assert "各校要落实主体责任" in text(Client().get(public.url))
    assert "已发布" in text(client.get(page(revision)))


def test_a_correction_is_told_to_the_public_with_what_changed(cast: Cast, way: Way, signed_in: SignedIn) -> None:
    document = way.published(words="补助每人 800 元。\n其余不变。")
    client = signed_in(cast.lisi)
    client.post(f"{LIST}of/{document.pk}/", {"erratum": "yes"})
    revision = document.revisions.get(number=2)
    assert revision.is_erratum and "更正" in text(client.get(page(revision)))
    said = typed(revision, body="补助每人 1000 元。\n其余不变。", change_note="更正补助标准", title=document.title)
    client.post(page(revision), {**said, "do": "submit"})
    way.sign(way.cleared(way.reviewed(fresh(revision))))
    shown = text(Client().get(document.url))
    assert "修改和更正" in shown and "更正补助标准" in shown
    assert "<del>补助每人 800 元。</del>" in shown and "<ins>补助每人 1000 元。</ins>" in shown


def test_an_imported_draft_is_taken_up(cast: Cast, signed_in: SignedIn) -> None:
    document = make_document(cast.jyj, title="导入的草稿", disclosure_attribute="withheld")
    client = signed_in(cast.lisi)
    assert "起草" in text(client.get(f"/desk/documents/{document.pk}/"))
    client.post(f"{LIST}of/{document.pk}/")
    assert "导入的草稿" in text(client.get(page(document.revisions.get())))
    assert "第 1 版正在“起草”" in text(client.get(f"/desk/documents/{document.pk}/"))
    document.revisions.update(created_at=timezone.now() - timedelta(minutes=1))
    again = client.post(f"{LIST}of/{document.pk}/", follow=True)
    assert "办结后才能再修订" in text(again)


def test_an_interpretation_names_its_document(cast: Cast, way: Way, signed_in: SignedIn) -> None:
    policy = way.published(title="养老补贴办法")
    client = signed_in(cast.lisi)
    asked = text(client.get(f"{LIST}new/?interprets={policy.pk}"))
    assert f"养老补贴办法（编号{policy.pk}）" in asked
    said = {"department": cast.jyj.pk, "kind": "interpretation", "interprets": "没有的文件"}
    assert "没有找到" in text(client.post(f"{LIST}new/", said))
    client.post(f"{LIST}new/", {**said, "interprets": "《养老补贴办法》"})
    revision = Revision.objects.get(interprets=policy)
    said = typed(revision, interprets="", interpretation_kind="qa", elements=["background", "scope"])
    assert "请填写所解读的文件" in text(client.post(page(revision), said))
    assert (fresh(revision).interprets, fresh(revision).elements) == (policy, ["background", "scope"])


# --- saving ------------------------------------------------------------------------------------------------------------


def test_autosave_keeps_the_text_and_says_what_is_missing(cast: Cast, way: Way, signed_in: SignedIn) -> None:
    revision = revising.start(actor=cast.lisi, department=cast.jyj, at=timezone.now())
    answer = signed_in(cast.lisi).post(page(revision, "autosave/"), {"edition": 1, "title": "半句话"}).json()
    assert answer["edition"] == 2 and answer["errors"] == {} and "没有正文" in answer["standing"]
    assert answer["saved_at"] == f"{timezone.localtime(fresh(revision).updated_at):%H:%M}"
    assert fresh(revision).title == "半句话" and Document.objects.get().title == "半句话"


def test_autosave_keeps_what_is_well_formed_and_names_the_rest(cast: Cast, way: Way, signed_in: SignedIn) -> None:
    revision = way.draft()
    said = typed(revision, title="新题", formed_on="2026-13-45", repeals="没有这件文件")
    answer = signed_in(cast.lisi).post(page(revision, "autosave/"), said).json()
    assert set(answer["errors"]) == {"formed_on", "repeals"}
    assert fresh(revision).title == "新题" and fresh(revision).content["formed_on"] == "2026-03-02"


def test_an_older_window_is_told_and_overwrites_nothing(cast: Cast, way: Way, signed_in: SignedIn) -> None:
    revision = way.draft()
    way.save(revision, title="另一窗口的标题")
    client = signed_in(cast.lisi)
    answer = client.post(page(revision, "autosave/"), typed(revision, title="旧窗口"))
    assert answer.status_code == 409 and "另一个窗口" in answer.json()["conflict"]
    shown = client.post(page(revision), typed(revision, title="旧窗口"))
    assert shown.status_code == 409 and 'value="旧窗口"' in text(shown)
    assert f'name="edition" value="{revision.edition}"' in text(shown), "pressing again is refused again"
    assert fresh(revision).title == "另一窗口的标题"


def test_what_is_stored_already_may_come_again_from_a_page_that_was_left(
    cast: Cast, way: Way, signed_in: SignedIn
) -> None:
    old = make_document(cast.jyj, title="旧办法")
    revision, client = way.draft(), signed_in(cast.lisi)
    upload = SimpleUploadedFile("甲.txt", "甲".encode())
    client.post(page(revision, "files/"), {"edition": revision.edition, "files": upload})
    revision = fresh(revision)
    file_title = {f"file-title-{revision.files.get().pk}": "甲表"}
    said = typed(
        revision, title="离开时的标题", repeals="旧办法", **file_title, **{"c0-body": "市财政局", "c0-evidence": "复函"}
    )
    client.post(page(revision, "autosave/"), said)
    left = fresh(revision)
    again = client.post(page(revision, "autosave/"), said)
    assert again.status_code == 200 and again.json()["edition"] == left.edition == revision.edition + 1
    assert fresh(revision).updated_at == left.updated_at and left.content["effects"] == [["repeals", old.pk]]
    for other in (
        {"title": "另一个标题"},
        {"repeals": ""},
        {"c0-evidence": "电话"},
        {"c0-body": ""},
        {"c99-evidence": "函"},
    ):
        assert client.post(page(revision, "autosave/"), {**said, **other}).json()["is_stale"], other
    assert client.post(page(revision, "autosave/"), typed(revision, title="离开时的标题")).status_code == 409
    upload.seek(0)
    client.post(page(revision, "files/"), {"edition": left.edition, "files": upload})
    assert client.post(page(revision), {**said, "do": "submit"}).status_code == 409, "a file it does not show"
    assert fresh(revision).state == "draft"


def test_only_what_was_not_saved_is_said_to_be_unsaved(cast: Cast, way: Way, signed_in: SignedIn) -> None:
    revision, client = way.draft(), signed_in(cast.lisi)
    incomplete = text(client.post(page(revision), {**typed(revision, ground=""), "do": "submit"}))
    assert "不能送审" in incomplete and "没有保存" not in incomplete and "data-unsaved" not in incomplete
    wrong = text(client.post(page(revision), typed(fresh(revision), repeals="没有这件文件")))
    assert "data-unsaved" in wrong and "在新窗口查看" not in wrong
    stale = text(client.post(page(revision), typed(revision, title="旧窗口")))
    assert "data-unsaved" in stale and "在新窗口查看" in stale and "恢复" in stale
    revising.submit(actor=cast.lisi, revision=fresh(way.save(fresh(revision))), at=timezone.now())
    late = text(client.post(page(revision), typed(fresh(revision))))
    assert "data-unsaved" in late and "data-kept" not in late, "what is under review offers nothing to restore"


def test_a_button_pressed_twice_begins_one_draft(cast: Cast, way: Way, signed_in: SignedIn) -> None:
    client = signed_in(cast.lisi)
    said = {"department": cast.jyj.pk, "kind": "document", "title": "按了两次"}
    first, second = (client.post(f"{LIST}new/", said).headers["Location"] for _ in range(2))
    assert first == second and Revision.objects.count() == Document.objects.count() == 1
    assert client.post(f"{LIST}new/", {**said, "title": "另一件"}).headers["Location"] != first
    client.post(page(Revision.objects.earliest("pk"), "autosave/"), {"edition": 1, "title": "按了两次"})
    assert client.post(f"{LIST}new/", said).headers["Location"] != first, "the first has been written in"
    Revision.objects.update(created_at=timezone.now() - timedelta(seconds=30))
    client.post(f"{LIST}new/", said)
    assert Revision.objects.count() == 4


def test_a_correction_asked_for_twice_opens_the_one_begun(cast: Cast, way: Way, signed_in: SignedIn) -> None:
    document, client = way.published(), signed_in(cast.lisi)
    first, second = (client.post(f"{LIST}of/{document.pk}/", {"erratum": "yes"}).headers["Location"] for _ in range(2))
    assert first == second == page(document.revisions.get(number=2))
    other = client.post(f"{LIST}of/{document.pk}/", follow=True)
    assert "办结后才能再修订" in text(other), "a revision is not a correction"


def test_what_is_wrong_stands_beside_its_field_and_everything_is_kept(
    cast: Cast, way: Way, signed_in: SignedIn
) -> None:
    revision = way.draft()
    said = typed(
        revision,
        title="长" * 301,
        body="<p>新的正文</p>",
        expires_on="1026-01-01",
        keywords="食堂",
        **{"c0-evidence": "复函"},
    )
    response = signed_in(cast.lisi).post(page(revision), {**said, "do": "submit"})
    shown = text(response)
    assert response.status_code == 200 and "长" * 301 in shown and "1026-01-01" in shown and "复函" in shown
    assert {"title", "expires_on"} == set(response.context["form"].errors) and "请填写涉及的机关" in shown
    row = fresh(revision)
    assert (row.state, row.text, row.content["keywords"]) == ("draft", "新的正文", "食堂")
    assert row.title == "关于做好校园食品安全工作的通知"


def test_a_draft_that_lacks_something_comes_back_with_the_reason(cast: Cast, way: Way, signed_in: SignedIn) -> None:
    revision = way.draft()
    said = typed(revision, attribute="withheld", ground="16_process", reason="")
    response = signed_in(cast.lisi).post(page(revision), {**said, "do": "submit"})
    assert response.status_code == 409 and "须说明理由" in text(response)
    assert fresh(revision).attribute == "withheld"
    assert f'name="edition" value="{fresh(revision).edition}"' in text(response)


def test_a_document_names_what_it_repeals(cast: Cast, way: Way, signed_in: SignedIn) -> None:
    old = make_document(cast.wjw, title="旧办法", document_number="云卫发〔2020〕3号")
    hidden = make_document(cast.wjw, title="卫健委的内部文件", disclosure_attribute="withheld")
    revision, client = way.draft(), signed_in(cast.lisi)
    client.post(page(revision), typed(revision, repeals="云卫发[2020]3号", related=f"（编号{hidden.pk}）"))
    assert fresh(revision).content["effects"] == [["repeals", old.pk]]
    assert f"旧办法（编号{old.pk}）" in text(client.get(page(revision)))
    said = {"repeals": f"旧办法（编号{old.pk}）", "amends": f"（编号{revision.document_id}）"}
    assert "不能是本文件" in text(client.post(page(revision), typed(fresh(revision), **said)))
    assert fresh(revision).content["effects"] == [["repeals", old.pk]]


def test_documents_are_offered_while_typing_but_never_hidden_ones(cast: Cast, way: Way, signed_in: SignedIn) -> None:
    make_document(
        cast.wjw, title="卫健委的内部文件", disclosure_attribute="withheld", document_number="云卫发〔2020〕9号"
    )
    own = make_document(cast.jyj, title="教育局的内部文件", disclosure_attribute="withheld")
    client = signed_in(cast.lisi)
    found = client.get(f"{LIST}find/", {"q": "内部文件"}).json()["found"]
    assert [row["value"] for row in found] == [f"教育局的内部文件（编号{own.pk}）"]
    assert client.get(f"{LIST}find/", {"q": "云卫发〔2020〕9号"}).json()["found"] == []
    assert client.get(f"{LIST}find/", {"q": "\x00"}).json()["found"] == []


def test_an_involved_body_is_named_confirmed_and_removed(cast: Cast, way: Way, signed_in: SignedIn) -> None:
    revision, client = way.draft(), signed_in(cast.lisi)
    client.post(page(revision), typed(revision, **{"c0-body": "市卫生健康委员会"}))
    row = revision.confirmations.get()
    assert "市卫生健康委员会，尚未沟通确认" in text(client.get(page(revision)))
    tomorrow = (timezone.localdate() + timedelta(days=1)).isoformat()
    late = client.post(page(revision), typed(fresh(revision), **{f"c{row.pk}-confirmed_on": tomorrow}))
    assert "确认日期还没有到" in text(late)
    client.post(page(revision), typed(fresh(revision), **{f"c{row.pk}-confirmed_on": "2026-03-04"}))
    assert str(revision.confirmations.get().confirmed_on) == "2026-03-04"
    client.post(page(revision), {**typed(fresh(revision)), "do": f"forget:{row.pk}"})
    assert not revision.confirmations.exists()


# --- pasting, files, preview -------------------------------------------------------------------------------------------


def test_what_is_pasted_from_word_is_cleaned(cast: Cast, signed_in: SignedIn) -> None:
    answer = signed_in(cast.lisi).post(f"{LIST}paste/", {"html": WORD}).json()
    assert "<table>" in answer["html"] and "800元" not in answer["html"] and "Mso" not in answer["html"]
    assert answer["note"] == "图片没有粘贴，请作为附件上传。"


def test_files_are_attached_ordered_renamed_and_removed(cast: Cast, way: Way, signed_in: SignedIn) -> None:
    revision, client = way.draft(), signed_in(cast.lisi)
    for name in ("甲.txt", "乙.txt"):
        upload = SimpleUploadedFile(name, name.encode())
        answer = client.post(page(revision, "files/"), {"edition": fresh(revision).edition, "files": upload}).json()
        assert name in answer["files"] and answer["edition"] == fresh(revision).edition
    first, second = fresh(revision).files.all()
    client.post(page(revision), {**typed(fresh(revision)), "do": f"up:{second.pk}", f"file-title-{first.pk}": "甲表"})
    assert [row.title for row in fresh(revision).files.all()] == ["乙.txt", "甲表"]
    assert b"".join(client.get(page(revision, f"files/{first.pk}/")).streaming_content)  # type: ignore[attr-defined]
    client.post(page(revision), {**typed(fresh(revision)), "do": f"remove:{second.pk}"})
    assert [row.title for row in fresh(revision).files.all()] == ["甲表"]


def test_a_file_that_may_not_be_kept_is_refused_in_words(cast: Cast, way: Way, signed_in: SignedIn) -> None:
    revision, client = way.draft(), signed_in(cast.lisi)
    for bad in (SimpleUploadedFile("a.exe", b"MZ\x90\x00"), SimpleUploadedFile("空.txt", b"")):
        answer = client.post(page(revision, "files/"), {"edition": revision.edition, "files": bad})
        assert answer.status_code in (400, 409) and answer.json()["refused"]
    assert client.post(page(revision, "files/"), {"edition": revision.edition}).status_code == 400
    stale = {"edition": revision.edition - 1, "files": SimpleUploadedFile("a.txt", b"a")}
    assert "另一个窗口" in client.post(page(revision, "files/"), stale).json()["refused"]
    with_text = {**typed(revision, title="新题"), "files": SimpleUploadedFile("a.exe", b"MZ\x90\x00"), "do": "upload"}
    response = client.post(page(revision), with_text)
    assert response.status_code == 409 and fresh(revision).title == "新题" and not revision.files.exists()


def test_the_preview_is_the_public_page_and_shows_nothing_to_anybody_else(
    cast: Cast, way: Way, signed_in: SignedIn
) -> None:
    document = way.published(title="现行的标题")
    revision = revising.start_version(actor=cast.lisi, document=document, at=timezone.now())
    way.save(revision, title="将来的标题", words="将来的正文。", change_note="改")
    response = signed_in(cast.lisi).get(page(revision, "preview/"))
    shown = text(response)
    assert "将来的标题" in shown and "将来的正文" in shown and "预览" in shown and "noindex" in shown
    assert document.index_number in shown and response.headers["X-Robots-Tag"] == "noindex"
    document.refresh_from_db()
    assert document.title == "现行的标题"
    assert "将来的" not in text(Client().get(document.url))


def test_an_empty_draft_can_be_previewed(cast: Cast, signed_in: SignedIn) -> None:
    revision = revising.start(actor=cast.lisi, department=cast.jyj, at=timezone.now())
    assert signed_in(cast.lisi).get(page(revision, "preview/")).status_code == 200


# --- lists -------------------------------------------------------------------------------------------------------------


def test_the_list_tells_what_came_back_why_and_from_whom(cast: Cast, way: Way, signed_in: SignedIn) -> None:
    revision = way.submitted(way.draft(title="退回的稿"))
    revising.send_back(actor=cast.sunba, revision=revision, reason="请核对标准", at=timezone.now())
    way.draft(title="还在写的稿")
    client = signed_in(cast.lisi)
    returned = text(client.get(LIST, {"tab": "returned"}))
    assert "孙八于" in returned and "请核对标准" in returned and "还在写的稿" not in returned
    assert "还在写的稿" in text(client.get(LIST))
    assert "请核对标准" in text(client.get(page(revision)))


def test_clocks_stand_soonest_first_in_words(cast: Cast, way: Way, signed_in: SignedIn) -> None:
    today = timezone.localdate()
    way.draft(title="不急", formed_or_changed_on=today)
    way.draft(title="早就超期", formed_or_changed_on=today - timedelta(days=90))
    way.draft(title="没有期限", attribute="withheld", ground="15", reason="个人隐私")
    response = signed_in(cast.lisi).get(LIST, {"tab": "due"})
    assert [row.title for row in response.context["page"].rows] == ["早就超期", "不急"]
    assert "超期" in text(response) and "还剩 20 个工作日" in text(response)


@pytest.mark.parametrize("tab", ["mine", "due", "all"])
def test_pages_follow_one_another_and_cost_the_same(cast: Cast, way: Way, signed_in: SignedIn, tab: str) -> None:
    way.draft()
    client = signed_in(cast.lisi)
    client.get(LIST, {"tab": tab})
    with CaptureQueriesContext(connection) as one:
        client.get(LIST, {"tab": tab})
    for _ in range(34):
        way.draft()
    with CaptureQueriesContext(connection) as many:
        first = client.get(LIST, {"tab": tab}).context["page"]
    assert len(many) == len(one)
    second = client.get(LIST, {"tab": tab, "after": first.after}).context["page"]
    assert (len(first.rows), len(second.rows), second.after) == (30, 5, "")
    assert not {row.pk for row in first.rows} & {row.pk for row in second.rows}


@pytest.mark.parametrize(
    "query", ["tab=nonsense", "after=x", "tab=due&after=2026-99-99.1", "tab=due&after=5", "after=٣"]
)
def test_nonsense_in_the_address_gives_the_first_page(cast: Cast, way: Way, signed_in: SignedIn, query: str) -> None:
    way.draft()
    response = signed_in(cast.lisi).get(f"{LIST}?{query}")
    assert response.status_code == 200 and len(response.context["page"].rows) == 1


# --- who ---------------------------------------------------------------------------------------------------------------


def test_another_department_finds_nothing(cast: Cast, way: Way, signed_in: SignedIn) -> None:
    revision = way.draft(title="教育局的草稿")
    client = signed_in(cast.zhaoliu)
    for part in ("", "preview/", "drop/"):
        assert client.get(page(revision, part)).status_code == 404
    for part in ("", "autosave/", "files/", "take-back/", "drop/"):
        assert client.post(page(revision, part), typed(revision)).status_code == 404
    assert client.post(f"{LIST}of/{revision.document_id}/").status_code == 404
    for tab in ("mine", "returned", "due", "all"):
        assert "教育局的草稿" not in text(client.get(LIST, {"tab": tab}))
    assert (
        client.get(f"{LIST}new/").status_code == 200
        and client.get(f"{LIST}new/").context["form"].fields["department"].queryset.get() == cast.wjw
    )
    assert signed_in(cast.zhangsan).get(LIST).status_code == 404
    assert Client().get(LIST).status_code == 302


def test_a_reviewer_reads_and_changes_nothing(cast: Cast, way: Way, signed_in: SignedIn) -> None:
    revision, client = way.draft(), signed_in(cast.sunba)
    assert "送审</button>" not in text(client.get(page(revision)))
    assert client.post(page(revision), typed(revision)).status_code == 403
    assert client.post(page(revision, "autosave/"), typed(revision)).status_code == 403
    upload = {"edition": revision.edition, "files": SimpleUploadedFile("a.txt", b"a")}
    assert client.post(page(revision, "files/"), upload).status_code == 403
    assert client.get(f"{LIST}new/").status_code == 403
    assert client.post(f"{LIST}of/{revision.document_id}/").status_code == 403
    assert fresh(revision).edition == revision.edition


def test_what_is_under_review_is_not_edited_but_taken_back(cast: Cast, way: Way, signed_in: SignedIn) -> None:
    revision, client = way.submitted(way.draft()), signed_in(cast.lisi)
    response = client.post(page(revision), typed(revision, title="偷改"))
    assert response.status_code == 409 and "只有“起草”时可以修改" in text(response)
    assert client.get(page(revision, "take-back/")).status_code == 405
    client.post(page(revision, "take-back/"))
    assert fresh(revision).state == "draft" and fresh(revision).title != "偷改"
    again = client.post(page(revision, "take-back/"), follow=True)
    assert "只有“审核”时可以取回修改" in text(again)


def test_a_draft_is_given_up_with_a_reason(cast: Cast, way: Way, signed_in: SignedIn) -> None:
    revision, client = way.draft(), signed_in(cast.lisi)
    assert "请写明原因" in text(client.post(page(revision, "drop/"), {"reason": " "}))
    client.post(page(revision, "drop/"), {"reason": "重复起草"})
    assert fresh(revision).state == "dropped"
    assert client.post(page(revision, "drop/"), {"reason": "再来"}).status_code == 409


def test_what_is_missing_stands_beside_its_field(cast: Cast, way: Way, signed_in: SignedIn) -> None:
    revision, client = way.draft(), signed_in(cast.lisi)
    said = typed(revision, attribute="on_request", ground="", reason="")
    answer = client.post(page(revision), {**said, "do": "submit"})
    errors = answer.context["form"].errors
    assert answer.status_code == 409 and set(errors) == {"__all__", "ground", "reason"}
    assert errors["reason"] == ["认定为依申请公开、不予公开的，须说明理由。"]
    assert fresh(revision).attribute == "on_request", "what was typed is kept"


def test_days_to_come_and_long_titles_are_refused_in_words(cast: Cast, way: Way, signed_in: SignedIn) -> None:
    revision, client = way.draft(), signed_in(cast.lisi)
    tomorrow = f"{timezone.localdate() + timedelta(days=1)}"
    said = typed(revision, formed_on=tomorrow, formed_or_changed_on=tomorrow, title="长" * 320)
    answer = client.post(page(revision), said)
    errors = answer.context["form"].errors
    assert errors["formed_on"] == errors["formed_or_changed_on"] == ["这一天还没有到。"]
    assert errors["title"] == ["最多 300 个字，现在有 320 个。"]
    assert 'maxlength="300"' not in answer.content.decode() and "长" * 320 in answer.content.decode()
