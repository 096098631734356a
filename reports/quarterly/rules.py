"""Who writes, signs and looks at quarterly analyses; each sentence with its twin."""

from django.db.models import Q, QuerySet

from accounts import rules as accounts
from accounts.models import Department
from accounts.rules import Person
from reports import rules as reports
from reports.models import QuarterlyAnalysis


def can_write_of(user: Person, department: Department, *, is_consolidated: bool) -> bool:
    """条例§4, §47: the office of a body of its own applications, the department in charge of the whole government's."""
    if is_consolidated:
        return department.is_root() and reports.is_in_charge(user)
    return reports.can_write_for(user, department)


def analyses_written_by(user: Person) -> QuerySet[QuarterlyAnalysis]:
    """Those ``user`` counts, writes and hands in."""
    own = Q(is_consolidated=False, department__in=reports.bodies_written_for_by(user))
    whole = Q(is_consolidated=True, department__depth=1) if reports.is_in_charge(user) else Q(pk=None)
    return QuarterlyAnalysis.objects.filter(own | whole)


def can_write(user: Person, analysis: QuarterlyAnalysis) -> bool:
    """Twin of `analyses_written_by`."""
    return can_write_of(user, analysis.department, is_consolidated=analysis.is_consolidated)


def analyses_signed_by(user: Person) -> QuerySet[QuarterlyAnalysis]:
    """条例§4: those ``user`` signs and publishes: the head of the office, the department in charge."""
    own = Q(is_consolidated=False, department__in=reports.bodies_signed_for_by(user))
    whole = Q(is_consolidated=True, department__depth=1) if reports.is_in_charge(user) else Q(pk=None)
    return QuarterlyAnalysis.objects.filter(own | whole)


def can_sign(user: Person, analysis: QuarterlyAnalysis) -> bool:
    """Twin of `analyses_signed_by`."""
    if analysis.is_consolidated:
        return can_write(user, analysis)
    return reports.can_sign_for(user, analysis.department)


def analyses_visible_to(user: Person) -> QuerySet[QuarterlyAnalysis]:
    """条例§46: those of one's own office, all for the city-wide roles."""
    if accounts.can_see_everything(user):
        return QuarterlyAnalysis.objects.all()
    return analyses_written_by(user)


def can_see(user: Person, analysis: QuarterlyAnalysis) -> bool:
    """Twin of `analyses_visible_to`."""
    return accounts.can_see_everything(user) or can_write(user, analysis)


def can_use(user: Person) -> bool:
    """True for everybody who finds the desk, with or without an analysis on it."""
    return accounts.can_see_everything(user) or reports.bodies_written_for_by(user).exists()
