"""Desk pages about rounds of clean-up and re-review, and about offers to publish."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.desks import key_of, status_of
from accounts.models import User
from disclosure.models import Round, RoundItem
from disclosure.rounds import rules
from disclosure.rounds import selectors as selectors_rounds
from disclosure.rounds import services as rounds
from disclosure.rounds.forms import ConcludeForm, OfferForm, OpenForm, PublishForm, RoundFilter, WorkFilter
from disclosure.rounds.states import FINAL, RoundKind, RoundState
from disclosure.versions import services as revising
from workflow.services import Refused

OPENING: dict[str, Callable[..., Round]] = {
    RoundKind.CLEANUP.value: rounds.open_cleanup,
    RoundKind.REREVIEW.value: rounds.open_rereview,
}


@require_safe
@login_required
def round_list(request: HttpRequest) -> HttpResponse:
    """Rounds, newest first."""
    actor = _actor(request)
    form = RoundFilter(request.GET)
    kind = form.cleaned_data["kind"] if form.is_valid() else ""
    context = {
        "form": form,
        "page": selectors_rounds.round_page(actor, kind=kind, before=key_of(request.GET.get("before"))),
        "may_open": rules.departments_running_rounds(actor).exists(),
        "offers": selectors_rounds.waiting_offers(actor),
    }
    return _render(request, "list", "清理与评估", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def round_open(request: HttpRequest) -> HttpResponse:
    """Begin a round."""
    actor = _actor(request)
    if not rules.departments_running_rounds(actor).exists():
        raise Http404
    form = OpenForm(request.POST or None, actor=actor, initial={"year": timezone.localdate().year})
    if request.method == "POST" and form.is_valid():
        said = dict(form.cleaned_data)
        try:
            row = OPENING[said.pop("kind")](actor=actor, at=timezone.now(), **said)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "已开展，应当清理或者评估的文件已经列入。")
            return redirect("disclosure:round", pk=row.pk)
    return _render(request, "open", "开展清理或者评估", {"form": form}, status=status_of(form))


@require_safe
@login_required
def round_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The worklist of a round, its progress, and what may be done with it."""
    actor = _person(request)
    row = _round(actor, pk)
    form = WorkFilter(request.GET)
    show = form.cleaned_data["show"] if form.is_valid() else ""
    runs = rules.can_run_rounds_in(actor, row.department)
    context = {
        "round": row,
        "form": form,
        "page": selectors_rounds.work_page(row, show=show, after=key_of(request.GET.get("after")) or 0),
        "progress": selectors_rounds.progress(row),
        "may_close": runs and row.state == RoundState.OPEN,
        "publish_form": PublishForm(actor=actor, at=timezone.now())
        if runs and row.is_cleanup and row.state == RoundState.CLOSED
        else None,
    }
    return _render(request, "round", row.title, context)


@require_POST
@login_required
def round_close(request: HttpRequest, pk: int) -> HttpResponse:
    """End the work."""
    actor = _person(request)
    row = _round(actor, pk)
    try:
        rounds.close(actor=actor, round=row, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "已办结。")
    return redirect("disclosure:round", pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def round_publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Make the result of a clean-up public."""
    actor = _person(request)
    row = _round(actor, pk)
    form = PublishForm(request.POST if request.method == "POST" else None, actor=actor, at=timezone.now())
    if form.is_valid():
        try:
            rounds.publish_result(actor=actor, round=row, at=timezone.now(), **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "清理结果已经公布。")
            return redirect("disclosure:round", pk=pk)
    return _render(request, "publish", f"公布结果：{row.title}", {"form": form, "round": row}, status=status_of(form))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def round_item(request: HttpRequest, pk: int, item_pk: int) -> HttpResponse:
    """One document of a round, and what becomes of it."""
    actor = _person(request)
    row = _round(actor, pk)
    found = RoundItem.objects.select_related("document__department", "document__column", "replaced_by", "concluded_by")
    item = get_object_or_404(found, pk=item_pk, round=row)
    item.round = row
    form = None
    may = rules.can_conclude_in(actor, row.department) and row.state == RoundState.OPEN
    if may and (request.method == "POST" or item.conclusion not in FINAL):
        said = {"conclusion": item.conclusion, "reason": item.reason, "edition": item.edition}
        form = ConcludeForm(request.POST or None, actor=actor, item=item, at=timezone.now(), initial=said)
    if request.method == "POST" and _concluded(request, actor, item, form):
        return redirect(reverse("disclosure:round", args=[pk]) + "?show=waiting")
    return _render(request, "item", item.document.title, {"item": item, "form": form}, status=status_of(form))


def _concluded(request: HttpRequest, actor: User, item: RoundItem, form: ConcludeForm | None) -> bool:
    """True when the conclusion is stored; what is wrong stands in the form."""
    if form is None:
        raise PermissionDenied("您不能为该文件作出结论，或者本轮已经办结。")
    if not form.is_valid():
        return False
    said = dict(form.cleaned_data)
    item.edition = said.pop("edition")
    try:
        rounds.conclude(actor=actor, item=item, at=timezone.now(), start_conversion=revising.start_conversion, **said)
    except (Refused, PermissionDenied) as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, f"《{item.document.title}》的结论：{item.conclusion_label}。")
    return True


@require_safe
@login_required
def offer_list(request: HttpRequest) -> HttpResponse:
    """Documents that might be made public."""
    actor = _actor(request)
    page = selectors_rounds.offer_page(actor, after=key_of(request.GET.get("after")) or 0)
    return _render(request, "offers", "可以转为主动公开的信息", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def offer(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin the conversion to publication, or decline."""
    actor = _person(request)
    row = get_object_or_404(rules.offers_visible_to(actor).select_related("document__department", "settled_by"), pk=pk)
    may = rules.can_conclude_in(actor, row.document.department)
    if request.method == "POST" and not may:
        raise PermissionDenied("您不能办理这条提示。")
    is_open = row.settled_at is None or request.method == "POST"
    form = OfferForm(request.POST or None) if may and is_open else None
    if form is not None and form.is_valid():
        accept = form.cleaned_data["accept"] == "yes"
        said = {"accept": accept, "reason": form.cleaned_data["reason"]}
        try:
            rounds.settle_offer(
                actor=actor, offer=row, at=timezone.now(), start_conversion=revising.start_conversion, **said
            )
        except (Refused, PermissionDenied) as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "已开始转为主动公开，请完善拟稿后送审。" if accept else "已登记为不转。")
            return redirect("disclosure:offers")
    return _render(request, "offer", row.document.title, {"offer": row, "form": form}, status=status_of(form))


def _render(
    request: HttpRequest, page: str, heading: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    return render(request, f"desk/rounds/{page}.html", {"heading": heading, **context}, status=status)


def _person(request: HttpRequest) -> User:
    """Who is signed in; what they may see is asked of the thing itself."""
    if not isinstance(request.user, User):
        raise Http404
    return request.user


def _actor(request: HttpRequest) -> User:
    """The signed-in person who works with rounds or looks after them; 404 for everybody else."""
    actor = _person(request)
    if not rules.can_use_rounds(actor):
        raise Http404
    return actor


def _round(actor: User, pk: int) -> Round:
    found = rules.rounds_visible_to(actor).select_related("department", "opened_by", "result_document")
    return get_object_or_404(found, pk=pk)
