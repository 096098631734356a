"""Files beside progress, problems, objections and results: kept, in the record, for those who see what they back."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from files.models import StoredFile, TextState
from files.services import store
from jobs.models import Job
from reports.models import Objection, Progress, Proof, ReportEvent
from reports.problems import services as problems
from reports.proofs import rules, services
from reports.scorecards import judging
from reports.scorecards.periods import PeriodKind, period_of
from tests.cast import Cast
from tests.reports.plans.planning import Planner, fresh
from tests.reports.problems.making import DUE, NOW, TODAY, entered
from tests.reports.scorecards.making import announced, judge, objected, opened, result
from tests.requests_app.casework import Office
from workflow.services import Incomplete, Lost, WrongPerson, WrongState

pytestmark = pytest.mark.django_db
SignedIn = Callable[[User], Client]
DESK = "/desk/reports/"
SPRING = period_of(PeriodKind.QUARTER, 2026, 2)
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001a5f64540"
    "0000000049454e44ae426082"
)


@pytest.fixture
def planner(office: Office) -> Planner:
    return Planner(office.cast)


def sent(name: str = "整改后.png", content: bytes = PNG) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def stored(name: str = "说明.txt", content: str = "已经整改") -> StoredFile:
    return store(upload=BytesIO(content.encode()), name=name)


def backed_problem(cast: Cast, *files: StoredFile) -> Proof:
    row = entered(cast)
    problems.report(
        actor=cast.wangwu, problem=row, edition=0, text="已整改", link="", proofs=files or [stored()], at=NOW
    )
    return Proof.objects.filter(remark__problem=row).order_by("pk")[0]


def facts(action: str) -> dict[str, Any]:
    return ReportEvent.objects.filter(action=action).order_by("-pk")[0].facts


# --- at the desk --------------------------------------------------------------------------------------------------------


def test_what_was_put_right_is_backed_by_files_that_both_sides_open(cast: Cast, signed_in: SignedIn) -> None:
    row, head, boss = entered(cast), signed_in(cast.wangwu), signed_in(cast.qianqi)
    page = f"{DESK}problems/{row.pk}/"
    assert 'enctype="multipart/form-data"' in head.get(f"{page}report/").content.decode()
    said = {"edition": 0, "text": "已整改", "proofs": [sent(), sent("说明.txt", "已补充邮箱".encode())]}
    assert head.post(f"{page}report/", said).headers["Location"] == page
    for client in (head, boss):
        text = client.get(page).content.decode()
        assert "整改后.png" in text and "说明.txt" in text
    one = Proof.objects.order_by("pk")[0]
    answer = boss.get(one.get_absolute_url())
    assert b"".join(answer.streaming_content) == PNG  # type: ignore[attr-defined]
    assert (
        "attachment" in answer.headers["Content-Disposition"] and "sandbox" in answer.headers["Content-Security-Policy"]
    )
    assert facts("report_problem")["proofs"] == [proof.file.sha256 for proof in Proof.objects.order_by("pk")]


@pytest.mark.parametrize(
    ("files", "why"),
    [
        ([("木马.exe", b"MZ" + b"\0" * 200)], "木马.exe：不接受"),
        ([("甲.png", PNG), ("空.txt", b"")], "空.txt：文件是空的"),
        ([("甲.png", PNG), ("乙.exe", b"MZ" + b"\0" * 200)], "乙.exe：不接受"),
        ([(f"{n}.txt", b"x") for n in range(6)], "最多 5 个文件，现在是 6 个"),
        ([("假.png", "不是图片".encode())], "假.png：文件扩展名是 .png"),
    ],
)
def test_a_file_that_may_not_be_kept_is_named_beside_the_field(
    cast: Cast, signed_in: SignedIn, files: list[tuple[str, bytes]], why: str
) -> None:
    row = entered(cast)
    said = {"edition": 0, "text": "写了很多", "proofs": [sent(*one) for one in files]}
    answer = signed_in(cast.wangwu).post(f"{DESK}problems/{row.pk}/report/", said)
    assert why in str(answer.context["form"].errors["proofs"])
    assert "写了很多" in answer.content.decode()
    row.refresh_from_db()
    assert row.state == "open" and not Proof.objects.exists()
    assert not StoredFile.objects.exists(), "nothing is stored beside a file that is refused"


def test_progress_goes_on_with_the_files_that_stay_ticked(planner: Planner, signed_in: SignedIn) -> None:
    task, client = planner.task(), signed_in(planner.cast.lisi)
    today = timezone.localdate().isoformat()
    said = {"department": planner.cast.jyj.pk, "on": today, "text": "已起草", "share": 40, "state": task.state}
    client.post(f"{DESK}plans/tasks/{task.pk}/act/report/", said | {"proofs": [sent("甲.png"), sent("乙.png")]})
    first = Progress.objects.get()
    page = f"{DESK}plans/progress/{first.pk}/correct/"
    form = client.get(page).context["form"]
    kept, _ = form.fields["same"].initial
    assert [proof.title for proof in form.fields["same"].initial] == ["甲.png", "乙.png"]
    client.post(page, said | {"share": 50, "same": [kept.pk], "proofs": [sent("丙.png")]})
    second = Progress.objects.get(corrects=first)
    assert [proof.title for proof in second.proofs.all()] == ["甲.png", "丙.png"]
    assert first.proofs.count() == 2, "the first entry stays as it was"
    assert len(facts("correct_progress")["proofs"]) == 2
    text = client.get(f"{DESK}plans/tasks/{task.pk}/").content.decode()
    assert text.count("甲.png") == 2 and text.count("乙.png") == 1


def test_an_entry_cannot_go_on_with_files_of_another_one(planner: Planner, signed_in: SignedIn) -> None:
    one, other = (planner.reported(planner.task(), proofs=[stored()]) for _ in range(2))
    said = {"department": planner.cast.jyj.pk, "on": "2026-06-15", "text": "更正", "share": 50}
    answer = signed_in(planner.cast.lisi).post(
        f"{DESK}plans/progress/{one.pk}/correct/", said | {"same": [other.proofs.get().pk]}
    )
    assert "same" in answer.context["form"].errors


def test_an_objection_is_backed_by_files(cast: Cast, signed_in: SignedIn) -> None:
    day = timezone.localdate()
    row = announced(cast)
    assessment = type(row).objects.get(pk=row.pk)
    type(row).objects.filter(pk=assessment.pk).update(objections_until=day)
    one = result(row, cast.jyj)
    said = {"text": "材料已经补齐", "proofs": [sent("补齐.png")]}
    page = signed_in(cast.wangwu).post(f"{DESK}scorecards/results/{one.pk}/object/", said).headers["Location"]
    assert "补齐.png" in signed_in(cast.qianqi).get(page).content.decode()
    assert facts("file_objection")["proofs"] == [Objection.objects.get().proofs.get().file.sha256]


def test_what_was_found_is_backed_by_files(cast: Cast, signed_in: SignedIn) -> None:
    row = opened(cast)
    one, boss = judge(cast, row, cast.jyj, 2), signed_in(cast.qianqi)
    page = f"{DESK}scorecards/results/{one.pk}/"
    assert f"{page}prove/" in boss.get(page).content.decode()
    answer = boss.post(f"{page}prove/", {})
    assert "请选择文件" in answer.content.decode()
    assert boss.post(f"{page}prove/", {"proofs": [sent("截图.png")]}).headers["Location"] == page
    assert "截图.png" in boss.get(page).content.decode()
    assert facts("prove_result")["result"] == one.pk
    assert "钱七" in boss.get(page).content.decode().split("截图.png")[1][:60], "who added it"
    told = boss.get(f"{DESK}scorecards/{row.pk}/").content.decode()
    assert f"{cast.jyj}：{one.indicator}" in told.split("添加佐证材料")[1]
    boss.post(f"{page}prove/", {"proofs": [sent("截图.png")]})
    assert one.proofs.count() == 1, "a second click adds nothing"


# --- who, when, how many --------------------------------------------------------------------------------------------------


def test_results_are_backed_by_the_department_in_charge_while_they_are_judged(cast: Cast) -> None:
    one = result(opened(cast), cast.jyj)
    for who in (cast.wangwu, cast.fenger, cast.lisi):
        with pytest.raises(WrongPerson):
            judging.prove(actor=who, result=one, proofs=[stored()], at=NOW)
    for step in range(4):
        judging.prove(actor=cast.qianqi, result=one, proofs=[stored(content=f"{step}-{n}") for n in range(5)], at=NOW)
    with pytest.raises(Incomplete, match="最多 20 个"):
        judging.prove(actor=cast.qianqi, result=one, proofs=[stored()], at=NOW)
    with pytest.raises(Incomplete, match="已经添加过"):
        judging.prove(actor=cast.qianqi, result=one, proofs=[stored(content="0-0", name="别名.txt")], at=NOW)
    over = announced(cast, period=SPRING)
    with pytest.raises(WrongState, match="评定中才能"):
        judging.prove(actor=cast.qianqi, result=result(over, cast.jyj), proofs=[stored()], at=NOW)


def test_a_file_is_read_by_those_who_see_what_it_backs(planner: Planner) -> None:
    cast = planner.cast
    backed_problem(cast)
    planner.reported(planner.task(), proofs=[stored()])
    shown, hidden = announced(cast), opened(cast, period=SPRING)
    judging.prove(actor=cast.qianqi, result=result(hidden, cast.jyj), proofs=[stored()], at=NOW)
    objected(cast, shown)
    beside = Objection.objects.get()
    Proof.objects.create(objection=beside, file=stored(), added_by=cast.wangwu, added_at=NOW)
    assert Proof.objects.count() == 4
    for name, person in cast.people.items():
        found = set(rules.proofs_visible_to(person))
        for proof in Proof.objects.all():
            assert rules.can_see_proof(person, proof) == (proof in found), (name, proof)
    seen = {name: rules.proofs_visible_to(who).count() for name, who in cast.people.items()}
    assert seen["qianqi"] == seen["fenger"] == 4
    assert seen["lisi"] == seen["wangwu"] == 3, "not what stands beside a result they do not see yet"
    assert seen["zhaoliu"] == 1, "the task in which the health commission takes part"
    assert seen["zhangsan"] == 0


def test_a_file_stands_beside_exactly_one_thing(cast: Cast) -> None:
    proof = backed_problem(cast)
    said = {"file": proof.file, "added_by": cast.wangwu, "added_at": NOW}
    for beside in ({}, {"remark": proof.remark, "result": result(opened(cast), cast.jyj)}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Proof.objects.create(**said, **beside)


def test_a_file_the_storage_lost_is_not_found_and_no_fault(cast: Cast, signed_in: SignedIn) -> None:
    proof = backed_problem(cast)
    proof.file.content.storage.delete(proof.file.content.name)
    assert signed_in(cast.qianqi).get(proof.get_absolute_url()).status_code == 404


def test_a_step_that_fails_at_its_end_leaves_nothing(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    row = entered(cast)
    monkeypatch.setattr("reports.problems.telling.tell_reported", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        problems.report(actor=cast.wangwu, problem=row, edition=0, text="已整改", link="", proofs=[stored()], at=NOW)
    row.refresh_from_db()
    assert row.state == "open" and not row.remarks.exists() and not Proof.objects.exists()


@pytest.mark.parametrize("count", [5, 6])
def test_a_step_takes_five_files(cast: Cast, count: int) -> None:
    row, files = entered(cast), [stored(content=str(n)) for n in range(count)]
    said = {"actor": cast.wangwu, "problem": row, "edition": 0, "text": "已整改", "link": "", "at": NOW}
    if count > 5:
        with pytest.raises(Incomplete, match="最多 5 个"):
            problems.report(proofs=files, **said)
    else:
        problems.report(proofs=files, **said)
    assert Proof.objects.count() == (0 if count > 5 else 5)


def test_a_correction_has_five_files_with_those_it_keeps(planner: Planner, signed_in: SignedIn) -> None:
    one = planner.reported(planner.task(), proofs=[stored(content=str(n)) for n in range(4)])
    said = {"department": planner.cast.jyj.pk, "on": "2026-06-15", "text": "更正", "share": 50}
    page, client = f"{DESK}plans/progress/{one.pk}/correct/", signed_in(planner.cast.lisi)
    kept = [proof.pk for proof in one.proofs.all()]
    answer = client.post(page, said | {"same": kept, "proofs": [sent("甲.png"), sent("乙.png")]})
    assert "连同沿用的，最多 5 个" in str(answer.context["form"].errors["proofs"])
    client.post(page, said | {"same": kept, "proofs": [sent("甲.png")]})
    assert Progress.objects.get(corrects=one).proofs.count() == 5


@pytest.mark.parametrize("bogus", ["9" * 19, "9" * 30, "\x00", "-1", "１", ""])
def test_what_cannot_be_a_key_is_no_choice(planner: Planner, signed_in: SignedIn, bogus: str) -> None:
    one = planner.reported(planner.task(), proofs=[stored()])
    said = {"department": planner.cast.jyj.pk, "on": "2026-06-15", "text": "更正", "share": 50, "same": [bogus]}
    answer = signed_in(planner.cast.lisi).post(f"{DESK}plans/progress/{one.pk}/correct/", said)
    assert answer.status_code == 200 and "same" in answer.context["form"].errors
    answer = signed_in(planner.cast.qianqi).post(f"{DESK}scorecards/open/", {"bodies": [bogus]})
    assert answer.status_code == 200


def test_files_sent_too_late_are_refused_before_they_are_stored(cast: Cast, signed_in: SignedIn) -> None:
    over, row = announced(cast), backed_problem(cast).remark.problem  # type: ignore[union-attr]
    StoredFile.objects.exclude(pk__in=Proof.objects.values("file")).delete()
    before = StoredFile.objects.count()
    boss, head, one = signed_in(cast.qianqi), signed_in(cast.wangwu), result(over, cast.jyj)
    page = f"{DESK}scorecards/results/{one.pk}/"
    assert boss.get(f"{page}prove/").status_code == 409
    answer = boss.post(f"{page}prove/", {"proofs": [sent()]})
    assert answer.status_code == 409 and "评定中才能添加" in answer.content.decode()
    type(over).objects.filter(pk=over.pk).update(objections_until=TODAY)
    answer = head.get(f"{page}object/")
    assert answer.status_code == 409 and 'name="text"' not in answer.content.decode()
    answer = head.post(f"{page}object/", {"text": "写了很多", "proofs": [sent()]})
    assert answer.status_code == 409 and "期限已过" in answer.content.decode() and "写了很多" in answer.content.decode()
    answer = head.post(f"{DESK}problems/{row.pk}/report/", {"edition": 1, "text": "再报", "proofs": [sent()]})
    assert answer.status_code == 409
    assert StoredFile.objects.count() == before


def test_nobody_reads_the_text_of_what_backs_something(cast: Cast, signed_in: SignedIn) -> None:
    row = entered(cast)
    said = {"edition": 0, "text": "已整改", "proofs": [sent("说明.txt", "联系人张某".encode())]}
    signed_in(cast.wangwu).post(f"{DESK}problems/{row.pk}/report/", said)
    assert not Job.objects.filter(kind="extract_text").exists()
    assert Proof.objects.get().file.text_state == TextState.UNSUPPORTED


def test_files_cost_the_same_however_many_entries_there_are(planner: Planner, signed_in: SignedIn) -> None:
    task, client = planner.task(), signed_in(planner.cast.lisi)

    def cost(entries: int) -> int:
        for _ in range(entries):
            planner.reported(fresh(task), proofs=[stored("甲.txt"), stored("乙.txt")])
        with CaptureQueriesContext(connection) as asked:
            client.get(f"{DESK}plans/tasks/{task.pk}/")
        return len(asked)

    cost(1)
    assert cost(1) == cost(20)


def test_files_of_a_problem_cost_the_same_however_often_it_came_back(cast: Cast, signed_in: SignedIn) -> None:
    row, client = backed_problem(cast).remark.problem, signed_in(cast.qianqi)  # type: ignore[union-attr]

    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            client.get(f"{DESK}problems/{row.pk}/")
        return len(asked)

    cost()
    before = cost()
    for _ in range(4):
        row.refresh_from_db()
        problems.send_back(actor=cast.qianqi, problem=row, edition=row.edition, text="不足", due_on=DUE, at=NOW)
        said = {"edition": row.edition, "text": "再改", "link": "", "proofs": [stored(), stored("乙.txt")]}
        problems.report(actor=cast.wangwu, problem=row, at=NOW, **said)
    assert cost() == before


def test_progress_is_public_without_its_files(planner: Planner, client: Client) -> None:
    task = planner.task(shows=True)
    planner.reported(task, proofs=[stored("内部佐证.txt")], is_public=True, text="公开的进展")
    text = client.get(f"/plans/2026/{task.plan_id}/").content.decode()
    assert "公开的进展" in text and "内部佐证" not in text


# --- sent by mistake ------------------------------------------------------------------------------------------------------


def test_a_file_sent_by_mistake_is_closed_to_everybody_and_says_why(cast: Cast, signed_in: SignedIn) -> None:
    proof = backed_problem(cast, stored("张某身份证.txt"), stored("说明.txt", "另一份"))
    problem, boss, head = proof.remark.problem, signed_in(cast.qianqi), signed_in(cast.wangwu)  # type: ignore[union-attr]
    page, here = f"{DESK}problems/{problem.pk}/", f"{DESK}proofs/{proof.pk}/remove/"
    assert here in boss.get(page).content.decode() and here not in head.get(page).content.decode()
    assert "请写明移除的原因" in boss.post(here, {"reason": ""}).content.decode()
    assert boss.post(here, {"reason": "含有个人信息"}).headers["Location"] == page
    for client in (boss, head):
        text = client.get(page).content.decode()
        assert "移除（含有个人信息）" in text and "张某" not in text and "说明.txt" in text
        assert client.get(proof.get_absolute_url()).status_code == 404
    assert boss.post(here, {"reason": "再来"}).status_code == 404
    kept = facts("remove_proof")
    assert kept["proof"] == proof.pk and kept["digest"] == proof.file.sha256 and "个人信息" not in str(kept)
    assert "移除佐证材料" in boss.get(page).content.decode()


def test_only_the_department_in_charge_removes_and_only_once(cast: Cast) -> None:
    proof = backed_problem(cast)
    said = {"proof": proof, "reason": "误传", "at": NOW}
    for who in (cast.wangwu, cast.lisi, cast.fenger):
        with pytest.raises(WrongPerson):
            services.remove(actor=who, **said)
    with pytest.raises(Incomplete):
        services.remove(actor=cast.qianqi, **(said | {"reason": " "}))
    services.remove(actor=cast.qianqi, **said)
    with pytest.raises(Lost, match="已经移除"):
        services.remove(actor=cast.qianqi, **said)


def test_each_kind_of_file_is_removed_from_its_own_page_and_record(planner: Planner, signed_in: SignedIn) -> None:
    cast, boss = planner.cast, signed_in(planner.cast.qianqi)
    entry = planner.reported(planner.task(), proofs=[stored()])
    found = result(opened(cast, period=SPRING), cast.jyj)
    judging.prove(actor=cast.qianqi, result=found, proofs=[stored()], at=NOW)
    one = result(announced(cast), cast.jyj)
    filed = judging.object_to(actor=cast.wangwu, result=one, text="已补齐", link="", proofs=[stored()], at=NOW)
    pages = {
        entry.proofs.get(): (f"{DESK}plans/tasks/{entry.task_id}/", "reports.task"),
        found.proofs.get(): (f"{DESK}scorecards/results/{found.pk}/", "reports.assessment"),
        filed.proofs.get(): (f"{DESK}scorecards/objections/{filed.pk}/", "reports.objection"),
    }
    for proof, (page, subject) in pages.items():
        assert boss.post(f"{DESK}proofs/{proof.pk}/remove/", {"reason": "误传"}).headers["Location"] == page
        assert "移除（误传）" in boss.get(page).content.decode()
        assert ReportEvent.objects.filter(action="remove_proof").latest("pk").subject_type == subject
    form = signed_in(cast.lisi).get(f"{DESK}plans/progress/{entry.pk}/correct/").context["form"]
    assert "same" not in form.fields, "a correction does not go on with a removed file"
    judging.prove(actor=cast.qianqi, result=found, proofs=[stored()], at=NOW)
    assert found.proofs.standing().count() == 1, "the same content may come again"
