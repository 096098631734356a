"""Problems for tests."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from reports.models import Problem
from reports.problems import services as problems
from tests.cast import Cast

NOW = timezone.make_aware(datetime(2026, 10, 12, 10, 0))
TODAY = NOW.date()
DUE = TODAY + timedelta(days=10)


def entered(cast: Cast, **said: Any) -> Problem:
    """A problem of the education bureau, due in ten days."""
    usual = {"actor": cast.qianqi, "department": cast.jyj, "text": "指南没有写明电子邮箱", "due_on": DUE, "at": NOW}
    return problems.open_problem(**(usual | said))


def reported(cast: Cast, row: Problem | None = None, **said: Any) -> Problem:
    """王五 said what was done."""
    row = row or entered(cast)
    usual = {"actor": cast.wangwu, "edition": row.edition, "text": "已补充", "link": "/guides/jyj/", "at": NOW}
    return problems.report(problem=row, **(usual | said))


def closed(cast: Cast) -> Problem:
    row = reported(cast)
    return problems.close(actor=cast.qianqi, problem=row, edition=row.edition, text="已核实", at=NOW)
