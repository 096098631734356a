"""Every change of people, roles and departments. Permission first; the row of the record in the same transaction."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from guardian.shortcuts import assign_perm, remove_perm

from accounts import record, rules
from accounts.models import AccountEventKind, Department, DepartmentRole, User
from accounts.passwords import temporary_password
from accounts.roles import Role

CONTACT_FIELDS = frozenset(
    {"office_name", "office_address", "office_hours", "phone", "fax", "email", "postal_code", "duties"}
)


@dataclass(frozen=True)
class Held:
    """A role in a department, as it was before it ended."""

    role: Role
    department: Department


@transaction.atomic
def grant_role(
    *, actor: User, user: User, role: Role, department: Department, at: datetime, address: str | None = None
) -> None:
    """Give ``user`` the role. PermissionDenied / ValidationError (Chinese) when it may not or cannot be."""
    if not rules.can_change_role(actor, user, role, department):
        raise PermissionDenied("您不能为该用户授予这一岗位。")
    user = User.objects.select_for_update().get(pk=user.pk)
    if not user.is_active:
        raise ValidationError("该账号已停用，不能授予岗位。")
    if not department.is_active:
        raise ValidationError("该机构已撤销，不能授予岗位。")
    if role.is_city_wide and not department.is_root():
        raise ValidationError(f"“{role.label}”是全市岗位，只能在{Department.objects.get_root_nodes()[0]}授予。")
    if _holding(user, role, department).exists():
        raise ValidationError(f"{user}已有{department}的“{role.label}”岗位。")
    assign_perm(role.permission, user, department)
    kind = AccountEventKind.ROLE_GRANTED
    record.write(kind, at=at, user=user, actor=actor, department=department, role=role, address=address)


@transaction.atomic
def revoke_role(
    *, actor: User, user: User, role: Role, department: Department, at: datetime, address: str | None = None
) -> None:
    """Take the role away, from this moment on. Raises like `grant_role`."""
    if not rules.can_change_role(actor, user, role, department):
        raise PermissionDenied("您不能收回该用户的这一岗位。")
    user = User.objects.select_for_update().get(pk=user.pk)
    if not _holding(user, role, department).exists():
        raise ValidationError(f"{user}没有{department}的“{role.label}”岗位，可能已被他人收回。")
    _end(Held(role, department), user=user, actor=actor, at=at, address=address)
    _refuse_without_system_admin()


@transaction.atomic
def move_user(
    *, actor: User, user: User, department: Department, at: datetime, address: str | None = None
) -> list[Held]:
    """Move a person to another department; every role held until now ends at once (rulings 20). Returns what ended."""
    if not (rules.can_manage_person(actor, user) and rules.can_manage_people_of(actor, department)):
        raise PermissionDenied("您不能办理该用户的调动。")
    user = User.objects.select_for_update().get(pk=user.pk)
    if not department.is_active:
        raise ValidationError("该机构已撤销，不能调入人员。")
    if user.department_id == department.pk:
        raise ValidationError(f"{user}已在{department}。")
    detail = f"由{user.department}调入{department}" if user.department else f"进入{department}"
    ended = _end_all(user=user, actor=actor, at=at, address=address)
    user.department = department
    user.save(update_fields=["department"])
    kind = AccountEventKind.MOVED
    record.write(kind, at=at, user=user, actor=actor, department=department, detail=detail, address=address)
    _refuse_without_system_admin()
    return ended


@transaction.atomic
def deactivate_user(*, actor: User, user: User, at: datetime, address: str | None = None) -> list[Held]:
    """Close an account: it cannot sign in, open pages end, its roles end. Returns what ended."""
    if user.pk == actor.pk or not rules.can_manage_person(actor, user):
        raise PermissionDenied("您不能停用该账号。")
    user = User.objects.select_for_update().get(pk=user.pk)
    if not user.is_active:
        raise ValidationError("该账号已经停用。")
    ended = _end_all(user=user, actor=actor, at=at, address=address)
    user.is_active = False
    user.save(update_fields=["is_active"])
    kind = AccountEventKind.DEACTIVATED
    record.write(kind, at=at, user=user, actor=actor, department=user.department, address=address)
    _refuse_without_system_admin()
    return ended


@transaction.atomic
def open_own_account(*, username: str, full_name: str, password: str, at: datetime, address: str | None = None) -> User:
    """An account anybody opens to gather applications in: no department, no roles. ValidationError (Chinese) for a bad
    password."""
    user = User(username=username, full_name=full_name)
    validate_password(password, user)
    user.set_password(password)
    user.save()
    record.write(AccountEventKind.CREATED, at=at, user=user, actor=user, detail="自行开设", address=address)
    return user


@transaction.atomic
def create_user(
    *,
    actor: User,
    username: str,
    full_name: str,
    department: Department | None,
    at: datetime,
    password: str | None = None,
    phone: str = "",
    address: str | None = None,
) -> tuple[User, str]:
    """Open an account. Returns it with its password: the given one, or a temporary one to be changed at first sign-in."""
    if not rules.can_manage_people_of(actor, department):
        raise PermissionDenied("您不能在该机构新建账号。")
    if User.objects.filter(username__iexact=username).exists():
        raise ValidationError({"username": "该登录名已被使用。"})
    user = User(username=username, full_name=full_name, department=department, phone=phone)
    user.password_is_temporary = password is None
    if password is not None:
        validate_password(password, user)
    chosen = password or temporary_password()
    user.set_password(chosen)
    user.full_clean()
    user.save()
    kind = AccountEventKind.CREATED
    record.write(kind, at=at, user=user, actor=actor, department=department, address=address)
    return user, chosen


@transaction.atomic
def reset_password(*, actor: User, user: User, at: datetime, address: str | None = None) -> str:
    """Set and return a temporary password; open pages of the account end, a lock on it is lifted."""
    if user.pk == actor.pk or not rules.can_manage_person(actor, user):
        raise PermissionDenied("您不能重置该账号的密码。")
    user = User.objects.select_for_update().get(pk=user.pk)
    password = temporary_password()
    user.set_password(password)
    user.password_is_temporary = True
    user.save(update_fields=["password", "password_is_temporary"])
    record.write(AccountEventKind.PASSWORD_RESET, at=at, user=user, actor=actor, address=address)
    return password


@transaction.atomic
def remove_second_factor(*, actor: User, user: User, at: datetime, address: str | None = None) -> None:
    """Remove the codes of a person whose device is lost; she sets up new ones after signing in."""
    if user.pk == actor.pk or not rules.can_manage_person(actor, user):
        raise PermissionDenied("您不能停用该账号的动态口令。")
    removed, _ = Authenticator.objects.filter(user=user).delete()
    if not removed:
        raise ValidationError("该账号没有启用动态口令。")
    record.write(AccountEventKind.SECOND_FACTOR_REMOVED, at=at, user=user, actor=actor, address=address)


@transaction.atomic
def create_department(
    *,
    actor: User,
    parent: Department | None,
    code: str,
    name: str,
    at: datetime,
    address: str | None = None,
    **fields: Any,
) -> Department:
    """Add a department below ``parent`` (None: the root, once). ValidationError names wrong fields."""
    if not rules.is_system_admin(actor):
        raise PermissionDenied("只有系统管理员可以新建机构。")
    department = Department(code=code, name=name, **fields)
    department.full_clean(exclude=["path", "depth", "numchild"])
    if parent is None:
        if Department.objects.exists():
            raise ValidationError("机构树只有一个根，请选择上级机构。")
        Department.objects.add_root(instance=department)
    else:
        locked = Department.objects.select_for_update().get(pk=parent.pk)
        Department.objects.add_child(locked, instance=department)
    kind = AccountEventKind.DEPARTMENT_CREATED
    record.write(kind, at=at, user=None, actor=actor, department=department, detail=name, address=address)
    return department


@transaction.atomic
def change_department(
    *, actor: User, department: Department, at: datetime, address: str | None = None, **changes: Any
) -> Department:
    """Change fields. System administrators: all; department administrators: the statutory contact data (条例§12)."""
    allowed = rules.is_system_admin(actor) or (
        changes.keys() <= CONTACT_FIELDS and rules.has_role(actor, Role.DEPARTMENT_ADMIN, department)
    )
    if not allowed:
        raise PermissionDenied("您不能修改该机构的这些内容。")
    department = Department.objects.select_for_update().get(pk=department.pk)
    changed = [name for name, value in changes.items() if getattr(department, name) != value]
    for name in changed:
        setattr(department, name, changes[name])
    department.full_clean(exclude=["path", "depth", "numchild"])
    if changed:
        department.save(update_fields=changed)
        labels = "、".join(str(Department._meta.get_field(name).verbose_name) for name in changed)
        kind = AccountEventKind.DEPARTMENT_CHANGED
        record.write(kind, at=at, user=None, actor=actor, department=department, detail=labels, address=address)
    return department


def _holding(user: User, role: Role, department: Department) -> Any:
    return DepartmentRole.objects.filter(user=user, permission__codename=role.permission, content_object=department)


def _end(held: Held, *, user: User, actor: User, at: datetime, address: str | None) -> None:
    remove_perm(held.role.permission, user, held.department)
    kind = AccountEventKind.ROLE_REVOKED
    record.write(kind, at=at, user=user, actor=actor, department=held.department, role=held.role, address=address)


def _end_all(*, user: User, actor: User, at: datetime, address: str | None) -> list[Held]:
    rows = DepartmentRole.objects.filter(user=user).select_related("permission", "content_object").order_by("id")
    ended = [Held(row.role, row.content_object) for row in rows]
    for held in ended:
        _end(held, user=user, actor=actor, at=at, address=address)
    return ended


def _refuse_without_system_admin() -> None:
    root = Department.objects.get_root_nodes().first()
    if root is not None and not rules.people_with_role(Role.SYSTEM_ADMIN, root).exists():
        raise ValidationError("至少须保留一名在用的系统管理员。")
