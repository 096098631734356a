"""What bodies keep up for everybody: institution, guide, directory (条例§12, §20), as it stood at the end of the period."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils import timezone

from accounts.models import Department, DepartmentKind
from disclosure.models import DirectoryEntry, DirectoryVersion, Edition
from disclosure.registers.completeness import EMPTY, LATE, Checked, check
from disclosure.registers.services import GUIDE, INSTITUTION, EditionKind
from reports.scorecards.measures.base import Answer, Asked, Found, Link, Measure, not_concerned

YEAR_DAYS = 365
CHANNELS = {"in_person": "当面", "by_post": "邮寄", "online": "在线"}


def latest(kind: EditionKind, asked: Asked) -> dict[int, Edition]:
    """The version each body had in force at the end of the period; one query."""
    rows = kind.model._default_manager.filter(department__in=asked.bodies, published_at__lt=asked.until)
    return {row.department_id: row for row in rows.select_related("department").order_by("number")}


def _public(kind: EditionKind, body: Department) -> Link:
    return (f"{kind.label}页面", reverse(f"disclosure_public:{kind.slug}", args=[body.code]))


def _desk(kind: EditionKind, body: Department) -> Link:
    return (f"编辑{kind.label}", reverse(f"disclosure:register_{kind.slug}", args=[body.code]))


def complete(kind: EditionKind) -> Callable[[Asked], Answer]:
    """条例§12, §20: a published edition that states everything; each missing part is a finding."""

    def find(asked: Asked) -> Answer:
        there, found = latest(kind, asked), {}
        for pk, body in asked.bodies.items():
            row: Any = there.get(pk)
            if row is None:
                found[pk] = Found(
                    len(kind.missing(kind.model(department=body))), f"没有发布{kind.label}", (_desk(kind, body),)
                )
                continue
            missing = kind.missing(row)
            words = f"缺少：{'、'.join(missing)}" if missing else "要素齐全"
            on = timezone.localdate(row.published_at)
            found[pk] = Found(len(missing), f"{on:%Y-%m-%d} 发布的{kind.label}{words}", (_public(kind, body),))
        return found

    return find


def current(kind: EditionKind) -> Callable[[Asked], Answer]:
    """条例§12: a guide or institution published anew within so many days (及时更新)."""

    def find(asked: Asked) -> Answer:
        there, found = latest(kind, asked), {}
        for pk, body in asked.bodies.items():
            row: Any = there.get(pk)
            if row is None:
                found[pk] = Found(1, f"没有发布{kind.label}", (_desk(kind, body),))
            else:
                found[pk] = _aged(asked, row.published_at, kind.label, _public(kind, body))
        return found

    return find


def _aged(asked: Asked, published_at: Any, label: str, link: Link) -> Found:
    is_old = published_at < asked.until - timedelta(days=asked.days)
    words = f"最近一次发布是 {timezone.localdate(published_at):%Y-%m-%d}"
    return Found(int(is_old), f"{label}{words}{f'，已超过 {asked.days} 天' if is_old else ''}", (link,))


def channels(asked: Asked) -> Answer:
    """条例§12, §28: the guide says how each door is used; public enterprises take no applications."""
    bodies = {pk: body for pk, body in asked.bodies.items() if body.kind != DepartmentKind.PUBLIC_ENTERPRISE}
    there, found = latest(GUIDE, asked), not_concerned(asked.bodies.keys() - bodies.keys())
    for pk, body in bodies.items():
        row: Any = there.get(pk)
        missing = [label for name, label in CHANNELS.items() if row is None or not getattr(row, name).strip()]
        words = f"公开指南没有写明{'、'.join(missing)}申请的办法" if missing else "当面、邮寄、在线申请的办法都已写明"
        found[pk] = Found(len(missing), words, (_public(GUIDE, body) if row else _desk(GUIDE, body),))
    return found


def directory(asked: Asked) -> Answer:
    """条例§12: a published directory; one older than ``days`` counts as not kept up, where days are given."""
    rows = DirectoryVersion.objects.filter(department__in=asked.bodies, published_at__lt=asked.until)
    there = dict(rows.order_by("number").values_list("department", "published_at"))
    found = {}
    for pk, body in asked.bodies.items():
        page = ("主动公开基本目录", reverse("disclosure_public:directory", args=[body.code]))
        desk = ("编辑目录", reverse("disclosure:register_directory", args=[body.code]))
        if pk not in there:
            found[pk] = Found(1, "没有发布主动公开基本目录", (desk,))
        elif asked.days:
            found[pk] = _aged(asked, there[pk], "主动公开基本目录", page)
        else:
            found[pk] = Found(0, f"目录发布于 {timezone.localdate(there[pk]):%Y-%m-%d}", (page,))
    return found


def entries(result: str) -> Callable[[Asked], Answer]:
    """条例§12, §26: entries of the directory without anything behind them (空缺), or late (超期); three queries.

    Without a directory nothing is earned: having none must not pay more than having one with gaps.
    """

    def find(asked: Asked) -> Answer:
        rows = DirectoryEntry.objects.filter(department__in=asked.bodies)
        by_body: dict[int, list[Checked]] = {}
        for row in check(rows, calendar=asked.calendar, at=asked.until):
            by_body.setdefault(row.entry.department_id, []).append(row)
        found = {pk: _entries_of(asked.bodies[pk], checked, result) for pk, checked in by_body.items()}
        for pk in asked.bodies.keys() - found.keys():
            link = ("编辑目录", reverse("disclosure:register_directory", args=[asked.bodies[pk].code]))
            found[pk] = Found(1, "没有编制主动公开基本目录，本项不得分", (link,), share=Decimal(0))
        return found

    return find


def _entries_of(body: Department, checked: list[Checked], result: str) -> Found:
    wrong = [row for row in checked if row.result == result]
    names = "、".join(f"“{row.entry}”" for row in wrong[:10])
    words = f"{len(wrong)} 项{result}：{names}{'等' if len(wrong) > 10 else ''}" if wrong else f"没有{result}的事项"
    link = ("目录完整性检查", reverse("disclosure:register_check", args=[body.code]))
    return Found(len(wrong), f"基本目录共 {len(checked)} 项，{words}", (link,))


MEASURES = (
    Measure(
        "institution_stated", "机构职能要素",
        "按已发布的机构职能，缺少职责、内设机构、负责人、地址、时间、电话中的一项计一处；没有发布的，每项计一处。",
        complete(INSTITUTION),
    ),
    Measure(
        "guide_complete", "公开指南要素",
        "按已发布的公开指南，缺少条例第十二条要求的一项计一处；没有发布的，每项计一处。", complete(GUIDE),
    ),
    Measure(
        "guide_current", "公开指南更新", "公开指南超过规定天数没有重新发布，或者没有发布的，计一处。", current(GUIDE),
        takes=("days",), days=YEAR_DAYS,
    ),
    Measure(
        "guide_channels", "申请渠道写明", "公开指南没有写明当面、邮寄、在线申请办法的，缺一种计一处。公共企事业单位不计。", channels,
    ),
    Measure(
        "directory_published", "基本目录发布", "没有发布主动公开基本目录的计一处；填写天数的，超过天数没有更新也计一处。", directory,
        takes=("days",),
    ),
    Measure("directory_filled", "目录事项空缺", "基本目录中对应栏目没有本机关公开内容的事项，一项计一处；没有基本目录的不得分。", entries(EMPTY)),
    Measure("directory_timely", "目录事项超期", "基本目录中超过公开时限的事项，一项计一处；没有基本目录的不得分。", entries(LATE)),
)  # fmt: skip
