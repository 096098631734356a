"""Questionnaires of the public evaluation, anonymous ballots, and their counts (条例§46: 社会评议)."""

from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from accounts.models import Department
from reports.evaluation.states import QuestionKind, QuestionnaireState


class Questionnaire(models.Model):
    """What citizens are asked about bodies; about all of them where none are named."""

    title = models.CharField("名称", max_length=80)
    intro = models.TextField("说明", max_length=600, blank=True)
    opens_on = models.DateField("开始日期")
    closes_on = models.DateField("截止日期")
    state = models.CharField("状态", max_length=10, choices=QuestionnaireState, default=QuestionnaireState.DRAFT)
    bodies: Any = models.ManyToManyField(Department, verbose_name="评议对象", blank=True, related_name="+")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="编制人", on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField("编制时间")
    closed_at = models.DateTimeField("结束时间", null=True, blank=True)
    published_at = models.DateTimeField("公布时间", null=True, blank=True)
    edition = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "评议问卷"
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.title

    @property
    def ended_on(self) -> date:
        """The last day on which it could be answered: it may have been closed early."""
        return min(self.closes_on, timezone.localdate(self.closed_at)) if self.closed_at else self.closes_on

    def get_absolute_url(self) -> str:
        """Where citizens answer it."""
        return reverse("reports:evaluate", args=[self.pk])


class Question(models.Model):
    """One question. `options` are the words to choose from."""

    questionnaire = models.ForeignKey(Questionnaire, on_delete=models.CASCADE, related_name="questions")
    position = models.PositiveSmallIntegerField("次序")
    kind = models.CharField("回答方式", max_length=6, choices=QuestionKind)
    text = models.CharField("问题", max_length=120)
    options: Any = models.JSONField("选项", default=list, blank=True)
    is_required = models.BooleanField("必须回答", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "问题"
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.text


class Ballot(models.Model):
    """One person's answers about one body. Nothing of the person is kept: no account, no address, the day only.

    `once` is a digest of the form's own ticket, so that one form is handed in once.
    """

    questionnaire = models.ForeignKey(Questionnaire, on_delete=models.PROTECT, related_name="ballots", db_index=False)
    department = models.ForeignKey(Department, verbose_name="机构", on_delete=models.PROTECT, related_name="+")
    answers: Any = models.JSONField("回答", default=dict)
    has_text = models.BooleanField("有文字意见", default=False)
    on = models.DateField("日期")
    once = models.CharField(max_length=64, unique=True)

    class Meta:
        verbose_name = verbose_name_plural = "评议表"
        indexes = [
            models.Index(fields=["questionnaire", "-id"], condition=Q(has_text=True), name="reports_ballot_words"),
            models.Index(fields=["questionnaire", "department"], name="reports_ballot_body"),
        ]

    def __str__(self) -> str:
        return f"{self.questionnaire_id}: {self.department_id}"


class Tally(models.Model):
    """How many ballots about a body gave this answer; without a question: how many ballots. Kept by every ballot."""

    questionnaire = models.ForeignKey(Questionnaire, on_delete=models.CASCADE, related_name="tallies", db_index=False)
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+")
    question = models.ForeignKey(Question, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    value = models.PositiveSmallIntegerField("回答", default=0)
    count = models.PositiveIntegerField("份数", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "评议计数"
        constraints = [
            models.UniqueConstraint(
                fields=["questionnaire", "department", "question", "value"], name="reports_tally_once"
            ),
            models.UniqueConstraint(
                fields=["questionnaire", "department"], condition=Q(question=None), name="reports_tally_ballots_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.questionnaire_id} {self.department_id} {self.question_id} {self.value}: {self.count}"
