"""What happens to versions when time passes: the hour of publication, a calendar that changed."""

from datetime import datetime

import structlog

from disclosure.models import Revision
from disclosure.services import system_actor
from disclosure.states import OPEN_STATES, RevisionState
from disclosure.versions.services import count_due, publish_on_time
from workdays.selectors import calendar_version
from workflow.services import Refused

logger = structlog.get_logger(__name__)
MOST_A_RUN = 50


def publish_due(*, at: datetime) -> int:
    """Publish what was signed for an hour that has come; policies before the interpretations that go with them.

    Run every minute, catches up after a pause and never twice: each is a move of its own. Returns how many.
    """
    due = Revision.objects.filter(state=RevisionState.SCHEDULED, publish_at__lte=at).order_by("publish_at", "id")
    rows = sorted(due[:MOST_A_RUN], key=lambda row: row.interprets_id is not None)
    done = 0
    for row in rows:
        try:
            publish_on_time(actor=system_actor(), revision=row, at=at)
            done += 1
        except Refused as reason:
            logger.warning("scheduled_publication_refused", revision=row.pk, reason=str(reason))
    return done


def recount(*, at: datetime) -> int:
    """条例§26: due days of open versions counted with an older calendar, counted again (rulings 10); how many."""
    version = calendar_version()
    old = Revision.objects.filter(state__in=OPEN_STATES).exclude(due_version=version).order_by("id")[:200]
    for row in old:
        count_due(row)
    return len(old)
