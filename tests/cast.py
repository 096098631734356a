"""The people of every test, and the small city they work in."""

from dataclasses import dataclass, fields
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from accounts import services
from accounts.models import AccountEvent, Department, DepartmentKind, DepartmentRole, User
from accounts.roles import Role
from tests.kept import once

PASSWORD = "Yunlan-2026-test"


@dataclass
class Cast:
    """Who is who. `visitor` is nobody; `root` is the bootstrap account that set the city up."""

    root: User
    zhangsan: User
    """张三 applies; an account without roles."""
    lisi: User
    """李四 takes in and answers applications in the education bureau, and drafts documents there."""
    wangwu: User
    """王五 approves in the education bureau and heads its disclosure office."""
    zhaoliu: User
    """赵六 does what 李四 does, in the health commission: must see nothing of the education bureau."""
    qianqi: User
    """钱七 supervises disclosure in the whole city."""
    sunba: User
    """孙八 reviews in the education bureau."""
    zhoujiu: User
    """周九 does the secrecy review in the education bureau."""
    wushi: User
    """吴十 administers the accounts of the education bureau."""
    zhengyi: User
    """郑一 administers the system."""
    fenger: User
    """冯二 audits: reads everything, changes nothing."""
    visitor: AnonymousUser

    szf: Department
    jyj: Department
    jyj_bgs: Department
    wjw: Department
    qxq: Department
    qxq_jyj: Department

    @property
    def people(self) -> dict[str, User | AnonymousUser]:
        """Everybody by name, the visitor included."""
        everybody = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: who for name, who in everybody.items() if isinstance(who, User | AnonymousUser)}

    @property
    def departments(self) -> dict[str, Department]:
        """Every department by name."""
        everything = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: it for name, it in everything.items() if isinstance(it, Department)}


def make_cast() -> Cast:
    """Set up the city and its people through the services. All passwords are `PASSWORD`."""
    once("cast", [Department, User, DepartmentRole, AccountEvent], _found_the_city)
    names = {field.name for field in fields(Cast)}
    found: dict[str, Any] = {user.username: user for user in User.objects.select_related("department")}
    found |= {row.code.replace("-", "_"): row for row in Department.objects.all()}
    return Cast(visitor=AnonymousUser(), **{name: row for name, row in found.items() if name in names})


def _found_the_city() -> None:
    root = User.objects.create_superuser("root", password=PASSWORD, full_name="初始管理员")
    city = _departments(root)
    _person(root, "张三", None)
    _person(root, "李四", city["jyj"], Role.REQUEST_OFFICER, Role.CLERK)
    _person(root, "王五", city["jyj"], Role.APPROVER, Role.OFFICE_HEAD)
    _person(root, "赵六", city["wjw"], Role.REQUEST_OFFICER, Role.CLERK)
    _person(root, "钱七", city["szf"], Role.SUPERVISOR)
    _person(root, "孙八", city["jyj"], Role.REVIEWER)
    _person(root, "周九", city["jyj"], Role.SECRECY_REVIEWER)
    _person(root, "吴十", city["jyj"], Role.DEPARTMENT_ADMIN)
    _person(root, "郑一", city["szf"], Role.SYSTEM_ADMIN)
    _person(root, "冯二", city["szf"], Role.AUDITOR)


def _departments(actor: User) -> dict[str, Department]:
    def make(code: str, name: str, parent: Department | None, kind: DepartmentKind) -> Department:
        return services.create_department(
            actor=actor, parent=parent, code=code, name=name, kind=kind, at=timezone.now()
        )

    szf = make("szf", "云岚市人民政府", None, DepartmentKind.GOVERNMENT)
    jyj = make("jyj", "市教育局", szf, DepartmentKind.DEPARTMENT)
    qxq = make("qxq", "青溪区人民政府", szf, DepartmentKind.GOVERNMENT)
    return {
        "szf": szf,
        "jyj": jyj,
        "jyj_bgs": make("jyj-bgs", "市教育局办公室", jyj, DepartmentKind.INTERNAL),
        "wjw": make("wjw", "市卫生健康委员会", szf, DepartmentKind.DEPARTMENT),
        "qxq": qxq,
        "qxq_jyj": make("qxq-jyj", "青溪区教育局", qxq, DepartmentKind.DEPARTMENT),
    }


def _person(actor: User, name: str, department: Department | None, *roles: Role) -> User:
    user, _ = services.create_user(
        actor=actor,
        username=_USERNAMES[name],
        full_name=name,
        department=department,
        password=PASSWORD,
        at=timezone.now(),
    )
    for role in roles:
        held_in = Department.objects.get(depth=1) if role.is_city_wide else department
        assert held_in is not None
        services.grant_role(actor=actor, user=user, role=role, department=held_in, at=timezone.now())
    return user


_USERNAMES = {
    "张三": "zhangsan",
    "李四": "lisi",
    "王五": "wangwu",
    "赵六": "zhaoliu",
    "钱七": "qianqi",
    "孙八": "sunba",
    "周九": "zhoujiu",
    "吴十": "wushi",
    "郑一": "zhengyi",
    "冯二": "fenger",
}
