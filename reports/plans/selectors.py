"""Reads shaped for the desk of plans: the ledger of tasks, one plan, one task with its record."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet

from accounts.models import Department
from accounts.rules import Person, can_see_everything
from catalog.models import Document
from disclosure.review.selectors import counted
from disclosure.versions.clocks import Clock, clock_of
from reports import rules as bodies_rules
from reports.keysets import day_and_key
from reports.models import Progress, Remark, ReportEvent, Task, WorkPlan
from reports.models.plans import TaskQuerySet
from reports.plans import rules
from reports.plans.briefings import Quarter, behind, quarters_of, share_of
from reports.plans.states import KNOWN, PLANS, TASKS, PlanState, TaskState
from reports.records import Told, record_of
from workdays.arithmetic import Calendar
from workdays.selectors import current_calendar

PAGE, PLAN_PAGE = 30, 60
MOST_PLANS, MOST_ENTRIES = 30, 200
OPEN, LATE, BEHIND, REPORTED, DONE, ALL = "open", "late", "behind", "reported", "done", "all"
TABS = {OPEN: "推进中", LATE: "超期", BEHIND: "场次不足", REPORTED: "待确认", DONE: "已办结", ALL: "全部"}
NEWEST_FIRST = (DONE, ALL)


@dataclass(frozen=True)
class Page:
    """Rows of one page and the key after which the next one starts, empty on the last."""

    rows: Sequence[Any]
    after: str


@dataclass(frozen=True)
class Row:
    """A task as lists show it. ``quarters`` are those of briefings; ``is_lead``: a body of the reader leads."""

    task: Task
    clock: Clock | None
    quarters: list[Quarter] = field(default_factory=list)
    is_lead: bool = False


# --- the ledger --------------------------------------------------------------------------------------------------------


def in_tab(found: TaskQuerySet, tab: str, today: date) -> TaskQuerySet:
    """The tasks of a tab; of plans on paper none but under “all”."""
    match tab:
        case "late":
            return found.late(today)
        case "behind":
            return found.filter(pk__in=[each.task.pk for each in behind(today)])
        case "reported":
            return found.filter(state=TaskState.REPORTED, plan__state=PlanState.ISSUED)
        case "done":
            return found.filter(state=TaskState.CONFIRMED)
        case "all":
            return found
        case _:
            return found.under_way()


def tab_counts(user: Person, today: date) -> dict[str, str]:
    """How many stand in each tab but the whole, as desks show it; one question."""
    issued = Q(plan__state=PlanState.ISSUED)
    wanted = {
        OPEN: issued & Q(state=TaskState.OPEN),
        LATE: issued & Q(state=TaskState.OPEN, due_on__lt=today),
        REPORTED: issued & Q(state=TaskState.REPORTED),
        DONE: Q(state=TaskState.CONFIRMED),
    }
    counts = {f"in_{tab}": Count("pk", filter=where) for tab, where in wanted.items()}
    found = rules.tasks_visible_to(user).aggregate(**counts)
    return {tab: counted(found[f"in_{tab}"]) for tab in wanted}


def own_figures(user: Person, today: date) -> tuple[str, str]:
    """How many tasks of one's own bodies are under way, and how many of them are late; two looks at an index."""
    own = Task.objects.of_bodies(rules.own_bodies(user)).under_way()
    return counted(own.count()), counted(own.late(today).count())


def to_confirm_total() -> str:
    """How many tasks wait for the department in charge, as desks show it."""
    return counted(in_tab(Task.objects.all(), REPORTED, date.max).count())


def task_page(user: Person, *, tab: str, filters: dict[str, Any], after: str, today: date) -> Page:
    """Tasks of all plans, soonest due first; settled ones newest first. ``filters``: department, kind, year."""
    found = _filtered(in_tab(rules.tasks_visible_to(user), tab, today), filters)
    is_newest = tab in NEWEST_FIRST
    if last := day_and_key(after):
        on, pk = last
        side = "lt" if is_newest else "gt"
        bound = Q(**{f"due_on__{side}": on}) | Q(**{"due_on": on, f"pk__{side}": pk})
        found = found.filter(bound, **{f"due_on__{side}e": on})
    ordered = for_rows(found).order_by(*(("-due_on", "-pk") if is_newest else ("due_on", "pk")))
    rows = list(ordered[: PAGE + 1])
    shown = rows[:PAGE]
    more = f"{shown[-1].due_on.isoformat()}.{shown[-1].pk}" if len(rows) > PAGE else ""
    return Page(rows_of(user, shown, today, current_calendar()), more)


def _filtered(found: TaskQuerySet, filters: dict[str, Any]) -> TaskQuerySet:
    if body := filters.get("department"):
        found = found.of_bodies([body.pk])
    if kind := filters.get("kind"):
        found = found.filter(kind=kind)
    if year := filters.get("year"):
        found = found.filter(plan__year=year)
    return found


def for_rows(found: TaskQuerySet) -> TaskQuerySet:
    """With what a row shows."""
    named = Department.objects.order_by("path").only("name", "short_name", "code", "path")
    return found.select_related("plan", "lead").prefetch_related(Prefetch("responsible", queryset=named))


def rows_of(user: Person, tasks: Sequence[Task], today: date, calendar: Calendar) -> list[Row]:
    """Tasks with clock and quarters."""
    quarters, own = quarters_of(tasks), set(rules.own_bodies(user))
    return [Row(task, _clock(task, today, calendar), quarters.get(task.pk, []), task.lead_id in own) for task in tasks]


def _clock(task: Task, today: date, calendar: Calendar) -> Clock | None:
    """None for what no period runs of: plans on paper, tasks reported or settled."""
    is_running = task.state == TaskState.OPEN and task.plan.state == PlanState.ISSUED
    return clock_of(task.due_on, today, calendar) if is_running else None


def bodies_with_tasks(user: Person) -> QuerySet[Department]:
    """Bodies to choose from: for the city-wide roles those that lead some task, else one's own."""
    if not can_see_everything(user):
        return bodies_rules.bodies_written_for_by(user)
    return Department.objects.bodies().filter(pk__in=Task.objects.order_by().values("lead").distinct())


# --- plans -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class PlanRow:
    """A plan with how many of its tasks the reader sees, and how they stand."""

    plan: WorkPlan
    tasks: int
    done: int
    late: int


def plan_list(user: Person, today: date) -> list[PlanRow]:
    """The newest plans, with counts of the tasks this person sees; two questions."""
    plans = list(rules.plans_visible_to(user).select_related("issued_by").order_by("-year", "-pk")[:MOST_PLANS])
    found = rules.tasks_visible_to(user).filter(plan__in=[plan.pk for plan in plans]).order_by().values("plan")
    late = Q(state=TaskState.OPEN, due_on__lt=today, plan__state=PlanState.ISSUED)
    done = Q(state=TaskState.CONFIRMED)
    counts = found.annotate(tasks=Count("pk"), done=Count("pk", filter=done), late=Count("pk", filter=late))
    by_plan: dict[int, Any] = {row["plan"]: row for row in counts}
    none = {"tasks": 0, "done": 0, "late": 0}
    return [PlanRow(plan, **{name: by_plan.get(plan.pk, none)[name] for name in none}) for plan in plans]


@dataclass(frozen=True)
class Standing:
    """How one body that leads tasks of a plan stands with them; cancelled ones are left out."""

    department: Department
    done: int
    under_way: int
    late: int

    @property
    def total(self) -> int:
        """Tasks that count."""
        return self.done + self.under_way + self.late


def standings(user: Person, plan: WorkPlan, today: date) -> list[Standing]:
    """A row for each body that leads, in the order of the city. Reported tasks wait for nobody of the body: under way."""
    late = Q(state=TaskState.OPEN, due_on__lt=today)
    grouped = rules.tasks_visible_to(user).filter(plan=plan).exclude(state=TaskState.CANCELLED).order_by()
    counts = grouped.values("lead").annotate(
        total=Count("pk"), done=Count("pk", filter=Q(state=TaskState.CONFIRMED)), late=Count("pk", filter=late)
    )
    by_body = {row["lead"]: row for row in counts}
    found = []
    for body in Department.objects.filter(pk__in=by_body):
        row = by_body[body.pk]
        overdue = row["late"] if plan.state == PlanState.ISSUED else 0
        found.append(Standing(body, row["done"], row["total"] - row["done"] - overdue, overdue))
    return found


def plan_tasks(user: Person, plan: WorkPlan, *, filters: dict[str, Any], after: int, today: date) -> Page:
    """Tasks of a plan by number, a page at a time. ``filters``: department, state, late."""
    found = rules.tasks_visible_to(user).filter(plan=plan, number__gt=after)
    if body := filters.get("department"):
        found = found.of_bodies([body.pk])
    if state := filters.get("state"):
        found = found.filter(state=state)
    if filters.get("late"):
        found = found.late(today)
    rows = list(for_rows(found).order_by("number")[: PLAN_PAGE + 1])
    shown = rows[:PLAN_PAGE]
    more = str(shown[-1].number) if len(rows) > PLAN_PAGE else ""
    return Page(rows_of(user, shown, today, current_calendar()), more)


def every_standing(user: Person, plan: WorkPlan) -> list[tuple[Task, list[Any]]]:
    """All tasks of a plan that the reader sees, each with (state, share, day settled, newest entry), for files.

    A plan has at most some hundreds; three questions.
    """
    tasks = list(for_rows(rules.tasks_visible_to(user).filter(plan=plan)).order_by("number"))
    newest: dict[int, str] = {}
    entries = Progress.objects.standing().filter(task__in=[task.pk for task in tasks]).order_by("on", "pk")
    for task_id, on, text in entries.values_list("task_id", "on", "text"):
        newest[task_id] = f"{on:%Y-%m-%d}：{text}"
    return [
        (task, [task.get_state_display(), task.share, _written(task.settled_on), newest.get(task.pk, "")])
        for task in tasks
    ]


def _written(day: date | None) -> str:
    return f"{day:%Y-%m-%d}" if day else ""


# --- one task ----------------------------------------------------------------------------------------------------------


def entries_of(task: Task) -> list[Progress]:
    """What was reported, newest first; what was corrected stays, marked by ``corrected_by``."""
    found = task.progress.select_related("department", "written_by", "document", "corrected_by")
    return list(found.prefetch_related("proofs__file", "proofs__removed_by").order_by("-on", "-pk")[:MOST_ENTRIES])


def task_record(task: Task) -> list[Told]:
    """The record of a task, newest first, with what was written at each step."""
    remarks = {row.pk: row.text for row in Remark.objects.filter(task=task)}

    def words(event: ReportEvent) -> str:
        facts, said = event.facts, remarks.get(event.facts.get("remark", 0), "")
        return f"由 {facts['from']} 调整为 {facts['to']}。{said}" if "from" in facts else said

    return record_of(task, TASKS, words)


def plan_record(plan: WorkPlan) -> list[Told]:
    """The record of a plan, newest first."""
    return record_of(plan, PLANS, _of_tasks)


def _of_tasks(event: ReportEvent) -> str:
    facts = event.facts
    return f"第 {facts['number']} 项" if "number" in facts else f"{facts['tasks']} 项" if "tasks" in facts else ""


# --- for citizens ------------------------------------------------------------------------------------------------------


def public_plans() -> QuerySet[WorkPlan]:
    """Issued plans, newest first."""
    return WorkPlan.objects.filter(state__in=KNOWN).select_related("issued_by").order_by("-year", "-issued_on", "-pk")


@dataclass(frozen=True)
class PublicEntry:
    """An entry as citizens read it, with the document it names if that is public now (rulings 16)."""

    entry: Progress
    document: Document | None


@dataclass(frozen=True)
class PublicTask:
    """A task as citizens read it; without entries where the plan's progress is not public."""

    task: Task
    quarters: list[Quarter]
    entries: list[PublicEntry]

    @property
    def share(self) -> int:
        """How far it is; of briefings those that were released."""
        return share_of(self.quarters) if self.task.is_briefing else self.task.share

    @property
    def held(self) -> list[PublicEntry]:
        """Briefings that took place and were released."""
        return [row for row in self.entries if row.entry.held_on]


def public_tasks(plan: WorkPlan, at: datetime) -> list[PublicTask]:
    """Every task of an issued plan but the cancelled ones, with the entries released; four questions.

    Quotas are public with the plan; how many were held only as far as the entries are (rulings 19).
    """
    tasks = list(for_rows(Task.objects.filter(plan=plan)).exclude(state=TaskState.CANCELLED).order_by("number"))
    released = Progress.objects.public().filter(task__plan=plan).select_related("department").order_by("-on", "-pk")
    rows = list(released) if plan.shows_progress else []
    documents = public_documents([row.document_id for row in rows], at)
    entries: dict[int, list[PublicEntry]] = {}
    for row in rows:
        entries.setdefault(row.task_id, []).append(PublicEntry(row, documents.get(row.document_id or 0)))
    held = {key: [each.entry.held_on for each in found if each.entry.held_on] for key, found in entries.items()}
    quarters = quarters_of(tasks, held)
    return [PublicTask(task, quarters.get(task.pk, []), entries.get(task.pk, [])) for task in tasks]


def cancelled_numbers(plan: WorkPlan) -> list[int]:
    """Tasks that were given up after the plan was issued: their numbers are missing from the public list."""
    return list(plan.tasks.filter(state=TaskState.CANCELLED).order_by("number").values_list("number", flat=True))


def public_documents(keys: Iterable[int | None], at: datetime) -> dict[int, Document]:
    """Those of these documents that everybody may read now."""
    wanted = {key for key in keys if key}
    return Document.objects.public(at).for_cards().in_bulk(wanted) if wanted else {}
