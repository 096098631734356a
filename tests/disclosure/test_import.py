"""Importing: what lands where, twice, interrupted, on trial."""

import csv
import gzip
import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import Department
from catalog.models import Document, DocumentRelation, FacetCount
from catalog.states import RelationKind
from disclosure import services
from disclosure.importing import run as running
from disclosure.models import DocumentEvent, ImportRemark, ImportRun
from tests.make import make_department, make_reference
from tests.shared import shared_path
from workflow.evidence import GENESIS


@pytest.fixture(autouse=True)
def root(db: None) -> Department:
    make_reference()
    return make_department()


def rows(count: int, **said: Any) -> list[dict[str, Any]]:
    return [
        {"标题": f"关于第{n}件事的通知", "成文日期": "2024-03-05", "网址": f"http://a.cn/{n}", "正文": f"第{n}件。"}
        | said
        for n in range(count)
    ]


def write(path: Path, records: list[dict[str, Any]]) -> Path:
    path.write_text("\n".join(json.dumps(record, ensure_ascii=False) for record in records), encoding="utf-8")
    return path


def run(*paths: Path, **options: Any) -> str:
    out = StringIO()
    call_command("import_documents", *paths, stdout=out, stderr=StringIO(), **options)
    return out.getvalue().strip().split("\n")[-1]


def test_a_second_run_changes_nothing_and_says_so(tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", rows(250))
    assert run(path) == "imported 250, updated 0, unchanged 0, rejected 0"
    before = list(Document.objects.order_by("pk").values())
    assert run(path) == "imported 0, updated 0, unchanged 250, rejected 0"
    assert list(Document.objects.order_by("pk").values()) == before


def test_a_changed_row_revises_its_document(tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", rows(3))
    run(path)
    changed = rows(3)
    changed[1] |= {"正文": "改过的正文。", "有效性": "废止"}
    assert run(write(path, changed)) == "imported 0, updated 1, unchanged 2, rejected 0"
    document = Document.objects.get(source_url="http://a.cn/1")
    assert (document.version, document.validity, document.body.text) == (2, "repealed", "改过的正文。")
    assert FacetCount.objects.get(dimension="all").count == 3


def test_what_is_missing_is_added_as_a_clerk_would(tmp_path: Path) -> None:
    run(write(tmp_path / "a.jsonl", rows(1)))
    document = Document.objects.get()
    assert document.index_number == "SZF/2024-00001"
    assert document.published_at is not None
    assert timezone.localtime(document.published_at).isoformat() == "2024-03-05T00:00:00+08:00"
    assert (document.listed_at, document.validity, document.genre.name) == (document.published_at, "unstated", "通知")  # type: ignore[union-attr]


def test_only_proactive_documents_with_a_date_are_published(tmp_path: Path) -> None:
    records = rows(4)
    records[1]["公开方式"] = "依申请公开"
    records[2]["公开方式"] = "部分公开"
    del records[3]["成文日期"]
    assert run(write(tmp_path / "a.jsonl", records)) == "imported 4, updated 0, unchanged 0, rejected 0"
    states = dict(Document.objects.values_list("source_url", "state"))
    assert states == {"http://a.cn/0": "published"} | {f"http://a.cn/{n}": "draft" for n in (1, 2, 3)}
    assert (
        Document.objects.filter(listed_at__isnull=False).count() == FacetCount.objects.get(dimension="all").count == 1
    )


def test_one_event_a_batch_and_way_names_ground_and_approver(tmp_path: Path) -> None:
    records = rows(250)
    records[7]["公开方式"] = "不予公开"
    run(write(tmp_path / "a.jsonl", records))
    batch = ImportRun.objects.get()
    events = list(DocumentEvent.objects.order_by("number"))
    assert [(event.subject_id, event.action) for event in events] == [
        (batch.pk, "publish_at_source"),
        (batch.pk, "land_as_draft"),
    ]
    assert events[0].facts["approver"] == batch.approver_id and events[0].facts["ground"]
    assert events[0].previous_hash == GENESIS and events[1].previous_hash == events[0].hash
    assert batch.documents.count() == 250


def test_rejected_rows_stand_in_the_report_with_line_and_reason(tmp_path: Path) -> None:
    records = rows(4)
    records[1]["标题"] = ""
    records[2] |= {"成文日期": "2021-02-30", "标题": "=1+1"}
    path = write(tmp_path / "a.jsonl", records)
    path.write_text(path.read_text(encoding="utf-8") + "\n{broken", encoding="utf-8")
    report = tmp_path / "report.csv"
    assert run(path, report=report) == "imported 2, updated 0, unchanged 0, rejected 3"
    with report.open(encoding="utf-8-sig", newline="") as file:
        found = list(csv.reader(file))[1:]
    assert [(row[1], row[3]) for row in found] == [
        ("2", "没有标题"),
        ("3", "日期“2021-02-30”不存在"),
        ("5", "不是有效的 JSON"),
    ]
    assert found[1][4] == "'=1+1"


def test_the_report_lies_beside_the_data_when_nothing_is_said(tmp_path: Path) -> None:
    run(write(tmp_path / "a.jsonl", [{"标题": ""}]))
    assert len(list((tmp_path / "reports").glob("*.csv"))) == 1


def test_a_second_bearer_of_an_index_number_gets_one_of_its_own(tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", rows(2, 索引号="000014349/2024-00001"))
    assert run(path) == "imported 2, updated 0, unchanged 0, rejected 0"
    assert sorted(Document.objects.values_list("index_number", flat=True)) == ["000014349/2024-00001", "SZF/2024-00001"]
    assert "已被另一件信息使用" in ImportRemark.objects.get(kind="noted").reason
    assert run(path) == "imported 0, updated 0, unchanged 2, rejected 0"


@pytest.mark.parametrize("apart", [1, 150])
def test_the_same_document_twice_in_a_file_counts_once_and_stays_stable(tmp_path: Path, apart: int) -> None:
    records = rows(apart)
    path = write(tmp_path / "a.jsonl", [*records, records[0], records[0] | {"正文": "另一种正文。"}])
    assert run(path, dry_run=True) == f"imported {apart}, updated 0, unchanged 1, rejected 1"
    assert run(path) == f"imported {apart}, updated 0, unchanged 1, rejected 1"
    assert run(path) == f"imported 0, updated 0, unchanged {apart + 1}, rejected 1"
    assert "第 1 行" in ImportRemark.objects.filter(kind="rejected").first().reason  # type: ignore[union-attr]


def test_another_source_never_overwrites(tmp_path: Path) -> None:
    run(write(tmp_path / "a.jsonl", rows(1)))
    law = {"title": "关于第0件事的通知", "url": "http://a.cn/0", "date": "2024-03-05"}
    mapping = tmp_path / "other.json"
    mapping.write_text(json.dumps({"fields": {"title": "title", "source_url": "url", "formed_on": "date"}}))
    other = write(tmp_path / "b.jsonl", [law])
    assert run(other, mapping=str(mapping)) == "imported 0, updated 0, unchanged 1, rejected 0"
    assert Document.objects.get().body.text == "第0件。"
    assert "另一来源" in ImportRemark.objects.get().reason


class Killed(BaseException):
    """Stands for kill -9: nothing of ours catches it."""


def killed_after(monkeypatch: pytest.MonkeyPatch, slices: int) -> None:
    """Have the process die within the transaction of a slice."""
    real, done = running.Importer._save, iter(range(1000))

    def save(self: Any, *args: Any) -> None:
        real(self, *args)
        if next(done) == slices:
            raise Killed

    monkeypatch.setattr(running.Importer, "_save", save)


@pytest.mark.parametrize("slices", [0, 1, 2])
def test_a_killed_import_goes_on_and_doubles_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, slices: int
) -> None:
    monkeypatch.setattr(running, "SLICE_DOCUMENTS", 100)
    records = rows(350)
    records[3]["标题"] = ""
    path = write(tmp_path / "a.jsonl", records)
    with monkeypatch.context() as patch:
        killed_after(patch, slices)
        with pytest.raises(Killed):
            run(path)
    # The slice in which it died left nothing behind.
    assert Document.objects.count() == max(0, slices * 100)
    assert run(path) == "imported 349, updated 0, unchanged 0, rejected 1"
    assert ImportRun.objects.get().position == 350
    assert Document.objects.count() == 349 == FacetCount.objects.get(dimension="all").count
    assert ImportRemark.objects.filter(kind="rejected").count() == 1


def test_two_processes_cannot_import_the_same_run(tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", rows(250))
    real = running.Importer._claim

    def claim(self: running.Importer, part: running.Slice) -> None:
        ImportRun.objects.filter(pk=self.run.pk).update(position=999)
        real(self, part)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(running.Importer, "_claim", claim)
        with pytest.raises(CommandError, match="另一个进程"):
            run(path)
    assert not Document.objects.exists()


def test_a_trial_writes_nothing_and_tells_the_same_counts(tmp_path: Path) -> None:
    records = [*rows(230), {"标题": ""}, rows(1)[0], rows(1)[0] | {"正文": "另一种正文。"}]
    path = write(tmp_path / "a.jsonl", records)
    said = run(path, dry_run=True)
    assert not Document.objects.exists() and not ImportRun.objects.exists() and not DocumentEvent.objects.exists()
    assert run(path) == said == "imported 230, updated 0, unchanged 1, rejected 2"
    changed = rows(230, 有效性="有效")
    path = write(tmp_path / "a.jsonl", changed)
    assert run(path, dry_run=True) == run(path) == "imported 0, updated 230, unchanged 0, rejected 0"


def test_reading_in_a_second_process_gives_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("disclosure.management.commands.import_documents.WORTH_A_PROCESS", 0)
    path = write(tmp_path / "a.jsonl", [*rows(250), {"标题": ""}])
    assert run(path) == "imported 250, updated 0, unchanged 0, rejected 1"
    broken = tmp_path / "b.jsonl.gz"
    broken.write_bytes(b"\x1f\x8bgarbage")
    with pytest.raises(CommandError, match="损坏"):
        run(broken)


def test_a_withdrawn_document_is_left_alone(tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", rows(1))
    run(path)
    Document.objects.update(state="withdrawn", listed_at=None)
    assert run(write(path, rows(1, 有效性="有效"))) == "imported 0, updated 0, unchanged 1, rejected 0"
    assert Document.objects.get().validity == "unstated"


@pytest.mark.parametrize("change", [{"公开方式": "依申请公开"}, {"成文日期": ""}])
def test_a_public_document_is_not_hidden_by_an_import(tmp_path: Path, change: dict[str, str]) -> None:
    path = write(tmp_path / "a.jsonl", rows(1))
    run(path)
    assert run(write(path, rows(1, **change))) == "imported 0, updated 0, unchanged 0, rejected 1"
    assert Document.objects.get().listed_at is not None


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"department": "nowhere"}, "没有代码"),
        ({"approver": "nobody"}, "没有登录名"),
        ({"mapping": "none.json"}, "映射文件"),
    ],
)
def test_wrong_options_are_told_in_words(tmp_path: Path, options: dict[str, str], said: str) -> None:
    with pytest.raises(CommandError, match=said):
        run(write(tmp_path / "a.jsonl", rows(1)), **options)


def test_a_missing_file_does_not_stop_the_others(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"none\.jsonl"):
        run(tmp_path / "none.jsonl", write(tmp_path / "a.jsonl", rows(2)))
    assert Document.objects.count() == 2


def test_nobody_becomes_the_system_by_name() -> None:
    user = services.system_actor()
    assert not user.is_active and not user.has_usable_password()
    assert services.system_actor() == user


def test_the_queries_of_a_slice_do_not_grow_with_its_rows(
    tmp_path: Path, django_assert_max_num_queries: Any, settings: Any
) -> None:
    path = write(tmp_path / "a.jsonl", rows(100))
    with django_assert_max_num_queries(90):
        run(path)


# --- the real files ----------------------------------------------------------------------------------------------------

REAL = [
    ("documents/hebei.jsonl.gz", 1895),
    ("documents/interpretation_pairs.jsonl.gz", 106),
    ("documents/portal_records.jsonl", 91),
    ("raw_api/CQProvince_success.json.gz", 10),
    ("raw_api/FJPronvince_FJProvince_success.json.gz", 10),
    ("raw_api/GWY_success.json.gz", 10),
    ("raw_api/GXProvince_WholeProvince_success.json.gz", 10),
    ("raw_api/HBProvince_WholeProvince_success.json.gz", 10),
    ("raw_api/HEBProvince_WholeProvince_success.json.gz", 10),
    ("raw_api/MGProvince_WholeProvince_success.json.gz", 15),
    ("raw_api/ZJProvince_WholeProvince_success.json.gz", 30),
]


@pytest.mark.parametrize(("name", "count"), REAL)
def test_a_real_file_imports_and_a_second_time_changes_nothing(name: str, count: int) -> None:
    path = shared_path(name)
    first = _figures(run(path))
    assert sum(first) == count and first[1] == 0
    assert first[3] <= count // 50, "at most a few rows are refused"
    again = _figures(run(path))
    assert again == [0, 0, first[0] + first[2], first[3]]


def test_all_real_files_together_settle_in_one_pass() -> None:
    paths = [shared_path(name) for name, _ in REAL[1:]]
    first = _figures(run(*paths))
    assert _figures(run(*paths)) == [0, 0, first[0] + first[2], first[3]]


def test_interpretations_are_linked_to_their_documents() -> None:
    run(shared_path("documents/interpretation_pairs.jsonl.gz"))
    relations = DocumentRelation.objects.filter(kind=RelationKind.INTERPRETS)
    assert relations.count() == 53
    assert all(relation.source.is_interpretation for relation in relations.select_related("source"))


def test_real_laws_keep_their_dates_and_validity(tmp_path: Path) -> None:
    run(_some_laws(shared_path("documents/laws.jsonl.gz"), tmp_path / "laws.jsonl", 300))
    law = Document.objects.get(title="上海市不动产登记若干规定")
    assert (str(law.formed_on), str(law.effective_on), law.validity) == ("2020-11-27", "2021-03-01", "valid")
    assert law.issuers_text == "上海市人民代表大会常务委员会"


def _some_laws(path: Path, target: Path, count: int) -> Path:
    with gzip.open(path, "rb") as lines, target.open("wb") as file:
        file.writelines(line for line, _ in zip(lines, range(count), strict=False))
    return target


def _figures(line: str) -> list[int]:
    return [int(part.split()[1]) for part in line.split(", ")]
