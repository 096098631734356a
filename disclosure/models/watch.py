"""What is stored about columns that promise to be kept current, and what the daily watch finds."""

from django.db import models
from django.db.models import Q

from accounts.models import Department
from catalog.models import Column, Document


class ColumnPromise(models.Model):
    """A column is updated at least every so many days: as a whole, or by one department."""

    column = models.ForeignKey(Column, verbose_name="栏目", on_delete=models.PROTECT, related_name="promises")
    department = models.ForeignKey(
        Department, verbose_name="机构", null=True, blank=True, on_delete=models.PROTECT, related_name="promises"
    )
    every_days = models.PositiveSmallIntegerField("最长更新间隔（天）")
    basis = models.CharField("依据", max_length=200)

    class Meta:
        verbose_name = verbose_name_plural = "栏目更新要求"
        ordering = ["column", "department"]
        constraints = [
            models.UniqueConstraint(fields=["column", "department"], name="disclosure_promise_unique"),
            models.UniqueConstraint(
                fields=["column"], condition=Q(department__isnull=True), name="disclosure_promise_whole_unique"
            ),
            models.CheckConstraint(condition=Q(every_days__gte=1), name="disclosure_promise_days"),
        ]

    def __str__(self) -> str:
        return f"{self.column}：每{self.every_days}天"


class FindingKind(models.TextChoices):
    """What is wrong."""

    STALE = "stale", "超期未更新"
    EMPTY = "empty", "空白栏目"
    DEAD_LINK = "dead_link", "链接失效"


class WatchFinding(models.Model):
    """One thing found wrong, open until a later look does not find it any more."""

    key = models.CharField(max_length=64, unique=True, editable=False)
    kind = models.CharField("问题", max_length=10, choices=FindingKind)
    column = models.ForeignKey(Column, verbose_name="栏目", null=True, on_delete=models.CASCADE, related_name="+")
    department = models.ForeignKey(
        Department, verbose_name="责任机构", null=True, on_delete=models.CASCADE, related_name="+"
    )
    document = models.ForeignKey(
        Document, verbose_name="所在文件", null=True, on_delete=models.CASCADE, related_name="+"
    )
    address = models.CharField("失效地址", max_length=600, blank=True)
    is_external = models.BooleanField("外部链接", default=False)
    detail = models.CharField("情况", max_length=300)
    first_seen_at = models.DateTimeField("首次发现")
    last_seen_at = models.DateTimeField("最近发现")
    resolved_at = models.DateTimeField("已解决", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "巡查发现的问题"
        ordering = ["-first_seen_at", "-id"]
        indexes = [
            models.Index(
                fields=["department", "kind"], condition=Q(resolved_at__isnull=True), name="disclosure_finding_open"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}：{self.detail}"


class WatchRun(models.Model):
    """The look of one day, and how far it has come: a look that was killed goes on there.

    Where the outside links were left off is where the next day goes on with them.
    """

    on = models.DateField("日期", unique=True)
    started_at = models.DateTimeField("开始时间")
    finished_at = models.DateTimeField("完成时间", null=True, blank=True)
    documents = models.PositiveIntegerField("检查文件数", default=0)
    links = models.PositiveIntegerField("检查站内链接和附件数", default=0)
    external_links = models.PositiveIntegerField("检查外部链接数", default=0)
    inside_after = models.PositiveBigIntegerField("站内检查到", default=0)
    is_inside_done = models.BooleanField("站内检查完成", default=False)
    external_after = models.PositiveBigIntegerField("外部链接检查到", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "栏目巡查"
        ordering = ["-on"]

    def __str__(self) -> str:
        return f"{self.on}"
