"""The desk pages of the watch: reminders planned, given, not delivered; days a calendar moved."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from notices.models import Delivery, DeliveryState, Notice, OutsideMail
from requests_app.models import CaseDue, CaseRecount, InformationRequest
from requests_app.watch.selectors import PAGE
from tests.requests_app.casework import Office

pytestmark = pytest.mark.django_db
SignedIn = Callable[[User], Client]
PLACES = ["requests_desk:reminders", "requests_desk:recounts"]


def reminded(case: InformationRequest, person: User, title: str = "答复期限今天到期") -> Notice:
    """A reminder as the watch gives it."""
    return Notice.objects.create(
        key=f"{case.pk}|{title}|{person.pk}|{Notice.objects.count()}",
        recipient=person,
        kind="request_due_reply",
        subject_type=case._meta.label_lower,
        subject_id=case.pk,
        due_on=case.due_on,
        title=f"{title}：{case.number}",
        url="/desk/",
        created_at=timezone.now(),
    )


def not_delivered(case: InformationRequest, person: User) -> Delivery:
    """A mail that perhaps went."""
    now = timezone.now()
    return Delivery.objects.create(
        notice=reminded(case, person),
        recipient=person,
        channel="email",
        state=DeliveryState.UNCERTAIN,
        created_at=now,
        next_attempt_at=now,
    )


@pytest.mark.parametrize("place", PLACES)
def test_only_who_answers_or_supervises_comes_in(office: Office, signed_in: SignedIn, place: str) -> None:
    expected = {"lisi": 200, "wangwu": 200, "zhaoliu": 200, "qianqi": 200, "fenger": 200}
    for name, who in office.cast.people.items():
        client = signed_in(who) if isinstance(who, User) else Client()
        wanted = expected.get(name, 302 if name == "visitor" else 404)
        assert (name, client.get(reverse(place)).status_code) == (name, wanted)


@pytest.mark.parametrize("place", PLACES)
def test_nothing_is_written_there(office: Office, signed_in: SignedIn, place: str) -> None:
    assert signed_in(office.cast.lisi).post(reverse(place)).status_code == 405


def test_planned_ones_are_listed_nearest_first(office: Office, signed_in: SignedIn) -> None:
    later = office.handling(timezone.localdate())
    sooner = office.submitted(timezone.localdate())
    page = signed_in(office.cast.lisi).get(reverse("requests_desk:reminders")).content.decode()
    assert page.index(sooner.number) < page.index(later.number)
    assert "与申请人确认的期限" in page


@pytest.mark.parametrize("show", ["planned", "sent", "failed"])
def test_another_department_sees_nothing_of_it(office: Office, signed_in: SignedIn, show: str) -> None:
    case = office.handling(timezone.localdate())
    not_delivered(case, office.cast.lisi)
    address = f"{reverse('requests_desk:reminders')}?show={show}"
    assert case.number in signed_in(office.cast.lisi).get(address).content.decode()
    assert case.number in signed_in(office.cast.qianqi).get(address).content.decode()
    assert case.number not in signed_in(office.cast.zhaoliu).get(address).content.decode()


def test_mails_to_applicants_that_failed_are_listed_without_addresses(office: Office, signed_in: SignedIn) -> None:
    case = office.corrected_asked(office.handling(date(2026, 3, 3)), date(2026, 3, 9))
    now = timezone.now()
    OutsideMail.objects.create(
        dedupe="x",
        kind="request_applicant_due",
        subject_type=case._meta.label_lower,
        subject_id=case.pk,
        state=DeliveryState.FAILED,
        error="邮件服务器没有接受",
        created_at=now,
        next_attempt_at=now,
    )
    page = signed_in(office.cast.lisi).get(f"{reverse('requests_desk:reminders')}?show=failed").content.decode()
    assert case.number in page
    assert "没有送达（1）" in page
    assert "zhangsan@example.cn" not in page


@pytest.mark.parametrize("show", ["planned", "sent", "failed"])
def test_a_page_costs_the_same_for_one_row_and_thirty(office: Office, signed_in: SignedIn, show: str) -> None:
    client, address = signed_in(office.cast.lisi), f"{reverse('requests_desk:reminders')}?show={show}"
    case = office.handling(timezone.localdate())
    not_delivered(case, office.cast.lisi)
    client.get(address)
    with CaptureQueriesContext(
        connection,
    ) as one:
        client.get(address)
    due_on = timezone.localdate() + timedelta(days=30)
    CaseDue.objects.bulk_create(CaseDue(case=case, kind="inquiry", ref=ref, on=due_on) for ref in range(1, 40))
    for _ in range(39):
        not_delivered(case, office.cast.lisi)
    with CaptureQueriesContext(connection) as many:
        page = client.get(address)
    assert len(many) == len(one)
    assert len(page.context["page"].rows) == PAGE


@pytest.mark.parametrize("show", ["planned", "sent", "failed"])
def test_the_second_page_goes_on_where_the_first_ended(office: Office, signed_in: SignedIn, show: str) -> None:
    client, address = signed_in(office.cast.wangwu), f"{reverse('requests_desk:reminders')}?show={show}"
    case = office.handling(timezone.localdate())
    due_on = timezone.localdate() + timedelta(days=30)
    CaseDue.objects.bulk_create(CaseDue(case=case, kind="inquiry", ref=ref, on=due_on) for ref in range(1, 35))
    for _ in range(35):
        not_delivered(case, office.cast.lisi)
    first = client.get(address).context["page"]
    name = "after" if show == "planned" else "before"
    second = client.get(f"{address}&{name}={first.after}").context["page"]
    assert (len(first.rows), len(second.rows), second.after) == (PAGE, 5, "")


@pytest.mark.parametrize("typed", ["x", "2026-13-45-1", "9999999999999999999", "2026-03-03-"])
def test_a_key_that_is_none_begins_at_the_beginning(office: Office, signed_in: SignedIn, typed: str) -> None:
    client = signed_in(office.cast.lisi)
    for show in ("planned", "sent", "failed", "nothing"):
        address = f"{reverse('requests_desk:reminders')}?show={show}&after={typed}&before={typed}"
        assert client.get(address).status_code == 200


def test_moved_days_are_listed(office: Office, signed_in: SignedIn) -> None:
    case = office.handling(date(2026, 3, 3))
    CaseRecount.objects.create(
        case=case,
        old_due_on=date(2026, 3, 31),
        new_due_on=date(2026, 3, 31) + timedelta(days=1),
        calendar_version=24,
        at=timezone.now(),
    )
    page = signed_in(office.cast.wangwu).get(reverse("requests_desk:recounts")).content.decode()
    assert case.number in page
    assert "2026-04-01" in page
    assert case.number not in signed_in(office.cast.zhaoliu).get(reverse("requests_desk:recounts")).content.decode()
