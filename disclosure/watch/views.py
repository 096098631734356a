"""Desk pages of the watch: what was found, and what columns promise."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.rules import is_supervisor
from disclosure.models import FindingKind
from disclosure.registers import rules
from disclosure.registers.forms import PromiseForm
from disclosure.registers.views.desk import page, reader
from disclosure.watch import selectors, services


@require_safe
@login_required
def findings(request: HttpRequest) -> HttpResponse:
    """Open findings, by kind."""
    actor = reader(request)
    kind = request.GET.get("kind", "")
    kind = kind if kind in FindingKind.values else ""
    counts, code = selectors.open_counts(actor), request.GET.get("department", "")
    options = [
        {
            "label": choice.label,
            "count": counts.get(choice.value, 0),
            "chosen": kind == choice.value,
            "url": "?" if kind == choice.value else "?" + urlencode({"kind": choice.value}),
        }
        for choice in FindingKind
    ]
    context = {
        "findings": selectors.open_findings(actor, kind=kind, code=code),
        "is_chosen": bool(code),
        "facet": {"title": "问题", "name": "kind", "options": options},
        "run": selectors.last_run(),
        "most": selectors.MOST_SHOWN,
    }
    return page(request, "watch", "栏目和链接巡查", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def promises(request: HttpRequest) -> HttpResponse:
    """How often columns are to be updated; POST adds one."""
    actor = reader(request)
    kept = set(rules.departments_kept_by(actor).values_list("pk", flat=True))
    may_add = bool(kept)
    if request.method == "POST" and not may_add:
        raise Http404
    form = PromiseForm(request.POST if request.method == "POST" else None, actor=actor) if may_add else None
    if form is not None and form.is_valid():
        services.add_promise(actor=actor, **form.cleaned_data)
        messages.success(request, "已添加。下一次巡查起按此检查。")
        return redirect("disclosure:watch_promises")
    rows = list(selectors.promises_visible_to(actor))
    whole = is_supervisor(actor)
    context = {
        "form": form,
        "rows": [(row, row.department_id in kept if row.department_id else whole) for row in rows],
    }
    return page(request, "promises", "栏目更新要求", context)


@require_POST
@login_required
def delete_promise(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a promise back."""
    actor = reader(request)
    row = get_object_or_404(selectors.promises_visible_to(actor), pk=pk)
    if not (rules.can_keep(actor, row.department) if row.department else is_supervisor(actor)):
        raise Http404
    services.delete_promise(actor=actor, promise=row)
    messages.success(request, "已删除。")
    return redirect("disclosure:watch_promises")
