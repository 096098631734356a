"""Desk pages about documents and imports."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header, urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.desks import key_of, staff, status_of
from accounts.models import User
from accounts.rules import can_see_everything
from catalog.models import Document
from disclosure import rules, selectors, services
from disclosure.drafts.rules import can_begin_version
from disclosure.drafts.selectors import open_version_of
from disclosure.forms import ArchiveForm, DocumentFilter, ExplainForm, ImportForm, ReasonForm, TakeDownForm
from disclosure.importing import reports
from disclosure.models import ImportRun, RunStage
from disclosure.states import ARCHIVE, DOCUMENTS, EXPLAIN_TAKE_DOWN, TAKE_DOWN, WITHDRAW
from jobs.models import JobState
from jobs.selectors import latest_for
from workflow.services import Refused
from workflow.transitions import Transition

REMOVALS: dict[str, Any] = {
    WITHDRAW: (services.withdraw_document, ReasonForm, "已撤下。原址保留，并说明已经撤下。"),
    ARCHIVE: (services.archive_document, ArchiveForm, "已登记移交。原址保留，并写明到哪里查阅。"),
    TAKE_DOWN: (services.take_down_document, TakeDownForm, "已紧急下架。请在处置后补充说明。"),
    EXPLAIN_TAKE_DOWN: (services.explain_take_down, ExplainForm, "已补充下架说明。"),
}


@require_safe
@login_required
def documents(request: HttpRequest) -> HttpResponse:
    """Documents of the departments whose desk is open to the reader, drafts included."""
    actor = staff(request)
    form = DocumentFilter(request.GET, actor=actor)
    wanted = form.cleaned_data if form.is_valid() else {}
    page = selectors.document_page(actor, wanted, before=key_of(request.GET.get("before")))
    kept = {name: str(value) for name, value in request.GET.items() if name not in ("before", "attribute") and value}
    options = [
        {
            "label": label,
            "count": count,
            "chosen": wanted.get("attribute") == value,
            "url": "?" + urlencode(kept if wanted.get("attribute") == value else {**kept, "attribute": value}),
        }
        for value, label, count in selectors.attribute_counts(actor, wanted)
    ]
    facet = {"title": "公开属性", "name": "attribute", "options": options}
    scope = "全市" if can_see_everything(actor) else "本机构"
    return _render(request, "documents/list", "信息目录", {"form": form, "page": page, "facet": facet, "scope": scope})


@require_safe
@login_required
def document(request: HttpRequest, pk: int) -> HttpResponse:
    """One document: what is stored, what was done, what may be done."""
    actor = staff(request)
    shown = _document(actor, pk)
    steps = DOCUMENTS.steps(shown.state, lambda row: row.action in REMOVALS and _may(actor, shown, row))
    context = {
        "document": shown,
        "steps": [(step, reverse(f"disclosure:{step.action}", args=[pk])) for step in steps if step.action in REMOVALS],
        "open_version": open_version_of(shown),
        "may_begin": can_begin_version(actor, shown),
        "may_explain": shown.state == "taken_down" and rules.can_take_down(actor, shown),
        "history": selectors.history(shown, after=key_of(request.GET.get("after"))),
    }
    version = selectors.speaking_version(shown)
    if version is not None:
        context["facts"] = selectors.facts_of_draft(version)
    return _render(request, "documents/document", shown.title, context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw with a reason."""
    return _remove(request, pk, WITHDRAW)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def archive(request: HttpRequest, pk: int) -> HttpResponse:
    """Handed over to the archives."""
    return _remove(request, pk, ARCHIVE)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def take_down(request: HttpRequest, pk: int) -> HttpResponse:
    """Emergency takedown, the reason may follow."""
    return _remove(request, pk, TAKE_DOWN)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def explain(request: HttpRequest, pk: int) -> HttpResponse:
    """The reason of a takedown, afterwards."""
    return _remove(request, pk, EXPLAIN_TAKE_DOWN)


def _remove(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    actor = staff(request)
    shown = _document(actor, pk)
    service, form_class, done = REMOVALS[action]
    form: Form = form_class(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            service(actor=actor, document=shown, at=timezone.now(), **form.cleaned_data)
        except (Refused, PermissionDenied) as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, done)
            return redirect("disclosure:document", pk=pk)
    label = DOCUMENTS.actions[action]
    context = {"form": form, "document": shown, "label": label, "is_urgent": action == TAKE_DOWN}
    return _render(request, "documents/remove", f"{label}：{shown.title}", context, status=status_of(form))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def imports(request: HttpRequest) -> HttpResponse:
    """Imports so far, and a form for the next."""
    actor = staff(request)
    may_import = rules.departments_importable_by(actor).exists()
    if not may_import and not can_see_everything(actor):
        raise Http404
    form = ImportForm(request.POST or None, request.FILES or None, actor=actor) if may_import else None
    if request.method == "POST" and (run := _started(actor, form)):
        return redirect("disclosure:import_run", pk=run.pk)
    page = selectors.run_page(actor, before=key_of(request.GET.get("before")))
    return _render(request, "imports/list", "批量导入", {"form": form, "page": page})


def _started(actor: User, form: ImportForm | None) -> ImportRun | None:
    """The run of a valid form; None when something stands beside a field."""
    if form is None:
        raise PermissionDenied("您没有可以导入的机构。")
    if not form.is_valid():
        return None
    said = dict(form.cleaned_data)
    try:
        return services.start_import(actor=actor, upload=said.pop("file"), at=timezone.now(), **said)
    except ValidationError as error:
        form.add_error(None, error)
        return None


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def import_run(request: HttpRequest, pk: int) -> HttpResponse:
    """One import: progress, counts, what was not taken; POST has a stopped one go on."""
    actor = staff(request)
    run = _run(actor, pk)
    if request.method == "POST":
        try:
            services.resume_import(actor=actor, run=run)
        except Refused as refusal:
            messages.error(request, str(refusal))
        return redirect("disclosure:import_run", pk=pk)
    has_stopped = run.stage == RunStage.FAILED or (
        not run.is_over and _job_state(run) in (JobState.FAILED, JobState.DROPPED)
    )
    context = {
        "run": run,
        "page": selectors.remark_page(run, after=key_of(request.GET.get("after")) or 0),
        "has_stopped": has_stopped,
        "may_resume": has_stopped and bool(run.file) and rules.can_import_into(actor, run.department),
        "is_moving": not run.is_over and not has_stopped,
    }
    return _render(request, "imports/run", f"导入：{run.file_name}", context)


@require_safe
@login_required
@never_cache
def import_progress(request: HttpRequest, pk: int) -> JsonResponse:
    """Figures of one import for the progress bar."""
    run = _run(staff(request), pk)
    names = ("stage", "percent", "position", "imported", "updated", "unchanged", "rejected", "drafts", "message")
    return JsonResponse({**{name: getattr(run, name) for name in names}, "is_over": run.is_over})


@require_safe
@login_required
def import_report(request: HttpRequest, pk: int) -> HttpResponseBase:
    """What was not taken and why, as CSV."""
    run = _run(staff(request), pk)
    remarks = run.remarks.order_by("line", "pk").iterator(chunk_size=1000)
    response = StreamingHttpResponse(reports.stream(run.file_name, remarks), content_type="text/csv; charset=utf-8")
    disposition = content_disposition_header(True, f"导入报告-{run.pk}.csv")
    response["Content-Disposition"] = disposition or "attachment"
    return response


def _render(
    request: HttpRequest, page: str, heading: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """A page in the shell of the desk."""
    return render(request, f"desk/{page}.html", {"heading": heading, **context}, status=status)


def _document(actor: User, pk: int) -> Document:
    return get_object_or_404(
        rules.documents_visible_to(actor).select_related("department", "column", "topic__parent", "genre"), pk=pk
    )


def _run(actor: User, pk: int) -> ImportRun:
    return get_object_or_404(rules.runs_visible_to(actor).select_related("department", "approver", "started_by"), pk=pk)


def _may(actor: User, shown: Document, row: Transition) -> bool:
    may = rules.can_take_down if row.action == TAKE_DOWN else rules.can_withdraw
    return may(actor, shown)


def _job_state(run: ImportRun) -> str | None:
    job = latest_for(f"disclosure.importrun:{run.pk}")
    return job.state if job else None
