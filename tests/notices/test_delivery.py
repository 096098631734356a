"""The outbox: handed over once, tried again with back-off, never silently resent, several as one."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.utils import timezone
from pytest_django import Settings

from accounts.models import User
from jobs.models import Job
from jobs.services import run_waiting
from notices.delivery import catch_up, deliver_next
from notices.models import Delivery, DeliveryState
from tests.cast import Cast
from tests.notices.conftest import NOW, Gateway, MailServer, Tell


def deliver_all(at: datetime) -> None:
    """What the job does, at a given moment."""
    for _ in range(100):
        if not deliver_next(at=at):
            return
    raise AssertionError("it never ends")


def states() -> list[str]:
    return list(Delivery.objects.order_by("pk").values_list("state", flat=True))


def tell_about(tell: Tell, count: int, *, at: datetime = NOW, first: int = 0, **said: Any) -> None:
    for number in range(first, first + count):
        tell(title=f"第{number}件", due_on=date(2026, 1, 1) + timedelta(days=number), at=at, **said)


class SecondWorker(EmailBackend):
    """A mail server during whose work another worker looks for work."""

    found: list[bool] = []

    def send_messages(self, messages: Any) -> int:
        self.found.append(deliver_next(at=NOW))
        return super().send_messages(messages)


class Killed(EmailBackend):
    """A mail server during whose work the process is killed."""

    def send_messages(self, messages: Any) -> int:
        super().send_messages(messages)
        raise KeyboardInterrupt


def test_a_mail_is_sent_with_words_address_and_its_own_message_id(cast: Cast, tell: Tell, settings: Settings) -> None:
    tell(due_on=date(2026, 12, 1))
    deliver_all(NOW)
    (message,), delivery = mail.outbox, Delivery.objects.get()
    assert (message.to, message.subject) == (["lisi@example.cn"], "有一件文件待审核")
    assert message.extra_headers["Message-ID"].startswith(f"<{delivery.key}@")
    for words in ("李四：", "请在期限前办理。", "期限：2026-12-01", f"{settings.SITE_URL}/desk/documents/"):
        assert words in message.body
    assert (delivery.state, delivery.attempts, delivery.sent_at) == ("sent", 1, NOW)


def test_the_job_put_down_with_the_message_delivers_it(tell: Tell) -> None:
    tell(at=timezone.now())
    run_waiting()
    run_waiting()
    assert (len(mail.outbox), states()) == (1, ["sent"])


def test_while_one_worker_sends_another_finds_nothing(
    tell: Tell, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SecondWorker, "found", [])
    settings.EMAIL_BACKEND = f"{__name__}.SecondWorker"
    tell()
    deliver_all(NOW)
    assert SecondWorker.found == [False]
    assert len(mail.outbox) == 1


def test_an_sms_goes_to_the_gateway_with_key_and_token(cast: Cast, tell: Tell, gateway: Gateway) -> None:
    tell(kind="alarm", urgent=True)
    deliver_all(NOW)
    ((headers, content),) = gateway.received
    delivery = Delivery.objects.get(channel="sms")
    assert (headers["Idempotency-Key"], headers["Authorization"]) == (str(delivery.key), "Bearer geheim")
    assert content["to"] == cast.lisi.phone.replace(" ", "")
    assert "有一件文件待审核" in content["text"]
    assert "请在期限前办理" not in content["text"], "the words stay in the portal"
    assert (len(mail.outbox), states()) == (1, ["sent", "sent"])


def test_a_refused_sms_is_tried_again_later_each_time_with_the_same_key(tell: Tell, gateway: Gateway) -> None:
    gateway.statuses = [503, 429, 500, 502, 503, 503, 200]
    tell(kind="alarm")
    moment, waits = NOW, []
    while (row := Delivery.objects.get(channel="sms")).state == DeliveryState.QUEUED:
        deliver_all(row.next_attempt_at - timedelta(seconds=1))
        assert Delivery.objects.get(channel="sms").attempts == row.attempts, "not before its time"
        moment = row.next_attempt_at
        deliver_all(moment)
        waits.append((Delivery.objects.get(channel="sms").next_attempt_at - moment).total_seconds() / 60)
    assert waits == [2, 4, 8, 16, 32, 0]
    assert (row.state, row.attempts, len(gateway.received)) == ("failed", 6, 6)
    assert "503" in row.error
    assert "geheim" not in row.error
    assert len({headers["Idempotency-Key"] for headers, _ in gateway.received}) == 1


def test_a_gateway_that_is_away_is_tried_again(tell: Tell, settings: Settings) -> None:
    settings.SMS_WEBHOOK_URL = "http://127.0.0.1:9/send"
    tell(kind="alarm")
    deliver_all(NOW)
    row = Delivery.objects.get(channel="sms")
    assert (row.state, row.next_attempt_at) == ("queued", NOW + timedelta(minutes=2))
    assert "连接不上" in row.error


def test_a_gateway_that_says_no_is_not_asked_again(tell: Tell, gateway: Gateway) -> None:
    gateway.statuses = [400]
    tell(kind="alarm")
    deliver_all(NOW)
    deliver_all(NOW + timedelta(days=1))
    assert Delivery.objects.get(channel="sms").state == "failed"
    assert len(gateway.received) == 1


def test_a_gateway_that_hangs_up_leaves_the_end_uncertain_and_is_not_asked_again(tell: Tell, gateway: Gateway) -> None:
    gateway.statuses = [None]
    tell(kind="alarm")
    deliver_all(NOW)
    catch_up(at=NOW + timedelta(hours=1))
    deliver_all(NOW + timedelta(days=1))
    assert Delivery.objects.get(channel="sms").state == "uncertain"
    assert len(gateway.received) == 1


@pytest.mark.parametrize(
    ("command", "answer", "state"),
    [
        ("CONNECT", "421 busy", "queued"),
        ("MAIL", "451 later", "queued"),
        ("RCPT", "450 mailbox busy", "queued"),
        ("RCPT", "550 no such user", "failed"),
        ("DATA", "451 later", "queued"),
        ("TAKEN", "452 disk full", "queued"),
        ("TAKEN", "554 refused", "failed"),
        ("TAKEN", "", "uncertain"),
        ("TAKEN", "250 taken", "sent"),
    ],
)
def test_what_the_mail_server_says_decides(
    tell: Tell, mail_server: MailServer, command: str, answer: str, state: str
) -> None:
    mail_server.answers = {command: answer}
    tell()
    deliver_all(NOW)
    row = Delivery.objects.get()
    assert row.state == state
    assert bool(row.error) == (state != "sent")
    mail_server.answers = {}
    deliver_all(NOW + timedelta(minutes=2))
    assert Delivery.objects.get().state == {"queued": "sent"}.get(state, state)
    ids = {line for text in mail_server.received for line in text.splitlines() if line.startswith("Message-ID")}
    assert len(ids) == (0 if (command, state) == ("RCPT", "failed") else 1), "one identity at each attempt"


def test_a_claim_that_nobody_finished_is_uncertain_and_never_resent(tell: Tell, settings: Settings) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.Killed"
    tell()
    with pytest.raises(KeyboardInterrupt):
        deliver_next(at=NOW)
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert states() == ["sending"]
    catch_up(at=NOW + timedelta(minutes=10))
    assert states() == ["sending"], "it may still be at work"
    catch_up(at=NOW + timedelta(minutes=10, seconds=1))
    assert states() == ["uncertain"]
    assert "不会自动重发" in Delivery.objects.get().error
    catch_up(at=NOW + timedelta(days=1))
    deliver_all(NOW + timedelta(days=1))
    assert (states(), len(mail.outbox)) == (["uncertain"], 1)


def test_what_a_dead_worker_left_is_caught_up(tell: Tell) -> None:
    tell(at=timezone.now())
    Job.objects.all().delete()  # with its worker and its message
    assert run_waiting() == 0
    assert catch_up(at=timezone.now()) == 1
    assert catch_up(at=timezone.now()) == 1
    assert Job.objects.count() == 1
    run_waiting()
    assert states() == ["sent"]
    assert catch_up(at=timezone.now()) == 0
    assert Job.objects.unfinished().count() == 0


def test_an_account_closed_or_an_address_removed_meanwhile_fails_with_words(cast: Cast, tell: Tell) -> None:
    tell(recipients=[cast.lisi, cast.wangwu])
    User.objects.filter(pk=cast.lisi.pk).update(is_active=False)
    User.objects.filter(pk=cast.wangwu.pk).update(email="")
    deliver_all(NOW)
    assert list(Delivery.objects.order_by("pk").values_list("error", flat=True)) == ["账号已停用", "没有可用的邮箱地址"]
    assert (states(), mail.outbox) == (["failed", "failed"], [])


def test_an_address_that_cannot_be_written_fails_and_keeps_nobody_waiting(
    cast: Cast, tell: Tell, mail_server: MailServer
) -> None:
    User.objects.filter(pk=cast.lisi.pk).update(email="a@b@c, d")
    cast.lisi.refresh_from_db()
    tell(recipients=[cast.lisi, cast.wangwu])
    deliver_all(NOW)
    assert sorted(states()) == ["failed", "sent"]
    (received,) = mail_server.received
    assert "To: wangwu@example.cn" in received


# --- digest instead of floods -------------------------------------------------------------------------------------------


def test_five_mails_go_one_by_one(tell: Tell) -> None:
    tell_about(tell, 5)
    deliver_all(NOW)
    assert [message.subject for message in mail.outbox] == [f"第{number}件" for number in range(5)]


def test_more_than_five_waiting_mails_go_as_one(cast: Cast, tell: Tell) -> None:
    tell_about(tell, 6)
    tell(recipients=[cast.wangwu])
    deliver_all(NOW)
    digest, single = sorted(mail.outbox, key=lambda message: message.to)
    assert (digest.to, single.to) == (["lisi@example.cn"], ["wangwu@example.cn"])
    assert digest.subject == "您有 6 条消息：第0件 等"
    assert all(f"第{number}件" in digest.body for number in range(6))
    assert set(states()) == {"sent"}


def test_a_digest_that_was_refused_goes_again_whole_under_the_same_identity(
    tell: Tell, mail_server: MailServer
) -> None:
    mail_server.answers = {"TAKEN": "451 later"}
    tell_about(tell, 6)
    deliver_all(NOW)
    mail_server.answers = {}
    later = NOW + timedelta(minutes=2)
    tell_about(tell, 1, at=later, first=20)
    deliver_all(later)
    first, second = mail_server.received
    ids = [line for text in (first, second) for line in text.splitlines() if line.startswith("Message-ID")]
    assert len(ids) == 2
    assert len(set(ids)) == 1
    assert first.split("\r\n\r\n")[1] == second.split("\r\n\r\n")[1]
    assert states() == ["sent"] * 6 + ["queued"], "what came later is not part of it"


def test_after_a_flood_the_next_ones_wait_for_the_window_and_go_as_one(tell: Tell) -> None:
    tell_about(tell, 6)
    deliver_all(NOW)
    for minute in (1, 2, 3):
        tell_about(tell, 1, at=NOW + timedelta(minutes=minute), first=100 + minute)
        deliver_all(NOW + timedelta(minutes=minute))
    assert len(mail.outbox) == 1
    assert catch_up(at=NOW + timedelta(minutes=10)) == 0
    assert catch_up(at=NOW + timedelta(minutes=11)) == 3
    deliver_all(NOW + timedelta(minutes=11))
    assert [message.subject for message in mail.outbox][1:] == ["您有 3 条消息：第101件 等"]


def test_urgent_mails_are_never_kept_waiting_or_put_together(tell: Tell) -> None:
    tell_about(tell, 6)
    deliver_all(NOW)
    tell_about(tell, 7, urgent=True, first=200)
    deliver_all(NOW)
    assert len(mail.outbox) == 8
    assert all(message.subject.startswith("【紧急】") for message in mail.outbox[1:])
