"""By when an application must be answered. Pure: dates in, dates out."""

from datetime import date

from workdays.arithmetic import Calendar
from workdays.due import Due, count_due

REPLY_WORKDAYS = 20


def reply_due_on(received_on: date, calendar: Calendar) -> Due:
    """条例§33: an application is answered within 20 working days of the day of receipt, which is not counted."""
    return count_due(
        start=received_on,
        event="收到申请",
        workdays=REPLY_WORKDAYS,
        article="《政府信息公开条例》第三十三条",
        calendar=calendar,
    )
