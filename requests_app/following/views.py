"""The applicant's pages: open a case with number and code, see how it stands, act, read what came."""

import hmac
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from accounts.addresses import client_address
from accounts.desks import key_of, status_of
from accounts.middleware import minute_of
from accounts.models import User
from files.errors import FileRefused
from requests_app import sealed_files, sealing
from requests_app.following import forms, rules, selectors, services, tries
from requests_app.following.ics import calendar_file
from requests_app.following.wording import late_correction
from requests_app.letters.services import paper_of_letter
from requests_app.models import InformationRequest, Letter
from workflow.services import Lost, Refused

OPENED = "followed"  # in the session: {pk of a case: minute until which it stays open}
LABELS = [("ColumnName", "依申请公开"), ("ColumnType", "信息公开")]
WRONG_PAIR = "编号或者查询码不正确，请对照登记回执核对后再试。"
ENDED = "为保护您的信息，页面停留较久后需要重新输入编号和查询码。"


class Doing(NamedTuple):
    """An act of the applicant: its form, its service, heading, button, what it means, what is said when it is done."""

    form: type[Form]
    service: Callable[..., Any]
    heading: str
    button: str
    lead: str
    done: str


DOING: dict[str, Doing] = {
    rules.CORRECT: Doing(
        forms.CorrectionForm, services.correct, "提交补正", "提交补正",
        "在补正期限内提交的，从提交的次日起重新计算答复期限。", "补正已经提交。",
    ),
    rules.REASONS: Doing(
        forms.ReasonsForm, services.state_reasons, "说明理由", "提交理由",
        "申请的数量、频次明显超过合理范围的，机关可以要求说明理由（条例第三十五条）。", "理由已经提交。",
    ),
    rules.MESSAGE: Doing(
        forms.MessageForm, services.send_message, "给承办人员留言", "发送留言",
        "留言由办理这件申请的工作人员查看。", "留言已经发送。",
    ),
    rules.WITHDRAW: Doing(
        forms.WithdrawForm, services.withdraw, "撤回申请", "撤回申请",
        "撤回以后不再办理，也不会答复，而且不能恢复；以后需要时可以重新提出。", "申请已经撤回。",
    ),
    rules.RATE: Doing(
        forms.RatingForm, services.rate, "评价办理情况", "提交评价",
        "评价用于改进工作，不影响您的任何权利。", "评价已经提交，谢谢。",
    ),
    rules.COMPLAIN: Doing(
        forms.ComplaintForm, services.complain, "投诉", "提交投诉",
        "对办理的时间、态度、程序有意见的，可以在这里投诉；对答复内容不服的，请依法申请行政复议或者提起行政诉讼。",
        "投诉已经提交，由公开机构负责人处理。",
    ),
    rules.SUGGEST: Doing(
        forms.SuggestForm, services.suggest_publication, "建议主动公开", "提交建议",
        "认为所申请的信息应当让公众都能看到的，可以建议机关纳入主动公开的范围（条例第四十四条）。", "建议已经提交。",
    ),
}  # fmt: skip


# --- opening ----------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def follow(request: HttpRequest) -> HttpResponse:
    """Number and query code, and the cases that are open in this browser."""
    at = timezone.now()
    form = forms.FollowForm(request.POST or None, initial={"number": request.GET.get("number", "")[:100]})
    if request.method == "POST":
        case = _opened_by_code(request, form, at)
        if case is not None:
            return redirect("requests_app:followed", case.number)
    opened = [] if form.is_bound else selectors.numbers_of(_opened(request, at))
    context = {"form": form, "opened": opened, "labels": LABELS, "is_refused": bool(form.errors)}
    return render(request, "requests_app/follow.html", context, status=_status(form))


def _status(form: Form) -> int:
    return 429 if form.has_error("__all__", "too_many") else 200


def _opened_by_code(request: HttpRequest, form: forms.FollowForm, at: datetime) -> InformationRequest | None:
    """The case of a right pair, now open in this browser; None with the reason in the form. Says never which was wrong."""
    if not form.is_valid():
        return None
    number, address = rules.read_number(form.cleaned_data["number"]), client_address(request)
    until = tries.blocked_until(address=address, number=number, at=at)
    if until is not None:
        when = f"{timezone.localtime(until):%H:%M}"
        text = f"输入的次数过多。为防止他人猜测查询码，请在 {when} 以后再试；急需了解的，请致电受理申请的机关。"
        form.add_error(None, ValidationError(text, code="too_many"))
        return None
    case = selectors.case_numbered(number)
    if not _fits(case, form.cleaned_data["code"]):
        tries.note_failure(address=address, number=number, at=at)
        form.add_error(None, WRONG_PAIR)
        return None
    request.session.cycle_key()
    if case is not None:
        _keep_open(request, case, at)
    return case


def _fits(case: InformationRequest | None, typed: str) -> bool:
    """Compared in constant time, for numbers nobody has, too."""
    code = sealing.hash_code(sealing.read_code(typed) or "none")
    applicant = getattr(case, "applicant", None)
    kept = applicant.code_hash if applicant else ""
    return hmac.compare_digest(code, kept or sealing.hash_code("nobody")) and bool(kept)


def _opened(request: HttpRequest, at: datetime) -> dict[str, int]:
    """What is open in this browser; a visitor without a session gets none for asking."""
    known = request.session.get(OPENED, {}) if settings.SESSION_COOKIE_NAME in request.COOKIES else {}
    return {pk: until for pk, until in known.items() if until >= minute_of(at)}


def _keep_open(request: HttpRequest, case: InformationRequest, at: datetime) -> None:
    opened = _opened(request, at)
    until = minute_of(at) + settings.FOLLOW_MINUTES
    if opened.get(str(case.pk)) != until:
        request.session[OPENED] = {**opened, str(case.pk): until}


Page = Callable[..., HttpResponse]


def for_who_follows(view: Page) -> Page:
    """The case of the address, for who opened it or has it in the account; everybody else is asked for the code.

    Whether a number exists is not told: who may not see it, and who names none there is, get the same answer.
    """

    @wraps(view)
    @never_cache
    def run(request: HttpRequest, number: str, **kwargs: Any) -> HttpResponse:
        case, at = selectors.case_numbered(number), timezone.now()
        opened = request.session.get(OPENED, {}) if settings.SESSION_COOKIE_NAME in request.COOKIES else {}
        if case is None or not rules.is_followed(case, opened=opened, user=request.user, minute=minute_of(at)):
            return _ask_for_code(request, number, was_open=case is not None and str(case.pk) in opened)
        if str(case.pk) in opened:
            _keep_open(request, case, at)
        if number != case.number and request.method in ("GET", "HEAD") and request.resolver_match:
            return redirect(reverse(request.resolver_match.view_name, kwargs={"number": case.number, **kwargs}))
        return view(request, case, **kwargs)

    return run


def _ask_for_code(request: HttpRequest, number: str, *, was_open: bool) -> HttpResponse:
    if was_open:
        messages.info(request, ENDED)
    elif request.method not in ("GET", "HEAD"):
        raise Http404
    return redirect(f"{reverse('requests_app:follow')}?{urlencode({'number': number})}")


# --- the page ---------------------------------------------------------------------------------------------------------


@require_safe
@for_who_follows
def followed(request: HttpRequest, case: InformationRequest) -> HttpResponse:
    """Where it stands, what to do next, every step, how the day was counted, what came, where to turn."""
    page = selectors.followed(case, today=timezone.localdate())
    acts = [(act, doing.heading) for act, doing in DOING.items() if not page.refusals[act]]
    context = {
        "page": page,
        "case": case,
        "acts": acts,
        "is_mine": request.user.is_authenticated and case.account_id == request.user.pk,
        "can_gather": request.user.is_authenticated and case.account_id is None,
        "is_opened": str(case.pk) in _opened(request, timezone.now()),
        "has_dates": bool(selectors.entries_of(page)),
        "labels": LABELS,
    }
    return render(request, "requests_app/follow_case.html", context)


@require_safe
@for_who_follows
def dates(request: HttpRequest, case: InformationRequest) -> HttpResponse:
    """The dates as iCalendar."""
    page = selectors.followed(case, today=timezone.localdate())
    name = f"政府信息公开申请 {case.number}"
    data = calendar_file(selectors.entries_of(page), name=name, producer=settings.SITE["name"], at=timezone.now())
    response = HttpResponse(data, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{case.number}.ics"'
    return response


# --- acts -------------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@for_who_follows
def act(request: HttpRequest, case: InformationRequest, act: str) -> HttpResponse:
    """One act on a page of its own: what it means, its form, or why it is not open now."""
    doing = DOING.get(act)
    if doing is None:
        raise Http404
    standing = selectors.standing_of(case, today=timezone.localdate())
    reason = rules.why_not(act, standing)
    is_late = act == rules.CORRECT and standing.is_late_to_correct
    form = doing.form(request.POST, request.FILES) if request.method == "POST" else doing.form()
    if request.method == "POST" and not reason and form.is_valid() and _done(doing, case, form):
        messages.success(request, "补正已经提交，已逾期，将由承办人员审核是否有正当理由。" if is_late else doing.done)
        return redirect("requests_app:followed", case.number)
    context = {
        "case": case,
        "act": act,
        "doing": doing,
        "form": form,
        "reason": reason,
        "points": selectors.correction_points(case) if act == rules.CORRECT else [],
        "late": late_correction(standing.clock) if is_late else "",
        "labels": LABELS,
    }
    status = 409 if reason and request.method == "POST" else status_of(form)
    return render(request, "requests_app/follow_act.html", context, status=status)


def _done(doing: Doing, case: InformationRequest, form: Form) -> bool:
    try:
        doing.service(case=case, at=timezone.now(), **_said(form))
    except Lost:  # who was first is nothing for the applicant
        form.add_error(None, "办理情况刚刚有了变化，您填写的内容没有提交。请返回查看最新情况，再决定是否提交。")
    except (Refused, FileRefused) as refusal:
        form.add_error("attachments" if isinstance(refusal, FileRefused) else None, str(refusal))
    else:
        return True
    return False


def _said(form: Form) -> dict[str, Any]:
    return {name: value for name, value in form.cleaned_data.items() if name != "agreed"}


@require_POST
@login_required
@for_who_follows
def gather(request: HttpRequest, case: InformationRequest) -> HttpResponse:
    """Put the case into the signed-in account."""
    if isinstance(request.user, User):
        _gather(request, request.user, case)
    return redirect("requests_app:followed", case.number)


def _gather(request: HttpRequest, user: User, case: InformationRequest) -> None:
    try:
        services.gather(user=user, case=case, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"{case.number} 已经加入我的申请，以后登录就能查看。")


@require_POST
@for_who_follows
def close(request: HttpRequest, case: InformationRequest) -> HttpResponse:
    """Forget the case in this browser."""
    opened = dict(request.session.get(OPENED, {}))
    opened.pop(str(case.pk), None)
    request.session[OPENED] = opened
    messages.info(request, "已经结束查询。再次查看需要重新输入编号和查询码。")
    return redirect("requests_app:follow")


# --- what came --------------------------------------------------------------------------------------------------------


@require_GET
@for_who_follows
def take(request: HttpRequest, case: InformationRequest, token: str) -> HttpResponse:
    """A letter as paper, its DOCX, or a released file, by a link that expires; every opening is noted."""
    found = selectors.read_token(token, case)
    if found is None:
        messages.info(request, f"链接 {settings.FOLLOW_LINK_MINUTES} 分钟内有效，已经为您换成新的，请再打开一次。")
        return redirect("requests_app:followed", case.number)
    what, ref = found
    if what == services.FILE:
        return _take_file(request, case, ref)
    letter = selectors.letter_of(case, ref)
    if letter is None:
        raise Http404
    if what == services.DOCX:
        return _take_docx(request, case, letter)
    services.open_letter(letter=letter, what=services.LETTER, at=timezone.now())
    context = {"case": case, "letter": letter, "paper": paper_of_letter(letter), "labels": LABELS}
    context["docx_token"] = selectors.token_of(case, services.DOCX, letter.pk)
    return render(request, "requests_app/follow_letter.html", context)


def _take_docx(request: HttpRequest, case: InformationRequest, letter: Letter) -> HttpResponse:
    media_type = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    response = _download(request, case, letter.docx_key, f"{letter.title}.docx", media_type)
    if response.status_code == 200:
        services.open_letter(letter=letter, what=services.DOCX, at=timezone.now())
    return response


def _take_file(request: HttpRequest, case: InformationRequest, ref: int) -> HttpResponse:
    file = selectors.file_of(case, ref)
    if file is None:
        raise Http404
    response = _download(request, case, file.key, file.name, file.media_type)
    if response.status_code == 200:
        services.note_opened(case=case, what=services.FILE, ref=file.pk, at=timezone.now())
    return response


def _download(request: HttpRequest, case: InformationRequest, key: str, name: str, media_type: str) -> HttpResponse:
    try:
        data = sealed_files.content(key)
    except (OSError, ValueError, sealing.Unreadable):
        messages.error(request, f"《{name}》暂时无法下载，请致电{case.department}，电话 {case.department.phone}。")
        return redirect("requests_app:followed", case.number)
    return sealed_files.attachment_response(data, name, media_type)


# --- an account's cases -----------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def mine(request: HttpRequest) -> HttpResponse:
    """The cases gathered in the account, and a form to add one by number and code."""
    if not isinstance(request.user, User):
        raise Http404
    form = forms.FollowForm(request.POST or None)
    if request.method == "POST":
        case = _opened_by_code(request, form, timezone.now())
        if case is not None:
            _gather(request, request.user, case)
            return redirect("requests_app:mine")
    before = key_of(request.GET.get("before"))
    rows, next_before = selectors.cases_of(request.user, before=before, today=timezone.localdate())
    context = {"rows": rows, "next_before": next_before, "is_first": before is None, "form": form, "labels": LABELS}
    return render(request, "requests_app/follow_mine.html", context, status=_status(form))
