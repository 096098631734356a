"""The decision: one code, checked against the case, and the letter it leads to (条例§36)."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from catalog.models import Document
from requests_app.cases.acting import NotLawful, locked, need_handler
from requests_app.cases.clock import clock_of
from requests_app.deadlines import Clock, ClockState
from requests_app.letters import services as letters
from requests_app.letters.facts import LetterFacts, missing
from requests_app.letters.filling import DELIVERY_OF, facts_of, parts_of
from requests_app.letters.kinds import KINDS
from requests_app.letters.texts import draft as draft_text
from requests_app.models import Consultation, ConsultedKind, Decision, InformationRequest, Letter, ThirdOpinion
from requests_app.outcomes import OUTCOMES, Family, Outcome
from requests_app.states import ANSWERED_STATES, WORKING_STATES, CaseState, LetterState
from workflow.services import Incomplete


@transaction.atomic
def decide(
    *,
    actor: User,
    case: InformationRequest,
    outcome: str,
    said: Mapping[str, Any],
    parts: Sequence[dict[str, str]] = (),
    prior: InformationRequest | None = None,
    document: Document | None = None,
    at: datetime,
) -> Letter:
    """条例§36, §37: choose the decision and get its letter drafted; deciding anew replaces a draft not yet handed in.

    ``document``: what was given is this document of the catalogue, so that publishing it can be considered (条例§44).

    Raises:
        NotLawful: the case does not bear this decision. Incomplete: the law wants more to be stated.
    """
    row, today = locked(case), timezone.localdate(at)
    need_handler(actor, row)
    reason = why_not(row, OUTCOMES[outcome], prior=prior, today=today)
    if reason:
        raise NotLawful(reason)
    given = {**said, **_about_prior(prior), "outcome_code": outcome, "parts": parts_of(list(parts))}
    facts = facts_of(row, today=today, said=given)
    for old in Letter.objects.filter(case=row, state=LetterState.DRAFT).exclude(outcome=""):
        letters.discard(actor=actor, letter=old, at=at)
    letter = write_letter(actor=actor, case=row, kind=OUTCOMES[outcome].letter, facts=facts, outcome=outcome, at=at)
    kept = {"prior": prior, "document": document, "letter": letter, "proposed_by": actor, "at": at}
    _keep(row, outcome, said, facts, kept)
    return letter


def _keep(
    case: InformationRequest, outcome: str, said: Mapping[str, Any], facts: LetterFacts, kept: Mapping[str, Any]
) -> None:
    """The decision as it stands, so that it can be taken up again and counted."""
    stated = {name: value for name, value in said.items() if value}
    parts = [asdict(part) for part in facts.parts]
    Decision.objects.update_or_create(case=case, defaults={"outcome": outcome, "facts": stated, "parts": parts, **kept})


def write_letter(
    *,
    actor: User,
    case: InformationRequest,
    kind: str,
    facts: LetterFacts,
    at: datetime,
    outcome: str = "",
    ref: int = 0,
    effects: Mapping[str, Any] | None = None,
) -> Letter:
    """条例§36: the letter of a kind with its words drafted from ``facts``. Incomplete says all that is missing."""
    gaps = missing(KINDS[kind], facts)
    if gaps:
        raise Incomplete(f"《{KINDS[kind].title}》还缺少：{'、'.join(gaps)}。")
    for old in Letter.objects.filter(case=case, kind=kind, state=LetterState.DRAFT, ref=ref):
        letters.discard(actor=actor, letter=old, at=at)
    words = draft_text(kind, facts)
    return letters.draft(
        actor=actor,
        case=case,
        kind=kind,
        title=words.title,
        salutation=words.salutation,
        paragraphs=[text for text in (*words.paragraphs, words.closing) if text.strip()],
        facts=effects or {},
        outcome=outcome,
        ref=ref,
        delivery=DELIVERY_OF[case.wanted_delivery] if KINDS[kind].addressee == "applicant" else "",
        at=at,
    )


def _about_prior(prior: InformationRequest | None) -> dict[str, Any]:
    """条例§36: the earlier answer a repeat rests on, by number and date."""
    if prior is None:
        return {}
    answer = prior.letters.filter(state__in=[LetterState.SENT, LetterState.SERVED]).exclude(outcome="").last()
    return {"prior_number": answer.number if answer else prior.number, "prior_on": prior.stopped_on}


@dataclass(frozen=True, slots=True)
class Known:
    """What the reasons against a decision rest on, read once for all decisions of a case."""

    clock: Clock
    asked: tuple[Consultation, ...]
    sent: frozenset[str]


def known_of(case: InformationRequest, *, today: date) -> Known:
    """The clock, the consultations and the kinds of letters that went out."""
    out = Letter.objects.filter(case=case, state__in=[LetterState.SENT, LetterState.SERVED])
    asked = tuple(case.consultations.all())
    return Known(clock_of(case, today=today), asked, frozenset(out.values_list("kind", flat=True)))


def why_not(
    case: InformationRequest,
    outcome: Outcome,
    *,
    prior: InformationRequest | None,
    today: date,
    known: Known | None = None,
) -> str:
    """条例§36: why a case cannot be decided so; empty when it can. One sentence for the desk, beside the choice."""
    if case.state not in WORKING_STATES:
        return f"该申请现在是“{case.get_state_display()}”，受理办理后才能作出处理决定。"
    if (outcome.family == Family.RECTIFICATION) != (case.kind == "rectification"):
        return "更正本人信息的申请适用条例第四十一条的决定，其他申请不适用。"
    known = known or known_of(case, today=today)
    return (
        _about_waiting(case, outcome, known.clock)
        or _about_others(outcome, known.asked, known.sent)
        or _about_code(case, outcome, prior, known.sent)
    )


def _about_waiting(case: InformationRequest, outcome: Outcome, clock: Clock) -> str:
    """条例§30, §42: giving up is what the clock says, nobody else; while the applicant is awaited nothing is decided."""
    gave_up = clock.stands == ClockState.ABANDONED
    code = outcome.code
    if code == "other_overdue_correction":
        return "" if gave_up and clock.awaits_correction else "补正期限届满仍未补正的，才能按放弃申请处理。"
    if code == "other_overdue_fee":
        return "" if gave_up and clock.awaits_payment else "缴费期限届满仍未缴费的，才能按放弃申请处理。"
    if case.state == CaseState.AWAITING_CORRECTION:
        return "正在等待申请人补正，补正期限届满前不能作出处理决定。"
    if case.state == CaseState.AWAITING_PAYMENT:
        return "正在等待申请人缴费，缴费期限届满前不能作出处理决定。"
    return ""


def _about_others(outcome: Outcome, asked: Sequence[Consultation], sent: frozenset[str]) -> str:
    """条例§32: what is released against a third party's refusal needs the public interest and the head."""
    if any(row.sent_on and row.ended_on is None for row in asked):
        return "征求意见还没有办结，收到意见或者期限届满后再作决定。"
    refused = [row for row in asked if row.opinion == ThirdOpinion.DISAGREE and row.reason and not row.overridden]
    if refused and outcome.code == "grant_provide":
        return "第三方不同意公开：有合理理由的应当不予公开；因重大公共利益决定公开的，由负责人先作出决定并告知第三方。"
    if outcome.family == Family.GRANTED and any(row.overridden for row in asked) and "third_party_result" not in sent:
        return "因重大公共利益决定公开的，先将决定公开的信息内容和理由书面告知第三方（条例第三十二条）。"
    if outcome.code == "deny_third_party" and not any(
        row.kind == ConsultedKind.THIRD_PARTY and row.opinion for row in asked
    ):
        return "先书面征求第三方的意见；收到意见或者期限届满后，才能以此为由不予公开（条例第三十二条）。"
    return ""


def _about_code(
    case: InformationRequest, outcome: Outcome, prior: InformationRequest | None, sent: frozenset[str]
) -> str:
    """条例§30, §35, §36: what some decisions rest on."""
    if outcome.code == "unable_unclear" and "correction_notice" not in sent:
        return "先通知补正，补正后仍不明确的，才能以此答复。"
    if outcome.code == "reject_massive" and not (case.is_excessive and "reason_request" in sent):
        return "先由负责人认定数量、频次明显超过合理范围，并要求申请人说明理由（条例第三十五条）。"
    if outcome.code == "reject_repeat":
        same = prior and prior.applicant.id_hash and prior.applicant.id_hash == case.applicant.id_hash
        if not (prior and same and prior.state in ANSWERED_STATES and prior.department_id == case.department_id):
            return "请选择同一申请人、相同内容、本机关已经答复的此前申请（条例第三十六条第六项）。"
    return ""
