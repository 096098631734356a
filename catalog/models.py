"""What is stored for reading: columns, topics, documents with bodies, relations, attachments, and counts."""

from datetime import datetime
from functools import cache
from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.urls import reverse

from accounts.models import Department
from catalog.states import GONE, DisclosureAttribute, DocumentState, InterpretationKind, RelationKind, Validity
from files.models import StoredFile


class Column(models.Model):
    """栏目: a node of the catalogue's tree."""

    parent = models.ForeignKey("self", verbose_name="上级栏目", null=True, blank=True, on_delete=models.PROTECT)
    slug = models.SlugField("地址名", max_length=40, unique=True)
    name = models.CharField("名称", max_length=60)
    description = models.CharField("说明", max_length=300, blank=True)
    position = models.PositiveSmallIntegerField("次序", default=0)
    is_active = models.BooleanField("在用", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "栏目"
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Address of the column's page."""
        return reverse("catalog:column", args=[self.slug])


class TopicQuerySet(models.QuerySet["Topic"]):
    """Topics."""

    def as_tree(self) -> Self:
        """Each class followed by its sub-classes."""
        of_class = Coalesce("parent__position", "position"), Coalesce("parent_id", "id")
        return self.order_by(*of_class, F("parent_id").asc(nulls_first=True), "position", "id")


class Topic(models.Model):
    """主题分类 of the State Council: 22 classes, 121 sub-classes; local ones may be added."""

    parent = models.ForeignKey("self", verbose_name="上级分类", null=True, blank=True, on_delete=models.PROTECT)
    name = models.CharField("名称", max_length=60)
    position = models.PositiveSmallIntegerField("次序", default=0)

    objects = TopicQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "主题分类"
        ordering = ["position", "id"]
        constraints = [models.UniqueConstraint(fields=["parent", "name"], name="catalog_topic_unique")]

    def __str__(self) -> str:
        return f"{self.parent.name}/{self.name}" if self.parent else self.name


class Genre(models.Model):
    """体裁分类."""

    name = models.CharField("名称", max_length=30, unique=True)
    position = models.PositiveSmallIntegerField("次序", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "体裁"
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.name


class KeyArea(models.Model):
    """重点领域: what people look for most (国办发〔2019〕54号 style standard directories)."""

    slug = models.SlugField("地址名", max_length=40, unique=True)
    name = models.CharField("名称", max_length=30, unique=True)
    description = models.CharField("说明", max_length=200, blank=True)
    position = models.PositiveSmallIntegerField("次序", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "重点领域"
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Address of the area's page."""
        return reverse("catalog:key_area", args=[self.slug])


CARD = (
    *("title", "document_number", "issuers_text", "interpretation_kind", "validity", "summary"),
    *("published_at", "listed_at", "effective_on", "formed_on", "department__name", "department__code"),
)


@cache  # a list asks thirty times, and reversing is slow
def _address() -> str:
    return reverse("catalog:document", args=[0])


def is_public(at: datetime, prefix: str = "") -> Q:
    """Readable by everybody at ``at``, as a condition; ``prefix`` (`source__`) names the way to the document.

    Joined, never `IN (SELECT …)`: a planner may walk the whole catalogue for that.
    """
    wanted = {
        "listed_at__lte": at,
        "state": DocumentState.PUBLISHED,
        "disclosure_attribute": DisclosureAttribute.PROACTIVE,
    }
    return Q(**{prefix + name: value for name, value in wanted.items()})


class DocumentQuerySet(models.QuerySet["Document"]):
    """Adjectives of documents."""

    def public(self, at: datetime) -> "DocumentQuerySet":
        """Readable by everybody at ``at``: published as 主动公开 and already due."""
        return self.filter(is_public(at))

    def addressable(self, at: datetime) -> "DocumentQuerySet":
        """Has a public address at ``at``: public, withdrawn or archived (says so) or taken down (answers 410)."""
        once_public = Q(state__in=GONE, published_at__isnull=False)
        now_public = Q(state=DocumentState.PUBLISHED, listed_at__lte=at)
        return self.filter(once_public | now_public, disclosure_attribute=DisclosureAttribute.PROACTIVE)

    def stale_in_index(self) -> "DocumentQuerySet":
        """Changed after the search index last took them up."""
        return self.filter(indexed_version__lt=F("version"))

    def newest_first(self) -> "DocumentQuerySet":
        """Order of every public list; the key of keyset pages."""
        return self.order_by("-listed_at", "-id")

    def for_cards(self) -> "DocumentQuerySet":
        """Only what a card of the document (`ui/result.html`) shows."""
        return self.select_related("department").only(*CARD)

    def for_lists(self) -> "DocumentQuerySet":
        """With what a row of a list shows, without the body."""
        return self.select_related("department", "column", "genre").defer("source_digest", "withdrawn_reason")


class Document(models.Model):
    """政府信息: one document or interpretation, with the metadata the directory must state (条例§12, law.md §6.3)."""

    # Foreign keys without an index of their own: the list indexes below begin with the same column.
    index_number = models.CharField("索引号", max_length=60, blank=True)
    title = models.CharField("标题", max_length=300)
    department = models.ForeignKey(
        Department, verbose_name="发布机构", on_delete=models.PROTECT, related_name="documents", db_index=False
    )
    issuers_text = models.CharField("发文机关", max_length=300, blank=True)
    document_number = models.CharField("发文字号", max_length=100, blank=True)
    number_key = models.CharField(max_length=100, blank=True, editable=False)
    number_tail = models.CharField(max_length=20, blank=True, editable=False)
    column = models.ForeignKey(
        Column, verbose_name="栏目", on_delete=models.PROTECT, related_name="documents", db_index=False
    )
    topic = models.ForeignKey(
        Topic,
        verbose_name="主题分类",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="documents",
        db_index=False,
    )
    genre = models.ForeignKey(
        Genre,
        verbose_name="体裁",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="documents",
        db_index=False,
    )
    key_area = models.ForeignKey(
        KeyArea,
        verbose_name="重点领域",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="documents",
        db_index=False,
    )
    interpretation_kind = models.CharField("解读形式", max_length=8, choices=InterpretationKind, blank=True)
    formed_on = models.DateField("成文日期", null=True, blank=True)
    published_at = models.DateTimeField("发布日期", null=True, blank=True)
    listed_at = models.DateTimeField("列入公开目录时间", null=True, blank=True, editable=False)
    effective_on = models.DateField("施行日期", null=True, blank=True)
    expires_on = models.DateField("失效日期", null=True, blank=True)
    summary = models.CharField("内容概述", max_length=600, blank=True)
    keywords = models.CharField("关键词", max_length=200, blank=True)
    disclosure_attribute = models.CharField("公开方式", max_length=10, choices=DisclosureAttribute)
    attribute_reason = models.CharField("公开属性理由", max_length=500, blank=True)
    state = models.CharField("状态", max_length=12, choices=DocumentState, default=DocumentState.DRAFT)
    withdrawn_reason = models.CharField("撤下原因", max_length=300, blank=True)
    validity = models.CharField("有效性", max_length=10, choices=Validity, default=Validity.UNSTATED)
    version = models.PositiveIntegerField("版本", default=1)
    indexed_version = models.PositiveIntegerField(default=0, editable=False)
    source_url = models.URLField("来源网址", max_length=600, blank=True)
    source_key = models.CharField("来源标识", max_length=80, null=True, blank=True, unique=True)
    source_digest = models.CharField(max_length=64, blank=True, editable=False)
    created_at = models.DateTimeField("创建时间")
    updated_at = models.DateTimeField("更新时间", db_index=True)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "政府信息"
        constraints = [
            models.UniqueConstraint(
                fields=["index_number"], condition=~Q(index_number=""), name="catalog_index_number_unique"
            ),
            models.CheckConstraint(
                condition=Q(listed_at__isnull=True)
                | Q(state=DocumentState.PUBLISHED, disclosure_attribute=DisclosureAttribute.PROACTIVE),
                name="catalog_only_public_is_listed",
            ),
        ]
        indexes = [
            models.Index(F("listed_at").desc(), F("id").desc(), name="catalog_listed"),
            *(
                models.Index(F(name), F("listed_at").desc(), F("id").desc(), name=f"catalog_listed_{name}")
                for name in ("department", "column", "topic", "genre", "key_area", "validity")
            ),
            models.Index(
                F("listed_at").desc(),
                F("id").desc(),
                condition=~Q(interpretation_kind=""),
                name="catalog_listed_explaining",
            ),
            models.Index(fields=["department", "-id"], name="catalog_desk"),
            models.Index(fields=["disclosure_attribute", "-id"], name="catalog_attribute"),
            models.Index(fields=["department", "column", "-listed_at", "-id"], name="catalog_listed_place"),
            models.Index(fields=["number_key"], condition=~Q(number_key=""), name="catalog_number_key"),
            models.Index(fields=["number_tail"], condition=~Q(number_tail=""), name="catalog_number_tail"),
            models.Index(
                fields=["validity", "expires_on"], condition=Q(expires_on__isnull=False), name="catalog_expiring"
            ),
            models.Index(fields=["effective_on"], condition=Q(validity="pending"), name="catalog_pending"),
            models.Index(fields=["id"], condition=Q(indexed_version__lt=F("version")), name="catalog_stale_in_index"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Permanent address; it never changes and outlives withdrawal."""
        return _address().replace("/0/", f"/{self.pk}/")

    @property
    def is_interpretation(self) -> bool:
        """True for an interpretation of another document."""
        return bool(self.interpretation_kind)

    @property
    def url(self) -> str:
        """Permanent address, for templates."""
        return self.get_absolute_url()

    @property
    def validity_label(self) -> str:
        """有效性 in words, for templates."""
        return Validity(self.validity).label

    @property
    def issuer_line(self) -> str:
        """Issuing bodies as printed; the publishing body where none is given."""
        return self.issuers_text or self.department.name


class DocumentBody(models.Model):
    """The text, apart from the row so that lists never load it."""

    document = models.OneToOneField(Document, primary_key=True, on_delete=models.CASCADE, related_name="body")
    html = models.TextField("正文")
    text = models.TextField("纯文本")

    class Meta:
        verbose_name = verbose_name_plural = "正文"

    def __str__(self) -> str:
        return f"body of {self.document_id}"


class DocumentIssuer(models.Model):
    """An issuing body of a joint document, in order (条例§10: the lead comes first)."""

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="issuers", db_index=False)
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = verbose_name_plural = "发文机关"
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["document", "department"], name="catalog_issuer_unique")]

    def __str__(self) -> str:
        return f"{self.document_id}: {self.department_id}"


class DocumentRelation(models.Model):
    """A typed link between two documents, readable from both ends."""

    source = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="relations_out", db_index=False)
    target = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="relations_in", db_index=False)
    kind = models.CharField("关系", max_length=12, choices=RelationKind)

    class Meta:
        verbose_name = verbose_name_plural = "文件关系"
        constraints = [
            models.UniqueConstraint(fields=["source", "target", "kind"], name="catalog_relation_unique"),
            models.CheckConstraint(condition=~Q(source=F("target")), name="catalog_relation_not_to_itself"),
        ]
        indexes = [models.Index(fields=["target", "kind"], name="catalog_relation_back")]

    def __str__(self) -> str:
        return f"{self.source_id} {self.kind} {self.target_id}"


class Attachment(models.Model):
    """A file that belongs to a document."""

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="attachments")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    title = models.CharField("名称", max_length=200)
    position = models.PositiveSmallIntegerField("次序", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "附件"
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Address of the download; it changes with the content."""
        return reverse("catalog:attachment", args=[self.pk, f"{self.file.sha256[:12]}.{self.file.extension}"])


class FacetDimension(models.TextChoices):
    """What the unfiltered counts are kept by."""

    ALL = "all", "全部"
    DEPARTMENT = "department", "机构"
    COLUMN = "column", "栏目"
    TOPIC = "topic", "主题"
    GENRE = "genre", "体裁"
    KEY_AREA = "key_area", "重点领域"
    VALIDITY = "validity", "有效性"
    YEAR = "year", "年份"
    MONTH = "month", "月份"


class FacetCount(models.Model):
    """How many public documents carry a value; kept current by every move that lists or unlists (rulings 32)."""

    dimension = models.CharField(max_length=12, choices=FacetDimension)
    value = models.IntegerField()
    count = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = verbose_name_plural = "目录计数"
        constraints = [models.UniqueConstraint(fields=["dimension", "value"], name="catalog_facet_unique")]

    def __str__(self) -> str:
        return f"{self.dimension} {self.value}: {self.count}"


class IndexNumberCounter(models.Model):
    """Last serial of generated index numbers, a row per prefix and year; locked while a number is drawn."""

    prefix = models.CharField(max_length=40)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = verbose_name_plural = "索引号流水"
        constraints = [models.UniqueConstraint(fields=["prefix", "year"], name="catalog_counter_unique")]

    def __str__(self) -> str:
        return f"{self.prefix}/{self.year}: {self.last}"


class DocumentChange(models.Model):
    """条例§6: what the public is told about a later version: a correction (更正) or a revision, and what differs."""

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="changes")
    number = models.PositiveIntegerField("版次")
    is_erratum = models.BooleanField("更正", default=False)
    note = models.CharField("说明", max_length=300)
    differences: Any = models.JSONField("不同之处", default=list)
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = verbose_name_plural = "版本说明"
        ordering = ["-number"]

    def __str__(self) -> str:
        return f"{self.document_id} v{self.number}"
