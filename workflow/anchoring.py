"""Signed anchors over all events, and the check of chains and anchors."""

import hmac
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import structlog
from django.apps import apps
from django.conf import settings
from django.db import connection, transaction
from django.utils.crypto import salted_hmac

from workflow.evidence import GENESIS, canonical, digest
from workflow.models import Anchor, Event

logger = structlog.get_logger(__name__)
_CHUNK = 2000


@dataclass(frozen=True, slots=True)
class Fault:
    """The first row that does not fit; the text (Chinese) names it."""

    row: str
    text: str


def event_models() -> list[type[Event]]:
    """Every concrete event model of the installed apps, by name."""
    return sorted((m for m in apps.get_models() if issubclass(m, Event)), key=_label)


def _label(model: type[Event]) -> str:
    return model._meta.label_lower


def anchor_heads(*, at: datetime, models: Sequence[type[Event]] | None = None) -> Anchor:
    """Sign everything recorded up to now. Called hourly; again in the same hour it gives the anchor there is."""
    last: Anchor | None = Anchor.objects.order_by("number").last()
    if last and last.at.replace(minute=0, second=0, microsecond=0) == at.replace(minute=0, second=0, microsecond=0):
        return last
    chosen = event_models() if models is None else models
    ends = _last_ids(chosen)
    before = last.heads if last else {}
    heads = {_label(m): _head(m, before.get(_label(m), {}).get("last_id", 0), ends[_label(m)]) for m in chosen}
    anchor = Anchor(
        number=last.number + 1 if last else 1,
        at=at,
        heads=heads,
        previous_signature=last.signature if last else GENESIS,
    )
    anchor.signature = _signature(anchor, settings.SECRET_KEY)
    anchor.save()
    # In the log as well: there it is out of reach of whoever can write to the database.
    logger.info("records_anchored", number=anchor.number, signature=anchor.signature, heads=heads)
    return anchor


@transaction.atomic
def _last_ids(models: Sequence[type[Event]]) -> dict[str, int]:
    """Last id of each table with no smaller one still to come.

    PostgreSQL hands out ids before commit, so running writers are waited for; SQLite has one writer at a time.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            for model in models:
                cursor.execute(f"LOCK TABLE {connection.ops.quote_name(model._meta.db_table)} IN SHARE MODE")
    return {_label(m): m._base_manager.order_by("-pk").values_list("pk", flat=True).first() or 0 for m in models}


def _head(model: type[Event], after: int, until: int) -> dict[str, Any]:
    rows = model._base_manager.filter(pk__gt=after, pk__lte=until).order_by("pk").values_list("pk", "hash")
    count, running = 0, GENESIS
    for pk, event_hash in rows.iterator(chunk_size=_CHUNK):
        count, running = count + 1, digest(f"{running}{pk}:{event_hash}")
    return {"last_id": until, "count": count, "digest": running}


def _signature(anchor: Anchor, key: str | bytes) -> str:
    content = canonical([anchor.number, anchor.at.astimezone(UTC).isoformat(), anchor.heads, anchor.previous_signature])
    return salted_hmac("workflow.anchor", content, secret=key, algorithm="sha256").hexdigest()


def first_fault(models: Sequence[type[Event]] | None = None) -> Fault | None:
    """Check every chain and every anchor; the first row that does not fit, None when all do."""
    chosen = event_models() if models is None else models
    for model in chosen:
        if fault := next(_chain_faults(model), None):
            return fault
    return next(_anchor_faults({_label(m): m for m in chosen}), None)


def _chain_faults(model: type[Event]) -> Iterator[Fault]:
    events = model._base_manager.order_by("subject_type", "subject_id", "number")
    before: Event | None = None
    for event in events.iterator(chunk_size=_CHUNK):
        follows = before is not None and (before.subject_type, before.subject_id) == (
            event.subject_type,
            event.subject_id,
        )
        number, previous = (before.number + 1, before.hash) if before and follows else (1, GENESIS)
        row = f"{_label(model)} {event.pk}（{event.subject_type}:{event.subject_id} 第 {event.number} 号）"
        if event.number != number:
            yield Fault(row, f"序号不连续：应为第 {number} 号")
        if event.previous_hash != previous:
            yield Fault(row, "与前一条记录不衔接")
        if event.hash != event.computed_hash():
            yield Fault(row, "内容与摘要不符")
        before = event


def _anchor_faults(models: dict[str, type[Event]]) -> Iterator[Fault]:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    previous, ends = GENESIS, dict.fromkeys(models, 0)
    anchors = Anchor.objects.order_by("number").iterator(chunk_size=_CHUNK)
    for number, anchor in enumerate(anchors, start=1):
        row = f"workflow.anchor {anchor.number}"
        if anchor.number != number or anchor.previous_signature != previous:
            yield Fault(row, "与前一锚点不衔接")
        if not any(hmac.compare_digest(anchor.signature, _signature(anchor, key)) for key in keys):
            yield Fault(row, "签名不符")
        for label in anchor.heads.keys() & models.keys():
            wanted = anchor.heads[label]
            found = _head(models[label], ends[label], wanted["last_id"])
            if found != wanted:
                yield Fault(row, f"{label} 第 {ends[label] + 1} 至 {wanted['last_id']} 行：应有 {wanted['count']} 条，"
                                 f"现有 {found['count']} 条，或内容已变")  # fmt: skip
            ends[label] = wanted["last_id"]
        previous = anchor.signature
