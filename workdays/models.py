"""When: the years of the working-day calendar, the days their notices name, and a version of the whole."""

from django.db import models


class CalendarYear(models.Model):
    """One year's arrangement of holidays, as published by the General Office of the State Council."""

    year = models.PositiveSmallIntegerField("年份", primary_key=True)
    notice = models.CharField("通知", max_length=300)
    url = models.URLField("网址", max_length=300, blank=True)
    published_on = models.DateField("印发日期", null=True, blank=True)
    is_published = models.BooleanField("已公布", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "年度放假安排"
        ordering = ("-year",)

    def __str__(self) -> str:
        return f"{self.year}年"


class Day(models.Model):
    """A day named in a notice: off (also when it is a weekend) or a weekend day that is worked.

    A day belongs to the year whose notice names it: 2018-12-31 to 2019.
    """

    date = models.DateField("日期", primary_key=True)
    is_workday = models.BooleanField("上班")
    name = models.CharField("名称", max_length=60)
    year = models.ForeignKey(CalendarYear, verbose_name="年份", on_delete=models.CASCADE, related_name="days")

    class Meta:
        verbose_name = verbose_name_plural = "放假和调休日"
        ordering = ("date",)

    def __str__(self) -> str:
        return f"{self.date:%F} {self.name}{'上班' if self.is_workday else '放假'}"


class CalendarVersion(models.Model):
    """The single row that tells whether the calendar changed (rulings 10).

    `number` grows with every change; `stamp` is never used twice, so a restored backup or a change that was rolled
    back cannot be mistaken for another one.
    """

    number = models.PositiveIntegerField("版本")
    stamp = models.CharField("标记", max_length=32)

    class Meta:
        verbose_name = verbose_name_plural = "日历版本"

    def __str__(self) -> str:
        return str(self.number)
