"""Who hears of a step of an assessment (条例§46, §47)."""

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse

from accounts.models import Department, User
from notices import kinds
from notices.services import Message, notify, notify_all
from reports.models import Assessment, Objection
from reports.owners import owners_of, people_of, supervisors
from workdays.due import written

ANNOUNCED, OBJECTED, ANSWERED, PUBLISHED = (
    f"scorecard_{word}" for word in ("announced", "objected", "answered", "published")
)


def register_kinds() -> None:
    """Once, when the room is ready."""
    kinds.register(ANNOUNCED, "考核结果征求异议")
    kinds.register(OBJECTED, "对考核结果的异议")
    kinds.register(ANSWERED, "考核异议的处理")
    kinds.register(PUBLISHED, "考核结果通报")


def card_url(assessment: Assessment, body: Department) -> str:
    """Where a body reads its card."""
    return reverse("reports_desk:card", args=[assessment.pk, body.code])


def tell_announced(row: Assessment, *, at: datetime) -> None:
    """Each body hears of its card, and until when it may object."""
    until = written(row.objections_until) if row.objections_until else ""
    words = f"请核对各项结果。有异议的，由公开机构负责人在{until}前提出。"
    _to_bodies(ANNOUNCED, row, f"考核结果征求异议：{row.title}", words, at)


def tell_published(row: Assessment, *, at: datetime) -> None:
    """Each body hears of the result."""
    _to_bodies(PUBLISHED, row, f"考核结果通报：{row.title}", row.notice or "本次考核结果已经确定。", at)


def _to_bodies(kind: str, row: Assessment, title: str, text: str, at: datetime) -> None:
    cards = list(row.cards.select_related("department").order_by("pk"))
    owners = owners_of(card.department_id for card in cards)
    messages = [
        Message(owners[card.department_id].everybody, card, title, text, card_url(row, card.department))
        for card in cards
    ]
    notify_all(kind=kind, messages=messages, at=at)


def tell_objection(row: Objection, *, at: datetime) -> None:
    """The department in charge hears of it."""
    card, indicator = row.result.card, row.result.indicator
    title = f"{card.department}对考核结果提出异议：{indicator}"
    _tell(supervisors(), OBJECTED, row, title=title, text="请核实后维持或者改变结果，并写明理由。", at=at)


def tell_answered(row: Objection, *, at: datetime) -> None:
    """The head who objected, and the officers, hear what became of it."""
    words = f"处理结果：{row.get_state_display()}。"
    title = f"考核异议已经处理：{row.result.indicator}"
    people = [*people_of(row.result.card.department), row.filed_by]
    _tell(people, ANSWERED, row, title=title, text=words, at=at)


def _tell(people: Iterable[User], kind: str, row: Objection, *, title: str, text: str, at: datetime) -> None:
    url = reverse("reports_desk:objection", args=[row.pk])
    notify(recipients=people, kind=kind, subject=row, title=title, text=text, url=url, at=at)
