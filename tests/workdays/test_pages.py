"""Desk page of a year, and the import page of desk and admin."""

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import Http404, HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse

from accounts.models import User
from tests.workdays.test_formats import csv_file
from workdays.models import CalendarYear
from workdays.views import desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def root() -> User:
    return User.objects.create_superuser("root", "root@example.org", "Yunlan-2026-test")


@pytest.fixture
def admin_page(root: User, client: Client) -> Client:
    client.force_login(root)
    return client


def upload(client: Client, content: str, **more: str) -> HttpResponse:
    """Send a file to the import page of the admin."""
    file = SimpleUploadedFile("2027.csv", content.encode())
    response: HttpResponse = client.post(reverse("admin:workdays_calendaryear_import"), {"file": file, **more})
    return response


def test_a_file_is_first_shown_and_only_imported_when_confirmed(loaded: None, admin_page: Client) -> None:
    page = upload(admin_page, csv_file())
    assert "2027年：17 处变化" in page.content.decode()
    assert not CalendarYear.objects.filter(year=2027).exists()
    content = page.context["form"].initial["content"]  # type: ignore[attr-defined]
    done = admin_page.post(reverse("admin:workdays_calendaryear_import"), {"content": content, "confirm": "1"})
    assert done.status_code == 302
    assert CalendarYear.objects.get(year=2027).days.count() == 16


def test_a_bad_file_is_refused_with_its_lines(loaded: None, admin_page: Client) -> None:
    page = upload(admin_page, csv_file("2027-02-15,work,春节"), confirm="1")
    assert "第 18 行：2027-02-15 是星期一" in page.content.decode()
    assert not CalendarYear.objects.filter(year=2027).exists()


@pytest.mark.parametrize("data", [{}, {"confirm": "1"}, {"content": "x" * 2_000_000}, {"content": "\x00"}])
def test_nothing_and_nonsense_are_answered_in_words(admin_page: Client, data: dict[str, str]) -> None:
    page = admin_page.post(reverse("admin:workdays_calendaryear_import"), data)
    assert page.status_code == 200
    assert page.context["form"].errors


def test_a_huge_file_is_refused(admin_page: Client) -> None:
    assert "超过 1 MB" in upload(admin_page, "x" * 1_100_000).content.decode()


def test_years_cannot_be_changed_in_the_admin_but_by_import(loaded: None, admin_page: Client) -> None:
    page = admin_page.get(reverse("admin:workdays_calendaryear_changelist"))
    assert "导入放假安排" in page.content.decode()
    assert admin_page.get(reverse("admin:workdays_calendaryear_add")).status_code == 403
    assert admin_page.post(reverse("admin:workdays_calendaryear_delete", args=[2026])).status_code == 403


def test_the_admin_import_is_for_staff_with_the_right(client: Client) -> None:
    client.force_login(User.objects.create_user("lisi", is_staff=True))
    assert client.get(reverse("admin:workdays_calendaryear_import")).status_code == 403


def test_the_desk_import_asks_whoever_wired_it(rf: RequestFactory, root: User) -> None:
    request = rf.get("/")
    request.user = root
    with pytest.raises(PermissionDenied):
        desk.import_calendar(request, may_import=lambda user: False)


def test_the_year_page_shows_twelve_months_with_words(loaded: None, admin_page: Client) -> None:
    page = admin_page.get(reverse("workdays:year", args=[2026]))
    text = page.content.decode()
    assert text.count('<table class="month') == 12
    assert "国办发明电〔2025〕7号" in text
    assert "全年 248 个工作日" in text


def test_a_year_without_a_notice_says_that_its_days_are_provisional(loaded: None, admin_page: Client) -> None:
    assert "暂定日期" in admin_page.get(reverse("workdays:year", args=[2027])).content.decode()


def test_a_year_out_of_range_is_not_found(rf: RequestFactory, root: User) -> None:
    request = rf.get("/")
    request.user = root
    with pytest.raises(Http404):
        desk.year(request, year=99999, may_import=lambda user: True)


def test_a_visitor_is_sent_to_sign_in(client: Client) -> None:
    assert client.get(reverse("workdays:year", args=[2026])).status_code == 302
