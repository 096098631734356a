"""A due day with its derivation in sentences that a citizen can check with a calendar. Pure."""

from dataclasses import dataclass
from datetime import date

from workdays.arithmetic import Calendar


@dataclass(frozen=True, slots=True)
class Due:
    """By when, whether a missing notice may still move it, and how it was counted (Chinese, one line a step)."""

    on: date
    provisional: bool
    steps: tuple[str, ...]


def count_due(*, start: date, event: str, workdays: int, article: str, calendar: Calendar) -> Due:
    """``workdays`` working days from the day after ``start`` (民法典§201), explained; ``event`` names the start."""
    counted = calendar.add_workdays(start, workdays)
    steps = [
        f"{event}：{written(start)}，当日不计入，自次日起算（《民法典》第二百零一条）",
        f"期限：{workdays} 个工作日（{article}）",
    ]
    exceptions = calendar.exceptions_between(start, counted.on)
    for word, worked in (("放假，不计入", False), ("调休上班，计入", True)):
        if days := "、".join(f"{day.month}月{day.day}日" for day, is_worked in exceptions if is_worked == worked):
            steps.append(f"其间 {days}{word}")
    steps.append(f"第 {workdays} 个工作日：{written(counted.on)}")
    if counted.provisional:
        steps.append("有关年份的放假安排尚未公布，此日期为暂定日期，公布后重新计算")
    return Due(counted.on, counted.provisional, tuple(steps))


def written(day: date) -> str:
    """2026年11月22日（星期日）."""
    return f"{day.year}年{day.month}月{day.day}日（星期{'一二三四五六日'[day.weekday()]}）"
