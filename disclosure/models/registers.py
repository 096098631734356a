"""What a department must keep up for everybody: guide, institution, directory; and the gazette of the government."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts.models import Department
from catalog.models import Column, Document
from files.models import StoredFile


class Edition(models.Model):
    """One version of a text that a department publishes as a whole; frozen by publication (`published_at`)."""

    department = models.ForeignKey(Department, verbose_name="机构", on_delete=models.PROTECT, related_name="%(class)ss")
    number = models.PositiveIntegerField("版本")
    changed_at = models.DateTimeField("修改时间")
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="修改人", on_delete=models.PROTECT, related_name="+"
    )
    published_at = models.DateTimeField("发布时间", null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="发布人", null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        abstract = True
        ordering = ["department", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["department", "number"], name="disclosure_%(class)s_number"),
            models.UniqueConstraint(
                fields=["department"], condition=Q(published_at__isnull=True), name="disclosure_%(class)s_one_draft"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.department}{self._meta.verbose_name}（第{self.number}版）"

    @property
    def is_published(self) -> bool:
        """True once frozen."""
        return self.published_at is not None


class Guide(Edition):
    """公开指南: what 条例§12 wants said; the office's contact data are those of the day of publication."""

    classification = models.TextField("政府信息的分类", blank=True)
    arrangement = models.TextField("编排体系", blank=True)
    access_methods = models.TextField("获取方式", blank=True)
    reading_places = models.TextField("政府信息查阅场所", blank=True)
    office_name = models.CharField("公开工作机构名称", max_length=120, blank=True)
    office_address = models.CharField("办公地址", max_length=200, blank=True)
    office_hours = models.CharField("办公时间", max_length=200, blank=True)
    phone = models.CharField("联系电话", max_length=60, blank=True)
    fax = models.CharField("传真号码", max_length=60, blank=True)
    email = models.CharField("互联网联系方式（电子邮箱）", max_length=254, blank=True)
    postal_code = models.CharField("邮政编码", max_length=6, blank=True)
    in_person = models.TextField("当面提交申请的使用规则", blank=True)
    by_post = models.TextField("邮寄申请的使用规则", blank=True)
    online = models.TextField("在线申请的使用规则", blank=True)
    by_fax = models.TextField("传真申请的使用规则", blank=True)
    by_email = models.TextField("电子邮箱申请的使用规则", blank=True)
    supervision = models.TextField("监督方式和救济途径", blank=True)

    class Meta(Edition.Meta):
        verbose_name = verbose_name_plural = "公开指南"


class Institution(Edition):
    """机构职能: 条例§20(二)."""

    duties = models.TextField("职责", blank=True)
    offices = models.TextField("内设机构", blank=True)
    leaders = models.TextField("负责人姓名、职务与分工", blank=True)
    address = models.CharField("办公地址", max_length=200, blank=True)
    hours = models.CharField("办公时间", max_length=200, blank=True)
    phone = models.CharField("联系电话", max_length=60, blank=True)

    class Meta(Edition.Meta):
        verbose_name = verbose_name_plural = "机构职能"


class LimitKind(models.TextChoices):
    """How the days of a time limit are counted."""

    WORKING = "working", "个工作日"
    CALENDAR = "calendar", "日"


class LimitStart(models.TextChoices):
    """What a time limit counts from, and with it what the completeness check compares."""

    FORMED = "formed", "自信息形成或者变更之日起"
    PERIOD = "period", "定期更新，距上一次公开不超过"


class Channel(models.TextChoices):
    """渠道与载体 (条例§23, §25)."""

    WEBSITE = "website", "政府网站"
    GAZETTE = "gazette", "政府公报"
    PRESS = "press", "新闻发布会"
    MEDIA = "media", "广播、电视、报刊"
    NEW_MEDIA = "new_media", "政务新媒体"
    READING = "reading", "公开查阅点"
    SERVICE = "service", "政务服务大厅"
    BOARD = "board", "公示栏、电子屏"


class DirectoryEntry(models.Model):
    """A row of the 主动公开基本目录 as the department works on it; the public reads the last `DirectoryVersion`."""

    department = models.ForeignKey(
        Department,
        verbose_name="机构",
        on_delete=models.PROTECT,
        related_name="directory_entries",
        db_index=False,
    )
    matter = models.CharField("一级事项", max_length=100)
    sub_matter = models.CharField("二级事项", max_length=100, blank=True)
    elements = models.TextField("内容要素")
    basis = models.CharField("公开依据", max_length=300)
    limit_start = models.CharField("时限起算", max_length=8, choices=LimitStart, default=LimitStart.FORMED)
    limit_days = models.PositiveSmallIntegerField("时限（天数）", null=True, blank=True)
    limit_kind = models.CharField("天数的算法", max_length=8, choices=LimitKind, default=LimitKind.WORKING)
    limit_text = models.CharField("时限说明", max_length=100, blank=True)
    issuer = models.CharField("公开主体", max_length=120, blank=True)
    channels: Any = models.JSONField("公开渠道和载体", default=list)
    column = models.ForeignKey(Column, verbose_name="栏目", on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField("次序", default=0)
    is_active = models.BooleanField("在用", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "主动公开基本目录事项"
        ordering = ["department", "position", "id"]
        indexes = [models.Index(fields=["department", "position", "id"], name="disclosure_directory_page")]

    def __str__(self) -> str:
        return f"{self.matter}／{self.sub_matter}" if self.sub_matter else self.matter

    @property
    def limit(self) -> str:
        """公开时限 in words."""
        if self.limit_days is None:
            return self.limit_text
        counted = f"{LimitStart(self.limit_start).label} {self.limit_days} {LimitKind(self.limit_kind).label}"
        if self.limit_start == LimitStart.FORMED:
            counted += "内"
        return f"{counted}（{self.limit_text}）" if self.limit_text else counted

    @property
    def channels_text(self) -> str:
        """渠道与载体 in words."""
        return "、".join(Channel(value).label for value in self.channels if value in Channel.values)


class DirectoryVersion(models.Model):
    """The directory as published: a snapshot that stays as it was."""

    department = models.ForeignKey(
        Department, verbose_name="机构", on_delete=models.PROTECT, related_name="directory_versions"
    )
    number = models.PositiveIntegerField("版本")
    entries: Any = models.JSONField("事项")
    published_at = models.DateTimeField("发布时间")
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="发布人", on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = verbose_name_plural = "主动公开基本目录"
        ordering = ["department", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["department", "number"], name="disclosure_directory_version_number")
        ]

    def __str__(self) -> str:
        return f"{self.department}主动公开基本目录（第{self.number}版）"


class Gazette(models.Model):
    """政府公报: an issue; readable by everybody once `published_at` is set, and frozen from then on."""

    year = models.PositiveSmallIntegerField("年份")
    number = models.PositiveSmallIntegerField("期号")
    title = models.CharField("名称", max_length=120)
    published_on = models.DateField("出版日期")
    file = models.ForeignKey(
        StoredFile, verbose_name="整期文件", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    published_at = models.DateTimeField("发布时间", null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="发布人", null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = verbose_name_plural = "政府公报"
        ordering = ["-year", "-number"]
        constraints = [models.UniqueConstraint(fields=["year", "number"], name="disclosure_gazette_issue")]

    def __str__(self) -> str:
        return f"{self.title}{self.year}年第{self.number}期"

    def get_absolute_url(self) -> str:
        """Address of the issue."""
        return reverse("disclosure_public:gazette_issue", args=[self.year, self.number])

    @property
    def file_url(self) -> str:
        """Address of the whole issue as a file, empty without one."""
        if self.file is None:
            return ""
        return reverse("disclosure_public:gazette_file", args=[self.year, self.number, self.file.extension])


class GazetteItem(models.Model):
    """A document in an issue, in order."""

    issue = models.ForeignKey(Gazette, on_delete=models.CASCADE, related_name="items")
    document = models.ForeignKey(Document, verbose_name="文件", on_delete=models.PROTECT, related_name="gazette_items")
    position = models.PositiveSmallIntegerField("次序", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "公报篇目"
        ordering = ["position", "id"]
        constraints = [models.UniqueConstraint(fields=["issue", "document"], name="disclosure_gazette_item_unique")]

    def __str__(self) -> str:
        return f"{self.issue_id}: {self.document_id}"
