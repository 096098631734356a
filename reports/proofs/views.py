"""A file that backs something, for who sees what it backs."""

import structlog
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from accounts.desks import staff
from files.downloads import download_response
from reports.proofs.rules import proofs_visible_to

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
