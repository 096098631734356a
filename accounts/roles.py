"""The roles a person may hold, each in a department; city-wide ones are held in the root."""

from django.db import models


class Role(models.TextChoices):
    """Roles stored as guardian permissions on `Department`."""

    CLERK = "clerk", "采编"
    REVIEWER = "reviewer", "审核"
    SECRECY_REVIEWER = "secrecy_reviewer", "保密审查"
    APPROVER = "approver", "签发"
    REQUEST_OFFICER = "request_officer", "申请办理"
    OFFICE_HEAD = "office_head", "公开机构负责人"
    DEPARTMENT_ADMIN = "department_admin", "机构管理员"
    SUPERVISOR = "supervisor", "主管部门"
    SYSTEM_ADMIN = "system_admin", "系统管理员"
    AUDITOR = "auditor", "审计（只读）"

    @property
    def permission(self) -> str:
        """Codename of the guardian permission."""
        return f"act_as_{self.value}"

    @classmethod
    def of_permission(cls, codename: str) -> "Role":
        """The role whose permission has this codename."""
        return cls(codename.removeprefix("act_as_"))

    @property
    def is_city_wide(self) -> bool:
        """True for roles that see every department."""
        return self in CITY_WIDE


CITY_WIDE = frozenset({Role.SUPERVISOR, Role.SYSTEM_ADMIN, Role.AUDITOR})
