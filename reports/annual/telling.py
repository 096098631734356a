"""Who is told of the days of annual reports (条例§49): 31 January for bodies, 31 March for governments."""

from datetime import date, datetime
from functools import partial

from django.urls import reverse
from django.utils import timezone

from accounts.models import Department, User
from accounts.roles import Role
from accounts.rules import people_with_role
from disclosure.deadlines import FixedDay, annual_report_days
from notices import kinds
from notices.reminders import LATE, step_of
from notices.services import Message, notify, notify_all
from reports.annual.selectors import reporting, unpublished
from reports.models import AnnualReport, ReportEvent
from reports.owners import owners_of, supervisors
from reports.reminders import begin_reminders
from workdays.arithmetic import Calendar
from workdays.selectors import current_calendar

JOB = "annual_report_reminders"
TO_SIGN, SENT_BACK = "annual_report_to_sign", "annual_report_sent_back"
DUE, OVERDUE = "annual_report_due", "annual_report_overdue"
CONSOLIDATED_DUE, CONSOLIDATED_OVERDUE = "consolidated_report_due", "consolidated_report_overdue"
# Working days left: conventions of this portal, no article names them.
REMINDED_AT = (20, 10, 5, 2, 0)
begin = partial(begin_reminders, JOB)


def register_kinds() -> None:
    """Once, when the room is ready."""
    kinds.register(TO_SIGN, "年度报告待签发")
    kinds.register(SENT_BACK, "年度报告退回修改")
    kinds.register(DUE, "年度报告公布期限将至", is_optional=True)
    kinds.register(OVERDUE, "年度报告已经超过公布期限")
    kinds.register(CONSOLIDATED_DUE, "汇总年度报告公布期限将至", is_optional=True)
    kinds.register(CONSOLIDATED_OVERDUE, "汇总年度报告已经超过公布期限")


def tell_signers(report: AnnualReport, *, actor: User, at: datetime) -> None:
    """A report is checked off: who signs it hears of it, but for who checked it off."""
    people = supervisors() if report.is_consolidated else people_with_role(Role.OFFICE_HEAD, report.department)
    notify(
        recipients=[person for person in people if person.pk != actor.pk],
        kind=TO_SIGN,
        subject=report,
        title=f"请签发：{report.title}",
        text="报告已经核对定稿，请审阅后签发、公布，或者退回修改。",
        url=reverse("reports_desk:annual_one", args=[report.pk]),
        at=at,
        step=_times(report),
    )


def tell_writer(report: AnnualReport, *, actor: User, at: datetime) -> None:
    """A report is sent back: who began it hears of it."""
    notify(
        recipients=[] if report.started_by_id == actor.pk else [report.started_by],
        kind=SENT_BACK,
        subject=report,
        title=f"退回修改：{report.title}",
        text="负责人没有签发，意见写在报告页的上方。修改以后重新核对定稿。",
        url=reverse("reports_desk:annual_one", args=[report.pk]),
        at=at,
        step=_times(report),
    )


def _times(report: AnnualReport) -> int:
    """How much was done to it so far: what is told again is told of another step."""
    return ReportEvent.objects.filter(subject_type=report._meta.label_lower, subject_id=report.pk).count()


def remind(*, at: datetime) -> int:
    """条例§49: tell the offices whose report of the last year is not public yet, at most one message a step; may be
    repeated. How many were told."""
    today, calendar = timezone.localdate(at), current_calendar()
    own, whole = annual_report_days(today.year, calendar)
    told = _remind(own, today, calendar, is_consolidated=False, at=at)
    return told + _remind(whole, today, calendar, is_consolidated=True, at=at)


def _remind(
    day: FixedDay,
    today: date,
    calendar: Calendar,
    *,
    is_consolidated: bool,
    at: datetime,
) -> int:
    step = step_of(day.on, today, calendar, REMINDED_AT)
    if step is None:
        return 0
    year, left = day.on.year - 1, max(0, calendar.workdays_between(today, day.on)) if step != LATE else 0
    missing = list(unpublished(reporting(is_consolidated=is_consolidated), year, is_consolidated=is_consolidated))
    people = dict.fromkeys((body.pk for body in missing), supervisors()) if is_consolidated else _offices(missing)
    messages = [
        _message(
            recipients=people[body.pk],
            body=body,
            year=year,
            due_on=day.on,
            step=None if step == LATE else step,
            left=left,
            is_consolidated=is_consolidated,
        )
        for body in missing
    ]
    due, late = (CONSOLIDATED_DUE, CONSOLIDATED_OVERDUE) if is_consolidated else (DUE, OVERDUE)
    return len(notify_all(kind=late if step == LATE else due, messages=messages, at=at)) if messages else 0


def _offices(bodies: list[Department]) -> dict[int, list[User]]:
    """条例§49: officers and head of each body's office."""
    return {key: owners.everybody for key, owners in owners_of(bodies).items()}


def _message(
    *,
    recipients: list[User],
    body: Department,
    year: int,
    due_on: date,
    step: int | None,
    left: int,
    is_consolidated: bool,
) -> Message:
    words = "已经超过公布期限" if step is None else f"还剩 {left} 个工作日" if left else "今天到期"
    return Message(
        recipients=recipients,
        subject=body,
        title=f"{body.name}{year}年度报告{'（汇总）' if is_consolidated else ''}{words}",
        text=f"应当在{due_on.year}年{due_on.month}月{due_on.day}日前公布（条例第四十九条）。",
        url=f"{reverse('reports_desk:annual')}?year={year}",
        due_on=due_on,
        step=step,
    )
