"""Desk pages of the counter: choose the door, write it down, look for the same asked before, hand over the receipt."""

import re
import secrets
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.desks import staff
from accounts.models import User
from requests_app import rules, sealing
from requests_app.intake import counter, counter_files
from requests_app.intake.counter import DOORS, Door, Known
from requests_app.intake.counter_forms import CounterForm
from requests_app.models import InformationRequest
from requests_app.outcomes import OUTCOMES
from workdays.due import written
from workflow.services import Refused

TOKEN = re.compile(r"[0-9a-f]{32}")
ONCE_SECONDS = 24 * 3600


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
@sensitive_post_parameters()
def register(request: HttpRequest) -> HttpResponse:
    """登记申请: the doors; with one chosen, its form; sent, the case and its receipt."""
    actor = _clerk(request)
    said = request.POST if request.method == "POST" else request.GET
    door = DOORS.get(said.get("channel", ""))
    if door is None:
        return render(request, "desk/requests/counter.html", {"heading": "登记申请", "doors": DOORS.values()})
    if request.method != "POST":
        form = CounterForm(door=door, actor=actor, today=timezone.localdate())
        return _form_page(request, form, token=secrets.token_hex(16))
    form = _posted(request, actor, door)
    if not form.is_valid():
        return _form_page(request, form, token=_token(request), status=422)
    found = counter.known_of(actor, form.application(), today=timezone.localdate())
    if found.is_news and request.POST.get("considered") != found.mark:
        return _form_page(request, form, token=_token(request), found=found)
    return _take_in(request, actor, form)


@require_POST
@login_required
@never_cache
@sensitive_post_parameters()
def statement(request: HttpRequest) -> HttpResponse:
    """条例§29: what an applicant said, written down to be read back and signed. Nothing is kept."""
    actor = _clerk(request)
    door = DOORS.get(request.POST.get("channel", ""))
    if door is None:
        raise Http404
    form = CounterForm(request.POST, door=door, actor=actor, today=timezone.localdate())
    context = {"heading": "政府信息公开申请（口头申请代填）", "rows": form.written(), "actor": actor}
    return render(request, "desk/requests/counter_statement.html", context)


@require_safe
@login_required
@never_cache
def receipt(request: HttpRequest, pk: int) -> HttpResponse:
    """登记回执 with the query code, for who registered the case, within a day."""
    actor, at = _clerk(request), timezone.now()
    case = get_object_or_404(InformationRequest.objects.select_related("department", "office", "applicant"), pk=pk)
    if not counter.has_just_registered(actor, case, at=at):
        raise Http404
    try:
        code = sealing.show_code(sealing.open_sealed(case.applicant.code_sealed))
    except sealing.Unreadable:
        code = ""
    context = {
        "heading": f"已登记：{case.number}",
        "case": case,
        "code": code,
        "is_own": rules.can_see_case(actor, case),
        "confirm_by": case.dues.filter(kind="confirm").first(),
        "due": written(case.due_on) if case.due_on else "",
        "arrived": case.first_received_on,
        "is_late": case.is_open and case.due_on is not None and case.due_on < timezone.localdate(at),
        "answer": OUTCOMES[case.outcome].label if case.outcome else "",
    }
    return render(request, "desk/requests/counter_receipt.html", context)


# --- what they share ---------------------------------------------------------------------------------------------------


def _posted(request: HttpRequest, actor: User, door: Door) -> CounterForm:
    files, wrong = counter_files.take(request.FILES, request.POST.get("kept", ""), owner=actor.pk)
    return CounterForm(request.POST, door=door, actor=actor, today=timezone.localdate(), files=files, wrong_files=wrong)


def _take_in(request: HttpRequest, actor: User, form: CounterForm) -> HttpResponse:
    """Once for each form, however often its button is pressed: the second press is shown what the first one made."""
    key = f"counter:{actor.pk}:{_token(request)}"
    if not cache.add(key, 0, ONCE_SECONDS):
        if made := cache.get(key):
            return redirect("requests_desk:counter_receipt", pk=made)
        form.add_error(None, "这份登记正在保存，请稍候到台账查看，不要重复提交。")
        return _form_page(request, form, token=_token(request), status=409)
    try:
        case = counter.take_in(
            actor=actor,
            application=form.application(),
            days=form.days(),
            office=form.cleaned_data.get("office"),
            spot=form.spot(),
            at=timezone.now(),
        )
    except Refused as refusal:
        cache.delete(key)
        form.add_error(None, str(refusal))
        return _form_page(request, form, token=_token(request), status=409)
    except BaseException:
        cache.delete(key)
        raise
    cache.set(key, case.pk, ONCE_SECONDS)
    return redirect("requests_desk:counter_receipt", pk=case.pk)


def _form_page(
    request: HttpRequest, form: CounterForm, *, token: str, found: Known | None = None, status: int = 200
) -> HttpResponse:
    context: dict[str, Any] = {
        "heading": f"登记申请：{form.door.channel.label}",
        "form": form,
        "door": form.door,
        "groups": form.groups(),
        "token": token,
        "kept": counter_files.carried(form.kept, owner=form.actor.pk),
        "found": found,
        "today": timezone.localdate(),
    }
    return render(request, "desk/requests/counter_form.html", context, status=status)


def _token(request: HttpRequest) -> str:
    given = request.POST.get("token", "")
    return given if TOKEN.fullmatch(given) else secrets.token_hex(16)


def _clerk(request: HttpRequest) -> User:
    actor = staff(request)
    if not rules.departments_taken_in_by(actor).exists():
        raise Http404
    return actor
