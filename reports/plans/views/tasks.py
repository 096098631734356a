"""Desk pages of one task: on paper, under way, and its entries."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.desks import status_of
from accounts.models import User
from disclosure.finding import label_of
from reports.desks import saved, sent
from reports.models import Progress, ReportEvent, Task
from reports.plans import progress, rules, selectors, services
from reports.plans.acts import ACTS, offered
from reports.plans.forms import ReportForm, TaskForm, task_initial
from reports.plans.states import TASKS, PlanState, TaskState
from reports.plans.views.desk import EDIT, actor_of, drawer_of, plan_for, shown, status_for
from reports.proofs.fields import keep_files
from workdays.selectors import current_calendar
from workflow.services import Refused, lost
from workflow.transitions import Obstacle

STATUSES = {Obstacle.WRONG_PERSON: 403, Obstacle.WRONG_STATE: 409}


@EDIT
@login_required
@never_cache
def new(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a task into a plan on paper."""
    actor = drawer_of(request)
    plan = plan_for(actor, pk)
    form = TaskForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.add_task(actor=actor, plan=plan, values=form.values, at=timezone.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "任务已列入。")
            again = "another" in request.POST
            return redirect("reports_desk:task_new" if again else "reports_desk:plan", pk=pk)
    context = {"form": form, "plan": plan, "is_new": True}
    return shown(request, "task_form", f"列入任务：{plan.title}", context, status=status_of(form))


@EDIT
@login_required
@never_cache
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a task on paper."""
    actor = drawer_of(request)
    row = task_for(actor, pk)
    form = TaskForm(request.POST or None, initial=task_initial(row))
    if request.method == "POST" and form.is_valid():
        edition = form.cleaned_data["edition"] or 0
        try:
            services.save_task(actor=actor, task=row, values=form.values, edition=edition, at=timezone.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "已保存。")
            return redirect("reports_desk:plan", pk=row.plan_id)
    context = {"form": form, "plan": row.plan, "task": row}
    return shown(request, "task_form", f"修改任务：{row}", context, status=status_of(form))


@require_POST
@login_required
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a task out of a plan on paper."""
    actor = drawer_of(request)
    row = task_for(actor, pk)
    try:
        services.remove_task(actor=actor, task=row, at=timezone.now())
    except Refused as refusal:
        return refused(request, row, refusal)
    messages.success(request, f"第 {row.number} 项任务已删除。")
    return redirect("reports_desk:plan", pk=row.plan_id)


@require_safe
@login_required
@never_cache
def task(request: HttpRequest, pk: int) -> HttpResponse:
    """One task: what is to be done, how far it is, what was reported, and the record."""
    actor, today = actor_of(request), timezone.localdate()
    row = task_for(actor, pk)
    (shown_row,) = selectors.rows_of(actor, [row], today, current_calendar())
    acts = offered(actor, row)
    context = {
        "task": row,
        "row": shown_row,
        "open_acts": [each.act for each in acts if not each.reason],
        "closed_acts": [each for each in acts if each.reason],
        "entries": [_entry(actor, row, entry) for entry in selectors.entries_of(row)],
        "record": selectors.task_record(row),
        "draws_up": rules.can_draw_up(actor),
    }
    return shown(request, "task", f"第 {row.number} 项任务", context)


def _entry(actor: User, row: Task, entry: Progress) -> dict[str, Any]:
    """An entry with what this person may do with it."""
    entry.task = row
    stands = not hasattr(entry, "corrected_by")
    is_running = row.plan.state == PlanState.ISSUED
    writes = bool([body for body in rules.bodies_reporting(actor, row) if body.pk == entry.department_id])
    return {
        "row": entry,
        "stands": stands,
        "may_correct": stands and is_running and writes and row.state != TaskState.CANCELLED,
        "may_release": stands and row.plan.state != PlanState.DRAFT and rules.can_release(actor, entry),
    }


@EDIT
@login_required
@never_cache
def act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """The form of an act, and the act itself; what is refused says why."""
    actor, now = actor_of(request), timezone.now()
    row = task_for(actor, pk)
    if act not in ACTS:
        raise Http404
    chosen = ACTS[act]
    obstacle, reason = chosen.why(actor, row)
    form = chosen.form(*sent(request), actor=actor, task=row, at=now)
    status = 200 if obstacle is None else STATUSES[obstacle]
    if request.method == "POST" and obstacle != Obstacle.WRONG_PERSON:
        try:
            _check_seen(row, request.POST.get("state", ""))
            if obstacle is None and form.is_valid() and keep_files(form, by=actor):
                chosen.run(actor=actor, task=row, at=now, **form.said)
                messages.success(request, chosen.done)
                return redirect("reports_desk:task", pk=pk)
            status = 422 if obstacle is None else status
        except Refused as refusal:
            form.add_error(None, str(refusal))
            status = status_for(refusal)
    context = {"task": row, "act": chosen, "form": form, "reason": reason}
    return shown(request, "act", f"{chosen.label}：{row}", context, status=status)


def _check_seen(row: Task, seen: str) -> None:
    """Lost when somebody took a step with the task since the page was shown; says who and when."""
    if seen and seen != row.state:
        raise lost(row, TASKS, ReportEvent, advice="请看过现在的情况再办理。")


@EDIT
@login_required
@never_cache
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Put an entry right by a further one."""
    actor, now = actor_of(request), timezone.now()
    entry = entry_for(actor, pk)
    if entry.department_id not in [body.pk for body in rules.bodies_reporting(actor, entry.task)]:
        raise PermissionDenied("更正由原报告机关填写。")
    form = ReportForm(*sent(request), actor=actor, task=entry.task, at=now, corrects=entry, initial=_initial(entry))
    if form.is_valid() and keep_files(form, by=actor):
        said, done = form.said, "已更正，原来的一条留在记录里，不再计算。"
        if saved(request, form, lambda: progress.correct(actor=actor, progress=entry, at=now, **said), done):
            return redirect("reports_desk:task", pk=entry.task_id)
    context = {"task": entry.task, "form": form, "entry": entry}
    return shown(request, "correct", f"更正进展：{entry.task}", context, status=status_of(form))


def _initial(entry: Progress) -> dict[str, Any]:
    names = ("on", "text", "share", "held_on", "topic", "url", "department")
    said = {name: getattr(entry, name) for name in names}
    document = label_of(entry.document) if entry.document else ""
    return said | {"document": document, "is_public": entry.published_at is not None}


@require_POST
@login_required
def release(request: HttpRequest, pk: int) -> HttpResponse:
    """Make an entry public, or take it back."""
    actor = actor_of(request)
    entry, is_public = entry_for(actor, pk), request.POST.get("public") == "yes"
    try:
        progress.release(actor=actor, progress=entry, is_public=is_public, at=timezone.now())
    except Refused as refusal:
        return refused(request, entry.task, refusal)
    messages.success(request, "这条进展已公开。" if is_public else "这条进展不再公开。")
    return redirect("reports_desk:task", pk=entry.task_id)


def task_for(actor: User, pk: int) -> Task:
    """A task for who may see it; 404 for everybody else."""
    return get_object_or_404(selectors.for_rows(rules.tasks_visible_to(actor)), pk=pk)


def entry_for(actor: User, pk: int) -> Progress:
    """An entry of such a task."""
    found = Progress.objects.select_related("task__plan", "task__lead", "department", "document")
    return get_object_or_404(found, pk=pk, task__in=rules.tasks_visible_to(actor).values("pk"))


def refused(request: HttpRequest, row: Task, refusal: Refused) -> HttpResponse:
    """The reason, and the way back."""
    context = {"plan": row.plan, "task": row, "reason": str(refusal)}
    return shown(request, "refused", f"没有办理：{row}", context, status=status_for(refusal))
