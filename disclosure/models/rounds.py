"""Rounds that go through a department's documents: clean-up of what is in force, re-review of what is withheld."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import Department
from catalog.models import Document
from disclosure.rounds.states import CONCLUSIONS, Conclusion, RoundKind, RoundState


class Round(models.Model):
    """One round of one department; at most one of a kind is open at a time."""

    kind = models.CharField("类别", max_length=8, choices=RoundKind)
    department = models.ForeignKey(Department, verbose_name="机构", on_delete=models.PROTECT, related_name="+")
    title = models.CharField("名称", max_length=120)
    year = models.PositiveSmallIntegerField("年度")
    basis = models.CharField("依据", max_length=300, blank=True)
    state = models.CharField("状态", max_length=9, choices=RoundState, default=RoundState.OPEN)
    closes_on = models.DateField("办结期限", null=True, blank=True)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="发起人", on_delete=models.PROTECT, related_name="+"
    )
    opened_at = models.DateTimeField("发起时间")
    closed_at = models.DateTimeField("办结时间", null=True, blank=True)
    published_at = models.DateTimeField("公布时间", null=True, blank=True)
    result_document = models.ForeignKey(
        Document, verbose_name="清理结果公告", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = verbose_name_plural = "清理和评估"
        constraints = [
            models.UniqueConstraint(
                fields=["department", "kind"], condition=Q(state="open"), name="disclosure_one_open_round"
            )
        ]
        indexes = [models.Index(fields=["department", "-id"], name="disclosure_round_desk")]

    def __str__(self) -> str:
        return self.title

    @property
    def is_cleanup(self) -> bool:
        """True for a clean-up, whose result is published."""
        return self.kind == RoundKind.CLEANUP


class RoundItem(models.Model):
    """One document in a round. `edition` counts conclusions, so that the second of two people is told."""

    round = models.ForeignKey(
        Round, verbose_name="轮次", on_delete=models.CASCADE, related_name="items", db_index=False
    )
    document = models.ForeignKey(Document, verbose_name="文件", on_delete=models.CASCADE, related_name="round_items")
    conclusion = models.CharField("结论", max_length=10, choices=Conclusion, blank=True)
    reason = models.CharField("理由", max_length=500, blank=True)
    replaced_by = models.ForeignKey(
        Document, verbose_name="依据文件", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    concluded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="办理人",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    concluded_at = models.DateTimeField("办理时间", null=True, blank=True)
    edition = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "清理和评估的文件"
        constraints = [models.UniqueConstraint(fields=["round", "document"], name="disclosure_round_item_unique")]
        indexes = [models.Index(fields=["round", "conclusion", "id"], name="disclosure_round_work")]

    def __str__(self) -> str:
        return f"{self.round_id}: {self.document_id} {self.conclusion}"

    @property
    def conclusion_label(self) -> str:
        """The conclusion in the words of its kind of round; empty without one."""
        return CONCLUSIONS[self.round.kind].get(self.conclusion, "")


class OfferReason(models.TextChoices):
    """Why somebody should consider publishing a document."""

    ASKED_OFTEN = "asked", "多个申请人申请公开相同的信息"
    SUGGESTED = "suggested", "申请人建议纳入主动公开"
    RELEASED = "released", "评估结论为转为主动公开"
    DECLASSIFIED = "declassified", "评估结论为解密"


class ConversionOffer(models.Model):
    """条例§44: a withheld or on-request document that might be made public; one open offer a document."""

    document = models.ForeignKey(
        Document, verbose_name="文件", on_delete=models.CASCADE, related_name="conversion_offers"
    )
    why = models.CharField("缘由", max_length=12, choices=OfferReason)
    count = models.PositiveIntegerField("次数", default=1)
    at = models.DateTimeField("提出时间")
    settled_at = models.DateTimeField("办理时间", null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="办理人",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    accepted = models.BooleanField("转为主动公开", null=True)
    reason = models.CharField("理由", max_length=500, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "转为主动公开的提示"
        constraints = [
            models.UniqueConstraint(
                fields=["document"], condition=Q(settled_at__isnull=True), name="disclosure_one_open_offer"
            )
        ]

    def __str__(self) -> str:
        return f"{self.document_id}: {self.why}"
