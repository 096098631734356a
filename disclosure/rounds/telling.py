"""Who is told that a round must come to its end: those who run it in the department."""

from datetime import datetime

import structlog
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from accounts.models import Department, User
from accounts.rules import people_with_role
from disclosure.models import Round
from disclosure.rounds.rules import SIGNERS
from disclosure.rounds.states import RoundState
from disclosure.versions.clocks import clock_of
from notices import kinds
from notices.reminders import LATE, step_of, too_early_from
from notices.selectors import told
from notices.services import notify
from workdays.arithmetic import Calendar
from workdays.selectors import current_calendar

DUE_SOON, OVERDUE = "round_due_soon", "round_overdue"
# Working days left: a convention of this portal, no article names them.
REMINDED_AT = (10, 0)
logger = structlog.get_logger(__name__)


def register_kinds() -> None:
    """Once, when the room is ready."""
    kinds.register(DUE_SOON, "清理、评估办结期限将至", is_optional=True)
    kinds.register(OVERDUE, "清理、评估已经超过办结期限")


def remind(*, at: datetime) -> None:
    """条例§18: reminders of open rounds, at most one of a kind in a department; may be repeated.

    One that fails is logged and keeps nobody else waiting.
    """
    today, calendar = timezone.localdate(at), current_calendar()
    found = Round.objects.filter(state=RoundState.OPEN, closes_on__lt=too_early_from(today, calendar, REMINDED_AT))
    fresh = found.alias(told=told(Round, OVERDUE, due="closes_on")).filter(Q(closes_on__gte=today) | Q(told=False))
    for row in fresh.select_related("department").order_by("pk"):
        try:
            _remind_of(row, calendar, at=at)
        except Exception:
            logger.exception("reminder_failed", round=row.pk)


def _remind_of(row: Round, calendar: Calendar, *, at: datetime) -> None:
    today = timezone.localdate(at)
    step = step_of(row.closes_on, today, calendar, REMINDED_AT) if row.closes_on else None
    if step is None:
        return
    is_late = step == LATE
    words = "已经超过办结期限" if is_late else f"办结期限{clock_of(row.closes_on, today, calendar).words}"
    notify(
        recipients=people_running_rounds_in(row.department),
        kind=OVERDUE if is_late else DUE_SOON,
        subject=row,
        title=f"{words}：{row.title}",
        text="请核对尚未作出结论的文件，全部有结论后办结。",
        url=reverse("disclosure:round", args=[row.pk]),
        at=at,
        due_on=row.closes_on,
        step=None if is_late else step,
    )


def people_running_rounds_in(department: Department) -> list[User]:
    """条例§18: who signs in the department; the department in charge looks at its own list."""
    return [person for role in SIGNERS for person in people_with_role(role, department)]
