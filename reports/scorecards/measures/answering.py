"""How applications were answered (条例§33, §47, §51). Days are those of the register; words of applicants stay out."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Sum
from django.urls import reverse
from django.utils import timezone

from reports.scorecards.measures.base import Answer, Asked, Found, Link, Measure, named
from reports.scorecards.measures.ratings import rated
from reports.scorecards.periods import midnight
from requests_app.ledger.queues import LATE, OPEN, is_late
from requests_app.models import InformationRequest, Inquiry, Rating, Remedy, RemedyResult, Said, SaidKind

LONGEST_HOLIDAYS = 30  # calendar days that working days may be stretched by


def _ledger(asked: Asked, body: int, **query: str) -> Link:
    said = urlencode({"tab": "all", "department": asked.bodies[body].code, **query})
    return ("申请台账中的这些申请", f"{reverse('requests_desk:ledger')}?{said}")


def late(asked: Asked) -> Answer:
    """条例§33: answers of the period that came after their day, paused time not counted; out of one index."""
    span = {"answered_from": asked.period.first.isoformat(), "answered_to": asked.until_on.isoformat()}
    done = InformationRequest.objects.filter(
        department__in=asked.bodies,
        stopped_on__gte=asked.period.first,
        stopped_on__lte=asked.until_on,
        on_time__isnull=False,
    )
    counted = (
        done.order_by().values("department").annotate(total=Count("pk"), late=Count("pk", filter=Q(on_time=False)))
    )
    return {
        row["department"]: Found(
            row["late"],
            f"答复 {row['total']} 件，其中逾期 {row['late']} 件",
            (_ledger(asked, row["department"], **span, **({"on_time": "no"} if row["late"] else {})),),
        )
        for row in counted
    }


def unanswered(asked: Asked) -> Answer:
    """条例§33: open applications whose day lay in the period and is over, nothing pausing."""
    wanted = is_late(asked.over_before) & Q(state__in=OPEN, due_on__gte=asked.period.first)
    found = InformationRequest.objects.filter(wanted, department__in=asked.bodies).order_by()
    rows = found.values_list("department").annotate(count=Count("pk"))
    return {
        body: Found(count, f"{count} 件超过答复期限，尚未答复", (_ledger(asked, body, tab=LATE),))
        for body, count in rows
    }


def _cases(rows: QuerySet[Any]) -> Iterable[tuple[int, str, str]]:
    """(body, register number, case at the desk) of rows that belong to a case."""
    for body, number, pk in rows.values_list("case__department", "case__number", "case_id").iterator():
        yield body, number, reverse("requests_desk:case", args=[pk])


def corrected(asked: Asked) -> Answer:
    """条例§51: reconsiderations and litigations concluded in the period that put the body right (结果纠正)."""
    found = Remedy.objects.filter(
        case__department__in=asked.bodies, result=RemedyResult.CORRECT,
        concluded_on__gte=asked.period.first, concluded_on__lte=asked.until_on,
    )  # fmt: skip
    return named(asked, _cases(found.order_by("pk")), "{count} 件被行政复议或者行政诉讼纠正")


def inquiries(asked: Asked) -> Answer:
    """条例§47: inquiries of the department in charge whose day lay in the period, answered late or not at all."""
    due = Inquiry.objects.filter(
        case__department__in=asked.bodies, due_on__gte=asked.period.first, due_on__lt=asked.over_before
    )
    rows = due.order_by("pk").values_list("case__department", "case__number", "case_id", "due_on", "answered_at")
    places = (
        (body, number, reverse("requests_desk:case", args=[pk]))
        for body, number, pk, due_on, answered_at in rows.iterator()
        if answered_at is None or timezone.localdate(answered_at) > due_on
    )
    return named(asked, places, "{count} 件督办没有按期回复")


def complaints(asked: Asked) -> Answer:
    """条例§51: complaints not answered within ``days`` working days, that day lying in the period."""
    after = Said.objects.filter(case=OuterRef("case"), kind=SaidKind.COMPLAINT_ANSWER, at__gte=OuterRef("at"))
    earliest = midnight(asked.period.first - timedelta(days=2 * asked.days + LONGEST_HOLIDAYS))
    made = Said.objects.filter(
        kind=SaidKind.COMPLAINT, case__department__in=asked.bodies, at__gte=earliest, at__lt=asked.until
    ).annotate(answered_at=Subquery(after.order_by("at").values("at")[:1]))
    rows = made.order_by("pk").values_list("case__department", "case__number", "case_id", "at", "answered_at")
    places = (
        (body, number, reverse("requests_desk:case", args=[pk]))
        for body, number, pk, at, answered_at in rows.iterator()
        if _is_overdue(asked, timezone.localdate(at), timezone.localdate(answered_at) if answered_at else None)
    )
    return named(asked, places, f"{{count}} 件投诉超过 {asked.days} 个工作日没有答复")


def _is_overdue(asked: Asked, made_on: date, answered_on: date | None) -> bool:
    due = asked.calendar.add_workdays(made_on, asked.days).on
    is_over = asked.period.holds(due) and due < asked.over_before
    return is_over and (answered_on is None or answered_on > due)


def satisfaction(asked: Asked) -> Answer:
    """条例§46: how content applicants were whose case was rated in the period."""
    rows = Rating.objects.filter(
        case__department__in=asked.bodies, at__gte=asked.period.start, at__lt=asked.until
    ).order_by()
    sums = rows.values_list("case__department").annotate(total=Sum("stars"), count=Count("pk"))
    return rated(asked, {body: (total, count) for body, total, count in sums}, "申请人评价", ())


MEASURES = (
    Measure("late_answers", "按期答复", "考核期内作出的答复，超过法定期限（条例第三十三条）的，一件计一处。", late),
    Measure("unanswered_late", "逾期未答复", "答复期限在考核期内、已过期仍未答复的，一件计一处；期限暂停的不计。", unanswered),
    Measure("remedies_corrected", "复议诉讼纠正", "考核期内审结、结果为纠正的行政复议和行政诉讼，一件计一处。", corrected),
    Measure("inquiries_late", "督办回复", "回复期限在考核期内的督办，没有按期回复的，一件计一处。", inquiries),
    Measure(
        "complaints_unanswered", "投诉答复", "答复投诉的最后一天（提出之日起规定的工作日数）在考核期内、没有按期答复的，一件计一处。", complaints,
        takes=("days",), days=15,
    ),
    Measure(
        "satisfaction", "申请人满意度", "考核期内申请人对答复的评价，按平均分折算；不足 5 份的不计分。", satisfaction,
        is_rating=True,
    ),
)  # fmt: skip
