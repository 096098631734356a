"""Who may: sentences about people, roles and departments, each with its queryset twin.

The only reader of guardian's table. Nothing outlives a request: a right that ended is gone with the next one.
"""

from functools import cached_property

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from accounts.models import (
    AccountEvent,
    AccountEventQuerySet,
    Department,
    DepartmentKind,
    DepartmentQuerySet,
    DepartmentRole,
    User,
)
from accounts.roles import CITY_WIDE, Role

Person = User | AnonymousUser


class Holdings:
    """What somebody holds and where, read once; nothing for visitors and for inactive accounts."""

    def __init__(self, user_id: int | None) -> None:
        self.user_id = user_id

    @cached_property
    def rows(self) -> list[tuple[str, str, int]]:
        """Codename of the permission, path and depth of the department."""
        if self.user_id is None:
            return []
        held = DepartmentRole.objects.filter(user_id=self.user_id, user__is_active=True)
        return list(held.values_list("permission__codename", "content_object__path", "content_object__depth"))

    @cached_property
    def internal(self) -> list[str]:
        """Paths of all internal offices, those above first."""
        offices = Department.objects.filter(kind=DepartmentKind.INTERNAL).order_by("path")
        return list(offices.values_list("path", flat=True))

    def reach(self, role: Role | None = None) -> set[str]:
        """Paths of the departments held, and of their internal offices; never what lies below (rulings 20)."""
        reached = {path for codename, path, _ in self.rows if role is None or codename == role.permission}
        for path in self.internal if reached else ():
            if path[: -Department.steplen] in reached:
                reached.add(path)
        return reached

    def in_the_root(self, *roles: Role) -> bool:
        """True if one of these roles is held for the whole city."""
        codenames = {role.permission for role in roles}
        return any(codename in codenames and depth == 1 for codename, _, depth in self.rows)


def holdings_of(user: Person) -> Holdings:
    """What ``user`` holds: what this request has read already, or read now."""
    kept: Holdings | None = getattr(user, "_holdings", None)
    return kept or Holdings(user.pk)


def keep_holdings(user: User) -> None:
    """Read the holdings of a request's ``user`` once for that request: some pages ask forty times."""
    user._holdings = Holdings(user.pk)  # type: ignore[attr-defined]


def roles_of(user: Person) -> frozenset[Role]:
    """Every role ``user`` holds somewhere, the bootstrap account's included; one query. Tells what to offer, not what
    may be done: for that ask about a department."""
    roles = {(Role.of_permission(codename), depth) for codename, _, depth in holdings_of(user).rows}
    found = {role for role, depth in roles if not role.is_city_wide or depth == 1}
    return frozenset(found | ({Role.SYSTEM_ADMIN} if _is_superuser(user) else set()))


def has_role(user: Person, role: Role, department: Department) -> bool:
    """True if ``user`` holds ``role`` in ``department``, or in the body whose internal office it is (rulings 20)."""
    if role.is_city_wide:
        return _holds_city_wide(user, role)
    return department.path in holdings_of(user).reach(role)


def departments_with_role(user: Person, role: Role) -> DepartmentQuerySet:
    """Departments in which `has_role` is true; every department for a city-wide role held in the root."""
    if not role.is_city_wide:
        return Department.objects.filter(path__in=holdings_of(user).reach(role))
    if _holds_city_wide(user, role):
        return Department.objects.all()
    return Department.objects.none()


def holds_any_role(user: Person) -> bool:
    """True for everybody who works at a desk: some role somewhere, or the bootstrap account."""
    return _is_superuser(user) or bool(holdings_of(user).rows)


def is_supervisor(user: Person) -> bool:
    """True for the department in charge of disclosure in the whole city (条例§3)."""
    return holdings_of(user).in_the_root(Role.SUPERVISOR)


def is_system_admin(user: Person) -> bool:
    """True for system administrators, the bootstrap account included."""
    return _holds_city_wide(user, Role.SYSTEM_ADMIN)


def is_auditor(user: Person) -> bool:
    """True for auditors, who read everything and change nothing."""
    return holdings_of(user).in_the_root(Role.AUDITOR)


def can_see_everything(user: Person) -> bool:
    """True for the city-wide roles."""
    return _is_superuser(user) or holdings_of(user).in_the_root(*CITY_WIDE)


def departments_visible_to(user: Person) -> DepartmentQuerySet:
    """Departments whose desk ``user`` may look at: all, or those reached by any of the roles held."""
    if can_see_everything(user):
        return Department.objects.all()
    return Department.objects.filter(path__in=holdings_of(user).reach())


def can_see_department(user: Person, department: Department) -> bool:
    """Twin of `departments_visible_to`."""
    return can_see_everything(user) or department.path in holdings_of(user).reach()


def people_with_role(role: Role, department: Department) -> QuerySet[User]:
    """Active people for whom `has_role` is true in ``department``; city-wide roles are looked up in the root."""
    held = DepartmentRole.objects.filter(permission__codename=role.permission)
    if role.is_city_wide:
        held = held.filter(content_object__depth=1)
    else:
        held = held.filter(content_object__path__in=_paths_up_to_the_body(department))
    people = Q(pk__in=held.values("user_id"))
    if role == Role.SYSTEM_ADMIN:
        people |= Q(is_superuser=True)
    return User.objects.filter(people, is_active=True)


# --- people and the record ---------------------------------------------------------------------------------------------


def departments_managed_by(user: Person) -> DepartmentQuerySet:
    """Departments whose people and roles ``user`` administers."""
    if is_system_admin(user):
        return Department.objects.all()
    return departments_with_role(user, Role.DEPARTMENT_ADMIN)


def can_manage_people_of(user: Person, department: Department | None) -> bool:
    """Twin of `departments_managed_by`; people without a department belong to the system administrators."""
    if department is None:
        return is_system_admin(user)
    return departments_managed_by(user).filter(pk=department.pk).exists()


def can_manage_person(user: Person, person: User) -> bool:
    """True if ``user`` may change the account of ``person``.

    A department administrator never manages somebody who holds more than that department can give: taking over the
    account (a new password) would take over those rights too. Nobody manages himself, but for the bootstrap account.
    """
    if person.pk == user.pk:
        return _is_superuser(user)
    if is_system_admin(user):
        return True
    if person.is_superuser or not can_manage_people_of(user, person.department):
        return False
    elsewhere = DepartmentRole.objects.filter(user=person).exclude(content_object__in=departments_managed_by(user))
    city_wide = DepartmentRole.objects.filter(user=person, permission__codename__in=[r.permission for r in CITY_WIDE])
    return not elsewhere.exists() and not city_wide.exists()


def can_change_role(user: Person, person: User, role: Role, department: Department) -> bool:
    """True if ``user`` may grant ``person`` the role in the department, or take it away."""
    if not can_manage_person(user, person):
        return False
    if role.is_city_wide:
        return is_system_admin(user)
    return can_manage_people_of(user, department)


def people_visible_to(user: Person) -> QuerySet[User]:
    """Accounts whose page ``user`` may open: all, those of the departments managed, and one's own."""
    if can_see_everything(user):
        return User.objects.all()
    if not user.is_authenticated or not user.is_active:
        return User.objects.none()
    managed = departments_with_role(user, Role.DEPARTMENT_ADMIN)
    return User.objects.filter(Q(pk=user.pk) | Q(department__in=managed))


def can_see_person(user: Person, person: User) -> bool:
    """Twin of `people_visible_to`."""
    return people_visible_to(user).filter(pk=person.pk).exists()


def events_visible_to(user: Person) -> AccountEventQuerySet:
    """Rows of the record about people whom ``user`` may see; unknown names only for the city-wide roles."""
    if can_see_everything(user):
        return AccountEvent.objects.all()
    return AccountEvent.objects.filter(user__in=people_visible_to(user))


def can_see_event(user: Person, event: AccountEvent) -> bool:
    """Twin of `events_visible_to`."""
    return can_see_everything(user) if event.user is None else can_see_person(user, event.user)


# --- how far a holding reaches -----------------------------------------------------------------------------------------


def _is_superuser(user: Person) -> bool:
    return user.is_superuser and user.is_active


def _holds_city_wide(user: Person, role: Role) -> bool:
    """The bootstrap account is a system administrator without holding anything."""
    return holdings_of(user).in_the_root(role) or (role == Role.SYSTEM_ADMIN and _is_superuser(user))


def _paths_up_to_the_body(department: Department) -> list[str]:
    """Paths in which a holding reaches ``department``: its own and, through internal offices, that of their body."""
    paths: list[str] = [department.path]
    if department.is_internal:
        for above in Department.objects.get_ancestors(department).order_by("-path"):
            paths.append(above.path)
            if not above.is_internal:
                break
    return paths
