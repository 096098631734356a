"""What may be done with a task of an issued plan: one row an act, with its form, its words and who may."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from accounts.models import User
from reports.models import Task
from reports.plans import progress, rules
from reports.plans.forms import ActForm, ConfirmForm, DeadlineForm, DoneForm, ReasonForm, ReportForm
from reports.plans.states import (
    CANCEL,
    CONFIRM,
    MOVE_DEADLINE,
    REOPEN,
    REPORT,
    REPORT_DONE,
    SEND_BACK,
    TASKS,
    PlanState,
    TaskState,
)
from workflow.transitions import Obstacle


@dataclass(frozen=True)
class Act:
    """An act by the name it has in addresses. ``is_ours``: it belongs to the department in charge, else to the bodies."""

    slug: str
    action: str
    button: str
    done: str
    form: type[ActForm]
    run: Callable[..., Any]
    is_ours: bool = False
    is_quiet: bool = False

    @property
    def label(self) -> str:
        """Its name on buttons and in the record."""
        return TASKS.actions[self.action]

    def why(self, user: User, task: Task) -> tuple[Obstacle | None, str]:
        """None, or the obstacle and the sentence that says it."""
        if task.plan.state != PlanState.ISSUED:
            return Obstacle.WRONG_STATE, f"该计划{PlanState(task.plan.state).label}，其中的任务现在不能办理。"
        row = TASKS.find(task.state, self.action)
        if self.action in (REPORT, MOVE_DEADLINE):
            if task.state != TaskState.OPEN:
                return Obstacle.WRONG_STATE, str(progress.not_open(task, self.label))
            return (None, "") if self.is_offered(user, task) else (Obstacle.WRONG_PERSON, self._not_yours())
        if row is None:
            return Obstacle.WRONG_STATE, TASKS.wrong_state(task.state, self.action)
        return (None, "") if rules.may(user, task, row) else (Obstacle.WRONG_PERSON, TASKS.wrong_person(row))

    def is_offered(self, user: User, task: Task) -> bool:
        """Whether the page of a task names it to this person at all, open or with the reason why not."""
        return rules.can_draw_up(user) if self.is_ours else bool(rules.bodies_reporting(user, task))

    def _not_yours(self) -> str:
        whose = "主管部门" if self.is_ours else "牵头机关、责任机关的申请办理或者公开机构负责人"
        return f"{self.label}由{whose}办理。"


ACTS = {
    act.slug: act
    for act in (
        Act("report", REPORT, "报告进展", "进展已报告。", ReportForm, progress.report),
        Act(
            "done",
            REPORT_DONE,
            "报告办结",
            "已报告办结，等主管部门确认。",
            DoneForm,
            progress.report_done,
            is_quiet=True,
        ),
        Act("confirm", CONFIRM, "确认办结", "已确认办结。", ConfirmForm, progress.confirm, is_ours=True),
        Act(
            "reopen", REOPEN, "撤销办结确认", "已撤销，任务继续推进。", ReasonForm, progress.reopen, True, is_quiet=True
        ),
        Act("send-back", SEND_BACK, "退回继续办理", "已退回。", ReasonForm, progress.send_back, True, is_quiet=True),
        Act(
            "deadline",
            MOVE_DEADLINE,
            "调整期限",
            "期限已调整。",
            DeadlineForm,
            progress.move_deadline,
            True,
            is_quiet=True,
        ),
        Act("cancel", CANCEL, "取消任务", "任务已取消。", ReasonForm, progress.cancel, is_ours=True, is_quiet=True),
    )
}


@dataclass(frozen=True)
class Offered:
    """An act as a page shows it; ``reason`` is empty exactly when it may be taken."""

    act: Act
    reason: str


def offered(user: User, task: Task) -> list[Offered]:
    """The acts this person has with a task, open ones first."""
    rows = [Offered(act, act.why(user, task)[1]) for act in ACTS.values() if act.is_offered(user, task)]
    return sorted(rows, key=lambda row: bool(row.reason))
