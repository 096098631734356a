"""Verbs on tasks of issued plans: reporting, correcting, releasing; confirming, sending back, cancelling, moving a day."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import Department, User
from catalog.models import Document
from files.models import StoredFile
from reports import rules as bodies
from reports.models import Progress, Remark, ReportEvent, Task, WorkPlan
from reports.plans import rules
from reports.plans.briefings import quarters_of, share_of
from reports.plans.states import (
    CANCEL,
    CONFIRM,
    CORRECT,
    MOVE_DEADLINE,
    PUBLISH,
    REOPEN,
    REPORT,
    REPORT_DONE,
    SEND_BACK,
    TASKS,
    UNPUBLISH,
    PlanState,
    TaskState,
)
from reports.plans.telling import tell_step
from reports.proofs.services import attach, facts_of
from search.services import record_changes
from workflow.evidence import digest
from workflow.services import Incomplete, Lost, WrongPerson, WrongState, lost, move, record

WHOLE = 100


@dataclass(frozen=True)
class Entry:
    """What somebody reports. ``held_on`` and ``topic`` are of a briefing that took place; ``proofs`` back it."""

    department: Department
    on: date
    text: str
    share: int | None = None
    held_on: date | None = None
    topic: str = ""
    url: str = ""
    document: Document | None = None
    is_public: bool = False
    proofs: Sequence[StoredFile] = ()


# --- what bodies do ----------------------------------------------------------------------------------------------------


@transaction.atomic
def report(*, actor: User, task: Task, entry: Entry, at: datetime) -> Progress:
    """Add what a body did for a task. Entries stand side by side: two people reporting at once lose nothing."""
    locked = _locked(task)
    _check_writer(actor, locked, entry.department)
    if locked.state != TaskState.OPEN:
        raise not_open(locked, "报告进展")
    _check_entry(entry, locked, at)
    row = _written(actor, locked, entry, at)
    _record(actor, locked, REPORT, at, _facts(row, entry))
    _changed(task)
    return row


@transaction.atomic
def report_done(*, actor: User, task: Task, entry: Entry, at: datetime) -> Progress:
    """The body that leads says that the task is done; the department in charge confirms it or sends it back."""
    locked = _locked(task)
    entry = replace(entry, share=None)  # the state says it; sent back, the last figure stands
    _check_writer(actor, locked, entry.department)
    _check_entry(entry, locked, at)
    if task.state == TaskState.OPEN and entry.department.pk != locked.lead_id:
        raise Incomplete("办结由牵头机关报告。")
    row = _written(actor, locked, entry, at)
    changes = {"reported_on": timezone.localdate(at)}
    event = _moved(actor, task, REPORT_DONE, at, _facts(row, entry), changes=changes)
    tell_step(event, task, "", at=at)
    _changed(task)
    return row


@transaction.atomic
def correct(*, actor: User, progress: Progress, entry: Entry, at: datetime) -> Progress:
    """Put an entry right by a further one, which takes its place; the first stays in the record."""
    locked = _locked(progress.task)
    _check_writer(actor, locked, progress.department)
    if locked.state == TaskState.CANCELLED:
        raise WrongState("该任务已取消，进展不再更正。")
    if entry.department.pk != progress.department_id:
        raise Incomplete("更正由原报告机关填写。")
    _check_entry(entry, locked, at)
    try:
        with transaction.atomic():
            row = _written(actor, locked, entry, at, corrects=progress)
    except IntegrityError as error:
        raise Lost("这条进展已经由另一条更正，请刷新后再办。", None) from error
    _record(actor, locked, CORRECT, at, _facts(row, entry) | {"corrects": progress.pk})
    _changed(locked)
    return row


@transaction.atomic
def release(*, actor: User, progress: Progress, is_public: bool, at: datetime) -> None:
    """条例§19, §23: make an entry public, or take it back; citizens read it while the plan's progress is public."""
    if not rules.can_release(actor, progress):
        raise WrongPerson("进展由报告机关或者主管部门公开，您不能办理。")
    if progress.task.plan.state == PlanState.DRAFT:
        raise WrongState("计划印发以后才能公开进展。")
    values: dict[str, Any] = {"published_at": at, "published_by": actor} if is_public else {"published_at": None}
    same = Progress.objects.standing().filter(pk=progress.pk, published_at__isnull=is_public)
    if not same.update(**values):
        raise lost(progress.task, TASKS, ReportEvent)
    _record(actor, progress.task, PUBLISH if is_public else UNPUBLISH, at, {"progress": progress.pk})
    record_changes([])


# --- what the department in charge does --------------------------------------------------------------------------------


@transaction.atomic
def confirm(*, actor: User, task: Task, text: str, at: datetime) -> ReportEvent:
    """条例§47: the task is done."""
    return _examined(actor, task, CONFIRM, text, at, changes={"settled_on": timezone.localdate(at), "share": WHOLE})


@transaction.atomic
def send_back(*, actor: User, task: Task, text: str, at: datetime) -> ReportEvent:
    """条例§47: not done yet, and why; the day stays."""
    event = _examined(actor, task, SEND_BACK, _reason(text), at, changes={"reported_on": None})
    _changed(task)
    return event


@transaction.atomic
def reopen(*, actor: User, task: Task, text: str, at: datetime) -> ReportEvent:
    """条例§47: confirmed by mistake, or not done after all; under way again, with the reason. The day stays."""
    event = _examined(actor, task, REOPEN, _reason(text), at, changes={"reported_on": None, "settled_on": None})
    _changed(task)
    return event


@transaction.atomic
def cancel(*, actor: User, task: Task, text: str, at: datetime) -> ReportEvent:
    """Take a task out of an issued plan, with the reason; it stays listed as cancelled."""
    return _examined(actor, task, CANCEL, _reason(text), at, changes={"settled_on": timezone.localdate(at)})


@transaction.atomic
def move_deadline(*, actor: User, task: Task, due_on: date, text: str, seen: date, at: datetime) -> ReportEvent:
    """Another day for a task under way, with the reason. `Lost` when the day is no more the one ``seen``."""
    locked = _locked(task)
    if not rules.can_draw_up(actor):
        raise WrongPerson("期限由主管部门调整，您不能办理。")
    if locked.state != TaskState.OPEN:
        raise not_open(locked, "调整期限")
    text = _reason(text)
    if due_on == seen:
        raise Incomplete("新的期限与原期限相同。")
    if due_on < timezone.localdate(at):
        raise Incomplete("新的期限不能早于今天。")
    if not locked.plan.year <= due_on.year <= locked.plan.year + 1:
        raise Incomplete(f"期限应在{locked.plan.year}年至{locked.plan.year + 1}年之间。")
    if not Task.objects.filter(pk=task.pk, due_on=seen).update(due_on=due_on, edition=F("edition") + 1):
        raise lost(task, TASKS, ReportEvent, advice="请看过现在的期限再办理。")
    remark = _remark(actor, task, MOVE_DEADLINE, text, at)
    event = _record(actor, task, MOVE_DEADLINE, at, remark | {"from": seen, "to": due_on})
    task.due_on = due_on
    words = f"期限由{seen:%Y-%m-%d}调整为{due_on:%Y-%m-%d}，{text}"
    tell_step(event, task, words, at=at)
    record_changes([])
    return event


def _examined(actor: User, task: Task, action: str, text: str, at: datetime, *, changes: dict[str, Any]) -> ReportEvent:
    _locked(task)
    event = _moved(actor, task, action, at, _remark(actor, task, action, text, at), changes=changes)
    tell_step(event, task, text.strip(), at=at)
    record_changes([])
    return event


# --- what they share ---------------------------------------------------------------------------------------------------


def _locked(task: Task) -> Task:
    """The task as it is now, with its plan, which must be issued. The plan is locked, so that it is not closed meanwhile."""
    plan = WorkPlan.objects.select_for_update().get(pk=task.plan_id)
    if plan.state != PlanState.ISSUED:
        raise WrongState(f"该计划{PlanState(plan.state).label}，其中的任务现在不能办理。")
    return Task.objects.select_related("plan", "lead").get(pk=task.pk)


def not_open(task: Task, doing: str) -> WrongState:
    """Why something cannot be done with a task that is not under way."""
    return WrongState(f"该任务现在是“{TaskState(task.state).label}”，只有“{TaskState.OPEN.label}”时可以{doing}。")


def _check_writer(actor: User, task: Task, department: Department) -> None:
    if department not in [task.lead, *task.responsible.all()] or not bodies.can_write_for(actor, department):
        raise WrongPerson("进展由该任务的牵头机关、责任机关的申请办理或者公开机构负责人填报。")


def _check_entry(entry: Entry, task: Task, at: datetime) -> None:
    today = timezone.localdate(at)
    if not entry.text.strip():
        raise Incomplete("请写明进展。")
    if entry.on > today:
        raise Incomplete("截止日期不能晚于今天。")
    if entry.share is not None and not 0 <= entry.share <= WHOLE:
        raise Incomplete("完成比例应在 0 至 100 之间。")
    if entry.held_on is None and not entry.topic:
        return
    if not task.is_briefing:
        raise Incomplete("只有新闻发布填写发布会的日期和主题。")
    if entry.held_on is None or not entry.topic.strip():
        raise Incomplete("举办了发布会的，日期和主题都要填写。")
    if entry.held_on > today or entry.held_on.year != task.plan.year:
        raise Incomplete(f"发布会日期应在{task.plan.year}年内，并且不晚于今天。")


def _written(actor: User, task: Task, entry: Entry, at: datetime, corrects: Progress | None = None) -> Progress:
    said = {name: value for name, value in vars(entry).items() if name not in ("is_public", "proofs")}
    released = {"published_at": at, "published_by": actor} if entry.is_public else {}
    row = Progress.objects.create(task=task, written_by=actor, at=at, corrects=corrects, **said, **released)
    attach(row, entry.proofs, by=actor, at=at)
    return row


def _changed(task: Task) -> None:
    """Keep the share of the task, and have the public pages made anew."""
    Task.objects.filter(pk=task.pk).update(share=share_now(task))
    task.refresh_from_db(fields=["share"])
    record_changes([])


def share_now(task: Task) -> int:
    """How far a task is: what is confirmed wholly, so is a piece of work that its body says is done; else the briefings
    held, or the last figure of the body that leads."""
    if task.state == TaskState.CONFIRMED or (task.state == TaskState.REPORTED and not task.is_briefing):
        return WHOLE
    if task.is_briefing:
        return share_of(quarters_of([task])[task.pk])
    own = Progress.objects.standing().filter(task=task, department=task.lead_id, share__isnull=False)
    return own.order_by("-on", "-pk").values_list("share", flat=True).first() or 0


def _facts(row: Progress, entry: Entry) -> dict[str, Any]:
    said = "\n".join([row.text, row.topic, row.url, str(row.document_id or "")])
    return {
        "progress": row.pk, "department": row.department_id, "until": row.on, "share": row.share,
        "held_on": row.held_on, "text": digest(said), "public": row.published_at is not None, **facts_of(entry.proofs),
    }  # fmt: skip


def _remark(actor: User, task: Task, action: str, text: str, at: datetime) -> dict[str, Any]:
    """What was written, in a row of its own; its key and digest for the record."""
    text = text.strip()
    if not text:
        return {}
    row = Remark.objects.create(task=task, action=action, text=text, written_by=actor, at=at)
    return {"remark": row.pk, "text": digest(text)}


def _reason(text: str) -> str:
    if not text.strip():
        raise Incomplete("请写明原因。")
    return text.strip()


def _record(actor: User, task: Task, action: str, at: datetime, facts: dict[str, Any]) -> ReportEvent:
    on = timezone.localdate(at)
    return record(subject=task, action=action, actor=actor, event_model=ReportEvent, on=on, at=at, facts=facts)


def _moved(
    actor: User, task: Task, action: str, at: datetime, facts: dict[str, Any], *, changes: dict[str, Any]
) -> ReportEvent:
    return move(
        subject=task,
        table=TASKS,
        action=action,
        actor=actor,
        event_model=ReportEvent,
        on=timezone.localdate(at),
        at=at,
        allowed=lambda row: rules.may(actor, task, row),
        facts=facts,
        changes=changes,
    )
