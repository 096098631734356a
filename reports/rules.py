"""Who accounts for which body: sentences about people and departments, each with its queryset twin."""

from accounts import rules as accounts
from accounts.models import Department, DepartmentQuerySet
from accounts.roles import Role
from accounts.rules import Person

WRITERS = (Role.REQUEST_OFFICER, Role.OFFICE_HEAD)


def bodies_visible_to(user: Person) -> DepartmentQuerySet:
    """Bodies whose reports, figures and results ``user`` looks at on a desk: all for the city-wide roles (条例§46)."""
    return accounts.departments_visible_to(user).bodies()


def can_see_body(user: Person, department: Department) -> bool:
    """Twin of `bodies_visible_to`."""
    return not department.is_internal and accounts.can_see_department(user, department)


def bodies_written_for_by(user: Person) -> DepartmentQuerySet:
    """条例§4, §49: bodies whose office ``user`` works in or heads: writes reports, reports progress, answers results."""
    officers, heads = (accounts.departments_with_role(user, role) for role in WRITERS)
    return (officers | heads).bodies()


def can_write_for(user: Person, department: Department) -> bool:
    """Twin of `bodies_written_for_by`."""
    held = any(accounts.has_role(user, role, department) for role in WRITERS)
    return held and not department.is_internal


def bodies_signed_for_by(user: Person) -> DepartmentQuerySet:
    """条例§49: bodies whose office ``user`` heads: signs and publishes what the body answers for."""
    return accounts.departments_with_role(user, Role.OFFICE_HEAD).bodies()


def can_sign_for(user: Person, department: Department) -> bool:
    """Twin of `bodies_signed_for_by`."""
    return accounts.has_role(user, Role.OFFICE_HEAD, department) and not department.is_internal


def is_in_charge(user: Person) -> bool:
    """条例§3, §46, §47: the department in charge, which examines the others and speaks for the whole government."""
    return accounts.is_supervisor(user)


def sees_all(user: Person) -> bool:
    """True for the department in charge and for auditors, who see what every body is held to account for."""
    return is_in_charge(user) or accounts.is_auditor(user)
