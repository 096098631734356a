"""The outbox on its way out: which messages go now, alone or as one digest, and to whom (rulings 26)."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from jobs.services import enqueue
from notices.addresses import address_of
from notices.channels import Never, send_mail, send_sms
from notices.handing_over import abandon, claim, due_count, hand_over, keys_of, lock
from notices.kinds import EMAIL, SMS
from notices.letters import digest_about, mail_about, sms_about
from notices.models import Delivery, DeliveryState, OutsideMail
from notices.pacing import WINDOW, pace
from notices.services import DELIVER

MOST_IN_DIGEST = 50


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
        hand_over(claimed, lambda: _send(claimed), at=at)
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


@transaction.atomic
def _hold(batch: Sequence[Delivery], until: datetime) -> None:
    """Have mails wait for their digest."""
    free = lock(Delivery.objects.waiting().filter(pk__in=keys_of(batch)))
    Delivery.objects.filter(pk__in=free).update(next_attempt_at=until)


def _claim(batch: Sequence[Delivery], *, at: datetime) -> list[Delivery]:
    """Take the whole batch or nothing, if another worker was faster with any of it."""
    digest = batch[0].digest or (batch[0].key if len(batch) > 1 else None)
    if not claim(Delivery.objects.all(), batch, at=at, digest=digest):
        return []
    claimed = Delivery.objects.filter(pk__in=keys_of(batch)).select_related("notice__recipient").order_by("pk")
    return list(claimed)


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


@transaction.atomic
def catch_up(*, at: datetime) -> int:
    """For every minute: claims of dead workers become uncertain, and what is due gets a job; returns how many are due.

    Due are back-offs and digests whose time has come, and deliveries whose job was lost.
    """
    abandon(Delivery.objects.all(), at=at)
    abandon(OutsideMail.objects.all(), at=at)
    due = due_count(Delivery.objects.all(), at=at) + due_count(OutsideMail.objects.all(), at=at)
    if due:
        enqueue(kind=DELIVER, dedupe=DELIVER)
    return due
