"""`draft`: the words of a letter of any kind from its facts, for a clerk to edit. Pure.

Answers are put together from opening, course of the case, the block of their decision (`answers`), delivery and remedy;
every other kind has a function here.
"""

from collections.abc import Callable, Mapping

from requests_app.deadlines import CONSULTATION_WORKDAYS, PAYMENT_WORKDAYS
from requests_app.letters.answers import TITLES, block, you
from requests_app.letters.facts import LetterFacts, profile_of
from requests_app.letters.kinds import ANY_DECISION, APPLICANT, KINDS, LetterKind
from requests_app.letters.paper import Draft, dated
from requests_app.letters.remedy_clauses import CLAUSES, remedy_text
from requests_app.letters.wording import clause, listed, quoted, sentence
from requests_app.outcomes import LAW, OUTCOMES, Family

GIVEN = frozenset({Family.GRANTED, Family.PARTIAL})


def draft(kind_slug: str, facts: LetterFacts, *, clauses: Mapping[str, tuple[str, ...]] = CLAUSES) -> Draft:
    """条例§36: a letter of law.md §4.1 with the elements of §4.2; `facts.missing` says beforehand what it lacks.

    Raises:
        KeyError: there is no such kind, or its decision code is unknown.
    """
    kind = KINDS[kind_slug]
    if kind.slug == "spot_record":
        body = _answered_on_the_spot(facts)
    elif kind.carries_decision:
        body = _answered(kind, facts)
    else:
        body = PLAIN[kind.slug](facts)
    remedy = remedy_text(profile_of(kind, facts), review_body=facts.review_body, court=facts.court, clauses=clauses)
    whom = facts.applicant_name if kind.addressee == APPLICANT else facts.consulted_name
    return Draft(_title(kind, facts), f"{whom}：", (*body, *remedy), _closing(kind))


def _title(kind: LetterKind, facts: LetterFacts) -> str:
    """A letter of several decisions is called by the one it carries."""
    if kind.carries_decision and kind.slug not in ANY_DECISION:
        return TITLES.get(facts.outcome_code, kind.title)
    return kind.title


def _closing(kind: LetterKind) -> str:
    if kind.slug in CLOSINGS:
        return CLOSINGS[kind.slug]
    return "特此答复。" if kind.title.endswith("答复书") else "特此告知。"


CLOSINGS = {
    "receipt_ack": "特此回执。",
    "fee_notice": "特此通知。",
    "third_party_consult": "特此征求意见。",
    "agency_consult": "特此征求意见。",
    "other_agency_consult": "特此致函，请予支持。",
    "spot_record": "以上内容已当场告知申请人。",
}


# --- what answers have in common ---------------------------------------------------------------------------------------


def _answered(kind: LetterKind, facts: LetterFacts) -> tuple[str, ...]:
    given = OUTCOMES[facts.outcome_code].family in GIVEN
    noun = "答复书" if kind.title.endswith("答复书") else "告知书"
    delivery = () if given and facts.outcome_code != "grant_already_public" else (_delivered(noun, facts),)
    return (opening(facts), *_course(facts), *block(facts), *delivery)


def _answered_on_the_spot(facts: LetterFacts) -> tuple[str, ...]:
    """条例§33: what can be answered on the spot is; the record says what was asked and what was said."""
    return (opening(facts), f"根据{LAW}第三十三条第一款的规定，本机关当场答复如下：", *block(facts))


def opening(facts: LetterFacts) -> str:
    """条例§31: when the application was received, and after a correction when that was; what was asked for."""
    first = facts.first_received_on or facts.received_on
    asked = "提出的更正政府信息记录的申请" if facts.outcome_code.startswith("rectify_") else "提出的政府信息公开申请"
    verb = "要求更正的内容为" if facts.outcome_code.startswith("rectify_") else "申请公开的内容为"
    text = f"本机关于{dated(first)}收到{you(facts)}{asked}（登记编号：{facts.number}），{verb}：{quoted(facts.request_text)}。"
    if facts.received_on != first:
        text += f"{dated(facts.received_on)}，本机关收到{you(facts)}补正后的申请。"
    return text


def _course(facts: LetterFacts) -> tuple[str, ...]:
    steps = "；".join(clause(step) for step in facts.steps_so_far)
    return (f"办理经过：{steps}。",) if steps else ()


def _delivered(noun: str, facts: LetterFacts) -> str:
    return f"本{noun}的送达方式：{sentence(facts.delivery_form)}"


# --- on the way ---------------------------------------------------------------------------------------------------------


def _receipt(facts: LetterFacts) -> tuple[str, ...]:
    """条例§31, §45: registered; when the period begins, or with what it will (rulings 8)."""
    head = (
        f"{dated(facts.submitted_on)}，{you(facts)}向本机关提出政府信息公开申请，申请公开的内容为："
        f"{quoted(facts.request_text)}。本机关已予登记，登记编号为{facts.number}。"
    )
    if facts.received_on:
        until = f"，答复期限至{dated(facts.due_on)}" if facts.due_on else ""
        when = (
            f"根据{LAW}第三十一条的规定，收到申请之日为{dated(facts.received_on)}，答复期限自次日起计算{until}。依法补正、"
            "征求意见、延长期限的，另行告知。"
        )
    else:
        by = f"本机关最迟于{dated(facts.confirm_due_on)}与{you(facts)}确认。" if facts.confirm_due_on else ""
        when = f"根据{LAW}第三十一条的规定，以双方确认之日为收到申请之日，答复期限自确认之日的次日起计算。{by}"
    return (
        head,
        when,
        f"办理情况可以凭登记编号和查询码查询，也可以向{facts.office_name}咨询，联系电话：{facts.phone}。",
    )


def _confirmed(facts: LetterFacts) -> tuple[str, ...]:
    """条例§31: both sides have confirmed; that day is the day of receipt."""
    return (
        f"{you(facts)}提出的政府信息公开申请（登记编号：{facts.number}），申请公开的内容为：{quoted(facts.request_text)}。"
        f"本机关已于{dated(facts.received_on)}与{you(facts)}确认。",
        f"根据{LAW}第三十一条的规定，{dated(facts.received_on)}为收到申请之日，本机关应当于{dated(facts.due_on)}前（含当日）"
        f"答复。{_provisional(facts)}依法补正、征求意见、延长期限的，另行告知。",
        f"联系电话：{facts.phone}。",
    )


def _transferred(facts: LetterFacts) -> tuple[str, ...]:
    """条例§31: handed to the unit that handles it inside the body, or to the body named; the day of receipt stays."""
    return (
        opening(facts),
        f"{sentence(facts.reason)}本机关已将{you(facts)}的申请转{facts.redirect_body}（联系方式："
        f"{clause(facts.redirect_contact)}）办理。",
        f"收到申请之日仍为{dated(facts.received_on)}，答复期限不因转办重新计算。",
    )


def _correction(facts: LetterFacts) -> tuple[str, ...]:
    """条例§30: every point at once, a reasonable period, what comes of either, and whom to ask."""
    return (
        opening(facts),
        f"经审查，{you(facts)}的申请内容不明确。根据{LAW}第三十条的规定，请{you(facts)}对下列事项作出补正：",
        *listed(facts.correction_points),
        f"请自收到本告知书之日起{facts.correction_workdays}个工作日内，将补正材料提交{facts.office_name}（地址："
        f"{facts.office_address}）。{_counted_anew(facts)}",
        f"补正中如需指导，请与{facts.office_name}联系，联系电话：{facts.phone}。",
    )


def _counted_anew(facts: LetterFacts) -> str:
    """条例§30; rulings 6: a notice after the 7th working day neither stops the count nor makes anybody give up."""
    if facts.correction_is_late:
        return "本告知书不影响答复期限的计算，答复期限仍按收到原申请之日计算。"
    return "答复期限自本机关收到补正的申请之日起计算；无正当理由逾期不补正的，视为放弃申请，本机关不再处理该政府信息公开申请。"


def _reason_asked(facts: LetterFacts) -> tuple[str, ...]:
    """条例§35: number or frequency clearly beyond what is reasonable: the reasons are asked for."""
    return (
        opening(facts),
        f"{sentence(facts.matter)}申请公开政府信息的数量、频次明显超过合理范围。根据{LAW}第三十五条的规定，请{you(facts)}于"
        f"{dated(facts.answer_by_on)}前（含当日）书面说明申请的理由，提交{facts.office_name}（地址：{facts.office_address}，"
        f"联系电话：{facts.phone}）。",
        "本机关认为申请理由不合理的，将告知不予处理；认为申请理由合理，但是无法在法定期限内答复的，将确定延迟答复的合理期限并告知。",
    )


def _extended(facts: LetterFacts) -> tuple[str, ...]:
    """条例§33: agreed to by the head of the office, at most 20 working days, told before the old date."""
    return (
        opening(facts),
        f"该申请的答复期限为{dated(facts.old_due_on)}。因{clause(facts.reason)}，不能在该期限内答复。",
        f"根据{LAW}第三十三条第二款的规定，经本机关政府信息公开工作机构负责人同意，答复期限延长{facts.extension_workdays}个工作日，"
        f"延长至{dated(facts.due_on)}。{_provisional(facts)}",
    )


def _provisional(facts: LetterFacts) -> str:
    """Rulings 4: a day that hangs on holidays not yet published is a provisional one, and the letter says so."""
    if not facts.unpublished_year:
        return ""
    return f"因国务院办公厅尚未公布{facts.unpublished_year}年的节假日安排，该日期为暂定；公布后有变化的，以重新计算的日期为准，本机关将告知{you(facts)}。"


def _delayed(facts: LetterFacts) -> tuple[str, ...]:
    """条例§35: the reasons hold, the period cannot: a reasonable later date is set and told."""
    return (
        opening(facts),
        f"{sentence(facts.matter)}本机关认为{you(facts)}说明的申请理由合理，但是因{clause(facts.reason)}，无法在法定期限内答复。",
        f"根据{LAW}第三十五条的规定，本机关确定延迟答复，最迟于{dated(facts.due_on)}答复。",
    )


def _consulting(facts: LetterFacts) -> tuple[str, ...]:
    """条例§33: the applicant learns that others are being asked and that this time is not counted."""
    return (
        opening(facts),
        f"{you(facts)}申请公开的信息需要征求{clause(facts.consulted_as)}的意见，本机关已于{dated(facts.consult_sent_on)}发出"
        "征求意见书。",
        f"根据{LAW}第三十三条第三款的规定，征求意见所需时间不计算在答复期限内。",
    )


def _fee(facts: LetterFacts) -> tuple[str, ...]:
    """条例§42: basis, rate, amount, how to pay, and what comes of not paying (国办函〔2020〕109号)."""
    return (
        opening(facts),
        f"{you(facts)}申请公开政府信息的数量、频次明显超过合理范围。根据{LAW}第四十二条和《政府信息公开信息处理费管理办法》"
        f"（国办函〔2020〕109号）的规定，本机关决定收取信息处理费{facts.fee_amount}元。收费标准和计算过程如下：",
        *listed(facts.fee_lines),
        f"请自收到本通知书次日起{PAYMENT_WORKDAYS}个工作日内缴纳。收款单位和缴纳方式：{sentence(facts.payee)}",
        "逾期未缴纳的，视为放弃申请，本机关不再处理该政府信息公开申请。完成缴费后，答复期限自次日起重新计算。",
        f"联系电话：{facts.phone}。",
    )


# --- asking others ------------------------------------------------------------------------------------------------------


def _asked_about(facts: LetterFacts) -> str:
    """What somebody asks for, without saying who does."""
    return (
        f"本机关收到一件政府信息公开申请（登记编号：{facts.number}），申请公开的内容为：{quoted(facts.request_text)}。"
        f"需要征求意见的事项为：{clause(facts.matter)}。"
    )


def _send_to(facts: LetterFacts) -> str:
    return f"意见请书面送{facts.office_name}（地址：{facts.office_address}，联系电话：{facts.phone}）。"


def _ask_third_party(facts: LetterFacts) -> tuple[str, ...]:
    """条例§32: in writing, 15 working days from receipt; silence leaves the decision with the body."""
    return (
        f"{_asked_about(facts)}所申请公开的信息涉及你方，公开可能影响你方的合法权益。",
        f"根据{LAW}第十五条、第三十二条的规定，现书面征求你方意见。请自收到本征求意见书之日起{CONSULTATION_WORKDAYS}个工作日内"
        "提出是否同意公开的意见；不同意公开的，请说明理由和涉及商业秘密、个人隐私等合法权益的具体内容。",
        "逾期未提出意见的，由本机关依法决定是否公开。不同意公开且有合理理由的，本机关不予公开；本机关认为不公开可能对公共利益造成"
        "重大影响的，可以决定予以公开，并将决定公开的政府信息内容和理由书面告知你方。",
        _send_to(facts),
    )


def _ask_co_producer(facts: LetterFacts) -> tuple[str, ...]:
    """条例§34: the bodies that made it together; 15 working days from receipt, silence is consent."""
    return (
        f"{_asked_about(facts)}所申请公开的信息由本机关牵头与你单位共同制作。",
        f"根据{LAW}第三十四条的规定，现征求你单位意见。请自收到本征求意见书之日起{CONSULTATION_WORKDAYS}个工作日内提出是否同意"
        "公开的意见；不同意公开或者部分不同意公开的，请说明理由和法律依据。逾期未提出意见的，视为同意公开。",
        _send_to(facts),
    )


def _ask_other_body(facts: LetterFacts) -> tuple[str, ...]:
    """条例§11, §33: any other body; a day to answer by, and no consent by silence (rulings 1)."""
    return (
        f"{_asked_about(facts)}涉及你单位职责。",
        f"根据{LAW}第十一条、第三十三条第三款的规定，现征求你单位意见。请于{dated(facts.consult_due_on)}前（含当日）提出是否同意"
        "公开的意见；不同意公开或者部分不同意公开的，请说明理由和法律依据。",
        _send_to(facts),
    )


def _tell_third_party(facts: LetterFacts) -> tuple[str, ...]:
    """条例§32: what is disclosed against a third party's will, and why; or that it is not."""
    head = f"关于{clause(facts.matter)}（登记编号：{facts.number}），本机关此前已书面征求你方意见。"
    if facts.third_party_disclosed:
        conclusion = f"根据{LAW}第十五条、第三十二条的规定，本机关决定予以公开，理由是：{sentence(facts.reason)}"
    else:
        conclusion = (
            f"根据{LAW}第十五条、第三十二条的规定，本机关决定对涉及你方的内容不予公开，理由是：{sentence(facts.reason)}"
        )
    return (head, conclusion)


PLAIN: dict[str, Callable[[LetterFacts], tuple[str, ...]]] = {
    "receipt_ack": _receipt,
    "confirmation_notice": _confirmed,
    "transfer_notice": _transferred,
    "correction_notice": _correction,
    "reason_request": _reason_asked,
    "extension_notice": _extended,
    "art35_delay_notice": _delayed,
    "consult_inform_applicant": _consulting,
    "fee_notice": _fee,
    "third_party_consult": _ask_third_party,
    "agency_consult": _ask_co_producer,
    "other_agency_consult": _ask_other_body,
    "third_party_result": _tell_third_party,
}
