"""`manage.py prepare --demo`: from nothing to a city that lives, and again in a moment."""

from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from accounts.models import Department, User
from catalog.models import Document, DocumentRelation
from catalog.services import recount
from catalog.states import DocumentState
from files.models import FileText, StoredFile
from jobs.services import run_waiting
from reports.annual.building import live_figures
from reports.annual.identities import breaches
from reports.annual.selectors import before_of
from reports.models import AnnualReport
from tests.catalog.test_services import counts
from tests.conftest import PrivateIndex


@pytest.fixture
def city(db: None, tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> str:
    """The demo city, loaded by the command; what it said."""
    monkeypatch.setattr("os.cpu_count", lambda: 1)  # other processes would not see what this test has not committed
    settings.SEARCH_DIR, settings.STATIC_ROOT = tmp_path / "search", tmp_path / "static"
    out = StringIO()
    call_command("prepare", "--demo", stdout=out)
    return out.getvalue()


def test_the_demo_city_lives_and_preparing_again_changes_nothing(city: str, settings: Settings, tmp_path: Path) -> None:
    """One city for all three: it takes a while to build."""
    assert "准备完成" in city
    _is_large_enough_to_look_alive_and_consistent()
    _last_year_can_be_accounted_for()
    _again_changes_nothing()
    _every_page_answers_and_search_finds_an_attachments_words(PrivateIndex(tmp_path / "search"))


def _is_large_enough_to_look_alive_and_consistent() -> None:
    assert Document.objects.count() >= 150
    assert Department.objects.filter(documents__isnull=False).distinct().count() >= 12
    assert User.objects.filter(username__in=["lisi", "wangwu", "zhengyi"]).count() == 3
    assert DocumentRelation.objects.filter(kind="interprets").count() >= 5
    assert DocumentRelation.objects.filter(kind__in=["amends", "repeals"]).count() >= 3
    assert len(set(StoredFile.objects.values_list("extension", flat=True))) >= 4
    assert {"withdrawn", "published"} <= set(Document.objects.values_list("state", flat=True))
    assert not Document.objects.filter(index_number="").exclude(state=DocumentState.DRAFT).exists()
    kept = counts()
    recount()
    assert counts() == kept


def _last_year_can_be_accounted_for() -> None:
    """The education bureau's report is still to be made, and ties with the one collected before; most others are public."""
    year = timezone.localdate().year - 1
    report = AnnualReport(department=Department.objects.get(code="jyj"), year=year)
    figures, before = live_figures(report), before_of(report)
    assert before and figures.table3["carried_over"]["total"] == before.table3["carried_forward"]["total"] == 2
    assert figures.table3["new_received"]["total"] == 20
    assert [each.sentence for each in breaches(figures, before) if each.is_hard] == []
    is_january = timezone.localdate() < date(year + 1, 1, 20)
    assert AnnualReport.objects.filter(year=year, state="published").count() == (0 if is_january else 19)


def _every_page_answers_and_search_finds_an_attachments_words(index: PrivateIndex) -> None:
    assert run_waiting(most=6) == 6  # each takes a process of its own; six stand for all
    assert not StoredFile.objects.filter(text_state="failed").exists()
    text = FileText.objects.exclude(text="").first()
    assert text is not None
    index.index_now()
    client = Client()
    for row in Document.objects.filter(listed_at__isnull=False):
        assert client.get(f"/documents/{row.pk}/").status_code == 200, row.title
    for department in Department.objects.bodies():
        assert client.get(f"/departments/{department.code}/").status_code == 200
    words = text.text.strip().splitlines()[0][:20]
    row = Document.objects.filter(attachments__file=text.file_id, listed_at__isnull=False).first()
    assert row is None or f"/documents/{row.pk}/" in client.get("/documents/", {"q": words}).content.decode(), words


def _again_changes_nothing() -> None:
    before = everything()
    out = StringIO()
    call_command("prepare", "--demo", stdout=out)
    assert everything() == before
    assert "已载入演示城市" not in out.getvalue()
    assert "建立检索索引" not in out.getvalue()


def everything() -> list[object]:
    """What a second run must not change."""
    models = (StoredFile, User, Department, DocumentRelation)
    return [*(model.objects.count() for model in models), *Document.objects.order_by("pk").values_list("pk", "version")]
