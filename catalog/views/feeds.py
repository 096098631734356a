"""Feeds of any filtered list, and the site map for crawlers."""

from datetime import datetime
from typing import Any
from xml.sax.xmlreader import AttributesImpl

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed
from django.utils.xmlutils import SimplerXMLGenerator
from django.views.decorators.http import require_safe

from catalog import browse
from catalog.filters import DocumentFilterSet
from catalog.links import Address
from catalog.models import Document
from catalog.paging import control_free
from search.engine import SearchUnavailable

FEED_SIZE = 50
SITEMAP_SPAN = 20_000
STATIC_PAGES = (
    *("home", "catalog:browse", "catalog:columns", "catalog:departments", "catalog:interpretations", "catalog:guide"),
    *(
        "reports:annual_reports",
        "catalog:data",
        "reports:figures",
        "reports:quarterlies",
        "requests_app:apply",
        "sitemap_page",
        "accessibility",
    ),
)


class DocumentFeed(Feed[Document, DocumentFilterSet]):
    """The newest fifty of a list or search, with the same filters as the page."""

    def __call__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The feed; it goes by its ETag alone, because a feed that lost an entry has no later date."""
        try:
            response = super().__call__(request, *args, **kwargs)
        except SearchUnavailable:
            return HttpResponse("全文检索暂时不可用，请稍后再试。", "text/plain; charset=utf-8", status=503)
        response.headers.pop("Last-Modified", None)
        return response

    def get_object(self, request: HttpRequest, *args: Any, **kwargs: Any) -> DocumentFilterSet:
        """The checked filters; 400 with the reason for wrong ones."""
        filters = DocumentFilterSet(request.GET)
        if not filters.form.is_valid():
            raise BadRequest("筛选条件不正确。")
        return filters

    def title(self, obj: DocumentFilterSet) -> str:
        """Name of the list."""
        return f"{settings.SITE['name']}：最新公开"

    def link(self, obj: DocumentFilterSet) -> str:
        """The page of the same list."""
        return Address(reverse("catalog:browse"), obj.data).with_()

    def description(self, obj: DocumentFilterSet) -> str:
        """What the list holds."""
        return f"{settings.SITE['host_body']}及其部门最新公开的政府信息"

    def items(self, obj: DocumentFilterSet) -> list[Document]:
        """Newest first."""
        return browse.newest(obj, obj.data.get("q", ""), at=timezone.now(), most=FEED_SIZE)

    def item_title(self, item: Any) -> str:
        """Title."""
        return control_free(item.title)

    def item_description(self, item: Document) -> str:
        """Number and summary."""
        return control_free("　".join(part for part in (item.document_number, item.summary) if part))

    def item_pubdate(self, item: Document) -> datetime | None:
        """When it was published."""
        return item.published_at

    def item_updateddate(self, item: Document) -> datetime:
        """When it last changed."""
        return item.updated_at

    def item_author_name(self, item: Document) -> str:
        """Publishing body."""
        return item.department.name

    def item_guid(self, item: Document) -> str:
        """Permanent identity."""
        return settings.SITE_URL + item.get_absolute_url()


class AtomFeed(DocumentFeed):
    """Atom 1.0."""

    feed_type = Atom1Feed

    def subtitle(self, obj: DocumentFilterSet) -> str:
        """Atom's word for description."""
        return self.description(obj)


class RssFeed(DocumentFeed):
    """RSS 2.0."""

    feed_type = Rss201rev2Feed


atom = require_safe(AtomFeed())
rss = require_safe(RssFeed())


def _xml(root: str, rows: list[tuple[str, dict[str, str]]]) -> HttpResponse:
    response = HttpResponse(content_type="application/xml; charset=utf-8")
    xml = SimplerXMLGenerator(response, "utf-8")
    xml.startDocument()
    xml.startElement(root, AttributesImpl({"xmlns": "http://www.sitemaps.org/schemas/sitemap/0.9"}))
    for name, children in rows:
        xml.startElement(name, AttributesImpl({}))
        for child, text in children.items():
            xml.addQuickElement(child, text)
        xml.endElement(name)
    xml.endElement(root)
    xml.endDocument()
    return response


@require_safe
def sitemap_index(request: HttpRequest) -> HttpResponse:
    """Index of the site map's files; a file is a span of document numbers, so none is ever counted."""
    public = Document.objects.public(timezone.now())
    highest = public.order_by("-pk").values_list("pk", flat=True).first() or 0
    files = range(highest // SITEMAP_SPAN + 1)
    base = settings.SITE_URL
    return _xml("sitemapindex", [("sitemap", {"loc": base + reverse("catalog:sitemap", args=[n])}) for n in files])


@require_safe
def sitemap(request: HttpRequest, page: int) -> HttpResponse:
    """One file of the site map: public documents of a span, the first one with the standing pages."""
    if page > 2**40 // SITEMAP_SPAN:
        raise Http404
    span = (page * SITEMAP_SPAN, (page + 1) * SITEMAP_SPAN)
    rows = Document.objects.public(timezone.now()).filter(pk__gte=span[0], pk__lt=span[1]).order_by("pk")
    found = rows.values_list("pk", "updated_at")
    base = settings.SITE_URL
    urls = [("url", {"loc": base + reverse(name)}) for name in STATIC_PAGES] if page == 0 else []
    urls += [
        ("url", {"loc": base + reverse("catalog:document", args=[pk]), "lastmod": updated.date().isoformat()})
        for pk, updated in found
    ]
    return _xml("urlset", urls)
