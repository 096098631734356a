"""Annual reports on their way and published, what was published of them, and reports collected from elsewhere."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import Department
from catalog.models import Document
from files.models import StoredFile
from reports.annual.states import UNDER_WAY, ReportState


class AnnualReport(models.Model):
    """条例§49, §50: the report of one body and year, or of a government with all its bodies (``is_consolidated``).

    ``texts``: part → words. ``stated``: what no register of the portal counts, and where the body's own count differs from
    the catalogue's (``stated_reason`` says why). ``frozen`` is the whole report as checked, with its digest; from then on
    nothing of it is counted anew. A published report is corrected by a further ``number``.
    """

    department = models.ForeignKey(Department, verbose_name="机关", on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField("年度")
    is_consolidated = models.BooleanField("汇总", default=False)
    number = models.PositiveSmallIntegerField("第几次公布", default=1)
    state = models.CharField("状态", max_length=10, choices=ReportState)
    texts: Any = models.JSONField("正文", default=dict)
    stated: Any = models.JSONField("填报的数字", default=dict)
    stated_reason = models.CharField("与平台数字不同的说明", max_length=500, blank=True)
    tie_reason = models.CharField("结转数不一致的说明", max_length=500, blank=True)
    correction = models.CharField("更正说明", max_length=500, blank=True)
    returned = models.CharField("退回、作废的原因", max_length=500, blank=True)
    saved = models.PositiveIntegerField("保存次数", default=0)
    frozen: Any = models.JSONField("定稿", null=True, blank=True)
    digest = models.CharField("定稿摘要", max_length=64, blank=True)
    document = models.ForeignKey(
        Document, verbose_name="公开目录中的文件", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="编制人", on_delete=models.PROTECT, related_name="+"
    )
    started_at = models.DateTimeField("编制时间")
    published_at = models.DateTimeField("公布时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "年度报告"
        constraints = [
            models.UniqueConstraint(
                fields=["department", "year", "is_consolidated", "number"],
                condition=~Q(state="dropped"),
                name="reports_annual_number",
            ),
            models.UniqueConstraint(
                fields=["department", "year", "is_consolidated"],
                condition=Q(state__in=[state.value for state in UNDER_WAY]),
                name="reports_annual_one_under_way",
            ),
            models.CheckConstraint(condition=Q(state__in=ReportState.values), name="reports_annual_state"),
        ]
        indexes = [models.Index(fields=["year", "department"], name="reports_annual_year")]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """As printed on its cover."""
        return f"{self.department.name}{self.year}年政府信息公开工作年度报告"

    @property
    def scope(self) -> str:
        """Whose work it speaks of."""
        return "汇总（含下级机关）" if self.is_consolidated else "本机关"


class ReportFormat(models.TextChoices):
    """In which forms a report is given out."""

    DOCX = "docx", "DOCX"
    XLSX = "xlsx", "XLSX"
    JSON = "json", "JSON"
    HTML = "html", "HTML"


class AnnualReportFile(models.Model):
    """A published report in one form: these bytes, whatever later versions of the programs would write."""

    report = models.ForeignKey(AnnualReport, on_delete=models.PROTECT, related_name="files")
    format = models.CharField("格式", max_length=4, choices=ReportFormat)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "已公布的年度报告文件"
        constraints = [models.UniqueConstraint(fields=["report", "format"], name="reports_annual_file_once")]

    def __str__(self) -> str:
        return f"{self.report_id} {self.format}"


class CollectedReport(models.Model):
    """A report made outside the portal: to be checked, to be added up (``belongs_to``), to be tied to (``department``)."""

    agency = models.CharField("机关", max_length=120)
    year = models.PositiveSmallIntegerField("年度")
    department = models.ForeignKey(
        Department, verbose_name="本平台内的机关", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    belongs_to = models.ForeignKey(
        Department, verbose_name="汇总到", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    content: Any = models.JSONField("内容")
    digest = models.CharField("内容的校验值", max_length=64)
    file_name = models.CharField("文件名", max_length=255)
    collected_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="收存人", on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField("收存时间")
    replaced_at = models.DateTimeField("被替换、删除的时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "收存的年度报告"
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "year"], condition=Q(replaced_at=None), name="reports_collected_once"
            )
        ]
        indexes = [models.Index(fields=["year", "belongs_to"], name="reports_collected_year")]

    def __str__(self) -> str:
        return f"{self.agency}{self.year}年"
