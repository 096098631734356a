"""Citizens' pages of annual reports."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.desks import key_of
from catalog.labels import column_labels
from catalog.views.kept import kept
from catalog.views.public import missing
from files.spreadsheets import download
from reports.annual.building import as_json, figures_of_report
from reports.annual.pages import TYPES, linked_report
from reports.annual.publishing import public_address
from reports.annual.selectors import documents_under, published_report, reports_by_year, reports_of_year
from reports.annual.views.files import given_out
from reports.models import AnnualReport, ReportFormat

Answer = HttpResponseBase


@require_safe
@kept
def reports(request: HttpRequest) -> HttpResponse:
    """年度报告 by year: those made here, and those published as documents before."""
    context = {"years": reports_by_year(timezone.now()), "labels": column_labels("年度报告")}
    return render(request, "reports/annual/list.html", context)


@require_safe
@kept
def report(request: HttpRequest, year: int, code: str, *, is_consolidated: bool = False) -> HttpResponse:
    """条例§49, §50: one report, in every form; its figures lead to their cases for who may see them."""
    found = _found(request, year, code, is_consolidated)
    if found is None:
        return _missing(request, year, code, is_consolidated)
    newest = published_report(year, code, is_consolidated=is_consolidated, at=timezone.now())
    context: dict[str, Any] = {
        "report": found,
        "written": linked_report(found, figures_of_report(found), [], request.user),
        "formats": ReportFormat.choices,
        "address": public_address(found),
        "newest": newest if newest and newest.pk != found.pk else None,
        "earlier": found.number - 1 if found.number > 1 else 0,
        "labels": column_labels(found.title),
    }
    return render(request, "reports/annual/report.html", context)


@require_safe
def file(request: HttpRequest, year: int, code: str, form: str, *, is_consolidated: bool = False) -> Answer:
    """One report as a file: the very bytes that were published."""
    if form not in TYPES:
        raise Http404
    found = _found(request, year, code, is_consolidated)
    if found is None:
        return _missing(request, year, code, is_consolidated)
    return given_out(request, found, form)


@require_safe
def figures(request: HttpRequest, year: int) -> HttpResponse:
    """All reports of a year as data, in the form they are exchanged in."""
    found = reports_of_year(year, timezone.now())
    if not found:
        raise Http404
    data = as_json({"reports": found})
    return download(f"{year}年政府信息公开工作年度报告.json", data, TYPES[ReportFormat.JSON])


def _found(request: HttpRequest, year: int, code: str, is_consolidated: bool) -> AnnualReport | None:
    number = key_of(request.GET.get("number"))
    return published_report(year, code, is_consolidated=is_consolidated, at=timezone.now(), number=number)


def _missing(request: HttpRequest, year: int, code: str, is_consolidated: bool) -> HttpResponse:
    """What the address of its document answers (rulings 16)."""
    number = key_of(request.GET.get("number"))
    return missing(request, *documents_under(year, code, is_consolidated=is_consolidated, number=number))
