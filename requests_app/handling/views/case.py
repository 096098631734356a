"""Desk pages of one case: the case itself, one page an act, its files, and a look at what is masked."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.desks import key_of, staff
from files.errors import FileRefused
from requests_app import sealed_files
from requests_app.handling import enclosing, selectors, services
from requests_app.handling.acts import ACTS
from requests_app.handling.forms import ActForm, UnmaskForm
from requests_app.handling.offering import Act, Obstructed
from requests_app.handling.selectors import Folder, can_read_file
from requests_app.handling.showing import page_of
from requests_app.handling.writing import compute_fee
from requests_app.models import CaseFile, FileRole, Letter
from requests_app.sealing import Unreadable, show_code
from workflow.services import Refused, WrongPerson
from workflow.transitions import Obstacle

POINTS_AT = ("consultation", "inquiry", "remedy", "event", "original")


def folder_for(request: HttpRequest, pk: int) -> Folder:
    """The case for who asks; Http404 for outsiders, who do not learn that it exists."""
    actor = staff(request)
    case = get_object_or_404(selectors.cases_for(actor), pk=pk)
    return selectors.folder_of(actor, case, today=timezone.localdate())


@require_safe
@login_required
@never_cache
def case(request: HttpRequest, pk: int) -> HttpResponse:
    """One case on one page."""
    return render(request, "desk/requests/case.html", page_of(folder_for(request, pk)))


# --- acts ------------------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """The form of an act, and the act itself. What is typed stays; what is refused says why."""
    if act not in ACTS:
        raise Http404
    folder, chosen = folder_for(request, pk), ACTS[act]
    why = chosen.why(folder)
    if request.method != "POST":
        form = chosen.form(folder=folder, initial=_initial(request)) if why[0] is None else None
        return _page(request, folder, chosen, form, why)
    form = chosen.form(request.POST, request.FILES, folder=folder)
    if "preview" in request.POST:
        return _page(request, folder, chosen, form, why, preview=_preview(folder, form))
    made, refused = _run(request, folder, chosen, form, why)
    if refused is not None:
        return _page(request, folder, chosen, form, (refused, ""))
    messages.success(request, f"{folder.case.number}：{chosen.done}")
    if isinstance(made, str):  # shown once, to be handed over
        messages.warning(request, f"新的查询码是 {show_code(made)}，请当面交给申请人，离开本页后不再显示。")
    if isinstance(made, Letter):
        return redirect("requests_desk:letter", pk=made.pk)
    return redirect("requests_desk:case", pk=pk)


def _run(
    request: HttpRequest, folder: Folder, chosen: Act, form: ActForm, why: Obstructed
) -> tuple[Any, Obstacle | None]:
    """What the act made, or the obstacle; its reason stands in the form."""
    is_valid, seen = form.is_valid(), request.POST.get("seen", "")
    try:
        if not chosen.adds:
            selectors.check_seen(folder.case, seen)
        if why[0] is not None:
            form.add_error(None, why[1])
            return None, why[0]
        if is_valid:
            return chosen.run(
                actor=folder.standing.user, case=folder.case, at=timezone.now(), **form.cleaned_data
            ), None
    except WrongPerson as refusal:
        form.add_error(None, str(refusal))
        return None, Obstacle.WRONG_PERSON
    except (Refused, FileRefused) as refusal:
        form.add_error(None, str(refusal))
    return None, Obstacle.WRONG_STATE


def _page(
    request: HttpRequest,
    folder: Folder,
    chosen: Act,
    form: ActForm | None,
    why: Obstructed,
    *,
    preview: Any = None,
) -> HttpResponse:
    """The act's page: 403 for the wrong person, 409 at the wrong time, 422 for what is typed wrongly."""
    context = {
        "heading": f"{chosen.label}：{folder.case.number}",
        "case": folder.case,
        "act": chosen,
        "form": form,
        "reason": why[1],
        "seen": request.POST.get("seen") or selectors.seen_mark(folder.case),
        "clock_words": selectors.clock_words(folder),
        "preview": preview,
        "has_preview": chosen.slug == "fee",
        "has_files": chosen.slug == "file",
    }
    return render(request, "desk/requests/case_act.html", context, status=_status(form, why))


def _status(form: ActForm | None, why: Obstructed) -> int:
    if why[0] == Obstacle.WRONG_PERSON:
        return 403
    if form is not None and form.is_bound and form.errors and not form.non_field_errors():
        return 422
    return 409 if why[0] is not None else 200


def _initial(request: HttpRequest) -> dict[str, Any]:
    ref = key_of(request.GET.get("ref"))
    return dict.fromkeys(POINTS_AT, ref) if ref else {}


def _preview(folder: Folder, form: ActForm) -> Any:
    """条例§42: what the fee would be, with its tiers; nothing is written."""
    if not form.is_valid():
        return None
    said = form.cleaned_data
    return compute_fee(folder.case, standard=said["standard"], quantity=said["quantity"])


# --- what is masked --------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def unmask(request: HttpRequest, pk: int) -> HttpResponse:
    """Against a reason, the case with the applicant's data open: on this one response, kept by nobody."""
    folder = folder_for(request, pk)
    form = UnmaskForm(request.POST or None, folder=folder)
    status = 200 if folder.standing.handles else 403
    if request.method == "POST" and form.is_valid():
        try:
            services.unmask(
                actor=folder.standing.user, case=folder.case, reason=form.cleaned_data["reason"], at=timezone.now()
            )
            return render(request, "desk/requests/case.html", page_of(folder_for(request, pk), revealed=True))
        except Refused as refusal:
            form.add_error(None, str(refusal))
            status = 403 if isinstance(refusal, WrongPerson) else 409
    elif request.method == "POST" and folder.standing.handles:
        status = 422
    context = {"heading": f"查看申请人信息：{folder.case.number}", "case": folder.case, "form": form}
    return render(request, "desk/requests/case_unmask.html", context, status=status)


# --- files -----------------------------------------------------------------------------------------------------------------


def _file(request: HttpRequest, pk: int, file: int) -> tuple[Folder, CaseFile]:
    folder = folder_for(request, pk)
    row = get_object_or_404(
        CaseFile.objects.select_related("case__department"), pk=file, case=folder.case, erased_at=None
    )
    return folder, row


@require_safe
@login_required
@never_cache
def file(request: HttpRequest, pk: int, file: int) -> HttpResponse:
    """A file, decrypted for who may read it; who took what the applicant handed in stands in the record."""
    folder, row = _file(request, pk, file)
    if not can_read_file(folder.standing, row):
        return _refused(request, folder, "这个文件只供本机关承办人员办理时查看。", 403)
    try:
        data = sealed_files.content(row.key)
    except (FileNotFoundError, Unreadable, ValueError) as reason:
        said = str(reason) if isinstance(reason, Unreadable) else "文件已经不在存储中，请联系系统管理员。"
        return _refused(request, folder, said, 410)
    if request.method == "GET" and row.role in (FileRole.PROOF, FileRole.ATTACHMENT, FileRole.INCOMING):
        enclosing.note_taken(actor=folder.standing.user, file=row, at=timezone.now())
    return sealed_files.attachment_response(data, row.name, row.media_type)


@require_POST
@login_required
def remove_file(request: HttpRequest, pk: int, file: int) -> HttpResponse:
    """Take out a file put in by mistake."""
    folder, row = _file(request, pk, file)
    try:
        enclosing.remove_file(actor=folder.standing.user, file=row, at=timezone.now())
    except Refused as refusal:
        return _refused(request, folder, str(refusal), 403 if isinstance(refusal, WrongPerson) else 409)
    messages.success(request, "文件已删除。")
    return redirect("requests_desk:case", pk=pk)


def _refused(request: HttpRequest, folder: Folder, reason: str, status: int) -> HttpResponse:
    context = {"heading": f"没有办理：{folder.case.number}", "case": folder.case, "reason": reason}
    return render(request, "desk/requests/case_refused.html", context, status=status)
