"""The quarterly analysis: numbers as last counted, words as last written, and what the public reads."""

from typing import Any

from django.conf import settings
from django.db import models

from accounts.models import Department
from reports.quarterly.states import AnalysisState


class QuarterlyAnalysis(models.Model):
    """One body's, or with ``is_consolidated`` a whole government's, analysis of the applications of a quarter.

    ``frozen`` is what was signed, with its ``digest``; it stays as it is until the next signature.
    """

    department = models.ForeignKey(Department, verbose_name="机关", on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField("年度")
    quarter = models.PositiveSmallIntegerField("季度")
    is_consolidated = models.BooleanField("全市汇总", default=False)
    state = models.CharField("状态", max_length=9, choices=AnalysisState, default=AnalysisState.DRAFT)
    figures: Any = models.JSONField("数字", default=dict)
    figures_at = models.DateTimeField("统计时间")
    texts: Any = models.JSONField("文字", default=dict)
    words: Any = models.JSONField("公布的热点词", default=list, blank=True)
    edition = models.PositiveIntegerField("保存次数", default=1)
    begun_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="起草人", on_delete=models.PROTECT, related_name="+"
    )
    begun_at = models.DateTimeField("起草时间")
    frozen: Any = models.JSONField("公布的内容", default=dict, blank=True)
    digest = models.CharField("定稿摘要", max_length=64, blank=True)
    published_at = models.DateTimeField("公布时间", null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="签发人",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    correction = models.CharField("更正说明", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "季度分析"
        constraints = [
            models.UniqueConstraint(
                fields=["department", "year", "quarter", "is_consolidated"], name="reports_one_analysis"
            ),
            models.CheckConstraint(condition=models.Q(quarter__gte=1, quarter__lte=4), name="reports_quarter_of_four"),
        ]
        indexes = [models.Index(fields=["-year", "-quarter", "-id"], name="reports_analysis_newest")]

    def __str__(self) -> str:
        return self.title

    @property
    def subject(self) -> str:
        """Of whom it speaks."""
        return f"{self.department.name}{'（全市汇总）' if self.is_consolidated else ''}"

    @property
    def title(self) -> str:
        """云岚市教育局2026年第三季度政府信息公开申请情况分析."""
        quarter = f"{self.year}年第{'一二三四'[self.quarter - 1]}季度"
        return f"{self.subject}{quarter}政府信息公开申请情况分析"
