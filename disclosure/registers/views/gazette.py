"""Desk pages of the gazette."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.desks import status_of
from accounts.models import User
from disclosure.models import Gazette
from disclosure.registers import rules, selectors, services
from disclosure.registers.forms import IssueForm
from disclosure.registers.views.desk import page, reader
from files.errors import FileRefused
from files.services import store
from workflow.services import Refused


@require_safe
@login_required
def issues(request: HttpRequest) -> HttpResponse:
    """Issues, drafts included."""
    actor = _reader(request)
    context = {"issues": selectors.issues(is_public=False), "may_keep": rules.can_keep_gazette(actor)}
    return page(request, "gazette", "政府公报", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def issue(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Make up a new issue, or change one that is not published."""
    actor = _reader(request)
    may_keep = rules.can_keep_gazette(actor)
    if not may_keep and (pk is None or request.method == "POST"):
        raise Http404
    row = get_object_or_404(Gazette.objects.select_related("file"), pk=pk) if pk else None
    posted = request.method == "POST"
    form = IssueForm(request.POST if posted else None, request.FILES if posted else None, issue=row, at=timezone.now())
    if form.is_valid() and (saved := _saved(actor, row, form)):
        messages.success(request, "已保存。发布后对外可见。")
        return redirect("disclosure:register_issue", pk=saved.pk)
    items = row.items.select_related("document").order_by("position", "id") if row else []
    context = {"form": form, "issue": row, "items": items, "may_keep": may_keep}
    return page(request, "issue", str(row) if row else "新编一期公报", context, status=status_of(form))


def _saved(actor: User, row: Gazette | None, form: IssueForm) -> Gazette | None:
    """The issue as stored; None when something stands beside the form."""
    said: dict[str, Any] = dict(form.cleaned_data)
    documents, upload = said.pop("documents"), said.pop("upload")
    try:
        if upload:
            said["file"] = store(upload=upload, name=upload.name, by=actor)
        return services.save_issue(actor=actor, issue=row, values=said, documents=documents)
    except FileRefused as refusal:
        form.add_error("upload", str(refusal))
    except Refused as refusal:
        form.add_error(None, str(refusal))
    return None


@require_POST
@login_required
def publish_issue(request: HttpRequest, pk: int) -> HttpResponse:
    """Publish an issue."""
    actor = _reader(request)
    if not rules.can_keep_gazette(actor):
        raise Http404
    row = get_object_or_404(Gazette, pk=pk)
    try:
        services.publish_issue(actor=actor, issue=row, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"{row}已发布。")
    return redirect("disclosure:register_issue", pk=pk)


def _reader(request: HttpRequest) -> User:
    user = reader(request)
    if not rules.can_read_gazette(user):
        raise Http404
    return user
