"""Citizens' pages of the guided application. They work without an account and without JavaScript."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.addresses import client_address
from accounts.models import User
from files.errors import FileRefused
from requests_app.deadlines import reply_due_on
from requests_app.intake import already as public
from requests_app.intake import drafts, human, wizard
from requests_app.intake.wizard_forms import BodyForm, ConsentForm, FileForm, StepForm
from requests_app.intake.wizard_sheet import sections
from requests_app.models import ApplicationDraft, CaseDue, DueKind, InformationRequest
from requests_app.sealing import Unreadable, open_sealed, show_code
from requests_app.states import CaseState
from workdays.selectors import current_calendar
from workflow.services import Refused

View = Callable[..., HttpResponse]
MOST_BODIES = 40
LABELS = [("ColumnName", "依申请公开"), ("ColumnType", "信息公开")]


def _with_draft(view: View) -> View:
    """Give the view this browser's draft, or None; one that was handed in shows its receipt instead."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        draft = drafts.of_request(request, at=timezone.now())
        if draft is not None and draft.case_id is not None:
            return redirect("requests_app:receipt")
        try:
            return view(request, draft, *args, **kwargs)
        except Unreadable:
            messages.error(request, "之前填写的内容无法读取，请重新填写。")
            response = redirect("requests_app:apply")
            drafts.forget(response)
            return response

    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@_with_draft
def page(request: HttpRequest, draft: ApplicationDraft | None, slug: str) -> HttpResponse:
    """One page of the application."""
    here = wizard.BY_SLUG.get(slug)
    if here is None:
        raise Http404
    if draft is None and here != wizard.FIRST:
        messages.info(request, "没有找到未提交的申请，请从第 1 步开始填写。")
        return redirect("requests_app:apply_page", wizard.FIRST.slug)
    if draft is not None and here.form is None:
        return _files(request, draft, here)
    return _save(request, draft, here) if request.method == "POST" else _shown(request, draft, here)


def _shown(
    request: HttpRequest,
    draft: ApplicationDraft | None,
    here: wizard.Page,
    form: StepForm | None = None,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    """The page with what is kept, or with the form that was just refused."""
    at, said = timezone.now(), drafts.said(draft) if draft else {}
    if form is None:
        wants_check = "check" in request.GET and here.slug in said
        form = wizard.form_of(here, said, on=timezone.localdate(at), typed=said[here.slug] if wants_check else None)
    context = _frame(request, draft, here) | {"form": form}
    if isinstance(form, BodyForm):
        words = request.GET.get("find", "").strip()[:40]
        found = form.found(words)
        context |= {"find": words, "options": found[:MOST_BODIES], "more": max(0, len(found) - MOST_BODIES)}
    elif here.slug == "what":
        context["rows"] = public.matching(public.asked_for(said.get("what", {})), at=at)
    elif here.slug == "way":
        context["reach"] = [name for name in ("phone", "email", "address") if said.get("reach", {}).get(name)]
    return render(request, "requests_app/apply_page.html", context, status=status)


def _frame(request: HttpRequest, draft: ApplicationDraft | None, here: wizard.Page) -> dict[str, Any]:
    """What every page of the application shows around its form."""
    asked = request.POST if request.method == "POST" else request.GET
    return {
        "here": here,
        "pages": wizard.PAGES,
        "previous": wizard.PAGES[here.number - 2] if here.number > 1 else None,
        "part": f"requests_app/apply/_{here.slug}.html",
        "has_draft": draft is not None,
        "back": "check" if asked.get("back") == "check" else "",
        "about": asked.get("about", "")[:20],
        "body": asked.get("body", "")[:40] if here == wizard.FIRST else "",
        "labels": LABELS,
    }


def _save(request: HttpRequest, draft: ApplicationDraft | None, here: wizard.Page) -> HttpResponse:
    """Keep what was typed, right or wrong; go on when it is right."""
    at = timezone.now()
    token, typed = "", wizard.typed_on(here, request.POST)
    form = wizard.form_of(here, drafts.said(draft) if draft else {}, on=timezone.localdate(at), typed=typed)
    if draft is None:
        try:
            slots = range(settings.APPLY_DRAFTS_PER_HOUR)
            human.take("draft", client_address(request), slots, at=at)
        except human.TooOften as refused:
            form.add_error(None, _too_often(refused))
            return _shown(request, None, here, form, HTTPStatus.TOO_MANY_REQUESTS)
        draft, token = drafts.begin(at=at)
        given = wizard.prefilled(body=request.POST.get("body", ""), about=request.POST.get("about", ""), at=at)
        drafts.keep(draft, given, at=at, over=False)
    drafts.keep(draft, {here.slug: typed}, at=at)
    response = _after(request, draft, here, form)
    if token:
        drafts.remember(response, token)
    return response


def _after(request: HttpRequest, draft: ApplicationDraft, here: wizard.Page, form: StepForm) -> HttpResponse:
    match request.POST.get("do"):
        case "keep":  # quietly, by the page's script, before it is left
            return HttpResponse(status=HTTPStatus.NO_CONTENT)
        case "look":
            return redirect(f"{request.path}#already")
    if not form.is_valid():  # what was typed is kept and checked again there: the way back never asks to send anew
        return redirect(f"{request.path}?check=1{'&back=check' if request.POST.get('back') == 'check' else ''}")
    return _onward(request, here)


def _onward(request: HttpRequest, here: wizard.Page) -> HttpResponse:
    after = wizard.next_of(here)
    if after is None or request.POST.get("back") == "check":
        return redirect("requests_app:apply_check")
    return redirect("requests_app:apply_page", after.slug)


def _files(request: HttpRequest, draft: ApplicationDraft, here: wizard.Page) -> HttpResponse:
    """The page of files: add, remove, go on."""
    form = FileForm()
    if request.method == "POST":
        removed = request.POST.get("remove", "")
        if removed.isascii() and removed.isdigit() and len(removed) < 16:
            drafts.remove_file(draft, int(removed))
            return redirect(request.path)
        wants_on = request.POST.get("do") != "upload"
        if wants_on and "file" not in request.FILES:
            return _onward(request, here)
        form = FileForm(request.POST, request.FILES)
        if form.is_valid() and _added(request, draft, form):
            return _onward(request, here) if wants_on else redirect(request.path)
    files = draft.files.order_by("pk")
    context = _frame(request, draft, here) | {"form": form, "files": files, "most": settings.APPLICANT_FILES_MOST}
    context["most_bytes"] = settings.APPLICANT_FILE_MAX_BYTES
    return render(request, "requests_app/apply_page.html", context)


def _added(request: HttpRequest, draft: ApplicationDraft, form: FileForm) -> bool:
    at, said = timezone.now(), form.cleaned_data
    try:
        human.take("upload", client_address(request), range(settings.APPLY_UPLOADS_PER_HOUR), at=at)
        drafts.add_file(draft, role=said["role"], upload=said["file"], at=at)
    except FileRefused as refused:
        form.add_error("file", f"{refused}。" if not str(refused).endswith("。") else str(refused))
    except human.TooOften as refused:
        form.add_error("file", _too_often(refused))
    return not form.errors


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@_with_draft
def check(request: HttpRequest, draft: ApplicationDraft | None) -> HttpResponse:
    """Check the answers, agree, hand in."""
    if draft is None:
        messages.info(request, "没有找到未提交的申请，请从第 1 步开始填写。")
        return redirect("requests_app:apply_page", wizard.FIRST.slug)
    form, status = ConsentForm(), HTTPStatus.OK
    if request.method == "POST":
        form = ConsentForm(request.POST)
        status = _handed_in(request, draft, form)
        if status == HTTPStatus.FOUND:
            return redirect("requests_app:receipt")
    at, said = timezone.now(), drafts.said(draft)
    forms = wizard.checked(said, on=timezone.localdate(at))
    shown = sections(forms, list(draft.files.order_by("pk")))
    context = {
        "form": form,
        "sections": shown,
        "is_complete": not any(section.errors for section in shown),
        "challenge": human.challenge(at=at),
        "rows": public.matching(public.asked_for(said.get("what", {})), at=at, most=3),
        "labels": LABELS,
    }
    return render(request, "requests_app/apply_check.html", context, status=status)


def _handed_in(request: HttpRequest, draft: ApplicationDraft, form: ConsentForm) -> HTTPStatus:
    """FOUND when there is a case now; otherwise why not stands in the form."""
    at = timezone.now()
    if not form.is_valid():
        return HTTPStatus.OK
    proof = form.cleaned_data["proof"]
    if proof and not (is_proven := human.is_proven(proof)):
        form.add_error(None, "人机验证已经过期或者用过了，本页已经重新验证，请再提交一次。")
        return HTTPStatus.OK
    try:
        slot = human.take_submission(client_address(request), is_proven=bool(proof) and is_proven, at=at)
    except human.TooOften as refused:
        form.add_error(None, _too_often(refused))
        return HTTPStatus.TOO_MANY_REQUESTS
    account = request.user if isinstance(request.user, User) else None
    try:
        wizard.hand_in(draft=draft, account=account, at=at, on=timezone.localdate(at))
    except ApplicationDraft.DoesNotExist:
        form.add_error(None, "这件申请已经在另一个页面放弃填写，没有提交。")
    except Refused as refused:
        form.add_error(None, str(refused))
    else:
        return HTTPStatus.FOUND
    human.give_back(slot)
    return HTTPStatus.OK


def _too_often(refused: human.TooOften) -> str:
    until = timezone.localtime(refused.until)
    return (
        f"同一网络地址一小时内提交的次数已到上限，请在 {until:%H:%M} 以后再试，已经填写的内容会保留。"
        "着急的，可以到机关当面提交，或者邮寄、传真。"
    )


@require_POST
def drop(request: HttpRequest) -> HttpResponse:
    """Give up a draft, or take what is left of a submitted one from this browser."""
    draft = drafts.of_request(request, at=timezone.now())
    if draft is not None:
        drafts.drop(draft)
        words = "已清除本机上的回执。" if draft.case_id else "已放弃填写，填写的内容和上传的材料都已删除。"
        messages.success(request, words)
    is_again = request.POST.get("do") == "again"
    response = redirect("requests_app:apply_page", wizard.FIRST.slug) if is_again else redirect("requests_app:apply")
    drafts.forget(response)
    return response


@require_safe
@never_cache
def already(request: HttpRequest) -> HttpResponse:
    """A fragment of public documents that match the words typed."""
    rows = public.matching(request.GET.get("q", ""), at=timezone.now())
    return render(request, "requests_app/apply/_already.html", {"rows": rows})


@require_safe
@never_cache
def receipt(request: HttpRequest) -> HttpResponse:
    """条例§31: number, query code, and what happens next by when; for 24 hours in the browser that handed in."""
    at = timezone.now()
    draft = drafts.of_request(request, at=at)
    if draft is None or draft.case is None:
        messages.info(request, "回执只在提交申请的浏览器里保留 24 小时。凭登记编号和查询码，随时可以查询办理进展。")
        return redirect("requests_app:apply")
    case = draft.case
    context = {
        "case": case,
        "code": _code(case),
        "is_waiting": case.state == CaseState.SUBMITTED,
        **_ahead(case.pk, at),
        "labels": LABELS,
    }
    return render(request, "requests_app/receipt.html", context)


def _code(case: InformationRequest) -> str:
    try:
        code = open_sealed(case.applicant.code_sealed)
    except Unreadable:
        return ""
    return show_code(code) if code else ""


def _ahead(case_pk: int, at: datetime) -> dict[str, Any]:
    """Rulings 8: the day the office confirms by, and the last day of the answer if it confirms that day."""
    confirm = CaseDue.objects.filter(case_id=case_pk, kind=DueKind.CONFIRM).first()
    due = reply_due_on(confirm.on, current_calendar()) if confirm else None
    return {"confirm": confirm, "reply": due}
