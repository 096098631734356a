"""Work as rows with leases, and the heartbeats of the processes that do it (rulings 29)."""

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q


class JobState(models.TextChoices):
    """Where a piece of work stands."""

    WAITING = "waiting", "等待中"
    RUNNING = "running", "进行中"
    DONE = "done", "已完成"
    FAILED = "failed", "失败"
    DROPPED = "dropped", "已了结"


class JobQuerySet(models.QuerySet["Job"]):
    """Adjectives of jobs."""

    def claimable(self, at: datetime) -> "JobQuerySet":
        """Waiting and due, or running under a lease that ran out (its worker died)."""
        return self.filter(
            Q(state=JobState.WAITING, not_before__lte=at) | Q(state=JobState.RUNNING, leased_until__lt=at)
        )

    def unfinished(self) -> "JobQuerySet":
        """Still to be done."""
        return self.filter(state__in=[JobState.WAITING, JobState.RUNNING])

    def failed(self) -> "JobQuerySet":
        """Given up, and nobody has looked after it since."""
        return self.filter(state=JobState.FAILED)


class Job(models.Model):
    """One piece of background work. A broker message only says that rows wait; losing it loses nothing."""

    kind = models.SlugField("种类", max_length=40)
    subject = models.CharField("对象", max_length=120, blank=True)
    payload: Any = models.JSONField("参数", default=dict, blank=True)
    state = models.CharField("状态", max_length=8, choices=JobState, default=JobState.WAITING)
    dedupe = models.CharField("去重键", max_length=160, null=True, blank=True)  # noqa: DJ001  NULL: never a duplicate
    attempts = models.PositiveSmallIntegerField("尝试次数", default=0)
    not_before = models.DateTimeField("最早开始")
    leased_until = models.DateTimeField("租约到", null=True, blank=True)
    leased_by = models.CharField("执行者", max_length=120, blank=True)
    progress_done = models.PositiveBigIntegerField("已完成量", default=0)
    progress_total = models.PositiveBigIntegerField("总量", null=True, blank=True)
    message = models.CharField("说明", max_length=300, blank=True)
    created_at = models.DateTimeField("创建时间")
    finished_at = models.DateTimeField("结束时间", null=True, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "后台任务"
        constraints = [
            models.UniqueConstraint(
                fields=["dedupe"], condition=Q(state__in=["waiting", "running"]), name="jobs_dedupe_unfinished"
            )
        ]
        indexes = [
            models.Index(
                fields=["not_before", "id"], condition=Q(state__in=["waiting", "running"]), name="jobs_unfinished"
            ),
            models.Index(fields=["kind", "subject"], name="jobs_subject"),
            models.Index(fields=["id"], condition=Q(state="failed"), name="jobs_failed"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"


class Heartbeat(models.Model):
    """Last sign of life of a process (`worker`, `scheduler`, `indexer`)."""

    name = models.CharField(max_length=40, primary_key=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name = verbose_name_plural = "进程心跳"

    def __str__(self) -> str:
        return f"{self.name} {self.at:%F %T}"
