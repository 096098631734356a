"""The desks as one person sees them: what the navigation and the entrance offer."""

from datetime import date
from functools import cache
from typing import Any, NamedTuple

from django.http import HttpRequest
from django.urls import reverse

from accounts.roles import CITY_WIDE, Role
from accounts.rules import roles_of
from disclosure.drafts.selectors import returned_total
from disclosure.review.overview import late_total
from disclosure.review.selectors import waiting_total
from notices.selectors import unread_label
from reports.plans.selectors import own_figures, to_confirm_total
from reports.problems.selectors import total
from reports.problems.states import ProblemState
from reports.scorecards.selectors import objections_total
from requests_app.ledger.queues import BY_SLUG, counts, reader_of, shown_counts
from requests_app.letters.selectors import to_sign_total

ANY = frozenset(Role)
STEPS = frozenset({Role.REVIEWER, Role.SECRECY_REVIEWER, Role.APPROVER})
ANSWERING = frozenset({Role.REQUEST_OFFICER, Role.OFFICE_HEAD})
SEERS = frozenset({Role.SUPERVISOR, Role.AUDITOR})
LEADERS = frozenset({Role.OFFICE_HEAD, Role.APPROVER})
ADMIN = frozenset({Role.DEPARTMENT_ADMIN})
ROUNDS = LEADERS | {Role.CLERK, Role.REVIEWER, Role.SUPERVISOR, Role.AUDITOR}
SYSTEM = frozenset({Role.SYSTEM_ADMIN})

PUBLISHING, APPLYING, ACCOUNTING, SETTING, MYSELF = "信息公开", "依申请公开", "统计与考核", "日程与设置", "我的"
GROUPS = (PUBLISHING, APPLYING, ACCOUNTING, SETTING, MYSELF)


class Tile(NamedTuple):
    """A way into a desk, and the roles that lead there (`tests/portal/test_desk.py` holds them against the desks)."""

    group: str
    label: str
    text: str
    name: str
    roles: frozenset[Role]
    for_readers: str = ""
    """The text for who does not draft, where it differs."""

    @property
    def url(self) -> str:
        """Its address."""
        return _address(self.name)


@cache
def _address(name: str) -> str:
    return reverse(name)  # the navigation of every desk page asks for twenty


TILES = (
    Tile(PUBLISHING, "等我办理", "审核、保密审查、签发，先到期的在前", "disclosure:review", STEPS),
    Tile(
        PUBLISHING,
        "拟稿",
        "起草、修订和更正，退回给您的，公开期限",
        "disclosure:drafts",
        ANY,
        for_readers="正在起草和审查的拟稿，现在的环节和公开期限",
    ),
    Tile(
        PUBLISHING, "办理概览", "超期、待办、轮到谁，公开及时率和解读情况", "disclosure:overview", LEADERS | CITY_WIDE
    ),
    Tile(PUBLISHING, "信息目录", "您能查看的全部政府信息，按公开属性和状态查看", "disclosure:documents", ANY),
    Tile(PUBLISHING, "清理与评估", "规范性文件清理、不予公开信息评估", "disclosure:rounds", ROUNDS),
    Tile(
        PUBLISHING,
        "指南、目录与公报",
        "公开指南、机构职能、基本目录、公报，栏目巡查",
        "disclosure:registers",
        LEADERS | ADMIN | CITY_WIDE,
    ),
    Tile(PUBLISHING, "批量导入", "从文件导入已在原平台公开的信息", "disclosure:imports", ADMIN | CITY_WIDE),
    Tile(
        APPLYING,
        "申请台账",
        "依申请公开：待确认、待受理、我承办的，先到期的在前",
        "requests_desk:ledger",
        ANSWERING | SEERS,
    ),
    Tile(APPLYING, "登记申请", "当面、邮寄、传真、口头提出的申请，当场答复", "requests_desk:counter", ANSWERING),
    Tile(
        APPLYING,
        "待签发文书",
        "答复、延期、补正等文书，等负责人签发",
        "requests_desk:to_sign",
        frozenset({Role.OFFICE_HEAD}),
    ),
    Tile(
        APPLYING,
        "申请概览",
        "各机构的申请、超期、按时率",
        "requests_desk:overview",
        frozenset({Role.OFFICE_HEAD}) | SEERS,
    ),
    Tile(APPLYING, "申请提醒", "即将到期的事项、已发出的提醒", "requests_desk:reminders", ANSWERING | SEERS),
    Tile(ACCOUNTING, "年度报告", "编制、核对、签发、公布，收存和核对其他机关的报告", "reports_desk:annual", ANY),
    Tile(
        ACCOUNTING,
        "季度分析",
        "申请按季度统计、写成分析，签发后公布",
        "reports_desk:quarterlies",
        ANSWERING | CITY_WIDE,
    ),
    Tile(
        ACCOUNTING,
        "统计数据",
        "公开、申请、时限和结果，按月份和机关，数字可以点开",
        "reports_desk:figures",
        ANSWERING | CITY_WIDE,
    ),
    Tile(
        ACCOUNTING,
        "任务台账",
        "年度工作要点的任务分解、新闻发布计划，期限和进展",
        "reports_desk:plans",
        ANSWERING | CITY_WIDE,
    ),
    Tile(
        ACCOUNTING,
        "培训记录",
        "政府信息公开培训，全年次数、人次和学时",
        "reports_desk:trainings",
        ANSWERING | CITY_WIDE,
    ),
    Tile(
        ACCOUNTING,
        "运行监测",
        "空白、超期、失效和失败的事项，责任机关和近九十天的变化",
        "reports_desk:watch",
        ADMIN | {Role.OFFICE_HEAD} | CITY_WIDE,
    ),
    Tile(
        ACCOUNTING, "考核评估", "指标体系、评定、得分和异议，公众评议问卷", "reports_desk:scorecards", ANSWERING | SEERS
    ),
    Tile(ACCOUNTING, "问题台账", "建账、整改、销账，期限早的在前", "reports_desk:problems", ANSWERING | SEERS),
    Tile(SETTING, "期限日历", "全年各天到期的申请、拟稿、清理评估、任务和问题，年度报告的日期", "agenda", ANY),
    Tile(
        SETTING,
        "公开办理规则",
        "是否经科室审核，短于法定的公开期限及其依据",
        "disclosure:rule",
        ADMIN | {Role.OFFICE_HEAD},
    ),
    Tile(SETTING, "工作日历", "放假、调休安排，法定期限据此计算", "workdays:this_year", ANY),
    Tile(SETTING, "人员与岗位", "账号、岗位的授予和收回", "accounts:people", ADMIN | CITY_WIDE),
    Tile(SETTING, "登录与权限记录", "每次登录、失败和岗位变动", "accounts:record", ADMIN | CITY_WIDE),
    Tile(SETTING, "消息发送记录", "邮件和短信的发送情况", "notices:deliveries", SYSTEM),
    Tile(SETTING, "基础数据", "栏目、主题分类、机构、检索词表", "admin:index", SYSTEM),
    Tile(MYSELF, "消息", "发给您的提醒和通知，未读的在前", "notices:list", ANY),
    Tile(MYSELF, "我的账号", "我的岗位、动态口令和最近的登录", "accounts:mine", ANY),
)
MINE = TILES[-1]
APPLICATIONS = Tile(MYSELF, "我的申请", "您提出的政府信息公开申请，办理进展和答复", "requests_app:mine", ANY)


def desk_tiles(user: Any) -> list[Tile]:
    """The desks this person can use; one query. A convenience: every desk decides for itself who may come in."""
    held = roles_of(user)
    if not held:
        return [APPLICATIONS, MINE]
    found = [tile for tile in TILES if held & tile.roles and (tile.name != "admin:index" or user.is_staff)]
    if Role.CLERK in held:
        return found
    return [tile._replace(text=tile.for_readers) if tile.for_readers else tile for tile in found]


def desk_figures(user: Any, *, today: date) -> list[tuple[str, str, str]]:
    """What waits for this person: label, number as shown, and the way there."""
    held = roles_of(user)
    found = []
    if held & STEPS:
        found.append(("等我办理", waiting_total(user), reverse("disclosure:review")))
    if Role.CLERK in held:
        found.append(("退回给我的", returned_total(user), reverse("disclosure:drafts") + "?tab=returned"))
    if held & LEADERS:
        found.append(("超过公开期限", late_total(user, today=today), reverse("disclosure:overview") + "?late=1"))
    if Role.OFFICE_HEAD in held:
        found.append(("待签发文书", to_sign_total(user), reverse("requests_desk:to_sign")))
    if held & ANSWERING:
        waiting = shown_counts(counts(reader_of(user), today=today))
        ledger = reverse("requests_desk:ledger")
        found += [(f"申请{BY_SLUG[slug].label}", waiting[slug], f"{ledger}?tab={slug}") for slug in ("accept", "late")]
        open_tasks, late_tasks = own_figures(user, today)
        tasks = reverse("reports_desk:plans")
        found += [("推进中的任务", open_tasks, tasks), ("任务超期", late_tasks, f"{tasks}?tab=late")]
        found.append(("问题待整改", total(user, ProblemState.OPEN), f"{reverse('reports_desk:problems')}?state=open"))
    if Role.SUPERVISOR in held:
        problems, objections = reverse("reports_desk:problems"), reverse("reports_desk:objections")
        found += [
            ("任务待确认办结", to_confirm_total(), f"{reverse('reports_desk:plans')}?tab=reported"),
            ("问题待核", total(user, ProblemState.REPORTED), f"{problems}?state=reported"),
            ("异议待处理", objections_total(), f"{objections}?show=waiting"),
        ]
    if held:
        found.append(("未读消息", unread_label(user) or "0", reverse("notices:list")))
    return found


def in_groups(tiles: list[Tile]) -> list[tuple[str, list[Tile]]]:
    """The tiles below the heading each belongs to, in the order of the house."""
    groups = [(group, [tile for tile in tiles if tile.group == group]) for group in GROUPS]
    return [(group, members) for group, members in groups if members]


def desk_navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """The same way in on every desk page, the current one marked."""
    tiles = desk_tiles(request.user)
    current = max((tile.url for tile in tiles if request.path.startswith(tile.url)), key=len, default="")
    return [
        {
            "title": group,
            "items": [{"label": tile.label, "url": tile.url, "current": tile.url == current} for tile in members],
        }
        for group, members in in_groups(tiles)
    ]
