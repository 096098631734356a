"""Citizens' page of figures, and the same to take away."""

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from accounts.models import Department
from catalog.labels import column_labels
from catalog.reference import shared
from catalog.views.kept import kept
from files.spreadsheets import CSV, book, csv_lines, download
from reports.figures import bodies as compared
from reports.figures import rules
from reports.figures.asking import Asked, asked_in
from reports.figures.links import Links
from reports.figures.measures import MONTHS_KEPT_CURRENT, TERMS
from reports.figures.sections import Page, Section, grouped, sections
from reports.figures.selectors import counts_by_body, counts_of

HEADING = "公开数据"


@require_safe
@kept
def figures(request: HttpRequest) -> HttpResponse:
    """公开数据: what was published, asked for and answered, in words, bars and tables; every number explained.

    Kept for visitors like the catalogue's pages: numbers change with the job, so a page is `KEEP_PAGES_SECONDS` older at
    most. Who may see applications gets each number as the way to them, on a page of their own.
    """
    asked = _asked(request)
    context = {
        "heading": f"{asked.body.name}{HEADING}" if asked.body else HEADING,
        "asked": asked,
        "groups": grouped(_sections(request, asked)),
        "terms": TERMS,
        "months_kept": MONTHS_KEPT_CURRENT,
        "labels": column_labels(HEADING, "主动公开、依申请公开的数量、时限和结果"),
    }
    return render(request, "reports/figures.html", context)


@require_safe
def table(request: HttpRequest, section: str) -> HttpResponseBase:
    """One section as CSV."""
    asked = _asked(request)
    found = next((each for each in _sections(request, asked) if each.slug == section), None)
    if found is None:
        raise Http404
    name, head, rows = found.sheet
    response = StreamingHttpResponse(csv_lines([head, *rows]), content_type=CSV)
    response["Content-Disposition"] = content_disposition_header(True, f"{_file(asked)}-{name}.csv") or "attachment"
    return response


@require_safe
def workbook(request: HttpRequest) -> HttpResponse:
    """All sections as one workbook, with what each number means."""
    asked = _asked(request)
    meanings = [[term.name, term.what, term.day, term.left_out, term.basis] for term in TERMS]
    sheets = [each.sheet for each in _sections(request, asked) if each.rows]
    glossary = ("数字说明", ("数字", "统计什么", "计入哪一天", "不计什么", "依据"), meanings)
    return download(f"{_file(asked)}.xlsx", book([*sheets, glossary]))


def _asked(request: HttpRequest) -> Asked:
    bodies = list(Department.objects.active().bodies())
    return asked_in(request.GET, bodies, today=timezone.localdate())


def _sections(request: HttpRequest, asked: Asked) -> list[Section]:
    follows = request.user.is_authenticated and rules.can_follow(request.user, asked.body)
    links = Links(asked.body, asked.period, follows)
    counts, columns = counts_of(asked.body, asked.period), shared().columns
    if asked.body is not None:
        return sections(Page(counts, links, columns))
    own = f"{reverse('reports:figures')}?period={asked.period.slug}&department={{}}"
    found = counts_by_body(asked.period)
    page = Page(counts, links, columns, ratings=compared.city_ratings(found))
    return [*sections(page), compared.section(compared.of_bodies(asked.bodies, found), links, own)]


def _file(asked: Asked) -> str:
    return f"{asked.body.name if asked.body else ''}{HEADING}-{asked.period.label}"
