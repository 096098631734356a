"""Around the editor: pasting, naming other documents, files, the preview, taking back and giving up, the department's rules."""

from typing import Any

import structlog
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.desks import key_of, staff, status_of
from accounts.models import Department, User
from disclosure import finding
from disclosure.drafts import selectors as selectors_drafts
from disclosure.drafts import services as drafting
from disclosure.drafts.forms import DropForm, RuledDepartment, RuleForm
from disclosure.drafts.pasting import body_of, has_pictures
from disclosure.drafts.rules import departments_ruled_by
from disclosure.drafts.views.desk import page_of, revision_of
from disclosure.models import DepartmentRule, Revision
from disclosure.versions import rules
from disclosure.versions import services as revising
from files.downloads import download_response
from files.errors import FileRefused
from files.services import store
from workflow.services import Refused

logger = structlog.get_logger(__name__)
NO_PICTURES = "图片没有粘贴，请作为附件上传。"


@require_POST
@login_required
def paste(request: HttpRequest) -> JsonResponse:
    """Markup of the clipboard, cleaned."""
    staff(request)
    typed = request.POST.get("html", "")
    return JsonResponse({"html": body_of(typed)[0], "note": NO_PICTURES if has_pictures(typed) else ""})


@require_safe
@login_required
def find(request: HttpRequest) -> JsonResponse:
    """Documents to name, while typing."""
    actor = staff(request)
    rows = finding.offered(request.GET.get("q", ""), actor=actor, at=timezone.now())
    return JsonResponse({"found": [{"value": finding.label_of(row), "hint": row.document_number} for row in rows]})


@require_POST
@login_required
def upload(request: HttpRequest, pk: int) -> JsonResponse:
    """Files dropped or chosen, one a request so that each shows its progress; JSON with the list as it is now."""
    actor = staff(request)
    row = revision_of(actor, pk)
    if not rules.can_write_in(actor, row.department):
        raise PermissionDenied("您不在该机构担任采编。")
    chosen = request.FILES.get("files")
    if chosen is None:
        return JsonResponse({"refused": "没有收到文件，请重新选择。"}, status=400)
    try:
        stored = store(upload=chosen, name=chosen.name or "", by=actor)
        row = drafting.attach(
            actor=actor,
            revision=row,
            stored=stored,
            title=stored.original_name,
            edition=key_of(request.POST.get("edition")) or 0,
            at=timezone.now(),
        )
    except (Refused, FileRefused) as refusal:
        return JsonResponse({"refused": str(refusal)}, status=409)
    html = render_to_string(
        "desk/drafts/_files.html", {"revision": row, "files": selectors_drafts.files_of(row)}, request
    )
    return JsonResponse({"edition": row.edition, "files": html})


@require_safe
@login_required
def file(request: HttpRequest, pk: int, file_pk: int) -> HttpResponseBase:
    """An attachment of a version, for those who see the version."""
    row = revision_of(staff(request), pk)
    found = get_object_or_404(row.files.select_related("file"), pk=file_pk)
    try:
        return download_response(found.file, name=found.title, inline=request.GET.get("view") == "1", request=request)
    except FileNotFoundError:
        logger.exception("stored_file_missing", revision_file=found.pk)
        raise Http404 from None


@require_safe
@login_required
@never_cache
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The page as citizens will see it."""
    row = revision_of(staff(request), pk)
    context = selectors_drafts.preview_context(row, timezone.now())
    document = context["document"]
    context["body_html"] = mark_safe(context["body_html"])  # noqa: S308  cleaned by catalog.body when it was saved
    context["share_url"] = f"{settings.SITE_URL}{document.url}"
    response = render(request, "desk/drafts/preview.html", context)
    response["X-Robots-Tag"] = "noindex"
    return response


@require_POST
@login_required
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Back to the writer before it was reviewed."""
    actor = staff(request)
    row = revision_of(actor, pk)
    try:
        revising.take_back(actor=actor, revision=row, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "已取回，可以继续修改。")
    return redirect("disclosure:draft", pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a draft up, with a reason."""
    actor = staff(request)
    row: Revision = revision_of(actor, pk)
    form = DropForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            revising.drop(actor=actor, revision=row, reason=form.cleaned_data["reason"], at=timezone.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "已作废。")
            return redirect("disclosure:drafts")
    heading = f"作废：{row.title or '（未命名）'}"
    return page_of(request, "drop", heading, {"form": form, "revision": row}, status=status_of(form))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def rule(request: HttpRequest) -> HttpResponse:
    """Rulings 14: the steps and shorter periods of a department."""
    actor = staff(request)
    departments = departments_ruled_by(actor)
    department = _ruled(request, actor, departments.first())
    found = DepartmentRule.objects.filter(department=department).first() or DepartmentRule(department=department)
    form = RuleForm(request.POST if request.method == "POST" else None, instance=found)
    if form.is_valid() and _ruled_anew(form, actor, department):
        messages.success(request, "已保存，在办拟稿的期限将按新规则重新计算。")
        return redirect(f"{request.path}?department={department.pk}")
    chooser = RuledDepartment(initial={"department": department.pk}, actor=actor) if departments.count() > 1 else None
    context = {"form": form, "department": department, "chooser": chooser}
    return page_of(request, "rule", f"公开办理规则：{department}", context)


def _ruled(request: HttpRequest, actor: User, first: Department | None) -> Department:
    """The department asked for; 404 for who sets no rules there, or anywhere."""
    if first is None:
        raise Http404
    if "department" not in request.GET:
        return first
    chosen = RuledDepartment(request.GET, actor=actor)
    if not chosen.is_valid():
        raise Http404
    department: Department = chosen.cleaned_data["department"]
    return department


def _ruled_anew(form: RuleForm, actor: User, department: Department) -> bool:
    """True when the rules are stored; what is refused stands in the form."""
    values: dict[str, Any] = {name: form.cleaned_data[name] for name in form.Meta.fields}
    try:
        drafting.set_rule(actor=actor, department=department, values=values, at=timezone.now())
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    return True
