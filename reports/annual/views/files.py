"""A report as a file, for citizens and for the desk."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

from files.services import download_response
from files.spreadsheets import download
from reports.annual.pages import TYPES
from reports.annual.publishing import render
from reports.models import AnnualReport


def given_out(request: HttpRequest, report: AnnualReport, form: str) -> HttpResponseBase:
    """The very bytes that were published in this form; those of a report that is not public yet are made for today."""
    stored = report.files.filter(format=form).select_related("file").first()
    if stored is not None:
        return download_response(stored.file, name=f"{report.title}.{form}", request=request)
    on = timezone.localdate(report.published_at)  # today while there is no such day
    return download(f"{report.title}.{form}", render(report, form, on=on), TYPES[form])
