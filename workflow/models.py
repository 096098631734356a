"""The record of what was done: an abstract event chained by hashes, and anchors over all of them."""

from collections.abc import Iterable
from typing import Any, NoReturn

from django.conf import settings
from django.db import models

from workflow.evidence import event_hash


class AppendOnly(TypeError):
    """Raised by code that tries to change or delete what may only be added to."""


class AppendOnlyQuerySet(models.QuerySet[Any]):
    """Rows that are read and added, never changed."""

    def update(self, **kwargs: Any) -> NoReturn:
        """Refused."""
        raise AppendOnly(f"{self.model.__name__} rows are never changed")

    def delete(self) -> NoReturn:
        """Refused."""
        raise AppendOnly(f"{self.model.__name__} rows are never deleted")

    def bulk_update(self, objs: Iterable[Any], fields: Iterable[str], batch_size: int | None = None) -> NoReturn:
        """Refused."""
        raise AppendOnly(f"{self.model.__name__} rows are never changed")


class AppendOnlyModel(models.Model):
    """Base of rows guarded here and, by triggers, in the database (`workflow.guard`)."""

    append_only = True
    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert; refused for a row that is already stored."""
        if not self._state.adding:
            raise AppendOnly(f"{type(self).__name__} rows are never changed")
        kwargs["force_insert"] = True
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refused."""
        raise AppendOnly(f"{type(self).__name__} rows are never deleted")


class Event(AppendOnlyModel):
    """One thing done to one record, chained to the one before it (rulings 22).

    `at` is when it was recorded, `on` the day it takes effect in law. `facts` hold ids, codes, dates and digests
    only (rulings 23). The actor is never missing: the system is a named user.
    """

    subject_type = models.CharField("对象类型", max_length=80)
    subject_id = models.PositiveBigIntegerField("对象")
    number = models.PositiveIntegerField("序号")
    action = models.CharField("事项", max_length=60)
    source = models.CharField("原状态", max_length=40, blank=True)
    target = models.CharField("新状态", max_length=40, blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="办理人", on_delete=models.PROTECT, related_name="+"
    )
    actor_id: int
    at = models.DateTimeField("记录时间")
    on = models.DateField("生效日")
    facts: Any = models.JSONField("事实", default=dict)
    previous_hash = models.CharField("前一摘要", max_length=64, blank=True)
    hash = models.CharField("摘要", max_length=64)

    class Meta:
        abstract = True
        ordering = ("subject_type", "subject_id", "number")
        constraints = (
            models.UniqueConstraint(
                fields=["subject_type", "subject_id", "number"], name="%(app_label)s_%(class)s_chain"
            ),
        )

    def __str__(self) -> str:
        return f"{self.subject_type}:{self.subject_id} #{self.number} {self.action}"

    def computed_hash(self) -> str:
        """The hash this row ought to bear."""
        return event_hash(
            subject=(self.subject_type, self.subject_id),
            number=self.number,
            change=(self.action, self.source, self.target),
            actor=self.actor_id,
            at=self.at,
            on=self.on,
            facts=self.facts,
            previous=self.previous_hash,
        )


class Anchor(AppendOnlyModel):
    """A signed statement of everything recorded up to a moment: it shows a missing tail, which a chain cannot.

    `heads` holds for each event model the last id, how many events there are since the anchor before, and a digest
    over their ids and hashes; it includes the head of every chain that moved.
    """

    number = models.PositiveIntegerField("序号", unique=True)
    at = models.DateTimeField("时间")
    heads: Any = models.JSONField("各链末端")
    previous_signature = models.CharField("前一签名", max_length=64, blank=True)
    signature = models.CharField("签名", max_length=64)

    class Meta:
        verbose_name = verbose_name_plural = "记录锚点"
        ordering = ("number",)

    def __str__(self) -> str:
        return f"#{self.number} {self.at:%F %T}"
