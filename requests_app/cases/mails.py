"""Mails to applicants: what happened, by number; written when they leave. Nothing else of the applicant stands in them."""

from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from notices.letters import Mail
from notices.outside import register_composer
from requests_app.cases.telling import TO_APPLICANT
from requests_app.models import CaseEvent, InformationRequest, Letter
from requests_app.sealing import open_sealed, show_code
from requests_app.states import ARRIVE, CONFIRM, SEND, SEND_LETTER, SUBMIT, TAKE_IN, WITHDRAW
from workdays.due import written

Words = Callable[[CaseEvent, InformationRequest], tuple[str, list[str]]]


def _handed_in(event: CaseEvent, case: InformationRequest) -> tuple[str, list[str]]:
    code = show_code(open_sealed(case.applicant.code_sealed))
    lines = [
        f"您向{case.department}提出的政府信息公开申请已经登记，编号 {case.number}，查询码 {code}。",
        "凭编号和查询码可以随时查看办理进展、领取文书。查询码请勿告诉他人。",
    ]
    if event.action == SUBMIT:
        lines.append("机关将与您确认收到申请，答复期限自双方确认之日的次日起计算。")
    return f"政府信息公开申请已登记：{case.number}", lines


def _confirmed(event: CaseEvent, case: InformationRequest) -> tuple[str, list[str]]:
    until = f"，最迟{written(case.due_on)}答复" if case.due_on else ""
    return f"申请已经确认：{case.number}", [f"双方已于{written(event.on)}确认收到申请{until}。编号 {case.number}。"]


def _answered(event: CaseEvent, case: InformationRequest) -> tuple[str, list[str]]:
    return f"申请已经答复：{case.number}", [
        f"{case.department}已作出答复，请凭编号和查询码查看答复书，或者留意邮寄的文书。"
    ]


def _withdrawn(event: CaseEvent, case: InformationRequest) -> tuple[str, list[str]]:
    return f"申请已经撤回：{case.number}", ["您的申请已经撤回，不再办理。需要时可以重新提出。"]


def _letter(event: CaseEvent, case: InformationRequest) -> tuple[str, list[str]]:
    title = Letter.objects.values_list("title", flat=True).get(pk=event.subject_id)
    said = f"{case.department}向您发出《{title}》，请凭编号和查询码查看，需要您办理的，文书中写明了期限。"
    return f"请查收文书：{case.number}", [said]


WORDS: dict[str, Words] = {
    SUBMIT: _handed_in,
    ARRIVE: _handed_in,
    TAKE_IN: _handed_in,
    CONFIRM: _confirmed,
    SEND: _answered,
    SEND_LETTER: _letter,
    WITHDRAW: _withdrawn,
}


def _case_id(event: CaseEvent) -> int:
    """The case of an event: its own subject, or that of the letter."""
    if event.subject_type == Letter._meta.label_lower:
        return Letter.objects.values_list("case_id", flat=True).get(pk=event.subject_id)
    return event.subject_id


def compose(event_id: int, at: datetime) -> tuple[str, Mail] | None:
    """Address and words of a mail about one event; None once the applicant's data is erased."""
    event = CaseEvent.objects.filter(pk=event_id).first()
    if event is None or event.action not in WORDS:
        return None
    case = InformationRequest.objects.select_related("applicant", "department").get(pk=_case_id(event))
    address = open_sealed(case.applicant.email_sealed)
    if not address:
        return None
    title, lines = WORDS[event.action](event, case)
    where = f"查询：{settings.SITE_URL}{reverse('requests_app:follow')}"
    day = f"{timezone.localtime(event.at):%Y年%-m月%-d日}"
    text = "\n".join([f"{case.applicant.name}：", "", *lines, "", where, "", settings.SITE["name"], day])
    return address, Mail(title, text)


def register_mails() -> None:
    """Once, when the room is ready."""
    register_composer(TO_APPLICANT, compose)
