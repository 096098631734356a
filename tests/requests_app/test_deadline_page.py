"""期限怎么算: the public page, the calendar it is checked on, and the words of the clock."""

from datetime import date, timedelta
from typing import Any

import lxml.html
import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from requests_app.clock_words import ClockWords, shown
from requests_app.counting import Mark, counting
from requests_app.deadlines import Happened, fold
from workdays.arithmetic import Calendar

Page = lxml.html.HtmlElement


@pytest.fixture
def _year(db: None) -> None:
    """The shipped arrangements are loaded."""
    call_command("load_calendar", verbosity=0)


def ask(**said: Any) -> Page:
    response = Client().get(reverse("requests_app:deadline"), said)
    assert response.status_code == 200
    return lxml.html.document_fromstring(response.content)


def words(page: Page, name: str) -> str:
    return " ".join(" ".join(found.text_content() for found in page.find_class(name)).split())


def errors(page: Page) -> dict[str, str]:
    """Field → error beside it, and what the summary alone says."""
    beside = {
        str(field.xpath(".//*[@name]")[0].get("name")): words(field, "field__error")
        for field in page.find_class("field--error")
    }
    assert len(page.find_class("error-summary")) == 1
    return beside


COMPLETE = {
    "channel": "online", "on": "2025-05-30", "confirmed_on": "2025-06-03",
    "who_1": "third_party", "sent_1": "2025-06-10", "served_1": "2025-06-12", "returned_1": "2025-06-25",
    "extension_approved": "2025-06-27", "extension_workdays": "5", "extension_notified": "2025-06-30",
    "replied": "2025-07-18", "delivery": "electronic",
}  # fmt: skip


def test_the_sentence_comes_first_then_the_derivation_then_the_days(_year: None) -> None:
    page = ask(**COMPLETE)
    assert words(page, "promise") == "答复期限至2025年7月23日（星期三）2025年7月18日（星期五）答复，按时。"
    (derivation,) = page.find_class("derivation")
    rows = [[cell.text_content() for cell in row] for row in derivation.xpath(".//tbody/tr")]
    assert rows[0] == ["2025年5月30日", "2025年5月30日（星期五）到达，不是收到之日", "条例第三十一条"]
    assert rows[-1][1].startswith("答复期限（20 个工作日，延长 5 个工作日，扣除征求意见")
    captions = [caption.text_content() for caption in page.xpath("//*[@class='counting']//caption")]
    assert [caption[:7] for caption in captions] == ["2025年6月", "2025年7月"]
    last = page.find_class("counting__day--due")[0].text_content()
    assert "第25个工作日" in last and "届满" in last
    assert page.xpath("//link[@rel='canonical']/@href")[0].endswith("/apply/deadline/")


def test_the_form_keeps_what_was_typed_and_opens_what_is_filled_in(_year: None) -> None:
    page = ask(**COMPLETE)
    assert page.xpath("//input[@name='sent_1']/@value") == ["2025-06-10"]
    opened = [details.findtext("summary") for details in page.xpath("//details[@open]")]
    assert opened == ["征求意见", "延长答复期限", "答复和送达"]
    assert ask().xpath("//details[@open]") == []


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"channel": "in_person", "on": "2099-06-01"}, "最迟2099年6月29日（星期一）答复。"),
        ({"channel": "online", "on": "2025-06-03"}, "还没有起算：双方确认收到申请之日起，20 个工作日内答复。"),
        ({"channel": "in_person", "on": "2025-06-03", "replied": "2025-07-02"}, "2025年7月2日（星期三）答复，超过了期限。"),
        ({"channel": "in_person", "on": "2025-06-03", "correction_served": "2025-06-05", "correction_workdays": "5"},
         "逾期没有补正，又没有正当理由的，视为放弃申请，不再处理。"),
        ({"channel": "in_person", "on": "2025-06-03", "correction_served": "2025-06-05"},
         "正在等待补正；收到补正材料以后重新计算答复期限。"),
        ({"channel": "in_person", "on": "2025-06-03", "fee_notice_served": "2025-06-05"},
         "逾期没有缴费，又没有正当理由的，视为放弃申请，不再处理。"),
        ({"channel": "in_person", "on": "2099-06-01", "fee_notice_served": "2099-06-03"}, "等待缴费，最迟2099年7月1日"),
        ({"channel": "in_person", "on": "2025-06-03", "who_1": "other_agency", "sent_1": "2025-06-05"},
         "正在征求意见，期限暂停。按现在所知，最迟"),
    ],
)  # fmt: skip
def test_each_state_has_its_sentence(_year: None, said: dict[str, str], sentence: str) -> None:
    assert sentence in words(ask(**said), "promise")


def test_a_count_beyond_the_published_years_is_called_provisional(_year: None) -> None:
    page = ask(channel="in_person", on="2026-12-21")
    assert words(page, "clock__note") == "暂定日期：2027年放假安排未公布"
    assert "暂定日期" in ask(kind="publication", day="2026-12-21").text_content()
    assert page.find_class("clock__note") and not ask(channel="in_person", on="2025-03-03").find_class("clock__note")


@pytest.mark.parametrize(
    ("change", "field", "error"),
    [
        ({"on": "2025-02-30"}, "on", "日期应形如 2026-03-02"),
        ({"on": ""}, "on", "请填写提交日、签收日或者到达日。"),
        ({"on": "1999-01-01"}, "on", "2008年5月1日"),
        ({"on": "\x00"}, "on", "日期应形如"),
        ({"channel": "pigeon"}, "channel", "请重新选择申请方式。"),
        ({"confirmed_on": "2025-05-29"}, "confirmed_on", "双方确认日不能早于到达日。"),
        ({"extension_workdays": "21"}, "extension_workdays", "应为 1 至 20 的整数。"),
        ({"extension_workdays": ""}, "extension_workdays", "请同时填写这一项"),
        ({"extension_approved": "2025-08-20", "extension_notified": "", "replied": ""}, "extension_approved", "已经届满，不能再延长"),
        ({"fee_paid": "2025-07-01"}, "fee_notice_served", "请同时填写这一项"),
        ({"served": "2025-06-01", "replied": "2025-07-18"}, "served", "还没有"),
        ({"correction_served": "2025-06-04", "correction_received": "2025-06-05", "sent_1": "2025-06-04"},
         "sent_1", "不能再次向第三方征求意见"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_said_beside_the_field(_year: None, change: dict[str, str], field: str, error: str) -> None:
    page = ask(**COMPLETE | change)
    assert error in errors(page)[field]
    assert page.findtext(".//title", "").startswith("有误：")
    assert page.find_class("promise") == []


@pytest.mark.parametrize(
    ("kind", "due"),
    [
        ("publication", "2025年3月28日"),
        ("reconsideration", "2025年4月29日"),
        ("litigation", "2025年8月28日"),
        ("litigation_after_reconsideration", "2025年3月17日"),
    ],
)
def test_periods_that_hang_on_one_day(_year: None, kind: str, due: str) -> None:
    page = ask(kind=kind, day="2025-02-28")
    assert due in words(page, "promise")
    assert page.xpath("//*[contains(@class, 'derivation')]//tbody/tr")
    assert errors(ask(kind=kind, day="昨天"))["day"].startswith("日期应形如")
    assert errors(ask(kind="never", day="2025-02-28"))["kind"] == "请重新选择期限。"


def test_it_costs_three_queries_at_most(_year: None, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_max_num_queries(3):
        ask(**COMPLETE)


@pytest.mark.django_db
def test_the_page_about_applying_leads_to_todays_example() -> None:
    page = lxml.html.document_fromstring(Client().get(reverse("requests_app:apply")).content)
    (link,) = page.xpath("//a[text()='这一天是怎么算出来的']/@href")
    answered = lxml.html.document_fromstring(Client().get(link).content)
    promised = page.xpath("//*[@class='promise']//time/@datetime")
    assert answered.xpath("//*[@class='promise']//time/@datetime") == promised


# --- the calendar -------------------------------------------------------------------------------------------------------


@given(
    start=st.dates(date(2010, 1, 1), date(2026, 3, 1)),
    pause=st.tuples(st.integers(1, 30), st.integers(0, 40)),
    extension=st.integers(0, 20),
)
def test_the_numbers_on_the_calendar_end_on_the_due_day(
    calendar: Calendar, start: date, pause: tuple[int, int], extension: int
) -> None:
    sent = start + timedelta(days=pause[0])
    events = [Happened(start, "submitted"), Happened(sent, "agency_sent")]
    events.append(Happened(sent + timedelta(days=pause[1]), "agency_returned"))
    if extension:
        events.insert(1, Happened(start, "extension_approved", workdays=extension))
    clock = fold("in_person", events, calendar)
    days = [day for month in counting(clock, calendar) for week in month.weeks for day in week if day]
    numbers = [day.number for day in days if day.number]
    assert numbers == list(range(1, 21 + extension))
    (due,) = [day for day in days if day.is_due]
    assert (due.on, due.number) == (clock.due_on, 20 + extension)
    assert sum(day.mark == Mark.TAKEN_OUT for day in days) == clock.suspended_workdays


def test_every_kind_of_day_is_marked(calendar: Calendar) -> None:
    sent = [Happened(date(2025, 9, 23), "third_party_sent"), Happened(date(2025, 9, 24), "third_party_returned")]
    told = Happened(date(2025, 9, 30), "delay_notified", until=date(2025, 11, 3))
    clock = fold("in_person", [Happened(date(2025, 9, 19), "submitted"), *sent, told], calendar)
    days = {day.on: day for month in counting(clock, calendar) for week in month.weeks for day in week if day}
    expected = {
        19: Mark.START,
        20: Mark.WEEKEND,
        22: Mark.COUNTED,
        24: Mark.TAKEN_OUT,
        28: Mark.MADE_UP,
        1: Mark.OUTSIDE,
    }
    assert {day: days[date(2025, 9, day)].mark for day in expected} == expected
    assert days[date(2025, 10, 1)].mark == Mark.HOLIDAY
    assert (days[date(2025, 11, 3)].mark, days[date(2025, 11, 3)].is_due) == (Mark.DELAYED, True)


def test_nothing_is_drawn_without_a_due_day_or_over_years(calendar: Calendar) -> None:
    started = Happened(date(2020, 6, 3), "submitted")
    waiting = fold("in_person", [started, Happened(date(2020, 6, 4), "correction_notice_served")], calendar)
    assert counting(waiting, calendar) == []
    endless = fold(
        "in_person", [started, Happened(date(2020, 6, 4), "other_agency_sent")], calendar, as_of=date(2024, 1, 1)
    )
    assert counting(endless, calendar) == []
    assert counting(fold("in_person", [], calendar), calendar) == []


# --- the words of the clock ---------------------------------------------------------------------------------------------

DUE = date(2025, 10, 28)


def clock_on(today: date, calendar: Calendar, **said: Any) -> ClockWords:
    usual = {"stands": "running", "due_on": DUE, "started_on": date(2025, 9, 23), "provisional": False}
    return shown(**(usual | said), today=today, calendar=calendar)


@pytest.mark.parametrize(
    ("day", "words", "tone"),
    [
        (20, "还剩 6 个工作日 · 10月28日 周二", ""),
        (24, "还剩 2 个工作日 · 10月28日 周二", "warn"),
        (28, "今天到期", "late"),
        (29, "超期 1 个工作日", "over_late"),
    ],
)
def test_a_running_clock_says_how_much_is_left(calendar: Calendar, day: int, words: str, tone: str) -> None:
    found = clock_on(date(2025, 10, day), calendar)
    assert (found.words, found.tone, found.on) == (words, tone, DUE)


def test_the_other_states_have_words_of_their_own(calendar: Calendar) -> None:
    today = date(2025, 10, 20)
    said: dict[str, Any] = {
        "暂停中：征求第三方意见": {"stands": "paused", "pause_reason": "征求第三方意见"},
        "暂停中：征求意见": {"stands": "paused"},
        "暂停中：等待申请人补正": {"stands": "awaiting_correction", "due_on": None},
        "待双方确认，尚未起算": {"stands": "not_started", "due_on": None, "started_on": None},
        "视为放弃申请": {"stands": "abandoned", "due_on": None},
        "已答复，用时 12 个工作日": {"stands": "stopped", "used_workdays": 12},
        "逾期答复，用时 22 个工作日": {"stands": "stopped", "used_workdays": 22, "on_time": False},
        "已终止": {"stands": "stopped", "on_time": None},
    }
    assert [clock_on(today, calendar, **each).words for each in said.values()] == list(said)


def test_the_share_goes_from_nothing_to_all_and_a_day_off_has_words_too(calendar: Calendar) -> None:
    days = [date(2025, 9, 1), date(2025, 9, 23), date(2025, 10, 14), DUE, date(2026, 1, 5)]
    assert [clock_on(day, calendar).percent for day in days] == [0, 0, 52, 100, 100], "11 of 21 working days"
    saturday = date(2025, 10, 25)
    named = [clock_on(day, calendar, due_on=saturday) for day in (date(2025, 10, 24), date(2025, 10, 26))]
    assert [each.words for each in named] == ["下一个工作日前到期 · 10月25日 周六", "已过期限 · 10月25日 周六"]
    provisional = clock_on(date(2026, 12, 1), calendar, due_on=date(2026, 12, 29), provisional=True)
    assert provisional.note == "暂定日期：2027年放假安排未公布"
