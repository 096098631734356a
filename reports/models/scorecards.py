"""Indicator sets, assessments by them, a card a body with a result an indicator, objections (条例§46)."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts.models import Department
from reports.scorecards.periods import Period, PeriodKind
from reports.scorecards.states import AssessmentState, Frequency, ObjectionState, SetState, Source


def _points(label: str, **kwargs: Any) -> Any:
    return models.DecimalField(label, max_digits=6, decimal_places=2, **kwargs)


def _person(label: str, **kwargs: Any) -> Any:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=label, on_delete=models.PROTECT, related_name="+", **kwargs
    )


class IndicatorSet(models.Model):
    """What bodies are assessed by in a year. `edition` counts changes, so that the second of two writers is told."""

    name = models.CharField("名称", max_length=80)
    year = models.PositiveSmallIntegerField("年度", null=True, blank=True)
    note = models.CharField("说明", max_length=500, blank=True)
    state = models.CharField("状态", max_length=8, choices=SetState, default=SetState.DRAFT)
    code = models.SlugField("随系统提供的代码", max_length=40, null=True, unique=True, editable=False)  # noqa: DJ001
    created_by = _person("编制人")
    created_at = models.DateTimeField("编制时间")
    changed_by = _person("修改人")
    changed_at = models.DateTimeField("修改时间")
    edition = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "考核指标体系"
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.name


class Section(models.Model):
    """A part of a set with its share of the hundred points."""

    set = models.ForeignKey(IndicatorSet, verbose_name="指标体系", on_delete=models.CASCADE, related_name="sections")
    name = models.CharField("名称", max_length=40)
    points = _points("分值")
    position = models.PositiveSmallIntegerField("次序")

    class Meta:
        verbose_name = verbose_name_plural = "考核板块"
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.name


class Indicator(models.Model):
    """One thing assessed: the rule in words, what it is worth, what a finding costs, where the result comes from.

    `kinds` and `bodies` say whom it concerns, everybody without them; `parameters` belong to `measure`.
    """

    section = models.ForeignKey(Section, verbose_name="板块", on_delete=models.CASCADE, related_name="indicators")
    number = models.CharField("编号", max_length=8, editable=False)
    position = models.PositiveSmallIntegerField("次序")
    group = models.CharField("类别", max_length=30, blank=True)
    name = models.CharField("指标", max_length=40)
    text = models.CharField("评分标准", max_length=500)
    points = _points("分值")
    each = _points("每处扣分", default=0)
    frequency = models.CharField("考核周期", max_length=10, choices=Frequency)
    source = models.CharField("数据来源", max_length=10, choices=Source)
    measure = models.CharField("计算方法", max_length=40, blank=True)
    parameters: Any = models.JSONField("参数", default=dict, blank=True)
    kinds: Any = models.JSONField("适用机构类型", default=list, blank=True)
    bodies: Any = models.ManyToManyField(Department, verbose_name="适用机构", blank=True, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "考核指标"
        ordering = ["section__position", "position", "id"]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"

    @property
    def is_judged(self) -> bool:
        """True where people say what they found."""
        return self.source == Source.JUDGED


class Assessment(models.Model):
    """条例§46: one look at the bodies by one set over one period."""

    set = models.ForeignKey(IndicatorSet, verbose_name="指标体系", on_delete=models.PROTECT, related_name="assessments")
    title = models.CharField("名称", max_length=120)
    kind = models.CharField("周期", max_length=8, choices=PeriodKind)
    first_on = models.DateField("考核期起")
    last_on = models.DateField("考核期止")
    state = models.CharField("状态", max_length=10, choices=AssessmentState, default=AssessmentState.OPEN)
    opened_by = _person("发起人")
    opened_at = models.DateTimeField("发起时间")
    computed_at = models.DateTimeField("计算完成时间", null=True, blank=True)
    announced_at = models.DateTimeField("征求异议时间", null=True, blank=True)
    objections_until = models.DateField("异议截止日期", null=True, blank=True)
    settled_at = models.DateTimeField("确定结果时间", null=True, blank=True)
    published_at = models.DateTimeField("通报时间", null=True, blank=True)
    public_at = models.DateTimeField("向社会公布时间", null=True, blank=True)
    notice = models.TextField("通报内容", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "考核"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["set", "first_on", "last_on"],
                condition=~Q(state="cancelled"),
                name="reports_assessment_once",
            )
        ]
        indexes = [
            models.Index(fields=["-public_at"], condition=Q(public_at__isnull=False), name="reports_assessment_public")
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Address of the published result."""
        return reverse("reports:assessment", args=[self.pk])

    @property
    def period(self) -> Period:
        """The time it looks at."""
        return Period(PeriodKind(self.kind), self.first_on, self.last_on)


class Scorecard(models.Model):
    """One body's card: sums kept from its results. `parts` holds [full, deducted] by section."""

    assessment = models.ForeignKey(Assessment, verbose_name="考核", on_delete=models.CASCADE, related_name="cards")
    department = models.ForeignKey(Department, verbose_name="机构", on_delete=models.PROTECT, related_name="+")
    full = _points("应得分", default=0)
    deducted = _points("扣分", default=0)
    rate = _points("折算得分", null=True, blank=True)
    rank = models.PositiveSmallIntegerField("名次", null=True, blank=True)
    waiting = models.PositiveSmallIntegerField("未评定", default=0)
    parts: Any = models.JSONField("各板块", default=dict)

    class Meta:
        verbose_name = verbose_name_plural = "考核卡"
        constraints = [models.UniqueConstraint(fields=["assessment", "department"], name="reports_card_once")]

    def __str__(self) -> str:
        return f"{self.assessment_id}: {self.department_id}"


class Result(models.Model):
    """What was found of one indicator at one body. Waiting until it is computed or judged; `edition` counts judgements.

    ``links``: [words, address] of what it rests on. Judged by a person, it is computed no more.
    """

    card = models.ForeignKey(
        Scorecard, verbose_name="考核卡", on_delete=models.CASCADE, related_name="results", db_index=False
    )
    indicator = models.ForeignKey(
        Indicator, verbose_name="指标", on_delete=models.PROTECT, related_name="results", db_index=False
    )
    applies = models.BooleanField("计分", default=True)
    findings = models.PositiveIntegerField("发现问题（处）", default=0)
    deducted = _points("扣分", default=0)
    evidence = models.TextField("依据", blank=True)
    links: Any = models.JSONField("链接", default=list, blank=True)
    computed_at = models.DateTimeField("计算时间", null=True, blank=True)
    judged_by = _person("评定人", null=True, blank=True)
    judged_at = models.DateTimeField("评定时间", null=True, blank=True)
    edition = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "考核结果"
        constraints = [models.UniqueConstraint(fields=["card", "indicator"], name="reports_result_once")]
        indexes = [models.Index(fields=["indicator", "card"], name="reports_result_indicator")]

    def __str__(self) -> str:
        return f"{self.card_id}: {self.indicator_id}"

    @property
    def is_waiting(self) -> bool:
        """True until somebody or something has said what was found."""
        return self.computed_at is None and self.judged_at is None


class Objection(models.Model):
    """条例§46: the head of a body objects to a result, once; the department in charge answers."""

    result = models.OneToOneField(Result, verbose_name="结果", on_delete=models.PROTECT, related_name="objection")
    state = models.CharField("状态", max_length=8, choices=ObjectionState, default=ObjectionState.FILED)
    text = models.CharField("异议理由", max_length=1000)
    link = models.CharField("依据的页面", max_length=300, blank=True)
    filed_by = _person("提出人")
    filed_at = models.DateTimeField("提出时间")
    findings = models.PositiveIntegerField("原认定（处）")
    deducted = _points("原扣分")
    answer = models.CharField("处理意见", max_length=1000, blank=True)
    answered_by = _person("处理人", null=True, blank=True)
    answered_at = models.DateTimeField("处理时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "考核异议"
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.result_id}: {self.get_state_display()}"
