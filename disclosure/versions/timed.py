"""What happens to versions when time passes: the hour of publication, a calendar that changed, a due day that comes."""

from datetime import datetime

import structlog
from django.db.models import Q, QuerySet
from django.utils import timezone

from disclosure.models import Revision
from disclosure.services import system_actor
from disclosure.states import OPEN_STATES, RevisionState
from disclosure.versions.dues import count_due
from disclosure.versions.services import publish_on_time
from disclosure.versions.telling import OVERDUE, REMINDED_AT, remind_of
from jobs.models import Job
from jobs.services import enqueue
from notices.reminders import too_early_from
from notices.selectors import told
from workdays.selectors import calendar_version, current_calendar
from workflow.services import Refused

logger = structlog.get_logger(__name__)
MOST_A_RUN, MOST_TRIED = 50, 500
REMIND = "remind_of_due_days"
REMIND_FROM_HOUR = 8
REMINDED_AT_ONCE = 100


def publish_due(*, at: datetime) -> int:
    """Publish what was signed for an hour that has come; policies before the interpretations that go with them.

    Run every minute, catches up after a pause and never twice: each is a move of its own. One that cannot be published
    is logged and keeps nobody else waiting. Returns how many.
    """
    due = Revision.objects.filter(state=RevisionState.SCHEDULED, publish_at__lte=at).order_by("publish_at", "id")
    light = due.only("state", "publish_at", "interprets_id")[:MOST_TRIED]
    done = 0
    for row in sorted(light, key=lambda row: row.interprets_id is not None):
        done += _publish(row, at)
        if done == MOST_A_RUN:
            break
    return done


def _publish(row: Revision, at: datetime) -> bool:
    try:
        publish_on_time(actor=system_actor(), revision=row, at=at)
    except Refused as reason:
        logger.warning("scheduled_publication_refused", revision=row.pk, reason=str(reason))
        return False
    except Exception:
        logger.exception("scheduled_publication_failed", revision=row.pk)
        return False
    return True


def recount(*, at: datetime) -> int:
    """条例§26: due days of open versions counted with an older calendar, counted again (rulings 10); how many."""
    version = calendar_version()
    old = Revision.objects.filter(state__in=OPEN_STATES).exclude(due_version=version).order_by("id")[:200]
    for row in old:
        count_due(row)
    return len(old)


def begin_reminders(*, at: datetime) -> bool:
    """Put down the day's reminders once, from eight in the morning; every minute one look at an index."""
    local = timezone.localtime(at)
    day = local.date().isoformat()
    if local.hour < REMIND_FROM_HOUR or Job.objects.filter(kind=REMIND, subject=day).exists():
        return False
    enqueue(kind=REMIND, subject=day, dedupe=REMIND)
    return True


def remind(*, after: int, at: datetime) -> int | None:
    """条例§26: reminders of the next open versions after key ``after``; the last key looked at, None at the end.

    Safe to repeat: `notify` tells once. One that fails is logged and keeps nobody else waiting.
    """
    calendar = current_calendar()
    rows = list(_near_or_late(at).filter(pk__gt=after)[:REMINDED_AT_ONCE])
    for row in rows:
        try:
            remind_of(row, calendar, at=at)
        except Exception:
            logger.exception("reminder_failed", revision=row.pk)
    return rows[-1].pk if len(rows) == REMINDED_AT_ONCE else None


def _near_or_late(at: datetime) -> QuerySet[Revision]:
    """Open versions whose due day is near, or over and nobody was told of it."""
    today = timezone.localdate(at)
    found = Revision.objects.filter(
        state__in=OPEN_STATES, due_on__lt=too_early_from(today, current_calendar(), REMINDED_AT)
    )
    fresh = found.alias(told=told(Revision, OVERDUE, due="due_on")).filter(Q(due_on__gte=today) | Q(told=False))
    light = fresh.select_related("department", "written_by").defer("html", "text", "content", "elements")
    return light.order_by("pk")
