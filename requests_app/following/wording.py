"""An application in the applicant's words: where it stands in one sentence, and what happened, day by day. Pure.

Nothing internal: no names, notes, drafts, returns or steps towards the signature.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from requests_app import states
from requests_app.clock_words import pause_reason_of
from requests_app.deadlines import Clock, ClockState, Step
from requests_app.models import CaseEvent, InformationRequest
from requests_app.outcomes import OUTCOMES, Family
from requests_app.states import CaseState
from workdays.due import written

# How a state is called where the applicant reads it; the way to the signature is one piece.
STATE_WORDS = {
    **dict(CaseState.choices),
    CaseState.IN_APPROVAL: "办理中",
    CaseState.ISSUED: "办理中",
    CaseState.SUBMITTED: "待双方确认",
}
_INTERNAL_ID = re.compile(r"(第三方|共同制作机关|其他机关)（\d+）")


@dataclass(frozen=True, slots=True)
class Sentence:
    """Words before a day, the day, words after it; ``tone`` is "" or late."""

    before: str
    on: date | None = None
    after: str = ""
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One dated step."""

    on: date
    text: str


# --- where it stands --------------------------------------------------------------------------------------------------


def sentence_of(case: InformationRequest, clock: Clock, *, confirm_on: date | None, today: date) -> Sentence:
    """The first sentence of the page, by state and clock."""
    match case.state:
        case CaseState.SUBMITTED:
            after = "与您确认收到申请；双方确认的次日起，20 个工作日内答复。"
            if confirm_on and confirm_on >= today:
                return Sentence("申请已经提交，机关最迟", confirm_on, after)
            return Sentence("申请已经提交，等待机关" + after)
        case CaseState.CLOSED | CaseState.VOIDED:
            return _ended(case)
        case CaseState.AWAITING_CORRECTION:
            return _awaiting(clock.correction_due_on, "补正", "补正以后，答复期限重新计算。", today)
        case CaseState.AWAITING_PAYMENT:
            return _awaiting(clock.payment_due_on, "缴费", "缴费以后，答复期限重新计算。", today)
        case CaseState.REPLIED | CaseState.DELIVERED | CaseState.ARCHIVED:
            return _answered(case, clock)
        case _:
            return _open(clock, "已经登记" if case.state == CaseState.REGISTERED else "正在办理", today)


def _awaiting(due_on: date | None, what: str, then: str, today: date) -> Sentence:
    """条例§30, §42: what is awaited from the applicant, until when, and what comes of being late."""
    if due_on is None:
        return Sentence(f"等待您{what}。{then}")
    if today > due_on:
        return Sentence(f"{what}期限", due_on, "已过。没有正当理由的，视为放弃申请，不再处理。", "late")
    return Sentence(f"等待您{what}，请在", due_on, f"前（含当日）{what}。{then}")


def _open(clock: Clock, what: str, today: date) -> Sentence:
    if clock.due_on is None:
        return Sentence(f"{what}。")
    if clock.stands == ClockState.PAUSED:
        before = f"正在{pause_reason_of(clock) or '征求意见'}，期间不计入期限；按现在所知，最迟"
        return Sentence(before, clock.due_on, "答复。")
    if today > clock.due_on and clock.stopped_on is None:
        return Sentence("答复期限", clock.due_on, "已过，机关还没有答复。您可以投诉，也可以依法申请行政复议。", "late")
    return Sentence(f"{what}，最迟", clock.due_on, "答复。")


def _answered(case: InformationRequest, clock: Clock) -> Sentence:
    on = clock.replied_on or case.concluded_on
    if clock.is_withdrawn or on is None:
        return _ended(case)
    outcome = OUTCOMES.get(case.outcome)
    if outcome is None:
        return Sentence("已于", on, "答复。")
    in_full = f"（{outcome.label}）" if outcome.family == Family.GRANTED else ""
    return Sentence("已于", on, f"答复：{outcome.family.label}{in_full}。")


def _ended(case: InformationRequest) -> Sentence:
    if case.merged_into is not None:
        return Sentence(f"已并入 {case.merged_into.number} 一并办理，请用那个编号和它的查询码查看。")
    if case.state == CaseState.VOIDED:
        return Sentence("这件登记已经作废，不再办理。如有疑问，请联系办理机关。")
    if case.outcome or not case.parts.exists():
        return Sentence("已于", case.concluded_on, "撤回申请，不再办理。需要时可以重新提出。")
    return Sentence("已拆分为几件分别办理，各件的编号见下，查询码不变。")


# --- what happened ----------------------------------------------------------------------------------------------------

_RECEIVED = {
    "in_person": "您当面提交申请，机关当日收到。",
    "oral": "您口头提出申请，由工作人员代为填写，机关当日收到。",
    "mail_signed": "机关签收您邮寄的申请，当日为收到之日。",
}
_ARRIVED = {"mail_ordinary": "您的信件到达机关", "fax": "您的传真到达机关", "email": "您的电子邮件到达机关"}
_PLAIN = {
    states.SUBMIT: "您在网上提交申请。",
    states.SPLIT_OFF: "从原申请拆分出来，单独登记，收到之日不变。",
    states.CONFIRM: "双方确认收到申请，次日起计算答复期限。",
    states.CLAIM: "机关开始办理。",
    states.AWAIT_PAYMENT: "信息处理费收费通知送达您。",
    states.RECEIVE_PAYMENT: "机关收到您缴纳的信息处理费。",
    states.WAIVE_PAYMENT: "机关决定免收信息处理费，答复期限照原计算。",
    states.SEND: "机关作出答复并送出。",
    states.SERVE: "答复送达您。",
    states.ANSWER_ON_THE_SPOT: "机关当场答复。",
    states.WITHDRAW: "您撤回申请。",
    states.VOID: "登记作废。",
    states.MERGE: "并入您的另一件申请，一并办理。",
    states.SPLIT: "一件申请只办理一个事项，拆分为几件分别登记。",
    states.ARCHIVE: "办理完毕，归档保存。",
}
_CLOCK = {
    "extension_notified": "机关告知您延长答复期限。",
    "delay_notified": "机关告知您延迟答复。",
    "third_party_sent": "机关书面征求第三方意见，所需时间不计入期限。",
    "third_party_returned": "机关收到第三方的意见。",
    "third_party_expired": "第三方逾期没有提出意见，由机关决定。",
    "agency_sent": "机关征求共同制作机关的意见，所需时间不计入期限。",
    "agency_returned": "机关收到共同制作机关的意见。",
    "agency_expired": "共同制作机关逾期没有答复，视为同意公开。",
    "other_agency_sent": "机关征求其他机关的意见，所需时间不计入期限。",
    "other_agency_returned": "机关收到其他机关的意见。",
}


def timeline(case: InformationRequest, events: Iterable[CaseEvent], *, moved_to: Mapping[int, str]) -> list[Line]:
    """Every dated step, oldest first; days put right later are shown right, struck ones not at all.

    ``moved_to`` names the bodies a case can have been handed to.
    """
    rows = list(events)
    corrected = {row.facts["corrects"]: row.facts.get("to") for row in rows if "corrects" in row.facts}
    found = []
    for row in rows:
        day, text = corrected.get(row.number, row.on.isoformat()), _told(case, row, moved_to)
        if day is not None and text:
            found.append(Line(date.fromisoformat(day), text))
    return sorted(found, key=lambda line: line.on)


def _told(case: InformationRequest, event: CaseEvent, moved_to: Mapping[int, str]) -> str:
    if event.action == states.TRANSFER:
        body = moved_to.get(event.facts["to"], "")
        return f"移送您写明的{body}办理，收到之日不变。" if body else ""
    if event.action in _SPECIAL:
        return _SPECIAL[event.action](case, event)
    return _PLAIN.get(event.action, "")


def _received(case: InformationRequest, event: CaseEvent) -> str:
    return _RECEIVED.get(case.channel, "机关登记您的申请。")


def _arrived(case: InformationRequest, event: CaseEvent) -> str:
    return f"{_ARRIVED.get(case.channel, '您的申请到达机关')}，等待双方确认。"


def _asked(case: InformationRequest, event: CaseEvent) -> str:
    """条例§30: with its period, and without effect when it came too late."""
    workdays = event.facts.get("correction_workdays")
    until = f"，补正期限 {workdays} 个工作日" if workdays else ""
    late = "。通知逾期，答复期限照原申请计算" if event.source == event.target else ""
    return f"补正通知送达您{until}{late}。"


def _corrected(case: InformationRequest, event: CaseEvent) -> str:
    """条例§30: in time, late and excused, late and still to be judged, or without effect on the period."""
    if event.facts.get("late"):
        return "您提交补正材料，已经逾期，由承办人员审核是否有正当理由。"
    if event.source == event.target:
        return "机关收到补正材料，答复期限照原申请计算。"
    excused = "，逾期有正当理由" if event.facts.get("excused") else ""
    return f"机关收到补正材料{excused}，次日起重新计算答复期限。"


def _noted(case: InformationRequest, event: CaseEvent) -> str:
    return _CLOCK.get(event.facts.get("clock", ""), "")


_SPECIAL: dict[str, Callable[[InformationRequest, CaseEvent], str]] = {
    states.TAKE_IN: _received,
    states.ARRIVE: _arrived,
    states.AWAIT_CORRECTION: _asked,
    states.RECEIVE_CORRECTION: _corrected,
    states.CLOCK: _noted,
}


def derivation(clock: Clock) -> list[Step]:
    """The derivation as the clerk sees it, without the keys of rows."""
    return [Step(step.on, _INTERNAL_ID.sub(r"\1", step.text), step.article) for step in clock.steps]


def late_correction(clock: Clock) -> str:
    """条例§30: what is said above the form when the correction's period is over."""
    day = written(clock.correction_due_on) if clock.correction_due_on else ""
    return f"补正期限（{day}）已过。仍然可以提交，请写明逾期的理由；是否有正当理由，由承办人员审核。"
