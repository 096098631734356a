"""Desk pages of plans: the ledger of tasks, plans on paper and issued, what goes out as a file."""

from functools import partial

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.desks import key_of, staff, status_of
from accounts.models import User
from files.spreadsheets import CSV, csv_lines, download, sheet
from reports.desks import desk_page, saved
from reports.models import WorkPlan
from reports.plans import charts, rows, rules, selectors, services
from reports.plans.forms import ImportForm, LedgerFilter, PlanFilter, PlanForm, plan_initial
from workflow.services import Refused, WrongPerson

shown = partial(desk_page, "plans")
"""A page of this desk."""

EDIT = require_http_methods(["GET", "HEAD", "POST"])
FORMATS = ("csv", "xlsx")
PROGRESS_HEADS = ("状态", "完成比例（%）", "办结日期", "最新进展")


def actor_of(request: HttpRequest) -> User:
    """Who reports for a body or looks at all of them; 404 for everybody else."""
    actor = staff(request)
    if not rules.can_use_plans(actor):
        raise Http404
    return actor


def drawer_of(request: HttpRequest) -> User:
    """The department in charge. Others who find the desk are refused, outsiders learn nothing."""
    actor = actor_of(request)
    if not rules.can_draw_up(actor):
        raise PermissionDenied("计划由主管部门拟定、修改和印发。")
    return actor


@require_safe
@login_required
@never_cache
def ledger(request: HttpRequest) -> HttpResponse:
    """任务台账: tasks of all plans one sees, soonest due first, and the plans themselves."""
    actor, today = actor_of(request), timezone.localdate()
    form = LedgerFilter(request.GET, bodies=selectors.bodies_with_tasks(actor))
    chosen, counts = form.chosen, selectors.tab_counts(actor, today)
    tab = chosen.get("tab") or selectors.OPEN
    page = selectors.task_page(actor, tab=tab, filters=chosen, after=request.GET.get("after", ""), today=today)
    kept = urlencode({name: request.GET[name] for name in ("department", "kind", "year") if request.GET.get(name)})
    context = {
        "form": form,
        "tab": tab,
        "tabs": [(value, label, counts.get(value)) for value, label in selectors.TABS.items()],
        "page": page,
        "kept": kept,
        "plans": selectors.plan_list(actor, today),
        "draws_up": rules.can_draw_up(actor),
        "is_filtered": bool(kept),
    }
    return shown(request, "ledger", "任务台账", context)


@EDIT
@login_required
@never_cache
def new(request: HttpRequest) -> HttpResponse:
    """Begin a plan."""
    actor, now = drawer_of(request), timezone.now()
    initial = {"year": timezone.localdate(now).year, "issued_by": actor.department_id}
    form = PlanForm(request.POST or None, actor=actor, at=now, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            plan = services.draft_plan(actor=actor, values=form.values, at=now)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "计划已建立，请列入任务，核对以后印发。")
            return redirect("reports_desk:plan", pk=plan.pk)
    return shown(request, "head", "拟定计划", {"form": form}, status=status_of(form))


@require_safe
@login_required
@never_cache
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    """One plan: its head, how the bodies stand, its tasks by number."""
    actor, today = actor_of(request), timezone.localdate()
    row = plan_for(actor, pk)
    standings = selectors.standings(actor, row, today)
    form = PlanFilter(request.GET, bodies=selectors.bodies_with_tasks(actor))
    after = key_of(request.GET.get("after")) or 0
    context = {
        "plan": row,
        "form": form,
        "page": selectors.plan_tasks(actor, row, filters=form.chosen, after=after, today=today),
        "standings": standings,
        "plot": charts.standing_plot(standings) if standings and not row.is_draft else None,
        "draws_up": rules.can_draw_up(actor),
        "record": selectors.plan_record(row) if rules.can_draw_up(actor) else [],
        "is_filtered": any(request.GET.get(name) for name in ("department", "state", "late")),
    }
    return shown(request, "plan", row.title, context)


@EDIT
@login_required
@never_cache
def head(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the head of a plan on paper."""
    actor, now = drawer_of(request), timezone.now()
    row = plan_for(actor, pk)
    form = PlanForm(request.POST or None, actor=actor, at=now, initial=plan_initial(row))
    if request.method == "POST" and form.is_valid():
        edition = form.cleaned_data["edition"] or 0
        write = partial(services.save_plan, actor=actor, plan=row, values=form.values, edition=edition, at=now)
        if saved(request, form, write, "已保存。"):
            return redirect("reports_desk:plan", pk=pk)
    context = {"form": form, "plan": row}
    return shown(request, "head", f"修改计划：{row.title}", context, status=status_of(form))


@EDIT
@login_required
@never_cache
def take_in(request: HttpRequest, pk: int) -> HttpResponse:
    """Import tasks from a file, all or none."""
    actor = drawer_of(request)
    row = plan_for(actor, pk)
    form = ImportForm(request.POST, request.FILES) if request.method == "POST" else ImportForm()
    if request.method == "POST" and form.is_valid():
        try:
            count = services.import_tasks(actor=actor, plan=row, rows=form.rows, at=timezone.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"已导入 {count} 项任务。")
            return redirect("reports_desk:plan", pk=pk)
    return shown(request, "import", f"导入任务：{row.title}", {"form": form, "plan": row}, status=status_of(form))


@require_safe
@login_required
def template(request: HttpRequest) -> HttpResponse:
    """The workbook to fill in."""
    drawer_of(request)
    return download("任务导入模板.xlsx", rows.template())


STEPS = {
    "issuance": (services.issue, "印发计划", "计划已印发，牵头机关和责任机关已经收到消息。"),
    "closure": (services.close, "结束计划", "计划已结束。"),
    "withdrawal": (services.drop, "作废计划", "计划已作废。"),
}


@EDIT
@login_required
@never_cache
def step(request: HttpRequest, pk: int, step: str) -> HttpResponse:
    """Issue, close or drop a plan, after a page that says what follows."""
    actor = drawer_of(request)
    row = plan_for(actor, pk)
    if step not in STEPS:
        raise Http404
    act, label, done = STEPS[step]
    refused = ""
    if request.method == "POST":
        try:
            act(actor=actor, plan=row, at=timezone.now())
        except Refused as refusal:
            refused = str(refusal)
        else:
            messages.success(request, done)
            return redirect("reports_desk:plan", pk=pk)
    context = {"plan": row, "step": step, "label": label, "refused": refused, "tasks": row.tasks.count()}
    return shown(request, "step", f"{label}：{row.title}", context, status=409 if refused else 200)


@require_POST
@login_required
def publicity(request: HttpRequest, pk: int) -> HttpResponse:
    """Whether citizens read how far the tasks are."""
    actor = drawer_of(request)
    row, shows = plan_for(actor, pk), request.POST.get("shows") == "yes"
    try:
        services.show_progress(actor=actor, plan=row, shows=shows, at=timezone.now())
    except Refused as refusal:
        return shown(request, "refused", row.title, {"plan": row, "reason": str(refusal)}, status=409)
    messages.success(request, "进展已向社会公开。" if shows else "进展不再公开，公开页面只列计划。")
    return redirect("reports_desk:plan", pk=pk)


@require_safe
@login_required
@never_cache
def take_away(request: HttpRequest, pk: int, extension: str) -> HttpResponse:
    """The tasks of a plan that one sees as CSV or XLSX, in the columns of the import, with how they stand."""
    actor = actor_of(request)
    row = plan_for(actor, pk)
    if extension not in FORMATS:
        raise Http404
    heads = (*rows.HEADS, *PROGRESS_HEADS)
    lines = [[*rows.cells_of(task), *standing] for task, standing in selectors.every_standing(actor, row)]
    name = f"{row.title}.{extension}"
    if extension == "xlsx":
        return download(name, sheet("任务", heads, lines))
    return download(name, "".join(csv_lines([heads, *lines])).encode(), CSV)


def plan_for(actor: User, pk: int) -> WorkPlan:
    """A plan for who may see it; 404 for everybody else."""
    found = rules.plans_visible_to(actor).select_related("issued_by", "document", "drafted_by")
    return get_object_or_404(found, pk=pk)


def status_for(refusal: Refused) -> int:
    """403 for the wrong person, 409 for the wrong time."""
    return 403 if isinstance(refusal, WrongPerson) else 409
