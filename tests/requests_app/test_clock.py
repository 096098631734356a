"""The statutory clock: worked cases, the conventions one by one, and a day-by-day count beside it."""

import io
import json
import sys
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from requests_app.deadlines import Clock, Happened, Impossible, fold
from requests_app.explaining import explain
from tests.shared import shared_path
from workdays.arithmetic import Calendar

IDS = ["C01", "C04", "C07", "C08", "C09", "C11", "C14", "C15", "X02", "X04"]


def on(text: str, event: str, **said: Any) -> Happened:
    return Happened(date.fromisoformat(text), event, **said)


def online(calendar: Calendar, *events: Happened, as_of: str = "") -> Clock:
    """An application confirmed on 2025-06-03; 20 working days end on 2025-07-01."""
    return fold(
        "online",
        [on("2025-06-03", "confirmed"), *events],
        calendar,
        as_of=date.fromisoformat(as_of) if as_of else None,
    )


@pytest.mark.law("条例§30", "条例§31", "条例§32", "条例§33", "条例§34", "行政诉讼法§46")
@pytest.mark.parametrize("name", IDS)
def test_the_worked_cases_come_out_as_written(calendar: Calendar, name: str) -> None:
    cases = json.loads(shared_path("deadlines/cases.json").read_text(encoding="utf-8"))["cases"]
    assert [case["id"] for case in cases] == IDS
    case = next(case for case in cases if case["id"] == name)
    found = explain(case, calendar)
    assert {key: found[key] for key in case["expected"]} == case["expected"]
    assert all(step["text"] and step["article"] for step in found["steps"])


@pytest.mark.law("条例§31")
@pytest.mark.parametrize(
    ("channel", "receipt"),
    [("in_person", "submitted"), ("oral", "submitted"), ("mail_signed", "signed"), ("mail_ordinary", "confirmed"),
     ("fax", "confirmed"), ("online", "confirmed"), ("email", "confirmed")],
)  # fmt: skip
def test_each_door_has_its_own_day_of_receipt(calendar: Calendar, channel: str, receipt: str) -> None:
    names = ["posted", "submitted", "arrived", "signed", "confirmed"]
    events = [on(f"2025-06-{day:02}", name) for day, name in enumerate(names, 2)]
    assert fold(channel, events, calendar).received_on == date(2025, 6, 2 + names.index(receipt))
    before = [each for each in events if each.event != receipt]
    clock = fold(channel, before, calendar)
    assert (clock.stands, clock.due_on, clock.received_on) == ("not_started", None, None)


@pytest.mark.law("条例§33")
def test_an_extension_is_approved_by_the_old_date_once_and_told(calendar: Calendar) -> None:
    last = on("2025-07-01", "extension_approved", workdays=20)
    clock = online(calendar, last, on("2025-07-01", "extension_notified"))
    assert (clock.due_on, clock.warnings) == (date(2025, 7, 29), [])
    assert online(calendar, last, as_of="2025-07-02").warnings == ["extension_not_notified"]
    for wrong in (
        [on("2025-07-02", "extension_approved", workdays=5)],
        [last, on("2025-07-10", "extension_approved", workdays=1)],
        [on("2025-06-20", "extension_approved", workdays=21)],
        [on("2025-06-20", "extension_approved", workdays=0)],
        [on("2025-06-20", "extension_notified")],
    ):
        with pytest.raises(Impossible):
            online(calendar, *wrong)


@pytest.mark.law("条例§30")
def test_a_late_notice_of_correction_stops_nothing(calendar: Calendar) -> None:
    in_time = online(calendar, on("2025-06-12", "correction_notice_served", correction_workdays=10))
    assert (in_time.stands, in_time.due_on, in_time.warnings) == ("awaiting_correction", None, [])
    late = online(calendar, on("2025-06-13", "correction_notice_served", correction_workdays=10))
    assert (late.stands, late.due_on, late.warnings) == ("running", date(2025, 7, 1), ["late_correction"])
    answered = online(
        calendar,
        on("2025-06-13", "correction_notice_served", correction_workdays=10),
        on("2025-06-16", "correction_received"),
    )
    assert (answered.received_on, answered.due_on) == (date(2025, 6, 3), date(2025, 7, 1))


@pytest.mark.law("条例§30")
def test_a_correction_clears_pauses_and_one_that_is_late_needs_a_good_reason(calendar: Calendar) -> None:
    asked = [
        on("2025-06-04", "third_party_sent"),
        on("2025-06-05", "correction_notice_served", correction_workdays=7),
    ]
    again = online(calendar, *asked, on("2025-06-10", "correction_received"))
    assert (again.received_on, again.suspended_workdays, again.stands) == (date(2025, 6, 10), 0, "running")
    assert again.first_received_on == date(2025, 6, 3) and again.due_on == again.base_due_on
    late = [*asked, on("2025-06-20", "correction_received")]
    assert online(calendar, *late).stands == "abandoned"
    assert online(calendar, *asked, on("2025-06-20", "correction_received", excused=True)).stands == "running"
    with pytest.raises(Impossible, match="没有通知补正"):
        online(calendar, on("2025-06-10", "correction_received"))


@pytest.mark.law("条例§32", "条例§34")
def test_silence_ends_a_consultation_on_its_own_day_but_not_one_without_a_day(calendar: Calendar) -> None:
    third = [on("2025-06-10", "third_party_sent"), on("2025-06-12", "third_party_served")]
    assert online(calendar, *third, as_of="2025-07-03").stands == "paused"
    assert online(calendar, *third, as_of="2025-07-04").stands == "running"
    unserved = online(calendar, on("2025-06-10", "third_party_sent"))
    assert unserved.consultation_due_on == date(2025, 7, 1)
    other = on("2025-06-10", "other_agency_sent")
    first, later = (online(calendar, other, as_of=day) for day in ("2025-07-15", "2025-07-16"))
    assert first.stands == later.stands == "paused" and first.consultation_due_on is None
    assert first.due_on and later.due_on and later.due_on > first.due_on


@pytest.mark.law("条例§42")
def test_payment_starts_the_count_anew_and_non_payment_ends_it(calendar: Calendar) -> None:
    notice = on("2025-06-10", "fee_notice_served")
    waiting = online(calendar, notice)
    assert (waiting.stands, waiting.payment_due_on) == ("paused", date(2025, 7, 8))
    assert online(calendar, notice, as_of="2025-07-09").stands == "abandoned"
    paid = online(calendar, notice, on("2025-06-20", "fee_paid"))
    assert (paid.received_on, paid.due_on, paid.stands) == (date(2025, 6, 3), date(2025, 7, 18), "running")
    extended = [on("2025-06-05", "extension_approved", workdays=5), notice, on("2025-06-20", "fee_paid")]
    with pytest.raises(Impossible, match="只能延长一次"):
        online(calendar, *extended, on("2025-06-23", "extension_approved", workdays=5))


@pytest.mark.law("条例§33")
@pytest.mark.parametrize(
    ("delivery", "stopped_on"), [("post", 30), ("electronic", 30), ("direct", None), ("entrusted", None)]
)
def test_delivery_decides_the_day_of_the_answer(calendar: Calendar, delivery: str, stopped_on: int | None) -> None:
    reply = on("2025-06-30", "replied", delivery=delivery)
    sent = online(calendar, reply)
    assert sent.stopped_on == (date(2025, 6, stopped_on) if stopped_on else None)
    served = online(calendar, reply, on("2025-07-02", "served"))
    assert (served.stands, served.on_time) == ("stopped", stopped_on is not None)
    with pytest.raises(Impossible, match="已经答复"):
        online(calendar, reply, on("2025-07-01", "extension_approved", workdays=5))
    with pytest.raises(Impossible, match="还没有答复"):
        online(calendar, on("2025-07-01", "served"))


DAYS = st.dates(date(2004, 2, 1), date(2026, 6, 1))
PAUSES = st.lists(
    st.tuples(st.integers(0, 60), st.integers(0, 40), st.sampled_from(["third_party", "agency"])), max_size=4
)


@given(start=DAYS, pauses=PAUSES, extension=st.integers(0, 20))
def test_it_agrees_with_counting_day_by_day(
    calendar: Calendar, start: date, pauses: list[tuple[int, int, str]], extension: int
) -> None:
    events = [Happened(start, "submitted")]
    for number, (after, lasts, kind) in enumerate(pauses):
        sent = start + timedelta(days=after)
        events.append(Happened(sent, f"{kind}_sent", id=str(number)))
        events.append(Happened(sent + timedelta(days=lasts), f"{kind}_returned", id=str(number)))
    if extension:
        events.insert(1, Happened(start, "extension_approved", workdays=extension))
    clock = fold("in_person", events, calendar)
    assert clock.due_on == day_by_day(calendar, start, pauses, 20 + extension)


def day_by_day(calendar: Calendar, start: date, pauses: list[tuple[int, int, str]], wanted: int) -> date:
    """The same count as a clerk makes it with a calendar: each day in turn, crossed out or not."""
    crossed = set()
    for after, lasts, _ in pauses:
        day, left = start + timedelta(days=after), 15
        for _ in range(lasts):
            day += timedelta(days=1)
            left -= calendar.is_workday(day)
            if left >= 0 and (left or calendar.is_workday(day)):
                crossed.add(day)
    day, counted = start, 0
    while counted < wanted:
        day += timedelta(days=1)
        counted += calendar.is_workday(day) and day not in crossed
    return day


@pytest.mark.django_db
def test_the_command_answers_line_by_line_and_says_2_when_one_cannot_be(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    good = {"kind": "reply", "channel": "in_person", "events": [{"on": "2024-03-22", "event": "submitted"}]}
    bad = [
        "不是 JSON",
        "[]",
        json.dumps({**good, "channel": "pigeon"}),
        json.dumps({**good, "events": [{"on": "2024-02-31", "event": "submitted"}]}),
        json.dumps({**good, "events": [{"on": "2024-03-22", "event": "correction_received"}]}),
        json.dumps({**good, "events": [*good["events"], {"on": "2024-03-25", "event": "dreamt"}]}),
    ]
    monkeypatch.setattr(sys, "stdin", io.StringIO("\n".join([json.dumps(good), *bad, json.dumps(good)])))
    with pytest.raises(CommandError) as refused:
        call_command("explain_deadline")
    assert refused.value.returncode == 2
    answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [("error" in answer) for answer in answers] == [False, *[True] * 6, False]
    assert answers[0]["due_on"] == answers[-1]["due_on"] == "2024-04-22"


@pytest.mark.law("条例§35")
def test_a_delay_that_was_told_puts_its_day_in_the_place_of_the_old_one(calendar: Calendar) -> None:
    told = on("2025-07-01", "delay_notified", until=date(2025, 9, 30))
    clock = online(calendar, told, on("2025-09-30", "replied"))
    assert (clock.due_on, clock.on_time, clock.warnings) == (date(2025, 9, 30), True, [])
    assert [step.article for step in clock.steps][1] == "条例第三十五条"
    late = online(calendar, on("2025-07-02", "delay_notified", until=date(2025, 9, 30)))
    assert (late.due_on, late.warnings) == (date(2025, 9, 30), ["delay_told_late"])
    waiting = online(calendar, told, on("2025-07-02", "fee_notice_served"), on("2025-07-03", "fee_paid"))
    assert waiting.due_on == date(2025, 7, 31), "payment starts a count of its own"
    for wrong in (
        [on("2025-06-20", "delay_notified")],
        [on("2025-06-20", "delay_notified", until=date(2025, 7, 1))],
        [on("2025-08-01", "delay_notified", until=date(2025, 8, 1))],
        [told, on("2025-07-10", "extension_approved", workdays=5)],
        [on("2025-06-10", "fee_notice_served"), on("2025-06-20", "delay_notified", until=date(2025, 9, 1))],
    ):
        with pytest.raises(Impossible):
            online(calendar, *wrong)


def test_a_withdrawn_application_stops_and_is_neither_in_time_nor_late(calendar: Calendar) -> None:
    clock = online(calendar, on("2025-07-10", "withdrawn"))
    assert (clock.stands, clock.stopped_on, clock.on_time) == ("stopped", date(2025, 7, 10), None)
    asked = on("2025-06-05", "correction_notice_served", correction_workdays=7)
    waiting = online(calendar, asked, on("2025-06-06", "withdrawn"))
    assert (waiting.stands, waiting.due_on, waiting.on_time) == ("stopped", None, None)
    for after in ("replied", "served", "withdrawn"):
        with pytest.raises(Impossible, match="已于 2025-06-06 撤回"):
            online(calendar, on("2025-06-06", "withdrawn"), on("2025-06-09", after))
    with pytest.raises(Impossible, match="已经答复"):
        online(calendar, on("2025-06-06", "replied"), on("2025-06-09", "withdrawn"))


def test_a_delay_is_read_from_json_and_the_derivation_is_whole(calendar: Calendar) -> None:
    events = [
        {"on": "2025-06-03", "event": "confirmed"},
        {"on": "2025-06-10", "event": "third_party_sent", "id": "{0}"},
        {"on": "2025-06-20", "event": "delay_notified", "until": "2025-09-30"},
    ]
    found = explain({"kind": "reply", "channel": "online", "events": events}, calendar)
    assert found["due_on"] == "2025-09-30"
    assert [step["text"] for step in found["steps"]] == [
        "2025年6月3日（星期二）收到申请，自次日起算 20 个工作日",
        "2025年6月10日（星期二）向第三方（{0}）征求意见，所需时间不计算在期限内",
        "申请数量、频次明显超过合理范围，2025年6月20日（星期五）告知申请人延迟至2025年9月30日（星期二）答复"
        "（原期限2025年7月22日（星期二））",
        "答复期限（已告知申请人延迟）：2025年9月30日（星期二）",
    ]
    events[-1]["until"] = "明年"
    with pytest.raises(Impossible, match="until"):
        explain({"kind": "reply", "channel": "online", "events": events}, calendar)
