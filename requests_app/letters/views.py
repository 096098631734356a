"""Desk pages of letters: one letter from its draft to its service, its paper, and what waits for the head."""

from collections.abc import Callable
from typing import Any, NamedTuple

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.desks import staff
from accounts.models import User
from requests_app import rules, sealed_files
from requests_app.cases.clock import clock_of_row
from requests_app.handling import selectors as case_selectors
from requests_app.letters import forms, selectors, services
from requests_app.letters.docx import to_docx
from requests_app.letters.kinds import KINDS
from requests_app.letters.paper import Paper
from requests_app.models import Letter
from requests_app.outcomes import OUTCOMES
from requests_app.sealing import Unreadable
from requests_app.states import (
    BOUNCE,
    DISCARD,
    ISSUE,
    ISSUE_OWN,
    LETTERS,
    RETURN_LETTER,
    SEND_LETTER,
    SERVE_LETTER,
    SUBMIT_LETTER,
    LetterState,
)
from workdays.selectors import current_calendar
from workflow.services import Refused, WrongPerson

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
EDIT = "edit"


class Taking(NamedTuple):
    """How a step is taken: its form, its verb, what is said afterwards, the words on the button."""

    form: type[forms.LetterForm]
    service: Callable[..., Any]
    done: str
    button: str


class Offered(NamedTuple):
    """A step on the page: its form, or the reason why not."""

    action: str
    label: str
    button: str
    form: forms.LetterForm | None
    reason: str


TAKING: dict[str, Taking] = {
    SUBMIT_LETTER: Taking(forms.PlainForm, services.submit, "已送签。", "送负责人签发"),
    ISSUE_OWN: Taking(forms.PlainForm, services.issue, "已签发；电子送达的已经送出，其他方式请登记送出。", "签发"),
    ISSUE: Taking(forms.IssueForm, services.issue, "已签发。", "签发"),
    RETURN_LETTER: Taking(forms.ReturnForm, services.give_back, "已退回承办人。", "退回修改"),
    SEND_LETTER: Taking(forms.SendForm, services.send, "已登记送出。", "登记送出"),
    SERVE_LETTER: Taking(forms.ServeForm, services.serve, "已登记送达。", "登记送达"),
    BOUNCE: Taking(forms.BounceForm, services.bounce, "已登记退件，请重新送出。", "登记退件"),
    DISCARD: Taking(forms.PlainForm, services.discard, "已作废这份拟稿。", "作废拟稿"),
}


def _letter(request: HttpRequest, pk: int) -> tuple[User, Letter, bool]:
    """The letter and whether the person handles its case; Http404 for outsiders."""
    actor = staff(request)
    row = get_object_or_404(selectors.letters_for(actor), pk=pk)
    return actor, row, rules.can_handle(actor, row.case)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def letter(request: HttpRequest, pk: int) -> HttpResponse:
    """One letter: its words or its paper, and the forms of its next steps."""
    actor, row, is_handler = _letter(request, pk)
    if request.method != "POST":
        return _page(request, actor, row, is_handler=is_handler)
    action = request.POST.get("action", "")
    if action == EDIT:
        return _edited(request, actor, row, is_handler=is_handler)
    if action not in TAKING:
        raise Http404
    form = TAKING[action].form(request.POST, letter=row, today=timezone.localdate(), prefix=action)
    status = _taken(request, actor, row, action, form)
    if status:
        fresh = _letter(request, pk)[1]
        return _page(request, actor, fresh, is_handler=is_handler, posted=(action, form), status=status)
    messages.success(request, f"《{row.title}》{TAKING[action].done}")
    if action == DISCARD:
        return redirect("requests_desk:case", pk=row.case_id)
    return redirect("requests_desk:letter", pk=pk)


def _taken(request: HttpRequest, actor: User, row: Letter, action: str, form: forms.LetterForm) -> int:
    """0 when the step was taken, else the status of the refusal; what is wrong stands in the form."""
    is_valid = form.is_valid()
    try:
        selectors.check_seen(row, request.POST.get("seen", ""))
        if not is_valid:
            return 422
        TAKING[action].service(actor=actor, letter=row, at=timezone.now(), **form.cleaned_data)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return 403 if isinstance(refusal, WrongPerson) else 409
    return 0


def _edited(request: HttpRequest, actor: User, row: Letter, *, is_handler: bool) -> HttpResponse:
    """Save the words, or only show them as paper; a conflict keeps what was typed and shows what is saved."""
    form = forms.EditForm(request.POST, letter=row, today=timezone.localdate())
    if not form.is_valid():
        return _page(request, actor, row, is_handler=is_handler, edit=form, status=422)
    if "preview" in request.POST:
        row.title, row.salutation, row.paragraphs = form.words.values()
        return _page(request, actor, row, is_handler=is_handler, edit=form)
    try:
        services.edit(actor=actor, letter=row, edition=form.cleaned_data["edition"], **form.words)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        status = 403 if isinstance(refusal, WrongPerson) else 409
        return _page(request, actor, row, is_handler=is_handler, edit=form, status=status)
    messages.success(request, "已保存修改。")
    return redirect("requests_desk:letter", pk=row.pk)


def _page(
    request: HttpRequest,
    actor: User,
    row: Letter,
    *,
    is_handler: bool,
    edit: forms.EditForm | None = None,
    posted: tuple[str, forms.LetterForm] | None = None,
    status: int = 200,
) -> HttpResponse:
    today = timezone.localdate()
    is_draft = row.state == LetterState.DRAFT
    if edit is None and is_draft and is_handler:
        edit = forms.EditForm(letter=row, today=today)
    waits = row.state in (LetterState.DRAFT, LetterState.IN_APPROVAL)
    context = {
        "heading": row.title,
        "letter": row,
        "article": OUTCOMES[row.outcome].article if row.outcome else KINDS[row.kind].article,
        "case": row.case,
        "is_handler": is_handler,
        "paper": selectors.paper_for(row, is_handler=is_handler),
        "edit": edit if is_handler else None,
        "steps": _offered(actor, row, posted),
        "effects": selectors.effects_of(row, today=today) if waits and is_handler else None,
        "enclosed": selectors.enclosed(row) if is_handler else [],
        "clock_words": clock_of_row(row.case, today, current_calendar()),
        "seen": selectors.seen_mark(row),
    }
    return render(request, "desk/requests/letter.html", context, status=status)


def _offered(actor: User, row: Letter, posted: tuple[str, forms.LetterForm] | None) -> list[Offered]:
    """The steps lawful in this state, with a form or the reason; a step that was tried stays with what was typed."""
    standing = case_selectors.Standing(actor, row.case)
    own, found = row.kind in services.WITHOUT_APPROVAL, []
    steps = {step.action: step for step in LETTERS.steps(row.state, standing.may)}
    for step in (steps[action] for action in TAKING):
        is_other_way = step.action == (SUBMIT_LETTER if own else ISSUE_OWN)
        is_tried = posted is not None and posted[0] == step.action
        if (step.transition is None or is_other_way or _cannot(row, step.action)) and not is_tried:
            continue
        form = posted[1] if posted is not None and is_tried else None
        if form is None and step.is_open:
            form = TAKING[step.action].form(letter=row, today=timezone.localdate(), prefix=step.action)
        found.append(Offered(step.action, step.label, TAKING[step.action].button, form, step.reason))
    return found


def _cannot(row: Letter, action: str) -> bool:
    """An answer that came back is served another way; its day stays."""
    return action == BOUNCE and bool(row.outcome)


# --- the paper -------------------------------------------------------------------------------------------------------------


@require_safe
@login_required
@never_cache
def paper(request: HttpRequest, pk: int) -> HttpResponse:
    """The letter as paper, to print."""
    _, row, is_handler = _letter(request, pk)
    return render(request, "letters/paper.html", {"paper": selectors.paper_for(row, is_handler=is_handler)})


@require_safe
@login_required
@never_cache
def docx(request: HttpRequest, pk: int) -> HttpResponse:
    """The DOCX: the frozen one once issued, before that as it would look today."""
    _, row, is_handler = _letter(request, pk)
    if not is_handler:
        return _refused(request, row, "文书的文件载有申请人的信息，只供本机关承办人员下载。", 403)
    try:
        data = sealed_files.content(row.docx_key) if row.docx_key else to_docx(_paper(row))
    except (FileNotFoundError, Unreadable, ValueError) as reason:
        said = str(reason) if isinstance(reason, Unreadable) else "文书的文件已经不在存储中，请联系系统管理员。"
        return _refused(request, row, said, 410)
    return sealed_files.attachment_response(data, f"{row.number or '拟稿'} {row.title}.docx", DOCX)


def _paper(row: Letter) -> Paper:
    return selectors.paper_for(row, is_handler=True)


def _refused(request: HttpRequest, row: Letter, reason: str, status: int) -> HttpResponse:
    context = {"heading": f"没有办理：{row.case.number}", "case": row.case, "reason": reason}
    return render(request, "desk/requests/case_refused.html", context, status=status)


# --- the head's queue ------------------------------------------------------------------------------------------------------


@require_safe
@login_required
@never_cache
def to_sign(request: HttpRequest) -> HttpResponse:
    """Letters that wait for the reader's signature, soonest due first; Http404 for who signs nowhere."""
    actor, calendar = staff(request), current_calendar()
    if not rules.departments_headed_by(actor).exists():
        raise Http404
    rows, after = selectors.page_to_sign(actor, after=request.GET.get("after", ""))
    context = {
        "heading": "等我签发的文书",
        "rows": [(row, clock_of_row(row.case, timezone.localdate(), calendar)) for row in rows],
        "after": after,
    }
    return render(request, "desk/requests/letter_queue.html", context)
