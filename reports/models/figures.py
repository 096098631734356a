"""Counts by month, kept by a job so that no page counts applications or documents."""

from django.db import models
from django.db.models import Q

from accounts.models import Department
from reports.figures.measures import Measure


class CountedMonth(models.Model):
    """When a month was last counted; its row is locked by who writes the month's figures."""

    month = models.PositiveIntegerField("月份", primary_key=True)
    counted_at = models.DateTimeField("统计时间")

    class Meta:
        verbose_name = verbose_name_plural = "已统计的月份"

    def __str__(self) -> str:
        return str(self.month)


class MonthlyFigure(models.Model):
    """One number: what a body did in a month (202611), by measure and key; ``department`` empty: the whole city.

    No row is a zero.
    """

    department = models.ForeignKey(
        Department, verbose_name="机构", null=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    month = models.PositiveIntegerField("月份")
    measure = models.CharField("指标", max_length=12, choices=Measure)
    key = models.CharField("分项", max_length=40, blank=True)
    value = models.PositiveIntegerField("数值")

    class Meta:
        verbose_name = verbose_name_plural = "月度数字"
        constraints = [
            models.UniqueConstraint(fields=["department", "month", "measure", "key"], name="reports_one_figure"),
            models.UniqueConstraint(
                fields=["month", "measure", "key"], condition=Q(department=None), name="reports_one_figure_of_city"
            ),
        ]
        # The tables of all bodies: a few measures of some months.
        indexes = [models.Index(fields=["measure", "month", "department", "key", "value"], name="reports_by_body")]

    def __str__(self) -> str:
        return f"{self.department_id} {self.month} {self.measure} {self.key}: {self.value}"
