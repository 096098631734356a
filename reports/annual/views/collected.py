"""Desk pages of reports made elsewhere: uploaded, checked, kept."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.desks import key_of, staff
from accounts.models import User
from accounts.rules import can_see_everything
from reports.annual import rules
from reports.annual.collecting import Checked, checked, collect, discard, examined, kept_before
from reports.annual.forms import CollectForm
from reports.annual.reading import figures_from
from reports.annual.written import written
from reports.models import CollectedReport

PAGE = 50
MOST_TOLD = 10  # reports in a message


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def collected(request: HttpRequest) -> HttpResponse:
    """Upload reports and see what does not agree; keep them, or not."""
    actor = _reader(request)
    may = rules.can_collect(actor)
    if request.method == "POST" and not may:
        raise PermissionDenied("收存年度报告由主管部门办理。")
    form = CollectForm(request.POST or None, request.FILES or None, actor=actor) if may else None
    found: list[Checked] = []
    if form is not None and form.is_valid():
        found = [
            row for upload in form.cleaned_data["reports"] for row in checked(upload.name, upload.read(), kept_before)
        ]
        if form.cleaned_data["keep"] == "yes" and (kept := _kept(request, actor, found, form)):
            return redirect("reports_desk:collected_one", kept[0].pk) if len(kept) == 1 else redirect(request.path)
    rows = rules.collected_visible_to(actor).select_related("department", "belongs_to").order_by("-pk")
    if before := key_of(request.GET.get("before")):
        rows = rows.filter(pk__lt=before)
    page = list(rows[: PAGE + 1])
    context = {
        "heading": "收存和核对年度报告",
        "form": form,
        "found": found,
        "rows": page[:PAGE],
        "after": page[PAGE - 1].pk if len(page) > PAGE else None,
    }
    return render(request, "desk/reports/annual/collected.html", context)


def _kept(request: HttpRequest, actor: User, found: list[Checked], form: CollectForm) -> list[CollectedReport]:
    """What was kept; what could not be read, and which do not agree, is told on the page that follows."""
    kept = collect(actor=actor, found=found, belongs_to=form.cleaned_data["belongs_to"], at=timezone.now())
    if not kept:
        return kept
    messages.success(request, f"已收存 {len(kept)} 份年度报告，同一机关同一年度的替换了原来的。")
    if wrong := [f"{row.figures.agency}{row.figures.year}年" for row in found if row.figures and row.hard]:
        messages.warning(request, f"勾稽关系不成立的有 {len(wrong)} 份：{_some(wrong)}。")
    if faults := [f"{row.source}：{row.fault.rstrip('。')}" for row in found if row.fault]:
        messages.error(request, f"没有收存的有 {len(faults)} 份：{_some(faults)}。")
    return kept


def _some(words: list[str]) -> str:
    return "；".join(words[:MOST_TOLD]) + ("等" if len(words) > MOST_TOLD else "")


@require_safe
@login_required
def collected_one(request: HttpRequest, pk: int) -> HttpResponse:
    """One kept report: what does not agree, what it says."""
    actor = _reader(request)
    row = get_object_or_404(rules.collected_visible_to(actor).select_related("department", "belongs_to"), pk=pk)
    context = {
        "heading": f"{row.agency}{row.year}年政府信息公开工作年度报告",
        "row": row,
        "checked": examined(row),
        "written": written(figures_from(row.content)),
        "may_discard": rules.can_collect(actor),
    }
    return render(request, "desk/reports/annual/collected_one.html", context)


@require_POST
@login_required
def collected_discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Not counted any more."""
    actor = _reader(request)
    row = get_object_or_404(rules.collected_visible_to(actor), pk=pk)
    discard(actor=actor, collected=row, at=timezone.now())
    messages.success(request, f"已删除收存的{row}年度报告。")
    return redirect("reports_desk:collected")


def _reader(request: HttpRequest) -> User:
    actor = staff(request)
    if not can_see_everything(actor):
        raise Http404
    return actor
