"""The letters that go out: what each is called, whom it goes to, and what it does to the clock. Pure data."""

from dataclasses import dataclass

from requests_app.outcomes import LAW, OUTCOMES, Remedy

APPLICANT, THIRD_PARTY, AGENCY = "applicant", "third_party", "agency"
# What every letter to an applicant states (条例§31, §45).
CASE = ("department_name", "number", "applicant_name", "received_on", "request_text")
# What every consulted body is told.
CONSULTED = ("department_name", "number", "consulted_name", "request_text", "matter", "office_name", "office_address")


@dataclass(frozen=True, slots=True)
class LetterKind:
    """A template. `remedy` empty = the profile of the decision the letter carries; `on_*` = an event of `deadlines`.

    `word` is the kind's part of the number (“公开复” of “云教公开复〔2026〕12号”); `needs` names `LetterFacts` fields.
    """

    slug: str
    title: str
    article: str
    word: str
    needs: tuple[str, ...]
    addressee: str = APPLICANT
    remedy: str = Remedy.PROCEDURAL
    on_issue: str = ""
    on_send: str = ""
    on_serve: str = ""

    @property
    def carries_decision(self) -> bool:
        """Whether the letter is bound to a decision code, whose facts and remedy are then its own."""
        return self.remedy == ""


def _answer(slug: str, title: str, article: str, word: str) -> LetterKind:
    """条例§33: an answer; sending or serving it, as its delivery decides, stops the clock (rulings 3)."""
    needs = (*CASE, "outcome_code", "delivery_form")
    return LetterKind(slug, title, LAW + article, word, needs, remedy="", on_send="replied", on_serve="served")


_ON_THE_WAY = (
    LetterKind(
        "receipt_ack", "登记回执", f"{LAW}第三十一条、第四十五条", "公开收",
        ("department_name", "number", "applicant_name", "submitted_on", "request_text", "office_name", "phone"),
    ),
    LetterKind("confirmation_notice", "受理确认告知书", f"{LAW}第三十一条", "公开收", (*CASE, "due_on", "phone")),
    LetterKind(
        "transfer_notice", "登记转办告知书", f"{LAW}第四条、第三十一条", "公开转",
        (*CASE, "redirect_body", "redirect_contact", "reason"),
    ),
    LetterKind(
        "correction_notice", "补正告知书", f"{LAW}第三十条", "公开补",
        (*CASE, "correction_points", "correction_workdays", "office_name", "office_address", "phone"),
        on_issue="correction_notice_issued", on_serve="correction_notice_served",
    ),
    LetterKind(
        "reason_request", "说明理由告知书", f"{LAW}第三十五条", "公开告",
        (*CASE, "matter", "answer_by_on", "office_name", "office_address", "phone"),
    ),
    LetterKind(
        "extension_notice", "延期答复告知书", f"{LAW}第三十三条第二款", "公开延",
        (*CASE, "old_due_on", "extension_workdays", "due_on", "reason"),
        on_issue="extension_approved", on_send="extension_notified",
    ),
    LetterKind(
        "art35_delay_notice", "延迟答复告知书", f"{LAW}第三十五条", "公开延",
        (*CASE, "matter", "due_on", "reason"), on_send="delay_notified",
    ),
    LetterKind(
        "consult_inform_applicant", "征求意见告知书", f"{LAW}第三十三条第三款", "公开告",
        (*CASE, "consulted_as", "consult_sent_on"),
    ),
    LetterKind(
        "fee_notice", "信息处理费收费通知书", f"{LAW}第四十二条", "公开费",
        (*CASE, "fee_amount", "fee_lines", "payee", "phone"), on_serve="fee_notice_served",
    ),
)  # fmt: skip
_CONSULTATIONS = (
    LetterKind(
        "third_party_consult", "征求意见书", f"{LAW}第三十二条", "公开征", (*CONSULTED, "phone"), THIRD_PARTY,
        on_send="third_party_sent", on_serve="third_party_served",
    ),
    LetterKind(
        "agency_consult", "征求意见书", f"{LAW}第三十四条", "公开征", (*CONSULTED, "phone"), AGENCY,
        on_send="agency_sent", on_serve="agency_served",
    ),
    LetterKind(
        "other_agency_consult", "征求意见函", f"{LAW}第十一条、第三十三条第三款", "公开征",
        (*CONSULTED, "phone", "consult_due_on"), AGENCY,
        on_send="other_agency_sent", on_serve="other_agency_served",
    ),
    LetterKind(
        "third_party_result", "依申请公开告知书", f"{LAW}第三十二条", "公开告",
        ("department_name", "number", "consulted_name", "matter", "reason"), THIRD_PARTY, Remedy.EITHER,
    ),
)  # fmt: skip
_ANSWERS = (
    _answer("reply_grant", "政府信息公开答复书", "第三十六条", "公开复"),
    _answer("reply_partial", "政府信息部分公开答复书", "第三十七条", "公开复"),
    _answer("reply_deny", "政府信息不予公开答复书", "第三十六条第（三）项", "公开复"),
    _answer("reply_admin_query", "特别规定查询告知书", "第三十六条第（七）项", "公开复"),
    _answer("reply_not_exist", "政府信息不存在答复书", "第三十六条第（四）项", "公开复"),
    _answer("reply_not_own", "非本机关公开告知书", "第三十六条第（五）项", "公开复"),
    _answer("reply_need_creation", "需加工分析不予提供答复书", "第三十八条", "公开复"),
    _answer("reply_unclear", "申请内容不明确答复书", "第三十条", "公开复"),
    _answer("notice_not_foi", "不作为政府信息公开申请处理告知书", "第三十九条第一款", "公开告"),
    _answer("notice_publication", "公开出版物获取途径告知书", "第三十九条第二款", "公开告"),
    _answer("notice_repeat", "不予重复处理告知书", "第三十六条第（六）项", "公开告"),
    _answer("notice_massive", "不予处理告知书", "第三十五条", "公开告"),
    _answer("notice_confirm", "不予处理告知书", "第三十八条", "公开告"),
    _answer("notice_closed", "不再处理告知书", "第三十条、第四十二条", "公开告"),
    _answer("rectify_notice", "政府信息更正告知书", "第四十一条", "公开更"),
    # Given across the counter: the record is made when all is said; whoever registers it also records the answer.
    LetterKind(
        "spot_record", "当场答复记录", f"{LAW}第三十三条第一款", "公开复", (*CASE, "outcome_code", "delivery_form"),
        remedy="",
    ),
)  # fmt: skip

KINDS = {each.slug: each for each in (*_ON_THE_WAY, *_CONSULTATIONS, *_ANSWERS)}
# What a decision may be given with besides its own letter.
ANY_DECISION = frozenset({"spot_record"})


def decisions_of(slug: str) -> tuple[str, ...]:
    """条例§36: the decision codes a letter of this kind can carry; a letter cannot disagree with its statistic."""
    if slug in ANY_DECISION:
        return tuple(code for code, each in OUTCOMES.items() if each.row)
    return tuple(code for code, each in OUTCOMES.items() if each.letter == slug)
