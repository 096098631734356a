"""Until when an applicant may go on: reconsideration and litigation. Pure."""

from calendar import monthrange
from datetime import date, timedelta

from workdays.arithmetic import Calendar, Counted

RECONSIDERATION_DAYS = 60
LITIGATION_MONTHS = 6
AFTER_RECONSIDERATION_DAYS = 15


def reconsideration_until(served_on: date, calendar: Calendar) -> Counted:
    """行政复议法§20: 60 days from the day after service; a last day off moves to the next working day (民法典§203)."""
    return calendar.next_workday_on_or_after(served_on + timedelta(days=RECONSIDERATION_DAYS))


def litigation_until(served_on: date, calendar: Calendar) -> Counted:
    """行政诉讼法§46: six months; a month without that day ends on its last day (民法典§202)."""
    months = served_on.year * 12 + served_on.month - 1 + LITIGATION_MONTHS
    year, month = months // 12, months % 12 + 1
    last = date(year, month, min(served_on.day, monthrange(year, month)[1]))
    return calendar.next_workday_on_or_after(last)


def litigation_after_reconsideration_until(served_on: date, calendar: Calendar) -> Counted:
    """行政诉讼法§45: 15 days from the day after the decision on reconsideration was served."""
    return calendar.next_workday_on_or_after(served_on + timedelta(days=AFTER_RECONSIDERATION_DAYS))
