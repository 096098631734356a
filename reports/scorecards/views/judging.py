"""Desk pages on which results are judged, objected to and answered."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.desks import key_of, status_of
from accounts.models import User
from reports.desks import in_charge, saved, sent
from reports.models import Assessment, Indicator, Objection, Result
from reports.proofs.fields import ProofsForm, keep_files
from reports.rules import can_sign_for, is_in_charge
from reports.scorecards import judging, rules, selectors
from reports.scorecards.forms import AnswerForm, JudgeForm, ObjectForm
from reports.scorecards.measures.registry import MEASURES
from reports.scorecards.states import SHOWN_TO_BODIES, AssessmentState, ObjectionState
from reports.scorecards.views.desk import assessment_of, overseer, reader, render_desk
from workflow.services import Refused


@require_safe
@login_required
@never_cache
def indicators(request: HttpRequest, pk: int) -> HttpResponse:
    """Every indicator of an assessment and how far it is."""
    row = assessment_of(overseer(request), pk)
    rows = selectors.progress_of(row)
    waiting = sum(1 for one in rows if one.waiting)
    context = {"assessment": row, "rows": rows, "waiting": waiting}
    return render_desk(request, "indicators", f"逐项评定：{row.title}", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def judge(request: HttpRequest, pk: int, indicator_pk: int) -> HttpResponse:
    """One indicator at all bodies."""
    actor = overseer(request)
    row = assessment_of(actor, pk)
    indicator = get_object_or_404(Indicator.objects.select_related("section"), pk=indicator_pk, section__set=row.set_id)
    results, after = selectors.results_page(row, indicator, after=_path(request.GET.get("after", "")))
    if not results:
        raise Http404
    form = JudgeForm(request.POST if request.method == "POST" else None, results=results)
    status = 200
    if form.is_valid():
        status = _judged(request, actor, row, form)
        if status == 302:
            return _onward(request, row, indicator, after)
    measure = MEASURES.get(indicator.measure)
    context = {
        "assessment": row,
        "indicator": indicator,
        "how": selectors.how(indicator),
        "measure": measure,
        "form": form,
        "after": after,
        "may_judge": is_in_charge(actor)
        and (row.state == AssessmentState.OPEN or form.is_bound),  # keeps what is typed
    }
    return render_desk(request, "judge", f"评定：{indicator}", context, status=status)


def _path(after: str) -> str:
    """A place in the tree of bodies, as the pager wrote it."""
    return after if after.isascii() and after.isalnum() else ""


def _judged(request: HttpRequest, actor: User, row: Assessment, form: JudgeForm) -> int:
    """302 when everything is stored; what is wrong stands in the form."""
    try:
        done = judging.judge(actor=actor, assessment=row, judgements=form.judgements(), at=timezone.now())
    except judging.Stale as stale:
        fresh = dict(Result.objects.filter(pk__in=stale.keys).values_list("pk", "edition"))
        form.take_editions(fresh)
        form.stale = stale.keys  # type: ignore[attr-defined]
        form.add_error(None, str(stale))
        return 409
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return 409
    messages.success(request, f"已保存 {done} 个机构的结果。" if done else "没有改动。")
    return 302


def _onward(request: HttpRequest, row: Assessment, indicator: Indicator, after: str) -> HttpResponse:
    """The next bodies, the next indicator that waits, or the list of indicators."""
    if after:
        response = redirect("reports_desk:judge", row.pk, indicator.pk)
        response["Location"] += f"?after={after}"
        return response
    if request.POST.get("do") == "next":
        rows = selectors.progress_of(row)
        here = [one.indicator.pk for one in rows].index(indicator.pk)
        waiting = [one for one in [*rows[here + 1 :], *rows[:here]] if one.waiting]
        if waiting:
            return redirect("reports_desk:judge", row.pk, waiting[0].indicator.pk)
    return redirect("reports_desk:indicators", row.pk)


@require_safe
@login_required
@never_cache
def result(request: HttpRequest, pk: int) -> HttpResponse:
    """One result with its objection and its problem."""
    actor = reader(request)
    row: Result = get_object_or_404(selectors.visible_result(actor, pk))
    card = row.card
    objection = Objection.objects.filter(result=row).select_related("filed_by", "answered_by").first()
    context = {
        "result": row,
        "card": card,
        "objection": objection,
        "measure": MEASURES.get(row.indicator.measure),
        "problem": row.problems.exclude(state="voided").first(),
        "proofs": list(row.proofs.select_related("file", "added_by", "removed_by")),
        "is_in_charge": is_in_charge(actor),
        "may_object": objection is None and rules.can_object(actor, card, on=timezone.localdate()),
        "may_judge": is_in_charge(actor) and card.assessment.state == AssessmentState.OPEN,
        "may_ledger": is_in_charge(actor)
        and row.applies
        and row.findings > 0
        and card.assessment.state in SHOWN_TO_BODIES,
    }
    return render_desk(request, "result", f"{card.department}：{row.indicator}", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def prove(request: HttpRequest, pk: int) -> HttpResponse:
    """Files beside a result."""
    actor = in_charge(request)
    row: Result = get_object_or_404(selectors.visible_result(actor, pk))
    reason = rules.why_not_proven(row.card.assessment)
    form = ProofsForm(*sent(request))
    if not reason and form.is_valid() and keep_files(form, by=actor):
        files, at = form.cleaned_data["proofs"], timezone.now()
        if saved(
            request, form, lambda: judging.prove(actor=actor, result=row, proofs=files, at=at), "佐证材料已添加。"
        ):
            return redirect("reports_desk:result", pk)
    context = {"form": form, "result": row, "card": row.card, "reason": reason}
    status = 409 if reason else status_of(form)
    return render_desk(request, "prove", f"添加佐证材料：{row.indicator}", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def object_to(request: HttpRequest, pk: int) -> HttpResponse:
    """The head of the body objects."""
    actor = reader(request)
    row: Result = get_object_or_404(selectors.visible_result(actor, pk))
    if not can_sign_for(actor, row.card.department):
        raise Http404
    filed = Objection.objects.filter(result=row).first()
    if filed is not None and request.method != "POST":
        return redirect("reports_desk:objection", filed.pk)
    form, reason = ObjectForm(*sent(request)), rules.why_not_asked(row.card.assessment, on=timezone.localdate())
    if form.is_valid() and keep_files(form, by=actor, unless=reason):
        try:
            made = judging.object_to(actor=actor, result=row, at=timezone.now(), **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "异议已经提出，由主管部门处理。")
            return redirect("reports_desk:objection", made.pk)
    context = {"form": form, "result": row, "card": row.card, "reason": "" if form.is_bound else reason}
    status = 409 if reason else status_of(form)
    return render_desk(request, "object", f"提出异议：{row.indicator}", context, status=status)


@require_safe
@login_required
@never_cache
def objections(request: HttpRequest) -> HttpResponse:
    """Objections, newest first."""
    actor = reader(request)
    show = "waiting" if request.GET.get("show") == "waiting" else ""
    page = selectors.objection_page(actor, show=show, before=key_of(request.GET.get("before")))
    return render_desk(request, "objections", "考核异议", {"page": page, "show": show})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def objection(request: HttpRequest, pk: int) -> HttpResponse:
    """One objection; the department in charge answers it."""
    actor = reader(request)
    found = rules.objections_visible_to(actor).select_related(
        "result__indicator", "result__card__department", "result__card__assessment", "filed_by", "answered_by"
    )
    row = get_object_or_404(found, pk=pk)
    may = is_in_charge(actor)
    if request.method == "POST" and not may:
        raise Http404
    is_waiting = row.state == ObjectionState.FILED or request.method == "POST"
    form = AnswerForm(request.POST if request.method == "POST" else None, objection=row) if may and is_waiting else None
    if form is not None and form.is_valid() and _answered(request, actor, row, form):
        return redirect("reports_desk:objection", pk)
    context: dict[str, Any] = {
        "objection": row,
        "is_in_charge": may,
        "proofs": list(row.proofs.select_related("file", "removed_by")),
        "result": row.result,
        "card": row.result.card,
        "form": form,
    }
    return render_desk(request, "objection", f"异议：{row.result.indicator}", context, status=status_of(form))


def _answered(request: HttpRequest, actor: User, row: Objection, form: AnswerForm) -> bool:
    try:
        said = form.cleaned_data["answer"]
        judging.answer(actor=actor, objection=row, answer_text=said, change=form.change(), at=timezone.now())
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, f"已处理：{row.get_state_display()}。")
    return True
