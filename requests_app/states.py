"""What may happen to an application and to the letters about it; pure (条例§45: 登记、审核、办理、答复、归档)."""

from django.db import models

from workflow.transitions import NEW, Transition, TransitionTable


class CaseState(models.TextChoices):
    """Where an application stands. That a period is paused or over is no state: the clock says so."""

    SUBMITTED = "submitted", "待确认"
    REGISTERED = "registered", "已登记"
    HANDLING = "handling", "办理中"
    AWAITING_CORRECTION = "awaiting_correction", "待补正"
    AWAITING_PAYMENT = "awaiting_payment", "待缴费"
    IN_APPROVAL = "in_approval", "答复待签发"
    ISSUED = "issued", "答复待送出"
    REPLIED = "replied", "已答复"
    DELIVERED = "delivered", "已送达"
    ARCHIVED = "archived", "已归档"
    CLOSED = "closed", "已终止"
    VOIDED = "voided", "已作废"


_S = CaseState
# Not answered yet: somebody has to do something, and a period runs or will run.
OPEN_STATES = (
    _S.SUBMITTED,
    _S.REGISTERED,
    _S.HANDLING,
    _S.AWAITING_CORRECTION,
    _S.AWAITING_PAYMENT,
    _S.IN_APPROVAL,
    _S.ISSUED,
)
ANSWERED_STATES = (_S.REPLIED, _S.DELIVERED, _S.ARCHIVED)
WORKING_STATES = (_S.HANDLING, _S.AWAITING_CORRECTION, _S.AWAITING_PAYMENT)

SUBMIT, ARRIVE, TAKE_IN, SPLIT_OFF = "submit", "arrive", "take_in", "split_off"
CONFIRM, VOID, WITHDRAW, CLAIM = "confirm", "void", "withdraw", "claim"
TRANSFER, MERGE, SPLIT = "transfer", "merge", "split"
AWAIT_CORRECTION, RECEIVE_CORRECTION = "await_correction", "receive_correction"
AWAIT_PAYMENT, RECEIVE_PAYMENT, WAIVE_PAYMENT = "await_payment", "receive_payment", "waive_payment"
PROPOSE, RETURN, SIGN, SEND, SERVE = "propose", "return", "sign", "send", "serve"
ANSWER_ON_THE_SPOT, ARCHIVE = "answer_on_the_spot", "archive"
# Recorded without moving the application.
ASSIGN, CO_HANDLE, INQUIRE, ANSWER_INQUIRY = "assign", "co_handle", "inquire", "answer_inquiry"
CORRECT_DATE, CLOCK, UNMASK, CHANGE, REMEDY = "correct_date", "clock", "unmask", "change", "remedy"

CASES = TransitionTable(
    noun="该申请",
    rows=(
        Transition(
            NEW, SUBMIT, _S.SUBMITTED, "applicant", "条例§29：以信件、数据电文等书面形式提出", clock="submitted"
        ),
        Transition(NEW, ARRIVE, _S.SUBMITTED, "officer", "条例§31：平信、传真、电子邮件以双方确认之日为收到之日"),
        Transition(NEW, TAKE_IN, _S.REGISTERED, "officer", "条例§31：当面提交之日、签收之日为收到之日"),
        Transition(NEW, SPLIT_OFF, _S.REGISTERED, "officer", "一事一申请：拆分后各件分别登记，收到之日不变"),
        Transition(
            _S.SUBMITTED, CONFIRM, _S.REGISTERED, "officer", "条例§31：双方确认之日为收到之日", clock="confirmed"
        ),
        Transition(_S.SUBMITTED, WITHDRAW, _S.CLOSED, "applicant", "申请人撤回", needs=("by",)),
        *[
            Transition(state, WITHDRAW, _S.CLOSED, "applicant", "申请人撤回", clock="withdrawn", needs=("by",))
            for state in (_S.REGISTERED, *WORKING_STATES, _S.IN_APPROVAL)
        ],
        Transition(
            _S.SUBMITTED, VOID, _S.VOIDED, "head", "误登记、重复录入的作废，编号保留并写明原因", needs=("reason",)
        ),
        Transition(
            _S.REGISTERED, VOID, _S.VOIDED, "head", "误登记、重复录入的作废，编号保留并写明原因", needs=("reason",)
        ),
        Transition(_S.REGISTERED, CLAIM, _S.HANDLING, "officer", "条例§45：登记后审核、办理"),
        Transition(
            _S.REGISTERED,
            TRANSFER,
            _S.REGISTERED,
            "officer",
            "同一行政机关内部、共用窗口代收的移送",
            needs=("reason", "to"),
        ),
        Transition(
            _S.HANDLING,
            TRANSFER,
            _S.REGISTERED,
            "officer",
            "同一行政机关内部、共用窗口代收的移送",
            needs=("reason", "to"),
        ),
        Transition(
            _S.REGISTERED, MERGE, _S.CLOSED, "officer", "同一申请人就同一事项重复提交的，并案办理", needs=("into",)
        ),
        Transition(
            _S.HANDLING, MERGE, _S.CLOSED, "officer", "同一申请人就同一事项重复提交的，并案办理", needs=("into",)
        ),
        Transition(_S.REGISTERED, SPLIT, _S.CLOSED, "officer", "一事一申请", needs=("parts",)),
        Transition(_S.HANDLING, SPLIT, _S.CLOSED, "officer", "一事一申请", needs=("parts",)),
        Transition(
            _S.HANDLING,
            AWAIT_CORRECTION,
            _S.AWAITING_CORRECTION,
            "officer",
            "条例§30：收到申请之日起7个工作日内一次性告知补正",
            clock="correction_notice_served",
            letter="correction_notice",
            needs=("letter",),
        ),
        Transition(
            _S.AWAITING_CORRECTION,
            RECEIVE_CORRECTION,
            _S.HANDLING,
            "applicant",
            "条例§30：答复期限自收到补正的申请之日起计算",
            clock="correction_received",
        ),
        Transition(
            _S.HANDLING,
            AWAIT_PAYMENT,
            _S.AWAITING_PAYMENT,
            "officer",
            "条例§42、国办函〔2020〕109号：申请处理期限内发出收费通知",
            clock="fee_notice_served",
            letter="fee_notice",
            needs=("letter",),
        ),
        Transition(
            _S.AWAITING_PAYMENT,
            RECEIVE_PAYMENT,
            _S.HANDLING,
            "officer",
            "条例§42：缴费次日起重新计算",
            clock="fee_paid",
        ),
        Transition(
            _S.AWAITING_PAYMENT,
            WAIVE_PAYMENT,
            _S.HANDLING,
            "head",
            "免收信息处理费：收费通知撤回，期限照原计算",
            needs=("reason",),
        ),
        *[
            Transition(
                state,
                PROPOSE,
                _S.IN_APPROVAL,
                "officer",
                "条例§36：区分情况作出答复",
                letter="reply",
                needs=("outcome", "letter"),
            )
            for state in WORKING_STATES
        ],
        Transition(_S.IN_APPROVAL, RETURN, _S.HANDLING, "head", "条例§45：审核", needs=("reason",)),
        Transition(_S.IN_APPROVAL, SIGN, _S.ISSUED, "head", "条例§36、§45：答复经负责人签发", needs=("letter",)),
        Transition(
            _S.ISSUED, SEND, _S.REPLIED, "officer", "条例§33、§36、§40", clock="replied", needs=("letter", "delivery")
        ),
        Transition(
            _S.REPLIED, SERVE, _S.DELIVERED, "officer", "条例§36：送达申请人", clock="served", needs=("letter",)
        ),
        Transition(
            _S.HANDLING,
            ANSWER_ON_THE_SPOT,
            _S.DELIVERED,
            "officer",
            "条例§33：能够当场答复的，应当当场予以答复",
            clock="replied",
            needs=("outcome",),
        ),
        Transition(_S.DELIVERED, ARCHIVE, _S.ARCHIVED, "officer", "条例§45：归档", needs=("until",)),
        Transition(_S.CLOSED, ARCHIVE, _S.ARCHIVED, "officer", "条例§45：归档", needs=("until",)),
    ),
    states=dict(CaseState.choices),
    actions={
        SUBMIT: "提交申请",
        ARRIVE: "登记来件",
        TAKE_IN: "登记申请",
        SPLIT_OFF: "拆分登记",
        CONFIRM: "与申请人确认",
        WITHDRAW: "撤回申请",
        VOID: "作废登记",
        CLAIM: "受理办理",
        TRANSFER: "移送",
        MERGE: "并案",
        SPLIT: "拆分",
        AWAIT_CORRECTION: "通知补正",
        RECEIVE_CORRECTION: "收到补正",
        AWAIT_PAYMENT: "通知缴费",
        RECEIVE_PAYMENT: "登记缴费",
        WAIVE_PAYMENT: "免收",
        PROPOSE: "提交答复签发",
        RETURN: "退回",
        SIGN: "签发答复",
        SEND: "送出答复",
        SERVE: "登记送达",
        ANSWER_ON_THE_SPOT: "当场答复",
        ARCHIVE: "归档",
        ASSIGN: "分派",
        CO_HANDLE: "协办",
        INQUIRE: "督办",
        ANSWER_INQUIRY: "回复督办",
        CORRECT_DATE: "更正日期",
        CLOCK: "期限事项",
        UNMASK: "查看申请人信息",
        CHANGE: "修改登记内容",
        REMEDY: "登记复议、诉讼",
    },
    roles={
        "applicant": "申请人、申请办理",
        "officer": "申请办理",
        "head": "公开机构负责人",
        "supervisor": "主管部门",
        "system": "系统",
    },
    facts={
        "by": "由谁提出",
        "reason": "原因",
        "to": "移送到哪里",
        "into": "并入的申请",
        "parts": "拆分后的各件",
        "letter": "文书",
        "outcome": "处理决定",
        "delivery": "送达方式",
        "until": "保管期限",
    },
)


class LetterState(models.TextChoices):
    """Where a letter stands: drafted, approved by the head, frozen under its number, sent, served."""

    DRAFT = "draft", "起草"
    IN_APPROVAL = "in_approval", "待签发"
    ISSUED = "issued", "已签发待送出"
    SENT = "sent", "已送出"
    SERVED = "served", "已送达"
    DISCARDED = "discarded", "已作废"


DRAFT_LETTER, SUBMIT_LETTER, RETURN_LETTER = "draft_letter", "submit_letter", "return_letter"
ISSUE, ISSUE_OWN, SEND_LETTER, SERVE_LETTER = "issue", "issue_own", "send_letter", "serve_letter"
BOUNCE, DISCARD = "bounce", "discard"
_L = LetterState

LETTERS = TransitionTable(
    noun="该文书",
    rows=(
        Transition(NEW, DRAFT_LETTER, _L.DRAFT, "officer", "条例§36、§45"),
        Transition(_L.DRAFT, SUBMIT_LETTER, _L.IN_APPROVAL, "officer", "条例§45：审核"),
        Transition(_L.DRAFT, ISSUE_OWN, _L.ISSUED, "officer", "登记回执等程序性文书，承办人签发"),
        Transition(_L.IN_APPROVAL, RETURN_LETTER, _L.DRAFT, "head", "条例§45：审核", needs=("reason",)),
        Transition(_L.IN_APPROVAL, ISSUE, _L.ISSUED, "head", "条例§33、§36：经政府信息公开工作机构负责人同意"),
        Transition(
            _L.ISSUED, SEND_LETTER, _L.SENT, "officer", "条例§40；国办公开办函〔2016〕235号", needs=("delivery",)
        ),
        Transition(_L.SENT, SERVE_LETTER, _L.SERVED, "officer", "国办公开办函〔2016〕235号：送达"),
        Transition(_L.SENT, BOUNCE, _L.ISSUED, "officer", "退件，重新送出", needs=("reason",)),
        Transition(_L.DRAFT, DISCARD, _L.DISCARDED, "officer", "未签发的拟稿作废"),
    ),
    states=dict(LetterState.choices),
    actions={
        DRAFT_LETTER: "起草文书",
        SUBMIT_LETTER: "送签",
        RETURN_LETTER: "退回修改",
        ISSUE: "签发",
        ISSUE_OWN: "签发",
        SEND_LETTER: "送出",
        SERVE_LETTER: "登记送达",
        BOUNCE: "登记退件",
        DISCARD: "作废拟稿",
    },
    roles={"officer": "申请办理", "head": "公开机构负责人"},
    facts={"reason": "原因", "delivery": "送达方式"},
)
