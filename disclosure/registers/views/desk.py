"""Desk pages of the registers: guide, institution, directory, completeness, what is withheld."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.desks import key_of, status_of
from accounts.models import Department, User
from accounts.rules import can_see_everything
from disclosure.models import DirectoryEntry, DirectoryVersion
from disclosure.registers import completeness, rules, selectors, services
from disclosure.registers.forms import EditionForm, EntryForm
from files.spreadsheets import download, sheet
from workdays.selectors import current_calendar
from workflow.services import Refused

EDIT = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@login_required
def entrance(request: HttpRequest) -> HttpResponse:
    """The departments whose registers one may read, and when each register was last published."""
    actor = reader(request)
    context = {
        "departments": selectors.desks(actor),
        "may_see_city": can_see_everything(actor),
        "may_see_gazette": rules.can_read_gazette(actor),
    }
    return page(request, "index", "指南、目录与公报", context)


@EDIT
@login_required
@never_cache
def edition(request: HttpRequest, code: str, kind: str) -> HttpResponse:
    """Edit the draft of a guide or an institution."""
    actor, body = reader(request), _department(request, code)
    what = services.KINDS[kind]
    copy = services.working_copy(what, body)
    form = EditionForm(request.POST if request.method == "POST" else None, kind=what, copy=copy)
    may_keep = rules.can_keep(actor, body)
    if request.method == "POST" and not may_keep:
        raise Http404
    if form.is_valid():
        values = dict(form.cleaned_data)
        seen = values.pop("seen")
        now = timezone.now()
        try:
            services.save_edition(actor=actor, kind=what, department=body, values=values, seen=seen, at=now)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "已保存。发布后对外生效。")
            return redirect(request.path)
    context = {
        "department": body,
        "form": form,
        "copy": copy,
        "kind": what,
        "may_keep": may_keep,
        "versions": selectors.versions(what, body),
        "missing": "、".join(what.missing(copy)) if copy.pk and what is services.INSTITUTION else "",
    }
    return page(request, "edition", f"{body.name}：{what.label}", context, status=status_of(form))


@require_safe
@login_required
def edition_version(request: HttpRequest, code: str, kind: str, number: int) -> HttpResponse:
    """A version as it was published."""
    body, what = _department(request, code), services.KINDS[kind]
    row: Any = get_object_or_404(what.model, department=body, number=number, published_at__isnull=False)
    heading = f"{body.name}：{what.label}第 {number} 版"
    context = {"department": body, "row": row, "kind": what, "fields": _said(row, what)}
    return page(request, "edition_version", heading, context)


def _said(row: Any, what: services.EditionKind) -> list[tuple[str, str]]:
    names = (*what.fields, *(services.OFFICE_FIELDS if what is services.GUIDE else ()))
    return [(services.label_of(row, name), getattr(row, name)) for name in names]


@require_POST
@login_required
def publish_edition(request: HttpRequest, code: str, kind: str) -> HttpResponse:
    """Publish the draft."""
    actor, body = reader(request), _kept(request, code)
    what = services.KINDS[kind]
    try:
        row = services.publish_edition(actor=actor, kind=what, department=body, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"{what.label}第 {row.number} 版已发布。")
    return redirect(f"disclosure:register_{kind}", code=code)


@require_safe
@login_required
def directory(request: HttpRequest, code: str) -> HttpResponse:
    """The working directory and its published versions."""
    actor, body = reader(request), _department(request, code)
    entries = selectors.working_entries(body)
    history = list(body.directory_versions.select_related("published_by").defer("entries"))
    context = {
        "department": body,
        "entries": entries,
        "versions": history,
        "may_keep": rules.can_keep(actor, body),
    }
    return page(request, "directory", f"{body.name}：主动公开基本目录", context)


@EDIT
@login_required
@never_cache
def entry(request: HttpRequest, code: str, pk: int | None = None) -> HttpResponse:
    """Add a row of the directory, or change one."""
    actor, body = reader(request), _kept(request, code)
    row = get_object_or_404(DirectoryEntry, pk=pk, department=body) if pk else None
    form = EntryForm(request.POST if request.method == "POST" else None, instance=row)
    if form.is_valid():
        try:
            services.save_entry(actor=actor, department=body, entry=row, values=form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "已保存。发布目录后对外生效。")
            return redirect("disclosure:register_directory", code=code)
    heading = f"修改事项：{row}" if row else "添加目录事项"
    context = {"department": body, "form": form, "row": row}
    return page(request, "entry", heading, context, status=status_of(form))


@require_POST
@login_required
def entry_active(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Take a row out of use, or put it back (`active=1`)."""
    actor, body = reader(request), _kept(request, code)
    row = get_object_or_404(DirectoryEntry.objects.select_related("department"), pk=pk, department=body)
    is_active = request.POST.get("active") == "1"
    services.set_entry_active(actor=actor, entry=row, is_active=is_active)
    messages.success(request, "已恢复使用。" if is_active else "已停用。发布目录后对外生效。")
    return redirect("disclosure:register_directory", code=code)


@require_POST
@login_required
def publish_directory(request: HttpRequest, code: str) -> HttpResponse:
    """Publish the working directory as its next version."""
    actor, body = reader(request), _kept(request, code)
    try:
        version = services.publish_directory(actor=actor, department=body, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"目录第 {version.number} 版已发布。")
    return redirect("disclosure:register_directory", code=code)


@require_safe
@login_required
def directory_sheet(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """A published version as XLSX."""
    body = _department(request, code)
    version = get_object_or_404(DirectoryVersion, department=body, number=number)
    rows = selectors.directory_rows(version.entries)
    data = sheet("主动公开基本目录", selectors.DIRECTORY_HEADS, rows)
    return download(f"{body.name}主动公开基本目录（第{number}版）.xlsx", data)


@require_safe
@login_required
def check(request: HttpRequest, code: str) -> HttpResponse:
    """Which entry of one department has nothing behind it, or too late."""
    body = _department(request, code)
    own = DirectoryEntry.objects.filter(department=body).order_by("position", "id")
    rows = completeness.check(own, calendar=current_calendar(), at=timezone.now())
    context = {"department": body, "rows": rows, "tally": completeness.tallies(rows, [body])[0]}
    return page(request, "check", f"{body.name}：目录完整性检查", context)


@require_safe
@login_required
def check_city(request: HttpRequest) -> HttpResponse:
    """The same for every department, in counts."""
    if not can_see_everything(reader(request)):
        raise Http404
    bodies = list(Department.objects.active().bodies())
    entries = DirectoryEntry.objects.filter(department__in=[body.pk for body in bodies]).order_by("department", "pk")
    rows = completeness.check(entries, calendar=current_calendar(), at=timezone.now())
    return page(request, "check_city", "全市目录完整性检查", {"tallies": completeness.tallies(rows, bodies)})


@require_safe
@login_required
def exempt(request: HttpRequest, code: str) -> HttpResponse:
    """不予公开目录 of a department."""
    body = _department(request, code)
    rows = selectors.exempt(body)
    if before := key_of(request.GET.get("before")):
        rows = rows.filter(pk__lt=before)
    shown = list(rows[: selectors.PAGE + 1])
    after = shown[selectors.PAGE - 1].pk if len(shown) > selectors.PAGE else None
    context = {"department": body, "rows": shown[: selectors.PAGE], "after": after}
    return page(request, "exempt", f"{body.name}：不予公开目录", context)


@require_safe
@login_required
def exempt_sheet(request: HttpRequest, code: str) -> HttpResponse:
    """The same as XLSX."""
    body = _department(request, code)
    data = sheet("不予公开目录", selectors.EXEMPT_HEADS, selectors.exempt_rows(body))
    return download(f"{body.name}不予公开目录（内部资料）.xlsx", data)


def page(request: HttpRequest, name: str, heading: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """A page of the registers in the shell of the desk."""
    return render(request, f"desk/registers/{name}.html", {"heading": heading, **context}, status=status)


def reader(request: HttpRequest) -> User:
    """The signed-in person who may read some register or the gazette; 404 for everybody else."""
    user = request.user
    if not isinstance(user, User):
        raise Http404
    if not (rules.departments_readable_by(user).exists() or rules.can_read_gazette(user)):
        raise Http404
    return user


def _department(request: HttpRequest, code: str) -> Department:
    found: Department = get_object_or_404(rules.departments_readable_by(reader(request)), code=code)
    return found


def _kept(request: HttpRequest, code: str) -> Department:
    found: Department = get_object_or_404(rules.departments_kept_by(reader(request)), code=code)
    return found
