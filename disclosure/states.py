"""What may happen to a document, and to a version of it on its way there; pure."""

from django.db import models

from catalog.states import DocumentState
from disclosure.rounds.states import DOCUMENT_ACTIONS
from workflow.transitions import NEW, Transition, TransitionTable

PUBLISH_AT_SOURCE = "publish_at_source"
LAND_AS_DRAFT = "land_as_draft"
WITHDRAW = "withdraw"
ARCHIVE = "archive"
GIVE_UP = "give_up"
TAKE_DOWN = "take_down"
EXPLAIN_TAKE_DOWN = "explain_take_down"
BEGIN = "begin"
PUBLISH = "publish"
KEEP = "keep"
REVISE = "revise"
PUBLISH_REPORT = "publish_report"

# No further version is begun of a document that stands here.
CLOSED = frozenset({DocumentState.TAKEN_DOWN, DocumentState.ARCHIVED, DocumentState.DROPPED})

DOCUMENTS = TransitionTable(
    noun="该文件",
    rows=(
        Transition(
            source=NEW,
            action=PUBLISH_AT_SOURCE,
            target=DocumentState.PUBLISHED,
            role="importer",
            article="条例§19、§23：已在源站主动公开的信息迁入本平台继续公开，依据和批准人按批次载明一次",
            needs=("approver", "ground"),
        ),
        Transition(
            source=NEW,
            action=LAND_AS_DRAFT,
            target=DocumentState.DRAFT,
            role="importer",
            article="条例§16、§17：公开属性未定或者不属主动公开的，未经审查不得公开",
            needs=("approver", "ground"),
        ),
        Transition(NEW, BEGIN, DocumentState.DRAFT, "writer", "条例§10：谁制作谁公开"),
        Transition(
            NEW,
            PUBLISH_REPORT,
            DocumentState.PUBLISHED,
            "reporter",
            "条例§49、§50：经核对、签发的年度报告",
            needs=("digest",),
        ),
        Transition(
            DocumentState.DRAFT, PUBLISH, DocumentState.PUBLISHED, "approver", "条例§19、§26", needs=("revision",)
        ),
        Transition(
            DocumentState.FILED,
            PUBLISH,
            DocumentState.PUBLISHED,
            "approver",
            "条例§18、§44：经评估转为主动公开，重新审查后发布",
            needs=("revision",),
        ),
        Transition(
            DocumentState.WITHDRAWN,
            PUBLISH,
            DocumentState.PUBLISHED,
            "approver",
            "条例§6：更正后重新审查发布",
            needs=("revision",),
        ),
        Transition(
            DocumentState.DRAFT,
            KEEP,
            DocumentState.FILED,
            "approver",
            "条例§13、§14—§16：依申请公开、不予公开的留存备查",
            needs=("revision",),
        ),
        Transition(
            source=DocumentState.PUBLISHED,
            action=WITHDRAW,
            target=DocumentState.WITHDRAWN,
            role="withdrawer",
            article="条例§6、§18：发布有误或者动态调整为不再公开的，撤下并说明原因，原址保留",
            needs=("reason",),
        ),
        Transition(
            source=DocumentState.PUBLISHED,
            action=ARCHIVE,
            target=DocumentState.ARCHIVED,
            role="withdrawer",
            article="档案法§27：已移交国家档案馆的，按档案法开放利用；原址保留，写明到哪里查阅",
            needs=("place",),
        ),
        Transition(DocumentState.DRAFT, GIVE_UP, DocumentState.DROPPED, "writer", "拟稿作废，从未对外公开或者留存"),
        Transition(
            source=DocumentState.PUBLISHED,
            action=TAKE_DOWN,
            target=DocumentState.TAKEN_DOWN,
            role="taker_down",
            article="条例§14、§17：发现涉密等不得公开的内容，一人即可先行下架，事后补充说明",
        ),
        Transition(
            source=DocumentState.WITHDRAWN,
            action=TAKE_DOWN,
            target=DocumentState.TAKEN_DOWN,
            role="taker_down",
            article="条例§14、§17：已撤下的，标题和原因也不得公开时，同样可以紧急下架",
        ),
        Transition(
            source=DocumentState.ARCHIVED,
            action=TAKE_DOWN,
            target=DocumentState.TAKEN_DOWN,
            role="taker_down",
            article="条例§14、§17：已移交档案馆的，原址的标题也不得公开时，同样可以紧急下架",
        ),
    ),
    states=dict(DocumentState.choices),
    actions={
        PUBLISH_AT_SOURCE: "按源站公开导入",
        LAND_AS_DRAFT: "导入为草稿",
        **DOCUMENT_ACTIONS,
        BEGIN: "起草",
        PUBLISH: "发布",
        KEEP: "留存",
        REVISE: "修订后发布",
        PUBLISH_REPORT: "公布年度报告",
        WITHDRAW: "撤下",
        ARCHIVE: "移交档案馆",
        GIVE_UP: "作废",
        TAKE_DOWN: "紧急下架",
        EXPLAIN_TAKE_DOWN: "补充下架说明",
    },
    roles={
        "importer": "机构管理员、系统管理员",
        "writer": "采编",
        "approver": "签发",
        "reporter": "公开机构负责人、主管部门",
        "withdrawer": "签发、机构管理员",
        "taker_down": "公开机构负责人、签发、系统管理员",
    },
    facts={
        "approver": "批准人",
        "ground": "依据",
        "reason": "原因",
        "revision": "经签发的版本",
        "digest": "定稿摘要",
        "place": "接收的档案馆",
    },
)


class RevisionState(models.TextChoices):
    """Where a version stands. 起草 → 审核 → 保密审查 → 签发 → 发布 or 留存."""

    DRAFT = "draft", "起草"
    IN_REVIEW = "in_review", "审核"
    IN_SECRECY = "in_secrecy", "保密审查"
    IN_APPROVAL = "in_approval", "签发"
    SCHEDULED = "scheduled", "待定时发布"
    PUBLISHED = "published", "已发布"
    FILED = "filed", "已留存"
    DROPPED = "dropped", "已作废"


OPEN_STATES = frozenset(
    {
        RevisionState.DRAFT.value,
        RevisionState.IN_REVIEW.value,
        RevisionState.IN_SECRECY.value,
        RevisionState.IN_APPROVAL.value,
        RevisionState.SCHEDULED.value,
    }
)
WAITING_STATES = (RevisionState.IN_REVIEW, RevisionState.IN_SECRECY, RevisionState.IN_APPROVAL)

START = "start"
SUBMIT = "submit"
SUBMIT_PAST_REVIEW = "submit_past_review"
PASS_REVIEW = "pass_review"  # noqa: S105 - an action
CLEAR = "clear"
APPROVE = "approve"
APPROVE_LATER = "approve_later"
PUBLISH_ON_TIME = "publish_on_time"
FILE = "file"
SEND_BACK = "send_back"
TAKE_BACK = "take_back"
DROP = "drop"
# Recorded without moving the version.
ASSIGN = "assign"
WAIVE = "waive"
CONFIRM = "confirm"

_S = RevisionState
_REVIEWED = "条例§17：公开前由审核、保密审查、签发人员逐级审查，任何人不得审查自己起草的文件"


def _send_back(source: RevisionState, role: str) -> Transition:
    return Transition(
        source=source,
        action=SEND_BACK,
        target=_S.DRAFT,
        role=role,
        article="国办发〔2016〕80号：未明确公开属性、未说明理由、未准备解读材料等的，退文",
        needs=("reason",),
    )


REVISIONS = TransitionTable(
    noun="该拟稿",
    rows=(
        Transition(NEW, START, _S.DRAFT, "writer", "条例§10：谁制作谁公开"),
        Transition(
            _S.DRAFT,
            SUBMIT,
            _S.IN_REVIEW,
            "writer",
            "国办发〔2016〕80号：拟制公文时明确公开属性，随公文一并报批；条例§16、§17",
            needs=("attribute", "ground"),
        ),
        Transition(
            _S.DRAFT,
            SUBMIT_PAST_REVIEW,
            _S.IN_SECRECY,
            "writer",
            "国办发〔2016〕80号；本机构设置为不经科室审核",
            needs=("attribute", "ground"),
        ),
        Transition(_S.IN_REVIEW, PASS_REVIEW, _S.IN_SECRECY, "reviewer", _REVIEWED),
        Transition(
            _S.IN_SECRECY,
            CLEAR,
            _S.IN_APPROVAL,
            "secrecy_reviewer",
            "条例§17、保密法§35：先审查、后公开，一事一审",
            needs=("conclusion", "level", "form", "opinion"),
        ),
        Transition(_S.IN_APPROVAL, APPROVE, _S.PUBLISHED, "approver", "条例§19、§26", needs=("secrecy_review",)),
        Transition(
            _S.IN_APPROVAL, APPROVE_LATER, _S.SCHEDULED, "approver", "条例§26", needs=("secrecy_review", "time")
        ),
        Transition(_S.SCHEDULED, PUBLISH_ON_TIME, _S.PUBLISHED, "clock", "条例§26：按签发的时间发布"),
        Transition(
            _S.IN_APPROVAL,
            FILE,
            _S.FILED,
            "approver",
            "条例§13、§14—§16：不属主动公开的留存",
            needs=("secrecy_review",),
        ),
        _send_back(_S.IN_REVIEW, "reviewer"),
        _send_back(_S.IN_SECRECY, "secrecy_reviewer"),
        _send_back(_S.IN_APPROVAL, "approver"),
        _send_back(_S.SCHEDULED, "approver"),
        Transition(_S.IN_REVIEW, TAKE_BACK, _S.DRAFT, "writer", "起草人在审核前可以取回"),
        Transition(_S.DRAFT, DROP, _S.DROPPED, "writer", "拟稿作废，已公开的版本不受影响", needs=("reason",)),
    ),
    states=dict(RevisionState.choices),
    actions={
        START: "起草",
        SUBMIT: "送审",
        SUBMIT_PAST_REVIEW: "送保密审查",
        PASS_REVIEW: "审核通过",
        CLEAR: "保密审查",
        APPROVE: "签发并发布",
        APPROVE_LATER: "签发并定时发布",
        PUBLISH_ON_TIME: "按时发布",
        FILE: "签发留存",
        SEND_BACK: "退回",
        TAKE_BACK: "取回修改",
        DROP: "作废",
        ASSIGN: "分派",
        WAIVE: "免予解读",
        CONFIRM: "登记沟通确认",
    },
    roles={
        "writer": "采编",
        "reviewer": "审核",
        "secrecy_reviewer": "保密审查",
        "approver": "签发",
        "clock": "系统",
    },
    facts={
        "attribute": "公开属性",
        "ground": "公开属性的依据",
        "reason": "原因",
        "conclusion": "审查结论",
        "level": "密级",
        "form": "审查表编号",
        "opinion": "审查意见",
        "secrecy_review": "保密审查记录",
        "time": "发布时间",
    },
)
