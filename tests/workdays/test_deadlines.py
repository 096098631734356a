"""Plain twenty-day periods: worked examples and their derivation."""

import json
from datetime import date
from typing import Any

import pytest

from disclosure.deadlines import publication_due_on
from requests_app.deadlines import reply_due_on
from tests.shared import shared_path
from workdays.arithmetic import Calendar

PLAIN = {"C01": "reply", "C04": "reply", "C15": "publication", "X04": "reply"}


@pytest.mark.law("条例§33")
@pytest.mark.parametrize(
    ("received_on", "due_on"),
    [
        (date(2024, 3, 22), date(2024, 4, 22)),  # over Qingming with a Sunday worked
        (date(2024, 9, 14), date(2024, 10, 18)),  # received on a make-up Saturday, over both autumn holidays
        (date(2025, 4, 14), date(2025, 5, 14)),
        (date(2025, 6, 3), date(2025, 7, 1)),
        (date(2025, 10, 9), date(2025, 11, 5)),
    ],
)
def test_an_application_is_answered_within_twenty_working_days(
    calendar: Calendar, received_on: date, due_on: date
) -> None:
    due = reply_due_on(received_on, calendar)
    assert (due.on, due.provisional) == (due_on, False)


@pytest.mark.law("条例§26")
def test_information_is_published_within_twenty_working_days_of_being_formed(calendar: Calendar) -> None:
    assert publication_due_on(date(2026, 2, 10), calendar).on == date(2026, 3, 16)


@pytest.mark.law("条例§33")
def test_the_derivation_can_be_checked_with_a_calendar(calendar: Calendar) -> None:
    assert reply_due_on(date(2024, 3, 22), calendar).steps == (
        "收到申请：2024年3月22日（星期五），当日不计入，自次日起算（《民法典》第二百零一条）",
        "期限：20 个工作日（《政府信息公开条例》第三十三条）",
        "其间 4月4日、4月5日放假，不计入",
        "其间 4月7日调休上班，计入",
        "第 20 个工作日：2024年4月22日（星期一）",
    )


@pytest.mark.law("条例§33")
def test_a_due_day_beyond_the_published_years_says_that_it_may_move(calendar: Calendar) -> None:
    due = reply_due_on(date(2026, 12, 10), calendar)
    assert due.provisional
    assert "暂定日期" in due.steps[-1]


@pytest.mark.law("条例§33", "条例§26")
@pytest.mark.parametrize("name", PLAIN)
def test_the_worked_cases_without_events_come_out_as_written(calendar: Calendar, name: str) -> None:
    cases = json.loads(shared_path("deadlines/cases.json").read_text(encoding="utf-8"))["cases"]
    case: dict[str, Any] = next(case for case in cases if case["id"] == name)
    start = date.fromisoformat(case["expected"].get("received_on") or case["events"][-1]["on"])
    due = {"reply": reply_due_on, "publication": publication_due_on}[case["kind"]](start, calendar)
    assert case["kind"] == PLAIN[name]
    assert due.on.isoformat() == case["expected"].get("due_on", due.on.isoformat())
    assert due.provisional is case["expected"].get("provisional", False)
