"""Citizens' pages about clean-ups of normative documents."""

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from accounts.desks import key_of
from catalog.labels import column_labels
from catalog.views.kept import kept
from disclosure.models import Round
from disclosure.rounds import selectors as selectors_rounds
from files.spreadsheets import CSV, csv_lines

HEADING = "规范性文件清理结果"
MOST_LISTED = 200


@require_safe
@kept
def results(request: HttpRequest) -> HttpResponse:
    """Published results, newest first."""
    rounds = selectors_rounds.published_rounds().order_by("-published_at", "-pk")[:MOST_LISTED]
    context = {"heading": HEADING, "rounds": list(rounds), "labels": column_labels(HEADING)}
    return render(request, "disclosure/cleanups.html", context)


@require_safe
@kept
def result(request: HttpRequest, pk: int) -> HttpResponse:
    """One result: how many of each, and every document with its conclusion."""
    now, row = timezone.now(), _round(pk)
    announced = row.result_document
    context = {
        "round": row,
        "counts": selectors_rounds.result_counts(row, now),
        "page": selectors_rounds.result_page(row, now, after=key_of(request.GET.get("cursor")) or 0),
        "announcement": selectors_rounds.public_document(announced.pk, now) if announced else None,
        "crumbs": [{"label": HEADING, "url": reverse("disclosure_public:cleanups")}],
        "labels": column_labels(row.title),
    }
    return render(request, "disclosure/cleanup.html", context)


@require_safe
def result_table(request: HttpRequest, pk: int) -> HttpResponseBase:
    """One result as CSV."""
    row = _round(pk)
    response = StreamingHttpResponse(csv_lines(selectors_rounds.result_rows(row, timezone.now())), content_type=CSV)
    response["Content-Disposition"] = content_disposition_header(True, f"{row.title}.csv") or "attachment"
    return response


def _round(pk: int) -> Round:
    return get_object_or_404(selectors_rounds.published_rounds().select_related("result_document"), pk=pk)
