"""Who answers for a body's disclosure: the head of its office and its officers, for many bodies in one question."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from accounts.models import Department, DepartmentRole, User
from accounts.roles import Role
from accounts.rules import people_with_role


@dataclass
class Owners:
    """The people of one body, by sign-in name; somebody who is both stands among the heads."""

    heads: list[User] = field(default_factory=list)
    officers: list[User] = field(default_factory=list)

    @property
    def everybody(self) -> list[User]:
        """Heads first."""
        return [*self.heads, *self.officers]

    @property
    def words(self) -> str:
        """Their names with what they do, for a line."""
        heads = "、".join(map(str, self.heads))
        officers = "、".join(map(str, self.officers))
        return "；".join(filter(None, [heads and f"负责人{heads}", officers and f"承办人{officers}"]))


def owners_of(bodies: Iterable[Department | int]) -> dict[int, Owners]:
    """Heads and officers by the key of their body (twin of `accounts.rules.people_with_role`); one question."""
    keys = [body if isinstance(body, int) else body.pk for body in bodies]
    found = {key: Owners() for key in keys}
    wanted = {Role.OFFICE_HEAD.permission, Role.REQUEST_OFFICER.permission}
    held = DepartmentRole.objects.filter(
        content_object__in=keys, permission__codename__in=wanted, user__is_active=True
    ).select_related("user", "permission")
    for row in sorted(
        held, key=lambda row: (row.permission.codename != Role.OFFICE_HEAD.permission, row.user.username)
    ):
        owners = found[row.content_object_id]
        if row.user not in owners.everybody:
            is_head = row.permission.codename == Role.OFFICE_HEAD.permission
            (owners.heads if is_head else owners.officers).append(row.user)
    return found


def people_of(body: Department) -> list[User]:
    """Head and officers of one body."""
    return owners_of([body])[body.pk].everybody


def supervisors() -> list[User]:
    """条例§3: who works in the department in charge."""
    root = Department.objects.filter(depth=1).first()
    return list(people_with_role(Role.SUPERVISOR, root)) if root else []
