"""Who hears of problems, and who is reminded of their day (条例§47)."""

from collections.abc import Iterable
from datetime import date, datetime

import structlog
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from disclosure.versions.clocks import clock_of
from notices import kinds
from notices.reminders import LATE, step_of, too_early_from
from notices.selectors import told
from notices.services import notify
from reports.models import Problem
from reports.owners import people_of, supervisors
from reports.problems.states import ProblemState
from workdays.arithmetic import Calendar
from workdays.due import written
from workdays.selectors import current_calendar

OPENED, REPORTED, SENT_BACK, CLOSED, DUE_SOON, OVERDUE = (
    f"problem_{word}" for word in ("opened", "reported", "sent_back", "closed", "due_soon", "overdue")
)
REMINDED_AT = (5, 2, 0)  # working days left
AT_ONCE = 200
logger = structlog.get_logger(__name__)


def register_kinds() -> None:
    """Once, when the room is ready."""
    kinds.register(OPENED, "列入问题台账")
    kinds.register(REPORTED, "问题整改情况待核")
    kinds.register(SENT_BACK, "问题退回整改")
    kinds.register(CLOSED, "问题销账", is_optional=True)
    kinds.register(DUE_SOON, "问题整改期限将至", is_optional=True)
    kinds.register(OVERDUE, "问题超过整改期限")


def _tell(
    people: Iterable[User],
    kind: str,
    row: Problem,
    *,
    title: str,
    text: str,
    at: datetime,
    due_on: date | None = None,
    step: int | None = None,
) -> None:
    notify(
        recipients=people,
        kind=kind,
        subject=row,
        title=f"{title}：{row.text}",
        text=text,
        url=reverse("reports_desk:problem", args=[row.pk]),
        at=at,
        due_on=due_on,
        step=step,
    )


def tell_opened(row: Problem, *, at: datetime, is_new: bool = True) -> None:
    """The body hears what is wrong and until when."""
    title = "列入问题台账" if is_new else "整改要求有修改"
    words = f"请在{written(row.due_on)}前整改，并由公开机构负责人报告整改情况。"
    _tell(people_of(row.department), OPENED, row, title=title, text=words, at=at, due_on=row.due_on, step=row.edition)


def tell_reported(row: Problem, *, at: datetime) -> None:
    """The department in charge looks."""
    title = f"{row.department}报告整改情况"
    words = "请核实后销账，或者退回整改。"
    _tell(supervisors(), REPORTED, row, title=title, text=words, at=at, step=row.edition)


def tell_sent_back(row: Problem, *, at: datetime) -> None:
    """Not enough."""
    words = f"请按退回意见继续整改，期限为{written(row.due_on)}。"
    _tell(people_of(row.department), SENT_BACK, row, title="退回整改", text=words, at=at, step=row.edition)


def tell_closed(row: Problem, *, at: datetime) -> None:
    """Over, one way or the other."""
    words, title = "本问题不再需要整改。", row.get_state_display()
    _tell(people_of(row.department), CLOSED, row, title=title, text=words, at=at, step=row.edition)


def remind(*, at: datetime, after: int = 0) -> int | None:
    """条例§47: the day's reminders of the next open problems by key; the last key looked at, None at the end.

    Who was told is not told again; one that fails is logged and keeps nobody else waiting.
    """
    today, calendar = timezone.localdate(at), current_calendar()
    due = Problem.objects.filter(state=ProblemState.OPEN, due_on__lt=too_early_from(today, calendar, REMINDED_AT))
    fresh = due.alias(told=told(Problem, OVERDUE, due="due_on")).filter(Q(due_on__gte=today) | Q(told=False))
    rows = list(fresh.filter(pk__gt=after).select_related("department").order_by("pk")[:AT_ONCE])
    for row in rows:
        try:
            _remind_of(row, calendar, at=at)
        except Exception:
            logger.exception("reminder_failed", problem=row.pk)
    return rows[-1].pk if len(rows) == AT_ONCE else None


def _remind_of(row: Problem, calendar: Calendar, *, at: datetime) -> None:
    today = timezone.localdate(at)
    step = step_of(row.due_on, today, calendar, REMINDED_AT)
    if step is None:
        return
    is_late = step == LATE
    title = "已经超过整改期限" if is_late else f"整改期限{clock_of(row.due_on, today, calendar).words}"
    people = people_of(row.department) + (supervisors() if is_late else [])
    words = f"整改期限为{written(row.due_on)}，请由公开机构负责人报告整改情况。"
    kind = OVERDUE if is_late else DUE_SOON
    _tell(people, kind, row, title=title, text=words, at=at, due_on=row.due_on, step=None if is_late else step)
