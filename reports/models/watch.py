"""How much was open of what the watch looks at, day by day, and what its owners said about it."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import Department
from reports.watch.kinds import WatchKind
from workflow.models import AppendOnlyModel


class WatchCount(models.Model):
    """How many were open on a day. Without a department: all of the kind; that row alone says that the day was counted."""

    on = models.DateField("日期")
    department = models.ForeignKey(
        Department, verbose_name="机关", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    kind = models.CharField("问题", max_length=16, choices=WatchKind)
    open = models.PositiveIntegerField("件数")
    oldest_on = models.DateField("最早", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "运行监测逐日记录"
        constraints = [
            models.UniqueConstraint(fields=["kind", "department", "on"], name="reports_count_once"),
            models.UniqueConstraint(
                fields=["kind", "on"], condition=Q(department__isnull=True), name="reports_count_whole_once"
            ),
        ]
        indexes = [models.Index(fields=["on", "department"], name="reports_count_on")]

    def __str__(self) -> str:
        return f"{self.on} {self.kind} {self.open}"


class WatchNote(AppendOnlyModel):
    """条例§47: an owner knows of it and says by when it is dealt with. ``open`` is how many there were; added to, never changed."""

    kind = models.CharField("问题", max_length=16, choices=WatchKind)
    department = models.ForeignKey(
        Department, verbose_name="机关", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    text = models.CharField("处理安排", max_length=300)
    until = models.DateField("处理期限")
    open = models.PositiveIntegerField("知悉时的件数")
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="知悉人", on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField("知悉时间")

    class Meta:
        verbose_name = verbose_name_plural = "运行监测知悉记录"
        indexes = [
            models.Index(fields=["kind", "department", "-id"], name="reports_note_newest"),
            models.Index(fields=["until", "id"], name="reports_note_until"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.text[:30]}"
