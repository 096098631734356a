"""The versions of a document side by side, and its whole file as a ZIP that proves itself."""

import hashlib
import io
import json
import zipfile
from typing import Any

import pytest
from django.utils import timezone

from catalog.models import Document
from disclosure.models import DocumentEvent
from disclosure.versions import comparing
from disclosure.versions import services as revising
from tests.cast import Cast
from tests.disclosure.drafting import Way
from tests.disclosure.test_review_desk import SignedIn, attach
from tests.make import make_document
from workflow.evidence import canonical


@pytest.fixture
def way(cast: Cast) -> Way:
    return Way(cast)


@pytest.fixture
def corrected(way: Way, cast: Cast) -> Document:
    """A document in its second version, with a file."""
    document = way.published(title="补贴办法", words="一律每月补贴 100 元。\n甲。\n乙。\n丙。\n丁。\n不变的一段。")
    revision = revising.start_version(actor=cast.lisi, document=document, at=timezone.now(), is_erratum=True)
    words = "一律每月补贴 120 元。\n甲。\n乙。\n丙。\n丁。\n不变的一段。\n<script>新的一段。"
    revision = way.save(revision, title="补贴办法（更正）", words=words, change_note="更正标准")
    attach(revision)
    way.sign(way.to_approval(revision))
    return Document.objects.get(pk=document.pk)


def test_versions_stand_side_by_side_with_the_words_that_differ(
    corrected: Document, cast: Cast, signed_in: SignedIn
) -> None:
    page = signed_in(cast.lisi).get(f"/desk/documents/{corrected.pk}/versions/").content.decode()
    assert "<del>100</del>" in page and "<ins>120</ins>" in page
    assert "相同的 3 段" in page or "相同的 4 段" in page or "相同的 5 段" in page
    assert "<del>补贴办法</del>" in page and "<ins>补贴办法（更正）</ins>" in page and "附图.png" in page
    assert "王五 签发并发布" in page and "更正标准" in page
    same = signed_in(cast.lisi).get(f"/desk/documents/{corrected.pk}/versions/?old=1&new=1").content.decode()
    assert "正文相同。" in same and "要素相同。" in same
    assert signed_in(cast.lisi).get(f"/desk/documents/{corrected.pk}/versions/?old=7&new=x").status_code == 200


def test_the_whole_file_proves_itself(corrected: Document, cast: Cast, signed_in: SignedIn) -> None:
    answer = signed_in(cast.fenger).get(f"/desk/documents/{corrected.pk}/record.zip")
    archive = zipfile.ZipFile(io.BytesIO(b"".join(answer)))
    assert archive.testzip() is None
    second = json.loads(archive.read("versions/002/version.json"))
    assert [row["事项"] for row in second["意见"]] == ["送审", "审核通过", "保密审查", "签发并发布"]
    assert second["保密审查"][0]["审查表编号"] == "云教密审〔2026〕18号"
    assert "120" in archive.read("versions/002/text.html").decode()
    assert "100" in archive.read("versions/001/text.html").decode()
    file = second["files"][0]
    assert hashlib.sha256(archive.read(file["path"])).hexdigest() == file["sha256"]
    assert [name for name in archive.namelist() if name.startswith("files/")] == [file["path"]]
    assert_whole(json.loads(archive.read("record.json")), corrected)


def assert_whole(events: list[dict[str, Any]], document: Document) -> None:
    """Every hash follows from what stands beside it, and every chain is the one of the database."""
    last: dict[str, str] = {}
    for event in events:
        hashed = event["hashed"]
        assert hashlib.sha256(canonical(hashed).encode()).hexdigest() == event["hash"]
        subject = f"{hashed['subject']}"
        assert hashed["previous"] == last.get(subject, "")
        last[subject] = event["hash"]
    assert len(last) == 1 + document.revisions.count()
    assert set(last.values()) <= set(DocumentEvent.objects.values_list("hash", flat=True))


def test_an_imported_document_has_a_file_too(cast: Cast, signed_in: SignedIn) -> None:
    document = make_document(cast.jyj, title="导入的文件", words="原站的正文。")
    client = signed_in(cast.lisi)
    assert "由导入而来" in client.get(f"/desk/documents/{document.pk}/versions/").content.decode()
    answer = client.get(f"/desk/documents/{document.pk}/record.zip")
    archive = zipfile.ZipFile(io.BytesIO(b"".join(answer)))
    assert "原站的正文。" in archive.read("current/text.html").decode()
    assert json.loads(archive.read("record.json"))


def test_a_content_that_is_lost_or_too_large_is_named_in_the_file(
    corrected: Document, cast: Cast, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("disclosure.versions.record_file.MOST_BYTES", 10)
    answer = signed_in(cast.lisi).get(f"/desk/documents/{corrected.pk}/record.zip")
    archive = zipfile.ZipFile(io.BytesIO(b"".join(answer)))
    assert {row["title"] for row in json.loads(archive.read("left-out.json"))} == {"附图.png"}


# --- comparing, without a document -------------------------------------------------------------------------------------


def test_every_paragraph_of_both_sides_is_shown_or_counted() -> None:
    before, after = "甲\n\n乙\n丙\n丁\n戊\n己", "甲\n乙\n丙\n丁\n戊\n己\n庚"
    found = comparing.compare(before, after)
    assert [(line.old, line.new, line.skipped) for line in found.lines] == [
        ("甲", "甲", 0),
        ("", "", 4),
        ("己", "己", 0),
        ("", "<ins>庚</ins>", 0),
    ]
    assert found.changes == 1 and not found.is_cut
    assert comparing.compare("同", "同").changes == 0


def test_what_was_typed_is_never_markup() -> None:
    line = comparing.compare("<b>旧</b>", "<b>新</b>").lines[0]
    assert line.old == "&lt;b&gt;<del>旧</del>&lt;/b&gt;" and line.new == "&lt;b&gt;<ins>新</ins>&lt;/b&gt;"


def test_very_long_texts_are_cut_or_compared_by_paragraphs(monkeypatch: pytest.MonkeyPatch) -> None:
    long = "长" * (2 * comparing.MOST_CHARACTERS)
    assert comparing.compare(long + "一", long + "二").lines[0].old == f"<del>{long}一</del>"
    monkeypatch.setattr(comparing, "MOST_PARAGRAPHS", 2)
    assert comparing.compare("甲\n乙\n丙", "甲\n乙").is_cut
    monkeypatch.setattr(comparing, "MOST_MARKED", 1)
    assert comparing.compare("甲一二\n乙一二", "甲一三\n乙一三").lines[1].old == "<del>乙一二</del>"
