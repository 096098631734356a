"""Citizens' pages of the catalogue."""

import re
from typing import Any

import structlog
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from accounts.models import Department
from catalog import articles, browse, labels, links, paging, selectors
from catalog.models import Attachment, Document, DocumentBody, DocumentRelation, KeyArea
from catalog.reference import shared
from catalog.states import DocumentState, RelationKind
from catalog.views.kept import kept
from files.downloads import download_response
from search.services import note_empty_search

logger = structlog.get_logger(__name__)
CATALOG_CRUMB = {"label": "公开目录", "url": reverse_lazy("catalog:columns")}


@require_safe
@kept
def documents(request: HttpRequest) -> HttpResponse:
    """Browse and search."""
    now, reference = timezone.now(), shared()
    asked = browse.ask(request.GET, reference=reference)
    result = browse.find(asked, at=now)
    if request.method == "GET" and browse.is_nothing(asked, result):
        note_empty_search(asked.parsed.typed, on=timezone.localdate(now))
    address = links.Address(reverse("catalog:browse"), request.GET)
    query = address.with_().partition("?")[2]
    context = {
        "q": asked.parsed.typed,
        "heading": f"检索：{asked.parsed.typed[:40]}" if asked.parsed.typed else "全部公开文件",
        "page": links.present(result, asked, reference=reference, address=address, at=now),
        "feed_url": f"{reverse('catalog:feed')}?{query}" if query else reverse("catalog:feed"),
        "api_url": f"{reverse('catalog_api:documents')}?{query}" if query else reverse("catalog_api:documents"),
        "crumbs": [],
        "labels": labels.column_labels("信息公开目录", "全部公开文件"),
    }
    return render(request, "catalog/browse.html", context)


@require_safe
@kept
def document(request: HttpRequest, pk: int) -> HttpResponse:
    """A document: paper, metadata, attachments, interpretations, validity."""
    now = timezone.now()
    row = selectors.document_for_page(pk, now)
    if row is None:
        raise Http404
    if row.state == DocumentState.TAKEN_DOWN:
        return gone(request)
    context = selectors.document_context(row, now) | labels.document_labels(row)
    context["crumbs"] = [CATALOG_CRUMB, {"label": row.column.name, "url": row.column.get_absolute_url()}]
    if row.state == DocumentState.WITHDRAWN:
        context |= {"reason": row.withdrawn_reason, "withdrawn_on": row.updated_at}
        return render(request, "catalog/withdrawn.html", context)
    if row.state == DocumentState.ARCHIVED:
        context |= {"place": row.withdrawn_reason, "archived_on": row.updated_at}
        return render(request, "catalog/archived.html", context)
    context["body_html"] = mark_safe(context["body_html"])  # noqa: S308  cleaned by catalog.body when it was written
    context["issuing_bodies"] = row.issuer_line.split()
    context["validity"] = {"code": row.validity, "label": row.validity_label}
    # No Last-Modified: the page also shows its neighbours, and must not be confirmed when one of them was taken down.
    return render(request, "catalog/document.html", context)


def gone(request: HttpRequest) -> HttpResponse:
    """410 without a title (rulings 16)."""
    return render(request, "410.html", status=410)


def missing(request: HttpRequest, *pks: int) -> HttpResponse:
    """Answer for documents that are not public: 410 when one was taken down, else 404."""
    if selectors.was_taken_down(pks, timezone.now()):
        return gone(request)
    raise Http404


@require_safe
def beside(request: HttpRequest, pk: int, interpretation_pk: int) -> HttpResponse:
    """A policy and its interpretation side by side."""
    public = Document.objects.public(timezone.now()).select_related("department", "body")
    found = public.in_bulk([pk, interpretation_pk])
    if len(found) < 2:
        return missing(request, pk, interpretation_pk)
    policy, interpretation = found[pk], found[interpretation_pk]
    get_object_or_404(DocumentRelation, source=interpretation, target=policy, kind=RelationKind.INTERPRETS)
    policy_html, anchors = articles.anchored(_html(policy))
    interpretation_html = articles.linked(_html(interpretation), anchors, policy.title)
    context = {
        "policy": policy,
        "interpretation": interpretation,
        "policy_html": mark_safe(policy_html),  # noqa: S308  cleaned when written
        "interpretation_html": mark_safe(interpretation_html),  # noqa: S308  cleaned when written
        "labels": labels.column_labels("政策解读", "文件与解读对照"),
    }
    return render(request, "catalog/beside.html", context)


def _html(row: Document) -> str:
    """The body, its headings' anchors made different from those of the other text on the page."""
    body: DocumentBody | None = getattr(row, "body", None)
    return re.sub(r'(<h[23] id=")', rf"\1d{row.pk}-", body.html) if body else ""


@require_safe
def attachment(request: HttpRequest, pk: int, name: str) -> HttpResponseBase:
    """Download an attachment of a public document."""
    found = get_object_or_404(Attachment.objects.select_related("file", "document"), pk=pk)
    public = Document.objects.public(timezone.now()).filter(pk=found.document_id)
    if not public.exists():
        return missing(request, found.document_id)
    shown_name = f"{found.title.removesuffix('.' + found.file.extension)}.{found.file.extension}"
    try:
        return download_response(found.file, name=shown_name, inline=request.GET.get("view") == "1", request=request)
    except FileNotFoundError:
        logger.exception("stored_file_missing", attachment=found.pk)
        raise Http404 from None


def _list_page(
    request: HttpRequest, *, heading: str, filters: dict[str, Any], slug: dict[str, str], total: int, **more: Any
) -> HttpResponse:
    """A keyset list of one column or key area, with its feed."""
    queryset = Document.objects.for_cards().filter(**filters)
    result = browse.listed(queryset, cursor=request.GET.get("cursor", "")[:200], at=timezone.now())
    result.total = total
    page = {
        "rows": result.rows,
        "total": total,
        "total_text": result.total_text,
        "notices": result.notices,
        "facets": [],
        "chosen": [],
        "next_url": f"?cursor={result.next['cursor']}" if result.next else None,
        "prev_url": f"?cursor={result.previous['cursor']}" if result.previous else None,
    }
    context = {
        "heading": heading,
        "page": page,
        "feed_url": f"{reverse('catalog:feed')}?{next(iter(slug))}={next(iter(slug.values()))}",
        "crumbs": [CATALOG_CRUMB],
        "labels": labels.column_labels(heading, more.get("intro", "")),
        **more,
    }
    return render(request, "catalog/browse.html", context)


@require_safe
@kept
def column(request: HttpRequest, slug: str) -> HttpResponse:
    """A column's documents, newest first."""
    found = selectors.column_by_slug(slug)
    if found is None:
        raise Http404
    if found.slug == "interpretation":
        return redirect("catalog:interpretations")
    keys = shared().columns.subtree(found.pk)
    counts = selectors.facet_counts()["column"]
    filters = {"column": keys[0]} if len(keys) == 1 else {"column__in": keys}
    total = sum(counts.get(key, 0) for key in keys)
    return _list_page(
        request, heading=found.name, filters=filters, slug={"column": slug}, total=total, intro=found.description
    )


@require_safe
@kept
def key_area(request: HttpRequest, slug: str) -> HttpResponse:
    """A key area's documents, newest first."""
    found = get_object_or_404(KeyArea, slug=slug)
    total = selectors.facet_counts()["key_area"].get(found.pk, 0)
    return _list_page(
        request,
        heading=found.name,
        filters={"key_area": found},
        slug={"key_area": slug},
        total=total,
        intro=found.description,
    )


@require_safe
@kept
def columns(request: HttpRequest) -> HttpResponse:
    """公开目录: columns, bodies and topics with counts."""
    counts, reference = selectors.facet_counts(), shared()
    bodies = selectors.bodies_with_counts(counts)
    context = {
        "columns": selectors.column_tree(reference, counts),
        "topics": selectors.topic_tree(reference, counts),
        "departments": bodies,
        "labels": labels.column_labels("公开目录", "按栏目、主题、部门查找"),
    }
    return render(request, "catalog/columns.html", context)


@require_safe
@kept
def departments(request: HttpRequest) -> HttpResponse:
    """All bodies with their disclosure offices."""
    bodies = selectors.bodies_with_counts(selectors.facet_counts())
    return render(
        request, "catalog/departments.html", {"departments": bodies, "labels": labels.column_labels("公开单位")}
    )


@require_safe
@kept
def department(request: HttpRequest, code: str) -> HttpResponse:
    """A body: its disclosure office, newest documents, columns."""
    now = timezone.now()
    body: Department = get_object_or_404(Department.objects.active().bodies(), code=code)
    latest = list(Document.objects.public(now).filter(department=body).for_cards().newest_first()[:10])
    context = {
        "department": body,
        "latest": latest,
        "total": selectors.facet_counts()["department"].get(body.pk, 0),
        "browse_url": links.browse_url(department=body.code),
        "accepts_requests": body.kind != "public_enterprise",
        "labels": labels.column_labels(body.name),
    }
    return render(request, "catalog/department.html", context)


@require_safe
@kept
def interpretations(request: HttpRequest) -> HttpResponse:
    """政策解读: newest first, each with the policy it explains."""
    now, queryset = timezone.now(), selectors.interpretations()
    try:
        page = paging.page(queryset, at=now, cursor=request.GET.get("cursor", "")[:200], size=browse.PAGE_SIZE)
    except paging.BadCursor:
        page = paging.page(queryset, at=now, size=browse.PAGE_SIZE)
    selectors.attach_interpreted(page.rows, now)
    context = {
        "rows": page.rows,
        "next_url": f"?cursor={page.next_cursor}" if page.next_cursor else None,
        "prev_url": f"?cursor={page.previous_cursor}" if page.previous_cursor else None,
        "labels": labels.column_labels("政策解读"),
    }
    return render(request, "catalog/interpretations.html", context)


@require_safe
def guide(request: HttpRequest) -> HttpResponse:
    """公开指南 (条例§12): classification, ways to get information, every office's contact data."""
    offices = list(Department.objects.active().bodies())
    return render(request, "catalog/guide.html", {"departments": offices, "labels": labels.column_labels("公开指南")})
