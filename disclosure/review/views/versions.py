"""Desk pages about the versions of a document, and its whole file as a ZIP."""

import tempfile

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.desks import staff
from accounts.models import User
from catalog.models import Document
from disclosure import rules
from disclosure.review import selectors as selectors_review
from disclosure.review.forms import CompareForm
from disclosure.versions.comparing import compare
from disclosure.versions.facts import differing_facts
from disclosure.versions.record_file import RecordFile
from files.names import safe_name

IN_MEMORY_BYTES = 8 * 1024 * 1024


@require_safe
@login_required
@never_cache
def versions(request: HttpRequest, pk: int) -> HttpResponse:
    """All versions with who, when and why, and two of them side by side."""
    document = _document(staff(request), pk)
    rows = selectors_review.versions(document)
    numbers = [told.revision.number for told in rows]
    form = None
    context: dict[str, object] = {}
    if len(numbers) > 1:
        said = request.GET if "old" in request.GET else {"old": numbers[1], "new": numbers[0]}
        form = CompareForm(said, numbers=numbers)
        if form.is_valid():
            old, new = (selectors_review.version(document, form.cleaned_data[name]) for name in ("old", "new"))
            context = {
                "old": old,
                "new": new,
                "facts": differing_facts(old, new),
                "comparison": compare(old.text, new.text),
            }
    context |= {"heading": f"历次版本：{document.title}", "document": document, "versions": rows, "form": form}
    return render(request, "desk/review/versions.html", context)


@require_safe
@login_required
@never_cache
def record(request: HttpRequest, pk: int) -> FileResponse:
    """The whole file of a document, built in a temporary file that goes with the answer."""
    document = _document(staff(request), pk)
    archive = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY_BYTES)  # noqa: SIM115 - closed with the response
    RecordFile(document, archive, timezone.now()).write()
    archive.seek(0)
    name = safe_name(f"{document.index_number or document.pk}-{document.title[:40]}.zip".replace("/", "-"))
    return FileResponse(archive, as_attachment=True, filename=name, content_type="application/zip")


def _document(actor: User, pk: int) -> Document:
    found = rules.documents_visible_to(actor).select_related("department", "body")
    return get_object_or_404(found, pk=pk)
