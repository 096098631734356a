"""A file that backs something, for who sees what it backs; and its removal."""

import structlog
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.desks import staff, status_of
from files.downloads import download_response
from reports.desks import desk_page, in_charge, saved, sent
from reports.models import Objection, ProblemRemark, Progress, Proof
from reports.proofs.fields import RemoveForm
from reports.proofs.rules import proofs_visible_to
from reports.proofs.services import remove as remove_proof

logger = structlog.get_logger(__name__)


@require_safe
@login_required
def proof(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The file, to be saved; 404 for everybody else and where the storage lost it."""
    row = get_object_or_404(proofs_visible_to(staff(request)).select_related("file"), pk=pk)
    try:
        return download_response(row.file, name=row.title, request=request)
    except FileNotFoundError:
        logger.exception("stored_file_missing", proof=row.pk)
        raise Http404 from None


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove a file that was sent by mistake, with the reason."""
    actor = in_charge(request)
    row = get_object_or_404(proofs_visible_to(actor).select_related("file"), pk=pk)
    form, back = RemoveForm(*sent(request)), page_of(row)
    if form.is_valid():
        reason, at = form.cleaned_data["reason"], timezone.now()
        if saved(request, form, lambda: remove_proof(actor=actor, proof=row, reason=reason, at=at), "材料已移除。"):
            return redirect(back)
    context = {"form": form, "proof": row, "back": back}
    return desk_page("reports", request, "proof_remove", "移除佐证材料", context, status=status_of(form))


def page_of(proof: Proof) -> str:
    """Address of the page that shows it."""
    beside = proof.beside
    if isinstance(beside, Progress):
        return reverse("reports_desk:task", args=[beside.task_id])
    if isinstance(beside, ProblemRemark):
        return reverse("reports_desk:problem", args=[beside.problem_id])
    name = "objection" if isinstance(beside, Objection) else "result"
    return reverse(f"reports_desk:{name}", args=[beside.pk])
