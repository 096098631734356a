"""Who keeps and who reads the registers of a department; each with its queryset twin."""

from accounts import rules as accounts
from accounts.models import Department, DepartmentQuerySet
from accounts.roles import Role
from accounts.rules import Person

KEEPERS = (Role.DEPARTMENT_ADMIN, Role.OFFICE_HEAD, Role.APPROVER)


def departments_kept_by(user: Person) -> DepartmentQuerySet:
    """条例§4: bodies whose guide, institution and directory ``user`` edits and publishes; all for the supervisor."""
    bodies = Department.objects.bodies()
    if accounts.is_supervisor(user):
        return bodies
    kept = Department.objects.none()
    for role in KEEPERS:
        kept = kept | accounts.departments_with_role(user, role)
    return bodies.filter(pk__in=kept.order_by().values("pk"))


def can_keep(user: Person, department: Department) -> bool:
    """Twin of `departments_kept_by`."""
    return departments_kept_by(user).filter(pk=department.pk).exists()


def departments_readable_by(user: Person) -> DepartmentQuerySet:
    """Bodies whose registers ``user`` may look at on a desk: those kept, and all for the city-wide roles."""
    return Department.objects.bodies() if accounts.can_see_everything(user) else departments_kept_by(user)


def can_read(user: Person, department: Department) -> bool:
    """Twin of `departments_readable_by`."""
    return departments_readable_by(user).filter(pk=department.pk).exists()


def can_keep_gazette(user: Person) -> bool:
    """True for the supervisor and for the keepers of the root, the government that issues the gazette."""
    if accounts.is_supervisor(user):
        return True
    root = Department.objects.filter(depth=1).first()
    return root is not None and any(accounts.has_role(user, role, root) for role in KEEPERS)


def can_read_gazette(user: Person) -> bool:
    """True for those who keep it and for the city-wide roles."""
    return accounts.can_see_everything(user) or can_keep_gazette(user)
