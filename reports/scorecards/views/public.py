"""Citizens' pages of published results (条例§50)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from catalog.labels import column_labels
from catalog.views.kept import kept
from reports.scorecards import charts, selectors

HEADING = "政务公开考核结果"
MOST_LISTED = 100


@require_safe
@kept
def assessments(request: HttpRequest) -> HttpResponse:
    """Published results, newest first."""
    rows = list(selectors.public_assessments()[:MOST_LISTED])
    context = {"heading": HEADING, "assessments": rows, "labels": column_labels(HEADING)}
    return render(request, "reports/assessments.html", context)


@require_safe
@kept
def assessment(request: HttpRequest, pk: int) -> HttpResponse:
    """One result: every body's score, by section, and by what it was assessed."""
    row = get_object_or_404(selectors.public_assessments().select_related("set"), pk=pk)
    sections, lines = selectors.table_of(row)
    context = {
        "assessment": row,
        "chart": charts.public_bars(lines),
        "sections": sections,
        "lines": lines,
        "parts": [part for part in selectors.parts_of(row.set, row.period.kind) if part.indicators],
        "crumbs": [
            {"label": "数据与接口", "url": reverse("catalog:data")},
            {"label": HEADING, "url": reverse("reports:assessments")},
        ],
        "labels": column_labels(row.title),
    }
    return render(request, "reports/assessment.html", context)
