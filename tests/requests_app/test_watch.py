"""What time does: reminders before and after due days, once each; silence; a new calendar."""

from datetime import date, datetime

import pytest
from django.core import mail
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from jobs.models import Job
from jobs.services import run_waiting
from notices import outside
from notices.models import Notice, OutsideMail
from notices.services import Message, notify_all
from requests_app.handling import consulting, writing
from requests_app.handling import services as handling
from requests_app.models import CaseDue, CaseRecount, InformationRequest
from requests_app.watch import selectors, services, telling
from requests_app.watch.plans import planned_days
from tests.requests_app.casework import Office, at, fresh
from workdays.arithmetic import Calendar
from workdays.formats import DraftDay, YearDraft
from workdays.services import import_year

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 3)  # a Tuesday; the answer is due on 2026-03-31


def remind(day: date, hour: int = 9) -> int:
    """All slices of a day; how many were told."""
    return sum(services.remind(at=at(day, hour)))


def told(case: InformationRequest, kind: str) -> list[tuple[str, str]]:
    """(user name, first words) of the reminders of a kind about a case, in order."""
    rows = Notice.objects.filter(kind=kind, subject_type=case._meta.label_lower, subject_id=case.pk)
    rows = rows.order_by("created_at", "recipient__username").select_related("recipient")
    return [(row.recipient.username, row.title.partition("：")[0]) for row in rows]


@pytest.mark.law("条例§33")
def test_the_officer_is_reminded_at_each_step_and_once(office: Office) -> None:
    case = office.handling(DAY)
    for day in range(4, 32):
        remind(date(2026, 3, day))
        remind(date(2026, 3, day))
    assert told(case, "request_due_reply") == [
        ("lisi", "答复期限还剩 10 个工作日（3月31日）"),
        ("lisi", "答复期限还剩 5 个工作日（3月31日）"),
        ("lisi", "答复期限还剩 3 个工作日（3月31日）"),
        ("lisi", "答复期限还剩 1 个工作日（3月31日）"),
        ("lisi", "答复期限今天到期"),
    ]
    days = Notice.objects.filter(kind="request_due_reply").order_by("pk").values_list("created_at", flat=True)
    assert [day.day for day in days] == [17, 24, 26, 30, 31]


@pytest.mark.law("条例§33")
def test_what_is_over_is_told_to_the_head_too_and_once(office: Office) -> None:
    case = office.handling(DAY)
    for day in range(1, 4):
        remind(date(2026, 4, day))
    assert told(case, "request_late_reply") == [("lisi", "答复已经超期"), ("wangwu", "答复已经超期")]


def test_a_standstill_is_caught_up_with_what_fits_now(office: Office) -> None:
    case = office.handling(DAY)
    remind(date(2026, 3, 25))
    remind(date(2026, 3, 25), 15)
    assert told(case, "request_due_reply") == [("lisi", "答复期限还剩 4 个工作日（3月31日）")]
    remind(date(2026, 4, 2))
    assert len(told(case, "request_late_reply")) == 2


def test_a_paused_period_is_not_counted_down_and_a_moved_day_arms_anew(office: Office) -> None:
    case = office.handling(DAY)
    remind(date(2026, 3, 24))
    asked = consulting.begin(
        actor=office.cast.lisi, case=case, kind="third_party", name="云岚建工公司", at=at(date(2026, 3, 24), 13)
    )
    letter = writing.write_consultation(
        actor=office.cast.lisi, consultation=asked, matter="所附合同", at=at(date(2026, 3, 24), 14)
    )
    office.out(letter, date(2026, 3, 24))
    remind(date(2026, 3, 26))
    assert len(told(case, "request_due_reply")) == 1
    on = date(2026, 3, 27)
    consulting.receive_opinion(
        actor=office.cast.lisi, consultation=asked.__class__.objects.get(pk=asked.pk), opinion="agree", reason="",
        on=on, at=at(on),
    )  # fmt: skip
    remind(date(2026, 3, 30))
    assert fresh(case).due_on == date(2026, 4, 3)
    assert told(case, "request_due_reply")[1:] == [("lisi", "答复期限还剩 4 个工作日（4月3日）")]


@pytest.mark.law("条例§45")
def test_the_head_hears_what_nobody_took_up(office: Office) -> None:
    case = office.in_person(DAY)
    remind(date(2026, 3, 4))
    assert told(case, "request_unclaimed") == []
    remind(date(2026, 3, 5))
    remind(date(2026, 3, 6))
    assert told(case, "request_unclaimed") == [("wangwu", "申请无人受理")]


@pytest.mark.law("条例§31")
def test_confirming_is_escalated(office: Office) -> None:
    case = office.submitted(DAY)
    remind(date(2026, 3, 4))
    remind(date(2026, 3, 5))
    assert told(case, "request_due_confirm") == [
        ("lisi", "与申请人确认的期限今天到期"),
        ("wangwu", "与申请人确认的期限今天到期"),
    ]
    remind(date(2026, 3, 6))
    assert [name for name, _ in told(case, "request_late_confirm")] == ["lisi", "wangwu"]


@pytest.mark.law("条例§30")
def test_a_correction_that_did_not_come_is_told_and_counts_as_given_up(office: Office) -> None:
    case = office.corrected_asked(office.handling(DAY), date(2026, 3, 9))
    remind(date(2026, 3, 23))
    assert told(case, "request_late_correction") == []
    remind(date(2026, 3, 24))
    assert told(case, "request_late_correction") == [("lisi", "申请人逾期未补正")]
    assert fresh(case).clock_state == "awaiting_correction"
    services.refresh(after=0, at=at(date(2026, 3, 24)))
    assert fresh(case).clock_state == "abandoned"


@pytest.mark.law("条例§32", "条例§34")
def test_silence_ends_the_pause_and_the_officer_hears_of_it(office: Office) -> None:
    case = office.handling(DAY)
    asked = consulting.begin(actor=office.cast.lisi, case=case, kind="agency", name="市发改委", at=at(DAY, 13))
    letter = writing.write_consultation(actor=office.cast.lisi, consultation=asked, matter="联合文件", at=at(DAY, 14))
    office.out(letter, DAY)
    remind(date(2026, 3, 19))
    assert told(case, "request_due_consultation") == [("lisi", "征求意见的期限还剩 3 个工作日（3月24日）")]
    remind(date(2026, 3, 25))
    asked.refresh_from_db()
    assert (asked.opinion, asked.ended_on, fresh(case).clock_state) == ("agree", date(2026, 3, 24), "running")
    remind(date(2026, 3, 26))
    assert told(case, "request_late_consultation") == [("lisi", "征求意见期限届满")]


@pytest.mark.law("条例§30", "条例§42")
def test_an_applicant_with_an_address_is_reminded_once_and_without_other_data(
    office: Office, settings: Settings
) -> None:
    settings.EMAIL_HOST = "mail.invalid"
    case = office.corrected_asked(office.handling(DAY), date(2026, 3, 9))
    OutsideMail.objects.all().delete()
    for day in (17, 18, 19, 20):
        remind(date(2026, 3, day))
    row = OutsideMail.objects.get(kind="request_applicant_due")
    assert row.created_at.day == 18
    OutsideMail.objects.update(next_attempt_at=at(DAY))
    assert outside.deliver_next(at=at(date(2026, 3, 18)))
    sent = mail.outbox[-1]
    assert (sent.to, sent.subject) == (["zhangsan@example.cn"], f"请在期限内补正：{case.number}")
    assert "2026年3月23日" in sent.body
    assert "13800001234" not in sent.body


def test_nobody_is_written_to_about_what_is_met(office: Office, settings: Settings) -> None:
    settings.EMAIL_HOST = "mail.invalid"
    case = office.corrected_asked(office.handling(DAY), date(2026, 3, 9))
    remind(date(2026, 3, 18))
    on = date(2026, 3, 18)
    handling.receive_correction(actor=office.cast.lisi, case=case, text="2025年", on=on, at=at(on))
    OutsideMail.objects.exclude(kind="request_applicant_due").delete()
    OutsideMail.objects.update(next_attempt_at=at(DAY))
    assert outside.deliver_next(at=at(date(2026, 3, 18), 19))
    assert mail.outbox == []


@pytest.mark.law("条例§47")
def test_the_supervisor_gets_one_digest_a_day(office: Office) -> None:
    office.handling(DAY)
    office.in_person(date(2026, 3, 30))
    for day in (date(2026, 4, 1), date(2026, 4, 1), date(2026, 4, 2)):
        remind(day)
    digests = Notice.objects.filter(kind="request_digest").order_by("pk").select_related("recipient")
    assert [(row.recipient.username, row.title) for row in digests] == [
        ("qianqi", "4月1日依申请公开情况：超期 1 件，未受理 1 件，未确认 0 件"),
        ("qianqi", "4月2日依申请公开情况：超期 1 件，未受理 1 件，未确认 0 件"),
    ]
    assert digests[0].text == "市教育局超期 1 件、未受理 1 件"


def test_an_answer_not_known_to_have_arrived_is_asked_after(office: Office) -> None:
    letter = office.decided(office.handling(DAY, wanted_delivery="post"), DAY)
    office.out(letter, DAY, serve=False)
    remind(date(2026, 3, 17))
    remind(date(2026, 3, 18))
    assert told(letter.case, "request_late_service") == [("lisi", "答复是否送达尚未确认")]


def test_who_left_leaves_the_reminders_to_the_department(office: Office) -> None:
    case = office.handling(DAY)
    office.cast.lisi.is_active = False
    office.cast.lisi.save()
    remind(date(2026, 3, 17))
    assert [name for name, _ in told(case, "request_due_reply")] == ["wangwu"]


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (at(date(2026, 3, 4), 7), False),
        (at(date(2026, 3, 4), 8), True),
        (at(date(2026, 3, 4), 17), True),
        (at(date(2026, 3, 4), 18), False),
        (at(date(2026, 3, 7), 10), False),  # a Saturday
        (at(date(2026, 2, 28), 10), True),  # a Saturday that is worked
        (at(date(2026, 10, 1), 10), False),
    ],
)
def test_people_are_reminded_in_working_hours_only(office: Office, moment: datetime, expected: bool) -> None:
    assert services.is_waking(moment) is expected
    services.begin(at=moment)
    assert Job.objects.filter(kind=services.REMIND).exists() is expected


def test_the_days_work_is_put_down_once(office: Office) -> None:
    for hour in (8, 9, 10):
        services.begin(at=at(DAY, hour))
    kinds = sorted(Job.objects.filter(kind__startswith="request_").values_list("kind", flat=True))
    assert kinds == sorted([services.REMIND, services.REFRESH, services.CLEAN, services.RECOUNT])
    run_waiting()
    assert not Job.objects.unfinished().filter(kind__startswith="request_").exists()


@pytest.mark.law("条例§33")
def test_the_table_of_next_year_moves_a_provisional_day_and_people_are_told(office: Office) -> None:
    moves, stays = office.in_person(date(2026, 12, 22)), office.in_person(date(2026, 11, 3))
    handling.claim(actor=office.cast.lisi, case=moves, at=at(date(2026, 12, 22), 12))
    assert (fresh(moves).due_on, fresh(moves).provisional) == (date(2027, 1, 19), True)
    days = (DraftDay(date(2027, 1, 1), False, "元旦"),)
    import_year(draft=YearDraft(2027, "关于2027年部分节假日安排的通知", days))
    now = at(date(2026, 12, 23))
    assert services.recount_older(after=0, at=now) is None
    assert services.recount_older(after=0, at=now) is None
    assert (fresh(moves).due_on, fresh(stays).due_on) == (date(2027, 1, 20), date(2026, 12, 1))
    row = CaseRecount.objects.get()
    assert (row.case, row.old_due_on, row.new_due_on) == (moves, date(2027, 1, 19), date(2027, 1, 20))
    assert told(moves, "request_due_moved") == [("lisi", "答复期限改变"), ("wangwu", "答复期限改变")]


@pytest.mark.law("条例§33")
def test_the_days_count_does_not_swallow_a_day_that_a_new_calendar_moved(office: Office) -> None:
    day = date(2026, 12, 21)
    case = office.handling(day)
    asked = consulting.begin(actor=office.cast.lisi, case=case, kind="third_party", name="云岚建工", at=at(day, 13))
    letter = writing.write_consultation(actor=office.cast.lisi, consultation=asked, matter="价款", at=at(day, 13))
    office.out(letter, day)
    assert (fresh(case).clock_state, fresh(case).provisional) == ("paused", True)
    old = fresh(case).due_on
    days = (DraftDay(date(2027, 1, 1), False, "元旦"),)
    import_year(draft=YearDraft(2027, "关于2027年部分节假日安排的通知", days))
    services.refresh(after=0, at=at(date(2026, 12, 23)))
    services.recount_older(after=0, at=at(date(2026, 12, 23)))
    row = CaseRecount.objects.get()
    assert (row.old_due_on, row.new_due_on) == (old, fresh(case).due_on)
    assert row.old_due_on < row.new_due_on


def test_cache_is_what_the_record_gives(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    case = office.in_person(date.today())
    call_command("recount_applications", "--all")
    InformationRequest.objects.update(due_on=date(2026, 4, 2))
    CaseDue.objects.filter(case=case).delete()
    with pytest.raises(CommandError):
        call_command("recount_applications")
    said = capsys.readouterr().out
    assert f"{case.number}：due_on：2026-04-02 ≠" in said
    assert "期限 reply（0）" in said
    call_command("recount_applications", "--write")
    call_command("recount_applications")
    assert "核对 1 件，不一致 0 件" in capsys.readouterr().out


def test_planned_days_are_those_on_which_reminders_go(calendar: Calendar) -> None:
    due, today = date(2026, 3, 31), date(2026, 3, 25)
    assert planned_days("reply", due, today, calendar) == [
        date(2026, 3, 26),
        date(2026, 3, 30),
        date(2026, 3, 31),
        date(2026, 4, 1),
    ]
    on_sunday = planned_days("inquiry", date(2026, 3, 29), date(2026, 3, 1), calendar)
    assert on_sunday == [date(2026, 3, 25), date(2026, 3, 27), date(2026, 3, 30)]


def test_one_that_fails_keeps_nobody_else_waiting(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    bad, good = office.handling(DAY), office.handling(DAY)
    real = notify_all

    def fails(*, kind: str, messages: list[Message], at: datetime) -> list[Notice]:
        if any(message.subject.pk == bad.pk for message in messages):
            raise RuntimeError("broken")
        return real(kind=kind, messages=messages, at=at)

    monkeypatch.setattr(telling, "notify_all", fails)
    remind(date(2026, 3, 17))
    assert (told(bad, "request_due_reply"), len(told(good, "request_due_reply"))) == ([], 1)


def test_a_run_that_breaks_off_goes_on_where_it_stopped(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selectors, "AT_ONCE", 1)
    cases = [office.handling(DAY) for _ in range(3)]
    run = services.remind(at=at(date(2026, 3, 17), 9))
    next(run)
    del run
    assert [len(told(case, "request_due_reply")) for case in cases] == [1, 0, 0]
    remind(date(2026, 3, 17), 10)
    assert [len(told(case, "request_due_reply")) for case in cases] == [1, 1, 1]


def test_a_run_costs_the_same_for_one_case_and_thirty(office: Office) -> None:
    office.handling(DAY)
    with CaptureQueriesContext(connection) as one:
        remind(date(2026, 3, 17))
    for _ in range(30):
        office.handling(DAY)
    with CaptureQueriesContext(connection) as many:
        remind(date(2026, 3, 17))
    assert len(many) <= len(one)
    assert Notice.objects.filter(kind="request_due_reply").count() == 31
