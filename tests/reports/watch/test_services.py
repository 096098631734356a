"""Notes of owners, failed jobs put back or dropped, and the count of every day."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from jobs import registry
from jobs.models import Job
from jobs.registry import handler
from jobs.services import NotFailed, RunningSlice, clear_finished, drop, enqueue, retry, run_waiting
from notices.models import Notice
from reports.models import ReportEvent, WatchCount, WatchNote
from reports.watch import services
from reports.watch.history import a_week_before, count_day, counted_on, news, series
from reports.watch.jobs import run_count
from reports.watch.kinds import OF_BODIES, WatchKind
from reports.watch.looking import look, scope_of, whole
from reports.watch.selectors import MOST_NOTES, notes_standing, settled_jobs
from tests.reports.plans.planning import at
from tests.reports.watch.conftest import NOW, TODAY, Troubled
from workflow.models import AppendOnly
from workflow.services import Incomplete, Lost, WrongPerson, WrongState

pytestmark = pytest.mark.django_db
LATE = WatchKind.LATE_TASK


def noted(troubled: Troubled, **said: Any) -> WatchNote:
    cast = troubled.cast
    wanted = {"actor": cast.wangwu, "kind": LATE, "department": cast.jyj, "text": "月底前完成汇总", "seen": 0,
              "until": date(2026, 6, 30), "at": at(TODAY)}  # fmt: skip
    return services.acknowledge(**(wanted | said))


# --- notes -------------------------------------------------------------------------------------------------------------


@pytest.mark.law("条例§47")
def test_an_owner_says_what_is_done_about_it_and_by_when(troubled: Troubled) -> None:
    note = noted(troubled)
    assert (note.open, note.until) == (1, date(2026, 6, 30))
    event = ReportEvent.objects.get(subject_type="reports.watchnote")
    assert (event.action, event.actor, event.facts["open"]) == ("acknowledge", troubled.cast.wangwu, 1)
    note.text = "别的"
    with pytest.raises(AppendOnly):
        note.save()


def test_only_owners_do_so(troubled: Troubled) -> None:
    cast = troubled.cast
    for person in (cast.qianqi, cast.zhengyi, cast.lisi, cast.zhaoliu):
        with pytest.raises(WrongPerson):
            noted(troubled, actor=person)
    noted(troubled, actor=cast.wushi)
    noted(troubled, actor=cast.qianqi, kind=WatchKind.EMPTY, department=None)
    noted(troubled, actor=cast.zhengyi, kind=WatchKind.FAILED_JOB, department=None)
    with pytest.raises(WrongPerson):
        noted(troubled, actor=cast.qianqi, kind=WatchKind.FAILED_JOB, department=None)


def test_a_note_says_what_it_needs_and_is_about_something(troubled: Troubled) -> None:
    for words, said in (("怎样处理", {"text": " "}), ("今天以后", {"until": date(2026, 6, 14)}),
                        ("今天以后", {"until": date(2027, 6, 14)})):  # fmt: skip
        with pytest.raises(Incomplete, match=words):
            noted(troubled, **said)
    with pytest.raises(WrongState, match="现在没有“空白栏目”"):
        noted(troubled, kind=WatchKind.EMPTY)


def test_the_second_of_two_owners_reads_what_the_first_wrote(troubled: Troubled) -> None:
    first = noted(troubled)
    with pytest.raises(Lost, match="王五已登记“月底前完成汇总”"):
        noted(troubled, actor=troubled.cast.wushi)
    noted(troubled, actor=troubled.cast.wushi, seen=first.pk, text="再加一条")


def test_a_note_holds_until_its_day_and_for_no_more_than_there_were(troubled: Troubled) -> None:
    def holds(day: date) -> bool:
        seen = look(whole(), today=day, at=NOW)
        return (LATE, troubled.cast.jyj.pk) in notes_standing(seen, day)

    assert not holds(TODAY)
    noted(troubled)
    assert holds(TODAY) and holds(date(2026, 6, 30)) and not holds(date(2026, 7, 1))
    troubled.issued(troubled.values(due_on=date(2026, 6, 14)), title="另一个计划")
    assert not holds(TODAY)


# --- failed jobs -------------------------------------------------------------------------------------------------------


@pytest.fixture
def work() -> Iterator[list[int]]:
    """A kind of work that succeeds."""
    known, done = dict(registry._handlers), []
    handler("task")(lambda job, work: done.append(job.pk))
    yield done
    registry._handlers.clear()
    registry._handlers.update(known)


def failed(**said: Any) -> Job:
    now = NOW
    values = {"kind": "task", "state": "failed", "attempts": 5, "message": "没有成功", "not_before": now}
    return Job.objects.create(**(values | {"created_at": now, "finished_at": now} | said))


def test_a_failed_job_is_put_back_and_done(troubled: Troubled, work: list[int]) -> None:
    job = failed()
    services.retry_job(actor=troubled.cast.zhengyi, job=job, at=NOW)
    assert (job.state, job.attempts, job.finished_at) == ("waiting", 0, None)
    assert job.message.startswith("〔郑一于") and "重新排队〕没有成功" in job.message
    run_waiting()
    assert work == [job.pk] and Job.objects.get(pk=job.pk).state == "done"
    event = ReportEvent.objects.get(subject_type="jobs.job")
    assert (event.action, event.actor) == ("retry_job", troubled.cast.zhengyi)


def test_only_system_administrators_settle_jobs(troubled: Troubled) -> None:
    job = failed()
    for person in (troubled.cast.qianqi, troubled.cast.fenger, troubled.cast.wangwu):
        for act in (services.retry_job, services.drop_job):
            with pytest.raises(PermissionDenied):
                act(actor=person, job=job, at=NOW)
    assert Job.objects.get(pk=job.pk).state == "failed"


def test_the_second_of_two_finds_it_settled(troubled: Troubled) -> None:
    job, root = failed(), troubled.cast.zhengyi
    services.drop_job(actor=root, job=job, at=NOW)
    assert Job.objects.get(pk=job.pk).state == "dropped"
    for act in (services.retry_job, services.drop_job):
        with pytest.raises(Lost, match="已经由他人处理"):
            act(actor=root, job=job, at=NOW)


def test_what_was_settled_last_is_listed_however_old_the_job_is(troubled: Troubled) -> None:
    old, root = failed(), troubled.cast.zhengyi
    for _ in range(MOST_NOTES):
        services.drop_job(actor=root, job=failed(), at=NOW)
    services.drop_job(actor=root, job=old, at=NOW + timedelta(hours=1))
    assert settled_jobs()[0].subject_id == old.pk


def test_work_that_waits_already_is_not_put_back_beside_itself(work: list[int]) -> None:
    job = failed(dedupe="same")
    enqueue(kind="task", dedupe="same")
    with pytest.raises(NotFailed, match="已经在等待"):
        retry(job, by="郑一", at=NOW)
    drop(job, by="郑一", at=NOW)


def test_dropped_jobs_are_cleared_like_finished_ones() -> None:
    job = failed()
    drop(job, by="郑一", at=NOW)
    failed()
    assert clear_finished(before=NOW + timedelta(days=1)) == 1
    assert Job.objects.get().state == "failed"


# --- every day ---------------------------------------------------------------------------------------------------------


def test_a_day_is_written_down_once_whole_and_by_body(troubled: Troubled) -> None:
    assert count_day(on=TODAY, at=NOW)
    assert not count_day(on=TODAY, at=NOW)
    rows = WatchCount.objects.filter(on=TODAY)
    assert set(rows.filter(department=None).values_list("kind", flat=True)) == set(WatchKind.values)
    links = {row.department_id: row.open for row in rows.filter(kind="dead_link")}
    assert links == {None: 2, troubled.cast.jyj.pk: 1, troubled.cast.wjw.pk: 1}
    assert not rows.exclude(department=None).filter(open=0).exists()


def test_what_is_written_down_is_what_the_page_shows(troubled: Troubled) -> None:
    count_day(on=TODAY, at=NOW)
    seen = look(whole(), today=TODAY, at=NOW)
    kept = counted_on(TODAY)
    assert {key: now.count for key, now in seen.items() if key[1]} == {
        key: n for key, n in kept.counts.items() if key[1]
    }
    own = scope_of(troubled.cast.wangwu)
    for kind in OF_BODIES:
        now = seen.get((kind, troubled.cast.jyj.pk))
        assert kept.of(kind, own) == (now.count if now else 0)


def test_a_missed_day_stays_a_gap(troubled: Troubled) -> None:
    for ago in (4, 3, 1, 0):
        count_day(on=TODAY - timedelta(days=ago), at=NOW)
    days = series(LATE, whole(), today=TODAY)
    assert len(days) == 90 and [count for _, count in days[-5:]] == [0, 0, None, 1, 1]
    own = series(LATE, scope_of(troubled.cast.wangwu), today=TODAY)
    assert own == days == series(LATE, whole(), today=TODAY, body=troubled.cast.jyj.pk)
    assert [count for _, count in series(LATE, whole(), today=TODAY, body=troubled.cast.wjw.pk)[-2:]] == [0, 0]


def test_the_trend_compares_with_the_newest_day_a_week_old(troubled: Troubled) -> None:
    assert a_week_before(TODAY).on is None
    for ago in (20, 9, 6):
        count_day(on=TODAY - timedelta(days=ago), at=NOW)
    assert a_week_before(TODAY).on == TODAY - timedelta(days=9)


@pytest.mark.law("条例§47")
def test_the_department_in_charge_hears_of_what_is_new_once(troubled: Troubled) -> None:
    friday, monday = date(2026, 6, 12), TODAY
    assert services.count_and_tell(on=friday, at=at(friday)) == 0  # nothing to compare with
    assert (
        services.count_and_tell(on=date(2026, 6, 13), at=at(date(2026, 6, 13))) == 0
    )  # a Saturday is counted, not told
    assert services.count_and_tell(on=monday, at=at(monday)) == 1
    assert services.count_and_tell(on=monday, at=at(monday)) == 0
    told = Notice.objects.get(kind="watch_new")
    assert (told.recipient, told.url) == (troubled.cast.qianqi, "/desk/reports/watch/")
    assert told.title == "运行监测：1 个新问题" and "任务超期：市教育局1" in told.text


def test_no_news_is_no_message(troubled: Troubled) -> None:
    for day in (date(2026, 6, 16), date(2026, 6, 17)):
        services.count_and_tell(on=day, at=at(day))
    assert not Notice.objects.filter(kind="watch_new").exists()


def test_what_belongs_to_no_body_is_news_too(troubled: Troubled) -> None:
    count_day(on=date(2026, 6, 16), at=NOW)
    then = counted_on(date(2026, 6, 16))
    failed()
    count_day(on=date(2026, 6, 17), at=NOW)
    (found,) = news(counted_on(date(2026, 6, 17)), then, services.TOLD)
    assert (found.kind, found.body, found.more) == (WatchKind.FAILED_JOB, None, 1)


def test_the_days_work_is_put_down_once_in_the_morning(troubled: Troubled) -> None:
    for hour in (5, 7, 9):
        services.begin(at=at(TODAY, hour))
    assert Job.objects.filter(kind=services.COUNT, subject="2026-06-15").count() == 1


def test_a_job_that_comes_a_day_late_counts_nothing(troubled: Troubled) -> None:
    for day in (timezone.localdate() - timedelta(days=1), timezone.localdate()):
        job = enqueue(kind=services.COUNT, subject=day.isoformat())
        job.state = "running"
        job.save()
        run_count(job, RunningSlice(job))
    assert set(WatchCount.objects.values_list("on", flat=True)) == {timezone.localdate()}
