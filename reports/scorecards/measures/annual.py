"""The yearly report of each body (条例§49). What counts as published is said in one place: `published_reports`."""

from collections.abc import Iterable
from datetime import date, datetime

from django.urls import reverse
from django.utils import timezone

from accounts.models import DepartmentKind
from catalog.models import Document
from disclosure.deadlines import annual_report_days
from reports.scorecards.measures.base import Answer, Asked, Found, Measure, not_concerned
from reports.scorecards.periods import midnight

COLUMN = "annual"


def published_reports(bodies: Iterable[int], year: int, until: datetime) -> dict[int, tuple[date, str]]:
    """条例§49: when each body first published its report on ``year`` and where it stands.

    One question: a report made in `reports.annual` is a document of the column, like those made before and elsewhere.
    """
    rows = Document.objects.public(until).filter(
        department__in=bodies,
        column__slug=COLUMN,
        title__contains=str(year),
        listed_at__gte=midnight(date(year + 1, 1, 1)),
    )
    found: dict[int, tuple[date, str]] = {}
    for row in rows.only("department_id", "listed_at").order_by("listed_at", "pk"):
        if row.listed_at is not None:
            found.setdefault(row.department_id, (timezone.localdate(row.listed_at), row.get_absolute_url()))
    return found


def report(asked: Asked) -> Answer:
    """条例§49: departments by 31 January, governments by 31 March; assessed in the period that holds the day."""
    of_departments, of_governments = annual_report_days(asked.period.last.year, asked.calendar)
    year, found = asked.period.last.year - 1, {}
    there = published_reports(asked.bodies, year, asked.until)
    page = reverse("reports:annual_reports")
    for pk, body in asked.bodies.items():
        due = (of_governments if body.kind == DepartmentKind.GOVERNMENT else of_departments).on
        if body.kind == DepartmentKind.PUBLIC_ENTERPRISE or not asked.period.holds(due) or asked.over_before <= due:
            continue
        on, address = there.get(pk, (None, page))
        words = f"{on:%Y-%m-%d} 公布" if on else "没有公布"
        is_late = on is None or on > due
        said = f"{year}年度报告{words}，应在 {due:%Y-%m-%d} 前公布"
        found[pk] = Found(int(is_late), said, ((f"{year}年度报告" if on else "年度报告", address),))
    return found | not_concerned(asked.bodies.keys() - found.keys())


MEASURES = (
    Measure(
        "annual_report", "年度报告按期公布",
        "部门 1 月 31 日前、政府 3 月 31 日前（条例第四十九条）没有公布上一年度报告的计一处；期限不在考核期内的不计。", report,
    ),
)  # fmt: skip
