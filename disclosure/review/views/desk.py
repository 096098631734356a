"""Desk pages of those who review, clear and sign: what waits, and one version with the forms of its step."""

from collections.abc import Callable
from typing import Any, NamedTuple

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.desks import key_of, staff
from accounts.models import User
from disclosure.models import Revision
from disclosure.review import selectors as selectors_review
from disclosure.review.forms import (
    BULK,
    MOST_AT_ONCE,
    AssignForm,
    BulkForm,
    ClearForm,
    OpinionForm,
    QueueFilter,
    SendBackForm,
    SignForm,
    WaiverForm,
)
from disclosure.review.selectors import Offer
from disclosure.states import APPROVE, ASSIGN, CLEAR, FILE, PASS_REVIEW, SEND_BACK, WAITING_STATES, WAIVE, RevisionState
from disclosure.versions import rules
from disclosure.versions import services as revising
from workflow.services import Refused


class Taking(NamedTuple):
    """How a step is taken: its form, its service, what is said when it is done, and the words on the button."""

    form: type[Form]
    service: Callable[..., Any]
    done: str
    button: str


class Offered(NamedTuple):
    """A step on the page with its form; without one the reason stands there alone. ``blocked`` says what the version
    still misses for this step: the button is disabled and the reason stands beside it."""

    offer: Offer
    form: Form | None
    button: str
    blocked: str


TAKING: dict[str, Taking] = {
    PASS_REVIEW: Taking(OpinionForm, revising.pass_review, "审核通过，已转保密审查。", "审核通过"),
    CLEAR: Taking(ClearForm, revising.clear, "保密审查已登记，已转签发。", "登记审查，转签发"),
    APPROVE: Taking(SignForm, revising.approve, "已签发。", "签发"),
    FILE: Taking(OpinionForm, revising.approve, "已签发，留存备查，不对外公开。", "签发留存"),
    SEND_BACK: Taking(SendBackForm, revising.send_back, "已退回起草人。", "退回修改"),
    WAIVE: Taking(WaiverForm, revising.waive_interpretation, "已登记是否免予解读。", "登记免予解读"),
    ASSIGN: Taking(AssignForm, revising.assign, "已分派。", "分派"),
}


@require_safe
@login_required
@never_cache
def queue(request: HttpRequest) -> HttpResponse:
    """What waits for the reader, by step, soonest due first."""
    return _queue_page(request, staff(request))


@require_POST
@login_required
def bulk(request: HttpRequest) -> HttpResponse:
    """Assign or send back several (rulings 18); each by an event of its own, and what became of each."""
    actor = staff(request)
    state = _step(request.POST.get("step", ""), {})
    form = BulkForm(request.POST, people=selectors_review.people_for_step(actor, state))
    chosen = request.POST.getlist("rows")[:MOST_AT_ONCE]
    if form.is_valid() and not chosen:
        form.add_error(None, "请先在列表中勾选要办理的拟稿。")
    if not form.is_valid():
        return _queue_page(request, actor, form=form, chosen=chosen)
    outcomes = [found for mark in chosen if (found := _one_of_many(actor, mark, form)) is not None]
    label = BULK[form.cleaned_data["action"]]
    context = {
        "outcomes": outcomes,
        "done": sum(not refusal for _, refusal in outcomes),
        "label": label,
        "state": state,
    }
    return _render(request, "bulk", f"批量{label}的结果", context)


def _one_of_many(actor: User, mark: str, form: BulkForm) -> tuple[Revision, str] | None:
    """(version, why not) of one ticked row; None for one the reader may not see."""
    pk, _, seen = mark.partition("|")
    row = rules.revisions_visible_to(actor).filter(pk=key_of(pk) or 0).select_related("department").first()
    if row is None:
        return None
    said = form.cleaned_data
    try:
        selectors_review.check_seen(row, seen)
        if said["action"] == ASSIGN:
            revising.assign(actor=actor, revision=row, person=said["person"], at=timezone.now())
        else:
            revising.send_back(actor=actor, revision=row, reason=said["reason"], at=timezone.now())
    except (Refused, PermissionDenied) as refusal:
        return row, str(refusal)
    return row, ""


def _queue_page(
    request: HttpRequest, actor: User, *, form: BulkForm | None = None, chosen: list[str] | None = None
) -> HttpResponse:
    """The queue; with a bulk form that was not accepted, what was ticked and typed stays."""
    said = request.POST if form else request.GET
    looked_for = QueueFilter(said)
    wanted = looked_for.cleaned_data if looked_for.is_valid() else {}
    waiting = rules.revisions_waiting_for(actor)
    counts = selectors_review.waiting_counts(waiting)
    state, is_mine = _step(str(wanted.get("step", "")), counts), bool(wanted.get("mine"))
    found = waiting.filter(state=state, **({"assigned_to": actor} if is_mine else {}))
    page = selectors_review.page_by_due(found, after=said.get("after", ""), today=timezone.localdate())
    form = form or BulkForm(people=selectors_review.people_for_step(actor, state))
    context = {
        "queues": [{"title": "等我办理", "items": _tabs(state, counts)}],
        "page": page,
        "state": RevisionState(state),
        "is_mine": is_mine,
        "form": form,
        "chosen": chosen or [],
    }
    return _render(
        request, "queue", f"等我办理：{RevisionState(state).label}", context, status=422 if form.is_bound else 200
    )


def _tabs(current: str, counts: dict[str, int]) -> list[dict[str, Any]]:
    return [
        {
            "label": state.label,
            "url": f"{reverse('disclosure:review')}?step={state.value}",
            "count": selectors_review.counted(counts[state]),
            "current": state == current,
        }
        for state in WAITING_STATES
    ]


def _step(wanted: str, counts: dict[str, int]) -> str:
    """The step asked for, else the first at which something waits."""
    if wanted in WAITING_STATES:
        return wanted
    return next((state for state, count in counts.items() if count), WAITING_STATES[0].value)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def revision(request: HttpRequest, pk: int) -> HttpResponse:
    """One version: as it will read, what was said about it, and the forms of the step that is the reader's."""
    actor = staff(request)
    row = _revision(actor, pk)
    posted: tuple[str, Form] | None = None
    if request.method == "POST":
        action = request.POST.get("action", "")
        if action not in TAKING:
            raise Http404
        posted = action, _form(action, row, request.POST)
        if _taken(request, actor, row, action, posted[1]):
            here = action in (WAIVE, ASSIGN)
            return redirect("disclosure:revision", pk=pk) if here else redirect("disclosure:review")
        row = _revision(actor, pk)
    sheet = selectors_review.sheet(row, today=timezone.localdate())
    context = {
        "revision": row,
        "sheet": sheet,
        "steps": _offered(actor, row, posted, missing=sheet.missing),
        "seen": selectors_review.seen_mark(row),
    }
    status = 409 if posted and posted[1].non_field_errors() else 422 if posted else 200
    return _render(request, "revision", row.title, context, status=status)


def _form(action: str, row: Revision, data: Any = None) -> Form:
    """The form of a step, its fields named after it because several stand on one page."""
    more: dict[str, Any] = {}
    if action == APPROVE:
        more = {"at": timezone.now(), "initial": {"when": "now"}}
    elif action == ASSIGN:
        more = {"people": selectors_review.people_for(row), "initial": {"person": row.assigned_to_id}}
    elif action == WAIVE:
        more = {"initial": {"waiver": row.waiver}}
    elif action == CLEAR:
        more = {"initial": {"reviewed_on": timezone.localdate()}}
    return TAKING[action].form(data, prefix=action, **more)


def _taken(request: HttpRequest, actor: User, row: Revision, action: str, form: Form) -> bool:
    """True when the step was taken; what is wrong stands in the form."""
    if not form.is_valid():
        return False
    try:
        selectors_review.check_seen(row, request.POST.get("seen", ""))
        TAKING[action].service(actor=actor, revision=row, at=timezone.now(), **form.cleaned_data)
    except (Refused, PermissionDenied) as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, f"《{row.title}》{TAKING[action].done}")
    return True


def _offered(actor: User, row: Revision, posted: tuple[str, Form] | None, *, missing: list[str]) -> list[Offered]:
    """The steps with their forms. One that was tried stays with what was typed, also when it is no longer open."""
    offers = selectors_review.offers(actor, row)
    is_mine = any(not offer.reason for offer in offers)
    if selectors_review.may_waive(row, is_mine=is_mine):
        offers.insert(1, Offer(WAIVE, "免予解读", ""))
    if selectors_review.may_assign(actor, row, is_mine=is_mine):
        offers.append(Offer(ASSIGN, "分派", ""))
    if posted and posted[0] not in [offer.action for offer in offers]:
        offers.insert(0, Offer(posted[0], TAKING[posted[0]].button, "这一环节已经不在您这里，您填写的内容保留如下。"))
    shown = []
    for offer in offers:
        form = posted[1] if posted and posted[0] == offer.action else None
        if form is None and not offer.reason:
            form = _form(offer.action, row)
        blocked = "；".join(missing) if offer.action == APPROVE else ""
        shown.append(Offered(offer, form, TAKING[offer.action].button, blocked))
    return shown


def _revision(actor: User, pk: int) -> Revision:
    found = rules.revisions_visible_to(actor).select_related(
        "department", "document", "interprets", "written_by", "assigned_to", "waived_by"
    )
    return get_object_or_404(found, pk=pk)


def _render(
    request: HttpRequest, page: str, heading: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    return render(request, f"desk/review/{page}.html", {"heading": heading, **context}, status=status)
