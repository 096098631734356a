"""Desk pages of the ledger of problems (条例§47)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.desks import staff, status_of
from accounts.models import User
from disclosure.models import WatchFinding
from files.spreadsheets import CSV, csv_lines, download
from files.spreadsheets import sheet as workbook
from reports.desks import desk_page, in_charge, sent
from reports.models import Problem, Result
from reports.problems import rules, selectors
from reports.problems import services as problems
from reports.problems.forms import AmendForm, LedgerFilter, NewForm, ReportForm, SayForm, SendBackForm
from reports.problems.states import AMEND, CLOSE, PROBLEMS, REPORT, SEND_BACK, VOID
from reports.proofs.fields import keep_files
from reports.records import record_of
from reports.rules import is_in_charge, sees_all
from reports.scorecards.rules import can_see_card
from requests_app.models import Inquiry
from workdays.selectors import current_calendar
from workflow.services import Refused
from workflow.transitions import Obstacle, Step

_render = partial(desk_page, "problems")


def _reader(request: HttpRequest) -> User:
    actor = staff(request)
    if not rules.can_use_problems(actor):
        raise Http404
    return actor


def _problem(actor: User, pk: int) -> Problem:
    found = rules.problems_visible_to(actor)
    shown = found.select_related(
        "department", "opened_by", "result__card__assessment", "result__card__department", "inquiry__case"
    )
    return get_object_or_404(shown, pk=pk)


@require_safe
@login_required
@never_cache
def ledger(request: HttpRequest) -> HttpResponse:
    """问题台账: soonest due first, under the filters chosen."""
    actor, today = _reader(request), timezone.localdate()
    form = LedgerFilter(request.GET, actor=actor)
    found = selectors.within(actor, today=today, **form.wanted())
    context = {
        "form": form,
        "page": selectors.page(found, after=request.GET.get("after", ""), today=today),
        "counts": selectors.counts(actor, today),
        "is_in_charge": is_in_charge(actor),
        "sees_all": sees_all(actor),
        "most": selectors.MOST_EXPORTED,
    }
    return _render(request, "ledger", "问题台账", context)


@require_safe
@login_required
@never_cache
def take_away(request: HttpRequest) -> HttpResponseBase:
    """The ledger under the filters as CSV or XLSX."""
    actor, today, kind = _reader(request), timezone.localdate(), request.GET.get("format", "")
    if kind not in ("csv", "xlsx"):
        raise Http404
    found = selectors.within(actor, today=today, **LedgerFilter(request.GET, actor=actor).wanted())
    rows, name = selectors.export_rows(found, today=today), f"问题台账-{today:%Y%m%d}.{kind}"
    if kind == "xlsx":
        return download(name, workbook("问题台账", selectors.HEADS, rows))
    response = StreamingHttpResponse(csv_lines([selectors.HEADS, *rows]), content_type=CSV)
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response


@require_safe
@login_required
@never_cache
def sources(request: HttpRequest) -> HttpResponse:
    """What the watch found and which inquiries are over: one button each enters them."""
    in_charge(request)
    today = timezone.localdate()
    context = {
        "findings": selectors.findings_to_enter(),
        "inquiries": selectors.inquiries_to_enter(today),
        "most": selectors.MOST_FINDINGS,
    }
    return _render(request, "sources", "从巡查和督办建账", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def new(request: HttpRequest) -> HttpResponse:
    """Enter a problem by hand."""
    actor = in_charge(request)
    due_on = problems.usual_due(timezone.localdate())
    form = NewForm(request.POST if request.method == "POST" else None, due_on=due_on)
    if form.is_valid():
        try:
            row = problems.open_problem(actor=actor, at=timezone.now(), **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "已建账，并通知责任机构。")
            return redirect("reports_desk:problem", row.pk)
    return _render(request, "form", "手工建账", {"form": form, "button": "建账"}, status=status_of(form))


def _entered(request: HttpRequest, enter: Callable[[], Problem], back: str, *args: Any) -> HttpResponse:
    """One button: entered, or the reason why not."""
    try:
        row = enter()
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(back, *args)
    messages.success(request, "已列入问题台账，并通知责任机构；期限和要求可以修改。")
    return redirect("reports_desk:problem", row.pk)


@require_POST
@login_required
def from_result(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter what an assessment found."""
    actor = in_charge(request)
    row = get_object_or_404(Result.objects.select_related("card__department", "card__assessment", "indicator"), pk=pk)
    at = timezone.now()
    return _entered(
        request, lambda: problems.from_result(actor=actor, result=row, at=at), "reports_desk:result", row.pk
    )


@require_POST
@login_required
def from_finding(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter what the watch found."""
    actor = in_charge(request)
    row = get_object_or_404(WatchFinding.objects.select_related("department", "document"), pk=pk, resolved_at=None)
    at = timezone.now()
    return _entered(
        request, lambda: problems.from_finding(actor=actor, finding=row, at=at), "reports_desk:problem_sources"
    )


@require_POST
@login_required
def from_inquiry(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter an inquiry that was not answered."""
    actor = in_charge(request)
    row = get_object_or_404(Inquiry.objects.select_related("case__department"), pk=pk, answered_at=None)
    at = timezone.now()
    return _entered(
        request, lambda: problems.from_inquiry(actor=actor, inquiry=row, at=at), "reports_desk:problem_sources"
    )


@require_safe
@login_required
@never_cache
def problem(request: HttpRequest, pk: int) -> HttpResponse:
    """One problem: what is wrong, what was said, what may be done."""
    actor, today = _reader(request), timezone.localdate()
    row = _problem(actor, pk)
    context = {
        "problem": row,
        "clock": selectors.row_of(row, today, current_calendar()).clock,
        "remarks": list(
            row.remarks.select_related("by").prefetch_related("proofs__file", "proofs__removed_by").order_by("pk")
        ),
        "steps": [(one.label, WORDS[one.action]) for one in _steps(actor, row).values() if one.is_open],
        "record": record_of(row, PROBLEMS),
        "is_in_charge": is_in_charge(actor),
        "shows_result": row.result is not None and can_see_card(actor, row.result.card),
    }
    return _render(request, "problem", f"第 {row.pk} 号问题", context)


# --- steps ------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Doing:
    """A step of a problem with its form."""

    verb: Callable[..., Problem]
    make: Callable[[Any, Any, Problem], Any]


STEPS = {
    "amend": (AMEND, Doing(problems.amend, lambda data, _, row: AmendForm(data, problem=row))),
    "report": (REPORT, Doing(problems.report, lambda data, files, row: ReportForm(data, files, problem=row))),
    "return": (
        SEND_BACK,
        Doing(problems.send_back, lambda data, _, row: SendBackForm(data, problem=row, due_on=_usual())),
    ),
    "close": (CLOSE, Doing(problems.close, lambda data, _, row: SayForm(data, problem=row, label="核实的情况"))),
    "void": (VOID, Doing(problems.void, lambda data, _, row: SayForm(data, problem=row, label="撤销的原因"))),
}


WORDS = {action: word for word, (action, _) in STEPS.items()}
STATUSES = {Obstacle.WRONG_PERSON: 403, Obstacle.WRONG_STATE: 409}


def _steps(actor: User, row: Problem) -> dict[str, Step]:
    may = {REPORT: rules.can_report(actor, row)}
    steps = PROBLEMS.steps(row.state, lambda one: may.get(one.action, is_in_charge(actor)))
    return {one.action: one for one in steps}


def _usual() -> date:
    return problems.usual_due(timezone.localdate())


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def step(request: HttpRequest, pk: int, word: str) -> HttpResponse:
    """One step of a problem, or why it may not be taken; what was typed too late stays beside the reason."""
    actor = _reader(request)
    row = _problem(actor, pk)
    if word not in STEPS:
        raise Http404
    action, doing = STEPS[word]
    now = _steps(actor, row)[action]
    if now.obstacle and (request.method != "POST" or now.obstacle == Obstacle.WRONG_PERSON):
        context = {"problem": row, "reason": now.reason}
        return _render(request, "form", f"{now.label}：第 {pk} 号问题", context, status=STATUSES[now.obstacle])
    form = doing.make(*sent(request), row)
    if form.is_valid() and keep_files(form, by=actor, unless=now.obstacle):
        try:
            doing.verb(actor=actor, problem=row, at=timezone.now(), **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"已办理：{now.label}。")
            return redirect("reports_desk:problem", pk)
    context = {"form": form, "problem": row, "button": now.label}
    return _render(request, "form", f"{now.label}：第 {pk} 号问题", context, status=status_of(form))
