"""Plans, press briefings and trainings of the demo city, brought by the services to where they stand; adds what is missing."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction
from django.utils import timezone

from accounts.models import Department, User
from accounts.roles import Role
from accounts.rules import has_role
from accounts.services import grant_role, revoke_role
from reports.models import Task, Training, WorkPlan
from reports.plans import progress, services, trainings
from reports.plans.progress import Entry
from reports.plans.services import PlanValues, TaskValues
from reports.plans.states import quarter_end
from reports.plans.trainings import TrainingValues

FILE = Path(__file__).resolve().parent / "plans.yaml"
WRITERS = {"jyj": "lisi", "wjw": "zhaoliu"}
Row = dict[str, Any]


@transaction.atomic
def load(at: datetime) -> int:
    """Every plan and training of `plans.yaml` that is not there; how many plans were added."""
    data = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    way = _Way(timezone.localdate(at))
    rows = [row | {"year": way.today.year + row["offset"]} for row in data["plans"]]
    missing = [row for row in rows if not WorkPlan.objects.filter(title=_title(row)).exists()]
    for row in missing:
        way.plan(row)
    for row in data["trainings"]:
        if not Training.objects.filter(topic=row["topic"]).exists():
            way.training(row)
    return len(missing)


def _title(row: Row) -> str:
    return str(row["title"]).format(year=row["year"])


class _Way:
    """钱七 plans; the bodies report, those without people of their own through the founder."""

    def __init__(self, today: date) -> None:
        self.today = today
        self.qianqi, self.founder = _person("qianqi"), _person("founder")
        self.bodies = {row.code: row for row in Department.objects.all()}

    def moment(self, ago: int, hour: int = 10) -> datetime:
        """A moment ``ago`` days before today."""
        return timezone.make_aware(datetime.combine(self.today - timedelta(days=ago), time(hour)))

    def plan(self, row: Row) -> None:
        """One plan, as far as it says."""
        year, drafted = row["year"], self.moment(row.get("issued_ago", 5), 9)
        values = PlanValues(_title(row), year, self.bodies["bgs"], row["basis"])
        plan = services.draft_plan(actor=self.qianqi, values=values, at=drafted)
        rows = [self._values(each, year) for each in row["tasks"]]
        services.import_tasks(actor=self.qianqi, plan=plan, rows=rows, at=drafted)
        if row.get("draft"):
            return
        services.issue(actor=self.qianqi, plan=plan, at=drafted)
        services.show_progress(actor=self.qianqi, plan=plan, shows=row["shows"], at=drafted)
        for task, each in zip(plan.tasks.select_related("plan", "lead").order_by("number"), row["tasks"], strict=True):
            self._go(task, each)
        if row.get("closed"):
            services.close(actor=self.qianqi, plan=plan, at=self.moment(300))

    def _values(self, row: Row, year: int) -> TaskValues:
        first, second, third, fourth = row.get("quotas", (0, 0, 0, 0))
        due = row["moved"]["from"] if "moved" in row else row["due"]
        return TaskValues(
            text=row["text"],
            lead=self.bodies[row["lead"]],
            due_on=self._day(due, year),
            kind=row.get("kind", "task"),
            section=row["section"],
            responsible=tuple(self.bodies[code] for code in row.get("others", ())),
            quotas=(first, second, third, fourth),
            audience=row.get("audience", ""),
        )

    def _day(self, due: int | str, year: int) -> date:
        """Within the year of the plan, or the next."""
        if due == "year_end":
            return date(year, 12, 31)
        return max(self.today + timedelta(days=int(due)), date(year, 1, 1))

    def _go(self, task: Task, row: Row) -> None:
        for each in row.get("progress", ()):
            self._report(task, each)
        for each in row.get("held", ()):
            self._held(task, each)
        task = Task.objects.select_related("plan", "lead").get(pk=task.pk)
        if "moved" in row:
            said = {"due_on": self._day(row["due"], task.plan.year), "text": row["moved"]["why"], "seen": task.due_on}
            progress.move_deadline(actor=self.qianqi, task=task, at=self.moment(30), **said)
        if row["way"] == "confirmed":
            ago = max(2, (self.today - task.due_on).days + 3)
            if not task.reported_on:
                self._report(task, {"ago": ago, "share": 100, "text": "全部完成", "done": True})
                task = Task.objects.select_related("plan", "lead").get(pk=task.pk)
            progress.confirm(actor=self.qianqi, task=task, text=row.get("said", ""), at=self.moment(ago - 1))
        if row["way"] == "cancelled":
            progress.cancel(actor=self.qianqi, task=task, text=row["said"], at=self.moment(70))

    def _report(self, task: Task, row: Row) -> None:
        body = self.bodies[row.get("by", task.lead.code)]
        at = self.moment(row["ago"])
        entry = Entry(body, timezone.localdate(at), row["text"], row.get("share"), is_public=row.get("public", False))
        act = progress.report_done if row.get("done") else progress.report
        with self._writer(body, at) as writer:
            act(actor=writer, task=Task.objects.select_related("plan", "lead").get(pk=task.pk), entry=entry, at=at)

    def _held(self, task: Task, row: Row) -> None:
        """A briefing three weeks before the end of its quarter, if that is over."""
        held_on = quarter_end(task.plan.year, row["quarter"]) - timedelta(days=21)
        ago = (self.today - held_on).days
        if ago < 0:
            return
        at = self.moment(ago, 16)
        entry = Entry(
            task.lead, held_on, row["text"], held_on=held_on, topic=row["topic"], is_public=row.get("public", False)
        )
        with self._writer(task.lead, at) as writer:
            progress.report(actor=writer, task=task, entry=entry, at=at)

    def training(self, row: Row) -> None:
        """One training."""
        body, at = self.bodies[row["body"]], self.moment(row["ago"], 17)
        values = TrainingValues(
            body, timezone.localdate(at), row["topic"], row["method"], row["people"], Decimal(row["hours"])
        )
        if row["body"] == "bgs":
            trainings.record_training(actor=self.qianqi, values=values, at=at)
            return
        with self._writer(body, at) as writer:
            trainings.record_training(actor=writer, values=values, at=at)

    @contextmanager
    def _writer(self, body: Department, at: datetime) -> Iterator[User]:
        """Who writes for a body; the founder holds the role for as long as it takes where nobody does."""
        if body.code in WRITERS:
            yield _person(WRITERS[body.code])
            return
        held: Row = {"user": self.founder, "role": Role.REQUEST_OFFICER, "department": body, "at": at}
        if not has_role(self.founder, Role.REQUEST_OFFICER, body):
            grant_role(actor=self.founder, **held)
        yield self.founder
        revoke_role(actor=self.founder, **held)


def _person(name: str) -> User:
    return User.objects.get(username=name)
