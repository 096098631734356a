"""Citizens' pages of the registers: directory, institutions, guides, gazette."""

from typing import TypeVar

import structlog
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.models import Department, DepartmentKind
from catalog import labels
from catalog.views.kept import kept
from disclosure.models import Guide, Institution
from disclosure.registers import selectors
from files.downloads import download_response
from files.spreadsheets import download, sheet

M = TypeVar("M", Guide, Institution)
logger = structlog.get_logger(__name__)
CHANNELS = (
    ("in_person", "当面提交"),
    ("by_post", "邮寄"),
    ("online", "在线申请"),
    ("by_fax", "传真"),
    ("by_email", "电子邮件"),
)


@require_safe
@kept
def directories(request: HttpRequest) -> HttpResponse:
    """Every body with its directory, guide and institution."""
    context = {
        "departments": selectors.bodies_with_registers(),
        "labels": labels.column_labels("主动公开基本目录", "各机关主动公开的事项、依据、时限和渠道"),
    }
    return render(request, "disclosure/directories.html", context)


@require_safe
@kept
def directory(request: HttpRequest, code: str) -> HttpResponse:
    """条例§12: the directory of a body in force, with what is there behind every entry."""
    body = _body(code)
    version = selectors.directory_in_force(body)
    if version is None:
        raise Http404
    context = {
        "department": body,
        "version": version,
        "matters": selectors.matters(version, body, timezone.now()),
        "has_guide": selectors.current(Guide, body) is not None,
        "has_institution": selectors.current(Institution, body) is not None,
        "labels": labels.column_labels(f"{body.name}主动公开基本目录"),
    }
    return render(request, "disclosure/directory.html", context)


@require_safe
def directory_sheet(request: HttpRequest, code: str) -> HttpResponse:
    """The same as XLSX."""
    body = _body(code)
    version = selectors.directory_in_force(body)
    if version is None:
        raise Http404
    rows = selectors.directory_rows(version.entries)
    data = sheet("主动公开基本目录", selectors.DIRECTORY_HEADS, rows)
    return download(f"{body.name}主动公开基本目录.xlsx", data)


@require_safe
@kept
def institutions(request: HttpRequest) -> HttpResponse:
    """Bodies that published their institution."""
    context = {
        "departments": selectors.bodies_with_registers(),
        "labels": labels.column_labels("机构职能", "各机关的职责、内设机构、负责人和联系方式"),
    }
    return render(request, "disclosure/institutions.html", context)


@require_safe
@kept
def institution(request: HttpRequest, code: str) -> HttpResponse:
    """条例§20: what a body does, its offices, its leaders, where and when to reach it."""
    body = _body(code)
    row = _current(Institution, body)
    context = {
        "department": body,
        "institution": row,
        "leaders": selectors.named_lines(row.leaders),
        "offices": selectors.named_lines(row.offices),
        "labels": labels.column_labels(f"{body.name}机构职能"),
    }
    return render(request, "disclosure/institution.html", context)


@require_safe
@kept
def guides(request: HttpRequest) -> HttpResponse:
    """Bodies that published their guide."""
    context = {
        "departments": selectors.bodies_with_registers(),
        "labels": labels.column_labels("各机关公开指南"),
    }
    return render(request, "disclosure/guides.html", context)


@require_safe
@kept
def guide(request: HttpRequest, code: str) -> HttpResponse:
    """条例§12, §25: the guide of a body in force, with the places where people may read without asking."""
    body = _body(code)
    row = _current(Guide, body)
    context = {
        "department": body,
        "guide": row,
        "places": selectors.named_lines(row.reading_places),
        "channels": [(name, said) for field, name in CHANNELS if (said := getattr(row, field))],
        "accepts_requests": body.kind != DepartmentKind.PUBLIC_ENTERPRISE,
        "labels": labels.column_labels(f"{body.name}政府信息公开指南"),
    }
    return render(request, "disclosure/guide.html", context)


@require_safe
@kept
def gazette(request: HttpRequest) -> HttpResponse:
    """政府公报 by year."""
    years: dict[int, list[object]] = {}
    for issue in selectors.issues(is_public=True):
        years.setdefault(issue.year, []).append(issue)
    context = {"years": list(years.items()), "labels": labels.column_labels("政府公报")}
    return render(request, "disclosure/gazette.html", context)


@require_safe
@kept
def gazette_issue(request: HttpRequest, year: int, number: int) -> HttpResponse:
    """条例§23: one issue with its documents."""
    issue = selectors.public_issue(year, number)
    if issue is None:
        raise Http404
    documents = selectors.contents_of(issue, timezone.now())
    context = {"issue": issue, "documents": documents, "labels": labels.column_labels("政府公报", str(issue))}
    return render(request, "disclosure/gazette_issue.html", context)


@require_safe
def gazette_file(request: HttpRequest, year: int, number: int, extension: str) -> HttpResponseBase:
    """The whole issue as a file."""
    issue = selectors.public_issue(year, number)
    if issue is None or issue.file is None:
        raise Http404
    is_shown = request.GET.get("view") == "1"
    try:
        return download_response(issue.file, name=f"{issue}.{issue.file.extension}", inline=is_shown, request=request)
    except FileNotFoundError:
        logger.exception("stored_file_missing", gazette=issue.pk)
        raise Http404 from None


def _body(code: str) -> Department:
    found: Department = get_object_or_404(Department.objects.active().bodies(), code=code)
    return found


def _current(model: type[M], body: Department) -> M:
    """The version in force; 404 for a body that has published none."""
    row: M | None = selectors.current(model, body)
    if row is None:
        raise Http404
    return row
