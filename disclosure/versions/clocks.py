"""A due day in the words of the clock, the same on every desk page. Pure."""

from dataclasses import dataclass
from datetime import date

from workdays.arithmetic import Calendar

FEW_WORKDAYS = 2


@dataclass(frozen=True, slots=True)
class Clock:
    """``words`` carry the meaning; ``tone`` (empty, ``warn`` or ``late``) only repeats it."""

    words: str
    tone: str
    on: date | None


def clock_of(due_on: date | None, today: date, calendar: Calendar) -> Clock:
    """还剩 6 个工作日, 今天到期, 超期 1 个工作日; no period: 没有公开期限."""
    if due_on is None:
        return Clock("没有公开期限", "", None)
    if due_on < today:
        late = calendar.workdays_between(due_on, today)
        return Clock(f"超期 {late} 个工作日" if late else "已过期限", "late", due_on)
    if due_on == today:
        return Clock("今天到期", "late", due_on)
    left = calendar.workdays_between(today, due_on)
    words = f"还剩 {left} 个工作日" if left else "下一个工作日前到期"
    return Clock(words, "warn" if left <= FEW_WORKDAYS else "", due_on)
