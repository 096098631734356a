"""Who draws up plans, who reports on their tasks, who records trainings; each with its queryset twin."""

from django.db.models import Exists, OuterRef, QuerySet

from accounts import rules as accounts
from accounts.models import Department, DepartmentQuerySet, User
from accounts.rules import Person
from reports import rules
from reports.models import Progress, Task, Training, WorkPlan
from reports.models.plans import TaskQuerySet
from reports.plans.states import KNOWN, LEAD, PlanState, TaskState
from workflow.transitions import Transition


def can_use_plans(user: Person) -> bool:
    """True for everybody who finds the desk of plans and trainings, with or without anything on it."""
    return accounts.can_see_everything(user) or rules.bodies_written_for_by(user).exists()


def can_draw_up(user: Person) -> bool:
    """条例§3: the department in charge draws up, issues, examines and closes plans."""
    return rules.is_in_charge(user)


def own_bodies(user: Person) -> list[int]:
    """Keys of the bodies ``user`` reports for."""
    return list(rules.bodies_written_for_by(user).values_list("pk", flat=True))


def plans_visible_to(user: Person) -> QuerySet[WorkPlan]:
    """All for the city-wide roles; for bodies the issued ones that give them something to do."""
    if accounts.can_see_everything(user):
        return WorkPlan.objects.all()
    own = Task.objects.filter(plan=OuterRef("pk")).of_bodies(own_bodies(user))
    return WorkPlan.objects.filter(Exists(own), state__in=KNOWN)


def can_see_plan(user: Person, plan: WorkPlan) -> bool:
    """Twin of `plans_visible_to`."""
    if accounts.can_see_everything(user):
        return True
    return plan.state in KNOWN and any(can_see_task(user, task) for task in plan.tasks.select_related("plan", "lead"))


def tasks_visible_to(user: Person) -> TaskQuerySet:
    """All for the city-wide roles; of issued plans those a body of ``user`` leads or takes part in."""
    if accounts.can_see_everything(user):
        return Task.objects.all()
    return Task.objects.filter(plan__state__in=KNOWN).of_bodies(own_bodies(user))


def can_see_task(user: Person, task: Task) -> bool:
    """Twin of `tasks_visible_to`."""
    if accounts.can_see_everything(user):
        return True
    return task.plan.state in KNOWN and bool(bodies_reporting(user, task))


def bodies_reporting(user: Person, task: Task) -> list[Department]:
    """The bodies of a task for which ``user`` reports, the one that leads first."""
    bodies = [task.lead, *(body for body in task.responsible.all() if body.pk != task.lead_id)]
    return [body for body in bodies if rules.can_write_for(user, body)]


def can_report(user: Person, task: Task) -> bool:
    """Whether ``user`` may add an entry at all: whatever body, while the task is under way."""
    is_open = task.state == TaskState.OPEN and task.plan.state == PlanState.ISSUED
    return is_open and bool(bodies_reporting(user, task))


def can_release(user: Person, progress: Progress) -> bool:
    """Who makes an entry public or takes it back: its body, and the department in charge."""
    return can_draw_up(user) or rules.can_write_for(user, progress.department)


def may(user: Person, task: Task, row: Transition) -> bool:
    """Whether ``user`` takes the step in ``row``."""
    return rules.can_write_for(user, task.lead) if row.role == LEAD else can_draw_up(user)


# --- trainings ---------------------------------------------------------------------------------------------------------


def bodies_trained_by(user: Person) -> DepartmentQuerySet:
    """条例§48: bodies for which ``user`` records trainings: those written for, and the department in charge its own."""
    written = rules.bodies_written_for_by(user)
    if not rules.is_in_charge(user):
        return written
    return Department.objects.bodies().filter(pk__in=[*written.values_list("pk", flat=True), *_own_body(user)])


def can_record_training_of(user: Person, department: Department) -> bool:
    """Twin of `bodies_trained_by`."""
    if rules.can_write_for(user, department):
        return True
    return rules.is_in_charge(user) and department.pk in _own_body(user)


def trainings_visible_to(user: Person) -> QuerySet[Training]:
    """All for the city-wide roles, those of the bodies written for for everybody else."""
    if accounts.can_see_everything(user):
        return Training.objects.all()
    return Training.objects.filter(department__in=own_bodies(user))


def can_see_training(user: Person, training: Training) -> bool:
    """Twin of `trainings_visible_to`."""
    return accounts.can_see_everything(user) or rules.can_write_for(user, training.department)


def _own_body(user: Person) -> list[int]:
    """The body in which who is in charge sits, whichever of its offices that is."""
    own = user.department if isinstance(user, User) else None
    if own is None or not own.is_internal:
        return [own.pk] if own else []
    above = Department.objects.get_ancestors(own).order_by("-path")
    return [body.pk for body in above if not body.is_internal][:1]
