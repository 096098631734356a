"""Who looks at the watch, who answers for what it shows; each with its queryset twin."""

from accounts import rules as accounts
from accounts.models import Department, DepartmentQuerySet
from accounts.roles import Role
from accounts.rules import Person
from reports.watch.kinds import RUNNING

OWNERS = (Role.OFFICE_HEAD, Role.DEPARTMENT_ADMIN)


def bodies_watched_by(user: Person) -> DepartmentQuerySet:
    """条例§47: all bodies for the city-wide roles, for heads and department administrators their own."""
    if accounts.can_see_everything(user):
        return Department.objects.bodies()
    return bodies_answered_for_by(user)


def can_watch(user: Person, department: Department) -> bool:
    """Twin of `bodies_watched_by`."""
    return not department.is_internal and (accounts.can_see_everything(user) or can_answer_for(user, department))


def bodies_answered_for_by(user: Person) -> DepartmentQuerySet:
    """Bodies for which ``user`` says what is done about it."""
    heads, admins = (accounts.departments_with_role(user, role) for role in OWNERS)
    return (heads | admins).bodies()


def can_answer_for(user: Person, department: Department) -> bool:
    """Twin of `bodies_answered_for_by`."""
    return not department.is_internal and any(accounts.has_role(user, role, department) for role in OWNERS)


def can_use_watch(user: Person) -> bool:
    """True for everybody who finds the page, with or without anything on it."""
    return accounts.can_see_everything(user) or bodies_answered_for_by(user).exists()


def can_acknowledge(user: Person, kind: str, department: Department | None) -> bool:
    """Who answers: of a body its head and administrator; of the whole city the department in charge; of the running
    of the portal the system administrators."""
    if department is not None:
        return can_answer_for(user, department)
    return accounts.is_system_admin(user) if kind in RUNNING else accounts.is_supervisor(user)


def can_settle_jobs(user: Person) -> bool:
    """Failed jobs are put back or dropped by system administrators."""
    return accounts.is_system_admin(user)
