"""What is stored about uploaded files."""

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.db import models
from django.db.models import Q


class TextState(models.TextChoices):
    """Whether the text of a file is known."""

    PENDING = "pending", "等待提取"
    DONE = "done", "已提取"
    NONE = "none", "没有可提取的文字"
    FAILED = "failed", "提取失败"
    UNSUPPORTED = "unsupported", "此类文件不提取文字"


def uploads() -> Storage:
    """The storage of uploads (`STORAGES["uploads"]`): a private folder or an S3 bucket."""
    return storages["uploads"]


class StoredFile(models.Model):
    """One uploaded file. Rows with the same content share one stored object."""

    sha256 = models.CharField("校验值（SHA-256）", max_length=64, db_index=True)
    size = models.PositiveBigIntegerField("大小（字节）")
    kind = models.CharField("类型", max_length=8)
    media_type = models.CharField("媒体类型", max_length=100)
    extension = models.CharField("扩展名", max_length=8)
    original_name = models.CharField("原文件名", max_length=255)
    content = models.FileField("内容", storage=uploads, max_length=120)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="上传人",
    )
    created_at = models.DateTimeField("上传时间")
    text_state = models.CharField("文字提取", max_length=12, choices=TextState, default=TextState.PENDING)
    text_note = models.CharField("提取说明", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "文件"
        indexes = [
            models.Index(
                fields=["id"],
                condition=Q(text_state="pending"),
                name="files_text_pending",
            )
        ]

    def __str__(self) -> str:
        return self.original_name


class FileText(models.Model):
    """Text of a file, apart from its row so that lists never load it."""

    file = models.OneToOneField(
        StoredFile,
        models.CASCADE,
        primary_key=True,
        related_name="text",
        verbose_name="文件",
    )
    text = models.TextField("文字")

    class Meta:
        verbose_name = verbose_name_plural = "文件文字"

    def __str__(self) -> str:
        return f"{self.file_id}: {self.text[:40]}"
