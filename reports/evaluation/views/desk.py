"""Desk pages of questionnaires: written by the department in charge, read by it and by auditors."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.desks import key_of, staff, status_of
from accounts.models import User
from reports.desks import desk_page, in_charge, saved, taken
from reports.evaluation import rules, selectors
from reports.evaluation import services as evaluation
from reports.evaluation.forms import QuestionForm, QuestionnaireForm
from reports.evaluation.states import QUESTIONNAIRES, QuestionnaireState
from reports.models import Question, Questionnaire
from reports.records import record_of
from reports.rules import is_in_charge
from workflow.services import Refused

_render = partial(desk_page, "evaluation")

USUAL_DAYS = 30


def _reader(request: HttpRequest) -> User:
    actor = staff(request)
    if not rules.can_read_questionnaires(actor):
        raise Http404
    return actor


@require_safe
@login_required
@never_cache
def index(request: HttpRequest) -> HttpResponse:
    """Every questionnaire, newest first."""
    actor = _reader(request)
    context = {"questionnaires": selectors.questionnaires(), "may_write": is_in_charge(actor)}
    return _render(request, "list", "评议问卷", context)


@require_safe
@login_required
@never_cache
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One questionnaire: its questions, what was said of each body, what may be done next."""
    actor = _reader(request)
    row = get_object_or_404(Questionnaire.objects.select_related("created_by"), pk=pk)
    may_write = is_in_charge(actor)
    found = selectors.results(row)
    context = {
        "questionnaire": row,
        "results": found,
        "may_write": may_write,
        "may_edit": may_write and row.state == QuestionnaireState.DRAFT,
        "record": record_of(row, QUESTIONNAIRES),
    }
    return _render(request, "detail", row.title, context)


@require_safe
@login_required
@never_cache
def words(request: HttpRequest, pk: int) -> HttpResponse:
    """What people wrote, newest first."""
    _reader(request)
    row = get_object_or_404(Questionnaire, pk=pk)
    page = selectors.words_page(row, before=key_of(request.GET.get("before")))
    return _render(request, "words", f"文字意见：{row.title}", {"questionnaire": row, "page": page})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def new(request: HttpRequest) -> HttpResponse:
    """Begin a questionnaire."""
    actor, today = in_charge(request), timezone.localdate()
    initial = {"opens_on": today, "closes_on": today + timedelta(days=USUAL_DAYS)}
    form = QuestionnaireForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        said = form.cleaned_data | {"bodies": list(form.cleaned_data["bodies"])}
        row = evaluation.compose(actor=actor, at=timezone.now(), **said)
        messages.success(request, "已建立，请添加问题，核对后开始评议。")
        return redirect("reports_desk:questionnaire", row.pk)
    return _render(request, "form", "新建评议问卷", {"form": form}, status=status_of(form))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """What it is called, when and about whom it asks."""
    actor = in_charge(request)
    row = get_object_or_404(Questionnaire, pk=pk)
    form = QuestionnaireForm(request.POST if request.method == "POST" else None, row=row)
    if form.is_valid():
        said = form.cleaned_data | {"bodies": list(form.cleaned_data["bodies"])}
        if saved(request, form, lambda: evaluation.edit(actor=actor, row=row, at=timezone.now(), **said), "已保存。"):
            return redirect("reports_desk:questionnaire", pk)
    context = {"form": form, "questionnaire": row}
    return _render(request, "form", f"修改：{row}", context, status=status_of(form))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def question(request: HttpRequest, pk: int, question_pk: int | None = None) -> HttpResponse:
    """A question, new or there."""
    actor = in_charge(request)
    row = get_object_or_404(Questionnaire, pk=pk)
    one = get_object_or_404(Question, pk=question_pk, questionnaire=row) if question_pk else None
    form = QuestionForm(request.POST if request.method == "POST" else None, row=row, question=one)
    if form.is_valid():
        said = {"actor": actor, "row": row, "question": one, "at": timezone.now(), **form.cleaned_data}
        if saved(request, form, lambda: evaluation.save_question(**said), "问题已保存。"):
            return redirect("reports_desk:questionnaire", pk)
    context = {"form": form, "questionnaire": row, "question": one}
    return _render(request, "question", "修改问题" if one else "添加问题", context, status=status_of(form))


def _done(request: HttpRequest, pk: int, act: Callable[[], object], done: str) -> HttpResponse:
    taken(request, act, done)
    return redirect("reports_desk:questionnaire", pk)


@require_POST
@login_required
def delete_question(request: HttpRequest, pk: int, question_pk: int) -> HttpResponse:
    """Take a question out."""
    actor = in_charge(request)
    one = get_object_or_404(Question.objects.select_related("questionnaire"), pk=question_pk, questionnaire=pk)
    said: dict[str, Any] = {"edition": key_of(request.POST.get("edition")) or 0, "at": timezone.now()}
    return _done(request, pk, lambda: evaluation.delete_question(actor=actor, question=one, **said), "已删除问题。")


@require_POST
@login_required
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete a draft."""
    actor = in_charge(request)
    row = get_object_or_404(Questionnaire, pk=pk)
    try:
        evaluation.drop(actor=actor, row=row, edition=key_of(request.POST.get("edition")) or 0, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("reports_desk:questionnaire", pk)
    messages.success(request, f"已删除“{row}”。")
    return redirect("reports_desk:questionnaires")


@require_POST
@login_required
def open_(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask."""
    actor = in_charge(request)
    row = get_object_or_404(Questionnaire, pk=pk)
    done = f"已开始评议，公众自{row.opens_on:%Y年%-m月%-d日}起可以填写。"
    return _done(request, pk, lambda: evaluation.open_to_public(actor=actor, row=row, at=timezone.now()), done)


@require_POST
@login_required
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask no more."""
    actor = in_charge(request)
    row = get_object_or_404(Questionnaire, pk=pk)
    return _done(request, pk, lambda: evaluation.close(actor=actor, row=row, at=timezone.now()), "评议已结束。")


@require_POST
@login_required
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Put the result before the public."""
    actor = in_charge(request)
    row = get_object_or_404(Questionnaire, pk=pk)
    return _done(request, pk, lambda: evaluation.publish(actor=actor, row=row, at=timezone.now()), "评议结果已公布。")
