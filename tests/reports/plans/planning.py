"""What tests of plans share: the department in charge draws up, bodies report, all through the real services."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from accounts.models import Department, User
from reports.models import Progress, Task, WorkPlan
from reports.plans import progress, services
from reports.plans.progress import Entry
from reports.plans.services import PlanValues, TaskValues
from tests.cast import Cast

YEAR = 2026
ISSUED_ON, TODAY = date(2026, 2, 2), date(2026, 6, 15)


def at(day: date = TODAY, hour: int = 10) -> datetime:
    """A moment of that day."""
    return timezone.make_aware(datetime(day.year, day.month, day.day, hour))


def fresh(task: Task) -> Task:
    """The row as it is now."""
    return Task.objects.select_related("plan", "lead").get(pk=task.pk)


@dataclass
class Planner:
    """钱七 plans for the city; the education bureau leads, the health commission takes part."""

    cast: Cast

    def plan(self, **said: Any) -> WorkPlan:
        """A plan on paper."""
        wanted = {
            "title": "2026年政务公开工作要点任务分解",
            "year": YEAR,
            "issued_by": self.cast.szf,
            "basis": "省工作要点",
        }
        values = PlanValues(**(wanted | said))
        return services.draft_plan(actor=self.cast.qianqi, values=values, at=at(ISSUED_ON, 8))

    def values(self, **said: Any) -> TaskValues:
        """A task as it is typed."""
        wanted: dict[str, Any] = {
            "text": "公布义务教育招生入学全部政策文件",
            "lead": self.cast.jyj,
            "due_on": date(2026, 6, 30),
            "section": "政策公开",
            "responsible": (self.cast.wjw,),
        }
        return TaskValues(**(wanted | said))

    def briefing(self, **said: Any) -> TaskValues:
        """Press briefings: one in the first quarter, two in the second, one in each of the others."""
        wanted = {"text": "教育民生新闻发布", "kind": "briefing", "quotas": (1, 2, 1, 1), "due_on": date(2026, 12, 31)}
        return self.values(**(wanted | {"section": "新闻发布", "responsible": (), "audience": "家长"} | said))

    def add(self, plan: WorkPlan, values: TaskValues | None = None) -> Task:
        """Put into a plan on paper."""
        return services.add_task(actor=self.cast.qianqi, plan=plan, values=values or self.values(), at=at(ISSUED_ON, 8))

    def issued(self, *values: TaskValues, shows: bool = False, **said: Any) -> WorkPlan:
        """A plan with these tasks, or one, issued."""
        plan = self.plan(**said)
        for each in values or (self.values(),):
            self.add(plan, each)
        services.issue(actor=self.cast.qianqi, plan=plan, at=at(ISSUED_ON, 9))
        if shows:
            services.show_progress(actor=self.cast.qianqi, plan=plan, shows=True, at=at(ISSUED_ON, 10))
        return plan

    def task(self, values: TaskValues | None = None, **said: Any) -> Task:
        """The only task of an issued plan."""
        return fresh(self.issued(values or self.values(), **said).tasks.get())

    def entry(self, **said: Any) -> Entry:
        """What the education bureau reports."""
        return Entry(**({"department": self.cast.jyj, "on": TODAY, "text": "文件已起草", "share": 40} | said))

    def reported(self, task: Task, *, actor: User | None = None, day: date = TODAY, **said: Any) -> Progress:
        """An entry of 李四's."""
        entry = self.entry(**({"on": day} | said))
        return progress.report(actor=actor or self.cast.lisi, task=fresh(task), entry=entry, at=at(day))

    def held(self, task: Task, day: date, *, department: Department | None = None, **said: Any) -> Progress:
        """A briefing that took place."""
        about = {"share": None, "held_on": day, "topic": "春季招生", "text": "已举办"}
        return self.reported(task, day=day, department=department or self.cast.jyj, **(about | said))

    def done(self, task: Task, day: date = TODAY) -> Task:
        """Reported as done by 李四."""
        entry = self.entry(on=day, text="全部完成", share=None if task.is_briefing else 100)
        progress.report_done(actor=self.cast.lisi, task=fresh(task), entry=entry, at=at(day))
        return fresh(task)

    def confirmed(self, task: Task, day: date = TODAY) -> Task:
        """Done, and confirmed by 钱七."""
        task = self.done(task, day)
        progress.confirm(actor=self.cast.qianqi, task=task, text="", at=at(day, 15))
        return fresh(task)
