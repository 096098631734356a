"""A new key: everything sealed is sealed anew, while the site is used, and nothing is lost."""

import io
from datetime import date

import pytest
from cryptography.fernet import Fernet
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone
from pytest_django import Settings

from requests_app import sealed_files, sealing
from requests_app.cases.application import Handed
from requests_app.models import Applicant, ApplicationDraft, CaseFile, Consultation, FileRole, Letter
from requests_app.watch import rotation
from tests.requests_app.casework import ID_NUMBER, Office

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 3)
OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()


@pytest.fixture
def sealed_office(office: Office, settings: Settings) -> Office:
    """A case with a file, an answer, a draft and a consultation, sealed with the old key; the new one goes first."""
    settings.APPLICANT_KEYS = [OLD]
    kept = sealed_files.keep(io.BytesIO(b"proof"), "a.txt")
    case = office.answered(office.handling(DAY, files=(Handed(FileRole.PROOF, kept),)), DAY)
    Consultation.objects.create(case=case, kind="agency", name="某局", contact_sealed=sealing.seal("电话"))
    now = timezone.now()
    ApplicationDraft.objects.create(key="k", sealed=sealing.seal("{}"), created_at=now, updated_at=now)
    settings.APPLICANT_KEYS = [NEW, OLD]
    return office


def test_every_column_that_is_sealed_is_known() -> None:
    found = {model.__name__: names for model, names in rotation.sealed_columns()}
    assert found["ApplicationDraft"] == ["sealed"]
    assert found["Consultation"] == ["contact_sealed"]
    assert len(found["Applicant"]) == 6


def test_afterwards_the_old_key_is_needed_no_more(sealed_office: Office, settings: Settings) -> None:
    old = set(CaseFile.objects.values_list("key", flat=True))
    call_command("rotate_applicant_keys")
    settings.APPLICANT_KEYS = [NEW]
    applicant = Applicant.objects.get()
    assert sealing.open_sealed(applicant.id_sealed) == ID_NUMBER
    assert sealing.open_sealed(applicant.email_sealed) == "zhangsan@example.cn"
    assert sealing.open_sealed(Consultation.objects.get().contact_sealed) == "电话"
    assert sealing.open_sealed(ApplicationDraft.objects.get().sealed) == "{}"
    assert sealed_files.content(CaseFile.objects.get().key) == b"proof"
    assert sealed_files.content(Letter.objects.get().docx_key)
    for key in old:
        with pytest.raises(FileNotFoundError):
            sealed_files.content(key)


def test_a_second_run_changes_nothing(sealed_office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("rotate_applicant_keys")
    before = list(Applicant.objects.values_list("id_sealed", "code_sealed"))
    capsys.readouterr()
    call_command("rotate_applicant_keys")
    assert list(Applicant.objects.values_list("id_sealed", "code_sealed")) == before
    assert "已重新加密" not in capsys.readouterr().out


def test_what_changed_meanwhile_is_not_overwritten(sealed_office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    real = sealing.reseal

    def somebody_is_faster(sealed: str) -> str:
        Applicant.objects.update(phone_sealed=sealing.seal("13900005678"))
        return real(sealed)

    monkeypatch.setattr(sealing, "reseal", somebody_is_faster)
    with pytest.raises(CommandError, match="暂时不要删除旧密钥"):
        call_command("rotate_applicant_keys")
    assert sealing.open_sealed(Applicant.objects.get().phone_sealed) == "13900005678"
    monkeypatch.undo()
    call_command("rotate_applicant_keys")


def test_what_no_key_opens_is_left_as_it_is_and_said(sealed_office: Office, settings: Settings) -> None:
    before = Applicant.objects.get().id_sealed
    settings.APPLICANT_KEYS = [NEW]
    with pytest.raises(CommandError, match="暂时不要删除旧密钥"):
        call_command("rotate_applicant_keys")
    assert Applicant.objects.get().id_sealed == before
