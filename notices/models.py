"""Messages to people, and what became of each on its way out by e-mail or SMS (rulings 25, 26)."""

import uuid
from datetime import datetime
from typing import Self, TypeVar

from django.db import models
from django.db.models import Q

from accounts.models import User
from accounts.rules import Person
from notices.kinds import CHANNELS, EMAIL, label_of


class NoticeQuerySet(models.QuerySet["Notice"]):
    """Adjectives of messages."""

    def of(self, user: Person) -> "NoticeQuerySet":
        """Addressed to ``user``: all that anybody ever sees."""
        return self.filter(recipient_id=user.pk) if user.is_authenticated else self.none()

    def unread(self) -> "NoticeQuerySet":
        """Not yet read."""
        return self.filter(read_at=None)


class Notice(models.Model):
    """One message to one person. ``key`` (subject, kind, due date, recipient) makes it exactly once (rulings 25)."""

    key = models.CharField("唯一键", max_length=220, unique=True)
    recipient = models.ForeignKey(
        User, verbose_name="收件人", on_delete=models.CASCADE, related_name="notices", db_index=False
    )
    kind = models.SlugField("种类", max_length=40)
    subject_type = models.CharField("对象类型", max_length=100)
    subject_id = models.BigIntegerField("对象编号")
    due_on = models.DateField("期限", null=True, blank=True)
    title = models.CharField("标题", max_length=100)
    text = models.CharField("内容", max_length=500, blank=True)
    url = models.CharField("地址", max_length=200)
    is_urgent = models.BooleanField("紧急", default=False)
    created_at = models.DateTimeField("时间")
    read_at = models.DateTimeField("阅读时间", null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "消息"
        indexes = [  # a plain one on the recipient would be taken instead of these, and read all that was ever read
            models.Index(fields=["recipient", "-id"], condition=Q(read_at=None), name="notices_unread"),
            models.Index(fields=["recipient", "-id"], condition=Q(read_at__isnull=False), name="notices_read"),
            models.Index(fields=["subject_type", "subject_id"], name="notices_subject"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def kind_label(self) -> str:
        """What kind of message it is, in words."""
        return label_of(self.kind)


class DeliveryState(models.TextChoices):
    """How far a message got on its way out."""

    QUEUED = "queued", "等待发送"
    SENDING = "sending", "正在发送"
    SENT = "sent", "已发送"
    FAILED = "failed", "发送失败"
    UNCERTAIN = "uncertain", "结果不明"


# What may be sent once more, by somebody who takes a possible duplicate upon them (rulings 26).
RESENDABLE = frozenset({DeliveryState.FAILED.value, DeliveryState.UNCERTAIN.value})


Row_co = TypeVar("Row_co", bound="Outgoing", covariant=True)


class OutgoingQuerySet(models.QuerySet[Row_co]):
    """Adjectives of what is on its way out."""

    def waiting(self) -> Self:
        """Not yet handed over."""
        return self.filter(state=DeliveryState.QUEUED)

    def due(self, at: datetime) -> Self:
        """To be handed over now."""
        return self.waiting().filter(next_attempt_at__lte=at)

    def in_order(self) -> Self:
        """The one that is due longest first."""
        return self.order_by("next_attempt_at", "pk")


class Outgoing(models.Model):
    """Something on its way out, and how far it got. ``key`` is its Message-ID or Idempotency-Key at each attempt."""

    key = models.UUIDField("标识", default=uuid.uuid4, unique=True, editable=False)
    state = models.CharField("状态", max_length=9, choices=DeliveryState, default=DeliveryState.QUEUED)
    attempts = models.PositiveSmallIntegerField("尝试次数", default=0)
    created_at = models.DateTimeField("时间")
    next_attempt_at = models.DateTimeField("下次发送时间")
    claimed_at = models.DateTimeField("最近一次开始发送", null=True, blank=True)
    sent_at = models.DateTimeField("发送时间", null=True, blank=True)
    error = models.CharField("原因", max_length=300, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.key} {self.get_state_display()}"

    @property
    def is_resendable(self) -> bool:
        """True for what did not arrive, or perhaps not."""
        return self.state in RESENDABLE


class DeliveryQuerySet(OutgoingQuerySet["Delivery"]):
    """Adjectives of deliveries."""

    def together_with(self, delivery: "Delivery") -> "DeliveryQuerySet":
        """Those that went, or go, in the same mail; without a digest the delivery alone."""
        return self.filter(Q(pk=delivery.pk) if delivery.digest is None else Q(digest=delivery.digest))


class Delivery(Outgoing):
    """The outbox: one message to one person by one channel.

    Mails that go as one carry the key of the first of them in ``digest``, the same at each attempt. ``error`` begins with
    who had it sent once more, if anybody did (`notices.resending`).
    """

    notice = models.ForeignKey(
        Notice, verbose_name="消息", on_delete=models.CASCADE, related_name="deliveries", db_index=False
    )
    recipient = models.ForeignKey(
        User, verbose_name="收件人", on_delete=models.CASCADE, related_name="deliveries", db_index=False
    )
    channel = models.CharField("渠道", max_length=8, choices=list(CHANNELS.items()))
    digest = models.UUIDField("合并发送标识", null=True, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "发送记录"
        constraints = [
            models.UniqueConstraint(fields=["notice", "channel"], name="notices_one_delivery_a_channel"),
            models.CheckConstraint(condition=Q(state__in=DeliveryState.values), name="notices_delivery_state"),
        ]
        indexes = [
            models.Index(fields=["state", "next_attempt_at", "id"], name="notices_outbox"),
            models.Index(fields=["state", "-id"], name="notices_by_state"),
            models.Index(fields=["recipient", "-claimed_at"], name="notices_recently_sent"),
        ]

    @property
    def may_wait(self) -> bool:
        """True for mails that may be put together with others: not urgent, and no SMS."""
        return self.channel == EMAIL and not self.notice.is_urgent


class OutsideMailQuerySet(OutgoingQuerySet["OutsideMail"]):
    """Adjectives of mails to people without an account."""


class OutsideMail(Outgoing):
    """A mail to somebody without an account; ``dedupe`` makes it exactly once.

    Name, address and words are found when it leaves (`notices.outside`) and stand nowhere here.
    """

    dedupe = models.CharField("唯一键", max_length=200, unique=True)
    kind = models.SlugField("种类", max_length=40)
    subject_type = models.CharField("对象类型", max_length=100)
    subject_id = models.BigIntegerField("对象编号")

    objects = OutsideMailQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "对外邮件"
        constraints = [
            models.CheckConstraint(condition=Q(state__in=DeliveryState.values), name="notices_outside_state"),
        ]
        indexes = [
            models.Index(fields=["state", "next_attempt_at", "id"], name="notices_outside_outbox"),
            models.Index(fields=["subject_type", "subject_id"], name="notices_outside_subject"),
        ]


class Preference(models.Model):
    """A person's choice about one channel of one optional kind; without a row the kind's default holds."""

    user = models.ForeignKey(User, verbose_name="用户", on_delete=models.CASCADE, related_name="notice_preferences")
    kind = models.SlugField("种类", max_length=40)
    channel = models.CharField("渠道", max_length=8, choices=list(CHANNELS.items()))
    is_wanted = models.BooleanField("接收")

    class Meta:
        verbose_name = verbose_name_plural = "接收设置"
        constraints = [models.UniqueConstraint(fields=["user", "kind", "channel"], name="notices_one_choice")]

    def __str__(self) -> str:
        return f"{self.kind} {self.channel} {'是' if self.is_wanted else '否'}"
