"""By when information must be published. Pure: dates in, dates out."""

from datetime import date

from workdays.arithmetic import Calendar
from workdays.due import Due, count_due

PUBLICATION_WORKDAYS = 20


def publication_due_on(formed_or_changed_on: date, calendar: Calendar) -> Due:
    """条例§26: proactive information is published within 20 working days of being formed or changed.

    Laws and regulations that set another period prevail; such periods are settings with their basis (rulings 14).
    """
    return count_due(
        start=formed_or_changed_on,
        event="信息形成或者变更",
        workdays=PUBLICATION_WORKDAYS,
        article="《政府信息公开条例》第二十六条",
        calendar=calendar,
    )
