"""Who is told what of plans and tasks: bodies what they have to do and by when, the department in charge what is done."""

from collections.abc import Iterable, Sequence
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
from notices.services import Message, notify, notify_all
from reports.models import ReportEvent, Task, WorkPlan
from reports.owners import Owners, owners_of, supervisors
from reports.plans.briefings import Short, short_soon
from reports.plans.states import CANCEL, CONFIRM, MOVE_DEADLINE, QUARTER_WORDS, REOPEN, REPORT_DONE, SEND_BACK, TASKS
from workdays.arithmetic import Calendar
from workdays.due import written
from workdays.selectors import current_calendar

ISSUED, REPORTED, RETURNED = "plan_issued", "task_reported", "task_returned"
CHANGED, CONFIRMED = "task_changed", "task_confirmed"
DUE_SOON, OVERDUE, QUOTA = "task_due_soon", "task_overdue", "briefing_quota"
# Working days left: a convention of this portal, no article names them.
REMINDED_AT = (10, 5, 2, 0)
QUOTA_WORKDAYS = 10
BODIES_TOLD = {SEND_BACK: RETURNED, REOPEN: RETURNED, CONFIRM: CONFIRMED, CANCEL: CHANGED, MOVE_DEADLINE: CHANGED}
logger = structlog.get_logger(__name__)


def register_kinds() -> None:
    """Once, when the room is ready."""
    kinds.register(ISSUED, "印发的计划列有本机关的任务")
    kinds.register(REPORTED, "任务等待确认办结", is_optional=True)
    kinds.register(RETURNED, "任务被退回，或者撤销办结确认")
    kinds.register(CHANGED, "任务调整期限或者取消")
    kinds.register(CONFIRMED, "任务确认办结", is_optional=True)
    kinds.register(DUE_SOON, "任务期限将至", is_optional=True)
    kinds.register(OVERDUE, "任务已经超期")
    kinds.register(QUOTA, "新闻发布未达计划场次")


def url_of(task: Task) -> str:
    """The task at the desk."""
    return reverse("reports_desk:task", args=[task.pk])


# --- steps -------------------------------------------------------------------------------------------------------------


def tell_issued(plan: WorkPlan, *, at: datetime) -> None:
    """条例§3: each body with something to do hears of the plan, in the transaction of its issue."""
    bodies = _bodies_of(plan.tasks.all())
    people = {person for owners in owners_of(bodies).values() for person in owners.everybody}
    notify(
        recipients=sorted(people, key=lambda person: person.pk),
        kind=ISSUED,
        subject=plan,
        title=f"已印发：{plan.title}",
        text="计划列有本机关牵头或者参加的任务，请查看各项任务的期限，按期推进并报告进展。",
        url=reverse("reports_desk:plan", args=[plan.pk]),
        at=at,
    )


def tell_step(event: ReportEvent, task: Task, words: str, *, at: datetime) -> None:
    """Notices of one step of a task, in its transaction; the event is their subject, so that each step tells once."""
    label = TASKS.actions[event.action]
    if event.action == REPORT_DONE:
        recipients, kind = supervisors(), REPORTED
    else:
        owners = owners_of(_bodies_of([task]))
        recipients, kind = [person for each in owners.values() for person in each.everybody], BODIES_TOLD[event.action]
    notify(
        recipients=[person for person in dict.fromkeys(recipients) if person.pk != event.actor_id],
        kind=kind,
        subject=event,
        title=f"{label}：{task}",
        text=f"{event.actor}办理了“{label}”" + (f"：{words}" if words else "。"),
        url=url_of(task),
        at=at,
    )


def _bodies_of(tasks: Iterable[Task]) -> list[int]:
    """Keys of the bodies that lead or take part."""
    keys = {task.pk: task.lead_id for task in tasks}
    through = Task.responsible.through.objects.filter(task_id__in=list(keys))
    return sorted({*keys.values(), *through.values_list("department_id", flat=True)})


# --- reminders ---------------------------------------------------------------------------------------------------------


def remind(*, at: datetime) -> int:
    """条例§47: reminders of tasks whose day is near or over, and of quarters that end with too few briefings.

    May be repeated, and made up for after a standstill: nobody is told the same twice. Returns how many were told.
    """
    today, calendar = timezone.localdate(at), current_calendar()
    found = Task.objects.under_way().filter(due_on__lt=too_early_from(today, calendar, REMINDED_AT))
    fresh = found.alias(told=told(Task, OVERDUE, due="due_on")).filter(Q(due_on__gte=today) | Q(told=False))
    rows = list(fresh.select_related("plan").prefetch_related("responsible").order_by("pk"))
    short = short_soon(today, calendar, QUOTA_WORKDAYS)
    people = owners_of({task.lead_id for task in rows} | {body.pk for task in rows for body in task.responsible.all()}
                       | {each.task.lead_id for each in short})  # fmt: skip
    in_charge = supervisors()
    late = [_late(task, people, in_charge) for task in rows if task.due_on < today]
    soon = [message for task in rows if (message := _soon(task, people, today, calendar))]
    quotas = [_quota(each, people) for each in short]
    return _tell(OVERDUE, late, at) + _tell(DUE_SOON, soon, at) + _tell(QUOTA, quotas, at)


def _soon(task: Task, people: dict[int, Owners], today: date, calendar: Calendar) -> Message | None:
    step = step_of(task.due_on, today, calendar, REMINDED_AT)
    if step is None or step == LATE:
        return None
    bodies = [task.lead_id, *(body.pk for body in task.responsible.all())]
    return Message(
        recipients=dict.fromkeys(person for key in bodies for person in people[key].everybody),
        subject=task,
        title=f"任务期限{clock_of(task.due_on, today, calendar).words}：{task}",
        text=f"{task.plan.title}。请在期限前完成并报告进展；完成后由牵头机关报告办结。",
        url=url_of(task),
        due_on=task.due_on,
        step=step,
    )


def _late(task: Task, people: dict[int, Owners], in_charge: Sequence[User]) -> Message:
    """To the head of the body that leads, its officers while there is no head, and the department in charge."""
    owners = people[task.lead_id]
    return Message(
        recipients=dict.fromkeys([*(owners.heads or owners.officers), *in_charge]),
        subject=task,
        title=f"任务已经超期：{task}",
        text=f"{task.plan.title}。期限为{written(task.due_on)}，牵头机关尚未报告办结。",
        url=url_of(task),
        due_on=task.due_on,
    )


def _quota(short: Short, people: dict[int, Owners]) -> Message:
    task, quarter = short.task, short.quarter
    return Message(
        recipients=people[task.lead_id].everybody,
        subject=task,
        title=f"到{QUARTER_WORDS[quarter.quarter]}末计划举办新闻发布 {short.planned} 场，已举办 {short.held} 场：{task}",
        text=f"本季度到{written(quarter.ends_on)}结束，请按计划举办；已经举办的，请登记日期和主题。",
        url=url_of(task),
        due_on=quarter.ends_on,
    )


def _tell(kind: str, messages: Sequence[Message], at: datetime) -> int:
    """A batch at once; if that fails one by one, so that a faulty one is logged and keeps nobody else waiting."""
    if not messages:
        return 0
    try:
        return len(notify_all(kind=kind, messages=messages, at=at))
    except Exception:
        logger.exception("reminders_failed", kind=kind)
    return sum(_tell_one(kind, message, at) for message in messages)


def _tell_one(kind: str, message: Message, at: datetime) -> int:
    try:
        return len(notify_all(kind=kind, messages=[message], at=at))
    except Exception:
        logger.exception("reminder_failed", kind=kind, task=message.subject.pk)
        return 0
