"""The desks as one person sees them: what the navigation and the entrance offer."""

from typing import Any, NamedTuple

from django.http import HttpRequest
from django.urls import reverse

from accounts import rules
from accounts.roles import Role


class Tile(NamedTuple):
    """A way into a desk."""

    label: str
    text: str
    url: str


def desk_tiles(user: Any) -> list[Tile]:
    """The desks this person can use."""
    tiles = [Tile("我的账号", "我的岗位、动态口令和最近的登录", reverse("accounts:mine"))]
    if rules.holds_any_role(user):
        tiles.append(Tile("信息目录", "本机构的全部政府信息，按公开属性和状态查看", reverse("disclosure:documents")))
        tiles.append(Tile("工作日历", "放假、调休安排，法定期限据此计算", reverse("workdays:this_year")))
    if rules.is_system_admin(user) or rules.departments_with_role(user, Role.DEPARTMENT_ADMIN).exists():
        tiles.append(Tile("批量导入", "从文件导入已在原平台公开的信息", reverse("disclosure:imports")))
    if rules.can_see_everything(user) or rules.departments_with_role(user, Role.DEPARTMENT_ADMIN).exists():
        tiles.append(Tile("人员与岗位", "账号、岗位的授予和收回", reverse("accounts:people")))
        tiles.append(Tile("登录与权限记录", "每次登录、失败和岗位变动", reverse("accounts:record")))
    if rules.is_system_admin(user) and user.is_staff:
        tiles.append(Tile("基础数据", "栏目、主题分类、机构、检索词表", reverse("admin:index")))
    return tiles


def desk_navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """The same way in on every desk page, the current one marked."""
    tiles = [Tile("工作台首页", "", reverse("desk")), *desk_tiles(request.user)]
    current = max((tile.url for tile in tiles if request.path.startswith(tile.url)), key=len, default="")
    items = [{"label": tile.label, "url": tile.url, "current": tile.url == current} for tile in tiles]
    return [{"title": "工作台", "items": items}]
