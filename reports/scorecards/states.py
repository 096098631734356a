"""What may happen to an indicator set, to an assessment and to an objection; pure."""

from django.db import models

from reports.proofs.states import ACTIONS as PROOFS
from workflow.transitions import NEW, Transition, TransitionTable


class SetState(models.TextChoices):
    """Where a set stands; a template is only copied."""

    TEMPLATE = "template", "参考"
    DRAFT = "draft", "编制中"
    ACTIVE = "active", "使用中"
    CLOSED = "closed", "已停用"


class Frequency(models.TextChoices):
    """How often an indicator is assessed: by the month, the quarter or the year."""

    MONTHLY = "monthly", "按月"
    QUARTERLY = "quarterly", "按季度"
    ANNUAL = "annual", "按年"


class Source(models.TextChoices):
    """Where a result comes from."""

    COMPUTED = "computed", "系统计算"
    JUDGED = "judged", "人工评定"
    RATINGS = "ratings", "公众评价"


class AssessmentState(models.TextChoices):
    """Where an assessment stands."""

    OPEN = "open", "评定中"
    ANNOUNCED = "announced", "征求异议"
    SETTLED = "settled", "结果已定"
    PUBLISHED = "published", "已通报"
    CANCELLED = "cancelled", "已取消"


class ObjectionState(models.TextChoices):
    """What became of an objection."""

    FILED = "filed", "待处理"
    UPHELD = "upheld", "维持原结果"
    CHANGED = "changed", "改变结果"


SHIP, COMPOSE, COPY, ACTIVATE, CLOSE = "ship_set", "compose_set", "copy_set", "activate_set", "close_set"
EDIT_SET, DROP_SET = "edit_set", "drop_set"
OPEN, ANNOUNCE, SETTLE, PUBLISH, DISCLOSE, CANCEL = (
    f"{verb}_assessment" for verb in ("open", "announce", "settle", "publish", "disclose", "cancel")
)
COMPUTE, JUDGE, PROVE = "compute_results", "judge_results", "prove_result"
FILE, UPHOLD, CHANGE = "file_objection", "uphold_result", "change_result"

IN_CHARGE = {"supervisor": "主管部门", "head": "公开机构负责人", "system": "系统"}

SETS = TransitionTable(
    noun="该指标体系",
    rows=(
        Transition(NEW, SHIP, SetState.TEMPLATE, "system", "随系统提供的参考指标"),
        Transition(NEW, COMPOSE, SetState.DRAFT, "supervisor", "条例§46"),
        Transition(NEW, COPY, SetState.DRAFT, "supervisor", "条例§46"),
        Transition(SetState.DRAFT, ACTIVATE, SetState.ACTIVE, "supervisor", "各项分值合计无误才能启用"),
        Transition(SetState.ACTIVE, CLOSE, SetState.CLOSED, "supervisor", "停用后不再据以考核"),
    ),
    states=dict(SetState.choices),
    actions={SHIP: "载入", COMPOSE: "新建", COPY: "复制", ACTIVATE: "启用", CLOSE: "停用", EDIT_SET: "修改"},
    roles=IN_CHARGE,
)
ASSESSMENTS = TransitionTable(
    noun="本次考核",
    rows=(
        Transition(NEW, OPEN, AssessmentState.OPEN, "supervisor", "条例§46"),
        Transition(
            AssessmentState.OPEN, ANNOUNCE, AssessmentState.ANNOUNCED, "supervisor", "条例§46", needs=("until",)
        ),
        Transition(AssessmentState.OPEN, CANCEL, AssessmentState.CANCELLED, "supervisor", "误开的考核"),
        Transition(AssessmentState.ANNOUNCED, SETTLE, AssessmentState.SETTLED, "supervisor", "异议都已处理"),
        Transition(AssessmentState.SETTLED, PUBLISH, AssessmentState.PUBLISHED, "supervisor", "条例§47：通报"),
        Transition(AssessmentState.PUBLISHED, DISCLOSE, AssessmentState.PUBLISHED, "supervisor", "条例§50：向社会公布"),
    ),
    states=dict(AssessmentState.choices),
    actions={
        OPEN: "开展考核",
        ANNOUNCE: "征求异议",
        CANCEL: "取消",
        SETTLE: "确定结果",
        PUBLISH: "通报",
        DISCLOSE: "向社会公布",
        COMPUTE: "重新计算",
        JUDGE: "评定",
        PROVE: "添加佐证材料",
        **PROOFS,
    },
    roles=IN_CHARGE,
    facts={"until": "提出异议的截止日期"},
)
OBJECTIONS = TransitionTable(
    noun="该异议",
    rows=(
        Transition(NEW, FILE, ObjectionState.FILED, "head", "条例§46：结果反馈"),
        Transition(ObjectionState.FILED, UPHOLD, ObjectionState.UPHELD, "supervisor", "写明理由"),
        Transition(ObjectionState.FILED, CHANGE, ObjectionState.CHANGED, "supervisor", "写明理由"),
    ),
    states=dict(ObjectionState.choices),
    actions={FILE: "提出异议", UPHOLD: "维持", CHANGE: "改变结果", **PROOFS},
    roles=IN_CHARGE,
)
# The bodies see their own cards from the moment objections are asked for, everybody's when the result is told.
SHOWN_TO_BODIES = (AssessmentState.ANNOUNCED, AssessmentState.SETTLED, AssessmentState.PUBLISHED)
