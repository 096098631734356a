"""JSON API v1, read-only: the same filters as the pages, cursor pages, nothing that is not public."""

from typing import Any

from django.conf import settings
from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from catalog import browse, paging
from catalog.filters import DocumentFilterSet
from catalog.links import KEPT
from catalog.models import Attachment, Document
from catalog.reference import shared
from catalog.selectors import attach_interpretations, numbered, was_taken_down
from search import services as search
from search.engine import DEEPEST, SearchUnavailable
from search.text import ParsedQuery

MOST_ROWS = 100


class ErrorBody(serializers.Serializer[Any]):
    """Why a call was refused."""

    detail = serializers.CharField()


class DocumentSummary(serializers.ModelSerializer[Document]):
    """A row of a list."""

    url = serializers.SerializerMethodField(help_text="文件页地址")
    department = serializers.CharField(source="department.name", help_text="发布机构")
    department_code = serializers.CharField(source="department.code")
    column = serializers.CharField(source="column.slug")
    topic = serializers.SerializerMethodField(help_text="主题分类")
    genre = serializers.SerializerMethodField(help_text="体裁")
    validity_label = serializers.CharField(help_text="有效性")
    published_on = serializers.SerializerMethodField(help_text="发布日期")

    class Meta:
        model = Document
        fields: tuple[str, ...] = (
            *(
                "id",
                "title",
                "index_number",
                "document_number",
                "department",
                "department_code",
                "issuers_text",
                "column",
            ),
            *(
                "topic",
                "genre",
                "formed_on",
                "published_on",
                "effective_on",
                "expires_on",
                "validity",
                "validity_label",
            ),
            *("interpretation_kind", "summary", "keywords", "url", "updated_at"),
        )

    def get_url(self, row: Document) -> str:
        """Absolute address."""
        return settings.SITE_URL + row.get_absolute_url()

    def get_topic(self, row: Document) -> str | None:
        """`上级/下级`."""
        return str(row.topic) if row.topic else None

    def get_genre(self, row: Document) -> str | None:
        """Name of the genre."""
        return row.genre.name if row.genre else None

    def get_published_on(self, row: Document) -> str | None:
        """Local day."""
        return timezone.localdate(row.published_at).isoformat() if row.published_at else None


class AttachmentBody(serializers.ModelSerializer[Attachment]):
    """A file of a document."""

    url = serializers.SerializerMethodField()
    media_type = serializers.CharField(source="file.media_type")
    size = serializers.IntegerField(source="file.size", help_text="字节")
    sha256 = serializers.CharField(source="file.sha256")

    class Meta:
        model = Attachment
        fields = ("title", "url", "media_type", "size", "sha256")

    def get_url(self, row: Attachment) -> str:
        """Absolute address."""
        return settings.SITE_URL + row.get_absolute_url()


class DocumentDetail(DocumentSummary):
    """A document with its text."""

    html = serializers.CharField(source="body.html", default="")
    text = serializers.CharField(source="body.text", default="")
    attachments = AttachmentBody(many=True)
    interpretations = serializers.SerializerMethodField()

    class Meta(DocumentSummary.Meta):
        fields = (*DocumentSummary.Meta.fields, "source_url", "html", "text", "attachments", "interpretations")

    def get_interpretations(self, row: Document) -> list[dict[str, str]]:
        """Title and address of each."""
        found: list[Document] = getattr(row, "interpretations", [])
        return [{"title": other.title, "url": settings.SITE_URL + other.get_absolute_url()} for other in found]


class DocumentPage(serializers.Serializer[Any]):
    """A page of a list. `total` is only given for searches."""

    results = DocumentSummary(many=True)
    next = serializers.URLField(allow_null=True)
    total = serializers.IntegerField(allow_null=True)
    total_is_exact = serializers.BooleanField(allow_null=True)


class Gone(APIException):
    """Taken down (rulings 16)."""

    status_code = 410
    default_detail = "这里的内容已经停止提供。"


class Unavailable(APIException):
    """The index is away."""

    status_code = 503
    default_detail = "全文检索暂时不可用，请稍后再试；不带检索词的读取不受影响。"


PARAMETERS = [
    OpenApiParameter(name, str, description=DocumentFilterSet.base_filters[name].label or name)
    for name in KEPT
    if name in DocumentFilterSet.base_filters
] + [
    OpenApiParameter("sort", str, enum=["relevance", "date"], description="排序，仅用于检索"),
    OpenApiParameter("cursor", str, description="下一页的位置，取自 next"),
    OpenApiParameter("page_size", int, description="每页件数，1 至 100，默认 20"),
]


class DocumentList(APIView):
    """GET a list: without `q` everything by keyset cursor, with `q` up to 1,000 hits."""

    @extend_schema(
        operation_id="list_documents",
        parameters=PARAMETERS,
        responses={200: DocumentPage, 400: ErrorBody, 503: ErrorBody},
    )
    def get(self, request: Request) -> Response:
        """A page of public documents."""
        params = request.query_params
        filters = DocumentFilterSet(params, reference=shared())
        if not filters.form.is_valid():
            raise ValidationError(
                {name: [str(error) for error in errors] for name, errors in filters.form.errors.items()}
            )
        size = _page_size(params.get("page_size", "20"))
        parsed = search.read(params.get("q", "").replace("\x00", ""))
        if parsed.empty:
            return Response(_listed(request, filters, size))
        return Response(_searched(request, filters, parsed, size))


def _page_size(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 6 and 1 <= int(text) <= MOST_ROWS):
        raise ValidationError({"page_size": [f"每页件数应为 1 至 {MOST_ROWS}。"]})
    return int(text)


def _rows(filters: DocumentFilterSet) -> Any:
    return filters.filter_queryset(Document.objects.for_lists().select_related("topic__parent"))


def _listed(request: Request, filters: DocumentFilterSet, size: int) -> dict[str, Any]:
    try:
        latest = filters.latest(timezone.now())
        page = paging.page(_rows(filters), at=latest, cursor=request.query_params.get("cursor", "")[:200], size=size)
    except paging.BadCursor as error:
        raise ValidationError({"cursor": ["翻页位置无效。"]}) from error
    return _body(request, page.rows, cursor=page.next_cursor)


def _searched(request: Request, filters: DocumentFilterSet, parsed: ParsedQuery, size: int) -> dict[str, Any]:
    offset = _offset(request.query_params.get("cursor") or "0")
    if parsed.identifier:
        found = numbered(parsed, _rows(filters).public(filters.latest(timezone.now())))
        if found or not parsed.groups:
            more = str(offset + size) if offset + size < len(found) else None
            rows = found[offset : offset + size]
            return _body(request, rows, cursor=more, total=len(found), exact=len(found) < DEEPEST)
    sort = request.query_params.get("sort", "relevance")
    try:
        page, rows = browse.hits(filters, parsed, at=timezone.now(), sort=sort, offset=offset, limit=size)
    except SearchUnavailable as error:
        raise Unavailable from error
    more = str(offset + size) if offset + size < min(page.total, DEEPEST) else None
    return _body(request, rows, cursor=more, total=page.total, exact=page.total_is_exact)


def _offset(cursor: str) -> int:
    if not (cursor.isascii() and cursor.isdigit() and len(cursor) <= 6 and int(cursor) <= DEEPEST):
        raise ValidationError({"cursor": ["翻页位置无效。"]})
    return int(cursor)


def _body(
    request: Request, rows: list[Document], *, cursor: str | None, total: int | None = None, exact: bool | None = None
) -> dict[str, Any]:
    params = request.query_params.copy()
    params["cursor"] = cursor or ""
    address = f"{settings.SITE_URL}{request.path}?{params.urlencode()}" if cursor else None
    results = DocumentSummary(rows, many=True).data
    return {"results": results, "next": address, "total": total, "total_is_exact": exact}


class DocumentItem(APIView):
    """GET one document."""

    @extend_schema(operation_id="read_document", responses={200: DocumentDetail, 404: ErrorBody, 410: ErrorBody})
    def get(self, request: Request, pk: int) -> Response:
        """A public document with its text and attachments."""
        now = timezone.now()
        rows = Document.objects.public(now).select_related("department", "column", "topic__parent", "genre", "body")
        row = rows.prefetch_related("attachments__file").filter(pk=pk).first()
        if row is None:
            raise Gone if was_taken_down([pk], now) else Http404
        attach_interpretations([row], now)
        return Response(DocumentDetail(row).data)
