"""期限日历: whose due days it shows, how many on which day, in which words; what the law names; what goes out."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from accounts.rules import keep_holdings
from disclosure.deadlines import annual_report_days
from disclosure.models import Revision, Round
from disclosure.rounds import rules as round_rules
from disclosure.states import OPEN_STATES
from disclosure.versions.rules import revisions_visible_to
from portal.agenda.items import Asker, Item, Source, Window, case_days, case_dues, draft_days, drafts, rounds
from portal.agenda.selectors import asker_of, page_of, read_key, upcoming, written_key
from requests_app.handling import consulting, writing
from requests_app.handling import services as handling
from requests_app.ledger.queues import BY_SLUG, LATE, reader_of, within
from requests_app.models import CaseDue, InformationRequest
from requests_app.rules import cases_visible_to
from tests.disclosure.drafting import Way
from tests.disclosure.make_rounds import cleanup, normative
from tests.make import make_reference
from tests.requests_app.casework import Office, at, fresh
from workdays.arithmetic import Calendar
from workdays.selectors import current_calendar

pytestmark = pytest.mark.django_db
SignedIn = Callable[[User], Client]
PAGE = "/desk/calendar/"
TODAY = date(2026, 3, 31)
ALWAYS = Window(None, None)


@pytest.fixture
def busy(office: Office) -> Office:
    """Applications, drafts and a round of the education bureau, an application and a draft of the health commission."""
    make_reference()
    office.handling(date(2026, 3, 3))
    office.submitted(date(2026, 3, 30))
    office.submitted(date(2026, 3, 30), department=office.cast.wjw)
    Way(office.cast).draft()
    Way(office.cast).draft(department=office.cast.wjw, actor=office.cast.zhaoliu)
    normative(office.cast.jyj)
    Round.objects.filter(pk=cleanup(office.cast).pk).update(closes_on=date(2026, 6, 30))
    return office


def asker(person: User, **said: Any) -> Asker:
    return asker_of(person, **said)[0]


def listed(person: User, window: Window = ALWAYS, *, today: date = TODAY, years: range = range(0)) -> list[Item]:
    """What the list shows, without the round unless it is read."""
    return page_of(asker(person), window, [], today=today, calendar=current_calendar(), years=years).items


def a_page(client: Client, query: str = "", year: int | None = None) -> Any:
    answer = client.get(f"{PAGE}{year}/?{query}" if year else f"{PAGE}?{query}")
    assert answer.status_code == 200
    return answer


# --- whose -------------------------------------------------------------------------------------------------------------


def test_everybody_sees_the_due_days_of_what_they_may_see_and_nothing_else(busy: Office) -> None:
    cast = busy.cast
    helped = InformationRequest.objects.filter(department=cast.jyj).first()
    assert helped
    handling.ask_to_co_handle(actor=cast.lisi, case=helped, person=cast.sunba, at=at(TODAY))
    for name, person in cast.people.items():
        if isinstance(person, User):
            who = asker(person)
            cases = CaseDue.objects.filter(case__in=cases_visible_to(person))
            assert set(case_dues(who)) == set(cases), name
            dated = revisions_visible_to(person).filter(state__in=OPEN_STATES, due_on__isnull=False)
            assert set(drafts(who)) == set(dated), name
            assert set(rounds(who)) == set(round_rules.rounds_visible_to(person)), name


def test_what_belongs_to_another_department_never_shows(busy: Office, signed_in: SignedIn) -> None:
    theirs = InformationRequest.objects.get(department=busy.cast.wjw)
    window = Window(date(2026, 1, 1), date(2026, 12, 31))
    for person in (busy.cast.lisi, busy.cast.wangwu, busy.cast.sunba, busy.cast.wushi):
        assert {item.department for item in listed(person, window)} <= {"市教育局"}
        for query in ("", "department=wjw", "mine=on", "show=late"):
            for url in (f"{PAGE}2026/?{query}", f"{PAGE}dates.ics?{query}"):
                assert theirs.number not in signed_in(person).get(url).content.decode()
    assert theirs.number in {item.about for item in listed(busy.cast.zhaoliu)}


def test_a_body_can_be_chosen_by_who_sees_several(busy: Office, signed_in: SignedIn) -> None:
    found = asker(busy.cast.qianqi, code="jyj")
    assert set(case_dues(found).values_list("case__department__code", flat=True)) == {"jyj"}
    assert set(drafts(found).values_list("department__code", flat=True)) == {"jyj"}
    assert found.chosen == (busy.cast.jyj.pk, busy.cast.jyj_bgs.pk)
    page = a_page(signed_in(busy.cast.qianqi), "department=jyj", 2026)
    assert page.context["chosen"] == "jyj"
    assert "department=jyj&amp;day=" in page.content.decode()
    assert 'name="department"' not in a_page(signed_in(busy.cast.lisi)).content.decode()


def test_only_mine_is_what_i_handle_or_wrote(busy: Office) -> None:
    lisi, wangwu = busy.cast.lisi, busy.cast.wangwu
    assert set(case_dues(asker(lisi, is_mine=True))) == set(CaseDue.objects.filter(case__officer=lisi))
    assert set(drafts(asker(lisi, is_mine=True))) == set(Revision.objects.filter(written_by=lisi))
    assert not case_dues(asker(wangwu, is_mine=True)).exists()
    assert [row.opened_by for row in rounds(asker(wangwu, is_mine=True))] == [wangwu]


# --- how many, in which words ------------------------------------------------------------------------------------------


def test_the_numbers_agree_with_the_ledger_and_with_the_list(busy: Office) -> None:
    later = date(2026, 5, 8)  # past the reply's day
    for person in (busy.cast.lisi, busy.cast.qianqi, busy.cast.zhaoliu):
        who, ledger = asker(person), within(reader_of(person), BY_SLUG[LATE], today=later)
        replies = case_dues(who).filter(kind="reply", on__lt=later)
        assert set(replies.values_list("case", flat=True)) == set(ledger.values_list("pk", flat=True))
        for source, days in ((Source.CASE, case_days), (Source.DRAFT, draft_days)):
            counts = {on: count for on, count, _ in days(who, ALWAYS, later)}
            rows = [item.on for item in listed(person) if item.key[1] == source]
            assert counts == {on: rows.count(on) for on in rows}


@pytest.mark.law("条例§32")
def test_a_paused_application_stands_at_the_day_of_its_clock_and_is_not_late(busy: Office) -> None:
    case, day = busy.handling(date(2026, 3, 3), title="合同价款"), date(2026, 3, 10)
    asked = consulting.begin(actor=busy.cast.lisi, case=fresh(case), kind="third_party", name="云岚建工", at=at(day))
    busy.out(writing.write_consultation(actor=busy.cast.lisi, consultation=asked, matter="价款", at=at(day)), day)
    case = fresh(case)
    assert case.clock_state == "paused" and case.due_on
    found = {item.kind: item for item in listed(busy.cast.lisi) if item.about == case.number}
    assert found["答复"].on == case.due_on
    assert found["答复"].clock and found["答复"].clock.words.startswith("暂停中")
    assert found["征求意见"].on < found["答复"].on
    CaseDue.objects.filter(case=case, kind="reply").update(on=date(2026, 3, 2))  # nobody recounted yet
    assert (date(2026, 3, 2), 1, 0) in list(case_days(asker(busy.cast.lisi), ALWAYS, TODAY))
    over = listed(busy.cast.lisi, Window(None, date(2026, 3, 2), is_late=True))
    assert (case.number, "答复") not in [(item.about, item.kind) for item in over]


def test_a_provisional_day_says_so(office: Office) -> None:
    office.handling(date(2026, 12, 10))
    item = listed(office.cast.lisi, today=date(2026, 12, 11))[0]
    assert item.on.year == 2027
    assert item.clock and item.clock.note == "暂定日期：2027年放假安排未公布"


@pytest.mark.law("条例§26")
def test_a_draft_stands_at_its_publication_day_until_it_is_public(busy: Office) -> None:
    draft = Revision.objects.get(department=busy.cast.jyj)
    item = next(item for item in listed(busy.cast.lisi) if item.key[1] == Source.DRAFT)
    assert (item.kind, item.on, item.title) == ("公开", draft.due_on, draft.title)
    late = [item for item in listed(busy.cast.lisi, today=date(2026, 4, 30)) if item.key[1] == Source.DRAFT]
    assert late[0].clock and late[0].clock.words.startswith("超期")


def test_what_is_over_says_so_in_words_and_today_is_marked(busy: Office, signed_in: SignedIn) -> None:
    today = timezone.localdate()
    due = CaseDue.objects.filter(kind="reply", case__department=busy.cast.jyj)
    due.update(on=today - timedelta(days=1))
    page = a_page(signed_in(busy.cast.lisi), "show=late")
    words = page.content.decode()
    assert "今天" in words
    if today.day > 1 or today.month > 1:
        assert "<small>逾期</small>" in words
    assert page.context["sheet"].late >= 1
    assert due.get().case.number in [item.about for item in page.context["page"].items]
    assert Source.LAW not in {item.key[1] for item in page.context["page"].items}


# --- the law's own days ------------------------------------------------------------------------------------------------


@pytest.mark.law("条例§49")
def test_the_annual_reports_have_fixed_days_that_do_not_move(office: Office) -> None:
    departments, government = annual_report_days(2026, current_calendar())
    assert (departments.on, departments.latest_workday) == (date(2026, 1, 31), date(2026, 1, 30))  # a Saturday
    assert not departments.is_workday
    assert (government.on, government.is_workday) == (date(2026, 3, 31), True)
    assert "2025年" in departments.what and "2025年" in government.what
    made_up = Calendar.of([(date(2026, 1, 31), True)], [2026])
    assert annual_report_days(2026, made_up)[0].is_workday


@pytest.mark.law("条例§49")
def test_the_page_names_article_and_day_and_says_when_it_is_a_day_off(office: Office, signed_in: SignedIn) -> None:
    words = a_page(signed_in(office.cast.sunba), "", 2026).content.decode()
    assert "2026年1月31日（星期六）" in words and "《政府信息公开条例》第四十九条" in words
    assert "当天不是工作日，法律没有规定顺延，请在 2026年1月30日（星期五）前办结。" in words
    assert words.count("<small>年报</small>") == 2
    items = listed(office.cast.sunba, today=date(2026, 1, 5), years=range(2026, 2027))
    assert [item.on for item in items] == [date(2026, 1, 31), date(2026, 3, 31)]
    assert items[0].clock and "最后一个工作日是2026年1月30日（星期五）" in items[0].clock.note


def test_a_year_without_a_notice_says_that_its_days_may_move(office: Office, signed_in: SignedIn) -> None:
    client = signed_in(office.cast.lisi)
    assert "放假安排未公布，日期暂定" in a_page(client, "", 2099).content.decode()
    page = a_page(client, "", 2026).content.decode()
    assert "放假安排未公布" not in page
    assert "<small>休</small>" in page and "<small>班</small>" in page


# --- the list ----------------------------------------------------------------------------------------------------------


def test_the_list_goes_on_where_the_page_before_ended(busy: Office) -> None:
    who, calendar, day = asker(busy.cast.qianqi), current_calendar(), date(2026, 5, 6)
    CaseDue.objects.update(on=day)
    Revision.objects.exclude(due_on=None).update(due_on=day)
    seen, after = [], None
    while True:
        window = Window(date(2026, 1, 1), date(2026, 12, 31), after)
        years = range(2026, 2027)
        page = page_of(who, window, [], today=TODAY, calendar=calendar, years=years, most=2)
        seen += page.items
        after = read_key(page.after)
        if after is None:
            break
        assert written_key(after) == page.after
    total = CaseDue.objects.count() + Revision.objects.exclude(due_on=None).count() + 2
    assert [item.key for item in seen] == sorted(item.key for item in seen)
    assert len({item.key for item in seen}) == len(seen) == total


@pytest.mark.parametrize(
    "query", ["day=2026-02-30", "day=x", "after=x.y.z", "after=2026-01-01.9.9999999999999999999999"]
)
def test_odd_addresses_are_the_page_itself(office: Office, signed_in: SignedIn, query: str) -> None:
    a_page(signed_in(office.cast.lisi), query, 2026)


def test_a_day_lists_what_is_due_on_it(busy: Office, signed_in: SignedIn) -> None:
    due = CaseDue.objects.get(kind="reply", case__department=busy.cast.jyj)
    page = a_page(signed_in(busy.cast.lisi), f"day={due.on.isoformat()}", due.on.year)
    assert due.case.number in [item.about for item in page.context["page"].items]
    assert {item.on for item in page.context["page"].items} == {due.on}


def test_what_is_next_for_somebody_comes_soonest_first(busy: Office) -> None:
    for person in (busy.cast.lisi, busy.cast.qianqi):
        found = upcoming(person, TODAY, 3)
        assert found == sorted(found, key=lambda item: item.key)
        assert len(found) == 3 and all(TODAY <= item.on <= TODAY + timedelta(days=92) for item in found)
    keep_holdings(busy.cast.lisi)  # as a request does
    with CaptureQueriesContext(connection) as captured:
        upcoming(busy.cast.lisi, TODAY, 3)
    assert len(captured) <= 13
    assert upcoming(busy.cast.sunba, TODAY, 3)[0].kind == "政府年度报告"  # the law's own day is today


# --- what goes out -----------------------------------------------------------------------------------------------------


def test_the_file_for_other_calendars_says_numbers_and_kinds_only(busy: Office, signed_in: SignedIn) -> None:
    today = timezone.localdate()
    CaseDue.objects.update(on=today)
    Revision.objects.exclude(due_on=None).update(due_on=today)
    answer = signed_in(busy.cast.lisi).get(f"{PAGE}dates.ics")
    words = answer.content.decode().replace("\r\n ", "")
    case = InformationRequest.objects.get(department=busy.cast.jyj, state="handling")
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert f"SUMMARY:答复（{case.number}）" in words
    for hidden in (case.matter, case.applicant.name, Revision.objects.get(department=busy.cast.jyj).title):
        assert hidden not in words


# --- what it costs -----------------------------------------------------------------------------------------------------


def asked_for(client: Client, query: str = "") -> int:
    a_page(client, query, 2026)  # caches of the process
    with CaptureQueriesContext(connection) as captured:
        a_page(client, query, 2026)
    return len(captured)


def test_thirty_cost_as_many_queries_as_one(busy: Office, signed_in: SignedIn) -> None:
    people = [busy.cast.lisi, busy.cast.qianqi]
    before = [asked_for(signed_in(person)) for person in people]
    for number in range(6):
        busy.handling(date(2026, 3, 3), title=f"第{number}件")
        Way(busy.cast).draft(title=f"通知{number}")
    assert [asked_for(signed_in(person)) for person in people] == before
    assert before == [21, 17]
