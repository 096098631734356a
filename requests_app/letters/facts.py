"""What a letter may need to know, and what the law wants in it that is not there. Pure."""

import re
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal

from requests_app.letters.kinds import KINDS, LetterKind, decisions_of
from requests_app.letters.remedy_clauses import NAMES_BODIES, remedy_text
from requests_app.letters.wording import quoted
from requests_app.outcomes import OUTCOMES, PART_GROUNDS, SECRET_LEVELS, Remedy

UNFINISHED = re.compile(r"××|某某|【|】|待填|[xX]{3,}|_{3,}|…年…月")
STATUTE = re.compile(r"《[^《》]+》.*第[一二三四五六七八九十百千零〇\d]+条")
ARTICLE = re.compile(r"第[一二三四五六七八九十百]+条")
# An applicant's own words and names may hold what a letter of ours may not (“国办发【2019】60号”).
THEIR_WORDS = frozenset({"request_text", "applicant_name", "consulted_name"})


@dataclass(frozen=True, slots=True)
class Part:
    """条例§37: a withheld part: what it is, on which ground (an `outcomes.PART_GROUNDS` code), and why."""

    what: str
    ground_code: str
    reason: str


@dataclass(frozen=True, slots=True)
class LetterFacts:
    """Everything a template may need, plain values only; what a kind does not use stays empty."""

    # the body
    department_name: str = ""
    office_name: str = ""
    office_address: str = ""
    phone: str = ""
    review_body: str = ""
    court: str = ""
    city: str = ""
    # the application
    number: str = ""
    applicant_name: str = ""
    is_organisation: bool = False
    request_text: str = ""
    submitted_on: date | None = None
    first_received_on: date | None = None
    received_on: date | None = None
    confirm_due_on: date | None = None
    steps_so_far: tuple[str, ...] = ()
    # the clock
    due_on: date | None = None
    unpublished_year: int = 0  # on whose holidays a provisional day hangs
    old_due_on: date | None = None
    extension_workdays: int = 0
    correction_points: tuple[str, ...] = ()
    correction_workdays: int = 0
    correction_is_late: bool = False  # served after the 7th working day it restarts nothing (rulings 6)
    correction_served_on: date | None = None
    correction_due_on: date | None = None
    answer_by_on: date | None = None
    withdrawn_on: date | None = None
    # asking others
    consulted_name: str = ""
    consulted_as: str = ""
    consult_sent_on: date | None = None
    consult_due_on: date | None = None
    third_party_opinion: str = ""
    third_party_disclosed: bool = True
    # money
    fee_amount: Decimal | None = None
    fee_lines: tuple[str, ...] = ()
    fee_served_on: date | None = None
    payment_due_on: date | None = None
    payee: str = ""
    # the decision
    outcome_code: str = ""
    reason: str = ""
    ground_kind: str = ""
    matter: str = ""
    granted_text: str = ""
    parts: tuple[Part, ...] = ()
    publication_source: str = ""
    search_record: str = ""
    redirect_body: str = ""
    redirect_contact: str = ""
    prior_number: str = ""
    prior_on: date | None = None
    special_law: str = ""
    secret_level: str = ""
    secret_authority: str = ""
    secret_basis: str = ""
    secret_until: str = ""
    rectified_to: str = ""
    delivery_form: str = ""
    forms_changed_reason: str = ""


FACT_NAMES = {
    "department_name": "机关名称", "office_name": "公开工作机构名称", "office_address": "公开工作机构地址",
    "phone": "联系电话", "review_body": "行政复议机关", "court": "人民法院", "number": "登记编号",
    "applicant_name": "申请人姓名或者名称", "request_text": "申请内容", "submitted_on": "提交日期",
    "received_on": "收到申请的日期", "steps_so_far": "补正、延期、征求意见等办理经过", "due_on": "答复期限",
    "old_due_on": "原答复期限", "extension_workdays": "延长的工作日数", "correction_points": "需要补正的事项",
    "correction_workdays": "补正期限", "correction_served_on": "补正告知书送达日期",
    "correction_due_on": "补正期限届满日", "answer_by_on": "说明理由的期限", "withdrawn_on": "撤回申请的日期",
    "consulted_name": "被征求意见人名称", "consulted_as": "被征求意见人的身份", "consult_sent_on": "征求意见的日期",
    "consult_due_on": "回复意见的期限", "third_party_opinion": "第三方的意见", "fee_amount": "收费金额",
    "fee_lines": "收费标准和计算过程", "fee_served_on": "收费通知书送达日期", "payment_due_on": "缴费期限届满日",
    "payee": "收款单位和缴纳方式", "outcome_code": "处理决定", "reason": "具体理由", "ground_kind": "具体情形",
    "matter": "所涉事项", "granted_text": "提供的内容", "parts": "不予公开的部分",
    "publication_source": "获取的方式、途径", "search_record": "检索情况", "redirect_body": "负责机关名称",
    "redirect_contact": "负责机关联系方式", "prior_number": "此前答复的文号", "prior_on": "此前答复的日期",
    "special_law": "法律、行政法规的名称和条款", "secret_level": "密级", "secret_authority": "定密机关",
    "secret_basis": "定密依据", "secret_until": "保密期限", "rectified_to": "更正后的内容",
    "delivery_form": "提供、送达的方式", "forms_changed_reason": "改变提供形式的理由",
}  # fmt: skip


def missing(kind: LetterKind, facts: LetterFacts) -> list[str]:
    """条例§36: what the law wants in this letter and is not there, in Chinese; empty when it may go to the head.

    The elements of a letter stand in law.md §4.2; also refused are a decision that belongs to another letter and
    texts with a place still to be filled in.
    """
    found = [_name(field) for field in _needed(kind, facts) if not _is_given(getattr(facts, field))]
    found += _wrong_decision(kind, facts)
    found += _wrong_ground(facts)
    found += _wrong_parts(facts)
    if facts.redirect_body and not facts.redirect_contact:
        found.append(_name("redirect_contact"))
    if facts.received_on and facts.first_received_on and facts.received_on < facts.first_received_on:
        found.append("收到补正的日期早于收到申请的日期")
    found += [f"{_name(field)}中有未填写的内容" for field, text in _texts(facts) if UNFINISHED.search(text)]
    return list(dict.fromkeys(found))


def unfinished(texts: tuple[str, ...], *, facts: LetterFacts) -> list[str]:
    """The paragraphs of an edited letter that still hold a place to be filled in; the applicant's own words may."""
    theirs = {quoted(facts.request_text), facts.applicant_name, facts.consulted_name} - {"", quoted("")}

    def ours(text: str) -> str:
        for words in theirs:
            text = text.replace(words, "")
        return text

    return [text for text in texts if UNFINISHED.search(ours(text))]


def lost_elements(kind: LetterKind, facts: LetterFacts, texts: tuple[str, ...]) -> list[str]:
    """条例§36: what an edited letter no longer says and the law wants said: its legal basis, the way of redress."""
    words = "\n".join(texts)
    cites = OUTCOMES[facts.outcome_code].article if facts.outcome_code in OUTCOMES else kind.article
    found = ["法律依据（条、款）"] if cites and not ARTICLE.search(words) else []
    clauses = remedy_text(profile_of(kind, facts), review_body=facts.review_body, court=facts.court)
    if any(clause not in words for clause in clauses):
        found.append("救济途径和期限的告知")
    return found


def profile_of(kind: LetterKind, facts: LetterFacts) -> Remedy:
    """The remedy profile of a letter: its kind's, or that of the decision it carries."""
    if kind.carries_decision:
        return OUTCOMES[facts.outcome_code].remedy
    if kind.slug == "third_party_result" and not facts.third_party_disclosed:
        return Remedy.PROCEDURAL
    return Remedy(kind.remedy)


def _name(field: str) -> str:
    return FACT_NAMES[field]


def _is_given(value: object) -> bool:
    return bool(value.strip()) if isinstance(value, str) else value is not None and value not in ((), 0)


def _needed(kind: LetterKind, facts: LetterFacts) -> list[str]:
    """The kind's facts, the decision's, and the names its remedy clause needs."""
    needed = list(kind.needs)
    if kind.carries_decision and facts.outcome_code in OUTCOMES:
        needed += OUTCOMES[facts.outcome_code].needs
    if not kind.carries_decision or facts.outcome_code in OUTCOMES:
        needed += ["review_body", "court"] if profile_of(kind, facts) in NAMES_BODIES else []
    return needed


def _wrong_decision(kind: LetterKind, facts: LetterFacts) -> list[str]:
    if not kind.carries_decision or not facts.outcome_code:
        return []
    if facts.outcome_code not in OUTCOMES:
        return [f"没有“{facts.outcome_code}”这种处理决定"]
    if facts.outcome_code in decisions_of(kind.slug):
        return []
    outcome = OUTCOMES[facts.outcome_code]
    return [f"处理决定“{outcome.label}”应当使用《{KINDS[outcome.letter].title}》"]


def _wrong_ground(facts: LetterFacts) -> list[str]:
    """条例§14, §15, §16: the ground is one the law names, and a statute that forbids is cited with its article."""
    outcome = OUTCOMES.get(facts.outcome_code)
    if outcome is None:
        return []
    found = []
    if outcome.kinds and facts.ground_kind and facts.ground_kind not in outcome.kinds:
        found.append(f"具体情形应当是{'、'.join(outcome.kinds)}之一")
    if "special_law" in outcome.needs and facts.special_law and not STATUTE.search(facts.special_law):
        found.append("法律、行政法规应当写明名称和条款，如《……法》第……条")
    if "secret_level" in outcome.needs and facts.secret_level and facts.secret_level not in SECRET_LEVELS:
        found.append(f"密级应当是{'、'.join(SECRET_LEVELS)}之一")
    return found


def _wrong_parts(facts: LetterFacts) -> list[str]:
    """条例§37: each withheld part says what it is, rests on a ground of §14 to §16, and has its reason."""
    found = []
    for n, part in enumerate(facts.parts, 1):
        if part.ground_code not in PART_GROUNDS:
            found.append(f"第{n}处不予公开的部分没有法定事由")
        if not part.what.strip() or not part.reason.strip():
            found.append(f"第{n}处不予公开的部分没有写明内容和理由")
    return found


def _texts(facts: LetterFacts) -> list[tuple[str, str]]:
    """(field, text) of everything we wrote ourselves."""
    found: list[tuple[str, str]] = []
    for each in fields(facts):
        value = getattr(facts, each.name)
        if each.name in THEIR_WORDS or each.name not in FACT_NAMES:
            continue
        if isinstance(value, str):
            found.append((each.name, value))
        elif isinstance(value, tuple):
            found += [(each.name, one if isinstance(one, str) else one.what + one.reason) for one in value]
    return found
