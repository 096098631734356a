"""Sending once more by hand: by whom, under the same identity, with who and when kept."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from pytest_django import Settings

from accounts.models import User
from jobs.models import Job
from notices.delivery import catch_up
from notices.handing_over import NOBODY_ANSWERED
from notices.models import Delivery
from notices.resending import resend
from tests.cast import Cast
from tests.notices.conftest import NOW, Gateway, Tell
from tests.notices.test_delivery import deliver_all, states, tell_about
from tests.notices.test_pages import DELIVERIES, client_of
from workflow.services import WrongState

LATER = NOW + timedelta(hours=2)


def address(delivery: Delivery) -> str:
    return f"{DELIVERIES}{delivery.pk}/resend/"


def ended(state: str, error: str = "短信网关拒绝") -> Delivery:
    Delivery.objects.update(state=state, error=error, attempts=6)
    return Delivery.objects.order_by("pk")[0]


@pytest.mark.parametrize("state", ["failed", "uncertain"])
def test_what_did_not_arrive_is_sent_once_more_and_says_who_had_it_done(cast: Cast, tell: Tell, state: str) -> None:
    tell()
    delivery = ended(state)
    assert resend(actor=cast.zhengyi, delivery=delivery, at=LATER) == 1
    deliver_all(LATER)
    deliver_all(LATER + timedelta(hours=1))
    row = Delivery.objects.get()
    assert (row.state, row.attempts, row.sent_at, len(mail.outbox)) == ("sent", 1, LATER, 1)
    label = {"failed": "发送失败", "uncertain": "结果不明"}[state]
    assert row.error == f"〔郑一于{timezone.localtime(LATER):%Y-%m-%d %H:%M}重新发送，此前{label}〕"
    assert mail.outbox[0].extra_headers["Message-ID"].startswith(f"<{delivery.key}@"), "the identity stays"


def test_an_sms_keeps_its_idempotency_key(cast: Cast, tell: Tell, gateway: Gateway, settings: Settings) -> None:
    settings.EMAIL_HOST = ""
    gateway.statuses = [None]
    tell(kind="alarm")
    deliver_all(NOW)
    assert states() == ["uncertain"]
    resend(actor=cast.zhengyi, delivery=Delivery.objects.get(), at=LATER)
    deliver_all(LATER)
    assert states() == ["sent"]
    first, second = (headers["Idempotency-Key"] for headers, _ in gateway.received)
    assert first == second


def test_the_reason_of_a_second_failure_stands_behind_who_resent_it(cast: Cast, tell: Tell) -> None:
    tell()
    resend(actor=cast.zhengyi, delivery=ended("uncertain"), at=LATER)
    User.objects.filter(pk=cast.lisi.pk).update(email="")
    deliver_all(LATER)
    row = Delivery.objects.get()
    assert row.state == "failed"
    assert row.error.startswith("〔郑一于")
    assert row.error.endswith("此前结果不明〕没有可用的邮箱地址")
    resend(actor=cast.root, delivery=row, at=LATER)
    row.refresh_from_db()
    assert row.error.count("〔") == 1, "the last one who did it"
    assert row.error.startswith("〔初始管理员于")


def test_a_worker_killed_again_leaves_it_uncertain_with_the_remark(cast: Cast, tell: Tell) -> None:
    tell()
    resend(actor=cast.zhengyi, delivery=ended("failed"), at=LATER)
    Delivery.objects.update(state="sending", claimed_at=LATER)
    catch_up(at=LATER + timedelta(hours=1))
    row = Delivery.objects.get()
    assert row.state == "uncertain"
    assert row.error.startswith("〔郑一于")
    assert row.error.endswith(NOBODY_ANSWERED)


@pytest.mark.parametrize("state", ["queued", "sending", "sent"])
def test_it_refuses_what_is_on_its_way_or_arrived(cast: Cast, tell: Tell, state: str) -> None:
    tell()
    delivery = ended(state)
    with pytest.raises(WrongState, match="不需要重新发送"):
        resend(actor=cast.zhengyi, delivery=delivery, at=LATER)
    assert states() == [state]


def test_the_second_of_two_who_press_at_once_sends_nothing(cast: Cast, tell: Tell) -> None:
    tell()
    seen = ended("failed")
    resend(actor=cast.zhengyi, delivery=seen, at=LATER)
    with pytest.raises(WrongState, match="等待发送"):
        resend(actor=cast.root, delivery=seen, at=LATER)
    deliver_all(LATER)
    assert len(mail.outbox) == 1


def test_mails_that_went_as_one_go_as_one_again_under_the_same_identity(cast: Cast, tell: Tell) -> None:
    tell_about(tell, 8)
    tell_about(tell, 1, first=8, recipients=[cast.wangwu])
    deliver_all(NOW)
    first = mail.outbox[0].extra_headers["Message-ID"]
    Delivery.objects.filter(recipient=cast.lisi).update(state="uncertain")
    mail.outbox.clear()
    assert resend(actor=cast.zhengyi, delivery=Delivery.objects.all()[3], at=LATER) == 8
    deliver_all(LATER)
    (message,) = mail.outbox
    assert "8 条消息" in message.subject
    assert message.extra_headers["Message-ID"] == first


def test_only_system_administrators_find_the_door(cast: Cast, tell: Tell) -> None:
    tell()
    delivery = ended("failed")
    for name, person in cast.people.items():
        if not isinstance(person, User) or name in {"root", "zhengyi"}:
            continue
        client = client_of(person)
        assert client.get(address(delivery)).status_code == 404, name
        assert client.post(address(delivery)).status_code == 404, name
        with pytest.raises(PermissionDenied):
            resend(actor=person, delivery=delivery, at=LATER)
    assert states() == ["failed"]
    assert client_of(cast.zhengyi).post(f"{DELIVERIES}999999999/resend/").status_code == 404


def test_the_page_warns_of_a_duplicate_and_looking_sends_nothing(cast: Cast, tell: Tell) -> None:
    tell()
    delivery, client = ended("uncertain"), client_of(cast.zhengyi)
    Job.objects.all().delete()
    assert f'href="{address(delivery)}"' in client.get(DELIVERIES).content.decode()
    page = client.get(address(delivery)).content.decode()
    assert "可能重复收到" in page
    assert "有一件文件待审核" not in page, "the words are the recipient's"
    assert states() == ["uncertain"]
    page = client.post(address(delivery), follow=True).content.decode()
    assert "已提交重新发送，共 1 条消息。" in page
    assert "〔郑一于" in page
    assert f'href="{address(delivery)}"' not in page
    assert (states(), Job.objects.filter(kind="notices.deliver").count()) == (["queued"], 1)
    assert "不需要重新发送" in client.post(address(delivery), follow=True).content.decode()
    page = client.get(address(delivery)).content.decode()
    assert "<button" not in page.split("</dl>")[1].split("</main>")[0]
