"""Mails to people without an account: sent once, in the transaction of their cause, their address written nowhere."""

import logging
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import transaction
from django.test import Client
from django.utils import timezone
from pytest_django import Settings
from structlog.testing import capture_logs

from jobs.models import Job
from jobs.services import run_waiting
from notices import outside
from notices.delivery import catch_up
from notices.letters import Mail
from notices.models import OutsideMail
from tests.cast import Cast
from tests.notices.conftest import NOW, MailServer
from tests.notices.test_delivery import Killed, SecondWorker
from tests.notices.test_pages import DELIVERIES, client_of

ADDRESS = "zhaoxiaoming@example.cn"
Composed = tuple[str, Mail] | None


class Applicant:
    """What the composer finds at the moment it is asked."""

    def __init__(self) -> None:
        self.found: Composed | Exception = (ADDRESS, Mail("您的申请已登记", "编号：2026-1"))
        self.asked: list[tuple[int, datetime]] = []

    def compose(self, subject_id: int, at: datetime) -> Composed:
        self.asked.append((subject_id, at))
        if isinstance(self.found, Exception):
            raise self.found
        return self.found


@pytest.fixture
def applicant(monkeypatch: pytest.MonkeyPatch) -> Applicant:
    monkeypatch.setattr(outside, "_composers", {})
    found = Applicant()
    outside.register_composer("receipt", found.compose)
    return found


def put(cast: Cast, dedupe: str = "receipt:1", at: datetime = NOW) -> bool:
    return outside.send_later(kind="receipt", subject=cast.jyj, dedupe=dedupe, at=at)


def deliver_all(at: datetime) -> None:
    for _ in range(100):
        if not outside.deliver_next(at=at):
            return
    raise AssertionError("it never ends")


def kept(row: OutsideMail) -> str:
    """Everything that stands in the row."""
    return " ".join(str(getattr(row, field.attname)) for field in row._meta.fields)


def test_a_mail_is_composed_when_it_leaves_and_has_its_own_message_id(cast: Cast, applicant: Applicant) -> None:
    assert put(cast)
    assert applicant.asked == []
    deliver_all(NOW + timedelta(minutes=1))
    assert applicant.asked == [(cast.jyj.pk, NOW + timedelta(minutes=1))]
    (message,), row = mail.outbox, OutsideMail.objects.get()
    assert (message.to, message.subject, message.body) == ([ADDRESS], "您的申请已登记", "编号：2026-1")
    assert message.extra_headers["Message-ID"].startswith(f"<{row.key}@")
    assert (row.state, row.attempts, row.sent_at) == ("sent", 1, NOW + timedelta(minutes=1))
    assert (row.subject_type, row.subject_id) == ("accounts.department", cast.jyj.pk)


def test_the_same_key_is_one_mail_and_the_job_sends_it(cast: Cast, applicant: Applicant) -> None:
    for _ in range(3):
        put(cast, at=timezone.now())
    put(cast, "receipt:2", at=timezone.now())
    assert Job.objects.count() == 1
    run_waiting()
    assert (len(mail.outbox), OutsideMail.objects.count()) == (2, 2)


def test_what_is_rolled_back_is_never_sent(cast: Cast, applicant: Applicant) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        put(cast)
        _ = 1 / 0
    assert (OutsideMail.objects.count(), Job.objects.count()) == (0, 0)


def test_nothing_is_put_down_while_no_mail_server_is_connected(
    cast: Cast, applicant: Applicant, settings: Settings
) -> None:
    settings.EMAIL_HOST = ""
    assert not put(cast)
    assert OutsideMail.objects.count() == 0


def test_a_kind_has_one_composer_and_an_unknown_one_is_refused(cast: Cast, applicant: Applicant) -> None:
    with pytest.raises(ValueError, match="two composers of receipt"):
        outside.register_composer("receipt", lambda subject_id, at: None)
    with pytest.raises(ValueError, match="nobody composes answer"):
        outside.send_later(kind="answer", subject=cast.jyj, dedupe="x", at=NOW)


def test_an_address_that_was_erased_or_a_kind_given_up_fails_with_words(
    cast: Cast, applicant: Applicant, monkeypatch: pytest.MonkeyPatch
) -> None:
    applicant.found = None
    put(cast)
    deliver_all(NOW)
    put(cast, "receipt:2")
    monkeypatch.setattr(outside, "_composers", {})
    deliver_all(NOW)
    rows = OutsideMail.objects.order_by("pk").values_list("state", "error")
    assert list(rows) == [("failed", "没有可用的收件地址"), ("failed", "这种邮件已不再发送")]
    assert mail.outbox == []


def test_a_composer_that_breaks_keeps_nobody_waiting_and_is_asked_again(cast: Cast, applicant: Applicant) -> None:
    applicant.found = KeyError(ADDRESS)
    put(cast)
    deliver_all(NOW)
    row = OutsideMail.objects.get()
    assert (row.state, row.next_attempt_at) == ("queued", NOW + timedelta(minutes=2))
    assert row.error == "邮件没有写成（KeyError）"
    applicant.found = (ADDRESS, Mail("甲", "乙"))
    deliver_all(row.next_attempt_at)
    assert (OutsideMail.objects.get().state, len(mail.outbox)) == ("sent", 1)


@pytest.mark.parametrize(
    ("command", "answer", "state"),
    [
        ("CONNECT", "421 busy", "queued"),
        ("MAIL", f"451 {ADDRESS} later", "queued"),
        ("RCPT", f"450 {ADDRESS} busy", "queued"),
        ("RCPT", f"550 {ADDRESS} unknown", "failed"),
        ("TAKEN", f"554 refused for {ADDRESS}", "failed"),
        ("TAKEN", "", "uncertain"),
        ("TAKEN", "250 taken", "sent"),
    ],
)
def test_what_the_mail_server_says_decides_and_the_address_is_written_nowhere(
    cast: Cast,
    applicant: Applicant,
    mail_server: MailServer,
    caplog: pytest.LogCaptureFixture,
    command: str,
    answer: str,
    state: str,
) -> None:
    mail_server.answers = {command: answer}
    put(cast)
    with capture_logs() as logs, caplog.at_level(logging.DEBUG):
        deliver_all(NOW)
    row = OutsideMail.objects.get()
    assert (row.state, bool(row.error)) == (state, state != "sent")
    assert "zhaoxiaoming" not in kept(row) + str(logs) + caplog.text
    mail_server.answers = {}
    deliver_all(NOW + timedelta(minutes=2))
    assert OutsideMail.objects.get().state == {"queued": "sent"}.get(state, state)
    ids = {line for text in mail_server.received for line in text.splitlines() if line.startswith("Message-ID")}
    assert len(ids) <= 1, "one identity at each attempt"


def test_six_refusals_are_enough(cast: Cast, applicant: Applicant, mail_server: MailServer) -> None:
    mail_server.answers = {"TAKEN": "451 later"}
    put(cast)
    waits, moment = [], NOW
    while (row := OutsideMail.objects.get()).state == "queued":
        moment = row.next_attempt_at
        deliver_all(moment)
        waits.append((OutsideMail.objects.get().next_attempt_at - moment).total_seconds() / 60)
    assert (waits, row.state, row.attempts) == ([2, 4, 8, 16, 32, 0], "failed", 6)


def test_while_one_worker_sends_another_finds_nothing(
    cast: Cast, applicant: Applicant, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SecondWorker, "found", [])
    monkeypatch.setattr("tests.notices.test_delivery.deliver_next", outside.deliver_next)
    settings.EMAIL_BACKEND = f"{SecondWorker.__module__}.SecondWorker"
    put(cast)
    deliver_all(NOW)
    assert (SecondWorker.found, len(mail.outbox)) == ([False], 1)


def test_a_claim_that_nobody_finished_is_uncertain_and_never_resent(
    cast: Cast, applicant: Applicant, settings: Settings
) -> None:
    settings.EMAIL_BACKEND = f"{Killed.__module__}.Killed"
    put(cast)
    with pytest.raises(KeyboardInterrupt):
        outside.deliver_next(at=NOW)
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    catch_up(at=NOW + timedelta(minutes=10))
    assert OutsideMail.objects.get().state == "sending", "it may still be at work"
    catch_up(at=NOW + timedelta(minutes=10, seconds=1))
    assert OutsideMail.objects.get().state == "uncertain"
    deliver_all(NOW + timedelta(days=1))
    assert len(mail.outbox) == 1


def test_what_a_dead_worker_left_is_caught_up(cast: Cast, applicant: Applicant) -> None:
    put(cast, at=timezone.now())
    Job.objects.all().delete()
    assert catch_up(at=timezone.now()) == 1
    run_waiting()
    assert OutsideMail.objects.get().state == "sent"
    assert catch_up(at=timezone.now()) == 0


def test_administrators_see_what_did_not_arrive_and_no_address(cast: Cast, applicant: Applicant) -> None:
    client: Client = client_of(cast.zhengyi)
    assert "没有送达的对外邮件" not in client.get(DELIVERIES).content.decode()
    put(cast)
    put(cast, "receipt:2")
    failed, waiting = OutsideMail.objects.order_by("pk")
    OutsideMail.objects.filter(pk=failed.pk).update(state="failed", error="邮件服务器拒绝了收件地址")
    page: Any = client.get(DELIVERIES).content.decode()
    assert str(failed.key) in page and "邮件服务器拒绝了收件地址" in page
    assert str(waiting.key) not in page and ADDRESS not in page
