"""One decision code → letter → legal basis → remedy → row of the national table. Pure data.

A clerk chooses a code and nothing else; which letter goes out, what it cites, which remedy it names and where the case
is counted all follow from the row here, so that they cannot disagree.
"""

from dataclasses import dataclass

from django.db.models import TextChoices

LAW = "《政府信息公开条例》"


class Family(TextChoices):
    """The six families of the national table, and the correction of one's own record, which is not in it."""

    GRANTED = "granted", "予以公开"
    PARTIAL = "partial", "部分公开"
    DENIED = "denied", "不予公开"
    UNABLE = "unable", "无法提供"
    NOT_PROCESSED = "not_processed", "不予处理"
    OTHER = "other", "其他处理"
    RECTIFICATION = "rectification", "更正本人信息"


class Remedy(TextChoices):
    """Which way of redress a letter names; the words stand in `letters.remedy_clauses`."""

    REVIEW_FIRST = "review_first", "先申请行政复议"
    EITHER = "either", "行政复议或者行政诉讼"
    PARTIAL = "partial", "不予公开部分先申请行政复议，其余部分行政复议或者行政诉讼"
    EXCLUDED = "excluded", "一般不予立案的情形"
    PROCEDURAL = "procedural", "程序性告知"
    COMPLAINT_ONLY = "complaint_only", "申诉"


@dataclass(frozen=True, slots=True)
class Row:
    """A row of table three of the annual report (国办公开办函〔2021〕30号); a heading carries no figures."""

    path: str
    label: str
    is_heading: bool = False


ROWS = (
    Row("newReceived", "一、本年新收政府信息公开申请数量"),
    Row("carriedOver", "二、上年结转政府信息公开申请数量"),
    Row("results", "三、本年度办理结果", True),
    Row("granted", "（一）予以公开"),
    Row("partialGrant", "（二）部分公开（区分处理的，只计这一情形，不计其他情形）"),
    Row("denied", "（三）不予公开", True),
    Row("denied.stateSecret", "1.属于国家秘密"),
    Row("denied.lawForbidden", "2.其他法律行政法规禁止公开"),
    Row("denied.safetyStability", "3.危及“三安全一稳定”"),
    Row("denied.thirdPartyRights", "4.保护第三方合法权益"),
    Row("denied.internalAffairs", "5.属于三类内部事务信息"),
    Row("denied.processInfo", "6.属于四类过程性信息"),
    Row("denied.enforcementCase", "7.属于行政执法案卷"),
    Row("denied.adminQuery", "8.属于行政查询事项"),
    Row("unableToProvide", "（四）无法提供", True),
    Row("unableToProvide.noInfo", "1.本机关不掌握相关政府信息"),
    Row("unableToProvide.needCreation", "2.没有现成信息需要另行制作"),
    Row("unableToProvide.unclear", "3.补正后申请内容仍不明确"),
    Row("notProcessed", "（五）不予处理", True),
    Row("notProcessed.complaint", "1.信访举报投诉类申请"),
    Row("notProcessed.repeat", "2.重复申请"),
    Row("notProcessed.publication", "3.要求提供公开出版物"),
    Row("notProcessed.massiveRequests", "4.无正当理由大量反复申请"),
    Row("notProcessed.confirmInfo", "5.要求行政机关确认或重新出具已获取信息"),
    Row("other", "（六）其他处理", True),
    Row("other.overdueCorrection", "1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请"),
    Row("other.overdueFee", "2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请"),
    Row("other.otherReasons", "3.其他"),
    Row("totalProcessed", "（七）总计"),
    Row("carriedForward", "四、结转下年度继续办理"),
)
ROW_LABELS = {row.path: row.label for row in ROWS}
SUMS = frozenset({"newReceived", "carriedOver", "totalProcessed", "carriedForward"})  # counted, decided by nobody


@dataclass(frozen=True, slots=True)
class Outcome:
    """条例§36, §35, §37, §38, §39, §41: one decision with everything that follows from it.

    `needs` and `may` name fields of `letters.facts.LetterFacts` the clerk has to give or can give; `kinds` are the words
    of the law of which `ground_kind` must be one. `row` is empty for what the national table does not count (§41),
    `article` for what no article speaks of.
    """

    code: str
    label: str
    family: Family
    article: str
    letter: str
    row: str
    remedy: Remedy
    needs: tuple[str, ...] = ()
    may: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()

    @property
    def row_label(self) -> str:
        """The row's words in the national table; empty for what it does not count."""
        return ROW_LABELS.get(self.row, "")


def _denied(code: str, label: str, cited: str, row: str, needs: tuple[str, ...], *kinds: str) -> Outcome:
    """条例§14, §15, §16: a refusal on grounds of the regulation, for which reconsideration comes first."""
    article = f"{LAW}第三十六条第（三）项、{cited}"
    return Outcome(
        code, label, Family.DENIED, article, "reply_deny", f"denied.{row}", Remedy.REVIEW_FIRST, needs, kinds=kinds
    )


_GRANTED = (
    Outcome(
        "grant_already_public", "已经主动公开，告知获取的方式、途径", Family.GRANTED, f"{LAW}第三十六条第（一）项",
        "reply_grant", "granted", Remedy.EITHER, ("publication_source",),
    ),
    Outcome(
        "grant_provide", "可以公开，提供信息或者告知获取的方式、途径和时间", Family.GRANTED,
        f"{LAW}第三十六条第（二）项", "reply_grant", "granted", Remedy.EITHER, ("granted_text",),
        ("forms_changed_reason",),
    ),
    Outcome(
        "partial", "区分处理，部分公开", Family.PARTIAL, f"{LAW}第三十六条第（二）项、第（三）项和第三十七条",
        "reply_partial", "partialGrant", Remedy.PARTIAL, ("granted_text", "parts"), ("forms_changed_reason",),
    ),
)  # fmt: skip
_DENIED = (
    _denied(
        "deny_state_secret", "依法确定为国家秘密", "第十四条", "stateSecret",
        ("secret_level", "secret_authority", "secret_basis", "secret_until"),
    ),
    _denied(
        "deny_law_forbidden", "法律、行政法规禁止公开", "第十四条", "lawForbidden", ("special_law", "reason"),
    ),
    _denied(
        "deny_safety_stability", "公开后可能危及国家安全、公共安全、经济安全、社会稳定", "第十四条",
        "safetyStability", ("ground_kind", "reason"), "国家安全", "公共安全", "经济安全", "社会稳定",
    ),
    _denied(
        "deny_third_party", "公开会对第三方合法权益造成损害", "第十五条、第三十二条", "thirdPartyRights",
        ("ground_kind", "third_party_opinion", "reason"), "商业秘密", "个人隐私", "其他合法权益",
    ),
    _denied(
        "deny_internal", "内部事务信息", "第十六条第一款", "internalAffairs", ("ground_kind", "reason"),
        "人事管理", "后勤管理", "内部工作流程",
    ),
    _denied(
        "deny_process", "过程性信息", "第十六条第二款", "processInfo", ("ground_kind", "reason"),
        "讨论记录", "过程稿", "磋商信函", "请示报告",
    ),
    _denied("deny_case_file", "行政执法案卷信息", "第十六条第二款", "enforcementCase", ("reason",)),
)  # fmt: skip
_UNABLE = (
    Outcome(
        "deny_admin_query", "工商、不动产登记资料等，法律、行政法规有特别规定", Family.DENIED,
        f"{LAW}第三十六条第（七）项", "reply_admin_query", "denied.adminQuery", Remedy.EXCLUDED,
        ("special_law",), ("redirect_body", "redirect_contact"),
    ),
    Outcome(
        "unable_not_exist", "经检索没有所申请公开信息", Family.UNABLE, f"{LAW}第三十六条第（四）项",
        "reply_not_exist", "unableToProvide.noInfo", Remedy.EITHER, ("search_record",),
    ),
    Outcome(
        "unable_not_own", "不属于本机关负责公开", Family.UNABLE, f"{LAW}第三十六条第（五）项", "reply_not_own",
        "unableToProvide.noInfo", Remedy.EITHER, ("reason",), ("redirect_body", "redirect_contact"),
    ),
    Outcome(
        "unable_need_creation", "需要对现有信息进行加工、分析", Family.UNABLE, f"{LAW}第三十八条",
        "reply_need_creation", "unableToProvide.needCreation", Remedy.EXCLUDED, ("reason",),
    ),
    Outcome(
        "unable_unclear", "补正后申请内容仍不明确", Family.UNABLE, f"{LAW}第三十条", "reply_unclear",
        "unableToProvide.unclear", Remedy.EITHER, ("steps_so_far", "reason"),
    ),
)  # fmt: skip
_NOT_PROCESSED = (
    Outcome(
        "reject_complaint", "以申请的形式进行信访、投诉、举报等活动", Family.NOT_PROCESSED,
        f"{LAW}第三十九条第一款", "notice_not_foi", "notProcessed.complaint", Remedy.EXCLUDED, ("reason",),
        ("redirect_body", "redirect_contact"),
    ),
    Outcome(
        "reject_repeat", "已经答复，重复申请公开相同政府信息", Family.NOT_PROCESSED, f"{LAW}第三十六条第（六）项",
        "notice_repeat", "notProcessed.repeat", Remedy.EXCLUDED, ("prior_number", "prior_on"),
    ),
    Outcome(
        "reject_publication", "要求提供政府公报、报刊、书籍等公开出版物", Family.NOT_PROCESSED,
        f"{LAW}第三十九条第二款", "notice_publication", "notProcessed.publication", Remedy.EXCLUDED,
        ("publication_source",),
    ),
    Outcome(
        "reject_massive", "数量、频次明显超过合理范围且理由不合理", Family.NOT_PROCESSED, f"{LAW}第三十五条",
        "notice_massive", "notProcessed.massiveRequests", Remedy.EITHER, ("matter", "reason"),
    ),
    # The table has this row, the regulation no article of its own: what is asked for is no existing information (§38).
    Outcome(
        "reject_confirm", "要求确认或者重新出具已获取的信息", Family.NOT_PROCESSED, f"{LAW}第三十八条",
        "notice_confirm", "notProcessed.confirmInfo", Remedy.EITHER, ("reason",),
    ),
)  # fmt: skip
_OTHER = (
    Outcome(
        "other_overdue_correction", "无正当理由逾期不补正，视为放弃申请", Family.OTHER, f"{LAW}第三十条",
        "notice_closed", "other.overdueCorrection", Remedy.EITHER, ("correction_served_on", "correction_due_on"),
    ),
    Outcome(
        "other_overdue_fee", "逾期不缴纳信息处理费，视为放弃申请", Family.OTHER,
        f"{LAW}第四十二条和《政府信息公开信息处理费管理办法》（国办函〔2020〕109号）", "notice_closed",
        "other.overdueFee", Remedy.EITHER, ("fee_served_on", "fee_amount", "payment_due_on"),
    ),
    Outcome(
        "other_withdrawn", "申请人主动撤回申请", Family.OTHER, "", "notice_closed", "other.otherReasons",
        Remedy.EXCLUDED, ("withdrawn_on",),
    ),
    Outcome(
        "other_misc", "其他", Family.OTHER, "", "notice_closed", "other.otherReasons", Remedy.EITHER,
        ("reason",),
    ),
)  # fmt: skip
_RECTIFIED = (
    Outcome(
        "rectify_done", "审核属实，予以更正", Family.RECTIFICATION, f"{LAW}第四十一条", "rectify_notice", "",
        Remedy.EITHER, ("matter", "rectified_to"),
    ),
    Outcome(
        "rectify_refused", "审核不属实，不予更正", Family.RECTIFICATION, f"{LAW}第四十一条", "rectify_notice", "",
        Remedy.EITHER, ("matter", "reason"),
    ),
    Outcome(
        "rectify_transferred", "不属于本机关职能范围，转送有权更正的机关", Family.RECTIFICATION,
        f"{LAW}第四十一条", "rectify_notice", "", Remedy.PROCEDURAL,
        ("matter", "reason", "redirect_body", "redirect_contact"),
    ),
    Outcome(
        "rectify_redirected", "不属于本机关职能范围，告知向有权更正的机关提出", Family.RECTIFICATION,
        f"{LAW}第四十一条", "rectify_notice", "", Remedy.EITHER,
        ("matter", "reason", "redirect_body", "redirect_contact"),
    ),
)  # fmt: skip

OUTCOMES = {each.code: each for each in (*_GRANTED, *_DENIED, *_UNABLE, *_NOT_PROCESSED, *_OTHER, *_RECTIFIED)}
# 条例§37: the grounds on which parts of a document are withheld are those on which a whole one is.
PART_GROUNDS = tuple(each.code for each in _DENIED)
SECRET_LEVELS = ("绝密", "机密", "秘密")


def ground_article(code: str) -> str:
    """条例§37: the article a withheld part rests on, without the item of §36 that belongs to the whole answer."""
    return f"{LAW}{OUTCOMES[code].article.split('第（三）项、')[1].removesuffix('、第三十二条')}"
