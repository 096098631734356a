"""How anything leaves: claimed in a committed step, handed over, its end recorded (rulings 26).

A claim that nobody finished is `uncertain` and never resent by itself. Shared by messages to accounts (`notices.delivery`)
and mails to people without one (`notices.outside`).
"""

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import transaction
from django.db.models import F

from notices.channels import Later, Never, Unknown
from notices.models import DeliveryState, Outgoing, OutgoingQuerySet
from notices.pacing import next_attempt_at

CLAIM_HOLDS = timedelta(minutes=10)
ERROR_LENGTH = 300
NOBODY_ANSWERED = "发送进程中断，不能确定对方是否已经收到；不会自动重发"
REMARK = re.compile(r"〔[^〕]*〕")  # who had it sent once more, at the beginning of `error`
logger = structlog.get_logger(__name__)


def keys_of(batch: Iterable[Outgoing]) -> list[int]:
    """Primary keys."""
    return [row.pk for row in batch]


def lock(rows: OutgoingQuerySet[Any]) -> list[int]:
    """Keys of those rows that nobody else holds now, locked for this transaction.

    Never waits: two workers that wait with locks in hand block each other, and the one that the database then breaks
    off may be the one that has just sent something.
    """
    return list(rows.select_for_update(skip_locked=True).order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def claim(rows: OutgoingQuerySet[Any], wanted: Sequence[Outgoing], *, at: datetime, **changes: Any) -> bool:
    """Take all of ``wanted`` or nothing, if another worker was faster with any of it; ``rows`` are all of their model."""
    keys = keys_of(wanted)
    if len(lock(rows.waiting().filter(pk__in=keys))) != len(keys):
        return False
    rows.filter(pk__in=keys).update(state=DeliveryState.SENDING, claimed_at=at, attempts=F("attempts") + 1, **changes)
    return True


def hand_over(
    batch: Sequence[Outgoing], send: Callable[[], None], *, at: datetime, words_of: Callable[[Exception], str] = str
) -> None:
    """Have ``send`` give a claimed batch to its channel and record how that ended, in the words of ``words_of``."""
    try:
        send()
    except Later as reason:
        again = next_attempt_at(attempts=max(row.attempts for row in batch), at=at)
        if again:
            _record(batch, DeliveryState.QUEUED, error=words_of(reason), next_attempt_at=again)
        else:
            _record(batch, DeliveryState.FAILED, error=words_of(reason))
    except Never as reason:
        _record(batch, DeliveryState.FAILED, error=words_of(reason))
    except Unknown as reason:
        _record(batch, DeliveryState.UNCERTAIN, error=words_of(reason))
    else:
        _record(batch, DeliveryState.SENT, error="", sent_at=at)


def _record(batch: Sequence[Outgoing], state: DeliveryState, *, error: str, **changes: datetime) -> None:
    """Write the end of an attempt, unless the claim ran out meanwhile: then it stays uncertain."""
    end(batch, state, error=error, **changes)
    if error:
        what = type(batch[0])._meta.label_lower
        logger.warning("notice_not_sent", what=what, state=state.value, error=error, deliveries=keys_of(batch))


@transaction.atomic
def end(rows: Iterable[Outgoing], state: DeliveryState, *, error: str, **changes: datetime) -> None:
    """Write how an attempt of rows of one model ended, unless the claim ran out; who had it sent again stays in front."""
    remarks: dict[tuple[type[Outgoing], str], list[int]] = {}
    for row in rows:
        found = REMARK.match(row.error)
        remarks.setdefault((type(row), found.group() if found else ""), []).append(row.pk)
    for (model, remark), keys in remarks.items():
        mine = model._default_manager.filter(pk__in=keys, state=DeliveryState.SENDING)
        mine.update(state=state, error=(remark + error)[:ERROR_LENGTH], **changes)


@transaction.atomic
def abandon(rows: OutgoingQuerySet[Any], *, at: datetime) -> None:
    """Claims of dead workers become uncertain."""
    abandoned = lock(rows.filter(state=DeliveryState.SENDING, claimed_at__lt=at - CLAIM_HOLDS))
    end(rows.filter(pk__in=abandoned), DeliveryState.UNCERTAIN, error=NOBODY_ANSWERED)


def due_count(rows: OutgoingQuerySet[Any], *, at: datetime) -> int:
    """How many are to be handed over now, at most 1000."""
    return len(rows.due(at).values_list("pk")[:1000])
