"""Verbs on plans and on their tasks while they are on paper: drawing up, importing, issuing, closing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Max
from django.utils import timezone

from accounts.models import Department, User
from catalog.models import Document
from reports.models import ReportEvent, Task, WorkPlan
from reports.plans import rules
from reports.plans.states import (
    ADD_TASK,
    CLOSE,
    DRAFT_PLAN,
    DROP,
    EDIT_PLAN,
    EDIT_TASK,
    HIDE,
    ISSUE,
    KNOWN,
    PLANS,
    QUARTERS,
    REMOVE_TASK,
    SHOW,
    TASKS,
    PlanState,
    TaskKind,
)
from reports.plans.telling import tell_issued
from search.services import record_changes
from workflow.evidence import digest
from workflow.services import Incomplete, Lost, WrongPerson, WrongState, last_event, move, place, place_many, record

MOST_TASKS = 500
FIRST_YEAR, LAST_YEAR = 2008, 2100


@dataclass(frozen=True)
class PlanValues:
    """The head of a plan as somebody typed it."""

    title: str
    year: int
    issued_by: Department
    basis: str = ""
    document: Document | None = None


@dataclass(frozen=True)
class TaskValues:
    """A task as somebody typed or imported it; without a number the next one is taken."""

    text: str
    lead: Department
    due_on: date
    kind: str = TaskKind.TASK
    number: int | None = None
    section: str = ""
    responsible: Sequence[Department] = ()
    quotas: tuple[int, int, int, int] = (0, 0, 0, 0)
    audience: str = ""

    @property
    def columns(self) -> dict[str, Any]:
        """What stands in the row of the task."""
        quotas = {f"quota_{quarter}": value for quarter, value in zip(QUARTERS, self.quotas, strict=True)}
        names = ("text", "lead", "due_on", "kind", "section", "audience")
        return {name: getattr(self, name) for name in names} | quotas

    @property
    def others(self) -> list[Department]:
        """Bodies that take part beside the one that leads."""
        return [body for body in dict.fromkeys(self.responsible) if body.pk != self.lead.pk]


@dataclass(frozen=True)
class Act:
    """Who does something and when; the day it counts from is that of the moment."""

    actor: User
    at: datetime
    allowed: bool = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "allowed", rules.can_draw_up(self.actor))

    @property
    def said(self) -> dict[str, Any]:
        """What every step of the record states."""
        when = {"on": timezone.localdate(self.at), "at": self.at}
        return {"actor": self.actor, "event_model": ReportEvent, **when}

    def steps(self, facts: dict[str, Any]) -> dict[str, Any]:
        """The same of a step of the table."""
        return self.said | {"allowed": lambda _: self.allowed, "facts": facts}

    def check(self) -> None:
        """WrongPerson for everybody but the department in charge."""
        if not self.allowed:
            raise WrongPerson("计划由主管部门拟定、修改和印发，您不能办理。")


# --- plans -------------------------------------------------------------------------------------------------------------


def draft_plan(*, actor: User, values: PlanValues, at: datetime) -> WorkPlan:
    """条例§3: begin a plan for a year; bodies and citizens see nothing of it until it is issued."""
    _check_head(values)
    act = Act(actor, at)
    plan = WorkPlan(**vars(values), drafted_by=actor, drafted_at=at)
    place(row=plan, table=PLANS, action=DRAFT_PLAN, **act.steps({"year": values.year}))
    return plan


@transaction.atomic
def save_plan(*, actor: User, plan: WorkPlan, values: PlanValues, edition: int, at: datetime) -> None:
    """Change the head of a plan on paper. `Lost` when somebody changed it since ``edition`` was shown."""
    act = Act(actor, at)
    act.check()
    _check_head(values)
    _on_paper(plan)
    if not WorkPlan.objects.filter(pk=plan.pk, edition=edition).update(**vars(values), edition=F("edition") + 1):
        raise _overtaken(plan, PLANS.actions)
    record(subject=plan, action=EDIT_PLAN, **act.said, facts={"title": digest(values.title), "year": values.year})
    plan.refresh_from_db()


def _check_head(values: PlanValues) -> None:
    if not values.title.strip():
        raise Incomplete("请填写计划名称。")
    if not FIRST_YEAR <= values.year <= LAST_YEAR:
        raise Incomplete(f"年度应在{FIRST_YEAR}年至{LAST_YEAR}年之间。")


@transaction.atomic
def issue(*, actor: User, plan: WorkPlan, at: datetime) -> ReportEvent:
    """条例§3, §47: give the bodies their tasks, tell them, and show the plan to the public."""
    act = Act(actor, at)
    locked = WorkPlan.objects.select_for_update().get(pk=plan.pk)
    if act.allowed and locked.state == PlanState.DRAFT and not locked.tasks.exists():
        raise Incomplete("计划里还没有任务，列入任务以后才能印发。")
    changes = {"issued_on": timezone.localdate(at)}
    event: ReportEvent = move(
        subject=plan, table=PLANS, action=ISSUE, **act.steps({"tasks": plan.tasks.count()}), changes=changes
    )
    tell_issued(plan, at=at)
    record_changes([])
    return event


@transaction.atomic
def close(*, actor: User, plan: WorkPlan, at: datetime) -> ReportEvent:
    """End a plan whose tasks are all confirmed or cancelled; `Incomplete` says how many are not."""
    act = Act(actor, at)
    locked = WorkPlan.objects.select_for_update().get(pk=plan.pk)
    left = Task.objects.unsettled().filter(plan=plan).count()
    if act.allowed and locked.state == PlanState.ISSUED and left:
        raise Incomplete(f"还有 {left} 项任务没有办结，确认办结或者取消以后才能结束计划。")
    event: ReportEvent = move(
        subject=plan, table=PLANS, action=CLOSE, **act.steps({}), changes={"closed_on": timezone.localdate(at)}
    )
    record_changes([])
    return event


def drop(*, actor: User, plan: WorkPlan, at: datetime) -> ReportEvent:
    """Give up a plan that was never issued; it stays in the list of the department in charge."""
    event: ReportEvent = move(subject=plan, table=PLANS, action=DROP, **Act(actor, at).steps({}))
    return event


@transaction.atomic
def show_progress(*, actor: User, plan: WorkPlan, shows: bool, at: datetime) -> None:
    """Whether citizens read how far the tasks are; what bodies wrote shows only where it is released as well."""
    act = Act(actor, at)
    act.check()
    if plan.state not in KNOWN:
        raise WrongState("计划印发以后才能公开进展。")
    if not WorkPlan.objects.filter(pk=plan.pk, shows_progress=not shows).update(shows_progress=shows):
        raise _overtaken(plan, PLANS.actions)
    record(subject=plan, action=SHOW if shows else HIDE, **act.said, facts={})
    plan.shows_progress = shows
    record_changes([])


# --- tasks on paper ----------------------------------------------------------------------------------------------------


@transaction.atomic
def add_task(*, actor: User, plan: WorkPlan, values: TaskValues, at: datetime) -> Task:
    """Put a task into a plan on paper."""
    act = Act(actor, at)
    act.check()
    _on_paper(plan)
    _check_task(values, plan)
    _check_room(plan, 1)
    task = Task(plan=plan, number=values.number or _next_number(plan), **values.columns)
    _numbered_once(plan, [task])
    place(row=task, table=TASKS, action=ADD_TASK, **act.steps({"plan": plan.pk, "text": digest(values.text)}))
    task.responsible.set(values.others)
    return task


@transaction.atomic
def save_task(*, actor: User, task: Task, values: TaskValues, edition: int, at: datetime) -> None:
    """Change a task while its plan is on paper. `Lost` when somebody changed it since ``edition`` was shown."""
    act = Act(actor, at)
    act.check()
    _on_paper(task.plan)
    _check_task(values, task.plan)
    number = values.number or task.number
    try:
        with transaction.atomic():
            same = Task.objects.filter(pk=task.pk, edition=edition)
            done = same.update(**values.columns, number=number, edition=F("edition") + 1)
    except IntegrityError as error:
        raise Incomplete(f"序号 {number} 已经用于本计划的另一项任务，请换一个。") from error
    if not done:
        raise _overtaken(task, TASKS.actions)
    task.responsible.set(values.others)
    record(subject=task, action=EDIT_TASK, **act.said, facts={"text": digest(values.text), "due_on": values.due_on})
    task.refresh_from_db()


@transaction.atomic
def remove_task(*, actor: User, task: Task, at: datetime) -> None:
    """Take a task out of a plan on paper; the plan's record says so."""
    act = Act(actor, at)
    act.check()
    plan = _on_paper(task.plan)
    facts = {"task": task.pk, "number": task.number, "text": digest(task.text)}
    if not Task.objects.filter(pk=task.pk).delete()[0]:
        raise Lost("该任务已经删除，请刷新。", None)
    record(subject=plan, action=REMOVE_TASK, **act.said, facts=facts)


@transaction.atomic
def import_tasks(*, actor: User, plan: WorkPlan, rows: Sequence[TaskValues], at: datetime) -> int:
    """Put the rows of a file into a plan on paper, all or none; returns how many."""
    act = Act(actor, at)
    act.check()
    _on_paper(plan)
    _check_room(plan, len(rows))
    for values in rows:
        _check_task(values, plan)
    first = _next_number(plan)
    tasks = [
        Task(plan=plan, number=values.number or first + place, **values.columns) for place, values in enumerate(rows)
    ]
    _numbered_once(plan, tasks)
    facts = {"tasks": len(rows), "text": digest("\n".join(values.text for values in rows)), "edition": plan.edition}
    place_many(rows=tasks, table=TASKS, action=ADD_TASK, batch=plan, **act.steps(facts))
    made = {task.number: task.pk for task in plan.tasks.all()}
    through = Task.responsible.through
    through.objects.bulk_create(
        through(task_id=made[task.number], department_id=body.pk)
        for task, values in zip(tasks, rows, strict=True)
        for body in values.others
    )
    return len(tasks)


def _on_paper(plan: WorkPlan) -> WorkPlan:
    """The plan, locked. WrongState once it is issued: tasks that bodies know of are moved or cancelled, not rewritten."""
    locked = WorkPlan.objects.select_for_update().get(pk=plan.pk)
    if locked.state != PlanState.DRAFT:
        label = PlanState(locked.state).label
        raise WrongState(f"该计划{label}，任务内容不能再改；需要变动的，请调整期限或者取消任务。")
    return locked


def _check_task(values: TaskValues, plan: WorkPlan) -> None:
    if not values.text.strip():
        raise Incomplete("请填写任务内容。")
    if not plan.year <= values.due_on.year <= plan.year + 1:
        raise Incomplete(f"完成期限应在{plan.year}年至{plan.year + 1}年之间，现在是{values.due_on:%Y-%m-%d}。")
    is_briefing, planned = values.kind == TaskKind.BRIEFING, sum(values.quotas)
    if is_briefing and not planned:
        raise Incomplete("新闻发布应当写明各季度计划的场次，至少一场。")
    if planned and not is_briefing:
        raise Incomplete("只有新闻发布填写各季度场次。")


def _check_room(plan: WorkPlan, more: int) -> None:
    if plan.tasks.count() + more > MOST_TASKS:
        raise Incomplete(f"一个计划最多 {MOST_TASKS} 项任务，请分成几个计划。")


def _next_number(plan: WorkPlan) -> int:
    return (plan.tasks.aggregate(last=Max("number"))["last"] or 0) + 1


def _numbered_once(plan: WorkPlan, tasks: Iterable[Task]) -> None:
    seen = set(plan.tasks.values_list("number", flat=True))
    for task in tasks:
        if task.number in seen:
            raise Incomplete(f"序号 {task.number} 已经用于本计划的另一项任务，请换一个。")
        seen.add(task.number)


def _overtaken(subject: WorkPlan | Task, labels: Any) -> Lost:
    """Who changed it first, and when."""
    event = last_event(ReportEvent, subject)
    if event is None:
        return Lost("内容已经改变，请看过现在的内容再办理。", None)
    when = f"{timezone.localtime(event.at):%Y年%-m月%-d日 %H:%M}"
    did = labels.get(event.action, event.action)
    return Lost(f"{event.actor}已于{when}办理“{did}”，请看过现在的内容再办理。", event)
