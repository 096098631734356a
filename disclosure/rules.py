"""Who may import, withdraw and take down, and what desks show; each with its queryset twin."""

from django.db.models import QuerySet

from accounts import rules as accounts
from accounts.models import Department, DepartmentQuerySet, DepartmentRole, User
from accounts.roles import Role
from accounts.rules import Person
from catalog.models import Document, DocumentQuerySet
from disclosure.models import ImportRun

SYSTEM_USERNAME = "system"


def is_the_system(user: Person) -> bool:
    """True for the named actor of work started on the machine itself; nobody can sign in as it."""
    return (
        user.is_authenticated
        and user.username == SYSTEM_USERNAME
        and not user.is_active
        and not user.has_usable_password()
    )


def departments_importable_by(user: Person) -> DepartmentQuerySet:
    """Departments under which ``user`` may import documents."""
    if is_the_system(user) or accounts.is_system_admin(user):
        return Department.objects.all()
    return accounts.departments_with_role(user, Role.DEPARTMENT_ADMIN)


def can_import_into(user: Person, department: Department) -> bool:
    """Twin of `departments_importable_by`."""
    return departments_importable_by(user).filter(pk=department.pk).exists()


def can_approve_import(approver: Person, department: Department) -> bool:
    """条例§17: who signs for publication in ``department`` may be named as the approver of an import."""
    if is_the_system(approver):
        return True
    roles = (Role.APPROVER, Role.OFFICE_HEAD)
    return any(accounts.has_role(approver, role, department) for role in roles)


def approvers_for(user: Person) -> QuerySet[User]:
    """People who may be named on some import of ``user``; `can_approve_import` decides for the department chosen."""
    held = DepartmentRole.objects.filter(
        permission__codename__in=[Role.APPROVER.permission, Role.OFFICE_HEAD.permission]
    )
    bodies = departments_importable_by(user).values("pk")
    return User.objects.filter(
        pk__in=held.filter(content_object__in=bodies).values("user_id"), is_active=True
    ).order_by("department__path", "username")


def documents_visible_to(user: Person) -> DocumentQuerySet:
    """Documents ``user`` sees at a desk, drafts included: those of the departments whose desk is open to them."""
    if accounts.can_see_everything(user):
        return Document.objects.all()
    return Document.objects.filter(department__in=accounts.departments_visible_to(user))


def can_see_document(user: Person, document: Document) -> bool:
    """Twin of `documents_visible_to`."""
    return accounts.can_see_department(user, document.department)


def can_withdraw(user: Person, document: Document) -> bool:
    """True for those who sign for, or administer, the document's department."""
    roles = (Role.APPROVER, Role.DEPARTMENT_ADMIN)
    return any(accounts.has_role(user, role, document.department) for role in roles)


def can_take_down(user: Person, document: Document) -> bool:
    """True for one person with the right, without waiting for a second (rulings 16)."""
    roles = (Role.OFFICE_HEAD, Role.APPROVER)
    return accounts.is_system_admin(user) or any(accounts.has_role(user, role, document.department) for role in roles)


def departments_reported_on_by(user: Person) -> DepartmentQuerySet:
    """条例§49: bodies whose annual report ``user`` makes public; all for the department in charge."""
    if accounts.is_supervisor(user):
        return Department.objects.all()
    return accounts.departments_with_role(user, Role.OFFICE_HEAD)


def can_publish_report(user: Person, department: Department) -> bool:
    """Twin of `departments_reported_on_by`."""
    return accounts.is_supervisor(user) or accounts.has_role(user, Role.OFFICE_HEAD, department)


def runs_visible_to(user: Person) -> QuerySet[ImportRun]:
    """Imports ``user`` may look at: those of the departments they import into, all for the city-wide roles."""
    if accounts.can_see_everything(user):
        return ImportRun.objects.all()
    return ImportRun.objects.filter(department__in=departments_importable_by(user))


def can_see_run(user: Person, run: ImportRun) -> bool:
    """Twin of `runs_visible_to`."""
    return accounts.can_see_everything(user) or can_import_into(user, run.department)
