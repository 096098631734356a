"""What may happen to a yearly plan and to a task of it; pure. That something is late is derived, never a state."""

from datetime import date, timedelta

from django.db import models

from reports.proofs.states import ACTIONS as PROOFS
from workflow.transitions import NEW, Transition, TransitionTable


class PlanState(models.TextChoices):
    """Where a plan stands."""

    DRAFT = "draft", "拟定中"
    ISSUED = "issued", "已印发"
    CLOSED = "closed", "已结束"
    DROPPED = "dropped", "已作废"


class TaskKind(models.TextChoices):
    """A piece of work with one day, or press briefings with a number for each quarter."""

    TASK = "task", "工作任务"
    BRIEFING = "briefing", "新闻发布"


class TaskState(models.TextChoices):
    """Where a task stands."""

    OPEN = "open", "推进中"
    REPORTED = "reported", "待确认"
    CONFIRMED = "confirmed", "已办结"
    CANCELLED = "cancelled", "已取消"


class TrainingMethod(models.TextChoices):
    """How people were trained."""

    LECTURE = "lecture", "集中授课"
    VIDEO = "video", "视频培训"
    MEETING = "meeting", "以会代训"
    EXCHANGE = "exchange", "座谈交流、跟班学习"
    ONLINE = "online", "网上自学"


# What bodies and citizens know of: a plan on paper is the department in charge's own.
KNOWN = (PlanState.ISSUED.value, PlanState.CLOSED.value)
UNSETTLED = (TaskState.OPEN.value, TaskState.REPORTED.value)
QUARTERS = (1, 2, 3, 4)
QUARTER_WORDS = dict(zip(QUARTERS, ("第一季度", "第二季度", "第三季度", "第四季度"), strict=True))

DRAFT_PLAN, EDIT_PLAN, ISSUE, CLOSE, DROP = "draft_plan", "edit_plan", "issue_plan", "close_plan", "drop_plan"
SHOW, HIDE = "show_progress", "hide_progress"
ADD_TASK, EDIT_TASK, REMOVE_TASK = "add_task", "edit_task", "remove_task"
REPORT, REPORT_DONE, CONFIRM, SEND_BACK = "report_progress", "report_done", "confirm_done", "send_task_back"
CANCEL, MOVE_DEADLINE, REOPEN = "cancel_task", "move_deadline", "reopen_task"
CORRECT, PUBLISH, UNPUBLISH = "correct_progress", "publish_progress", "unpublish_progress"
RECORD_TRAINING, EDIT_TRAINING, VOID_TRAINING = "record_training", "edit_training", "void_training"

SUPERVISOR, LEAD = "supervisor", "lead"
ROLES = {SUPERVISOR: "主管部门", LEAD: "牵头机关的申请办理、公开机构负责人"}
_P, _T = PlanState, TaskState

PLANS = TransitionTable(
    noun="该计划",
    rows=(
        Transition(NEW, DRAFT_PLAN, _P.DRAFT, SUPERVISOR, "条例§3：推进、指导、协调、监督"),
        Transition(_P.DRAFT, ISSUE, _P.ISSUED, SUPERVISOR, "条例§3"),
        Transition(_P.DRAFT, DROP, _P.DROPPED, SUPERVISOR, "尚未印发的可以作废"),
        Transition(_P.ISSUED, CLOSE, _P.CLOSED, SUPERVISOR, "各项任务都已办结或者取消"),
    ),
    states=dict(PlanState.choices),
    actions={
        DRAFT_PLAN: "拟定计划", EDIT_PLAN: "修改计划", ISSUE: "印发计划", CLOSE: "结束计划", DROP: "作废计划",
        SHOW: "公开进展", HIDE: "不再公开进展", ADD_TASK: "导入任务", REMOVE_TASK: "删除任务",
    },
    roles=ROLES,
)  # fmt: skip

TASKS = TransitionTable(
    noun="该任务",
    rows=(
        Transition(NEW, ADD_TASK, _T.OPEN, SUPERVISOR, "条例§3"),
        Transition(_T.OPEN, REPORT_DONE, _T.REPORTED, LEAD, "牵头机关报告完成情况"),
        Transition(_T.REPORTED, CONFIRM, _T.CONFIRMED, SUPERVISOR, "条例§47：监督检查"),
        Transition(_T.REPORTED, SEND_BACK, _T.OPEN, SUPERVISOR, "条例§47：监督检查"),
        Transition(_T.CONFIRMED, REOPEN, _T.OPEN, SUPERVISOR, "条例§47：复查发现没有完成，或者确认有误"),
        Transition(_T.OPEN, CANCEL, _T.CANCELLED, SUPERVISOR, "任务调整，写明原因"),
        Transition(_T.REPORTED, CANCEL, _T.CANCELLED, SUPERVISOR, "任务调整，写明原因"),
    ),
    states=dict(TaskState.choices),
    actions={
        ADD_TASK: "列入任务", EDIT_TASK: "修改任务", REPORT: "报告进展", REPORT_DONE: "报告办结",
        CONFIRM: "确认办结", SEND_BACK: "退回继续办理", CANCEL: "取消任务", MOVE_DEADLINE: "调整期限",
        REOPEN: "撤销办结确认", **PROOFS,
        CORRECT: "更正进展", PUBLISH: "公开一条进展", UNPUBLISH: "不再公开一条进展",
    },
    roles=ROLES,
)  # fmt: skip

TRAINING_ACTIONS = {RECORD_TRAINING: "登记培训", EDIT_TRAINING: "修改登记", VOID_TRAINING: "作废登记"}


def quarter_of(day: date) -> int:
    """1 to 4."""
    return (day.month - 1) // 3 + 1


def quarter_end(year: int, quarter: int) -> date:
    """The last day of a quarter."""
    return date(year, 12, 31) if quarter == 4 else date(year, quarter * 3 + 1, 1) - timedelta(days=1)
