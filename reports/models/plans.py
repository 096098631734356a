"""Yearly plans with their tasks, what bodies report of them, and the trainings of the year."""

from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.models import Department
from catalog.models import Document
from reports.plans.states import QUARTERS, UNSETTLED, PlanState, TaskKind, TaskState, TrainingMethod


def _who(label: str, **more: Any) -> Any:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=label, on_delete=models.PROTECT, related_name="+", **more
    )


class WorkPlan(models.Model):
    """条例§3: what the bodies of a city have to do in a year for disclosure (任务分解). ``edition`` counts changes of its head."""

    title = models.CharField("名称", max_length=120)
    year = models.PositiveSmallIntegerField("年度")
    issued_by = models.ForeignKey(Department, verbose_name="印发机关", on_delete=models.PROTECT, related_name="+")
    basis = models.CharField("依据", max_length=300, blank=True)
    document = models.ForeignKey(
        Document, verbose_name="印发的文件", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    state = models.CharField("状态", max_length=8, choices=PlanState, default=PlanState.DRAFT)
    shows_progress = models.BooleanField("向社会公开进展", default=False)
    drafted_by = _who("拟定人")
    drafted_at = models.DateTimeField("拟定时间")
    issued_on = models.DateField("印发日期", null=True, blank=True)
    closed_on = models.DateField("结束日期", null=True, blank=True)
    edition = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "年度工作计划"
        constraints = [models.CheckConstraint(condition=Q(state__in=PlanState.values), name="reports_plan_state")]
        indexes = [models.Index(fields=["-year", "-id"], name="reports_plan_year")]

    def __str__(self) -> str:
        return self.title

    @property
    def is_draft(self) -> bool:
        """True while tasks are written, removed and imported."""
        return self.state == PlanState.DRAFT


class TaskQuerySet(models.QuerySet["Task"]):
    """Adjectives of tasks."""

    def unsettled(self) -> "TaskQuerySet":
        """Of issued plans, neither confirmed nor cancelled."""
        return self.filter(state__in=UNSETTLED, plan__state=PlanState.ISSUED)

    def under_way(self) -> "TaskQuerySet":
        """Of issued plans, with its body."""
        return self.filter(state=TaskState.OPEN, plan__state=PlanState.ISSUED)

    def late(self, today: date) -> "TaskQuerySet":
        """Under way past its day; what was reported as done waits for the department in charge and is not late."""
        return self.under_way().filter(due_on__lt=today)

    def of_bodies(self, keys: list[int]) -> "TaskQuerySet":
        """Led by one of these bodies, or with one of them taking part."""
        taking_part = Task.responsible.through.objects.filter(department__in=keys).values("task_id")
        return self.filter(Q(lead__in=keys) | Q(pk__in=taking_part))


class Task(models.Model):
    """One task of a plan. ``share`` (0–100) is the lead body's own figure; of briefings how many of those planned were held.

    Both are kept for lists: the entries of `Progress` are the truth.
    """

    plan = models.ForeignKey(
        WorkPlan, verbose_name="计划", on_delete=models.PROTECT, related_name="tasks", db_index=False
    )
    kind = models.CharField("类别", max_length=8, choices=TaskKind, default=TaskKind.TASK)
    number = models.PositiveSmallIntegerField("序号")
    section = models.CharField("板块", max_length=60, blank=True)
    text = models.CharField("任务内容", max_length=500)
    lead = models.ForeignKey(
        Department, verbose_name="牵头机关", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    responsible: Any = models.ManyToManyField(Department, verbose_name="责任机关", related_name="+", blank=True)
    due_on = models.DateField("完成期限")
    quota_1 = models.PositiveSmallIntegerField("第一季度场次", default=0)
    quota_2 = models.PositiveSmallIntegerField("第二季度场次", default=0)
    quota_3 = models.PositiveSmallIntegerField("第三季度场次", default=0)
    quota_4 = models.PositiveSmallIntegerField("第四季度场次", default=0)
    audience = models.CharField("发布主题和对象", max_length=200, blank=True)
    state = models.CharField("状态", max_length=10, choices=TaskState, default=TaskState.OPEN)
    share = models.PositiveSmallIntegerField("完成比例", default=0)
    reported_on = models.DateField("报告办结日期", null=True, blank=True)
    settled_on = models.DateField("办结或者取消日期", null=True, blank=True)
    edition = models.PositiveIntegerField(default=1, editable=False)

    objects = TaskQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "任务"
        constraints = [
            models.UniqueConstraint(fields=["plan", "number"], name="reports_task_number"),
            models.CheckConstraint(condition=Q(state__in=TaskState.values), name="reports_task_state"),
            models.CheckConstraint(condition=Q(share__lte=100), name="reports_task_share"),
        ]
        indexes = [
            models.Index(fields=["state", "due_on", "id"], name="reports_task_due"),
            models.Index(fields=["lead", "state", "due_on", "id"], name="reports_task_lead"),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.text}"

    @property
    def is_briefing(self) -> bool:
        """True for press briefings, which have a number for each quarter."""
        return self.kind == TaskKind.BRIEFING

    @property
    def standing(self) -> str:
        """Where it stands in words; on paper it is nobody's yet."""
        return PlanState.DRAFT.label if self.plan.is_draft else self.get_state_display()

    @property
    def quotas(self) -> dict[int, int]:
        """How many briefings are planned, by quarter."""
        return {quarter: getattr(self, f"quota_{quarter}") for quarter in QUARTERS}


class ProgressQuerySet(models.QuerySet["Progress"]):
    """Adjectives of entries."""

    def standing(self) -> "ProgressQuerySet":
        """What holds: not corrected by a later entry."""
        return self.filter(corrected_by=None)

    def public(self) -> "ProgressQuerySet":
        """What citizens read: released, not corrected since, of a plan whose progress is public."""
        known = Q(task__plan__shows_progress=True, task__plan__state__in=[PlanState.ISSUED, PlanState.CLOSED])
        return self.standing().filter(known, published_at__isnull=False)

    def held(self) -> "ProgressQuerySet":
        """Briefings that took place."""
        return self.standing().filter(held_on__isnull=False)


class Progress(models.Model):
    """What a body reports of a task. Never changed: a further entry corrects it (``corrects``); only its release is switched."""

    task = models.ForeignKey(
        Task, verbose_name="任务", on_delete=models.CASCADE, related_name="progress", db_index=False
    )
    department = models.ForeignKey(Department, verbose_name="报告机关", on_delete=models.PROTECT, related_name="+")
    on = models.DateField("截止日期")
    text = models.CharField("进展", max_length=1000)
    share = models.PositiveSmallIntegerField("完成比例", null=True, blank=True)
    held_on = models.DateField("发布会日期", null=True, blank=True)
    topic = models.CharField("发布会主题", max_length=200, blank=True)
    url = models.URLField("网址", max_length=300, blank=True)
    document = models.ForeignKey(
        Document, verbose_name="公开的文件", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    corrects = models.OneToOneField(
        "self", verbose_name="更正", null=True, blank=True, on_delete=models.PROTECT, related_name="corrected_by"
    )
    written_by = _who("填报人")
    at = models.DateTimeField("填报时间")
    published_at = models.DateTimeField("公开时间", null=True, blank=True)
    published_by = _who("公开人", null=True, blank=True)

    objects = ProgressQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "任务进展"
        constraints = [
            models.CheckConstraint(condition=Q(share=None) | Q(share__lte=100), name="reports_progress_share"),
            models.CheckConstraint(condition=~Q(corrects=F("id")), name="reports_progress_corrects"),
        ]
        indexes = [models.Index(fields=["task", "on", "id"], name="reports_progress_of")]

    def __str__(self) -> str:
        return f"{self.on} {self.text[:30]}"


class Remark(models.Model):
    """What the department in charge wrote at a step of a task; the event in the record holds its digest."""

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="remarks")
    action = models.CharField("事项", max_length=40)
    text = models.CharField("意见", max_length=500)
    written_by = _who("填写人")
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = verbose_name_plural = "任务办理意见"
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.action}: {self.text[:30]}"


class TrainingQuerySet(models.QuerySet["Training"]):
    """Adjectives of trainings."""

    def standing(self) -> "TrainingQuerySet":
        """Not voided."""
        return self.filter(voided_at=None)


class Training(models.Model):
    """条例§48: people who work on disclosure were trained. A voided entry stays with its reason and is not counted."""

    department = models.ForeignKey(
        Department, verbose_name="组织机关", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    on = models.DateField("培训日期")
    topic = models.CharField("培训内容", max_length=200)
    method = models.CharField("培训方式", max_length=8, choices=TrainingMethod)
    people = models.PositiveIntegerField("参训人次")
    hours = models.DecimalField("学时", max_digits=4, decimal_places=1)
    note = models.CharField("备注", max_length=300, blank=True)
    url = models.URLField("材料网址", max_length=300, blank=True)
    document = models.ForeignKey(
        Document, verbose_name="公开的材料", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    recorded_by = _who("登记人")
    recorded_at = models.DateTimeField("登记时间")
    voided_at = models.DateTimeField("作废时间", null=True, blank=True)
    voided_reason = models.CharField("作废原因", max_length=200, blank=True)
    edition = models.PositiveIntegerField(default=1, editable=False)

    objects = TrainingQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "培训记录"
        indexes = [
            models.Index(fields=["-on", "-id"], name="reports_training_on"),
            models.Index(fields=["department", "-on", "-id"], name="reports_training_of"),
        ]

    def __str__(self) -> str:
        return self.topic
