"""The figures of the demo city, counted as the worker would count them in the first hour."""

from datetime import datetime

from django.utils import timezone

from reports.figures.measures import MONTHS_KEPT_CURRENT
from reports.figures.services import count_months
from workdays.months import last_months, month_key


def load(at: datetime) -> int:
    """The last 24 months; how many numbers changed."""
    months = last_months(timezone.localdate(at), MONTHS_KEPT_CURRENT)
    return count_months(map(month_key, reversed(months)), at=at)
