"""Desk pages of indicator sets: read by who sees everything, written by the department in charge."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.desks import key_of, status_of
from accounts.models import User
from reports.desks import in_charge, saved, taken
from reports.models import Indicator, IndicatorSet, Section
from reports.rules import is_in_charge
from reports.scorecards import selectors
from reports.scorecards import sets as verbs
from reports.scorecards.checking import faults
from reports.scorecards.forms_sets import IndicatorForm, SectionForm, SetForm
from reports.scorecards.measures.registry import MEASURES
from reports.scorecards.states import SetState
from reports.scorecards.views.desk import overseer, render_desk
from workflow.services import Refused


@require_safe
@login_required
@never_cache
def index(request: HttpRequest) -> HttpResponse:
    """Every set, those in use first."""
    actor = overseer(request)
    return render_desk(request, "sets", "考核指标体系", {"sets": selectors.sets(), "may_write": is_in_charge(actor)})


@require_safe
@login_required
@never_cache
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One set: its sections and indicators, and what keeps it from being used."""
    actor = overseer(request)
    row = get_object_or_404(IndicatorSet.objects.select_related("created_by", "changed_by"), pk=pk)
    may_write = is_in_charge(actor)
    context = {
        "set": row,
        "parts": selectors.parts_of(row),
        "may_write": may_write,
        "may_edit": may_write and row.state == SetState.DRAFT,
        "faults": faults(row) if row.state == SetState.DRAFT else [],
    }
    return render_desk(request, "set", row.name, context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def new(request: HttpRequest) -> HttpResponse:
    """An empty set, or a copy of another one (``?source=``)."""
    actor = in_charge(request)
    key = key_of(request.GET.get("source"))
    source = get_object_or_404(IndicatorSet, pk=key) if key else None
    year = timezone.localdate().year
    name = f"{year}年政务公开考核指标"
    form = SetForm(request.POST if request.method == "POST" else None, initial={"year": year, "name": name})
    if form.is_valid():
        at, said = timezone.now(), form.cleaned_data
        row = (
            verbs.copy(actor=actor, source=source, at=at, **said)
            if source
            else verbs.compose(actor=actor, at=at, **said)
        )
        messages.success(request, "已建立，可以继续修改板块和指标，核对无误后启用。")
        return redirect("reports_desk:set", row.pk)
    heading = f"复制：{source}" if source else "新建指标体系"
    return render_desk(request, "set_form", heading, {"form": form, "source": source}, status=status_of(form))


def _set(pk: int) -> IndicatorSet:
    return get_object_or_404(IndicatorSet, pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """What the set is called."""
    actor = in_charge(request)
    row = _set(pk)
    said = {name: getattr(row, name) for name in ("name", "year", "note", "edition")}
    form = SetForm(request.POST if request.method == "POST" else None, initial=said, row=row)
    if form.is_valid() and saved(
        request, form, lambda: verbs.describe(actor=actor, row=row, at=timezone.now(), **form.cleaned_data), "已保存。"
    ):
        return redirect("reports_desk:set", pk)
    context = {"form": form, "set": row}
    return render_desk(request, "set_form", f"修改名称和说明：{row}", context, status=status_of(form))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def section(request: HttpRequest, pk: int, section_pk: int | None = None) -> HttpResponse:
    """A section, new or there."""
    actor = in_charge(request)
    row = _set(pk)
    one = get_object_or_404(Section, pk=section_pk, set=row) if section_pk else None
    initial = {"edition": row.edition, **({"name": one.name, "points": one.points} if one else {})}
    form = SectionForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid() and saved(
        request,
        form,
        lambda: verbs.save_section(actor=actor, row=row, section=one, at=timezone.now(), **form.cleaned_data),
        "板块已保存。",
    ):
        return redirect("reports_desk:set", pk)
    context = {"form": form, "set": row, "section": one}
    return render_desk(request, "section", one.name if one else "添加板块", context, status=status_of(form))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def indicator(request: HttpRequest, pk: int, indicator_pk: int | None = None) -> HttpResponse:
    """An indicator, new or there."""
    actor = in_charge(request)
    row = _set(pk)
    one = get_object_or_404(Indicator, pk=indicator_pk, section__set=row) if indicator_pk else None
    initial = {"section": key_of(request.GET.get("section"))} if one is None else {}
    form = IndicatorForm(request.POST if request.method == "POST" else None, row=row, indicator=one, initial=initial)
    if form.is_valid() and saved(request, form, lambda: _write(actor, form, one), "指标已保存。"):
        return redirect("reports_desk:set", pk)
    context = {"form": form, "set": row, "indicator": one, "measures": list(MEASURES.values())}
    return render_desk(request, "indicator", str(one) if one else "添加指标", context, status=status_of(form))


def _write(actor: User, form: IndicatorForm, one: Indicator | None) -> None:
    said = form.cleaned_data
    verbs.save_indicator(
        actor=actor, section=said["section"], edition=said["edition"], indicator=one, values=form.values(),
        bodies=list(said["bodies"]), at=timezone.now(),
    )  # fmt: skip


def _done(request: HttpRequest, pk: int, act: Callable[[], object], done: str) -> HttpResponse:
    """A button: its effect, or the reason why not."""
    taken(request, act, done)
    return redirect("reports_desk:set", pk)


def _edition(request: HttpRequest) -> int:
    found = key_of(request.POST.get("edition"))
    return -1 if found is None else found


@require_POST
@login_required
def move(request: HttpRequest, pk: int, indicator_pk: int) -> HttpResponse:
    """One place up or down."""
    actor = in_charge(request)
    one = get_object_or_404(Indicator.objects.select_related("section__set"), pk=indicator_pk, section__set=pk)
    is_up = request.POST.get("to") == "up"
    return _done(
        request,
        pk,
        lambda: verbs.move_indicator(actor=actor, indicator=one, is_up=is_up, at=timezone.now()),
        "次序已改。",
    )


@require_POST
@login_required
def delete_indicator(request: HttpRequest, pk: int, indicator_pk: int) -> HttpResponse:
    """Take an indicator out."""
    actor = in_charge(request)
    one = get_object_or_404(Indicator.objects.select_related("section__set"), pk=indicator_pk, section__set=pk)
    said: dict[str, Any] = {"edition": _edition(request), "at": timezone.now()}
    return _done(request, pk, lambda: verbs.delete_indicator(actor=actor, indicator=one, **said), f"已删除指标 {one}。")


@require_POST
@login_required
def delete_section(request: HttpRequest, pk: int, section_pk: int) -> HttpResponse:
    """Take an empty section out."""
    actor = in_charge(request)
    one = get_object_or_404(Section.objects.select_related("set"), pk=section_pk, set=pk)
    said: dict[str, Any] = {"edition": _edition(request), "at": timezone.now()}
    return _done(request, pk, lambda: verbs.delete_section(actor=actor, section=one, **said), f"已删除板块“{one}”。")


@require_POST
@login_required
def activate(request: HttpRequest, pk: int) -> HttpResponse:
    """Use it from now on."""
    actor = in_charge(request)
    row = _set(pk)
    done = "已启用，可以据以开展考核。"
    return _done(request, pk, lambda: verbs.activate(actor=actor, row=row, at=timezone.now()), done)


@require_POST
@login_required
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Use it no more."""
    actor = in_charge(request)
    row = _set(pk)
    return _done(request, pk, lambda: verbs.close(actor=actor, row=row, at=timezone.now()), "已停用。")


@require_POST
@login_required
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete a draft."""
    actor = in_charge(request)
    row = _set(pk)
    try:
        verbs.drop(actor=actor, row=row, edition=_edition(request), at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("reports_desk:set", pk)
    messages.success(request, f"已删除“{row}”。")
    return redirect("reports_desk:sets")
