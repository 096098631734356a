"""Citizens read quarterly analyses as they were signed."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from catalog.labels import column_labels
from catalog.views.kept import kept
from files.spreadsheets import download
from reports.figures.links import Links
from reports.figures.measures import TERMS
from reports.figures.periods import quarter_of
from reports.models import QuarterlyAnalysis
from reports.quarterly import selectors
from reports.quarterly.sheets import workbook as sheets
from reports.quarterly.showing import Part, parts

HEADING = "季度分析"


@require_safe
@kept
def analyses(request: HttpRequest) -> HttpResponse:
    """Every analysis that was published, the newest quarters first."""
    page = selectors.page(selectors.published(), request.GET.get("cursor", "")[:40])
    labels = column_labels(HEADING, "政府信息公开申请情况按季度分析")
    return render(request, "reports/quarterlies.html", {"heading": HEADING, "page": page, "labels": labels})


@require_safe
@kept
def analysis(request: HttpRequest, pk: int) -> HttpResponse:
    """One analysis: words, charts, tables, frozen with the signature."""
    row = _published(pk)
    context: dict[str, Any] = {
        "analysis": row,
        "title": row.frozen["title"],
        "parts": _parts(row),
        "figures_at": datetime.fromisoformat(row.frozen["figures_at"]),
        "correction": row.frozen.get("correction", ""),
        "terms": TERMS,
        "crumbs": [{"label": HEADING, "url": reverse("reports:quarterlies")}],
        "labels": column_labels(row.frozen["title"]),
    }
    return render(request, "reports/quarterly.html", context)


@require_safe
def workbook(request: HttpRequest, pk: int) -> HttpResponse:
    """Its numbers."""
    row = _published(pk)
    title = row.frozen["title"]
    return download(f"{title}.xlsx", sheets(title, _parts(row)))


def _published(pk: int) -> QuarterlyAnalysis:
    return get_object_or_404(selectors.published().select_related("department"), pk=pk)


def _parts(row: QuarterlyAnalysis) -> list[Part]:
    body = None if row.is_consolidated else row.department
    period = quarter_of(row.year, row.quarter, timezone.localdate())
    return parts(row.frozen["figures"], row.frozen["texts"], Links(body, period))
