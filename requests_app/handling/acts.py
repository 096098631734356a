"""What can be done on a case page: one row an act, with its form, its verb, and why it cannot be done now."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction

from accounts.models import User
from requests_app import sealed_files
from requests_app.cases import services as register
from requests_app.handling import consulting, enclosing, forms, services, writing
from requests_app.handling.offering import (
    IS_OPEN,
    IS_OUT,
    IS_REFUSED,
    IS_UNSENT,
    OPEN,
    UNDECIDED,
    WORKING,
    Act,
    asked,
    by_table,
    handler,
    head,
    helper,
    may_correct,
    when,
)
from requests_app.models import CaseFile, InformationRequest, Letter, RemedyResult, SaidKind
from requests_app.states import (
    ANSWER_ON_THE_SPOT,
    ANSWERED_STATES,
    ARCHIVE,
    AWAIT_CORRECTION,
    AWAIT_PAYMENT,
    CLAIM,
    CONFIRM,
    MERGE,
    RECEIVE_PAYMENT,
    SPLIT,
    TRANSFER,
    VOID,
    WAIVE_PAYMENT,
    WITHDRAW,
    CaseState,
)
from workflow.transitions import Obstacle

# --- verbs that are more than one service --------------------------------------------------------------------------------


@transaction.atomic
def _consult(*, actor: User, case: InformationRequest, at: datetime, matter: str, **said: Any) -> Letter:
    """条例§32, §34: the consultation with its letter in one go."""
    asked = consulting.begin(actor=actor, case=case, at=at, **said)
    return writing.write_consultation(actor=actor, consultation=asked, matter=matter, at=at)


def _split(*, actor: User, case: InformationRequest, at: datetime, matters: list[str]) -> None:
    services.split(actor=actor, case=case, matters=matters, at=at)


def _add_file(
    *, actor: User, case: InformationRequest, at: datetime, role: str, upload: Any,
    original: CaseFile | None = None, redaction: str = "",
) -> None:  # fmt: skip
    """The content is kept first: without its row it is unreadable and harmless."""
    kept = sealed_files.keep(upload, upload.name)
    enclosing.add_file(
        actor=actor, case=case, role=role, kept=kept, original=original, redaction=redaction, at=at
    )  # fmt: skip


def _without_case(service: Callable[..., Any]) -> Callable[..., Any]:
    """A verb on a row of the case, which names its case itself."""

    def run(*, case: InformationRequest, **said: Any) -> Any:
        return service(**said)

    return run


# --- the acts ------------------------------------------------------------------------------------------------------------

REGISTER, TERM, OTHERS, MONEY, ANSWER, MORE = "登记和分派", "补正和期限", "征求意见", "收费", "答复", "其他"
_F, _S = forms, services

_REGISTER = (
    Act(
        "confirm",
        REGISTER,
        "与申请人确认",
        "登记双方确认",
        "已登记双方确认，答复期限开始计算。",
        _F.ConfirmForm,
        by_table(CONFIRM),
        register.confirm,
    ),
    Act(
        "claim",
        REGISTER,
        "受理办理",
        "受理办理",
        "已受理，由您承办。",
        _F.ActForm,
        by_table(CLAIM),
        _S.claim,
        is_simple=True,
    ),
    Act(
        "assign",
        REGISTER,
        "分派承办人",
        "分派承办人",
        "已分派。",
        _F.AssignForm,
        when(
            handler,
            (
                lambda it: it.standing.heads or it.case.officer_id == it.standing.user.pk,
                "由公开机构负责人或者现在的承办人分派。",
            ),
            IS_OPEN,
        ),
        _S.assign,
    ),
    Act(
        "co-handle",
        REGISTER,
        "请人协办",
        "请人协办",
        "已请协办，对方会收到消息。",
        _F.CoHandleForm,
        when(handler, IS_OPEN),
        _S.ask_to_co_handle,
        adds=True,
    ),
    Act(
        "transfer",
        REGISTER,
        "移送",
        "移送申请",
        "已移送，收到之日不变。",
        _F.TransferForm,
        by_table(TRANSFER),
        writing.pass_on,
    ),
    Act(
        "acknowledge",
        REGISTER,
        "出具登记回执",
        "起草登记回执",
        "回执已起草，请核对后签发。",
        _F.ActForm,
        when(handler, IS_OPEN),
        writing.acknowledge,
        is_simple=True,
    ),
    Act(
        "new-code",
        REGISTER,
        "补发查询码",
        "补发查询码",
        "已补发，原查询码作废。",
        _F.ReasonForm,
        when(handler),
        _S.reissue_code,
    ),
    Act("merge", REGISTER, "并案", "并入所选申请", "已并案，本件终止。", _F.MergeForm, by_table(MERGE), _S.merge),
    Act("split", REGISTER, "拆分", "拆分申请", "已拆分，各件另行编号。", _F.SplitForm, by_table(SPLIT), _split),
    Act(
        "withdraw",
        REGISTER,
        "登记撤回",
        "登记申请人撤回",
        "已登记撤回，本件终止。",
        _F.WithdrawForm,
        by_table(WITHDRAW),
        partial(register.withdraw, by="officer"),
    ),
    Act(
        "void",
        REGISTER,
        "作废登记",
        "作废登记",
        "已作废，编号保留并写明原因。",
        _F.ReasonForm,
        by_table(VOID),
        register.void,
    ),
)
_NOT_EXTENDED = (
    lambda it: it.clock is not None and not it.clock.extension_spent,
    "一次计算只能延长一次，本件已经延长过。",
)
_IS_EXCESSIVE = (
    lambda it: it.case.is_excessive,
    "先由公开机构负责人认定数量、频次明显超过合理范围（条例第三十五条）。",
)
_TERM = (
    Act(
        "correction",
        TERM,
        "通知补正",
        "起草补正告知书",
        "补正告知书已起草，请核对后送签。",
        _F.CorrectionForm,
        by_table(AWAIT_CORRECTION),
        writing.ask_correction,
    ),
    Act(
        "receive-correction",
        TERM,
        "登记收到补正",
        "登记收到补正",
        "已登记收到补正。",
        _F.ReceiveCorrectionForm,
        may_correct,
        _S.receive_correction,
    ),
    Act(
        "extension",
        TERM,
        "延长答复期限",
        "起草延期答复告知书",
        "延期答复告知书已起草，请核对后送签；应在原期限届满前批准并告知申请人。",
        _F.ExtensionForm,
        when(
            handler,
            WORKING,
            _NOT_EXTENDED,
            (lambda it: it.case.due_on is not None and it.today <= it.case.due_on, "原答复期限已经届满，不能再延长。"),
        ),
        writing.ask_extension,
    ),
    Act(
        "excessive",
        TERM,
        "认定数量、频次",
        "登记认定",
        "已登记认定。",
        _F.ExcessiveForm,
        when(head, IS_OPEN),
        _S.flag_excessive,
    ),
    Act(
        "reason-request",
        TERM,
        "要求说明理由",
        "起草说明理由告知书",
        "说明理由告知书已起草，请核对后送签。",
        _F.ReasonRequestForm,
        when(handler, WORKING, _IS_EXCESSIVE),
        writing.ask_reason,
    ),
    Act(
        "delay",
        TERM,
        "延迟答复",
        "起草延迟答复告知书",
        "延迟答复告知书已起草，请核对后送签。",
        _F.DelayForm,
        when(handler, WORKING, _IS_EXCESSIVE),
        writing.ask_delay,
    ),
    Act(
        "correct-date",
        TERM,
        "更正日期",
        "更正日期",
        "日期已更正，期限已重新计算。",
        _F.CorrectDateForm,
        when(handler, (lambda it: it.case.state != CaseState.ARCHIVED, "已经归档的不能更正日期。")),
        register.correct_date,
    ),
)
_OTHERS = (
    Act(
        "consult",
        OTHERS,
        "征求意见",
        "起草征求意见书",
        "征求意见书已起草，请核对后送签；自发出之日起暂停计算期限。",
        _F.ConsultForm,
        when(handler, WORKING),
        _consult,
    ),
    Act(
        "consult-again",
        OTHERS,
        "重新起草征求意见书",
        "起草征求意见书",
        "征求意见书已起草，请核对后送签。",
        _F.ConsultAgainForm,
        when(handler, WORKING, IS_UNSENT),
        _without_case(writing.write_consultation),
    ),
    Act(
        "drop-consult",
        OTHERS,
        "撤销尚未发出的征求意见",
        "撤销征求意见",
        "已撤销，草稿一并作废。",
        _F.DropConsultForm,
        when(handler, IS_OPEN, IS_UNSENT),
        _without_case(consulting.drop),
    ),
    Act(
        "opinion",
        OTHERS,
        "登记收到的意见",
        "登记收到的意见",
        "已登记意见，期限已重新计算。",
        _F.OpinionForm,
        when(handler, IS_OUT),
        _without_case(consulting.receive_opinion),
    ),
    Act(
        "override",
        OTHERS,
        "因重大公共利益决定公开",
        "决定公开",
        "已决定公开，请书面告知第三方。",
        _F.OverrideForm,
        when(head, UNDECIDED, IS_REFUSED),
        _without_case(consulting.override),
    ),
    Act(
        "tell-third-party",
        OTHERS,
        "告知第三方公开的决定",
        "起草依申请公开告知书",
        "告知书已起草，请核对后送签。",
        _F.TellThirdPartyForm,
        when(handler, asked(lambda row: row.overridden, "因重大公共利益决定公开的，才需要书面告知第三方。")),
        _without_case(writing.tell_third_party),
    ),
    Act(
        "tell-applicant",
        OTHERS,
        "告知申请人正在征求意见",
        "起草征求意见告知书",
        "征求意见告知书已起草，请核对后签发。",
        _F.TellApplicantForm,
        when(handler, WORKING, IS_OUT),
        _without_case(writing.tell_consultation),
    ),
)
_MONEY = (
    Act(
        "fee",
        MONEY,
        "收取信息处理费",
        "起草收费通知书",
        "收费通知书已起草，请核对后送签。",
        _F.FeeForm,
        by_table(AWAIT_PAYMENT),
        writing.charge,
    ),
    Act(
        "receive-payment",
        MONEY,
        "登记缴费",
        "登记缴费",
        "已登记缴费，答复期限自次日起重新计算。",
        _F.PaymentForm,
        by_table(RECEIVE_PAYMENT),
        _S.receive_payment,
    ),
    Act(
        "waive",
        MONEY,
        "免收",
        "免收信息处理费",
        "已免收，收费通知撤回。",
        _F.ReasonForm,
        by_table(WAIVE_PAYMENT),
        _S.waive_payment,
    ),
)
_ANSWER = (
    Act(
        "spot",
        ANSWER,
        "当场答复",
        "当场答复并登记送达",
        "已当场答复。",
        _F.SpotForm,
        by_table(ANSWER_ON_THE_SPOT),
        _S.answer_on_the_spot,
    ),
    Act(
        "file",
        ANSWER,
        "上传材料",
        "上传材料",
        "已上传。",
        _F.FileForm,
        when(helper, (lambda it: it.case.anonymised_at is None, "申请人信息已经清除。")),
        _add_file,
        adds=True,
    ),
    Act("archive", ANSWER, "归档", "归档", "已归档。", _F.ArchiveForm, by_table(ARCHIVE), register.archive),
)
_UNFINISHED = (
    lambda it: any(row.result == RemedyResult.UNFINISHED for row in it.remedies),
    "没有尚未审结的复议、诉讼。",
)
_MORE = (
    Act("note", MORE, "填写内部备注", "保存备注", "已保存备注。", _F.NoteForm, helper, services.add_note, adds=True),
    Act(
        "contact",
        MORE,
        "填写联系记录",
        "保存联系记录",
        "已保存联系记录。",
        _F.NoteForm,
        helper,
        partial(_S.add_note, kind=SaidKind.CONTACT),
        adds=True,
    ),
    Act(
        "answer-complaint",
        MORE,
        "答复投诉",
        "答复投诉",
        "已答复，申请人可以凭查询码查看。",
        _F.ComplaintAnswerForm,
        when(head, (lambda it: it.complaint is not None, "没有等待答复的投诉。")),
        _S.answer_complaint,
    ),
    Act(
        "inquire",
        MORE,
        "督办",
        "发出督办",
        "已发出督办。",
        _F.InquireForm,
        when(lambda it: OPEN if it.standing.inquires else (Obstacle.WRONG_PERSON, "督办由政府信息公开主管部门提出。")),
        _S.inquire,
        adds=True,
    ),
    Act(
        "answer-inquiry",
        MORE,
        "回复督办",
        "回复督办",
        "已回复督办。",
        _F.AnswerInquiryForm,
        when(handler, (lambda it: any(row.answered_at is None for row in it.inquiries), "没有等待回复的督办。")),
        _without_case(_S.answer_inquiry),
    ),
    Act(
        "remedy",
        MORE,
        "登记复议、诉讼",
        "登记复议、诉讼",
        "已登记。",
        _F.RemedyForm,
        when(
            handler,
            (
                lambda it: (
                    it.case.state in (*ANSWERED_STATES, CaseState.CLOSED) or it.today > (it.case.due_on or it.today)
                ),
                "答复以后，或者逾期没有答复的，才会有复议、诉讼。",
            ),
        ),
        services.record_remedy,
        adds=True,
    ),
    Act(
        "conclude-remedy",
        MORE,
        "登记复议、诉讼结果",
        "登记结果",
        "已登记结果。",
        _F.ConcludeRemedyForm,
        when(handler, _UNFINISHED),
        _without_case(_S.conclude_remedy),
    ),
)

ACTS = {act.slug: act for act in (*_REGISTER, *_TERM, *_OTHERS, *_MONEY, *_ANSWER, *_MORE)}
GROUPS = (ANSWER, TERM, OTHERS, MONEY, REGISTER, MORE)
# What is mostly done next, by state.
NEXT = {
    CaseState.SUBMITTED: ("confirm",),
    CaseState.REGISTERED: ("claim",),
    CaseState.HANDLING: (),
    CaseState.AWAITING_CORRECTION: ("receive-correction",),
    CaseState.AWAITING_PAYMENT: ("receive-payment",),
    CaseState.DELIVERED: ("archive",),
    CaseState.CLOSED: ("archive",),
}
