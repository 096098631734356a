"""Reminders of due days, for versions and rounds; and that one thing that fails keeps nothing else waiting."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from accounts.services import grant_role
from catalog.models import Document
from disclosure.models import Revision, Round
from disclosure.rounds import services as rounds
from disclosure.rounds import telling as rounds_telling
from disclosure.versions import services as revising
from disclosure.versions import timed
from disclosure.versions.telling import DUE_SOON, OVERDUE
from jobs.models import Job
from jobs.registry import Continue, handler_of
from jobs.services import RunningSlice, run_waiting
from notices.kinds import kind_of
from notices.models import Delivery, Notice
from portal import tasks
from tests.cast import Cast
from tests.disclosure.drafting import FORMED, Way, fresh
from tests.disclosure.make_rounds import NOW, cleanup
from workdays.arithmetic import CountError

# Formed on Monday 2026-03-02; without holidays the twentieth working day after it.
DUE = date(2026, 3, 30)


@pytest.fixture
def way(cast: Cast) -> Way:
    return Way(cast)


def morning(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(9)))


def remind(day: date) -> None:
    """All slices of a day."""
    after: int | None = 0
    while after is not None:
        after = timed.remind(after=after, at=morning(day))
    rounds_telling.remind(at=morning(day))


def told(kind: str) -> list[tuple[str, str]]:
    """(user name, first words) of the reminders of a kind, in order."""
    rows = Notice.objects.filter(kind=kind).order_by("created_at", "recipient__username").select_related("recipient")
    return [(row.recipient.username, row.title.partition("：")[0]) for row in rows]


# --- versions -------------------------------------------------------------------------------------------------------------


def test_the_writer_of_a_draft_is_reminded_five_two_and_no_working_days_before(way: Way) -> None:
    revision = way.draft()
    assert revision.due_on == DUE
    for day in range(16, 31):
        remind(date(2026, 3, day))
        remind(date(2026, 3, day))
    rows = Notice.objects.filter(kind=DUE_SOON).order_by("pk")
    assert [timezone.localdate(row.created_at).day for row in rows] == [23, 26, 30]
    words = ["公开期限还剩 5 个工作日", "公开期限还剩 2 个工作日", "公开期限今天到期"]
    assert told(DUE_SOON) == [("lisi", said) for said in words]
    assert {(row.due_on, row.url) for row in rows} == {(DUE, f"/desk/documents/drafts/{revision.pk}/")}
    assert told(OVERDUE) == []


def test_after_a_pause_only_the_latest_reminder_comes(way: Way) -> None:
    way.draft()
    remind(date(2026, 3, 20))
    remind(date(2026, 3, 27))
    remind(date(2026, 3, 28))
    assert told(DUE_SOON) == [("lisi", "公开期限还剩 1 个工作日")]
    remind(date(2026, 4, 5))
    assert len(told(DUE_SOON)) == 1, "what was slept through is not made up for"
    assert ("lisi", "已经超过公开期限") in told(OVERDUE)


def test_once_overdue_writer_and_head_of_office_are_told_once(way: Way) -> None:
    way.draft()
    for day in (31, 31):
        remind(date(2026, 3, day))
    remind(date(2026, 4, 1))
    remind(date(2026, 5, 20))
    assert told(OVERDUE) == [("lisi", "已经超过公开期限"), ("wangwu", "已经超过公开期限")]
    assert not kind_of(OVERDUE).is_optional
    assert kind_of(DUE_SOON).is_optional


def test_at_each_desk_those_are_reminded_whose_turn_it_is(way: Way, cast: Cast) -> None:
    revision = way.submitted(way.draft())
    remind(date(2026, 3, 23))
    assert told(DUE_SOON) == [("sunba", "公开期限还剩 5 个工作日")]
    assert Notice.objects.get(kind=DUE_SOON).url == f"/desk/documents/review/{revision.pk}/"
    revision = way.reviewed(revision)
    remind(date(2026, 3, 26))
    way.cleared(revision)
    remind(DUE)
    assert [name for name, _ in told(DUE_SOON)] == ["sunba", "zhoujiu", "wangwu"]


def test_who_had_a_hand_in_the_text_is_not_in_turn(way: Way, cast: Cast) -> None:
    grant_role(actor=cast.wushi, user=cast.lisi, role=Role.REVIEWER, department=cast.jyj, at=timezone.now())
    way.submitted(way.draft())
    remind(DUE)
    assert [name for name, _ in told(DUE_SOON)] == ["sunba"]


def test_what_waits_for_its_hour_reminds_nobody_until_it_is_overdue(way: Way, cast: Cast) -> None:
    revision = way.to_approval(way.draft())
    way.sign(revision, publish_at=timezone.now() + timedelta(days=900))
    remind(DUE)
    assert told(DUE_SOON) == []
    remind(DUE + timedelta(days=1))
    assert [name for name, _ in told(OVERDUE)] == ["wangwu"]


def test_what_is_finished_or_has_no_period_reminds_nobody(way: Way, cast: Cast) -> None:
    way.published()
    revising.drop(actor=cast.lisi, revision=way.draft(), reason="重复", at=timezone.now())
    way.draft(attribute="withheld", ground="16_process", reason="会议讨论记录")
    remind(DUE)
    remind(DUE + timedelta(days=1))
    assert told(DUE_SOON) == told(OVERDUE) == []


def test_a_moved_due_day_arms_the_reminders_again(way: Way) -> None:
    revision = way.draft()
    remind(DUE)
    remind(DUE + timedelta(days=1))
    way.save(fresh(revision), formed_or_changed_on=FORMED + timedelta(days=1))
    remind(DUE + timedelta(days=1))
    remind(DUE + timedelta(days=2))
    assert [row.due_on for row in Notice.objects.filter(kind=DUE_SOON).order_by("pk")] == [DUE, DUE + timedelta(days=1)]
    days = (
        Notice.objects.filter(kind=OVERDUE, recipient__username="lisi").order_by("pk").values_list("due_on", flat=True)
    )
    assert list(days) == [DUE, DUE + timedelta(days=1)]


def test_another_department_s_head_is_told_nothing(way: Way, cast: Cast) -> None:
    grant_role(actor=cast.root, user=cast.zhaoliu, role=Role.OFFICE_HEAD, department=cast.wjw, at=timezone.now())
    way.draft()
    remind(DUE + timedelta(days=1))
    assert not Notice.objects.filter(recipient=cast.zhaoliu).exists()


def test_slices_reach_everything_and_cost_the_same_each(way: Way, monkeypatch: pytest.MonkeyPatch) -> None:
    made = [way.draft(title=f"第{number}件") for number in range(5)]
    monkeypatch.setattr(timed, "REMINDED_AT_ONCE", 2)
    after, costs = 0, []
    for expected in (made[1].pk, made[3].pk, None):
        with CaptureQueriesContext(connection) as caught:
            found = timed.remind(after=after, at=morning(DUE))
        costs.append(len(caught))
        assert found == expected
        after = found or 0
    assert costs[0] == costs[1] > costs[2]
    assert len(told(DUE_SOON)) == 5


def test_what_everybody_was_told_is_not_even_looked_at(way: Way) -> None:
    for _ in range(3):
        way.draft()
    late = morning(DUE + timedelta(days=1))
    timed.remind(after=0, at=late)
    with CaptureQueriesContext(connection) as caught:
        timed.remind(after=0, at=late + timedelta(days=1))
    assert len(caught) == 3, "the calendar twice and one empty look"


def test_a_version_that_cannot_be_reminded_of_keeps_nobody_waiting(way: Way) -> None:
    broken, sound = way.draft(), way.draft()
    Revision.objects.filter(pk=broken.pk).update(state="unheard-of")
    Revision.objects.filter(pk=sound.pk).update(title="完好的拟稿")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(timed, "OPEN_STATES", {"unheard-of", "draft"})
        assert timed.remind(after=0, at=morning(DUE)) is None
    assert Notice.objects.get(kind=DUE_SOON).subject_id == sound.pk


# --- the job of the day -----------------------------------------------------------------------------------------------------


def test_the_reminders_are_put_down_once_a_day_from_eight_in_the_morning(db: None) -> None:
    seven = timezone.make_aware(datetime(2026, 3, 23, 7, 59))
    assert not timed.begin_reminders(at=seven)
    assert timed.begin_reminders(at=seven + timedelta(minutes=1))
    run_waiting()
    assert not timed.begin_reminders(at=seven + timedelta(hours=12))
    with CaptureQueriesContext(connection) as caught:
        timed.begin_reminders(at=seven + timedelta(hours=12))
    assert len(caught) == 1
    assert timed.begin_reminders(at=seven + timedelta(days=1, minutes=1))


def test_the_job_reminds_of_versions_and_rounds(way: Way, cast: Cast) -> None:
    now = timezone.now()
    Revision.objects.filter(pk=way.draft().pk).update(due_on=timezone.localdate(now) - timedelta(days=1))
    Round.objects.filter(pk=cleanup(cast).pk).update(closes_on=timezone.localdate(now) - timedelta(days=1))
    timed.begin_reminders(at=now.replace(hour=2, minute=0))  # ten o'clock here
    run_waiting()
    assert [name for name, _ in told(OVERDUE)] == ["lisi", "wangwu"]
    assert [name for name, _ in told(rounds_telling.OVERDUE)] == ["wangwu"]


def test_a_job_whose_time_is_up_goes_on_where_it_stopped(way: Way, monkeypatch: pytest.MonkeyPatch) -> None:
    drafts = [way.draft() for _ in range(3)]
    Revision.objects.update(due_on=timezone.localdate() - timedelta(days=1))
    monkeypatch.setattr(timed, "REMINDED_AT_ONCE", 2)
    job = Job.objects.create(
        kind=timed.REMIND, created_at=timezone.now(), not_before=timezone.now(), state="running", leased_by="me"
    )
    handle = handler_of(timed.REMIND)
    assert handle is not None
    with pytest.raises(Continue) as stopped:
        handle(job, RunningSlice(job, seconds=-1))
    assert stopped.value.payload == {"after": drafts[1].pk}
    job.payload = stopped.value.payload
    handle(job, RunningSlice(job, seconds=-1))
    assert Notice.objects.filter(kind=OVERDUE, recipient__username="lisi").count() == 3


# --- rounds ---------------------------------------------------------------------------------------------------------------


@pytest.fixture
def opened(cast: Cast) -> Round:
    row = cleanup(cast)
    Round.objects.filter(pk=row.pk).update(closes_on=DUE)
    return row


def test_who_runs_a_round_is_reminded_ten_and_no_working_days_before_and_when_late(opened: Round) -> None:
    for day in (13, 16, 16, 17, 27, 30, 30, 31):
        remind(date(2026, 3, day))
    remind(date(2026, 4, 3))
    soon = [("wangwu", "办结期限还剩 10 个工作日"), ("wangwu", "办结期限今天到期")]
    assert told(rounds_telling.DUE_SOON) == soon
    assert told(rounds_telling.OVERDUE) == [("wangwu", "已经超过办结期限")]
    assert set(Notice.objects.values_list("url", flat=True)) == {f"/desk/documents/rounds/{opened.pk}/"}


def test_a_round_with_a_later_end_reminds_again_and_a_closed_one_never(opened: Round, cast: Cast) -> None:
    remind(DUE)
    Round.objects.filter(pk=opened.pk).update(closes_on=DUE + timedelta(days=1))
    remind(DUE + timedelta(days=1))
    assert len(told(rounds_telling.DUE_SOON)) == 2
    rounds.close(actor=cast.wangwu, round=opened, at=NOW)
    remind(DUE + timedelta(days=2))
    assert told(rounds_telling.OVERDUE) == []


def test_a_round_without_an_end_reminds_nobody(cast: Cast) -> None:
    cleanup(cast)
    remind(DUE)
    assert not Notice.objects.exists()


def test_the_settings_offer_what_is_optional_and_name_what_is_not(
    cast: Cast, signed_in: Callable[[User], Client]
) -> None:
    page = signed_in(cast.wangwu).get("/desk/notices/preferences/").content.decode()
    for kind in (DUE_SOON, rounds_telling.DUE_SOON):
        assert f'name="{kind}-email"' in page
    for kind in (OVERDUE, rounds_telling.OVERDUE):
        assert f"<li>{kind_of(kind).label}</li>" in page


# --- one that fails keeps nothing else waiting ---------------------------------------------------------------------------------


def scheduled(way: Way, **said: Any) -> Revision:
    revision = way.to_approval(way.draft(**said))
    way.sign(revision, publish_at=timezone.now() + timedelta(hours=1))
    return fresh(revision)


def test_a_version_that_breaks_at_its_hour_keeps_no_other_waiting(way: Way, monkeypatch: pytest.MonkeyPatch) -> None:
    broken, sound = scheduled(way, title="内容损坏"), scheduled(way, title="完好")
    Revision.objects.filter(pk=broken.pk).update(content={"column_id": "不是数字"})
    monkeypatch.setattr(timed, "MOST_A_RUN", 1)
    later = timezone.now() + timedelta(hours=2)
    assert timed.publish_due(at=later) == 1
    assert [fresh(row).state for row in (broken, sound)] == ["scheduled", "published"]
    assert Document.objects.get(pk=broken.document_id).state == "draft", "nothing half done"
    assert timed.publish_due(at=later) == 0


def test_a_part_of_the_minute_that_fails_stops_no_other_and_fails_the_task(way: Way, cast: Cast) -> None:
    now = timezone.now()
    signed = scheduled(way)
    Revision.objects.filter(pk=signed.pk).update(publish_at=now - timedelta(minutes=1))
    broken = way.draft()
    Revision.objects.filter(pk=broken.pk).update(formed_or_changed_on=date.max, due_version=99)
    (notice,) = Notice.objects.filter(recipient=cast.wangwu)[:1]
    said: dict[str, Any] = {"notice": notice, "recipient": cast.wangwu, "channel": "sms", "state": "sending"}
    before = now - timedelta(hours=1)
    Delivery.objects.create(created_at=before, next_attempt_at=before, claimed_at=before, **said)
    with pytest.raises(ExceptionGroup) as failed:
        tasks.every_minute()
    (fault,) = failed.value.exceptions
    assert isinstance(fault, CountError)
    assert fresh(signed).state == "published", "a part before it"
    assert Delivery.objects.get(channel="sms").state == "uncertain", "a part behind it"


def test_all_that_went_wrong_in_a_minute_is_told_together(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[str] = []

    def fails(name: str) -> Callable[[datetime], object]:
        def part(at: datetime) -> object:
            ran.append(name)
            raise RuntimeError(name)

        return part

    monkeypatch.setattr(
        tasks, "PARTS", {name: fails(name) for name in ("one", "two")} | {"three": lambda at: ran.append("three")}
    )
    with pytest.raises(ExceptionGroup) as failed:
        tasks.every_minute()
    assert [str(fault) for fault in failed.value.exceptions] == ["one", "two"]
    assert ran == ["one", "two", "three"]


def test_a_minute_in_which_nothing_fails_ends_quietly(cast: Cast) -> None:
    tasks.every_minute()
