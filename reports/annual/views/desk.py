"""Desk pages of annual reports: the list, one report, its texts and figures, its way to the public, what is behind a cell."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.desks import key_of, staff, status_of
from accounts.models import Department, User
from reports.annual import rules, services
from reports.annual.building import figures_of_report, live_figures, sources_moved, sources_of
from reports.annual.forms import FiguresForm, ReasonForm, TextsForm, TieForm
from reports.annual.pages import TYPES, linked_report, texts_beside
from reports.annual.publishing import public_address
from reports.annual.selectors import (
    behind,
    bodies_of_report,
    count_behind,
    moved_since,
    page_behind,
    place_of,
    said_in,
    standings,
)
from reports.annual.states import CHECK, DROP, FROZEN, REPORTS, SEND_BACK, ReportState
from reports.annual.tables import EARLIEST, LATEST
from reports.annual.views.files import given_out
from reports.desks import desk_page
from reports.models import AnnualReport, ReportFormat
from reports.records import record_of
from workdays.selectors import current_calendar
from workflow.services import Refused

_render = partial(desk_page, "reports/annual")

TAKEN: dict[str, Callable[..., AnnualReport]] = {
    "check": services.check,
    "reopen": services.reopen,
    "sign": services.sign,
    "publish": services.publish,
}
SIGNED_FOR = ("sign", "publish")  # by the digest of what was read
DONE = {
    "check": "已核对定稿，等负责人签发。",
    "reopen": "已取回，可以修改。",
    "sign": "已签发，可以公布。",
    "publish": "已公布。",
    SEND_BACK: "已退回修改。",
    DROP: "草稿已作废。",
}
WITH_REASON = {SEND_BACK: services.send_back, DROP: services.drop}
CORRECT = "correct"


@require_safe
@login_required
def reports(request: HttpRequest) -> HttpResponse:
    """Every body's report of a year, and what is due."""
    actor, today = staff(request), timezone.localdate()
    year = key_of(request.GET.get("year")) or today.year - 1
    year = year if EARLIEST <= year <= today.year else today.year - 1
    rows = standings(actor, year, today=today, calendar=current_calendar())
    code, is_late = request.GET.get("department", ""), request.GET.get("late") == "1"
    shown = [
        row
        for row in rows
        if (not code or row.department.code == code) and (not is_late or (row.is_late and not row.published_at))
    ]
    context = {
        "rows": shown,
        "total": len(rows),
        "is_filtered": bool(code) or is_late,
        "year": year,
        "years": range(today.year, max(EARLIEST, today.year - 8), -1),
        "public": sum(row.published_at is not None for row in rows),
        "may_collect": rules.can_collect(actor),
    }
    return _render(request, "list", "年度报告", context)


@require_POST
@login_required
def start(request: HttpRequest) -> HttpResponse:
    """Begin the report of a row."""
    actor, year = staff(request), key_of(request.POST.get("year")) or 0
    department: Department = get_object_or_404(Department.objects.bodies(), code=request.POST.get("department", ""))
    is_consolidated = request.POST.get("consolidated") == "1"
    wanted = AnnualReport(department=department, is_consolidated=is_consolidated)
    if not EARLIEST <= year <= LATEST or not rules.can_see(actor, wanted):
        raise Http404
    try:
        report = services.start(
            actor=actor, department=department, year=year, is_consolidated=is_consolidated, at=timezone.now()
        )
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(f"{reverse('reports_desk:annual')}?year={year}")
    messages.success(request, "已开始编制，正文按现在的数字拟好了初稿，请逐部分修改。")
    return redirect("reports_desk:annual_one", pk=report.pk)


@require_safe
@login_required
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """A report as it stands: what does not agree, its tables with the way behind every cell, its texts."""
    actor = staff(request)
    return _page(request, actor, _report(actor, pk))


def _page(request: HttpRequest, actor: User, report: AnnualReport, *, refusal: str = "") -> HttpResponse:
    is_frozen = report.state in FROZEN
    sources = sources_of(report.department, report.year) if report.is_consolidated and not is_frozen else []
    figures = figures_of_report(report) if is_frozen else live_figures(report, sources)
    findings = services.examine(report, figures, sources, at=timezone.now())
    context = {
        "report": report,
        "findings": findings,
        "written": linked_report(report, figures, findings.breaches, actor),
        "steps": REPORTS.steps(report.state, lambda row: rules.may(actor, report, row)),
        "reasons": [*WITH_REASON],
        "may_write": rules.can_write(actor, report) and report.state == ReportState.DRAFT,
        "may_correct": rules.can_write(actor, report) and report.state == ReportState.PUBLISHED,
        "moved": moved_since(report, live_figures(report)) if is_frozen and not report.is_consolidated else [],
        "bodies_moved": sources_moved(report) if is_frozen and report.is_consolidated else [],
        "sources": sources,
        "formats": ReportFormat.choices if is_frozen else [],
        "public_url": public_address(report) if report.state == ReportState.PUBLISHED else "",
        "record": record_of(report, REPORTS),
        "refusal": refusal,
    }
    return _render(request, "report", report.title, context, status=409 if refusal else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def texts(request: HttpRequest, pk: int) -> HttpResponse:
    """Every part of the texts, with last year's and a wording after this year's figures beside it."""
    actor = staff(request)
    report = _to_write(actor, pk)
    form = TextsForm(request.POST or None, report=report)
    if _saved(actor, report, form, lambda: {"texts": _texts_of(form)}):
        messages.success(request, "正文已保存。")
        return redirect("reports_desk:annual_one", pk=pk)
    context = {"report": report, "form": form, "parts": texts_beside(report, form)}
    return _render(request, "texts", f"正文：{report.title}", context, status=status_of(form))


def _texts_of(form: Form) -> dict[str, str]:
    return {name: text for name, text in form.cleaned_data.items() if name != "saved"}


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def figures(request: HttpRequest, pk: int) -> HttpResponse:
    """What other systems count: decisions, fees; and documents where the body counts differently. Of a consolidated
    report, which is added up, why what was carried over is not what last year's says."""
    actor = staff(request)
    report = _to_write(actor, pk)
    form = (TieForm if report.is_consolidated else FiguresForm)(request.POST or None, report=report)
    if _saved(actor, report, form, form.changes):
        messages.success(request, "说明已保存。" if report.is_consolidated else "填报的数字已保存。")
        return redirect("reports_desk:annual_one", pk=pk)
    heading = f"{'说明上年结转' if report.is_consolidated else '表二'}：{report.title}"
    return _render(request, "figures", heading, {"report": report, "form": form}, status=status_of(form))


def _saved(actor: User, report: AnnualReport, form: Form, changes: Callable[[], dict[str, Any]]) -> bool:
    """True when what was typed is stored; what is wrong stands in the form."""
    if not form.is_valid():
        return False
    try:
        services.write(actor=actor, report=report, saved=form.cleaned_data["saved"], at=timezone.now(), **changes())
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def step(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Take a step; those that need a reason have a page of their own."""
    actor = staff(request)
    report = _report(actor, pk)
    if action in WITH_REASON or action == CORRECT:
        return _step_with_reason(request, actor, report, action)
    if action not in TAKEN or request.method != "POST":
        raise Http404
    try:
        read: dict[str, Any] = {"digest": request.POST.get("digest", "")} if action in SIGNED_FOR else {}
        if action == CHECK and (saved := request.POST.get("saved", "")).isdecimal():
            read["saved"] = int(saved[:10])
        TAKEN[action](actor=actor, report=report, at=timezone.now(), **read)
    except Refused as refusal:
        return _page(request, actor, _report(actor, pk), refusal=str(refusal))
    messages.success(request, DONE[action])
    return redirect("reports_desk:annual_one", pk=pk)


def _step_with_reason(request: HttpRequest, actor: User, report: AnnualReport, action: str) -> HttpResponse:
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        take = services.start_correction if action == CORRECT else WITH_REASON[action]
        try:
            done = take(actor=actor, report=report, reason=form.cleaned_data["reason"], at=timezone.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, DONE.get(action, "已开始编制更正后的报告。"))
            return redirect("reports_desk:annual_one", pk=done.pk)
    label = "更正后重新公布" if action == CORRECT else REPORTS.actions[action]
    context = {"report": report, "form": form, "label": label}
    return _render(request, "step", f"{label}：{report.title}", context, status=status_of(form))


@require_safe
@login_required
def cell(request: HttpRequest, pk: int) -> HttpResponse:
    """条例§50: the cases, documents or remedies behind one cell."""
    actor = staff(request)
    report = _report(actor, pk)
    place = place_of(*(request.GET.get(name, "") for name in ("table", "row", "column")))
    if place is None:
        raise Http404
    bodies, said = bodies_of_report(report), said_in(report, place)
    page = page_behind(behind(actor, bodies, report.year, place), after=key_of(request.GET.get("after")) or 0)
    count = count_behind(bodies, report.year, place) if said is None else None
    context = {"report": report, "place": place, "page": page, "said": said, "count": count}
    return _render(request, f"cell_{place.table}", f"{place.words}：{report.title}", context)


@require_safe
@login_required
def file(request: HttpRequest, pk: int, form: str) -> HttpResponseBase:
    """The report in one form: the very bytes that were published, or as it would be today."""
    actor = staff(request)
    report = _report(actor, pk)
    if form not in TYPES or report.state not in FROZEN:
        raise Http404
    return given_out(request, report, form)


# --- what every page asks ------------------------------------------------------------------------------------------------


def _report(actor: User, pk: int) -> AnnualReport:
    found = rules.reports_visible_to(actor).select_related("department", "document", "started_by")
    return get_object_or_404(found, pk=pk)


def _to_write(actor: User, pk: int) -> AnnualReport:
    report = _report(actor, pk)
    if not rules.can_write(actor, report):
        raise PermissionDenied("您不能填写该年度报告。")
    return report
