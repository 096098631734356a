"""What may happen to a problem in the ledger, and where it came from; pure."""

from django.db import models

from reports.proofs.states import ACTIONS as PROOFS
from workflow.transitions import NEW, Transition, TransitionTable


class ProblemState(models.TextChoices):
    """建账 to 销账."""

    OPEN = "open", "整改中"
    REPORTED = "reported", "已整改待核"
    CLOSED = "closed", "已销账"
    VOIDED = "voided", "已撤销"


class Origin(models.TextChoices):
    """Where a problem was found."""

    RESULT = "result", "考核结果"
    FINDING = "finding", "栏目巡查"
    INQUIRY = "inquiry", "督办"
    OTHER = "other", "日常检查"


OPEN, AMEND, REPORT, SEND_BACK, CLOSE, VOID = (
    f"{verb}_problem" for verb in ("open", "amend", "report", "return", "close", "void")
)
ACTIONS = {
    OPEN: "建账",
    AMEND: "修改要求",
    REPORT: "报告整改情况",
    SEND_BACK: "退回整改",
    CLOSE: "销账",
    VOID: "撤销",
}
PROBLEMS = TransitionTable(
    noun="该问题",
    rows=(
        Transition(NEW, OPEN, ProblemState.OPEN, "supervisor", "条例§47：督促整改"),
        Transition(ProblemState.OPEN, AMEND, ProblemState.OPEN, "supervisor", "条例§47"),
        Transition(ProblemState.OPEN, REPORT, ProblemState.REPORTED, "head", "条例§47"),
        Transition(ProblemState.REPORTED, SEND_BACK, ProblemState.OPEN, "supervisor", "整改不到位"),
        Transition(ProblemState.REPORTED, CLOSE, ProblemState.CLOSED, "supervisor", "核实已经整改"),
        Transition(ProblemState.OPEN, VOID, ProblemState.VOIDED, "supervisor", "建账有误，或者考核结果已改变"),
        Transition(ProblemState.REPORTED, VOID, ProblemState.VOIDED, "supervisor", "建账有误，或者考核结果已改变"),
    ),
    states=dict(ProblemState.choices),
    actions=ACTIONS | PROOFS,
    roles={"supervisor": "主管部门", "head": "公开机构负责人"},
)
