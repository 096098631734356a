"""Desk pages of the calendar. Floor 0 knows no roles: who may import is handed in by the wiring (`workdays.urls`)."""

from collections.abc import Callable
from typing import Any

import structlog
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from workdays.formats import FIRST_YEAR, LAST_YEAR, FileFaults
from workdays.forms import CalendarFileForm
from workdays.models import CalendarYear
from workdays.selectors import current_calendar, months_of, published_years
from workdays.services import YearChange, import_years, preview_year

logger = structlog.get_logger(__name__)
MayImport = Callable[[Any], bool]


@require_safe
@login_required
def this_year(request: HttpRequest) -> HttpResponse:
    """To the page of the current year."""
    return redirect("workdays:year", year=timezone.localdate().year)


@require_safe
@login_required
def year(request: HttpRequest, year: int, may_import: MayImport) -> HttpResponse:
    """Twelve months of a year, days off and make-up working days marked with words, and the notice they come from."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Http404
    months = months_of(year, current_calendar())
    return render(
        request,
        "desk/workdays/year.html",
        {
            "heading": f"{year}年工作日历",
            "year": year,
            "arrangement": CalendarYear.objects.filter(year=year, is_published=True).first(),
            "months": months,
            "workdays": sum(month.workdays for month in months),
            "years": published_years(),
            "may_import": may_import(request.user),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def import_calendar(request: HttpRequest, may_import: MayImport) -> HttpResponse:
    """Upload a file, see what would change, confirm."""
    if not may_import(request.user):
        raise PermissionDenied
    form, changes, is_done = take_file(request)
    if is_done:
        return redirect("workdays:year", year=changes[-1].year)
    return render(request, "desk/workdays/import.html", {"heading": "导入放假安排", "form": form, "changes": changes})


def take_file(request: HttpRequest) -> tuple[CalendarFileForm, list[YearChange], bool]:
    """One step of the upload, for desk and admin alike: (form, changes shown or made, were they made)."""
    form = CalendarFileForm(request.POST, request.FILES) if request.method == "POST" else CalendarFileForm()
    if not form.is_valid():
        return form, [], False
    is_confirmed = "confirm" in request.POST
    try:
        changes = import_years(drafts=form.drafts) if is_confirmed else [preview_year(draft) for draft in form.drafts]
    except FileFaults as error:
        form.add_error(None, list(error.faults))
        return form, [], False
    if is_confirmed:
        logger.info(
            "calendar_import_confirmed",
            user=request.user.pk,
            years=[change.year for change in changes],
        )
        messages.success(
            request,
            "放假安排已导入，有关期限将重新计算。" if any(c.lines for c in changes) else "没有变化。",
        )
        return form, changes, True
    confirmation = CalendarFileForm(initial={"content": form.cleaned_data["content"]})
    return confirmation, changes, False
