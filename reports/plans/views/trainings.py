"""Desk pages of trainings."""

from functools import partial
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
from accounts.models import Department, User
from disclosure.finding import label_of
from files.spreadsheets import CSV, csv_lines, download, sheet
from reports.desks import desk_page, saved
from reports.keysets import day_and_key
from reports.models import Training
from reports.plans import rules, trainings
from reports.plans.forms import TrainingFilter, TrainingForm, VoidForm
from reports.plans.views.desk import EDIT, FORMATS, actor_of
from reports.rules import bodies_visible_to
from workflow.services import Refused

_render = partial(desk_page, "trainings")

HEADS = ("组织机关", "培训日期", "培训内容", "培训方式", "参训人次", "学时", "材料", "备注")


@require_safe
@login_required
@never_cache
def register(request: HttpRequest) -> HttpResponse:
    """培训记录 of a year, with its totals."""
    actor = actor_of(request)
    form, year, code = _chosen(request, actor)
    before = day_and_key(request.GET.get("before", ""))
    page = trainings.training_page(actor, year=year, code=code, before=before)
    numbers = trainings.trainings_in(actor, year)
    bodies = Department.objects.in_bulk(numbers.by_body)
    rows = [(bodies[key], numbers.by_body[key]) for key in sorted(bodies, key=lambda key: bodies[key].path)]
    context = {
        "form": form,
        "year": year,
        "page": page,
        "whole": numbers.whole,
        "rows": rows if len(rows) > 1 else [],
        "may_record": rules.bodies_trained_by(actor).exists(),
        "own": set(rules.bodies_trained_by(actor).values_list("pk", flat=True)),
    }
    return _render(request, "register", f"{year}年培训记录", context)


@EDIT
@login_required
@never_cache
def new(request: HttpRequest) -> HttpResponse:
    """Record a training."""
    actor, now = actor_of(request), timezone.now()
    if not rules.bodies_trained_by(actor).exists():
        raise PermissionDenied("培训由组织机关的申请办理、公开机构负责人或者主管部门登记。")
    form = TrainingForm(request.POST or None, actor=actor, at=now)
    if request.method == "POST" and form.is_valid():
        write = partial(trainings.record_training, actor=actor, values=form.values, at=now)
        if saved(request, form, write, "培训已登记。"):
            return redirect("reports_desk:trainings")
    return _render(request, "form", "登记培训", {"form": form}, status=status_of(form))


@EDIT
@login_required
@never_cache
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Put an entry right."""
    actor, now = actor_of(request), timezone.now()
    row = _training(actor, pk)
    may = rules.can_record_training_of(actor, row.department)
    if request.method == "POST" and not may:
        raise PermissionDenied("培训由组织机关登记和修改。")
    form = TrainingForm(request.POST or None, actor=actor, at=now, initial=_initial(row)) if may else None
    if form is not None and request.method == "POST" and form.is_valid():
        edition = form.cleaned_data["edition"] or 0
        write = partial(trainings.edit_training, actor=actor, training=row, values=form.values, edition=edition, at=now)
        if saved(request, form, write, "已保存。"):
            return redirect("reports_desk:trainings")
    shown_form = None if form is not None and row.voided_at and not form.is_bound else form
    context = {"form": shown_form, "training": row, "void_form": VoidForm() if may and not row.voided_at else None}
    return _render(request, "form", f"培训：{row.topic}", context, status=status_of(form))


@require_POST
@login_required
def void(request: HttpRequest, pk: int) -> HttpResponse:
    """Strike an entry."""
    actor, now = actor_of(request), timezone.now()
    row = _training(actor, pk)
    if not rules.can_record_training_of(actor, row.department):
        raise PermissionDenied("培训由组织机关登记和作废。")
    form = VoidForm(request.POST)
    if form.is_valid():
        try:
            trainings.void_training(actor=actor, training=row, at=now, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "登记已作废，不再计入统计。")
            return redirect("reports_desk:trainings")
    context = {"form": None, "training": row, "void_form": form}
    status = 409 if form.non_field_errors() else 422
    return _render(request, "form", f"培训：{row.topic}", context, status=status)


@require_safe
@login_required
@never_cache
def take_away(request: HttpRequest, extension: str) -> HttpResponse:
    """The trainings of a year that one sees, as CSV or XLSX."""
    actor = actor_of(request)
    if extension not in FORMATS:
        raise Http404
    _, year, code = _chosen(request, actor)
    lines = [_cells(row) for row in trainings.training_rows(actor, year=year, code=code)]
    name = f"{year}年培训记录.{extension}"
    if extension == "xlsx":
        return download(name, sheet("培训", HEADS, lines))
    return download(name, "".join(csv_lines([HEADS, *lines])).encode(), CSV)


def _cells(row: Training) -> list[Any]:
    material = row.document.title if row.document else row.url
    about = [row.department.name, f"{row.on:%Y-%m-%d}", row.topic, row.get_method_display()]
    return [*about, row.people, float(row.hours), material, row.note]


def _chosen(request: HttpRequest, actor: User) -> tuple[TrainingFilter, int, str]:
    asked, this_year = request.GET.copy(), timezone.localdate().year
    asked.setdefault("year", str(this_year))
    form = TrainingFilter(asked, bodies=bodies_visible_to(actor))
    form.is_valid()
    body = form.cleaned_data.get("department")
    return form, form.cleaned_data.get("year") or this_year, body.code if body else ""


def _initial(row: Training) -> dict[str, Any]:
    names = ("edition", "department", "on", "topic", "method", "people", "hours", "url", "note")
    said = {name: getattr(row, name) for name in names}
    return said | {"document": label_of(row.document) if row.document else ""}


def _training(actor: User, pk: int) -> Training:
    found = rules.trainings_visible_to(actor).select_related("department", "document", "recorded_by")
    return get_object_or_404(found, pk=pk)
