"""What is stored about publishing: the record of each document, and imports with their remarks."""

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.db import models

from accounts.models import Department
from catalog.models import Document
from workflow.models import Event


class DocumentEvent(Event):
    """One thing done to a document or to a batch of them."""

    class Meta(Event.Meta):
        verbose_name = verbose_name_plural = "文件办理记录"


def uploads() -> Storage:
    """The private storage of uploads (`STORAGES["uploads"]`)."""
    return storages["uploads"]


class RunStage(models.TextChoices):
    """Where an import stands."""

    WAITING = "waiting", "等待开始"
    RUNNING = "running", "正在导入"
    DONE = "done", "已完成"
    FAILED = "failed", "未完成"


class ImportRun(models.Model):
    """One file handed in as already published at its source: the batch of rulings 17.

    `position` is the last record whose outcome is stored; it moves in the transaction that stores it, so an import
    that was killed goes on there and doubles nothing.
    """

    department = models.ForeignKey(Department, verbose_name="机构", on_delete=models.PROTECT, related_name="+")
    file = models.FileField("文件", storage=uploads, max_length=120, blank=True)
    file_name = models.CharField("文件名", max_length=255)
    file_digest = models.CharField("文件校验值", max_length=64, blank=True, db_index=True)
    mapping = models.CharField("字段对应", max_length=60, blank=True)
    source = models.CharField("来源", max_length=60, blank=True)
    dry_run = models.BooleanField("试运行", default=False)
    ground = models.CharField("公开依据", max_length=300)
    approver = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="批准人", on_delete=models.PROTECT, related_name="+"
    )
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="发起人", on_delete=models.PROTECT, related_name="+"
    )
    stage = models.CharField("进展", max_length=8, choices=RunStage, default=RunStage.WAITING)
    position = models.PositiveBigIntegerField("已处理到", default=0)
    percent = models.PositiveSmallIntegerField("进度（%）", default=0)
    imported = models.PositiveBigIntegerField("新导入", default=0)
    updated = models.PositiveBigIntegerField("更新", default=0)
    unchanged = models.PositiveBigIntegerField("未变化", default=0)
    rejected = models.PositiveBigIntegerField("未导入", default=0)
    drafts = models.PositiveBigIntegerField("其中草稿", default=0)
    message = models.CharField("说明", max_length=300, blank=True)
    created_at = models.DateTimeField("创建时间")
    finished_at = models.DateTimeField("结束时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "导入"
        indexes = [models.Index(fields=["department", "-id"], name="disclosure_run_desk")]

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_over(self) -> bool:
        """True once nothing more will happen by itself."""
        return self.stage in (RunStage.DONE, RunStage.FAILED)


class ImportedDocument(models.Model):
    """From which source a document came, which import wrote it last, and where which import saw it last."""

    document = models.OneToOneField(Document, primary_key=True, on_delete=models.CASCADE, related_name="imported")
    source = models.CharField("来源", max_length=60, blank=True)
    run = models.ForeignKey(ImportRun, verbose_name="写入的导入", on_delete=models.PROTECT, related_name="documents")
    seen_in = models.ForeignKey(ImportRun, verbose_name="最近见于", on_delete=models.PROTECT, related_name="+")
    line = models.PositiveBigIntegerField("行号")

    class Meta:
        verbose_name = verbose_name_plural = "导入的文件"

    def __str__(self) -> str:
        return f"{self.document_id}: {self.seen_in_id}#{self.line}"


class RemarkKind(models.TextChoices):
    """Whether a row was refused, or taken with a remark."""

    REJECTED = "rejected", "未导入"
    NOTED = "noted", "提示"


class ImportRemark(models.Model):
    """What is to be said about one record of a file."""

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="remarks")
    kind = models.CharField("类别", max_length=8, choices=RemarkKind)
    line = models.PositiveBigIntegerField("行号")
    reason = models.CharField("原因", max_length=300)
    excerpt = models.CharField("摘录", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "导入说明"
        indexes = [models.Index(fields=["run", "line", "id"], name="disclosure_remark_page")]

    def __str__(self) -> str:
        return f"{self.line}: {self.reason}"
