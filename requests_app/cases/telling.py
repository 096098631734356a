"""Who is told when something happens to a case: officers, the head, the person it is assigned to, and the applicant."""

from collections.abc import Iterable
from datetime import datetime
from functools import cache

from django.urls import reverse

from accounts.models import User
from notices import kinds
from notices.outside import send_later
from notices.services import notify
from requests_app import rules
from requests_app.models import CaseEvent, InformationRequest
from requests_app.states import (
    ANSWER_INQUIRY,
    ARRIVE,
    ASSIGN,
    CASES,
    CO_HANDLE,
    CONFIRM,
    INQUIRE,
    PROPOSE,
    RECEIVE_CORRECTION,
    RECEIVE_PAYMENT,
    RETURN,
    SEND,
    SIGN,
    SUBMIT,
    TAKE_IN,
    TRANSFER,
    WITHDRAW,
)

NEWS, MINE, TO_SIGN, ASKED = "request_news", "request_mine", "request_to_sign", "request_asked"
SAID, COMPLAINED = "request_said", "request_complained"
TO_APPLICANT = "request_applicant"
# What the officers of a department, or the one who handles it, hear of.
TO_OFFICERS = frozenset({SUBMIT, ARRIVE, TAKE_IN, CONFIRM, TRANSFER})
TO_OFFICER = frozenset({RECEIVE_CORRECTION, RECEIVE_PAYMENT, RETURN, SIGN, WITHDRAW, ASSIGN, INQUIRE})
# What the applicant is written about, whose address is known.
APPLICANT_HEARS = frozenset({SUBMIT, ARRIVE, TAKE_IN, CONFIRM, SEND, WITHDRAW})


def register_kinds() -> None:
    """Once, when the room is ready."""
    kinds.register(NEWS, "新的申请", is_optional=True)
    kinds.register(MINE, "承办的申请有变化", is_optional=True)
    kinds.register(TO_SIGN, "申请的答复、文书待签发")
    kinds.register(ASKED, "申请的督办")
    kinds.register(SAID, "申请人的留言和说明", is_optional=True)
    kinds.register(COMPLAINED, "申请人的投诉")


def tell(event: CaseEvent, case: InformationRequest, *, at: datetime) -> None:
    """Messages about one event, in its transaction. Nothing of the applicant but the number leaves the house."""
    label = CASES.actions.get(event.action, event.action)
    words = f"{event.actor}{label}。"
    if event.action in TO_OFFICERS:
        people = _others(rules.officers_of(case.department), event)
        send(event, case, people, NEWS, title=f"{label}：{case.number}", text=words, at=at)
    elif event.action in TO_OFFICER:
        kind = ASKED if event.action == INQUIRE else MINE
        send(event, case, _others(_in_charge(case), event), kind, title=f"{label}：{case.number}", text=words, at=at)
    elif event.action == PROPOSE:
        people = _others(rules.heads_of(case.department), event)
        send(event, case, people, TO_SIGN, title=f"答复待签发：{case.number}", text=words, at=at)
    elif event.action == CO_HANDLE:
        send(
            event, case, _others(case.co_handlers.all(), event), MINE, title=f"请协办：{case.number}", text=words, at=at
        )
    elif event.action == ANSWER_INQUIRY:
        asked = [row.by for row in case.inquiries.select_related("by")]
        send(event, case, _others(asked, event), ASKED, title=f"督办已回复：{case.number}", text=words, at=at)
    if event.action in APPLICANT_HEARS:
        write_to_applicant(case, event, at=at)


def send(
    event: CaseEvent,
    case: InformationRequest,
    people: Iterable[User],
    kind: str,
    *,
    title: str,
    text: str,
    at: datetime,
) -> None:
    """One message a person; the event is its subject, so that each event tells once."""
    notify(recipients=people, kind=kind, subject=event, title=title, text=text, url=case_url(case), at=at)


def write_to_applicant(case: InformationRequest, event: CaseEvent, *, at: datetime) -> None:
    """A mail to the applicant, if there is an address; written when it is sent, from what the case says then."""
    applicant = getattr(case, "applicant", None)
    if applicant is not None and applicant.email_sealed:
        send_later(kind=TO_APPLICANT, subject=event, dedupe=f"{TO_APPLICANT}:{event.pk}", at=at)


def tell_said(event: CaseEvent, case: InformationRequest, what: str, *, at: datetime) -> None:
    """The applicant wrote (a message, reasons, a suggestion): who handles the case hears that, not what."""
    text = f"申请人提交了{what}，请到案件页查看。"
    send(event, case, _in_charge(case), SAID, title=f"申请人{what}：{case.number}", text=text, at=at)


def tell_complained(event: CaseEvent, case: InformationRequest, *, at: datetime) -> None:
    """条例§51: a complaint goes to the head, never to the one complained about alone."""
    text = "申请人对办理情况提出投诉，请到案件页查看并答复。"
    send(event, case, rules.heads_of(case.department), COMPLAINED, title=f"申请人投诉：{case.number}", text=text, at=at)


def case_url(case: InformationRequest) -> str:
    """The case at the desk; worked out once, because lists ask for it row by row."""
    return _case_place().replace("/0/", f"/{case.pk}/")


@cache
def _case_place() -> str:
    return reverse("requests_desk:case", args=[0])


def _in_charge(case: InformationRequest) -> list[User]:
    return [case.officer] if case.officer else list(rules.officers_of(case.department))


def _others(people: Iterable[User], event: CaseEvent) -> list[User]:
    return [person for person in dict.fromkeys(people) if person.pk != event.actor_id]
