"""What may happen to an annual report on its way to the public; pure."""

from django.db import models

from workflow.transitions import NEW, Transition, TransitionTable


class ReportState(models.TextChoices):
    """起草 → 核对 → 签发 → 公布; figures and texts are frozen from 核对 on."""

    DRAFT = "draft", "起草"
    CHECKED = "checked", "已核对"
    SIGNED = "signed", "已签发"
    PUBLISHED = "published", "已公布"
    DROPPED = "dropped", "已作废"


UNDER_WAY = (ReportState.DRAFT, ReportState.CHECKED, ReportState.SIGNED)
FROZEN = (ReportState.CHECKED, ReportState.SIGNED, ReportState.PUBLISHED)

START, CHECK, REOPEN, SIGN, SEND_BACK, PUBLISH, DROP = (
    *("start", "check", "reopen", "sign", "send_back"),
    *("publish", "drop"),
)
WRITE = "write"  # recorded without moving the report
_S = ReportState
_DUE = "条例§49：部门于每年1月31日前、政府于3月31日前公布上一年度的报告"

REPORTS = TransitionTable(
    noun="该年度报告",
    rows=(
        Transition(NEW, START, _S.DRAFT, "writer", _DUE),
        Transition(
            _S.DRAFT, CHECK, _S.CHECKED, "writer", "条例§50、国办公开办函〔2021〕30号：勾稽关系成立", needs=("digest",)
        ),
        Transition(_S.DRAFT, DROP, _S.DROPPED, "writer", "误建的草稿作废", needs=("reason",)),
        Transition(_S.CHECKED, REOPEN, _S.DRAFT, "writer", "签发前可以取回修改"),
        Transition(_S.CHECKED, SIGN, _S.SIGNED, "signer", "条例§49：分管领导为第一责任人", needs=("digest",)),
        Transition(_S.CHECKED, SEND_BACK, _S.DRAFT, "signer", "退回修改", needs=("reason",)),
        Transition(_S.SIGNED, SEND_BACK, _S.DRAFT, "signer", "公布前可以退回修改", needs=("reason",)),
        Transition(_S.SIGNED, PUBLISH, _S.PUBLISHED, "signer", _DUE, needs=("digest",)),
    ),
    states=dict(ReportState.choices),
    actions={
        START: "编制", CHECK: "核对定稿", REOPEN: "取回修改", SIGN: "签发", SEND_BACK: "退回修改", PUBLISH: "公布", DROP: "作废",
        WRITE: "填写",
    },
    roles={"writer": "申请办理、公开机构负责人（汇总报告为主管部门）", "signer": "公开机构负责人（汇总报告为主管部门）"},
    facts={"digest": "核对定稿的内容", "reason": "原因"},
)  # fmt: skip
