"""Work is a row with a lease: never lost, never done by two, never tried for ever (rulings 29)."""

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from jobs import registry, selectors, services
from jobs.models import Heartbeat, Job, JobState
from jobs.registry import Continue, GiveUp, handler
from jobs.services import LEASE, MOST_ATTEMPTS, claim, enqueue, run, run_waiting
from jobs.tasks import tick

pytestmark = pytest.mark.django_db
Work = Callable[[Job, Any], None]


@pytest.fixture
def handle() -> Iterator[Callable[[Work], None]]:
    """Registers a handler of the kind `task` for one test."""
    known = dict(registry._handlers)
    yield lambda work: (handler("task")(work), None)[1]
    registry._handlers.clear()
    registry._handlers.update(known)


def fresh(job: Job) -> Job:
    return Job.objects.get(pk=job.pk)


def later(**ago: float) -> Any:
    return timezone.now() + timedelta(**ago)


def test_work_is_done_once_oldest_first(handle: Any) -> None:
    seen: list[str] = []
    handle(lambda job, work: seen.append(job.subject))
    for subject in ("甲", "乙", "丙"):
        enqueue(kind="task", subject=subject)
    assert run_waiting() == 3
    assert run_waiting() == 0
    assert seen == ["甲", "乙", "丙"]
    assert set(Job.objects.values_list("state", flat=True)) == {JobState.DONE}
    assert Job.objects.exclude(finished_at=None).count() == 3


def test_work_put_down_in_a_transaction_that_fails_never_was(handle: Any) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        enqueue(kind="task")
        raise ZeroDivisionError
    assert Job.objects.count() == 0


def test_workers_are_woken_after_the_commit_and_a_lost_message_loses_nothing(
    handle: Any, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    def away(*args: Any, **kwargs: Any) -> None:
        raise OSError("no broker")

    monkeypatch.setattr("jobs.wake.current_app.send_task", away)
    handle(lambda job, work: None)
    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        job = enqueue(kind="task")
    assert len(callbacks) == 1
    tick()
    assert fresh(job).state == JobState.DONE
    assert Heartbeat.objects.filter(pk="scheduler").exists()


def test_the_same_work_is_not_put_down_twice_while_it_waits_or_runs(handle: Any) -> None:
    handle(lambda job, work: None)
    first = enqueue(kind="task", dedupe="a")
    assert enqueue(kind="task", dedupe="a").pk == first.pk
    assert enqueue(kind="task", dedupe="b").pk != first.pk
    assert enqueue(kind="task").pk != enqueue(kind="task").pk
    claim(at=timezone.now(), by="w1")
    assert enqueue(kind="task", dedupe="a").pk == first.pk
    run(fresh(first))
    assert enqueue(kind="task", dedupe="a").pk != first.pk


def test_a_leased_job_is_nobody_elses(handle: Any) -> None:
    job = enqueue(kind="task")
    taken = claim(at=timezone.now(), by="w1")
    assert taken is not None
    assert (taken.pk, taken.state, taken.leased_by, taken.attempts) == (job.pk, JobState.RUNNING, "w1", 1)
    assert claim(at=timezone.now(), by="w2") is None
    assert selectors.running_count() == 1


def test_the_job_of_a_dead_worker_is_taken_up_when_its_lease_runs_out(handle: Any) -> None:
    enqueue(kind="task")
    dead = claim(at=timezone.now(), by="dead")
    assert claim(at=timezone.now() + LEASE - timedelta(seconds=1), by="w2") is None
    taken = claim(at=timezone.now() + LEASE + timedelta(seconds=1), by="w2")
    assert taken is not None
    assert dead is not None
    assert (taken.pk, taken.leased_by, taken.attempts) == (dead.pk, "w2", 2)


def test_a_worker_that_slept_through_its_lease_cannot_write_any_more(handle: Any) -> None:
    def slow(job: Job, work: Any) -> None:
        stolen = claim(at=timezone.now() + LEASE * 2, by="w2")
        assert stolen is not None
        work.progress(1, 2, "还在做")

    handle(slow)
    job = enqueue(kind="task")
    mine = claim(at=timezone.now(), by="w1")
    assert mine is not None
    run(mine)
    now = fresh(job)
    assert (now.state, now.leased_by, now.progress_done, now.message) == (JobState.RUNNING, "w2", 0, "")


def test_progress_renews_the_lease_and_is_shown(handle: Any) -> None:
    handle(lambda job, work: work.progress(3, 10, "正在导入" + "长" * 400))
    job = enqueue(kind="task", subject="x:1")
    taken = claim(at=timezone.now() - LEASE, by="w1")
    taken = taken or claim(at=timezone.now(), by="w1")
    assert taken is not None
    run(taken)
    now = fresh(job)
    assert (now.progress_done, now.progress_total, len(now.message)) == (3, 10, 300)
    assert selectors.latest_for("x:1") == now


def test_a_failing_job_waits_longer_each_time_and_is_given_up_with_words(
    handle: Any, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(job: Job, work: Any) -> None:
        raise ValueError("geheim")

    handle(fails)
    job, waits, now = enqueue(kind="task"), [], timezone.now()
    for _ in range(MOST_ATTEMPTS):
        taken = claim(at=now + timedelta(days=1), by="w1")
        assert taken is not None
        run(taken)
        waits.append((fresh(job).not_before - now).total_seconds())
    assert waits[:-1] == sorted(waits[:-1])
    done = fresh(job)
    assert (done.state, done.attempts) == (JobState.FAILED, MOST_ATTEMPTS)
    assert "联系系统管理员" in done.message
    assert "geheim" not in done.message
    assert claim(at=now + timedelta(days=9), by="w1") is None


def test_a_job_that_kills_its_worker_each_time_is_given_up_too(handle: Any) -> None:
    ran: list[int] = []
    handle(lambda job, work: ran.append(job.pk))
    job = enqueue(kind="task")
    moment = timezone.now()
    for _ in range(MOST_ATTEMPTS):  # claimed, then killed
        assert claim(at=moment, by="dying")
        moment += LEASE * 2
    last = claim(at=moment, by="w2")
    assert last is not None
    run(last)
    assert ran == []
    assert fresh(job).state == JobState.FAILED


def test_a_long_job_goes_on_with_its_new_payload_and_fresh_attempts(handle: Any) -> None:
    seen: list[int] = []

    def count(job: Job, work: Any) -> None:
        place = job.payload.get("place", 0)
        seen.append(place)
        if place < 8:
            raise Continue({"place": place + 1})

    handle(count)
    job = enqueue(kind="task")
    assert run_waiting() == 9
    assert seen == list(range(9))
    assert fresh(job).state == JobState.DONE


def test_a_slice_knows_when_it_is_out_of_time() -> None:
    work = services.RunningSlice(Job(), seconds=60)
    assert not work.out_of_time()
    work.started -= 61
    assert work.out_of_time()


def test_giving_up_keeps_the_reason_for_the_owner(handle: Any) -> None:
    def hopeless(job: Job, work: Any) -> None:
        raise GiveUp("文件已损坏，无法读取")

    handle(hopeless)
    job = enqueue(kind="task")
    run_waiting()
    assert (fresh(job).state, fresh(job).message) == (JobState.FAILED, "文件已损坏，无法读取")


def test_a_kind_nobody_handles_fails_with_words() -> None:
    job = enqueue(kind="unknown")
    run_waiting()
    assert "unknown" in fresh(job).message
    assert fresh(job).state == JobState.FAILED


def test_one_broken_job_does_not_stop_the_others(handle: Any) -> None:
    def picky(job: Job, work: Any) -> None:
        if job.subject == "坏":
            raise RuntimeError

    handle(picky)
    enqueue(kind="task", subject="坏")
    good = enqueue(kind="task", subject="好")
    run_waiting()
    assert fresh(good).state == JobState.DONE


def test_waiting_is_measured_from_when_it_may_begin(handle: Any) -> None:
    assert selectors.oldest_waiting_seconds(timezone.now()) == 0
    job = enqueue(kind="task")
    assert 59 < selectors.oldest_waiting_seconds(later(seconds=60)) < 62
    Job.objects.filter(pk=job.pk).update(not_before=later(hours=1))
    assert selectors.oldest_waiting_seconds(timezone.now()) == 0


def test_old_finished_jobs_are_cleared_and_failed_ones_stay(handle: Any) -> None:
    handle(lambda job, work: None)
    enqueue(kind="task")
    failed = enqueue(kind="unknown")
    run_waiting()
    Job.objects.update(finished_at=later(days=-15))
    enqueue(kind="task")
    tick()
    assert Job.objects.filter(state=JobState.FAILED).get() == failed
    assert Job.objects.count() == 2


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite in memory has one connection")
def test_workers_at_once_never_get_the_same_job(committed: None) -> None:
    for _ in range(40):
        enqueue(kind="task")
    taken: list[int] = []

    def work(name: str) -> None:
        try:
            empty = 0
            while empty < 3:
                job = claim(at=timezone.now(), by=name)
                if job is None:
                    empty += 1
                else:
                    taken.append(job.pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(f"w{number}",)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == len(set(taken))
    assert set(Job.objects.filter(state=JobState.RUNNING).values_list("pk", flat=True)) == set(taken)
    assert len(taken) == 40
