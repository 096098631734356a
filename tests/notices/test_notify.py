"""Telling people: exactly once, in the caller's transaction, by the ways they may choose."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from jobs.models import Job
from notices import kinds, selectors, services
from notices.models import Delivery, Notice
from tests.cast import Cast
from tests.notices.conftest import NOW, Gateway, Tell


def channels_of(user: User) -> set[str]:
    return set(Delivery.objects.filter(recipient=user).values_list("channel", flat=True))


def test_a_message_its_delivery_and_the_job_are_put_down_together(cast: Cast, tell: Tell) -> None:
    (notice,) = tell(due_on=date(2026, 12, 1))
    assert (notice.recipient, notice.kind, notice.due_on) == (cast.lisi, "duty", date(2026, 12, 1))
    assert (notice.subject_type, notice.subject_id) == ("accounts.department", cast.jyj.pk)
    delivery = Delivery.objects.get()
    assert (delivery.notice, delivery.channel, delivery.state) == (notice, "email", "queued")
    assert Job.objects.filter(kind="notices.deliver").count() == 1


@pytest.mark.parametrize("due_on", [None, date(2026, 12, 1)])
def test_telling_the_same_again_changes_nothing(tell: Tell, due_on: date | None) -> None:
    tell(due_on=due_on)
    assert tell(due_on=due_on, title="别的标题", at=NOW + timedelta(days=3)) == []
    assert (Notice.objects.count(), Delivery.objects.count()) == (1, 1)
    assert Notice.objects.get().title == "有一件文件待审核"


def test_another_subject_kind_date_or_person_is_another_message(cast: Cast, tell: Tell) -> None:
    tell(due_on=date(2026, 12, 1))
    assert len(tell(due_on=date(2026, 12, 2))) == 1, "a moved date arms it again"
    assert len(tell(due_on=None)) == 1
    assert len(tell(due_on=date(2026, 12, 1), subject=cast.wjw)) == 1
    assert len(tell(due_on=date(2026, 12, 1), kind="news")) == 1
    made = tell(due_on=date(2026, 12, 1), recipients=[cast.lisi, cast.wangwu, cast.wangwu])
    assert [notice.recipient for notice in made] == [cast.wangwu]


def test_a_transaction_that_fails_leaves_nothing(tell: Tell) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        tell()
        raise ZeroDivisionError
    assert (Notice.objects.count(), Delivery.objects.count(), Job.objects.count()) == (0, 0, 0)


def test_it_costs_the_same_for_one_and_for_ten_people(cast: Cast, tell: Tell) -> None:
    people = [who for who in cast.people.values() if isinstance(who, User)]
    with CaptureQueriesContext(connection) as one:
        tell(kind="news", recipients=people[:1])
    with CaptureQueriesContext(connection) as ten:
        assert len(tell(kind="news", recipients=people, subject=cast.wjw)) > 9
    assert len(one) == len(ten)


def test_long_words_are_shortened_and_lines_joined(tell: Tell) -> None:
    (notice,) = tell(title="长\r\nBcc: x@example.cn\x00" + "长" * 200, text="字" * 600)
    assert (len(notice.title), len(notice.text)) == (100, 500)
    assert notice.title.startswith("长 Bcc: x@example.cn长")
    assert notice.title.endswith("…")


@pytest.mark.parametrize(
    "url", ["https://example.cn/", "//example.cn/", "/\\example.cn", "desk/", "", "/" * 2, "/a\nb"]
)
def test_it_refuses_an_address_elsewhere(tell: Tell, url: str) -> None:
    with pytest.raises(ValueError, match="path of this site"):
        tell(url=url)


def test_it_refuses_a_kind_that_nobody_registered(tell: Tell) -> None:
    with pytest.raises(ValueError, match="no kind"):
        tell(kind="unknown")


def test_a_slug_means_one_kind_only() -> None:
    assert kinds.register("duty", "待办提醒") == kinds.kind_of("duty")
    with pytest.raises(ValueError, match="two kinds"):
        kinds.register("duty", "别的")
    with pytest.raises(ValueError, match="fax"):
        kinds.register("paper", "传真", channels=("fax",))


def test_people_who_left_are_not_told(cast: Cast, tell: Tell) -> None:
    cast.lisi.is_active = False
    assert [notice.recipient for notice in tell(recipients=[cast.lisi, cast.wangwu])] == [cast.wangwu]


def test_who_has_no_address_is_told_in_the_portal_only(cast: Cast, tell: Tell, gateway: Gateway) -> None:
    cast.lisi.email, cast.lisi.phone = "", "0700-52128800"
    cast.lisi.save()
    assert len(tell(kind="alarm")) == 1
    assert Delivery.objects.count() == 0


def test_a_way_out_that_is_not_connected_is_not_used(cast: Cast, tell: Tell, settings: object) -> None:
    tell(kind="alarm")
    assert channels_of(cast.lisi) == {"email"}
    settings.EMAIL_HOST = ""  # type: ignore[attr-defined]
    tell(kind="alarm", recipients=[cast.wangwu])
    assert channels_of(cast.wangwu) == set()


def test_a_choice_counts_for_optional_kinds(cast: Cast, tell: Tell, gateway: Gateway) -> None:
    services.set_preferences(actor=cast.lisi, wanted={("news", "email"): False, ("news", "sms"): True})
    tell(kind="news", recipients=[cast.lisi, cast.wangwu])
    assert channels_of(cast.lisi) == {"sms"}
    assert channels_of(cast.wangwu) == {"email"}, "nobody else's choice"
    assert Notice.objects.filter(recipient=cast.lisi).count() == 1, "the message in the portal always stays"
    services.set_preferences(actor=cast.lisi, wanted={("news", "email"): True, ("news", "sms"): False})
    tell(kind="news", subject=cast.wjw)
    assert channels_of(cast.lisi) == {"sms", "email"}


def test_nobody_can_choose_not_to_be_told_what_must_be_told(cast: Cast, tell: Tell) -> None:
    with pytest.raises(PermissionDenied, match="必须接收"):
        services.set_preferences(actor=cast.lisi, wanted={("duty", "email"): False})
    services.set_preferences(actor=cast.lisi, wanted={("news", "email"): False})
    cast.lisi.notice_preferences.update(kind="duty")  # chosen while the kind was optional
    tell()
    assert channels_of(cast.lisi) == {"email"}


def test_reading_is_noted_once_and_by_the_recipient_only(cast: Cast, tell: Tell) -> None:
    (notice,) = tell()
    with pytest.raises(PermissionDenied):
        services.mark_read(actor=cast.wangwu, notice=notice, at=NOW)
    services.mark_read(actor=cast.lisi, notice=notice, at=NOW)
    services.mark_read(actor=cast.lisi, notice=notice, at=NOW + timedelta(days=1))
    assert Notice.objects.get().read_at == NOW


def test_all_read_means_one_s_own_up_to_what_was_shown(cast: Cast, tell: Tell) -> None:
    (first,) = tell()
    tell(subject=cast.wjw)
    tell(recipients=[cast.wangwu])
    assert services.mark_all_read(actor=cast.lisi, at=NOW, until=first.pk) == 1
    assert services.mark_all_read(actor=cast.lisi, at=NOW) == 1
    assert Notice.objects.unread().get().recipient == cast.wangwu


def test_the_unread_figure_is_bounded_and_one_s_own(cast: Cast, tell: Tell) -> None:
    assert selectors.unread_label(cast.visitor) == ""
    assert selectors.unread_label(cast.lisi) == ""
    for day in range(99):
        tell(due_on=date(2026, 1, 1) + timedelta(days=day))
    assert selectors.unread_label(cast.lisi) == "99"
    tell()
    assert selectors.unread_label(cast.lisi) == "99+"
    assert selectors.unread_label(cast.wangwu) == ""
