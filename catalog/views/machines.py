"""Addresses for machines beside the API: suggestions, QR codes, DCAT, robots; and the page that lists them."""

import io
from typing import Any

import segno
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from catalog import dcat as dcat_catalogue
from catalog import figures, labels, selectors
from catalog.models import Document, FacetDimension
from catalog.views.public import missing

MOST_TYPED = 100


@require_safe
def suggest(request: HttpRequest) -> JsonResponse:
    """Up to eight suggestions for what is being typed."""
    typed = request.GET.get("q", "").replace("\x00", "").strip()[:MOST_TYPED]
    found = selectors.suggestions(typed, timezone.now()) if typed else []
    return JsonResponse({"suggestions": found}, json_dumps_params={"ensure_ascii": False})


@require_safe
def qr(request: HttpRequest, pk: int) -> HttpResponse:
    """QR code of a document's address."""
    row = Document.objects.public(timezone.now()).only("pk").filter(pk=pk).first()
    if row is None:
        return missing(request, pk)
    out = io.BytesIO()
    segno.make(settings.SITE_URL + row.get_absolute_url(), error="m").save(
        out, kind="svg", scale=4, border=2, xmldecl=False
    )
    return HttpResponse(out.getvalue(), content_type="image/svg+xml")


@require_safe
def data(request: HttpRequest) -> HttpResponse:
    """数据与接口: how much there is by month and by body, out of kept counts, and what machines can read."""
    today, counts = timezone.localdate(), selectors.facet_counts()
    months = figures.published_by_month(today)
    bodies = selectors.bodies_with_counts(counts)
    context: dict[str, Any] = {
        "figures": [
            ("累计公开（件）", f"{counts[FacetDimension.ALL].get(0, 0):,}"),
            ("本月公开（件）", f"{months[-1]:,}"),
            ("公开单位（个）", len(counts[FacetDimension.DEPARTMENT])),
        ],
        "as_of": today,
        "doors": doors(),
        "by_month": figures.months_chart(months, today),
        "by_body": figures.bodies_chart(bodies, selectors.counts_of_year(today), today),
        "labels": labels.column_labels("数据与接口"),
    }
    return render(request, "catalog/data.html", context)


def doors() -> list[dict[str, str]]:
    """Every way a machine can read."""
    return [
        {
            "name": "文件接口",
            "url": reverse("catalog_api:documents"),
            "use": "检索、筛选、逐页读取全部公开文件",
            "format": "JSON",
        },
        {"name": "接口说明", "url": reverse("catalog_api:schema"), "use": "接口的参数和字段", "format": "OpenAPI 3"},
        {
            "name": "数据目录",
            "url": reverse("catalog:dcat"),
            "use": "向上级和公共数据平台登记",
            "format": "DCAT-AP JSON-LD",
        },
        {
            "name": "订阅（Atom）",
            "url": reverse("catalog:feed"),
            "use": "最新公开；加筛选条件可订阅任一列表",
            "format": "Atom",
        },
        {"name": "订阅（RSS）", "url": reverse("catalog:feed_rss"), "use": "同上", "format": "RSS 2.0"},
        {"name": "站点地图", "url": reverse("catalog:sitemap_index"), "use": "供搜索引擎收录", "format": "XML"},
    ]


@require_safe
@cache_control(public=True, max_age=600)
def dcat(request: HttpRequest) -> JsonResponse:
    """DCAT-AP description of the catalogue."""
    response = JsonResponse(dcat_catalogue.catalogue(), json_dumps_params={"ensure_ascii": False})
    response["Content-Type"] = "application/ld+json"
    return response


@require_safe
@cache_control(public=True, max_age=86400)
def robots(request: HttpRequest) -> HttpResponse:
    """What crawlers may read."""
    sitemap = settings.SITE_URL + reverse("catalog:sitemap_index")
    rules = ("/desk/", "/admin/", "/accounts/", "/search/", "/documents/?", "/theme/")
    lines = ["User-agent: *", *(f"Disallow: {rule}" for rule in rules), f"Sitemap: {sitemap}", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")
