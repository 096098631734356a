"""Tasks as rows of a table: the template to fill in, what is read from it, what is given out. The same columns both ways."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from django.utils import timezone

from accounts.models import Department
from disclosure.importing.dates import read_day
from disclosure.importing.faults import FileFault, RowFault
from disclosure.importing.readers import Record, Source
from files.spreadsheets import book
from reports.models import Task
from reports.plans.services import MOST_TASKS, TaskValues
from reports.plans.states import QUARTERS, TaskKind

T = TypeVar("T")
NUMBER, KIND, SECTION, TEXT, LEAD, RESPONSIBLE, DUE = "序号 类别 板块 任务内容 牵头机关 责任机关 完成期限".split()
QUOTAS = ("第一季度场次", "第二季度场次", "第三季度场次", "第四季度场次")
AUDIENCE = "发布主题和对象"
HEADS = (NUMBER, KIND, SECTION, TEXT, LEAD, RESPONSIBLE, DUE, *QUOTAS, AUDIENCE)
NEEDED = (TEXT, LEAD, DUE)
MOST_FAULTS = 50
MOST_QUOTA = 99
KINDS = {label: value for value, label in TaskKind.choices} | {"": TaskKind.TASK.value, "任务": TaskKind.TASK.value}
LONGEST = {TEXT: 500, SECTION: 60, AUDIENCE: 200}
_BETWEEN = re.compile(r"[、，,;；\n]+")
_WHOLE = re.compile(r"\d{1,4}(\.0+)?", re.ASCII)
NOTES = (
    (TEXT, "必填。写明做什么、做到什么程度，500 字以内。"),
    (LEAD, "必填。机关的全称、简称或者代码，一项任务一个牵头机关。"),
    (DUE, "必填。例如 2026-06-30 或者 2026年6月30日；新闻发布一般填 12 月 31 日。"),
    (RESPONSIBLE, "参加的其他机关，用顿号或者逗号隔开。"),
    (NUMBER, "可以不填，不填的按顺序编号；同一计划内不能重复。"),
    (KIND, f"“{TaskKind.TASK.label}”或者“{TaskKind.BRIEFING.label}”，不填的是工作任务。"),
    (SECTION, "任务所属的板块，页面按它分组，60 字以内。"),
    ("、".join(QUOTAS), "新闻发布填写，各季度计划举办的场次；工作任务不填。"),
    (AUDIENCE, "新闻发布填写，主题和面向的对象，200 字以内。"),
)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a row of the file; line 0 is the file itself."""

    line: int
    text: str

    def __str__(self) -> str:
        return f"第 {self.line} 行：{self.text}" if self.line else self.text


def template() -> bytes:
    """An empty workbook with the columns, and a sheet that says what belongs into them."""
    return book([("任务", HEADS, []), ("填写说明", ("列", "怎样填写"), NOTES)])


def cells_of(task: Task) -> list[Any]:
    """A task with its plan, lead and others as the row that `read` would take."""
    others = "、".join(body.name for body in task.responsible.all())
    quotas = [value or "" for value in task.quotas.values()] if task.is_briefing else [""] * len(QUARTERS)
    about = [task.number, task.get_kind_display(), task.section, task.text, task.lead.name, others]
    return [*about, f"{task.due_on:%Y-%m-%d}", *quotas, task.audience]


def read(path: Path, name: str) -> tuple[list[TaskValues], list[Fault]]:
    """The tasks of a CSV or XLSX file, or everything that is wrong with it, row by row."""
    try:
        source = Source(path, name)
    except FileFault as fault:
        return [], [Fault(0, f"{fault}。")]
    try:
        if source.kind not in ("csv", "xlsx"):
            return [], [Fault(0, "请上传 XLSX 或者 CSV 文件。")]
        return _tasks(source.records())
    except FileFault as fault:
        return [], [Fault(0, f"{fault}。")]
    finally:
        source.close()


def _tasks(records: Iterable[Record]) -> tuple[list[TaskValues], list[Fault]]:
    bodies = _bodies()
    found: list[TaskValues] = []
    faults: list[Fault] = []
    for record in records:
        if len(found) + len(faults) >= MOST_TASKS:
            faults.append(Fault(record.line, f"一次最多导入 {MOST_TASKS} 项任务。"))
            break
        if record.fault:
            faults.append(Fault(record.line, f"{record.fault}。"))
            continue
        if missing := [head for head in NEEDED if head not in record.value]:
            return [], [Fault(0, f"缺少列：{'、'.join(missing)}。请使用模板，不要改动表头。")]
        try:
            found.append(_task(record.value, bodies))
        except RowFault as fault:
            faults.append(Fault(record.line, f"{fault}。"))
    if not found and not faults:
        faults.append(Fault(0, "文件里没有任务：第一行应是模板的表头，从第二行起填写任务。"))
    return found, [*faults, *_twice(found)][:MOST_FAULTS]


def _twice(rows: Sequence[TaskValues]) -> list[Fault]:
    numbers = [row.number for row in rows if row.number]
    return [Fault(0, f"序号 {number} 出现了不止一次。") for number in sorted(set(numbers)) if numbers.count(number) > 1]


def _bodies() -> dict[str, Department]:
    """Active bodies by every name they go by; a short name that two of them share names neither."""
    found: dict[str, Department] = {}
    shared = set()
    for body in Department.objects.active().bodies():
        for name in {body.name, body.short_name, body.code} - {""}:
            if found.setdefault(name, body) != body:
                shared.add(name)
    return {name: body for name, body in found.items() if name not in shared}


def _task(row: dict[str, Any], bodies: dict[str, Department]) -> TaskValues:
    """A row as a task; RowFault with everything that is wrong in it."""
    said = {head: str(row.get(head, "")).strip() for head in HEADS}
    wrong = [f"没有填写{head}" for head in NEEDED if not said[head]]
    wrong += [f"{head}超过 {most} 字" for head, most in LONGEST.items() if len(said[head]) > most]
    if said[KIND] not in KINDS:
        wrong.append(f"类别“{said[KIND][:20]}”不对，应为“{TaskKind.TASK.label}”或者“{TaskKind.BRIEFING.label}”")

    due_on = _kept(wrong, read_day, row.get(DUE, ""), timezone.get_current_timezone())
    lead = _kept(wrong, _body, said[LEAD], bodies) if said[LEAD] else None
    others = [_kept(wrong, _body, name, bodies) for name in _BETWEEN.split(said[RESPONSIBLE]) if name.strip()]
    number = _kept(wrong, _number, said[NUMBER], NUMBER, 9999)
    quotas = [_kept(wrong, _number, said[head], head, MOST_QUOTA) or 0 for head in QUOTAS]
    if wrong or lead is None or due_on is None:
        raise RowFault("；".join(wrong) or f"没有填写{DUE}")
    return TaskValues(
        text=said[TEXT],
        lead=lead,
        due_on=due_on,
        kind=KINDS[said[KIND]],
        number=number,
        section=said[SECTION],
        responsible=tuple(filter(None, others)),
        quotas=(quotas[0], quotas[1], quotas[2], quotas[3]),
        audience=said[AUDIENCE],
    )


def _kept(wrong: list[str], read: Callable[..., T | None], *said: Any) -> T | None:
    """What ``read`` makes of a cell; its fault goes to the others of the row."""
    try:
        return read(*said)
    except RowFault as fault:
        wrong.append(str(fault))
        return None


def _body(name: str, bodies: dict[str, Department]) -> Department:
    body = bodies.get(name.strip())
    if body is None:
        raise RowFault(f"没有找到机关“{name.strip()[:30]}”，请填写全称、简称或者代码")
    return body


def _number(text: str, head: str, most: int) -> int | None:
    if not text:
        return None
    if not _WHOLE.fullmatch(text) or not 0 <= int(float(text)) <= most:
        raise RowFault(f"{head}“{text[:20]}”不是 0 至 {most} 的整数")
    return int(float(text)) or None
