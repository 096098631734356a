"""Desk pages of assessments: the list, one assessment, a body's card, the steps (条例§46, §47)."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.desks import key_of, staff, status_of
from accounts.models import User
from files.spreadsheets import download
from reports.desks import desk_page, in_charge, taken
from reports.models import Assessment, ReportEvent, Scorecard
from reports.rules import is_in_charge, sees_all
from reports.scorecards import assessing, charts, export, rules, selectors
from reports.scorecards.forms import AnnounceForm, OpenForm, PublishForm
from reports.scorecards.states import AssessmentState
from workflow.services import Refused

render_desk = partial(desk_page, "scorecards")
"""A page of this desk."""

Step = Callable[..., ReportEvent | None]


def reader(request: HttpRequest) -> User:
    """Somebody of this desk; 404 for everybody else."""
    actor = staff(request)
    if not rules.can_use_scorecards(actor):
        raise Http404
    return actor


def overseer(request: HttpRequest) -> User:
    """Somebody who sees everything: the department in charge, an auditor; 404 for everybody else."""
    actor = staff(request)
    if not sees_all(actor):
        raise Http404
    return actor


def assessment_of(actor: User, pk: int) -> Assessment:
    """An assessment ``actor`` sees; 404 for others."""
    return get_object_or_404(rules.assessments_visible_to(actor).select_related("set", "opened_by"), pk=pk)


@require_safe
@login_required
@never_cache
def index(request: HttpRequest) -> HttpResponse:
    """Assessments, newest first; a body's people see what theirs earned."""
    actor = reader(request)
    context = {
        "page": selectors.assessment_page(actor, before=key_of(request.GET.get("before"))),
        "is_in_charge": is_in_charge(actor),
        "sees_all": sees_all(actor),
    }
    return render_desk(request, "index", "考核评估", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def open_(request: HttpRequest) -> HttpResponse:
    """Begin an assessment."""
    actor = in_charge(request)
    today = timezone.localdate()
    form = OpenForm(request.POST if request.method == "POST" else None, today=today)
    if form.is_valid():
        try:
            row = assessing.open_assessment(actor=actor, at=timezone.now(), **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "已开展考核，系统正在计算能由数据得出的指标。")
            return redirect("reports_desk:assessment", row.pk)
    return render_desk(request, "open", "开展考核", {"form": form}, status=status_of(form))


@require_safe
@login_required
@never_cache
def assessment(request: HttpRequest, pk: int) -> HttpResponse:
    """One assessment: its state, the bodies with their scores by section, and what may be done next."""
    actor = reader(request)
    row = assessment_of(actor, pk)
    shows_all = rules.can_see_ranking(actor, row)
    sections, lines = selectors.table_of(row)
    own = {card.pk for card in rules.cards_visible_to(actor).filter(assessment=row)}
    shown = [line for line in lines if shows_all or line.card.pk in own]
    context = {
        "assessment": row,
        "sections": sections,
        "lines": shown,
        "own": own,
        "plot": charts.scores_plot(shown) if shows_all else None,
        "work": selectors.computing(row) if sees_all(actor) else None,
        "is_in_charge": is_in_charge(actor),
        "sees_all": sees_all(actor),
        "waiting": sum(line.card.waiting for line in lines),
        "objections": selectors.waiting_objections(row) if sees_all(actor) else 0,
        "is_over": selectors.is_over(row, timezone.localdate()),
        "record": selectors.record_of_assessment(row) if sees_all(actor) else [],
    }
    return render_desk(request, "assessment", row.title, context)


@require_safe
@login_required
@never_cache
def progress(request: HttpRequest, pk: int) -> JsonResponse:
    """How far the computing is, for the progress bar."""
    work = selectors.computing(assessment_of(overseer(request), pk))
    return JsonResponse({"percent": work.percent, "is_over": not work.is_moving})


@require_safe
@login_required
@never_cache
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole assessment as a workbook."""
    row = assessment_of(overseer(request), pk)
    return download(f"{row.title}.xlsx", export.workbook(row))


@require_safe
@login_required
@never_cache
def card(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """One body's card: every indicator with what was found and what it rests on."""
    actor = reader(request)
    found = rules.cards_visible_to(actor).select_related("assessment__set", "department")
    row: Scorecard = get_object_or_404(found, assessment=pk, department__code=code)
    context = {
        "card": row,
        "assessment": row.assessment,
        "parts": selectors.card_parts(row),
        "may_object": rules.can_object(actor, row, on=timezone.localdate()),
        "may_judge": is_in_charge(actor) and row.assessment.state == AssessmentState.OPEN,
        "may_ledger": is_in_charge(actor),
        "shows_rank": rules.can_see_ranking(actor, row.assessment),
    }
    return render_desk(request, "card", f"{row.department}：{row.assessment.title}", context)


# --- steps ------------------------------------------------------------------------------------------------------------------


def _stepped(request: HttpRequest, pk: int, step: Step, done: str) -> HttpResponse:
    """A step that asks nothing: taken, or the reason said."""
    actor = overseer(request)
    row = assessment_of(actor, pk)
    taken(request, partial(step, actor=actor, row=row, at=timezone.now()), done)
    return redirect("reports_desk:assessment", pk)


@require_POST
@login_required
def compute(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the data again."""
    return _stepped(request, pk, assessing.compute_again, "正在重新计算；人工评定的结果不变。")


@require_POST
@login_required
def settle(request: HttpRequest, pk: int) -> HttpResponse:
    """The result is what it is."""
    return _stepped(request, pk, assessing.settle, "考核结果已经确定，可以通报。")


@require_POST
@login_required
def disclose(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a told result before the public."""
    return _stepped(request, pk, assessing.disclose, "考核结果已经向社会公布。")


@require_POST
@login_required
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Give up what was opened by mistake."""
    return _stepped(request, pk, assessing.cancel, "已取消本次考核。")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def announce(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the bodies their cards and ask for objections."""
    row = assessment_of(in_charge(request), pk)
    form = AnnounceForm(request.POST if request.method == "POST" else None, today=timezone.localdate())
    if _took(request, row, form, assessing.announce):
        messages.success(request, "已通知各机构核对本机构的结果。")
        return redirect("reports_desk:assessment", pk)
    return _asking(request, row, form, ("announce", "征求异议"))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Tell the result."""
    row = assessment_of(in_charge(request), pk)
    form = PublishForm(request.POST if request.method == "POST" else None)
    if _took(request, row, form, assessing.publish):
        messages.success(request, "考核结果已经通报。")
        return redirect("reports_desk:assessment", pk)
    return _asking(request, row, form, ("publish", "通报考核结果"))


def _took(request: HttpRequest, row: Assessment, form: Any, step: Step) -> bool:
    """True when the step was taken; why not stands in the form."""
    if not form.is_valid():
        return False
    try:
        step(actor=request.user, row=row, at=timezone.now(), **form.cleaned_data)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


def _asking(request: HttpRequest, row: Assessment, form: Any, page: tuple[str, str]) -> HttpResponse:
    """A step with a form of its own."""
    context = {"form": form, "assessment": row}
    return render_desk(request, page[0], f"{page[1]}：{row.title}", context, status=status_of(form))
