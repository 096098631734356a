"""Who sees and who acts on problems; each with its queryset twin."""

from django.db.models import QuerySet

from accounts.rules import Person
from reports.models import Problem
from reports.rules import bodies_written_for_by, can_sign_for, can_write_for, sees_all


def can_use_problems(user: Person) -> bool:
    """True for everybody who finds the ledger, with or without a problem in it."""
    return sees_all(user) or bodies_written_for_by(user).exists()


def problems_visible_to(user: Person) -> QuerySet[Problem]:
    """条例§47: problems of the own bodies; all for the department in charge and for auditors."""
    if sees_all(user):
        return Problem.objects.all()
    return Problem.objects.filter(department__in=bodies_written_for_by(user).order_by().values("pk"))


def can_see_problem(user: Person, problem: Problem) -> bool:
    """Twin of `problems_visible_to`."""
    return sees_all(user) or can_write_for(user, problem.department)


def can_report(user: Person, problem: Problem) -> bool:
    """条例§47: the head says what was done."""
    return can_sign_for(user, problem.department)
