"""Desk pages of quarterly analyses."""

from functools import partial

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.desks import staff, status_of
from accounts.models import User
from files.spreadsheets import download
from reports.desks import desk_page, saved, taken
from reports.figures import rules as figures_rules
from reports.figures.links import Links
from reports.figures.periods import ended_quarters
from reports.models import QuarterlyAnalysis
from reports.quarterly import rules, selectors, services
from reports.quarterly.forms import BeginForm, ReviseForm, SignForm, WriteForm
from reports.quarterly.sheets import workbook as sheets
from reports.quarterly.showing import Part, parts
from reports.quarterly.states import ANALYSES, AnalysisState
from reports.quarterly.wording import PARTS, strangers
from reports.records import record_of
from workflow.services import Refused

_render = partial(desk_page, "reports")

QUARTERS_OFFERED = 8


@require_safe
@login_required
@never_cache
def analyses(request: HttpRequest) -> HttpResponse:
    """Those of one's office, or all, the newest quarters first."""
    actor = _actor(request)
    page = selectors.page(rules.analyses_visible_to(actor), request.GET.get("after", "")[:40])
    context = {"page": page, "may_begin": bool(selectors.subjects_for(actor))}
    return _render(request, "quarterlies", "季度分析", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def begin(request: HttpRequest) -> HttpResponse:
    """Choose a quarter that is over; it is counted at once."""
    actor = _actor(request)
    subjects = selectors.subjects_for(actor)
    if not subjects:
        raise Http404
    quarters = ended_quarters(timezone.localdate(), QUARTERS_OFFERED)
    form = BeginForm(request.POST or None, subjects=subjects, quarters=quarters)
    if request.method == "POST" and form.is_valid():
        try:
            row = services.begin(actor=actor, at=timezone.now(), **form.asked)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "已经统计，文字由数字生成，请核对修改。")
            return redirect("reports_desk:quarterly", pk=row.pk)
    return _render(request, "quarterly_begin", "起草季度分析", {"form": form}, status=status_of(form))


@require_safe
@login_required
@never_cache
def analysis(request: HttpRequest, pk: int) -> HttpResponse:
    """The analysis as it stands, each number leading to its cases, and what may be done with it."""
    actor = _actor(request)
    row = _analysis(actor, pk)
    is_draft = row.state == AnalysisState.DRAFT
    writes, signs = rules.can_write(actor, row), rules.can_sign(actor, row)
    context = {
        "analysis": row,
        "parts": _parts(actor, row),
        "follows": _follows(actor, row),
        "record": record_of(row, ANALYSES),
        "strangers": _strangers(row) if is_draft else [],
        "may_write": writes and is_draft,
        "may_hand_in": writes and is_draft and not signs,
        "handed_in_at": selectors.handed_in_at(row) if is_draft else None,
        "may_publish": signs and is_draft,
        "may_revise": signs and not is_draft,
        "words": [word for word, _ in row.figures["words"]],
    }
    return _render(request, "quarterly", row.title, context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def write(request: HttpRequest, pk: int) -> HttpResponse:
    """The paragraphs and the words to be published."""
    actor = _actor(request)
    row = _analysis(actor, pk)
    if not rules.can_write(actor, row):
        raise PermissionDenied("您不能修改这份分析。")
    form = WriteForm(request.POST or None, analysis=row)
    if request.method == "POST" and form.is_valid():
        write = partial(services.save, actor=actor, analysis=row, at=timezone.now(), **form.said)
        if saved(request, form, write, "已保存。"):
            return redirect("reports_desk:quarterly", pk=pk)
    context = {"analysis": row, "form": form}
    return _render(request, "quarterly_write", f"修改：{row.title}", context, status=status_of(form))


@require_POST
@login_required
def recount(request: HttpRequest, pk: int) -> HttpResponse:
    """Count again."""
    actor = _actor(request)
    row = _analysis(actor, pk)
    try:
        is_other = services.recount(actor=actor, analysis=row, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        words = "数字有变化，没有改过的文字已经更新，改过的请核对。" if is_other else "数字没有变化。"
        messages.success(request, f"已重新统计，{words}")
    return redirect("reports_desk:quarterly", pk=pk)


@require_POST
@login_required
def hand_in(request: HttpRequest, pk: int) -> HttpResponse:
    """Tell who signs."""
    actor = _actor(request)
    row = _analysis(actor, pk)
    taken(request, partial(services.hand_in, actor=actor, analysis=row, at=timezone.now()), "已告知负责人签发。")
    return redirect("reports_desk:quarterly", pk=pk)


def _strangers(row: QuarterlyAnalysis) -> list[str]:
    return strangers(row.figures, row.texts, row.words)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign and publish, after a page that says what that means."""
    actor = _actor(request)
    row = _analysis(actor, pk)
    if not rules.can_sign(actor, row):
        raise PermissionDenied("季度分析由公开机构负责人签发，全市汇总由主管部门签发。")
    form = SignForm(request.POST or None, initial={"edition": row.edition})
    if request.method == "POST" and form.is_valid():
        write = partial(
            services.publish, actor=actor, analysis=row, edition=form.cleaned_data["edition"], at=timezone.now()
        )
        if saved(request, form, write, "已经公布。"):
            return redirect("reports_desk:quarterly", pk=pk)
    context = {
        "analysis": row,
        "form": form,
        "parts": [(PARTS[part], text) for part, text in row.texts.items() if text],
        "strangers": _strangers(row),
    }
    return _render(request, "quarterly_publish", f"签发公布：{row.title}", context, status=status_of(form))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def revise(request: HttpRequest, pk: int) -> HttpResponse:
    """Open what was published for a correction."""
    actor = _actor(request)
    row = _analysis(actor, pk)
    if not rules.can_sign(actor, row):
        raise PermissionDenied("更正由签发的岗位办理。")
    form = ReviseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        write = partial(
            services.revise, actor=actor, analysis=row, reason=form.cleaned_data["reason"], at=timezone.now()
        )
        if saved(request, form, write, "可以修改了；重新公布以前，公众看到的仍是原来的内容。"):
            return redirect("reports_desk:quarterly", pk=pk)
    context = {"analysis": row, "form": form}
    return _render(request, "quarterly_revise", f"更正：{row.title}", context, status=status_of(form))


@require_safe
@login_required
@never_cache
def workbook(request: HttpRequest, pk: int) -> HttpResponse:
    """The numbers as they stand."""
    actor = _actor(request)
    row = _analysis(actor, pk)
    return download(f"{row.title}.xlsx", sheets(row.title, _parts(actor, row)))


# --- what they share ---------------------------------------------------------------------------------------------------


def _actor(request: HttpRequest) -> User:
    actor = staff(request)
    if not rules.can_use(actor):
        raise Http404
    return actor


def _analysis(actor: User, pk: int) -> QuarterlyAnalysis:
    found = rules.analyses_visible_to(actor).select_related("department", "begun_by", "published_by")
    return get_object_or_404(found, pk=pk)


def _parts(actor: User, row: QuarterlyAnalysis) -> list[Part]:
    body = None if row.is_consolidated else row.department
    return parts(row.figures, row.texts, Links(body, services.period_of(row, timezone.now()), _follows(actor, row)))


def _follows(actor: User, row: QuarterlyAnalysis) -> bool:
    return figures_rules.can_follow(actor, None if row.is_consolidated else row.department)
