"""Verbs on jobs: put work down, take it up under a lease, finish it."""

import os
import socket
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from jobs.models import Heartbeat, Job, JobState
from jobs.registry import Continue, GiveUp, handler_of
from jobs.wake import wake_workers

LEASE = timedelta(seconds=90)
SLICE_SECONDS = 20.0
TURN_SECONDS = 25.0
MOST_ATTEMPTS = 5
FAILED_OFTEN = "多次尝试未成功，请联系系统管理员"
logger = structlog.get_logger(__name__)


def enqueue(*, kind: str, subject: str = "", payload: dict[str, Any] | None = None, dedupe: str | None = None) -> Job:
    """Put work down in the current transaction and wake a worker after commit.

    With ``dedupe``, an unfinished job of the same key is returned instead of a second one.
    """
    now = timezone.now()
    if dedupe and (waiting := Job.objects.unfinished().filter(dedupe=dedupe).first()):
        return waiting
    try:
        with transaction.atomic():
            job = Job.objects.create(
                kind=kind, subject=subject, payload=payload or {}, dedupe=dedupe, created_at=now, not_before=now
            )
    except IntegrityError:
        return Job.objects.unfinished().get(dedupe=dedupe)
    transaction.on_commit(wake_workers)
    return job


def worker_name() -> str:
    """Name written on leases: host and process."""
    return f"{socket.gethostname()}:{os.getpid()}"


def claim(*, at: datetime, by: str) -> Job | None:
    """Take the oldest claimable job under a lease. Two workers never get the same one (compare and swap)."""
    for job in Job.objects.claimable(at).order_by("not_before", "id")[:10]:
        taken = Job.objects.claimable(at).filter(pk=job.pk, attempts=job.attempts, leased_until=job.leased_until)
        if taken.update(state=JobState.RUNNING, leased_until=at + LEASE, leased_by=by, attempts=job.attempts + 1):
            job.refresh_from_db()
            return job
    return None


class LeaseLost(Exception):
    """The lease ran out while the work went on: stop, somebody else does it now."""


def _held(job: Job) -> QuerySet[Job]:
    """The row as long as it is still ours: the number of attempts tells one lease from the next."""
    return Job.objects.filter(pk=job.pk, state=JobState.RUNNING, leased_by=job.leased_by, attempts=job.attempts)


@dataclass
class RunningSlice:
    """One lease's share of a job; see `jobs.registry.Slice`."""

    job: Job
    seconds: float = SLICE_SECONDS
    started: float = field(default_factory=time.monotonic)

    def progress(self, done: int, total: int | None = None, message: str = "") -> None:
        """Write progress and renew the lease; LeaseLost when another worker has taken the job over meanwhile."""
        job = self.job
        job.progress_done, job.progress_total, job.message = done, total, message[:300]
        job.leased_until = timezone.now() + LEASE
        written = _held(job).update(
            progress_done=done, progress_total=total, message=job.message, leased_until=job.leased_until
        )
        if not written:
            raise LeaseLost(f"job {job.pk}")

    def out_of_time(self) -> bool:
        """True once the slice is used up."""
        return time.monotonic() - self.started > self.seconds


def run(job: Job) -> None:
    """Run a claimed job for one slice and record how it ended. Never raises."""
    handle = handler_of(job.kind)
    work = RunningSlice(job)
    try:
        if handle is None:
            raise GiveUp(f"没有能处理“{job.kind}”的程序")
        if job.attempts > MOST_ATTEMPTS:  # its worker died each time
            raise GiveUp(FAILED_OFTEN)
        handle(job, work)
    except Continue as more:
        _put_back(job, payload=more.payload, attempts=0, wait=timedelta())
    except GiveUp as reason:
        _finish(job, JobState.FAILED, message=str(reason))
    except LeaseLost:
        logger.warning("lease_lost", job=job.pk, kind=job.kind, subject=job.subject)
    except Exception:
        logger.exception("job_failed", job=job.pk, kind=job.kind, subject=job.subject, attempts=job.attempts)
        if job.attempts >= MOST_ATTEMPTS:
            _finish(job, JobState.FAILED, message=FAILED_OFTEN)
        else:
            _put_back(job, payload=job.payload, attempts=job.attempts, wait=timedelta(seconds=2**job.attempts * 5))
    else:
        _finish(job, JobState.DONE, message=job.message)


def _put_back(job: Job, *, payload: dict[str, Any], attempts: int, wait: timedelta) -> None:
    _held(job).update(
        state=JobState.WAITING,
        payload=payload,
        attempts=attempts,
        not_before=timezone.now() + wait,
        leased_until=None,
    )


def _finish(job: Job, state: JobState, *, message: str) -> None:
    _held(job).update(state=state, message=message[:300], finished_at=timezone.now(), leased_until=None)


def run_waiting(*, by: str | None = None, most: int = 1000) -> int:
    """Run claimable jobs one after the other; returns how many slices ran.

    Gives way after `TURN_SECONDS` and wakes the workers again, so that the scheduler's own work is never kept out.
    """
    by, started = by or worker_name(), time.monotonic()
    for done in range(most):
        if done and time.monotonic() - started > TURN_SECONDS:
            wake_workers()
            return done
        beat("worker", at=timezone.now())
        job = claim(at=timezone.now(), by=by)
        if job is None:
            return done
        run(job)
    return most


def beat(name: str, *, at: datetime) -> None:
    """Record a sign of life of the process ``name``."""
    Heartbeat.objects.update_or_create(name=name, defaults={"at": at})


class NotFailed(Exception):
    """What is to be done by hand with a failed job does not fit; the text (Chinese) may be shown."""


def retry(job: Job, *, by: str, at: datetime) -> None:
    """Put a failed job back to waiting with all its attempts; who had it done stands in its message and in the log.

    The caller has checked permission. NotFailed when it failed no more, or the same work is waiting already.
    """
    values = {"state": JobState.WAITING, "attempts": 0, "not_before": at, "finished_at": None, "leased_until": None}
    try:
        with transaction.atomic():
            _settle(job, by=by, at=at, did="重新排队", values=values)
    except IntegrityError as error:
        raise NotFailed("同样的任务已经在等待或者进行，不需要重试；可以了结这一条。") from error
    transaction.on_commit(wake_workers)


def drop(job: Job, *, by: str, at: datetime) -> None:
    """Have a failed job rest: nothing will be done about it. NotFailed when it failed no more."""
    _settle(job, by=by, at=at, did="了结", values={"state": JobState.DROPPED})


def _settle(job: Job, *, by: str, at: datetime, did: str, values: dict[str, Any]) -> None:
    remark = f"〔{by}于{timezone.localtime(at):%Y-%m-%d %H:%M}{did}〕{job.message}"[:300]
    if not Job.objects.failed().filter(pk=job.pk).update(message=remark, **values):
        raise NotFailed("该任务已经由他人处理，或者已经重新执行，请刷新。")
    logger.info("job_settled", job=job.pk, kind=job.kind, subject=job.subject, by=by, did=did)
    job.refresh_from_db()


def clear_finished(*, before: datetime) -> int:
    """Remove finished and dropped jobs older than ``before``: the evidence lives in the records, not here."""
    over = [JobState.DONE, JobState.DROPPED]
    old = list(Job.objects.filter(state__in=over, finished_at__lt=before).values_list("pk", flat=True)[:1000])
    return Job.objects.filter(pk__in=old).delete()[0]
