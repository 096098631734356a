"""What may happen to a quarterly analysis; pure."""

from django.db import models

from workflow.transitions import NEW, Transition, TransitionTable


class AnalysisState(models.TextChoices):
    """Where an analysis stands. What was published stays public while it is corrected."""

    DRAFT = "draft", "起草中"
    PUBLISHED = "published", "已公布"


BEGIN, PUBLISH, REVISE = "begin", "publish", "revise"
# Recorded without moving the analysis.
SAVE, RECOUNT, HAND_IN = "save", "recount", "hand_in"

ANALYSES = TransitionTable(
    noun="该分析",
    rows=(
        Transition(NEW, BEGIN, AnalysisState.DRAFT, "writer", "条例§4：工作机构承办日常工作；§47：主管部门监督检查"),
        Transition(
            AnalysisState.DRAFT, PUBLISH, AnalysisState.PUBLISHED, "signer", "负责人签发后公布", needs=("digest",)
        ),
        Transition(
            AnalysisState.PUBLISHED,
            REVISE,
            AnalysisState.DRAFT,
            "signer",
            "公布有误的，更正后重新公布",
            needs=("reason",),
        ),
    ),
    states=dict(AnalysisState.choices),
    actions={
        BEGIN: "起草",
        PUBLISH: "签发公布",
        REVISE: "更正",
        SAVE: "修改",
        RECOUNT: "重新统计",
        HAND_IN: "送签",
    },
    roles={"writer": "申请办理、公开机构负责人、主管部门", "signer": "公开机构负责人、主管部门"},
    facts={"digest": "定稿摘要", "reason": "更正说明"},
)
