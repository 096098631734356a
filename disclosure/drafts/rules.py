"""Who may begin a version of a document, and who sets how a department works; with the queryset twin."""

from accounts import rules as accounts
from accounts.models import Department, DepartmentQuerySet
from accounts.roles import Role
from accounts.rules import Person
from catalog.models import Document
from disclosure.states import CLOSED
from disclosure.versions.rules import can_write_in, is_annual_report

RULERS = (Role.OFFICE_HEAD, Role.DEPARTMENT_ADMIN)


def can_begin_version(user: Person, document: Document) -> bool:
    """条例§6: a clerk of the document's department, unless the document is out of the department's hands or an annual
    report, which is corrected on a desk of its own."""
    is_theirs = document.state not in CLOSED and can_write_in(user, document.department)
    return is_theirs and not is_annual_report(document)


def departments_ruled_by(user: Person) -> DepartmentQuerySet:
    """Rulings 14: departments whose steps and periods ``user`` sets."""
    keys = {key for role in RULERS for key in accounts.departments_with_role(user, role).values_list("pk", flat=True)}
    return Department.objects.filter(pk__in=keys)


def can_set_rule(user: Person, department: Department) -> bool:
    """Twin of `departments_ruled_by`."""
    return any(accounts.has_role(user, role, department) for role in RULERS)
