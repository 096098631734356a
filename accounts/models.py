"""Who: people, the department tree, and the record of what happened to both."""

from datetime import datetime

from django.contrib.auth.models import AbstractUser
from django.core.validators import RegexValidator
from django.db import models
from guardian.models import UserObjectPermissionBase
from treebeard.mp_tree import MP_Node, MP_NodeManager, MP_NodeQuerySet

from accounts.credit_code import validate_credit_code
from accounts.roles import Role
from workflow.models import AppendOnlyModel, AppendOnlyQuerySet


class DepartmentKind(models.TextChoices):
    """What a body is in law (条例§10, §54, §55)."""

    GOVERNMENT = "government", "人民政府"
    DEPARTMENT = "department", "政府工作部门"
    DISPATCHED = "dispatched", "派出机关"
    AUTHORIZED = "authorized", "法律、法规授权的组织"
    INTERNAL = "internal", "内设机构"
    PUBLIC_ENTERPRISE = "public_enterprise", "公共企事业单位"


class DepartmentQuerySet(MP_NodeQuerySet, models.QuerySet["Department"]):  # type: ignore[misc]
    """Adjectives of departments."""

    def active(self) -> "DepartmentQuerySet":
        """Not abolished."""
        return self.filter(is_active=True)

    def bodies(self) -> "DepartmentQuerySet":
        """Bodies with a page of their own: everything but internal offices."""
        return self.exclude(kind=DepartmentKind.INTERNAL)


_DepartmentManager = models.Manager.from_queryset(DepartmentQuerySet)


class DepartmentManager(_DepartmentManager["Department"], MP_NodeManager):  # type: ignore[misc]
    """Manager that yields `DepartmentQuerySet` in tree order."""

    def get_queryset(self) -> DepartmentQuerySet:
        """All departments, parents before children."""
        return DepartmentQuerySet(self.model, using=self._db).order_by("path")


class Department(MP_Node):  # type: ignore[misc]
    """A body or internal office, with the contact data of its disclosure office that the guide must state (条例§12)."""

    code = models.SlugField("代码", max_length=40, unique=True)
    name = models.CharField("名称", max_length=120)
    short_name = models.CharField("简称", max_length=60, blank=True)
    letter_word = models.CharField(
        "机关代字", max_length=10, blank=True, help_text="发文字号中代表本机关的字，如“云教”。"
    )
    kind = models.CharField("类型", max_length=20, choices=DepartmentKind, default=DepartmentKind.DEPARTMENT)
    credit_code = models.CharField("统一社会信用代码", max_length=18, blank=True, validators=[validate_credit_code])
    office_name = models.CharField("政府信息公开工作机构", max_length=120, blank=True)
    office_address = models.CharField("办公地址", max_length=200, blank=True)
    office_hours = models.CharField("办公时间", max_length=200, blank=True)
    phone = models.CharField("联系电话", max_length=60, blank=True)
    fax = models.CharField("传真号码", max_length=60, blank=True)
    email = models.EmailField("电子邮箱", blank=True)
    postal_code = models.CharField(
        "邮政编码", max_length=6, blank=True, validators=[RegexValidator(r"^\d{6}$", "邮政编码应为 6 位数字。")]
    )
    duties = models.TextField("主要职能", blank=True)
    is_active = models.BooleanField("在用", default=True)

    node_order_by: list[str] = []
    objects = DepartmentManager()

    class Meta:
        verbose_name = verbose_name_plural = "机构"
        constraints = [
            models.UniqueConstraint(
                fields=["credit_code"], condition=~models.Q(credit_code=""), name="accounts_credit_code_unique"
            )
        ]
        permissions = [(role.permission, role.label) for role in Role]

    def __str__(self) -> str:
        return str(self.name)

    @property
    def is_internal(self) -> bool:
        """True for an office inside a body; rights of the body reach it (rulings 20)."""
        return self.kind == DepartmentKind.INTERNAL


class User(AbstractUser):  # type: ignore[django-manager-missing]
    """A person who signs in."""

    full_name = models.CharField("姓名", max_length=80)
    department = models.ForeignKey(
        Department, verbose_name="所在机构", null=True, blank=True, on_delete=models.PROTECT, related_name="people"
    )
    phone = models.CharField("电话", max_length=40, blank=True)
    password_is_temporary = models.BooleanField("须修改初始密码", default=False)

    REQUIRED_FIELDS = ["full_name"]

    class Meta:
        verbose_name = verbose_name_plural = "用户"

    def __str__(self) -> str:
        return self.full_name or self.username


class DepartmentRole(UserObjectPermissionBase):
    """Guardian's table of who holds which role in which department, with a real foreign key instead of a generic one."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="holdings")
    content_object = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="holdings")

    class Meta(UserObjectPermissionBase.Meta):
        verbose_name = verbose_name_plural = "岗位"

    @property
    def role(self) -> Role:
        """The role behind the permission."""
        return Role.of_permission(self.permission.codename)


class AccountEventKind(models.TextChoices):
    """What is recorded about people's access."""

    SIGNED_IN = "signed_in", "登录"
    SIGN_IN_FAILED = "sign_in_failed", "登录失败"
    SECOND_FACTOR_FAILED = "second_factor_failed", "动态口令错误"
    LOCKED_OUT = "locked_out", "登录锁定"
    REFUSED_WHILE_LOCKED = "refused_while_locked", "锁定期间尝试登录"
    SIGNED_OUT = "signed_out", "退出"
    IDLE_SIGN_OUT = "idle_sign_out", "超时退出"
    PASSWORD_CHANGED = "password_changed", "修改密码"
    PASSWORD_RESET = "password_reset", "重置密码"
    SECOND_FACTOR_ADDED = "second_factor_added", "启用动态口令"
    SECOND_FACTOR_REMOVED = "second_factor_removed", "停用动态口令"
    RECOVERY_CODES_MADE = "recovery_codes_made", "生成恢复码"
    RECOVERY_CODE_USED = "recovery_code_used", "使用恢复码"
    CREATED = "created", "新建账号"
    ROLE_GRANTED = "role_granted", "授予岗位"
    ROLE_REVOKED = "role_revoked", "收回岗位"
    MOVED = "moved", "调动"
    DEACTIVATED = "deactivated", "停用账号"
    DEPARTMENT_CREATED = "department_created", "新建机构"
    DEPARTMENT_CHANGED = "department_changed", "修改机构"


class AccountEventQuerySet(AppendOnlyQuerySet):
    """The record: read it, add to it, nothing else."""

    def of_name(self, name_key: str, since: datetime) -> "AccountEventQuerySet":
        """Attempts under one sign-in name, known or not, after ``since``."""
        return self.filter(name_key=name_key, at__gt=since)


class AccountEvent(AppendOnlyModel):
    """Append-only record of sign-ins, failures and changes of rights."""

    kind = models.CharField("事项", max_length=24, choices=AccountEventKind)
    at = models.DateTimeField("时间")
    user = models.ForeignKey(User, verbose_name="用户", null=True, on_delete=models.PROTECT, related_name="events")
    username = models.CharField("登录名", max_length=150, blank=True)
    name_key = models.CharField("登录名摘要", max_length=64, blank=True)
    actor = models.ForeignKey(User, verbose_name="操作人", null=True, on_delete=models.PROTECT, related_name="+")
    department = models.ForeignKey(
        Department, verbose_name="机构", null=True, on_delete=models.PROTECT, related_name="+"
    )
    role = models.CharField("岗位", max_length=24, blank=True, choices=Role)
    detail = models.CharField("说明", max_length=200, blank=True)
    address = models.GenericIPAddressField("来源地址", null=True)

    objects = AccountEventQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = verbose_name_plural = "账号记录"
        indexes = [
            models.Index(fields=["user", "-id"], name="accounts_event_user"),
            models.Index(fields=["name_key", "at"], name="accounts_event_name"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%F %T} {self.get_kind_display()} {self.username}"
