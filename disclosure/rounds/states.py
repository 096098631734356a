"""What may happen to a round of clean-up (清理) or re-review (评估), and what may be concluded in one; pure."""

from django.db import models

from workflow.transitions import NEW, Transition, TransitionTable


class RoundKind(models.TextChoices):
    """Which documents a round goes through, and why."""

    CLEANUP = "cleanup", "规范性文件清理"
    REREVIEW = "rereview", "不予公开、依申请公开信息评估"


class RoundState(models.TextChoices):
    """Where a round stands; only a clean-up is published."""

    OPEN = "open", "进行中"
    CLOSED = "closed", "已办结"
    PUBLISHED = "published", "结果已公布"


class Conclusion(models.TextChoices):
    """What a round says of one document; empty until somebody has decided."""

    KEEP = "keep", "保留"
    AMEND = "amend", "修改"
    REPEAL = "repeal", "废止"
    INVALID = "invalid", "宣布失效"
    RELEASE = "release", "转为主动公开"
    DECLASSIFY = "declassify", "解密"


CONCLUSIONS: dict[str, dict[str, str]] = {
    RoundKind.CLEANUP: {
        Conclusion.KEEP: "继续有效",
        Conclusion.AMEND: "需要修改",
        Conclusion.REPEAL: "废止",
        Conclusion.INVALID: "宣布失效",
    },
    RoundKind.REREVIEW: {
        Conclusion.KEEP: "维持原公开属性",
        Conclusion.RELEASE: "转为主动公开",
        Conclusion.DECLASSIFY: "解密，另行办理公开",
    },
}
# These end a document's force in public at once: for those who sign, and not to be changed afterwards.
ENDING = frozenset({Conclusion.REPEAL.value, Conclusion.INVALID.value})
# These have effects that a second conclusion would not undo.
FINAL = ENDING | {Conclusion.RELEASE.value, Conclusion.DECLASSIFY.value}

OPEN_ROUND = "open_round"
CLOSE_ROUND = "close_round"
PUBLISH_RESULT = "publish_result"
CONCLUDE = {RoundKind.CLEANUP: "conclude_cleanup", RoundKind.REREVIEW: "conclude_rereview"}
DECLINE_CONVERSION = "decline_conversion"
ACCEPT_CONVERSION = "accept_conversion"
# For the record of a document, which these events are part of.
DOCUMENT_ACTIONS = {
    "conclude_cleanup": "清理结论",
    "conclude_rereview": "评估结论",
    ACCEPT_CONVERSION: "同意转为主动公开",
    DECLINE_CONVERSION: "不转为主动公开",
}

ROUNDS = TransitionTable(
    noun="该轮次",
    rows=(
        Transition(NEW, OPEN_ROUND, RoundState.OPEN, "head", "条例§18：定期评估；规范性文件定期清理"),
        Transition(RoundState.OPEN, CLOSE_ROUND, RoundState.CLOSED, "head", "每件都有结论才能办结"),
        Transition(RoundState.CLOSED, PUBLISH_RESULT, RoundState.PUBLISHED, "head", "清理结果向社会公布"),
    ),
    states=dict(RoundState.choices),
    actions={OPEN_ROUND: "开展", CLOSE_ROUND: "办结", PUBLISH_RESULT: "公布结果"},
    roles={"head": "公开机构负责人、签发、主管部门"},
)
