"""The page on which the answer is decided: first which, then what that decision needs (条例§36)."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from requests_app.handling import choices, deciding, selectors
from requests_app.handling.forms_decide import DecisionForm, parts_formset, typed_parts
from requests_app.handling.selectors import Folder
from requests_app.handling.showing import files_of
from requests_app.handling.views.case import folder_for
from requests_app.models import FileRole, Letter
from requests_app.outcomes import OUTCOMES, Family, Outcome
from requests_app.states import PROPOSE
from workflow.services import Refused, WrongPerson
from workflow.transitions import Obstacle

TO_RELEASE = (FileRole.ORIGINAL.label, FileRole.RELEASED.label)


@dataclass(frozen=True, slots=True)
class Choice:
    """A decision as offered: its article and row in small, and why the case does not bear it."""

    outcome: Outcome
    reason: str


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose the decision; with ?outcome=… the fields it needs; then its letter is drafted."""
    folder = folder_for(request, pk)
    outcome = OUTCOMES.get(request.POST.get("outcome") or request.GET.get("outcome") or "")
    step = folder.steps[PROPOSE]
    if step.obstacle == Obstacle.WRONG_PERSON or not folder.standing.handles:
        return _page(request, folder, outcome, reason=step.reason or "由所在机关的申请办理人员办理。", status=403)
    if request.method != "POST" or outcome is None:
        return _chosen(request, folder, outcome)
    if "more" in request.POST:
        form = DecisionForm(initial=request.POST.dict(), folder=folder, outcome=outcome)
        parts = parts_formset(initial=typed_parts(request.POST))
        return _page(request, folder, outcome, form=form, parts=parts)
    return _decided(request, folder, outcome)


def _chosen(request: HttpRequest, folder: Folder, outcome: Outcome | None) -> HttpResponse:
    """The choice, and the fields of what is chosen with what was said before."""
    reason = folder.steps[PROPOSE].reason
    status = 409 if reason else 422 if request.method == "POST" else 200
    if outcome is None or reason:
        return _page(request, folder, None, reason=reason, status=status)
    kept = getattr(folder.case, "decision", None)
    said = kept if kept is not None and kept.outcome == outcome.code else None
    initial = {**_known(folder, outcome), **(said.facts if said else {})}
    form = DecisionForm(folder=folder, outcome=outcome, initial=initial)
    return _page(request, folder, outcome, form=form, parts=parts_formset(initial=said.parts if said else None))


def _known(folder: Folder, outcome: Outcome) -> dict[str, Any]:
    """What the record already says: the third party's own words, the day of the search."""
    known: dict[str, Any] = {"search_on": folder.today}
    if "third_party_opinion" in outcome.needs:
        asked = [row for row in folder.consultations if row.kind == "third_party" and row.opinion]
        known["third_party_opinion"] = "；".join(
            f"{row.get_opinion_display()}{'，' + row.reason if row.reason else ''}" for row in asked
        )
    return known


def _decided(request: HttpRequest, folder: Folder, outcome: Outcome) -> HttpResponse:
    """Draft the letter, or say what is wrong beside the field."""
    form = DecisionForm(request.POST, folder=folder, outcome=outcome)
    parts = parts_formset(request.POST) if "parts" in outcome.needs else None
    is_valid, are_valid = form.is_valid(), parts is None or parts.is_valid()
    status = 422
    if parts is not None and not are_valid:
        form.add_error(None, parts.non_form_errors() or "不予公开的部分没有填写完整，请改正下面标出的各项。")
    try:
        selectors.check_seen(folder.case, request.POST.get("seen", ""))
        if is_valid and are_valid:
            letter = _letter(folder, outcome, form, parts)
            messages.success(request, f"《{letter.title}》已起草，请核对后送签。")
            return redirect("requests_desk:letter", pk=letter.pk)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        status = 403 if isinstance(refusal, WrongPerson) else 409
    return _page(request, folder, outcome, form=form, parts=parts, status=status)


def _letter(folder: Folder, outcome: Outcome, form: DecisionForm, parts: Any) -> Letter:
    said = form.cleaned_data
    return deciding.decide(
        actor=folder.standing.user,
        case=folder.case,
        outcome=outcome.code,
        said=form.said,
        parts=parts.rows if parts is not None else (),
        prior=said.get("prior"),
        document=said.get("document"),
        at=timezone.now(),
    )


def offered(folder: Folder) -> list[tuple[str, list[Choice]]]:
    """条例§36: every decision by family, those the case does not bear with the reason."""
    known = deciding.known_of(folder.case, today=folder.today)
    prior = choices.same_applicant_answered(folder.case).select_related("applicant").first()
    found: dict[str, list[Choice]] = {}
    for outcome in OUTCOMES.values():
        reason = deciding.why_not(folder.case, outcome, prior=prior, today=folder.today, known=known)
        found.setdefault(str(Family(outcome.family).label), []).append(Choice(outcome, reason))
    return list(found.items())


def _page(
    request: HttpRequest,
    folder: Folder,
    outcome: Outcome | None,
    *,
    form: DecisionForm | None = None,
    parts: Any = None,
    reason: str = "",
    status: int = 200,
) -> HttpResponse:
    needs_parts = outcome is not None and "parts" in outcome.needs
    context = {
        "heading": f"作出处理决定：{folder.case.number}",
        "case": folder.case,
        "families": [] if reason else offered(folder),
        "outcome": outcome,
        "form": form,
        "parts": parts if needs_parts else None,
        "reason": reason,
        "seen": request.POST.get("seen") or selectors.seen_mark(folder.case),
        "clock_words": selectors.clock_words(folder),
        "files": [group for group in files_of(folder) if group[0] in TO_RELEASE],
    }
    return render(request, "desk/requests/decide.html", context, status=status)
