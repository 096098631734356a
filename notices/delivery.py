"""The outbox on its way out: claim, hand over, record. A claim that nobody finished is `uncertain` (rulings 26)."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import F, Q

from jobs.services import enqueue
from notices.addresses import address_of
from notices.channels import Later, Never, Unknown, send_mail, send_sms
from notices.kinds import EMAIL, SMS
from notices.letters import digest_about, mail_about, sms_about
from notices.models import Delivery, DeliveryQuerySet, DeliveryState
from notices.pacing import WINDOW, next_attempt_at, pace
from notices.resending import end
from notices.services import DELIVER

CLAIM_HOLDS = timedelta(minutes=10)
MOST_IN_DIGEST = 50
NOBODY_ANSWERED = "发送进程中断，不能确定对方是否已经收到；不会自动重发"
logger = structlog.get_logger(__name__)


def deliver_next(*, at: datetime) -> bool:
    """Hand over what is due longest, one message or one digest; False when nothing is due. Call it outside transactions.

    Two workers never hand over the same message: it is claimed in a committed step before it leaves.
    """
    batch = _due_together(at)
    if not batch:
        return False
    if batch[0].may_wait and batch[0].digest is None:
        decision = pace(
            made_at=[row.created_at for row in batch], recently_sent=_recently_sent(batch[0].recipient_id, at), at=at
        )
        if decision.wait_until:
            _hold(batch, decision.wait_until)
            return True
        batch = batch if decision.is_digest else batch[:1]
    if claimed := _claim(batch, at=at):
        _hand_over(claimed, at)
    return True


def _due_together(at: datetime) -> list[Delivery]:
    """The delivery that is due longest, and the mails that may go or must go with it: due, or held back so far."""
    first = Delivery.objects.due(at).in_order().select_related("notice__recipient").first()
    if first is None or not first.may_wait:
        return [first] if first else []
    mates = Delivery.objects.waiting().filter(
        Q(next_attempt_at__lte=at) | Q(attempts=0),
        recipient=first.recipient_id,
        channel=EMAIL,
        notice__is_urgent=False,
        digest=first.digest,
    )
    return list(mates.order_by("pk")[:MOST_IN_DIGEST]) or [first]


def _recently_sent(recipient: int, at: datetime) -> int:
    """Mails that the person got, or may have got, within the last window."""
    left = Delivery.objects.exclude(state__in=[DeliveryState.QUEUED, DeliveryState.FAILED])
    return left.filter(recipient=recipient, channel=EMAIL, notice__is_urgent=False, claimed_at__gt=at - WINDOW).count()


def _keys(batch: Sequence[Delivery]) -> list[int]:
    return [row.pk for row in batch]


def _lock(rows: DeliveryQuerySet) -> list[int]:
    """Keys of those rows that nobody else holds now, locked for this transaction.

    Never waits: two workers that wait with locks in hand block each other, and the one that the database then breaks
    off may be the one that has just sent something.
    """
    return list(rows.select_for_update(skip_locked=True).order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def _hold(batch: Sequence[Delivery], until: datetime) -> None:
    """Have mails wait for their digest."""
    free = _lock(Delivery.objects.waiting().filter(pk__in=_keys(batch)))
    Delivery.objects.filter(pk__in=free).update(next_attempt_at=until)


@transaction.atomic
def _claim(batch: Sequence[Delivery], *, at: datetime) -> list[Delivery]:
    """Take the whole batch or nothing, if another worker was faster with any of it."""
    if len(_lock(Delivery.objects.waiting().filter(pk__in=_keys(batch)))) != len(batch):
        return []
    digest = batch[0].digest or (batch[0].key if len(batch) > 1 else None)
    Delivery.objects.filter(pk__in=_keys(batch)).update(
        state=DeliveryState.SENDING, claimed_at=at, attempts=F("attempts") + 1, digest=digest
    )
    claimed = Delivery.objects.filter(pk__in=_keys(batch)).select_related("notice__recipient").order_by("pk")
    return list(claimed)


def _hand_over(batch: list[Delivery], at: datetime) -> None:
    """Give the batch to its channel and record how that ended."""
    try:
        _send(batch)
    except Later as reason:
        again = next_attempt_at(attempts=max(row.attempts for row in batch), at=at)
        if again:
            _record(batch, DeliveryState.QUEUED, error=str(reason), next_attempt_at=again)
        else:
            _record(batch, DeliveryState.FAILED, error=str(reason))
    except Never as reason:
        _record(batch, DeliveryState.FAILED, error=str(reason))
    except Unknown as reason:
        _record(batch, DeliveryState.UNCERTAIN, error=str(reason))
    else:
        _record(batch, DeliveryState.SENT, error="", sent_at=at)


def _send(batch: list[Delivery]) -> None:
    first, notices = batch[0], [row.notice for row in batch]
    person = first.notice.recipient
    if not person.is_active:
        raise Never("账号已停用")
    to = address_of(person, first.channel)
    if not to:
        raise Never("没有可用的邮箱地址" if first.channel == EMAIL else "没有可用的手机号码")
    if first.channel == SMS:
        send_sms(to=to, text=sms_about(first.notice), key=first.key)
    else:
        mail = digest_about(notices) if first.digest else mail_about(first.notice)
        send_mail(to=to, mail=mail, key=first.digest or first.key)


def _record(batch: Sequence[Delivery], state: DeliveryState, *, error: str, **changes: datetime) -> None:
    """Write the end of an attempt, unless the claim ran out meanwhile: then it stays uncertain."""
    end(batch, state, error=error, **changes)
    if error:
        logger.warning("notice_not_sent", state=state.value, error=error, deliveries=_keys(batch))


@transaction.atomic
def catch_up(*, at: datetime) -> int:
    """For every minute: claims of dead workers become uncertain, and what is due gets a job; returns how many are due.

    Due are back-offs and digests whose time has come, and deliveries whose job was lost.
    """
    abandoned = _lock(Delivery.objects.filter(state=DeliveryState.SENDING, claimed_at__lt=at - CLAIM_HOLDS))
    end(Delivery.objects.filter(pk__in=abandoned), DeliveryState.UNCERTAIN, error=NOBODY_ANSWERED)
    due = len(Delivery.objects.due(at).values_list("pk")[:1000])
    if due:
        enqueue(kind=DELIVER, dedupe=DELIVER)
    return due
