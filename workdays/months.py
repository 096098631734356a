"""Calendar months as figures need them: the last twelve of them, and one number for each."""

from datetime import date

MONTHS = 12


def last_months(today: date, count: int = MONTHS) -> list[date]:
    """First days of the last ``count`` months, oldest first; the last one is the month of ``today``."""
    position = today.year * 12 + today.month - 1
    return [date(place // 12, place % 12 + 1, 1) for place in range(position - count + 1, position + 1)]


def month_key(day: date) -> int:
    """202611 for every day of November 2026."""
    return day.year * 100 + day.month


def month_words(first: date, today: date) -> str:
    """2026年9月; of the month that is not over yet, how far it is counted."""
    is_running = month_key(first) == month_key(today)
    return f"{first.year}年{first.month}月" + (f"（至{today.day}日）" if is_running else "")


def span_words(today: date) -> str:
    """From which month to which day the last twelve months are counted."""
    first = last_months(today)[0]
    return f"{first.year}年{first.month}月至{today.year}年{today.month}月{today.day}日"
