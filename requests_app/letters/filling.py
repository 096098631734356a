"""What a letter may say of a case: the case read into `letters.facts.LetterFacts`, with what the clerk gave."""

from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils import timezone

from accounts.models import Department, DepartmentKind
from requests_app.cases.clock import clock_of
from requests_app.clock_words import unpublished_year
from requests_app.deadlines import Clock
from requests_app.letters.facts import LetterFacts, Part
from requests_app.models import CaseEvent, Delivery, Fee, InformationRequest, Wish
from workdays.due import written

FIELDS = {each.name for each in fields(LetterFacts)}
DELIVERY_OF = {
    "portal": Delivery.ELECTRONIC,
    "email": Delivery.ELECTRONIC,
    "post": Delivery.POST,
    "fax": Delivery.POST,
    "pick_up": Delivery.DIRECT,
    "on_the_spot": Delivery.DIRECT,
}


def facts_of(case: InformationRequest, *, today: date, said: Mapping[str, Any] | None = None) -> LetterFacts:
    """Everything a template may need about ``case``; ``said`` (names of `LetterFacts`) stands above what is known."""
    clock = clock_of(case, today=today)
    known = {**_body(case.department), **_application(case), **_clock(case, clock), **_money(case)}
    facts = LetterFacts(**known)
    given = {name: value for name, value in (said or {}).items() if name in FIELDS}
    return replace(facts, **given)


def review_body_of(department: Department) -> str:
    """行政复议法§24: over a department its own government decides, over a government the one above."""
    for above in Department.objects.get_ancestors(department).order_by("-path"):
        if above.kind == DepartmentKind.GOVERNMENT:
            return str(above.name)
    return str(settings.UPPER_GOVERNMENT)


def request_text_of(wish: Wish) -> str:
    """条例§29: what was asked for, in the applicant's words."""
    named = [wish.title, wish.document_number and f"文号：{wish.document_number}", wish.features]
    return "；".join(part.strip() for part in named if part and part.strip())


def _body(department: Department) -> dict[str, Any]:
    return {
        "department_name": department.name,
        "office_name": department.office_name or department.name,
        "office_address": department.office_address,
        "phone": department.phone,
        "review_body": review_body_of(department),
        "court": settings.COURT,
        "city": settings.SITE["city"],
    }


def _application(case: InformationRequest) -> dict[str, Any]:
    return {
        "number": case.number,
        "applicant_name": case.applicant.name,
        "is_organisation": case.applicant_type != "natural_person",
        "request_text": "；".join([request_text_of(case.wish), *map(_merged_text, case.merged.select_related("wish"))]),
        "submitted_on": timezone.localdate(case.created_at),
        "delivery_form": f"{case.get_wanted_form_display()}，{case.get_wanted_delivery_display()}",
        "steps_so_far": steps_so_far(case),
    }


def _merged_text(case: InformationRequest) -> str:
    """What an application asked for that is answered together with another, under its own number."""
    return f"{request_text_of(case.wish)}（登记编号：{case.number}，一并答复）"


def _clock(case: InformationRequest, clock: Clock) -> dict[str, Any]:
    happened = {row.facts["clock"]: row.on for row in _clock_events(case)}
    return {
        "first_received_on": clock.first_received_on,
        "received_on": clock.received_on,
        "due_on": clock.due_on,
        "unpublished_year": _unpublished_year(clock),
        "old_due_on": clock.extension_old_due or clock.due_on,
        "extension_workdays": clock.extension_workdays,
        "correction_served_on": happened.get("correction_notice_served"),
        "correction_due_on": clock.correction_due_on,
        "fee_served_on": happened.get("fee_notice_served"),
        "payment_due_on": clock.payment_due_on,
    }


def _unpublished_year(clock: Clock) -> int:
    if not clock.provisional or clock.due_on is None:
        return 0
    return unpublished_year(clock.started_on or clock.due_on, clock.due_on, clock.calendar)


def _money(case: InformationRequest) -> dict[str, Any]:
    fee = Fee.objects.filter(case=case).first()
    if fee is None:
        return {}
    return {"fee_amount": Decimal(fee.amount), "fee_lines": tuple(fee.lines), "payee": settings.FEE_PAYEE}


TOLD = {
    "correction_notice_served": "{on}，本机关告知您补正申请内容。",
    "correction_received": "{on}，本机关收到您的补正材料。",
    "extension_notified": "经本机关政府信息公开工作机构负责人同意，本机关于{on}告知您延长答复期限。",
    "third_party_sent": "{on}，本机关就所申请公开的信息书面征求第三方意见。",
    "agency_sent": "{on}，本机关就所申请公开的信息书面征求共同制作机关意见。",
    "other_agency_sent": "{on}，本机关就所申请公开的信息征求有关机关意见。",
    "fee_notice_served": "{on}，本机关向您送达信息处理费收费通知。",
    "fee_paid": "{on}，您缴纳了信息处理费。",
}


def steps_so_far(case: InformationRequest) -> tuple[str, ...]:
    """The course of a case as its answer tells it."""
    return tuple(
        TOLD[row.facts["clock"]].format(on=written(row.on)) for row in _clock_events(case) if row.facts["clock"] in TOLD
    )


def _clock_events(case: InformationRequest) -> list[CaseEvent]:
    rows = CaseEvent.objects.filter(subject_type=case._meta.label_lower, subject_id=case.pk).order_by("number")
    return [row for row in rows if row.facts.get("clock")]


def parts_of(rows: list[dict[str, str]]) -> tuple[Part, ...]:
    """条例§37: withheld parts as a form gives them."""
    return tuple(Part(row["what"], row["ground_code"], row["reason"]) for row in rows)
