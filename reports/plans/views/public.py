"""Citizens' pages of yearly plans."""

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from catalog.labels import column_labels
from catalog.views.kept import kept
from files.spreadsheets import CSV, csv_lines, download
from reports.models import WorkPlan
from reports.plans import charts, rows, selectors
from reports.plans.selectors import PublicTask

HEADING = "工作要点和任务分解"
MOST_LISTED = 200


@require_safe
@kept
def plans(request: HttpRequest, year: int | None = None) -> HttpResponse:
    """Issued plans, newest first; of one year, if one is named."""
    found = selectors.public_plans()
    if year is not None:
        found = found.filter(year=year)
        if not found.exists():
            raise Http404
    heading = f"{year}年{HEADING}" if year else HEADING
    crumbs = [{"label": HEADING, "url": reverse("reports:plans")}] if year else []
    context = {
        "heading": heading,
        "plans": list(found[:MOST_LISTED]),
        "labels": column_labels(heading),
        "crumbs": crumbs,
    }
    return render(request, "reports/plans.html", context)


@require_safe
@kept
def plan(request: HttpRequest, year: int, pk: int) -> HttpResponse:
    """One plan: its tasks by section, and how far they are where that is public."""
    now, row = timezone.now(), _plan(year, pk)
    tasks = selectors.public_tasks(row, now)
    context = {
        "plan": row,
        "document": selectors.public_documents([row.document_id], now).get(row.document_id or 0),
        "sections": _sections(tasks),
        "total": len(tasks),
        "cancelled": selectors.cancelled_numbers(row),
        "chart": charts.sections_chart(tasks) if row.shows_progress and tasks else None,
        "today": timezone.localdate(now),
        "crumbs": [
            {"label": HEADING, "url": reverse("reports:plans")},
            {"label": f"{year}年", "url": reverse("reports:plans_of_year", args=[year])},
        ],
        "labels": column_labels(row.title),
    }
    return render(request, "reports/plan.html", context)


def _sections(tasks: list[PublicTask]) -> list[tuple[str, list[PublicTask]]]:
    found: dict[str, list[PublicTask]] = {}
    for row in tasks:
        found.setdefault(row.task.section or charts.NO_SECTION, []).append(row)
    return list(found.items())


@require_safe
def plan_table(request: HttpRequest, year: int, pk: int) -> HttpResponse:
    """One plan as CSV."""
    row = _plan(year, pk)
    heads = [*rows.HEADS, *(("状态", "完成比例（%）", "公开的最新进展") if row.shows_progress else ())]
    lines = [
        [*rows.cells_of(task.task), *(_standing(task) if row.shows_progress else [])]
        for task in selectors.public_tasks(row, timezone.now())
    ]
    return download(f"{row.title}.csv", "".join(csv_lines([heads, *lines])).encode(), CSV)


def _standing(row: PublicTask) -> list[str | int]:
    newest = row.entries[0].entry if row.entries else None
    return [row.task.get_state_display(), row.share, f"{newest.on:%Y-%m-%d}：{newest.text}" if newest else ""]


def _plan(year: int, pk: int) -> WorkPlan:
    found: QuerySet[WorkPlan] = selectors.public_plans().select_related("document")
    return get_object_or_404(found, pk=pk, year=year)
