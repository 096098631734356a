"""Letters about an application: drafted, approved, frozen, sent, served."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from requests_app.models.cases import InformationRequest
from requests_app.states import LetterState


class Delivery(models.TextChoices):
    """How a letter goes; which day counts follows from it (rulings 3)."""

    ELECTRONIC = "electronic", "电子送达（本平台、电子邮件）"
    POST = "post", "邮寄"
    DIRECT = "direct", "当面送达"
    ENTRUSTED = "entrusted", "委托送达"


class Letter(models.Model):
    """One letter. What is frozen at issue is what is sent: text, and the DOCX with its digest."""

    case = models.ForeignKey(InformationRequest, on_delete=models.PROTECT, related_name="letters")
    kind = models.CharField("文书", max_length=40)
    state = models.CharField("状态", max_length=16, choices=LetterState)
    title = models.CharField("标题", max_length=200)
    salutation = models.CharField("称谓", max_length=200)
    paragraphs: Any = models.JSONField("正文", default=list)
    facts: Any = models.JSONField("要素", default=dict, blank=True)
    outcome = models.CharField("处理决定", max_length=32, blank=True)
    ref = models.PositiveBigIntegerField("对象", default=0)
    number = models.CharField("发文字号", max_length=80, blank=True)
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    opinion = models.CharField("签发、退回意见", max_length=500, blank=True)
    created_at = models.DateTimeField("起草时间")
    edition = models.PositiveIntegerField("改稿次数", default=1)
    issued_on = models.DateField("成文日期", null=True, blank=True)
    docx_key = models.CharField(max_length=200, blank=True)
    docx_digest = models.CharField("校验值", max_length=64, blank=True)
    delivery = models.CharField("送达方式", max_length=12, choices=Delivery, blank=True)
    sent_on = models.DateField("送出日", null=True, blank=True)
    tracking = models.CharField("邮件号", max_length=60, blank=True)
    served_on = models.DateField("送达日", null=True, blank=True)
    proof = models.CharField("送达证明", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "文书"
        constraints = [
            models.CheckConstraint(condition=Q(state__in=LetterState.values), name="requests_letter_state"),
            models.UniqueConstraint(fields=["number"], condition=~Q(number=""), name="requests_letter_number"),
        ]
        indexes = [
            models.Index(fields=["case", "id"], name="requests_letters_of"),
            # The head's queue looks at the few that wait, among millions that went out.
            models.Index(fields=["case"], condition=Q(state="in_approval"), name="requests_letters_to_sign"),
            models.Index(fields=["docx_key"], condition=~Q(docx_key=""), name="requests_letter_paper"),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.number}".strip()
