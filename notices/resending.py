"""Sending once more by hand what failed or ended unknown (rulings 26: never by itself).

The identity (Message-ID, Idempotency-Key) stays, so that a mail server or gateway that did take it can tell. Who had it
done and when stands at the beginning of `Delivery.error`, whatever becomes of it, and in the log.
"""

from datetime import datetime

import structlog
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.rules import is_system_admin
from jobs.services import enqueue
from notices.handing_over import ERROR_LENGTH, REMARK
from notices.models import RESENDABLE, Delivery, DeliveryState
from notices.services import DELIVER
from workflow.services import WrongState

logger = structlog.get_logger(__name__)


@transaction.atomic
def resend(*, actor: User, delivery: Delivery, at: datetime) -> int:
    """Put a delivery back into the outbox, with all that went in the same mail; returns how many.

    PermissionDenied for everybody but system administrators; WrongState when it is on its way or was sent.
    """
    if not is_system_admin(actor):
        raise PermissionDenied("只有系统管理员可以重新发送。")
    rows = list(Delivery.objects.together_with(delivery).select_for_update().order_by("pk"))
    wanted = [row for row in rows if row.state in RESENDABLE]
    if delivery.pk not in [row.pk for row in wanted]:
        state = DeliveryState(next(row.state for row in rows if row.pk == delivery.pk))
        raise WrongState(f"该消息现在是“{state.label}”，不需要重新发送。")
    for row in wanted:
        logger.info("notice_resent", delivery=row.pk, by=actor.pk, was=row.state, attempts=row.attempts)
        row.error = _remark(actor, row, at) + REMARK.sub("", row.error, count=1)
        row.error, row.state = row.error[:ERROR_LENGTH], DeliveryState.QUEUED
        row.attempts, row.next_attempt_at = 0, at
    Delivery.objects.bulk_update(wanted, ["error", "state", "attempts", "next_attempt_at"])
    enqueue(kind=DELIVER, dedupe=f"{DELIVER}:{delivery._meta.label_lower}:{delivery.pk}")
    return len(wanted)


def _remark(actor: User, row: Delivery, at: datetime) -> str:
    who = str(actor).translate({ord("〔"): None, ord("〕"): None})
    return f"〔{who}于{timezone.localtime(at):%Y-%m-%d %H:%M}重新发送，此前{row.get_state_display()}〕"
