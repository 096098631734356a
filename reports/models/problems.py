"""The ledger of problems, with what was said at each step (条例§47)."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import Department
from disclosure.models import WatchFinding
from reports.models.scorecards import Result
from reports.problems.states import ACTIONS, Origin, ProblemState
from requests_app.models import Inquiry


class Problem(models.Model):
    """Something a body has to put right by a day. One problem a result, finding or inquiry, unless it was voided."""

    department = models.ForeignKey(Department, verbose_name="责任机构", on_delete=models.PROTECT, related_name="+")
    origin = models.CharField("来源", max_length=8, choices=Origin)
    result: Any = models.ForeignKey(
        Result, verbose_name="考核结果", null=True, blank=True, on_delete=models.PROTECT, related_name="problems"
    )
    finding: Any = models.ForeignKey(
        WatchFinding, verbose_name="巡查问题", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    inquiry: Any = models.ForeignKey(
        Inquiry, verbose_name="督办", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    text = models.CharField("问题", max_length=1000)
    demand = models.CharField("整改要求", max_length=500, blank=True)
    link = models.CharField("依据的页面", max_length=300, blank=True)
    state = models.CharField("状态", max_length=8, choices=ProblemState, default=ProblemState.OPEN)
    due_on = models.DateField("整改期限")
    reported_on = models.DateField("报告日期", null=True, blank=True)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="建账人", on_delete=models.PROTECT, related_name="+"
    )
    opened_at = models.DateTimeField("建账时间")
    closed_on = models.DateField("销账日期", null=True, blank=True)
    edition = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "问题台账"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=[name],
                condition=~Q(state="voided") & Q(**{f"{name}__isnull": False}),
                name=f"reports_problem_of_{name}",
            )
            for name in ("result", "finding", "inquiry")
        ]
        indexes = [
            models.Index(fields=["department", "state", "due_on", "id"], name="reports_problem_body"),
            models.Index(fields=["state", "due_on", "id"], name="reports_problem_city"),
        ]

    def __str__(self) -> str:
        return self.text[:40]


class ProblemRemark(models.Model):
    """What somebody wrote at a step; the event in the record holds its digest."""

    problem = models.ForeignKey(Problem, on_delete=models.CASCADE, related_name="remarks")
    action = models.CharField("事项", max_length=20, choices=list(ACTIONS.items()))
    text = models.CharField("内容", max_length=1000)
    link = models.CharField("依据的页面", max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="办理人", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = verbose_name_plural = "整改往来"
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.get_action_display()} {self.at:%F}"
