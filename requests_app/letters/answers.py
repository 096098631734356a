"""What each decision says: facts found, legal basis, conclusion. One block a decision. Pure."""

from collections.abc import Callable

from requests_app.letters.facts import LetterFacts
from requests_app.letters.paper import dated
from requests_app.letters.wording import clause, counted, sentence
from requests_app.outcomes import LAW, OUTCOMES, ground_article

Block = Callable[[LetterFacts], tuple[str, ...]]


def you(facts: LetterFacts) -> str:
    """How the applicant is addressed."""
    return "你单位" if facts.is_organisation else "您"


def block(facts: LetterFacts) -> tuple[str, ...]:
    """条例§36: the paragraphs of the decision in ``facts.outcome_code``."""
    return BLOCKS[facts.outcome_code](facts)


def _by(facts: LetterFacts) -> str:
    """根据…的规定，"""
    return f"根据{OUTCOMES[facts.outcome_code].article}的规定，"


def _body(facts: LetterFacts) -> str:
    """Name and contact of another body, as far as they can be named."""
    return f"{facts.redirect_body}（联系方式：{clause(facts.redirect_contact)}）"


# --- 予以公开、部分公开 ---------------------------------------------------------------------------------------------------


def _already_public(facts: LetterFacts) -> tuple[str, ...]:
    return (
        f"经审查，{you(facts)}申请公开的信息已经主动公开。",
        f"{_by(facts)}现告知{you(facts)}获取该政府信息的方式、途径：{sentence(facts.publication_source)}",
    )


def _provide(facts: LetterFacts) -> tuple[str, ...]:
    return (
        f"经审查，{you(facts)}申请公开的信息属于可以公开的政府信息。",
        f"{_by(facts)}本机关决定予以公开，向{you(facts)}提供下列政府信息：{sentence(facts.granted_text)}",
        *_form(facts),
    )


def _form(facts: LetterFacts) -> tuple[str, ...]:
    """条例§40: the form asked for, or another one with the reason for it."""
    if not facts.forms_changed_reason:
        return (f"上述政府信息的提供方式：{sentence(facts.delivery_form)}",)
    return (
        f"按照{you(facts)}要求的形式提供，{clause(facts.forms_changed_reason)}。根据{LAW}第四十条的规定，本机关改以下列方式提供："
        f"{sentence(facts.delivery_form)}",
    )


def _partial(facts: LetterFacts) -> tuple[str, ...]:
    """条例§37: what can be separated is given; for what is withheld each part has its own ground and reason."""
    withheld = tuple(
        f"{counted(n)}{clause(part.what)}。根据{ground_article(part.ground_code)}的规定，不予公开，理由是："
        f"{sentence(part.reason)}"
        for n, part in enumerate(facts.parts, 1)
    )
    return (
        f"经审查，{you(facts)}申请公开的信息中含有不应当公开的内容，能够作区分处理。",
        f"{_by(facts)}本机关决定部分公开，向{you(facts)}提供下列可以公开的政府信息内容：{sentence(facts.granted_text)}",
        *_form(facts),
        "对下列内容，本机关决定不予公开：",
        *withheld,
    )


# --- 不予公开 -----------------------------------------------------------------------------------------------------------


def _refused(facts: LetterFacts, finding: str) -> tuple[str, ...]:
    """条例§36: not disclosed, with the reason; the finding first, then the conclusion."""
    return (f"经审查，{finding}", f"{_by(facts)}本机关决定对{you(facts)}申请公开的信息不予公开。")


def _state_secret(facts: LetterFacts) -> tuple[str, ...]:
    """条例§14: a secret is one by a classification with level, authority, basis and period."""
    return _refused(
        facts,
        f"{you(facts)}申请公开的信息已由{clause(facts.secret_authority)}依据{clause(facts.secret_basis)}依法确定为国家秘密，"
        f"密级为{facts.secret_level}，保密期限为{clause(facts.secret_until)}，现仍在保密期限内。",
    )


def _law_forbidden(facts: LetterFacts) -> tuple[str, ...]:
    """条例§14: only a law or an administrative regulation forbids."""
    return _refused(
        facts,
        f"{you(facts)}申请公开的信息，{clause(facts.reason)}，属于{clause(facts.special_law)}禁止公开的政府信息。",
    )


def _safety(facts: LetterFacts) -> tuple[str, ...]:
    """条例§14: which of the four is endangered, and how."""
    return _refused(
        facts, f"{you(facts)}申请公开的信息公开后可能危及{facts.ground_kind}，理由是：{sentence(facts.reason)}"
    )


def _third_party(facts: LetterFacts) -> tuple[str, ...]:
    """条例§15, §32: the third party's opinion, and why its rights outweigh."""
    asked = f"本机关依法书面征求了第三方的意见，{sentence(facts.third_party_opinion)}"
    harmed = "第三方合法权益" if facts.ground_kind == "其他合法权益" else facts.ground_kind
    return _refused(
        facts,
        f"{you(facts)}申请公开的信息涉及{harmed}。{asked}本机关认为，该信息公开会对第三方合法权益造成损害，且不公开不会对"
        f"公共利益造成重大影响，理由是：{sentence(facts.reason)}",
    )


def _internal(facts: LetterFacts) -> tuple[str, ...]:
    """条例§16: one of three kinds of internal affairs; the discretion is reasoned."""
    return _refused(
        facts,
        f"{you(facts)}申请公开的信息属于本机关{facts.ground_kind}方面的内部事务信息，不予公开的理由是：{sentence(facts.reason)}",
    )


def _process(facts: LetterFacts) -> tuple[str, ...]:
    """条例§16: one of four kinds of information on the way, which nothing else orders to be disclosed."""
    return _refused(
        facts,
        f"{you(facts)}申请公开的信息是本机关在履行行政管理职能过程中形成的{facts.ground_kind}，属于过程性信息，法律、法规、"
        f"规章没有规定应当公开，不予公开的理由是：{sentence(facts.reason)}",
    )


def _case_file(facts: LetterFacts) -> tuple[str, ...]:
    """条例§16: the file of an enforcement case, which nothing else orders to be disclosed."""
    return _refused(
        facts,
        f"{you(facts)}申请公开的信息属于行政执法案卷信息，法律、法规、规章没有规定应当公开，不予公开的理由是："
        f"{sentence(facts.reason)}",
    )


def _admin_query(facts: LetterFacts) -> tuple[str, ...]:
    where = f"，向{_body(facts)}查询" if facts.redirect_body else "办理"
    return (
        f"经审查，{you(facts)}申请公开的信息，{clause(facts.special_law)}对其获取有特别规定。",
        f"{_by(facts)}请{you(facts)}依照上述规定{where}。",
    )


# --- 无法提供 -----------------------------------------------------------------------------------------------------------


def _not_exist(facts: LetterFacts) -> tuple[str, ...]:
    return (
        f"收到申请后，本机关进行了检索：{sentence(facts.search_record)}经检索，没有{you(facts)}申请公开的信息。",
        f"{_by(facts)}现告知{you(facts)}，{you(facts)}申请公开的政府信息不存在。",
    )


def _not_own(facts: LetterFacts) -> tuple[str, ...]:
    where = f"该信息由{_body(facts)}负责公开，{you(facts)}可以向其提出申请。" if facts.redirect_body else ""
    return (
        f"经审查，{you(facts)}申请公开的信息不属于本机关负责公开，理由是：{sentence(facts.reason)}",
        f"{_by(facts)}本机关无法向{you(facts)}提供该信息。{where}",
    )


def _need_creation(facts: LetterFacts) -> tuple[str, ...]:
    """条例§38: what is given is information that exists; making it by processing or analysis can be declined."""
    return (
        f"经审查，本机关没有{you(facts)}申请公开的现成信息，需要对现有政府信息进行加工、分析，具体情况是：{sentence(facts.reason)}",
        f"{_by(facts)}行政机关向申请人提供的信息，应当是已制作或者获取的政府信息，本机关不予提供。",
    )


def _unclear(facts: LetterFacts) -> tuple[str, ...]:
    return (
        f"经审查，{you(facts)}补正后的申请内容仍不明确，具体情况是：{sentence(facts.reason)}",
        f"{_by(facts)}因申请内容不明确，本机关无法向{you(facts)}提供信息。{you(facts)}可以在明确政府信息的名称、文号或者便于"
        "查询的其他特征性描述后重新提出申请。",
    )


# --- 不予处理 -----------------------------------------------------------------------------------------------------------


def _complaint(facts: LetterFacts) -> tuple[str, ...]:
    """条例§39: petitions and complaints in the form of an application are told so, with the channel if there is one."""
    where = f"有关诉求，{you(facts)}可以向{_body(facts)}提出。" if facts.redirect_body else ""
    return (
        f"经审查，{you(facts)}是以政府信息公开申请的形式进行信访、投诉、举报等活动，具体情况是：{sentence(facts.reason)}",
        f"{_by(facts)}本机关对{you(facts)}的申请不作为政府信息公开申请处理。{where}",
    )


def _repeat(facts: LetterFacts) -> tuple[str, ...]:
    return (
        f"经审查，{you(facts)}此前已经申请公开相同的政府信息，本机关已于{dated(facts.prior_on)}作出答复（文号：{facts.prior_number}）。",
        f"{_by(facts)}本机关对{you(facts)}的申请不予重复处理。",
    )


def _publication(facts: LetterFacts) -> tuple[str, ...]:
    """条例§39: a gazette, newspaper or book is pointed at."""
    return (
        f"经审查，{you(facts)}要求提供的是政府公报、报刊、书籍等公开出版物。",
        f"{_by(facts)}本机关对{you(facts)}的申请不予处理，现告知获取的途径：{sentence(facts.publication_source)}",
    )


def _massive(facts: LetterFacts) -> tuple[str, ...]:
    """条例§35: number or frequency clearly beyond what is reasonable, and the reasons given do not hold."""
    return (
        f"经审查，{sentence(facts.matter)}申请公开政府信息的数量、频次明显超过合理范围。本机关要求{you(facts)}说明理由，"
        f"经审查认为申请理由不合理：{sentence(facts.reason)}",
        f"{_by(facts)}本机关对{you(facts)}的申请不予处理。",
    )


def _confirm(facts: LetterFacts) -> tuple[str, ...]:
    return (
        f"经审查，{you(facts)}要求本机关确认或者重新出具{you(facts)}已经获取的信息，具体情况是：{sentence(facts.reason)}",
        f"{_by(facts)}本机关对{you(facts)}的申请不予处理。",
    )


# --- 其他处理 -----------------------------------------------------------------------------------------------------------


def _overdue_correction(facts: LetterFacts) -> tuple[str, ...]:
    return (
        f"本机关告知{you(facts)}补正的告知书已于{dated(facts.correction_served_on)}送达，补正期限至"
        f"{dated(facts.correction_due_on)}届满，{you(facts)}无正当理由逾期未补正。",
        f"{_by(facts)}视为{you(facts)}放弃申请，本机关不再处理该政府信息公开申请。{you(facts)}可以另行提出申请。",
    )


def _overdue_fee(facts: LetterFacts) -> tuple[str, ...]:
    return (
        f"本机关的信息处理费收费通知书已于{dated(facts.fee_served_on)}送达，应缴纳信息处理费{facts.fee_amount}元，缴费期限至"
        f"{dated(facts.payment_due_on)}届满，{you(facts)}逾期未缴纳。",
        f"{_by(facts)}视为{you(facts)}放弃申请，本机关不再处理该政府信息公开申请。",
    )


def _withdrawn(facts: LetterFacts) -> tuple[str, ...]:
    return (f"{dated(facts.withdrawn_on)}，{you(facts)}主动撤回申请。本机关终止办理该政府信息公开申请。",)


def _misc(facts: LetterFacts) -> tuple[str, ...]:
    return (f"经审查，{sentence(facts.reason)}", "本机关终止办理该政府信息公开申请。")


# --- 更正本人信息 -------------------------------------------------------------------------------------------------------


def _rectified(facts: LetterFacts) -> tuple[str, ...]:
    """条例§41: found to be true, corrected, and told."""
    return (
        f"经审核，{you(facts)}提出的{clause(facts.matter)}记录不准确的情况属实。",
        f"{_by(facts)}本机关予以更正，更正后的内容为：{sentence(facts.rectified_to)}",
    )


def _not_rectified(facts: LetterFacts) -> tuple[str, ...]:
    """条例§41: found not to be true."""
    return (
        f"经审核，{you(facts)}提出的{clause(facts.matter)}记录不准确的情况不属实，理由是：{sentence(facts.reason)}",
        f"{_by(facts)}本机关不予更正。",
    )


def _transferred(facts: LetterFacts) -> tuple[str, ...]:
    """条例§41: passed on to the body that may correct, and told."""
    return (
        f"经审核，更正{clause(facts.matter)}不属于本机关职能范围，理由是：{sentence(facts.reason)}",
        f"{_by(facts)}本机关已将{you(facts)}的申请转送有权更正的{_body(facts)}处理。",
    )


def _redirected(facts: LetterFacts) -> tuple[str, ...]:
    """条例§41: told which body may correct."""
    return (
        f"经审核，更正{clause(facts.matter)}不属于本机关职能范围，理由是：{sentence(facts.reason)}",
        f"{_by(facts)}请{you(facts)}向有权更正的{_body(facts)}提出。",
    )


BLOCKS: dict[str, Block] = {
    "grant_already_public": _already_public,
    "grant_provide": _provide,
    "partial": _partial,
    "deny_state_secret": _state_secret,
    "deny_law_forbidden": _law_forbidden,
    "deny_safety_stability": _safety,
    "deny_third_party": _third_party,
    "deny_internal": _internal,
    "deny_process": _process,
    "deny_case_file": _case_file,
    "deny_admin_query": _admin_query,
    "unable_not_exist": _not_exist,
    "unable_not_own": _not_own,
    "unable_need_creation": _need_creation,
    "unable_unclear": _unclear,
    "reject_complaint": _complaint,
    "reject_repeat": _repeat,
    "reject_publication": _publication,
    "reject_massive": _massive,
    "reject_confirm": _confirm,
    "other_overdue_correction": _overdue_correction,
    "other_overdue_fee": _overdue_fee,
    "other_withdrawn": _withdrawn,
    "other_misc": _misc,
    "rectify_done": _rectified,
    "rectify_refused": _not_rectified,
    "rectify_transferred": _transferred,
    "rectify_redirected": _redirected,
}
# Titles of letters that can carry several decisions, by the decision.
TITLES = {
    "other_overdue_correction": "视为放弃申请告知书",
    "other_overdue_fee": "视为放弃申请告知书",
    "other_withdrawn": "终止办理告知书",
    "other_misc": "终止办理告知书",
    "rectify_refused": "政府信息不予更正告知书",
    "rectify_transferred": "政府信息更正申请转送告知书",
}
