"""Data of applicants is erased when its time is over; statistics and record stay."""

import io
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.utils import timezone

from jobs.services import run_waiting
from requests_app import sealed_files, sealing
from requests_app.cases import services as register
from requests_app.cases.application import Handed
from requests_app.handling import services as handling
from requests_app.models import ApplicationDraft, CaseFile, DraftFile, FileRole, InformationRequest
from requests_app.watch import retention, services
from tests.requests_app.casework import Office, at, fresh

pytestmark = pytest.mark.django_db
DAY = date(2015, 3, 3)
PERSONAL = ("张三", "11010519491231002X", "13800001234", "zhangsan@example.cn", "书院路8号", "家庭住址在旁边")


def proof(text: bytes = b"proof of identity") -> Handed:
    return Handed(FileRole.PROOF, sealed_files.keep(io.BytesIO(text), "张三身份证.txt"))


def archived(office: Office, **said: object) -> InformationRequest:
    """Answered and filed in 2015, to be kept until the end of 2025."""
    case = office.handling(DAY, features="家庭住址在旁边", files=(proof(),), **said)
    handling.add_note(actor=office.cast.lisi, case=case, text="张三来电13800001234", at=at(DAY, 13))
    case = office.answered(case, date(2015, 3, 10))
    handling.rate(case=case, stars=4, text="张三满意", at=at(date(2015, 3, 11)))
    register.archive(actor=office.cast.lisi, case=case, years=10, at=at(date(2015, 3, 12)))
    return fresh(case)


def everything_about_requests() -> str:
    """Every cell of every table of the room."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table.startswith("requests_app_"):
                cursor.execute(f'SELECT * FROM "{table}"')
                found += [str(cell) for row in cursor.fetchall() for cell in row]
    return "\n".join(found)


def statistics() -> Counter[tuple[object, ...]]:
    """What the national table counts."""
    fields = (
        "department state outcome applicant_type channel kind register_year first_received_on received_on due_on"
        " stopped_on on_time used_workdays concluded_on extension_workdays suspended_workdays"
    )
    return Counter(InformationRequest.objects.values_list(*fields.split()))


def stored(folder: Path) -> list[str]:
    return sorted(str(path) for path in folder.rglob("*") if path.is_file())


def test_everything_about_the_applicant_is_gone_and_the_figures_are_as_before(
    office: Office, tmp_path: Path, django_capture_on_commit_callbacks: object
) -> None:
    case, before = archived(office), statistics()
    assert [word for word in ("张三", "家庭住址在旁边", "13800001234") if word not in everything_about_requests()] == []
    assert len(stored(tmp_path)) == 2  # the proof and the answer
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        call_command("anonymise_applications", "--until", "2025-12-31")
    left = everything_about_requests()
    assert [word for word in PERSONAL if word in left] == []
    assert (stored(tmp_path), statistics()) == ([], before)
    case = fresh(case)
    assert case.anonymised_at is not None
    assert (case.applicant.name, case.applicant.id_hash, case.applicant.code_hash) == ("（已匿名化）", "", "")
    letter = case.letters.get()
    assert letter.number
    assert letter.docx_digest
    call_command("verify_records")


def test_what_is_still_to_be_kept_stays(office: Office) -> None:
    case, open_one = archived(office), office.handling(DAY)
    call_command("anonymise_applications", "--until", "2025-12-30")
    assert fresh(case).applicant.name == "张三"
    call_command("anonymise_applications", "--until", "2025-12-31", "--dry-run")
    assert fresh(case).anonymised_at is None
    call_command("anonymise_applications", "--until", "2025-12-31")
    assert (fresh(case).applicant.name, fresh(open_one).applicant.name) == ("（已匿名化）", "张三")


def test_days_to_come_are_refused(office: Office) -> None:
    with pytest.raises(CommandError, match="早于今天"):
        call_command("anonymise_applications", "--until", timezone.localdate().isoformat())


def test_it_is_done_once(office: Office) -> None:
    case = archived(office)
    until = date(2025, 12, 31)
    assert retention.anonymise(case=case.pk, until=until, at=timezone.now())
    assert not retention.anonymise(case=case.pk, until=until, at=timezone.now())


def test_a_file_that_another_part_still_needs_stays(
    office: Office, tmp_path: Path, django_capture_on_commit_callbacks: object
) -> None:
    case = office.handling(DAY, files=(proof(),))
    first, second = handling.split(actor=office.cast.lisi, case=case, matters=["甲", "乙"], at=at(DAY, 13))
    until = date(2025, 12, 31)
    for row in (case, first):
        InformationRequest.objects.filter(pk=row.pk).update(**{"state": "archived"}, keep_until=until)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        assert retention.anonymise(case=case.pk, until=until, at=timezone.now())
        assert retention.anonymise(case=first.pk, until=until, at=timezone.now())
    kept = CaseFile.objects.get(case=second)
    assert sealed_files.content(kept.key) == b"proof of identity"
    InformationRequest.objects.filter(pk=second.pk).update(**{"state": "archived"}, keep_until=until)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        assert retention.anonymise(case=second.pk, until=until, at=timezone.now())
    assert stored(tmp_path) == []


def draft(days_ago: int) -> ApplicationDraft:
    moment = timezone.now() - timedelta(days=days_ago)
    made = ApplicationDraft.objects.create(
        key=f"k{days_ago}", sealed=sealing.seal("{}"), created_at=moment, updated_at=moment
    )
    kept = proof().kept
    DraftFile.objects.create(
        draft=made, name=kept.name, key=kept.key, media_type=kept.media_type, size=kept.size, digest=kept.sha256
    )
    return made


def test_drafts_nobody_came_back_to_are_removed_by_the_days_work(
    office: Office, tmp_path: Path, django_capture_on_commit_callbacks: object
) -> None:
    draft(31)
    young = draft(29)
    services.begin(at=timezone.now())
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        run_waiting()
    assert ApplicationDraft.objects.get() == young
    assert len(stored(tmp_path)) == 1


def test_a_file_without_a_row_is_swept_after_two_days(office: Office, tmp_path: Path) -> None:
    stray, needed = proof().kept, draft(1).files.get()
    for hours, expected in ((47, 2), (49, 1)):
        now = timezone.now() + timedelta(hours=hours)
        for day in range(retention.SWEEP_DAYS):  # each day another sixteenth
            after: int | None = 0
            while after is not None:
                after = retention.sweep(after=after, at=now + timedelta(days=day * (hours > 48)))
            if hours < 48:
                retention.sweep(after=int(stray.key[7:9], 16), at=now)
        assert len(stored(tmp_path)) == expected
    assert sealed_files.content(needed.key) == b"proof of identity"
