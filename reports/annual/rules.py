"""Who writes, signs and reads annual reports: sentences with their queryset twins."""

from django.db.models import Q, QuerySet

from accounts.models import Department, DepartmentKind, DepartmentQuerySet
from accounts.rules import Person, can_see_everything
from reports.models import AnnualReport, CollectedReport
from reports.rules import (
    bodies_signed_for_by,
    bodies_visible_to,
    bodies_written_for_by,
    can_see_body,
    can_sign_for,
    can_write_for,
    is_in_charge,
)
from workflow.transitions import Transition


def governments_summed_up_by(user: Person) -> DepartmentQuerySet:
    """条例§49: governments of which ``user`` makes the consolidated report: all for the department in charge."""
    governments = Department.objects.bodies().filter(kind=DepartmentKind.GOVERNMENT)
    return governments if is_in_charge(user) else governments.none()


def why_no_report(department: Department, *, is_consolidated: bool) -> str:
    """条例§49, §55: why there is no such report; empty when there is."""
    if department.kind == DepartmentKind.PUBLIC_ENTERPRISE:
        return "公共企事业单位不编制政府信息公开工作年度报告（条例第五十五条）。"
    if is_consolidated and department.kind != DepartmentKind.GOVERNMENT:
        return f"{department}不是人民政府，只编制本机关的年度报告，没有汇总报告。"
    return ""


def can_write(user: Person, report: AnnualReport) -> bool:
    """条例§49: the office of the body; of a government with its bodies the department in charge."""
    return is_in_charge(user) if report.is_consolidated else can_write_for(user, report.department)


def reports_written_by(user: Person) -> QuerySet[AnnualReport]:
    """Twin of `can_write`."""
    own = Q(is_consolidated=False, department__in=bodies_written_for_by(user))
    return AnnualReport.objects.filter(own | Q(is_consolidated=True) if is_in_charge(user) else own)


def can_sign(user: Person, report: AnnualReport) -> bool:
    """条例§49: the head of the body's office; of a consolidated report the department in charge."""
    return is_in_charge(user) if report.is_consolidated else can_sign_for(user, report.department)


def reports_signed_by(user: Person) -> QuerySet[AnnualReport]:
    """Twin of `can_sign`."""
    own = Q(is_consolidated=False, department__in=bodies_signed_for_by(user))
    return AnnualReport.objects.filter(own | Q(is_consolidated=True) if is_in_charge(user) else own)


def can_see(user: Person, report: AnnualReport) -> bool:
    """Who works in the body, and the city-wide roles; a government's bodies are seen by the latter alone."""
    return can_see_everything(user) or (not report.is_consolidated and can_see_body(user, report.department))


def reports_visible_to(user: Person) -> QuerySet[AnnualReport]:
    """Twin of `can_see`."""
    if can_see_everything(user):
        return AnnualReport.objects.all()
    return AnnualReport.objects.filter(is_consolidated=False, department__in=bodies_visible_to(user))


def may(user: Person, report: AnnualReport, row: Transition) -> bool:
    """Whether ``user`` takes the step in ``row``."""
    return can_sign(user, report) if row.role == "signer" else can_write(user, report)


def can_collect(user: Person) -> bool:
    """条例§47, §49: the department in charge collects the reports of bodies outside the portal."""
    return is_in_charge(user)


def collected_visible_to(user: Person) -> QuerySet[CollectedReport]:
    """Collected reports: for the department in charge and the other city-wide roles."""
    found = CollectedReport.objects.filter(replaced_at=None)
    return found if can_see_everything(user) else found.none()
